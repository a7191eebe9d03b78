/**
 * A weight for each hook resource: rising in run order, fixed weights kept, the others fitted around them.
 *
 * No two computed weights are equal, so Helm's tie-break by name never decides between resources of the config.
 */
import type { Config, Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import type { Resource } from '../model/manifest.ts';
import type { RuleOrder } from './constraints.ts';
import type { Claims } from './match.ts';

export interface Weights {
  readonly weightOf: ReadonlyMap<Resource, number>;
  readonly findings: readonly Finding[];
}

interface Slot {
  readonly rule: Rule;
  readonly resource: Resource;
}

export function assignWeights(order: RuleOrder, claims: Claims, { start, step }: Config['weights']): Weights {
  const slots = order.rules.flatMap((rule): readonly Slot[] =>
    (claims.resourcesOf.get(rule) ?? []).map((resource) => ({ rule, resource })),
  );
  const weightOf = new Map<Resource, number>();
  const findings: Finding[] = [];
  let last: number | undefined;
  for (let at = 0; at < slots.length; ) {
    const fixed = slots[at]?.rule.weight;
    if (fixed !== undefined) {
      weightOf.set((slots[at] as Slot).resource, fixed);
      last = Math.max(last ?? fixed, fixed);
      at++;
      continue;
    }
    let end = at;
    while (end < slots.length && slots[end]?.rule.weight === undefined) end++;
    const free = slots.slice(at, end);
    const limit = slots[end]?.rule.weight;
    const weights = fit(free.length, last, limit, start, step);
    if (weights === undefined) findings.push(noRoom(free[0] as Slot, slots[at - 1] as Slot, slots[end] as Slot));
    for (const [offset, slot] of free.entries()) weightOf.set(slot.resource, weights?.[offset] ?? 0);
    last = weights?.at(-1) ?? last;
    at = end;
  }
  if (findings.length === 0 && order.findings.length === 0) findings.push(...violatedEdges(order, claims, weightOf));
  return { weightOf, findings };
}

/** `count` rising integers between `last` and `limit` (both exclusive), by `step` if there is room; undefined if there is none. */
function fit(
  count: number,
  last: number | undefined,
  limit: number | undefined,
  start: number,
  step: number,
): readonly number[] | undefined {
  const rising = (first: number, by: number): readonly number[] =>
    Array.from({ length: count }, (_, at) => first + at * by);
  const first = last === undefined ? start : last + step;
  if (limit === undefined || first + (count - 1) * step < limit) return rising(first, step);
  if (last === undefined) return rising(limit - count * step, step);
  const gap = Math.floor((limit - last) / (count + 1));
  return gap < 1 ? undefined : rising(last + gap, gap);
}

const noRoom = (slot: Slot, before: Slot, after: Slot): Finding =>
  findingAtRule(
    'order/weight-conflict',
    slot.rule,
    `hook "${slot.rule.name}" runs between "${before.rule.name}" (weight ${before.rule.weight}) and "${after.rule.name}" (weight ${after.rule.weight}), and there are not enough weights between them`,
    { hint: 'move the fixed weights further apart, or drop them' },
  );

/** Two fixed weights may be equal; where an edge lies between them, Helm would go by name. */
function* violatedEdges(order: RuleOrder, claims: Claims, weightOf: ReadonlyMap<Resource, number>): Generator<Finding> {
  const extreme = (rule: Rule, pick: (...weights: number[]) => number): number =>
    pick(...(claims.resourcesOf.get(rule) ?? []).map((resource) => weightOf.get(resource) ?? 0));
  for (const { before, after, declaredBy } of order.edges) {
    if ((claims.resourcesOf.get(before)?.length ?? 0) === 0 || (claims.resourcesOf.get(after)?.length ?? 0) === 0)
      continue;
    if (extreme(before, Math.max) < extreme(after, Math.min)) continue;
    yield findingAtRule(
      'order/weight-conflict',
      declaredBy,
      `"${after.name}" (weight ${extreme(after, Math.min)}) must run after "${before.name}" (weight ${extreme(before, Math.max)}), and Helm goes by weight, then by name`,
      { key: 'weight', hint: 'drop the `weight`, or give the later hook a higher one' },
    );
  }
}
