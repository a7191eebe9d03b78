/**
 * A weight for each hook resource that gets one: rising in run order, fixed weights kept, the others fitted around them and around the
 * hooks that keep the weights of their chart.
 *
 * No two computed weights are equal, so Helm's tie-break by name never decides between resources of the config. And no computed weight
 * turns a resource round with a hook of its chart that stays where it is, unless the config's own order leaves no other place.
 */
import type { Config, Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import { compareHooks, EVENTS, type Event } from '../model/helm.ts';
import { formatResource, type Resource } from '../model/manifest.ts';
import { type ChartOrder, eventsAfter, inChartOrder, keepsOrder } from './chart.ts';
import type { RuleOrder } from './constraints.ts';
import { type Bound, type Crowd, fit, higher, lower, type Numbering, type Slot } from './fit.ts';
import type { Claims } from './match.ts';

export interface Weights {
  /** A resource that is not here keeps the weight that it has. */
  readonly weightOf: ReadonlyMap<Resource, number>;
  readonly findings: readonly Finding[];
}

interface RuleSlot extends Slot {
  readonly rule: Rule;
  readonly resource: Resource;
}

export function assignWeights(
  order: RuleOrder,
  claims: Claims,
  chart: ChartOrder,
  numbering: Config['weights'],
): Weights {
  const slots = slotsOf(order, claims, chart);
  const { weights, crowds } = choose(slots, claims, chart, numbering);
  const weightOf = new Map(slots.map(({ resource }, at) => [resource, weights[at] ?? 0]));
  // A list that could not be sorted crowds its weights too; its finding has the cause.
  if (order.findings.length > 0) return { weightOf, findings: [] };
  const findings = crowds.map((crowd) => noRoom((slots[crowd.at] as RuleSlot).rule, crowd));
  if (findings.length === 0) findings.push(...violatedEdges(order, claims, chart, weightOf));
  return { weightOf, findings };
}

/** In run order, each with what `after` and `before` say about it and rules that keep their chart's weights. */
function slotsOf(order: RuleOrder, claims: Claims, chart: ChartOrder): readonly RuleSlot[] {
  const keptBefore = new Map<Rule, Rule[]>();
  const keptAfter = new Map<Rule, Rule[]>();
  for (const { before, after } of order.edges) {
    if (keepsOrder(before)) keptBefore.set(after, [...(keptBefore.get(after) ?? []), before]);
    if (keepsOrder(after)) keptAfter.set(before, [...(keptAfter.get(before) ?? []), after]);
  }
  return order.rules.flatMap((rule): readonly RuleSlot[] => {
    const claimed = claims.resourcesOf.get(rule) ?? [];
    const { weight: fixed } = rule;
    if (fixed !== undefined) return claimed.map((resource) => ({ rule, resource, name: rule.name, fixed }));
    const boundsOf = (others: readonly Rule[] = [], resource: Resource): readonly Bound[] =>
      others.flatMap((other) =>
        (claims.resourcesOf.get(other) ?? [])
          .filter((one) => shareEvent(one, resource, claims, chart))
          .map((one) => ({ weight: chart.hookOf(one)?.weight ?? 0, name: other.name })),
      );
    return inChartOrder(claimed, chart).map((resource) => {
      const above = boundsOf(keptBefore.get(rule), resource).reduce<Bound | undefined>(higher, undefined);
      const below = boundsOf(keptAfter.get(rule), resource).reduce<Bound | undefined>(lower, undefined);
      return { rule, resource, name: rule.name, ...(above && { above }), ...(below && { below }) };
    });
  });
}

function shareEvent(a: Resource, b: Resource, claims: Claims, chart: ChartOrder): boolean {
  const events = eventsAfter(b, claims, chart);
  return eventsAfter(a, claims, chart).some((event) => events.includes(event));
}

type Choice = ReturnType<typeof fit>;

/**
 * The numbering that the config asks for; where that would turn resources round with hooks that stay, the weights that the resources
 * have already, or else numbers between those of their neighbours. Each of the three finds its own result again the second time.
 */
function choose(slots: readonly RuleSlot[], claims: Claims, chart: ChartOrder, numbering: Numbering): Choice {
  const wished = fit(slots, numbering);
  const neighbours = neighboursOf(slots, claims, chart);
  if (wished.crowds.length > 0 || neighbours.size === 0) return wished;
  const isRound = slots.some((slot, at) => {
    const weight = wished.weights[at] ?? 0;
    const { before = [], after = [] } = neighbours.get(slot.resource) ?? {};
    return (
      before.some((bound) => weight <= bound.weight) ||
      after.some((nextAbove) => weight >= (nextAbove(Number.NEGATIVE_INFINITY)?.weight ?? Number.POSITIVE_INFINITY))
    );
  });
  if (!isRound) return wished;
  const present = slots.map(({ resource, fixed }) => fixed ?? chart.hookOf(resource)?.weight);
  if (present.every((weight) => weight !== undefined) && isFitting(slots, present))
    return { weights: present, crowds: [] };
  const fitted = fit(withNeighbours(slots, neighbours), numbering);
  return fitted.crowds.length > 0 ? wished : fitted;
}

/** Whether these weights rise and keep to their bounds. */
const isFitting = (slots: readonly RuleSlot[], weights: readonly number[]): boolean =>
  slots.every(({ fixed, above, below }, at) => {
    const weight = weights[at] ?? 0;
    const previous = weights[at - 1] ?? Number.NEGATIVE_INFINITY;
    if (fixed !== undefined && slots[at - 1]?.fixed !== undefined) return previous <= weight;
    if (above !== undefined && fixed === undefined && weight <= above.weight) return false;
    return previous < weight && (below === undefined || weight < below.weight);
  });

/** What stands next to a resource in the run that its chart gave, by event. */
interface Neighbours {
  /** Of hooks that stay, the last before it. */
  readonly before: Bound[];
  /** Of hooks that stay, the first after it whose bound is above a weight. */
  readonly after: ((weight: number) => Bound | undefined)[];
}

/** Hooks that keep their weight: they have no rule, or a rule that keeps the order of the chart. A fixed weight asks for a place of its own. */
function neighboursOf(
  slots: readonly RuleSlot[],
  claims: Claims,
  chart: ChartOrder,
): ReadonlyMap<Resource, Neighbours> {
  const neighbours = new Map<Resource, Neighbours>();
  const free = new Set(slots.flatMap(({ resource, fixed }) => (fixed === undefined ? [resource] : [])));
  if (free.size === 0) return neighbours;
  for (const event of EVENTS) {
    const run = runAfter(event, claims, chart);
    const stays = run.filter((resource) => isStaying(resource, claims));
    if (stays.length === 0 || stays.length === run.length) continue;
    let passed = 0;
    for (const resource of run) {
      if (isStaying(resource, claims)) passed++;
      if (!free.has(resource)) continue;
      const known = neighbours.get(resource) ?? { before: [], after: [] };
      neighbours.set(resource, known);
      const last = stays[passed - 1];
      if (last !== undefined) known.before.push(boundOf(last, resource, chart, -1));
      const from = passed;
      known.after.push((weight) => {
        for (let at = from; at < stays.length; at++) {
          const bound = boundOf(stays[at] as Resource, resource, chart, 1);
          if (bound.weight > weight) return bound;
        }
        return undefined;
      });
    }
  }
  return neighbours;
}

const runAfter = (event: Event, claims: Claims, chart: ChartOrder): readonly Resource[] =>
  chart.runOf(event).filter((resource) => eventsAfter(resource, claims, chart).includes(event));

function isStaying(resource: Resource, claims: Claims): boolean {
  const rule = claims.ruleOf.get(resource);
  return rule === undefined || keepsOrder(rule);
}

/** The first weight that is too low (`side` -1) or too high (1) beside a hook that stays: its own, unless names decide rightly. */
function boundOf(stays: Resource, resource: Resource, chart: ChartOrder, side: -1 | 1): Bound {
  const weight = chart.hookOf(stays)?.weight ?? 0;
  const asTie = ({ name, kind }: Resource): Parameters<typeof compareHooks>[0] => ({ weight: 0, name, kind });
  const byName = compareHooks(asTie(stays), asTie(resource));
  return { weight: byName * side > 0 ? weight + side : weight, name: formatResource(stays) };
}

/** The slots with the bounds of their neighbours, less those that the rest leaves no room for: what pushes a hook past them is asked for. */
function withNeighbours(
  slots: readonly RuleSlot[],
  neighbours: ReadonlyMap<Resource, Neighbours>,
): readonly RuleSlot[] {
  let least = Number.NEGATIVE_INFINITY;
  return slots.map((slot) => {
    if (slot.fixed !== undefined) {
      least = Math.max(least, slot.fixed);
      return slot;
    }
    const { before = [], after = [] } = neighbours.get(slot.resource) ?? {};
    const above = [...before, slot.above].reduce(higher, undefined);
    least = Math.max(least, above?.weight ?? least) + 1;
    const below = [...after.map((nextAbove) => nextAbove(least)), slot.below].reduce(lower, undefined);
    return { ...slot, ...(above && { above }), ...(below && { below }) };
  });
}

const noRoom = (rule: Rule, { above, below }: Crowd): Finding =>
  findingAtRule(
    'order/weight-conflict',
    rule,
    `hook "${rule.name}" runs between "${above.name}" (weight ${above.weight}) and "${below.name}" (weight ${below.weight}), and there are not enough weights between them`,
    { hint: 'move the fixed weights further apart, or drop them' },
  );

/** Two fixed weights may be equal; where an edge lies between them, Helm would go by name. */
function* violatedEdges(
  { edges }: RuleOrder,
  claims: Claims,
  chart: ChartOrder,
  weightOf: ReadonlyMap<Resource, number>,
): Generator<Finding> {
  const weigh = (resource: Resource): number => weightOf.get(resource) ?? chart.hookOf(resource)?.weight ?? 0;
  for (const { before, after, declaredBy } of edges) {
    const [first, second] = weighed(before, after, claims, chart).map((resources) => resources.map(weigh));
    if (first === undefined || second === undefined || first.length === 0 || second.length === 0) continue;
    const [last, next] = [Math.max(...first), Math.min(...second)];
    if (last < next) continue;
    yield findingAtRule(
      'order/weight-conflict',
      declaredBy,
      `"${after.name}" (weight ${next}) must run after "${before.name}" (weight ${last}), and Helm goes by weight, then by name`,
      { key: 'weight', hint: 'drop the `weight`, or give the later hook a higher one' },
    );
  }
}

/** The resources of both rules of an edge; of one that keeps its chart's order, those that meet the other's. */
function weighed(a: Rule, b: Rule, claims: Claims, chart: ChartOrder): readonly (readonly Resource[])[] {
  const [ofA, ofB] = [claims.resourcesOf.get(a) ?? [], claims.resourcesOf.get(b) ?? []];
  const meeting = (own: readonly Resource[], others: readonly Resource[]): readonly Resource[] =>
    own.filter((resource) => others.some((other) => shareEvent(resource, other, claims, chart)));
  return [keepsOrder(a) ? meeting(ofA, ofB) : ofA, keepsOrder(b) ? meeting(ofB, ofA) : ofB];
}
