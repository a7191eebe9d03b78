/** What a hook needs and does not find when it runs. */
import type { Event } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import type { State } from './availability.ts';
import type { Need } from './needs.ts';

export interface Lack {
  readonly need: Need;
  /** The one that comes nearest to being there. */
  readonly provider: Placement;
  readonly event: Event;
  readonly state: Exclude<State, 'there'>;
}
