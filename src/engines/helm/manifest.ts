/**
 * The release's own resources: applied in install order of kinds, deleted when they left the manifest, deleted by an uninstall.
 */
import { compareKinds, RESOURCE_POLICY } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import { canBecome } from '../fixed.ts';
import type { Taken } from '../recorder.ts';
import { type Revision, type Subject, subjectOf } from '../world.ts';
import { endClaims, makeClaims } from './claims.ts';
import type { HookRun } from './hooks.ts';
import { isUnchanged } from './unchanged.ts';
import { uninstallOrder } from './uninstall-order.ts';

/** In the order in which Helm applies them: by kind; within a kind Helm promises nothing [S pkg/release/v1/util/kind_sorter.go]. */
export const manifestOf = (revision: Revision): readonly Subject[] =>
  revision.placements
    .filter(({ hook }) => hook === undefined)
    .map((placement) => subjectOf(placement, revision))
    .sort((a, b) => compareKinds(a.id.kind, b.id.kind));

/** Objects with an event that Helm does not know: it drops them [X]. */
export const droppedOf = (revision: Revision): readonly Subject[] =>
  revision.placements
    .filter(({ hook }) => hook?.events.length === 0)
    .map((placement) => subjectOf(placement, revision));

/** Objects of the manifest that exist, are not in `known`, and do not carry the release's marks [S pkg/action/validate.go existingResourceConflict]. */
export function notOwned(manifest: readonly Subject[], known: ReadonlySet<string>, run: HookRun): readonly Subject[] {
  if (run.circumstances.takeOwnership) return [];
  return manifest.filter((subject) => {
    const there = run.recorder.presenceOf(subject);
    return there !== undefined && !known.has(subject.key) && there.owner !== 'release';
  });
}

/**
 * The index of the step that stops it. `known`: objects that exist besides these are refused.
 *
 * `create`: nothing of it existed. All of it is sent, and what is refused is told at the end. `update`: an object that cannot be created ends
 * it, one that cannot be changed does not [S pkg/kube/client.go perform, update, the same in 3.22][X].
 */
export function applyManifest(
  manifest: readonly Subject[],
  { known, mode }: { readonly known?: ReadonlySet<string>; readonly mode: 'create' | 'update' },
  run: HookRun,
): number | undefined {
  const { recorder } = run;
  let refused: number | undefined;
  for (const subject of manifest) {
    const isForeign = known !== undefined && !known.has(subject.key) && recorder.presenceOf(subject) !== undefined;
    const how = isForeign ? REFUSED_AS_FOREIGN : applied(subject, run);
    if (recorder.take({ phase: 'release', subject, owner: 'release', ...how })) {
      makeClaims(subject, 'release', recorder);
      continue;
    }
    refused ??= recorder.last;
    const isLast = isForeign || (mode === 'update' && how.do === 'create');
    if (isLast || recorder.steps[recorder.last]?.outcome !== 'refused') return recorder.last;
  }
  return refused;
}

const REFUSED_AS_FOREIGN = { do: 'update', because: 'not-owned', outcome: 'refused' } as const;

function applied(subject: Subject, { recorder, serverSide }: HookRun): Pick<Taken, 'do' | 'because' | 'outcome'> {
  const there = recorder.presenceOf(subject);
  if (there === undefined) return { do: 'create', because: 'manifest' };
  if (!serverSide && isUnchanged(subject, there)) return { do: 'skip', because: 'unchanged' };
  if (!canBecome(subject, there)) return { do: 'update', because: 'immutable', outcome: 'refused' };
  return { do: 'update', because: there.dying ? 'onto-dying' : 'manifest' };
}

/**
 * Deletes what the manifest before had and the new one has not, hooks of the same name included: Helm looks at names only
 * [S pkg/kube/client.go update, originals.Difference(targets)].
 */
export function prune(
  before: readonly Subject[],
  manifest: readonly Subject[],
  { recorder }: HookRun,
): number | undefined {
  const stays = new Set(manifest.map(({ key }) => key));
  for (const subject of before) {
    if (stays.has(subject.key)) continue;
    const there = recorder.presenceOf(subject);
    if (there === undefined) continue;
    const kept = survivesUpgrade(there.subject.placement);
    const step = { phase: 'release', subject: there.subject, owner: there.owner } as const;
    const done = kept
      ? recorder.take({ ...step, do: 'keep', because: 'resource-policy' })
      : recorder.take({ ...step, do: 'delete', because: 'left-manifest', awaited: false });
    if (!done) return recorder.last;
    if (!kept) endClaims(there.subject, 'release', recorder);
  }
  return undefined;
}

/** `--wait`: until workloads are ready and claims are bound [S pkg/kube/statuswait.go Wait]. */
export function awaitManifest(manifest: readonly Subject[], { recorder, circumstances }: HookRun): number | undefined {
  if (!circumstances.wait) return undefined;
  for (const subject of manifest) {
    const waits = subject.id.kind === 'Job' ? circumstances.waitForJobs : BECOMES_READY.has(subject.id.kind);
    if (!waits) continue;
    const mayTake = circumstances.timeoutSeconds;
    if (!recorder.take({ phase: 'release', do: 'wait', subject, because: 'wait', owner: 'release', mayTake }))
      return recorder.last;
  }
  return undefined;
}

const BECOMES_READY: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Pod',
  'PersistentVolumeClaim',
  'Service',
]);

/** Deletes the manifest; what its own annotation keeps, and what StatefulSets claimed, stays. */
export function deleteManifest(manifest: readonly Subject[], run: HookRun): number | undefined {
  const { recorder, circumstances, facts } = run;
  const compare = uninstallOrder(facts.listsWebhooks);
  for (const subject of [...manifest].sort((a, b) => compare(a.id.kind, b.id.kind))) {
    const there = recorder.presenceOf(subject);
    if (there === undefined) continue;
    const step = { phase: 'release', subject, owner: there.owner } as const;
    const isForeign = facts.uninstallAsksForOwner && there.owner !== 'release';
    if (survivesUninstall(subject.placement) || isForeign) {
      recorder.take({ ...step, do: 'keep', because: isForeign ? 'not-owned' : 'resource-policy' });
      continue;
    }
    if (!recorder.take({ ...step, do: 'delete', because: 'uninstall', awaited: circumstances.wait }))
      return recorder.last;
    endClaims(subject, 'release', recorder);
  }
  return undefined;
}

const policyOf = (placement: Placement | undefined): unknown =>
  valueAt(placement?.value(), ['metadata', 'annotations', RESOURCE_POLICY]);

/** Upgrade and rollback ask the live object for exactly this word [S pkg/kube/client.go update]. */
const survivesUpgrade = (placement: Placement | undefined): boolean => policyOf(placement) === 'keep';

/** Uninstall leaves what has the annotation, whatever it says: other words are only not named in its output [S pkg/action/resource_policy.go]. */
const survivesUninstall = (placement: Placement | undefined): boolean => typeof policyOf(placement) === 'string';
