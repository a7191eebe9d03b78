/** `job/immutable` and `job/runs-less-often` as facts: Jobs of the installed revision that the upgrade cannot change, or does not run any more. */
import { canBecome } from '../../engines/fixed.ts';
import { type Finding, findingOf } from '../../model/finding.ts';
import { isAwaited, type Operation, operationOf } from '../../model/helm.ts';
import { isObject, type Json, type Path, valueAt } from '../../model/json.ts';
import { tailOfResource } from '../../model/name-tail.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { checkImmutable } from '../hooks/jobs.ts';
import { configOf } from '../hooks/places.ts';
import { removedByHooks } from '../live/removed.ts';
import { liveOf, subjectIn } from './upgrade.ts';

/** Where the installed revision has it, the upgrade tells; else the guess is about a later one. */
export const checkChangedJob: Check = (placement, release) => {
  const { resource, hook } = placement;
  if (hook !== undefined || !isAwaited(resource.kind)) return [];
  const live = liveOf(placement, release);
  if (live === undefined) return checkImmutable(placement, release);
  const was = live.subject.placement;
  const isGone = typeof valueAt(was?.value(), ['spec', 'ttlSecondsAfterFinished']) === 'number';
  const isRemoved = was !== undefined && removedByHooks(release).has(placement);
  if (live.owner !== 'release' || isGone || isRemoved || canBecome(subjectIn(placement, release), live)) return [];
  const root: Path = resource.kind === 'Job' ? ['spec', 'template'] : ['spec'];
  const path = firstChange(valueAt(was?.value(), root), valueAt(placement.value(), root), root);
  return [
    findingOf(
      'job/immutable',
      resource,
      path,
      `${formatPlacement(placement)} is an ordinary ${resource.kind} of the installed revision, and its pods change: the upgrade fails with "field is immutable"`,
      {
        severity: 'error',
        hint: `make it a hook, give it a name of its own for each change with \`jobName: hash\`, or delete ${formatPlacement(placement)} before the upgrade`,
        ...configOf(placement, 'match'),
      },
    ),
  ];
};

function firstChange(was: Json | undefined, is: Json | undefined, path: Path): Path {
  if (Array.isArray(was) && Array.isArray(is)) {
    const at = is.findIndex((item, index) => JSON.stringify(item) !== JSON.stringify(was[index]));
    return at < 0 ? path : firstChange(was[at], is[at], [...path, at]);
  }
  if (!isObject(was) || !isObject(is)) return path;
  const key = Object.keys(is).find((each) => JSON.stringify(is[each]) !== JSON.stringify(was[each]));
  return key === undefined ? path : firstChange(was[key], is[key], [...path, key]);
}

/** `job/runs-less-often`, for the Job of the new revision that stands for one of the installed revision. */
export const checkRunsNoMore: Check = (placement, release) => {
  const { resource, hook } = placement;
  if (placement.copyFor !== undefined || !isAwaited(resource.kind)) return [];
  const was = installedRuns(release).get(runKey(placement));
  if (was === undefined) return [];
  const before = operationsOf(was).filter((operation) => operation !== 'install');
  const after = operationsOf(placement);
  const lost = before.filter((operation) => !after.includes(operation));
  if (lost.length === 0) return [];
  const now =
    hook === undefined
      ? 'it is a plain resource now'
      : `it is a hook of ${hook.events.join(' and ') || 'no event'} now`;
  return [
    findingOf(
      'job/runs-less-often',
      resource,
      ['metadata', 'name'],
      `${formatPlacement(placement)} no longer runs at ${lost.join(' and ')}, as the installed revision has it: ${now}`,
      {
        hint: `let it run at ${lost.join(' and ')} too, unless that is meant to end with this revision`,
        ...configOf(placement, 'events'),
      },
    ),
  ];
};

/** Jobs and Pods of the installed revision that the new one has not: told once, because no placement stands for them. */
export function goneRuns(release: Release): readonly Finding[] {
  const now = new Set(release.placements.map(runKey));
  return [...installedRuns(release)].flatMap(([key, was]) => {
    const operations = operationsOf(was).filter((operation) => operation !== 'install');
    if (now.has(key) || operations.length === 0) return [];
    return [
      findingOf(
        'job/runs-less-often',
        was.resource,
        ['metadata', 'name'],
        `${formatPlacement(was)}, which the installed revision runs at ${operations.join(' and ')}, is not in the new one`,
        { severity: 'info' },
      ),
    ];
  });
}

const installedRuns = once(({ circumstances: { previous = [] } }): ReadonlyMap<string, Placement> => {
  const runs = previous.filter(({ resource, copyFor }) => isAwaited(resource.kind) && copyFor === undefined);
  return new Map(runs.toReversed().map((placement) => [runKey(placement), placement]));
});

/** Without what changes in a name from run to run. */
function runKey({ resource, name }: Placement): string {
  const { stem } = tailOfResource({
    ...headOf(resource),
    name: name === '' ? (resource.generateName ?? '') : resource.baseName,
  });
  return `${resource.kind}/${resource.namespace ?? ''}/${stem}`;
}

const headOf = (resource: Placement['resource']): Pick<Placement['resource'], 'template' | 'text'> => ({
  template: resource.template,
  text: () => resource.text(),
});

/** A plain Job runs when it is created: at an install, and where each upgrade has another name for it. */
function operationsOf({ resource, hook, rule }: Placement): readonly Operation[] {
  if (hook !== undefined) return [...new Set(hook.events.map(operationOf))];
  const isNew =
    resource.name === '' || rule?.jobName.suffix === 'timestamp' || tailOfResource(resource).kind !== 'fixed';
  return isNew ? ['install', 'upgrade'] : ['install'];
}
