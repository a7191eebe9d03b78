/**
 * Questions to a run: what of an object is there when a step is about to be taken, and if nothing is, why.
 *
 * All that hookorder says of existence is an answer to one of these.
 */
import { getOrMake } from '../model/maps.ts';
import { applyStep, type Run, type Step } from './run.ts';
import type { Presence } from './world.ts';

/** Before the step of this index is taken. */
export interface Moment {
  readonly run: Run;
  readonly step: number;
}

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
  const before = log.findLast((entry) => entry.index < step);
  const presence = before === undefined ? run.start.world.get(key) : before.presence;
  if (presence !== undefined) return { is: 'there', presence };
  const later = log.find((entry) => entry.index >= step && entry.presence !== undefined)?.step;
  const deleted = lastDeletion(key, moment);
  return { is: 'absent', ...(later && { later }), ...(deleted && { deleted }) };
}

function lastDeletion(key: string, { run, step }: Moment): Step | undefined {
  const here = logOf(run)
    .get(key)
    ?.findLast((entry) => entry.index < step && entry.step.do === 'delete')?.step;
  const { after } = run.start;
  return here ?? (after && lastDeletion(key, { run: after, step: after.steps.length }));
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
