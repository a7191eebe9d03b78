/** Helm's operations, for drawing: hooks by event, and the release between them. The steps are the simulator's (`engines/helm`). */
import type { Circumstances } from '../engines/engine.ts';
import { lifeOf } from '../engines/helm/life.ts';
import type { Run, Step as RunStep } from '../engines/run.ts';
import { keyOf } from '../engines/world.ts';
import { type Event, OPERATION_NAMES, OPERATIONS } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import { changesOf } from './installed.ts';
import {
  countKinds,
  type DrawnPlan,
  leftoversOf,
  mustRunBefore,
  type Step,
  type Stop,
  stopOf,
  type Timeline,
} from './timeline.ts';

export function timelineOfHelm(
  { placements, dropped = [], atInstall = { placements } }: DrawnPlan,
  circumstances: Circumstances,
): Timeline {
  const runs = lifeOf(placements, circumstances, atInstall.placements);
  const resources = countKinds(placements.filter(isPlain));
  const claimed = placements.filter(isClaimed);
  const operations = OPERATION_NAMES.map((name) => {
    const released =
      name === 'install'
        ? { resources: countKinds(atInstall.placements.filter(isPlain)), plain: atInstall.placements.filter(isClaimed) }
        : { resources, plain: name === 'upgrade' ? claimed : [] };
    const [first, last] = OPERATIONS[name].map((event) => ({ event, stops: stopsOfEvent(event, runs[name]) }));
    const steps = [first, ...(last === undefined ? [] : [released, last])] as readonly Step[];
    const changes = name === 'upgrade' && circumstances.isPreviousKnown ? changesOf(runs[name]) : [];
    return { name, run: runs[name], steps, ...(changes.length > 0 && { changes }) };
  });
  return {
    deployer: 'Helm',
    operations,
    resources,
    dropped: placements.filter(({ hook }) => hook?.events.length === 0),
    takenOut: dropped,
    plain: claimed,
    remade: new Set(
      runs.upgrade.steps
        .filter(({ do: deed, because }) => deed === 'delete' && because === 'before-hook-creation')
        .map(({ subject: { id } }) => keyOf(id)),
    ),
    leftBehind: leftoversOf(runs.uninstall),
  };
}

const isPlain = ({ hook }: Placement): boolean => hook === undefined;
const isClaimed = ({ rule, hook }: Placement): boolean => rule !== undefined && hook === undefined;

/** In run order; a hook stands once, also where Helm deletes, makes and awaits it. */
function stopsOfEvent(event: Event, { steps }: Run): readonly Stop[] {
  const stops = steps
    .filter((step) => step.phase === event && MAKES.has(step.do))
    .flatMap(({ subject: { placement } }) =>
      placement?.hook === undefined ? [] : [stopOf(placement, placement.hook)],
    );
  for (const stop of stops) stop.after.push(...stops.filter((other) => mustRunBefore(other, stop)));
  return stops;
}

const MAKES: ReadonlySet<RunStep['do']> = new Set(['create', 'update', 'skip']);
