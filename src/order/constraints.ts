/**
 * From a list of rules to the order in which they run: `after`, `before` and fixed weights override the list.
 */
import type { Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import { type Event, HOOK, OPERATIONS, readHookEvents } from '../model/helm.ts';
import { annotationOf } from '../model/manifest.ts';
import { type Edge, sortByEdges } from './graph.ts';
import type { Claims } from './match.ts';

export interface RuleOrder {
  /** All rules that make hooks, in run order. */
  readonly rules: readonly Rule[];
  /** The `after` and `before` of the config that a weight must respect, as pairs of rules. */
  readonly edges: readonly { readonly before: Rule; readonly after: Rule; readonly declaredBy: Rule }[];
  readonly findings: readonly Finding[];
}

export function orderRules(all: readonly Rule[], claims: Claims): RuleOrder {
  const rules = all.filter((rule) => !rule.plain);
  const findings: Finding[] = [];
  const edges = declaredEdges(rules).filter(({ before, after, declaredBy }) => {
    const relation = relate(eventsOf(before, claims), eventsOf(after, claims));
    if (relation === 'impossible')
      findings.push(
        findingAtRule(
          'order/impossible',
          declaredBy,
          `hook "${after.name}" cannot run after "${before.name}": Helm reaches its event first`,
          {
            key: declaredBy === after ? 'after' : 'before',
            hint: 'give both hooks an event in common, or drop the edge',
          },
        ),
      );
    return relation === 'weighed';
  });

  const indexOf = new Map(rules.map((rule, index) => [rule, index]));
  const index = (rule: Rule): number => indexOf.get(rule) ?? 0;
  const declared: Edge[] = edges.map(({ before, after }) => ({ before: index(before), after: index(after) }));
  const byDeclared = sortByEdges(rules.length, declared);
  if ('cycle' in byDeclared) {
    const path = byDeclared.cycle.map((at) => rules[at] as Rule);
    findings.push(cycleFinding(path));
    return { rules, edges, findings };
  }

  const fixed = rules
    .filter((rule) => rule.weight !== undefined)
    .sort((a, b) => weightOf(a) - weightOf(b) || index(a) - index(b));
  const chain: Edge[] = fixed.slice(1).map((rule, at) => ({ before: index(fixed[at] as Rule), after: index(rule) }));
  const sorted = sortByEdges(rules.length, [...declared, ...chain]);
  if ('cycle' in sorted) {
    findings.push(weightConflict(sorted.cycle.map((at) => rules[at] as Rule)));
    return { rules, edges, findings };
  }
  return { rules: sorted.order.map((at) => rules[at] as Rule), edges, findings };
}

const weightOf = (rule: Rule): number => rule.weight ?? 0;

/** Every `after` and `before` as an edge; unknown names were reported when the config was loaded. */
function declaredEdges(rules: readonly Rule[]): RuleOrder['edges'] {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const find = (names: readonly string[]): readonly Rule[] => names.flatMap((name) => byName.get(name) ?? []);
  return rules.flatMap((rule) => [
    ...find(rule.after).map((other) => ({ before: other, after: rule, declaredBy: rule })),
    ...find(rule.before).map((other) => ({ before: rule, after: other, declaredBy: rule })),
  ]);
}

/** The events in which a rule's hooks run; undefined when nothing tells (it matches nothing and names no events). */
function eventsOf(rule: Rule, claims: Claims): ReadonlySet<Event> | undefined {
  if (rule.events !== undefined) return new Set(rule.events);
  const resources = claims.resourcesOf.get(rule) ?? [];
  if (resources.length === 0) return undefined;
  return new Set(resources.flatMap((resource) => readHookEvents(annotationOf(resource, HOOK) ?? '').events));
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

/** The path mixes fixed weights and edges: name the pair of fixed weights that the edges turn around. */
function weightConflict(path: readonly Rule[]): Finding {
  const fixed = path.filter((rule) => rule.weight !== undefined);
  const at = fixed[fixed.length - 1] ?? (path[0] as Rule);
  const weights = fixed.map((rule) => `"${rule.name}" has ${weightOf(rule)}`).join(', ');
  const names = [...path, path[0] as Rule].map((rule) => `"${rule.name}"`).join(' before ');
  return findingAtRule('order/weight-conflict', at, `fixed weights contradict the order ${names}: ${weights}`, {
    key: 'weight',
    hint: 'drop the `weight` and let hookorder compute it, or change it so that it follows the order',
  });
}
