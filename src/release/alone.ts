/**
 * What Helm does with one object, or with two of one name, whatever else the release has: questions to runs of a release of these alone.
 *
 * What a delete policy takes, what a hook leaves behind, and whose object is replaced depend on nothing else, and such a run costs next to nothing.
 */
import { helm } from '../engines/helm/simulate.ts';
import { revisionOf } from '../engines/moment.ts';
import { NOTHING_INSTALLED, type Run } from '../engines/run.ts';
import { subjectOf, type World } from '../engines/world.ts';
import { DELETE_POLICIES, type DeletePolicy, type Event, isEvent, type Operation, operationOf } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import { once, type Release } from './release.ts';

/** A deletion of a hook by one of its policies. */
export interface Deletion {
  readonly policy: DeletePolicy;
  readonly event: Event;
  /** False in an uninstall, and in an install after it. */
  readonly whileInstalled: boolean;
}

/** In a life of the release in which all goes well. Operations come twice, because the second one finds what the first one made. */
export const deletionsOf = once((placement: Placement, { circumstances }: Release): readonly Deletion[] => {
  const found: Deletion[] = [];
  let before = NOTHING_INSTALLED;
  let whileInstalled = true;
  for (const operation of LIFE) {
    if (operation === 'uninstall') whileInstalled = false;
    const run = helm.simulate([placement], operation, circumstances, before);
    for (const { do: deed, because, phase } of run.steps) {
      const policy = DELETE_POLICIES.find((one) => one === because);
      if (deed === 'delete' && policy !== undefined && isEvent(phase))
        found.push({ policy, event: phase, whileInstalled });
    }
    before = run.end;
  }
  return found;
});

const LIFE: readonly Operation[] = [
  'install',
  'upgrade',
  'upgrade',
  'rollback',
  'rollback',
  'test',
  'test',
  'uninstall',
  'install',
  'uninstall',
];

/** Whether a hook is there when it should run again: always, after it failed, or never. */
export const leftoverOf = once((placement: Placement, release: Release): 'always' | 'failed' | undefined => {
  const [event] = placement.hook?.events ?? [];
  if (event === undefined) return undefined;
  const run = runAlone([placement], operationOf(event), release);
  if (isIn(run.end.world, placement)) return 'always';
  const wait = run.steps.findIndex(({ do: deed }) => deed === 'wait');
  return wait >= 0 && isIn(run.failAt(wait, 'failed').end.world, placement) ? 'failed' : undefined;
});

const isIn = (world: World, { resource, name }: Placement): boolean =>
  [...world.values()].some(({ subject: { id }, dying }) => !dying && id.kind === resource.kind && id.name === name);

/** True where an upgrade from the chart's own object deletes it as no longer part of the release, whatever it is now. */
export const leavesManifest = (before: Placement, after: Placement, release: Release): boolean =>
  runAlone([after], 'upgrade', release, [before]).steps.some(
    ({ do: deed, because }) => deed === 'delete' && because === 'left-manifest',
  );

/** The events of a hook in which Helm replaces the ordinary object of its name, or that one the hook's. What an uninstall deletes anyway is left out. */
export function replacingEvents(hook: Placement, plain: Placement, release: Release): readonly Event[] {
  return (hook.hook?.events ?? []).filter((event) => {
    const operation = operationOf(event);
    return operation !== 'uninstall' && isReplaced(hook, event, runAlone([hook, plain], operation, release));
  });
}

/** Whether a step of the event finds the ordinary object in place of its hook, or, after a pre event, the manifest the hook's. */
function isReplaced(hook: Placement, event: Event, run: Run): boolean {
  const revision = revisionOf(run);
  if (revision === undefined) return false;
  const { key } = subjectOf(hook, revision);
  let before = run.start.world.get(key);
  for (const { step, presence } of run.changesOf(key)) {
    const isOfHook = step.phase === event;
    const isOfManifest = step.phase === 'release' && event.startsWith('pre-');
    if (before !== undefined && (isOfHook || isOfManifest) && (before.owner === 'hook') !== isOfHook) return true;
    before = presence;
  }
  return false;
}

function runAlone(
  placements: readonly Placement[],
  operation: Operation,
  { circumstances }: Release,
  previous = placements,
): Run {
  return helm.simulate(placements, operation, {
    ...circumstances,
    previous,
    takeOwnership: true,
    rollbackOnFailure: false,
  });
}
