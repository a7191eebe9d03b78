/**
 * What a deletion leaves or takes too early, asked of runs: `hook/deletion-not-awaited`, `hook/need-deleted-early`.
 */
import { helm } from '../../engines/helm/simulate.ts';
import type { Run } from '../../engines/run.ts';
import { subjectOf } from '../../engines/world.ts';
import { type Finding, findingOf } from '../../model/finding.ts';
import { OPERATIONS, type Operation } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { runOf } from '../../release/availability.ts';
import { type Need, needsOf } from '../../release/needs.ts';
import type { Check, Release } from '../../release/release.ts';
import { configOf, POLICY_PATH } from './places.ts';

/** `hook/deletion-not-awaited`: Helm applies the next one to an object that is still going away. */
export const checkDeletionAwaited: Check = (placement, release) => {
  const { resource, hook } = placement;
  if (hook === undefined || placement.copyFor !== undefined || !hook.deletes.includes('before-hook-creation'))
    return [];
  const isPod = resource.kind === 'Pod';
  if (!isPod && resource.kind !== 'Namespace' && resource.kind !== 'PersistentVolumeClaim' && !hasFinalizers(placement))
    return [];
  const operation = (['upgrade', 'rollback'] as const).find((each) => appliesToDying(placement, each, release));
  if (operation === undefined) return [];
  const isLost = resource.kind === 'Namespace' || resource.kind === 'PersistentVolumeClaim';
  const name = formatPlacement(placement);
  const then = isPod
    ? `after a run that outlives --timeout, the ${operation} that is tried again deletes it while it still runs, and fails with "not found"`
    : `an ${operation} deletes it, does not wait until it is gone, and applies the new one to what is still going away: Helm reports success, and ${name} vanishes${resource.kind === 'Namespace' ? ' with all that is in it' : ''}`;
  return [
    findingOf('hook/deletion-not-awaited', resource, POLICY_PATH, `${name}: ${then}`, {
      severity: isLost ? 'error' : 'warning',
      hint: isPod
        ? 'set `spec.activeDeadlineSeconds` below --timeout, or run it as a Job'
        : `claim ${name} in hookorder.yaml with \`deletePolicy: keep\`: Helm 4 then updates it in place`,
      ...configOf(placement, 'deletePolicy'),
    }),
  ];
};

const hasFinalizers = (placement: Placement): boolean => {
  const finalizers = valueAt(placement.value(), ['metadata', 'finalizers']);
  return Array.isArray(finalizers) && finalizers.length > 0;
};

function appliesToDying(placement: Placement, operation: Operation, release: Release): boolean {
  if (!placement.hook?.events.some((event) => (OPERATIONS[operation] as readonly string[]).includes(event)))
    return false;
  const isHit = ({ steps }: Run): boolean =>
    steps.some(({ because, subject }) => because === 'onto-dying' && isOf(subject.placement, placement));
  const run = runOf(operation, release);
  if (placement.resource.kind !== 'Pod') return isHit(run);
  if (!mayOutlive(placement, release)) return false;
  const late = timedOut(run, placement);
  return late !== undefined && isHit(helm.simulate(release.placements, operation, release.circumstances, late.end));
}

const isOf = (one: Placement | undefined, other: Placement): boolean =>
  one !== undefined && one.resource === other.resource && one.name === other.name;

/** The run in which Helm's patience with a hook ends before the hook does. */
function timedOut(run: Run, placement: Placement): Run | undefined {
  const step = run.steps.findIndex((each) => each.do === 'wait' && isOf(each.subject.placement, placement));
  return step < 0 ? undefined : run.failAt(step, 'timed-out');
}

/** A deadline below --timeout ends a Job or Pod first. */
const mayOutlive = (placement: Placement, { circumstances }: Release): boolean => {
  const deadline = valueAt(placement.value(), ['spec', 'activeDeadlineSeconds']);
  return typeof deadline !== 'number' || deadline >= circumstances.timeoutSeconds;
};

/** `hook/need-deleted-early`: when Helm gives up on a Job that goes on, the policy of what it needs takes that away, and its next pod cannot start. */
export const checkNeedDeletedEarly: Check = (placement, release) => {
  const { resource, hook } = placement;
  if (hook === undefined || resource.kind !== 'Job' || placement.copyFor !== undefined) return [];
  const backoffLimit = valueAt(placement.value(), ['spec', 'backoffLimit']) ?? 6;
  if (backoffLimit === 0 || !mayOutlive(placement, release)) return [];
  const needs = needsOf(placement, release).filter(
    ({ providers, optional }) => !optional && providers.every((each) => each.hook?.deletes.includes('hook-succeeded')),
  );
  if (needs.length === 0) return [];
  const lost = (Object.keys(OPERATIONS) as Operation[])
    .filter(
      (each) => each !== 'test' && hook.events.some((event) => (OPERATIONS[each] as readonly string[]).includes(event)),
    )
    .map((operation) => lostIn(placement, needs, timedOut(runOf(operation, release), placement)))
    .find((each) => each.length > 0);
  if (lost === undefined) return [];
  // Policies that end alike are meant for runs that end in time; a Job that is kept or given longer than Helm waits is meant to go on.
  const isMeant =
    !hook.deletes.includes('hook-succeeded') ||
    typeof valueAt(placement.value(), ['spec', 'activeDeadlineSeconds']) === 'number';
  const effect = `and the Job goes on after --timeout (${release.circumstances.timeoutSeconds}s), when Helm deletes`;
  return lost.map((need): Finding => {
    const message = `${formatPlacement(placement)} needs $all, ${effect} ${need.providers.length > 0 ? 'by hook-succeeded' : ''}: its next pod cannot start`;
    const tell = (names: string): string =>
      message.replace('$all', names).replace('deletes by', names.includes(' ') ? 'deletes them by' : 'deletes it by');
    return findingOf('hook/need-deleted-early', resource, need.path, tell(need.name), {
      severity: isMeant ? 'warning' : 'info',
      hint: `set activeDeadlineSeconds of ${formatPlacement(placement)} below --timeout, in the chart or with \`job\` in hookorder.yaml`,
      ...configOf(placement, 'job'),
      cause: {
        key: formatPlacement(placement),
        member: need.name,
        message: message.replace('deletes by', 'deletes them by'),
      },
    });
  });
};

function lostIn(placement: Placement, needs: readonly Need[], run: Run | undefined): readonly Need[] {
  if (run === undefined) return [];
  const { world } = run.end;
  const own = [...world.values()].find(({ subject }) => isOf(subject.placement, placement));
  if (own?.run !== 'running') return [];
  const isThere = (provider: Placement): boolean => world.has(subjectOf(provider, own.subject.revision).key);
  return needs.filter(({ providers }) => !providers.some(isThere));
}
