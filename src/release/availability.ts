/**
 * Whether an object of the stream exists when a hook of an event runs: a question to the world at that step of the run.
 *
 * In this run all goes well (`engines`). It begins with the objects that the operations before it left.
 */
import type { Circumstances } from '../engines/engine.ts';
import { helm } from '../engines/helm/simulate.ts';
import { type Existence, existenceOf, type Moment, revisionOf } from '../engines/moment.ts';
import type { Run } from '../engines/run.ts';
import { subjectOf } from '../engines/world.ts';
import { type Event, isAwaited, type Operation, operationOf } from '../model/helm.ts';
import type { Resource } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { once, type Release } from './release.ts';

export type State =
  | 'there'
  /** There, with the content of the previous revision. */
  | 'old'
  /** A plain resource, created after the pre-install hooks. */
  | 'later'
  /** A hook of the same event that runs later. */
  | 'later-hook'
  /** A hook of events that need not have happened yet. */
  | 'other-event'
  /** Gone: uninstalled, or a hook that hook-succeeded deleted after an earlier event. */
  | 'deleted';

const NO_REVISION = { number: 0, rendering: 0, placements: [] };

/** The state of `needed` when the hook `user` runs in `event`. */
export function stateAt(needed: Placement, user: Placement, event: Event, release: Release): State {
  // Helm drops a resource with an unknown event; that has a finding of its own.
  if (needed.hook?.events.length === 0) return 'there';
  const moment = momentOf(user, event, release);
  const revision = revisionOf(moment.run) ?? NO_REVISION;
  const found = existenceOf(subjectOf(needed, revision).key, moment);
  if (found.is === 'absent') return stateOfAbsent(found, event);
  return event === 'pre-upgrade' && isOld(found, moment.run) && isRenewed(needed) ? 'old' : 'there';
}

function stateOfAbsent({ later, deleted }: Extract<Existence, { is: 'absent' }>, event: Event): State {
  if (later?.phase === event) return 'later-hook';
  if (deleted !== undefined) return 'deleted';
  return later?.phase === 'release' ? 'later' : 'other-event';
}

const isOld = ({ presence }: Extract<Existence, { is: 'there' }>, run: Run): boolean =>
  presence.subject.revision.rendering < (revisionOf(run)?.rendering ?? 0);

/** A hook that no upgrade runs keeps its content. */
const isRenewed = ({ hook }: Placement): boolean =>
  hook === undefined || hook.events.some((event) => operationOf(event) === 'upgrade');

/** Before the hook is made; for what is no hook of the event, where its hooks begin. */
function momentOf(user: Placement, event: Event, release: Release): Moment {
  const { stepOf, begin } = stepsOf(event, release);
  return { run: runOf(operationOf(event), release), step: stepOf.get(user.resource) ?? begin };
}

interface HookSteps {
  /** The step that makes a hook. A hook and a copy of it are two, and the copy is no user. */
  readonly stepOf: ReadonlyMap<Resource, number>;
  readonly begin: number;
}

const stepsOf = once((event: Event, release: Release): HookSteps => {
  const { steps } = runOf(operationOf(event), release);
  const stepOf = new Map<Resource, number>();
  let begin: number | undefined;
  for (const [
    index,
    {
      phase,
      do: deed,
      subject: { placement },
    },
  ] of steps.entries()) {
    if (phase === event) begin ??= index;
    // Without hooks of its own, a pre event is over when the release's own resources begin.
    if (phase === 'release' && event.startsWith('pre-')) begin ??= index;
    if (phase !== event || deed === 'delete' || deed === 'wait' || placement === undefined) continue;
    if (placement.copyFor === undefined && !stepOf.has(placement.resource)) stepOf.set(placement.resource, index);
  }
  return { stepOf, begin: begin ?? steps.length };
});

/** The run of an operation in which all goes well. */
export const runOf = once(
  (operation: Operation, { circumstances, placements }: Release): Run =>
    helm.simulate(placements, operation, circumstances.isPreviousKnown ? unstopped(circumstances) : circumstances),
);

/**
 * What is installed, less what may stop the upgrade before its end (check/known tells that): objects of hooks that become plain, and Jobs whose pods
 * change. Nothing needs a Job or Pod of a revision before.
 */
const unstopped = ({ previous = [], ...circumstances }: Circumstances): Circumstances => ({
  ...circumstances,
  takeOwnership: true,
  previous: previous.filter(({ resource }) => !isAwaited(resource.kind)),
});

/** The best state among placements that may be meant. */
export function bestStateAt(needed: readonly Placement[], user: Placement, event: Event, release: Release): State {
  let best = BEST_FIRST.length;
  for (const placement of objectsOf(needed, release)) {
    best = Math.min(best, BEST_FIRST.indexOf(stateAt(placement, user, event, release)));
    if (best === 0) break;
  }
  return BEST_FIRST[best] ?? 'there';
}

/** Of placements that are one object for the API server, the first: charts that render a name twice would multiply every question. */
export const objectsOf = (placements: readonly Placement[], release: Release): readonly Placement[] =>
  placements.length < 2 ? placements : firstOfObjects(placements, release);

const firstOfObjects = once((placements: readonly Placement[], _: Release): readonly Placement[] => {
  const byKey = new Map<string, Placement>();
  for (const placement of placements) {
    const { key } = subjectOf(placement, NO_REVISION);
    if (!byKey.has(key)) byKey.set(key, placement);
  }
  return [...byKey.values()];
});

const BEST_FIRST: readonly State[] = ['there', 'old', 'later-hook', 'later', 'deleted', 'other-event'];

/**
 * False where all that a resource can need, and all that can serve it, is there when the hook `user` runs in `event`, of this revision or of the
 * one before. Job and Pod hooks have finished before the next hook starts, so they provide nothing to it.
 */
export const mayLack = (user: Placement, event: Event, release: Release): boolean =>
  !isAllThere(event, release) &&
  (lacksPlain(event, user, release) ||
    lastingHooks(release).some((hook) => isGone(stateAt(hook, user, event, release))));

/**
 * True where the run need not be asked: after the install and before an uninstall all plain resources are there, and no hook that stays could be
 * late or take one with it (a Namespace). Simulating a release takes 10 ms at 100 KB and most of the time of a large one.
 */
const isAllThere = (event: Event, release: Release): boolean =>
  release.circumstances.previous === undefined &&
  event !== 'pre-install' &&
  event !== 'post-delete' &&
  lastingHooks(release).length === 0;

/** Plain resources are there for all hooks of an event or for none. */
const lacksPlain = once((event: Event, user: Placement, release: Release): boolean =>
  release.placements.some((each) => each.hook === undefined && isGone(stateAt(each, user, event, release))),
);

/** True for what is not there in any revision. */
export const isGone = (state: State): state is Exclude<State, 'there' | 'old'> => state !== 'there' && state !== 'old';

/** False for a hook that Helm waits for: it is done before anything asks for its pods. */
export const mayServe = ({ hook, resource }: Placement): boolean => hook === undefined || !isAwaited(resource.kind);

const lastingHooks = once(({ placements }) =>
  placements.filter((placement) => placement.hook !== undefined && mayServe(placement)),
);
