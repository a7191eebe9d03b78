/** The operations as they are drawn: neighbours in which the same happens stand once, under both names. */
import { afterOf, factOfOperation } from './facts.ts';
import { isEventStep, type OperationTimeline, type Step, type Stop, stopsOf, type Timeline } from './timeline.ts';

export interface Lane {
  /** `install`, or `install and upgrade`. */
  readonly name: string;
  /** The first of those that are alike. */
  readonly operation: OperationTimeline;
  /** For each step the events that it stands for: `pre-install, pre-upgrade`; empty for resources. */
  readonly events: readonly string[];
}

/** `noteOf` is what else is drawn at a stop; where that differs, lanes do. */
export function lanesOf(timeline: Timeline, noteOf: (stop: Stop) => string = () => ''): readonly Lane[] {
  const groups: OperationTimeline[][] = [];
  for (const operation of timeline.operations) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    if (first !== undefined && areAlike(first, operation, timeline, noteOf)) last?.push(operation);
    else groups.push([operation]);
  }
  return groups.map((group) => {
    const [operation] = group as [OperationTimeline];
    const events = operation.steps.map((_, at) => [...new Set(group.flatMap(({ steps }) => eventOf(steps[at])))]);
    return {
      name: group.map(({ name }) => name).join(' and '),
      operation,
      events: events.map((each) => each.join(', ')),
    };
  });
}

const eventOf = (step: Step | undefined): readonly string[] =>
  step !== undefined && isEventStep(step) ? [step.event] : [];

function areAlike(
  a: OperationTimeline,
  b: OperationTimeline,
  timeline: Timeline,
  noteOf: (stop: Stop) => string,
): boolean {
  if (stopsOf(a).length === 0 || a.changes !== undefined || b.changes !== undefined) return false;
  const keyOf = (operation: OperationTimeline): string =>
    JSON.stringify([
      factOfOperation(operation, timeline) ?? '',
      operation.steps.map((step) => keyOfStep(step, noteOf)),
    ]);
  return keyOf(a) === keyOf(b);
}

const keyOfStep = (step: Step, noteOf: (stop: Stop) => string): unknown =>
  isEventStep(step)
    ? [step.together ?? false, step.stops.map((stop) => [...keyOfStop(stop), noteOf(stop)])]
    : [step.at ?? '', step.resources, step.plain.map(({ resource, name }) => [resource.kind, name])];

const keyOfStop = (stop: Stop): readonly unknown[] => {
  const { title, hook, source, origin, waits, deadlineSeconds, ttlSeconds, stays, deletion } = stop;
  const policies = [hook.deletePolicies, hook.logPolicies];
  return [
    title,
    hook.weight,
    source,
    origin,
    waits,
    deadlineSeconds,
    ttlSeconds,
    stays,
    deletion,
    policies,
    afterOf(stop),
  ];
};
