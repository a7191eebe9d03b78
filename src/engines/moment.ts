/**
 * Questions to a run: what of an object is there when a step is about to be taken, and if nothing is, why.
 *
 * All that hookorder says of existence is an answer to one of these.
 */
import { getOrMake } from '../model/maps.ts';
import { applyStep, type Run, type Step } from './run.ts';
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
  const log = logOf(run).get(key) ?? [];
  const next = countBefore(log, step);
  const before = log[next - 1];
  const presence = before === undefined ? run.start.world.get(key) : before.presence;
  if (presence !== undefined) return { is: 'there', presence };
  const later = firstMade(log, next);
  const deleted = lastDeletion(key, moment);
  return { is: 'absent', ...(later && { later }), ...(deleted && { deleted }) };
}

function lastDeletion(key: string, { run, step }: Moment): Step | undefined {
  const log = logOf(run).get(key) ?? [];
  for (let at = countBefore(log, step) - 1; at >= 0; at--) if (log[at]?.step.do === 'delete') return log[at]?.step;
  const { after } = run.start;
  return after && lastDeletion(key, { run: after, step: after.steps.length });
}

function firstMade(log: readonly Entry[], from: number): Step | undefined {
  for (let at = from; at < log.length; at++) if (log[at]?.presence !== undefined) return log[at]?.step;
  return undefined;
}

/** How many entries stand before a step. Many objects of one name make a long log, so it is halved, not walked. */
function countBefore(log: readonly Entry[], step: number): number {
  let [low, high] = [0, log.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle] as Entry).index < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Entry {
  readonly index: number;
  readonly step: Step;
  /** What the step leaves of the object. */
  readonly presence: Presence | undefined;
}

/** Of each object, the steps that are about it: a run is asked about many objects at many moments. */
const logs = new WeakMap<Run, ReadonlyMap<string, readonly Entry[]>>();

function logOf(run: Run): ReadonlyMap<string, readonly Entry[]> {
  return getOrMake(logs, run, () => {
    const log = new Map<string, Entry[]>();
    const world = new Map(run.start.world);
    for (const [index, step] of run.steps.entries()) {
      applyStep(world, step);
      const { key } = step.subject;
      getOrMake(log, key, () => [] as Entry[]).push({ index, step, presence: world.get(key) });
    }
    return log;
  });
}
