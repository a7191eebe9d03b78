/**
 * From a list of rules to the order in which they run: `after`, `before` and fixed weights override the list.
 */
import type { Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import { EVENTS, type Event, OPERATIONS } from '../model/helm.ts';
import { type ChartOrder, eventsAfter, isFree, keepsOrder } from './chart.ts';
import { type Edge, sortByEdges } from './graph.ts';
import type { Claims } from './match.ts';

export interface RuleOrder {
  /** The rules that give their resources a weight, computed or fixed, in run order. */
  readonly rules: readonly Rule[];
  /** The `after` and `before` of the config that a weight must respect, as pairs of rules. */
  readonly edges: readonly DeclaredEdge[];
  readonly findings: readonly Finding[];
}

export interface DeclaredEdge {
  readonly before: Rule;
  readonly after: Rule;
  readonly declaredBy: Rule;
}

export function orderRules(all: readonly Rule[], claims: Claims, chart: ChartOrder): RuleOrder {
  const hooks = all.filter((rule) => !rule.plain);
  const findings: Finding[] = [];
  const edges = declaredEdges(hooks).flatMap(({ before, after, declaredBy }): readonly DeclaredEdge[] => {
    const relation = relate(eventsOf(before, claims, chart), eventsOf(after, claims, chart));
    if (relation === 'impossible') findings.push(impossible(before[0], after[0], declaredBy));
    return relation === 'weighed' ? edgesBetween(before, after, declaredBy, claims, chart) : [];
  });

  // A rule that keeps its chart's order has no place in the list. Where other rules name it, its weights count as fixed.
  const named = new Set(edges.flatMap(({ before, after }) => [before, after]));
  const rules = hooks.filter((rule) => !keepsOrder(rule) || named.has(rule));
  const indexOf = new Map(rules.map((rule, index) => [rule, index]));
  const asEdge = ({ before, after }: Pick<DeclaredEdge, 'before' | 'after'>): Edge => ({
    before: indexOf.get(before) ?? 0,
    after: indexOf.get(after) ?? 0,
  });
  const declared = edges.map(asEdge);
  const byDeclared = sortByEdges(rules.length, declared);
  if ('cycle' in byDeclared) {
    findings.push(cycleFinding(byDeclared.cycle.map((at) => rules[at] as Rule)));
    return { rules: rules.filter((rule) => !keepsOrder(rule)), edges, findings };
  }

  const rangeOf = (rule: Rule): Range | undefined => weightRange(rule, claims, chart);
  const asked = [...declared, ...pinnedEdges(rules, rangeOf).map(asEdge)];
  const sorted = sortByEdges(rules.length, asked);
  if ('cycle' in sorted) {
    findings.push(
      weightConflict(
        sorted.cycle.map((at) => rules[at] as Rule),
        rangeOf,
      ),
    );
    return { rules: rules.filter((rule) => !keepsOrder(rule)), edges, findings };
  }
  const order = keepChartOrder(rules, asked, sorted.order, claims, chart);
  return { rules: order.map((at) => rules[at] as Rule).filter((rule) => !keepsOrder(rule)), edges, findings };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** The weights that a rule's resources are sure to have; undefined for those that are computed, and for a rule that claims nothing. */
function weightRange(rule: Rule, claims: Claims, chart: ChartOrder): Range | undefined {
  if (rule.weight !== undefined) return { min: rule.weight, max: rule.weight };
  const claimed = claims.resourcesOf.get(rule) ?? [];
  if (!keepsOrder(rule) || claimed.length === 0) return undefined;
  const weights = claimed.map((resource) => chart.hookOf(resource)?.weight ?? 0);
  return { min: Math.min(...weights), max: Math.max(...weights) };
}

/** Lower weights before higher ones; equal fixed ones in the order of the list. */
function pinnedEdges(
  rules: readonly Rule[],
  rangeOf: (rule: Rule) => Range | undefined,
): readonly Pick<DeclaredEdge, 'before' | 'after'>[] {
  // Sorting is stable, so equal weights stay in the order of the list.
  const fixed = rules.filter((rule) => rule.weight !== undefined).sort((a, b) => weightOf(a) - weightOf(b));
  const chain = fixed.slice(1).map((after, at) => ({ before: fixed[at] as Rule, after }));
  const kept = rules.flatMap((rule) => {
    const range = keepsOrder(rule) ? rangeOf(rule) : undefined;
    return range === undefined ? [] : [{ rule, range }];
  });
  const pinned = [...kept, ...fixed.map((rule) => ({ rule, range: { min: weightOf(rule), max: weightOf(rule) } }))];
  return [
    ...chain,
    ...kept.flatMap(({ rule, range }) =>
      pinned.flatMap((other) => {
        if (range.max < other.range.min) return [{ before: rule, after: other.rule }];
        return other.range.max < range.min ? [{ before: other.rule, after: rule }] : [];
      }),
    ),
  ];
}

/**
 * The list orders hooks that name their events. A hook that has an order only by `after` or `before` stands where its chart had it among
 * the others, as far as nothing else asks for another place.
 */
function keepChartOrder(
  rules: readonly Rule[],
  asked: readonly Edge[],
  order: readonly number[],
  claims: Claims,
  chart: ChartOrder,
): readonly number[] {
  const loose = rules.flatMap((rule, at) => (isFree(rule) && rule.events === undefined ? [at] : []));
  if (loose.length === 0) return order;
  const runs = rules.map((rule) => (isFree(rule) ? runsOf(rule, claims, chart) : new Map<Event, Range>()));
  let edges = asked;
  let best = order;
  for (const at of loose)
    for (const [other, run] of runs.entries()) {
      const side = other === at ? 0 : sideOf(runs[at] ?? new Map(), run);
      if (side === 0 || isLater(best, at, other) === side > 0) continue;
      const more = [...edges, side > 0 ? { before: other, after: at } : { before: at, after: other }];
      const sorted = sortByEdges(rules.length, more);
      if ('cycle' in sorted) continue;
      edges = more;
      best = sorted.order;
    }
  return best;
}

const isLater = (order: readonly number[], a: number, b: number): boolean => order.indexOf(a) > order.indexOf(b);

/** By event, the places of a rule's resources in the run that the charts gave. */
function runsOf(rule: Rule, claims: Claims, chart: ChartOrder): ReadonlyMap<Event, Range> {
  const claimed = new Set(claims.resourcesOf.get(rule));
  const runs = new Map<Event, Range>();
  for (const event of EVENTS) {
    const places = chart
      .runOf(event)
      .flatMap((resource, at) =>
        claimed.has(resource) && eventsAfter(resource, claims, chart).includes(event) ? [at] : [],
      );
    if (places.length > 0) runs.set(event, { min: places[0] ?? 0, max: places.at(-1) ?? 0 });
  }
  return runs;
}

/** 1 where `a` ran after `b` in every event that they share, -1 where it ran before, 0 where neither is so. */
function sideOf(a: ReadonlyMap<Event, Range>, b: ReadonlyMap<Event, Range>): number {
  const sides = [...a].flatMap(([event, own]) => {
    const other = b.get(event);
    if (other === undefined) return [];
    return [own.min > other.max ? 1 : own.max < other.min ? -1 : 0];
  });
  const [first = 0] = sides;
  return sides.every((side) => side === first) ? first : 0;
}

const weightOf = (rule: Rule): number => rule.weight ?? 0;

const impossible = (before: Rule, after: Rule, declaredBy: Rule): Finding =>
  findingAtRule(
    'order/impossible',
    declaredBy,
    `hook "${after.name}" cannot run after "${before.name}": Helm reaches its event first`,
    {
      key: declaredBy === after ? 'after' : 'before',
      hint: 'give both hooks an event in common, or drop the edge',
    },
  );

/** The rules of one name: one, or those of an entry with different weights in different events. */
type Entry = readonly [Rule, ...Rule[]];

/** Every `after` and `before`; unknown names were reported when the config was loaded. */
function declaredEdges(
  rules: readonly Rule[],
): readonly { readonly before: Entry; readonly after: Entry; readonly declaredBy: Rule }[] {
  const byName = new Map<string, [Rule, ...Rule[]]>();
  for (const rule of rules) {
    const entry = byName.get(rule.name);
    if (entry === undefined) byName.set(rule.name, [rule]);
    else entry.push(rule);
  }
  const find = (names: readonly string[]): readonly Entry[] =>
    names.flatMap((name) => {
      const entry = byName.get(name);
      return entry === undefined ? [] : [entry];
    });
  return [...byName.values()].flatMap((entry) => [
    ...find(entry[0].after).map((other) => ({ before: other, after: entry, declaredBy: entry[0] })),
    ...find(entry[0].before).map((other) => ({ before: entry, after: other, declaredBy: entry[0] })),
  ]);
}

/** Between single rules; those of one entry meet another only in events of their own. */
function edgesBetween(
  first: Entry,
  second: Entry,
  declaredBy: Rule,
  claims: Claims,
  chart: ChartOrder,
): readonly DeclaredEdge[] {
  const isOne = first.length === 1 && second.length === 1;
  const meet = (a: Rule, b: Rule): boolean =>
    relate(eventsOf([a], claims, chart), eventsOf([b], claims, chart)) === 'weighed';
  return first.flatMap((before) =>
    second.flatMap((after) => (isOne || meet(before, after) ? [{ before, after, declaredBy }] : [])),
  );
}

/** The events in which an entry's hooks run; undefined when nothing tells (it matches nothing and names no events). */
function eventsOf(entry: Entry, claims: Claims, chart: ChartOrder): ReadonlySet<Event> | undefined {
  const known = entry.flatMap((rule) => {
    if (rule.events !== undefined) return [rule.events];
    const resources = claims.resourcesOf.get(rule) ?? [];
    return resources.length === 0 ? [] : [resources.flatMap((resource) => chart.hookOf(resource)?.events ?? [])];
  });
  return known.length === 0 ? undefined : new Set(known.flat());
}

/**
 * What "`after` runs later than `before`" asks of weights: `weighed` in events that they share, nothing where the events
 * already see to it, and `impossible` where an operation reaches the later one's event first.
 */
function relate(
  before: ReadonlySet<Event> | undefined,
  after: ReadonlySet<Event> | undefined,
): 'weighed' | 'settled' | 'impossible' {
  if (before === undefined || after === undefined) return 'weighed';
  let weighed = false;
  for (const events of Object.values(OPERATIONS) as (readonly Event[])[]) {
    const shared = events.some((event) => before.has(event) && after.has(event));
    const first = events.find((event) => before.has(event) || after.has(event));
    const both = events.some((event) => before.has(event)) && events.some((event) => after.has(event));
    if (shared) weighed = true;
    else if (both && first !== undefined && after.has(first)) return 'impossible';
  }
  return weighed ? 'weighed' : 'settled';
}

function cycleFinding(path: readonly Rule[]): Finding {
  const first = path[0] as Rule;
  const names = [...path, first].map((rule) => `"${rule.name}"`);
  const words =
    path.length === 1
      ? `hook ${names[0]} is to run after itself`
      : `hooks wait for each other: ${names.join(' before ')}`;
  return findingAtRule('order/cycle', first, words, {
    key: first.after.length > 0 ? 'after' : 'before',
    hint: 'remove one `after` or `before` of this path',
  });
}

/** The path mixes weights that stand and edges: name the weights that the edges turn around. */
function weightConflict(path: readonly Rule[], rangeOf: (rule: Rule) => Range | undefined): Finding {
  const fixed = path.filter((rule) => rangeOf(rule) !== undefined);
  const at = fixed.findLast((rule) => rule.weight !== undefined) ?? path.find((rule) => !keepsOrder(rule)) ?? path[0];
  const weights = fixed.map((rule) => `"${rule.name}" has ${formatRange(rule, rangeOf(rule))}`).join(', ');
  const names = [...path, path[0] as Rule].map((rule) => `"${rule.name}"`).join(' before ');
  const kept = fixed.find(keepsOrder);
  return findingAtRule('order/weight-conflict', at as Rule, `fixed weights contradict the order ${names}: ${weights}`, {
    key: 'weight',
    hint:
      kept === undefined
        ? 'drop the `weight` and let hookorder compute it, or change it so that it follows the order'
        : `give hook "${kept.name}" \`events\` or a \`weight\`, so that its weight is no longer the chart's`,
  });
}

const formatRange = (rule: Rule, range: Range = { min: 0, max: 0 }): string => {
  const weights = range.min === range.max ? String(range.min) : `${range.min} to ${range.max}`;
  return keepsOrder(rule) ? `${weights} from its chart` : weights;
};
