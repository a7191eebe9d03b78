/**
 * Whether an object of the stream exists when a hook of an event runs: what Helm has created by then, and not deleted again.
 *
 * This is the whole theory of existence: each operation runs its hooks by weight and name, hook-succeeded deletions come when all
 * hooks of the event are done, and hooks outlive the event otherwise. Only what surely happened before counts as having happened.
 */
import { compareHooks, type Event, isAwaited, RESOURCE_POLICY } from '../../model/helm.ts';
import { annotationOf } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { type CheckContext, perContext } from '../context.ts';

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

/** The events that have happened when an event comes for the first time. */
const HAPPENED: Readonly<Record<Event, readonly Event[]>> = {
  'pre-install': [],
  'post-install': ['pre-install'],
  'pre-upgrade': ['pre-install', 'post-install'],
  'post-upgrade': ['pre-install', 'post-install', 'pre-upgrade'],
  'pre-rollback': ['pre-install', 'post-install', 'pre-upgrade', 'post-upgrade'],
  'post-rollback': ['pre-install', 'post-install', 'pre-upgrade', 'post-upgrade', 'pre-rollback'],
  'pre-delete': ['pre-install', 'post-install'],
  'post-delete': ['pre-install', 'post-install', 'pre-delete'],
  test: ['pre-install', 'post-install'],
};

/** The state of `needed` when the hook `user` runs in `event`. */
export function stateAt(needed: Placement, user: Placement, event: Event): State {
  if (needed.hook === undefined) return stateOfPlain(needed, event);
  const { events, deletes } = needed.hook;
  // Helm drops a resource with an unknown event; that has a finding of its own.
  if (events.length === 0) return 'there';
  const inEvent = events.includes(event);
  if (inEvent && runsBefore(needed, user)) return 'there';
  const happened = events.some((earlier) => HAPPENED[event].includes(earlier));
  if (happened && !deletes.includes('hook-succeeded'))
    return event === 'pre-upgrade' && (inEvent || events.includes('post-upgrade')) ? 'old' : 'there';
  if (inEvent) return 'later-hook';
  return happened ? 'deleted' : 'other-event';
}

/** The best state among placements that may be meant. */
export function bestStateAt(needed: readonly Placement[], user: Placement, event: Event): State {
  let best = BEST_FIRST.length;
  for (const placement of needed) {
    best = Math.min(best, BEST_FIRST.indexOf(stateAt(placement, user, event)));
    if (best === 0) break;
  }
  return BEST_FIRST[best] ?? 'there';
}

const BEST_FIRST: readonly State[] = ['there', 'old', 'later-hook', 'later', 'deleted', 'other-event'];

/**
 * False where all that a resource can need, and all that can serve it, is there when the hook `user` runs in `event`, of this revision or of the
 * one before. Nobody needs a Job or Pod, and one that is a hook serves nobody: it is done when the next hook runs.
 */
export const mayLack = (user: Placement, event: Event, context: CheckContext): boolean =>
  isGone(PLAIN_STATES[event] ?? 'there') || lastingHooks(context).some((hook) => isGone(stateAt(hook, user, event)));

/** True for what is not there in any revision. */
export const isGone = (state: State): state is Exclude<State, 'there' | 'old'> => state !== 'there' && state !== 'old';

/** False for a hook that Helm waits for: it is done before anybody asks for its pods. */
export const mayServe = ({ hook, resource }: Placement): boolean => hook === undefined || !isAwaited(resource.kind);

const lastingHooks = perContext(({ placements }) =>
  placements.filter((placement) => placement.hook !== undefined && mayServe(placement)),
);

/** In all other events plain resources are there. */
const PLAIN_STATES: Partial<Record<Event, State>> = {
  'pre-install': 'later',
  'pre-upgrade': 'old',
  'post-delete': 'deleted',
};

function stateOfPlain(needed: Placement, event: Event): State {
  const state = PLAIN_STATES[event] ?? 'there';
  return state === 'deleted' && isKept(needed) ? 'there' : state;
}

/** Plain resources with this annotation survive an uninstall [S pkg/action/uninstall.go]. */
const isKept = ({ resource }: Placement): boolean =>
  annotationOf(resource, RESOURCE_POLICY)?.trim().toLowerCase() === 'keep';

const runsBefore = (a: Placement, b: Placement): boolean =>
  a.hook !== undefined && b.hook !== undefined && compareHooks(asRun(a), asRun(b)) < 0;

const asRun = ({ resource, name, hook }: Placement): { weight: number; name: string; kind: string } => ({
  weight: hook?.weight ?? 0,
  name,
  kind: resource.kind,
});
