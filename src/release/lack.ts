/** What a hook needs and does not find when it runs: each need, asked of the world at that step. */

import type { Event } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import { bestStateAt, isGone, mayLack, type State, stateAt } from './availability.ts';
import { type Need, needsOf } from './needs.ts';
import type { Release } from './release.ts';

export interface Lack {
  readonly need: Need;
  /** The one that comes nearest to being there. */
  readonly provider: Placement;
  readonly event: Event;
  readonly state: Exclude<State, 'there'>;
}

/** What a resource lacks when a hook runs in an event, the hook itself unless told otherwise; needs in the order of the manifest. */
export const lacksOf = (user: Placement, event: Event, release: Release, hook = user): readonly Lack[] =>
  mayLack(hook, event, release)
    ? needsIn(user, event, release, hook, (need, state) => isGone(state) && !need.optional)
    : [];

/** The needs that lack something, as `isLack` judges their state, when a hook runs in an event. */
export function needsIn(
  user: Placement,
  event: Event,
  release: Release,
  hook: Placement,
  isLack: (need: Need, state: State) => boolean,
): readonly Lack[] {
  return needsOf(user, release).flatMap((need): Lack[] => {
    const state = bestStateAt(need.providers, hook, event, release);
    if (state === 'there' || !isLack(need, state)) return [];
    const provider = need.providers.find((placement) => stateAt(placement, hook, event, release) === state);
    return provider === undefined ? [] : [{ need, provider, event, state }];
  });
}
