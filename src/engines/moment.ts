/**
 * Questions to a run: what of an object is there when a step is about to be taken, and if nothing is, why.
 *
 * All that hookorder says of existence is an answer to one of these.
 */
import type { Change, Run, Step } from './run.ts';
import type { Presence, Revision } from './world.ts';

/** Before the step of this index is taken. */
export interface Moment {
  readonly run: Run;
  readonly step: number;
}

/** The revision that a run is about. */
export const revisionOf = ({ start, end }: Run): Revision | undefined =>
  (end.history.at(-1) ?? start.history.at(-1))?.revision;

export type Existence =
  | { readonly is: 'there'; readonly presence: Presence }
  | {
      readonly is: 'absent';
      /** This operation makes it, by this later step. */
      readonly later?: Step;
      /** It was there, until this step of this operation or of one before it. */
      readonly deleted?: Step;
    };

export function existenceOf(key: string, moment: Moment): Existence {
  const { run, step } = moment;
  const changes = run.changesOf(key);
  const next = countBefore(changes, step);
  const before = changes[next - 1];
  const presence = before === undefined ? run.start.world.get(key) : before.presence;
  if (presence !== undefined) return { is: 'there', presence };
  const later = firstMade(changes, next);
  const deleted = lastDeletion(key, moment);
  return { is: 'absent', ...(later && { later }), ...(deleted && { deleted }) };
}

function lastDeletion(key: string, { run, step }: Moment): Step | undefined {
  const changes = run.changesOf(key);
  for (let at = countBefore(changes, step) - 1; at >= 0; at--)
    if (changes[at]?.step.do === 'delete') return changes[at]?.step;
  const { after } = run.start;
  return after && lastDeletion(key, { run: after, step: after.steps.length });
}

function firstMade(changes: readonly Change[], from: number): Step | undefined {
  for (let at = from; at < changes.length; at++) if (changes[at]?.presence !== undefined) return changes[at]?.step;
  return undefined;
}

/** How many changes come before a step. Many objects of one name have many changes, so the search is by halves. */
function countBefore(changes: readonly Change[], step: number): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle] as Change).index < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
