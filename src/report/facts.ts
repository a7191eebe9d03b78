/** Facts about a timeline that surprise people, as sentences. All plan formats tell the same ones. */
import { idOf, keyOf } from '../engines/world.ts';
import { compareSeverity, type Finding } from '../model/finding.ts';
import { enteredOf } from '../model/leaving.ts';
import { count, formatSeconds, some } from './layout.ts';
import {
  type EventStep,
  type Leftover,
  type OperationTimeline,
  type Stop,
  stopsOf,
  type Timeline,
} from './timeline.ts';

const ROLLED_OUT = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** What to know of an event, in a few words; undefined when there is nothing. */
export function factOfEvent({ event, together }: EventStep, timeline: Timeline, wait: boolean): string | undefined {
  if (timeline.deployer !== 'Helm') return together ? 'at the same time' : undefined;
  if (wait || (event !== 'post-install' && event !== 'post-upgrade')) return undefined;
  const kinds = timeline.resources.byKind.filter(([kind]) => ROLLED_OUT.includes(kind));
  if (kinds.length === 0) return undefined;
  const total = kinds.reduce((sum, [, number]) => sum + number, 0);
  const workloads = count(total, kinds.length === 1 ? (kinds[0]?.[0] ?? '') : 'workload');
  return `without --wait, ${workloads} may not be ready yet`;
}

/** What to know of an operation. */
export function factOfOperation(operation: OperationTimeline, timeline: Timeline): string | undefined {
  if (timeline.deployer !== 'Helm') return operation.fact;
  const none = stopsOf(operation).length === 0;
  const facts: Partial<Record<string, string | undefined>> = {
    rollback: rollbackFact(none, timeline),
    uninstall: uninstallFact(timeline.leftBehind),
  };
  return facts[operation.name];
}

function rollbackFact(none: boolean, timeline: Timeline): string | undefined {
  if (!none) return 'Helm runs the hooks that the target revision has stored, not these';
  const upgrade = timeline.operations.find(({ name }) => name === 'upgrade');
  return upgrade !== undefined && stopsOf(upgrade).length > 0 ? 'a migration is not undone by a rollback' : undefined;
}

/** Claims of StatefulSets have a clause of their own: most databases have one, and none of them surprises. */
function uninstallFact(leftovers: readonly Leftover[]): string | undefined {
  const claims = leftovers.filter(({ because }) => because === 'claim').map(({ presence }) => presence.subject.id.name);
  const others = leftovers.filter(({ because }) => because !== 'claim').map(leftBehind);
  const parts = [
    ...(others.length > 0 ? [some(others, 6)] : []),
    ...(claims.length > 0 ? [`the claims of StatefulSets (${some(claims, 3)})`] : []),
  ];
  return parts.length > 0 ? `left behind: ${parts.join(', and ')}` : undefined;
}

/** `Job/shop-seed (ttl 24h)`, `ConfigMap/shop-state (resource policy)`. */
export function leftBehind({ title, because, ttlSeconds }: Leftover): string {
  if (ttlSeconds !== undefined) return `${title} (ttl ${formatSeconds(ttlSeconds)})`;
  return because === 'resource-policy' ? `${title} (resource policy)` : title;
}

/** `waits`, `waits ≤ 4m`, or nothing. */
export const waitOf = ({ waits, deadlineSeconds }: Stop): string =>
  !waits ? '' : deadlineSeconds === undefined ? 'waits' : `waits ≤ ${formatSeconds(deadlineSeconds)}`;

/** When Helm deletes a hook, in words. */
export function deletionOf({ hook, deletion }: Pick<Stop, 'hook' | 'deletion'>): string {
  if (deletion !== undefined) return deletion;
  const deletes = new Set(hook.deletes);
  const run = [
    ...(deletes.has('hook-succeeded') ? ['after success'] : []),
    ...(deletes.has('hook-failed') ? ['after failure'] : []),
    ...(deletes.has('before-hook-creation') ? ['before the next run'] : []),
  ];
  return run.length === 0 ? 'never deleted by Helm' : `deleted ${run.join(' and ')}`;
}

export const DELETED_FIRST = 'deleted first';
export const DELETED_AFTER = 'deleted after';

/**
 * What becomes of an object that other things may use, where its delete policy takes it away. Jobs and Pods are made to be run anew, and copies to
 * be thrown away.
 */
export function deletedOf(
  { placement, hook, origin, deletion }: Stop,
  { remade }: Timeline,
): typeof DELETED_FIRST | typeof DELETED_AFTER | undefined {
  if (deletion !== undefined || origin === 'copy' || RUN.has(placement.resource.kind)) return undefined;
  if (remade.has(keyOf(idOf(placement)))) return DELETED_FIRST;
  return hook.deletes.includes('hook-succeeded') ? DELETED_AFTER : undefined;
}

const RUN: ReadonlySet<string> = new Set(['Job', 'Pod']);

/** The longest that the hooks of an operation hold it up, in seconds; undefined where there is no bound, none is awaited, or it does not end well. */
export function longestWait({ run }: OperationTimeline, { deployer }: Timeline): number | undefined {
  if (deployer !== 'Helm' || run.stop !== undefined) return undefined;
  const waits = run.steps.filter(({ do: deed, phase }) => deed === 'wait' && phase !== 'release');
  return waits.length === 0 ? undefined : waits.reduce((sum, { mayTake = 0 }) => sum + mayTake, 0);
}

/** True for what surprises: a hook that no policy removes, or whose failed run goes away with its logs. */
export const isUnusualDeletion = ({ hook, deletion, stays }: Stop): boolean =>
  stays === true ||
  hook.deletes.length === 0 ||
  hook.deletes.includes('hook-failed') ||
  // Argo CD applies what is not deleted before onto what is there.
  (deletion !== undefined && !hook.deletes.includes('before-hook-creation'));

/** The hooks of the same event that must run before this one, by the names that the config uses. */
export const afterOf = ({ after, origin }: Stop): readonly string[] =>
  origin === 'copy' ? [] : [...new Set(after.filter((stop) => stop.origin !== 'copy').map(({ source }) => source))];

/**
 * The findings that belong to a stop, worst first. A copy shares its resource with the original, so only what is said about copying
 * is said about it.
 */
export const findingsOf = ({ placement, origin }: Stop, findings: readonly Finding[]): readonly Finding[] =>
  findings
    .filter(
      (finding) =>
        (finding.members ?? [finding]).some(
          ({ resource }) => resource && enteredOf(resource) === enteredOf(placement.resource),
        ) &&
        (origin !== 'copy' || finding.code.startsWith('refs/copy-')),
    )
    .toSorted((a, b) => compareSeverity(a.severity, b.severity));
