/**
 * Hooks with a weight for each event: Helm reads one weight from a document, and takes two documents of one name in different events. So a
 * rule becomes one rule for each group of events that share a weight, and its resources become one for each group.
 *
 * What orders, places and writes then knows plain weights only. A stream that was split before is recognised: its documents are the groups.
 */
import type { Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import { EVENTS, type Event } from '../model/helm.ts';
import { isEqual } from '../model/json.ts';
import type { Resource } from '../model/manifest.ts';
import { addTo, getOrMake } from '../model/maps.ts';
import { type ChartOrder, readChartOrder } from './chart.ts';
import type { Claims } from './match.ts';

export interface Split {
  /** With the further documents of a resource directly behind it. */
  readonly resources: readonly Resource[];
  readonly rules: readonly Rule[];
  readonly claims: Claims;
  /** The order that the charts gave these resources. */
  readonly chart: ChartOrder;
  /** The further documents: each is made out of the document that it stands behind. */
  readonly added: ReadonlySet<Resource>;
}

export function splitByEvent(resources: readonly Resource[], rules: readonly Rule[], claims: Claims): Split {
  const chart = readChartOrder(resources);
  const split = rules.filter(({ weightByEvent }) => weightByEvent !== undefined);
  if (split.length === 0) return { resources, rules, claims, chart, added: new Set() };
  const twinsOf = new Map<Resource, Resource[]>();
  const partsOf = new Map<Rule, Rule[]>();
  const resourcesOf = new Map(claims.resourcesOf);
  const ruleOf = new Map(claims.ruleOf);
  const findings: Finding[] = [];
  for (const rule of split) {
    const claimed = claims.resourcesOf.get(rule) ?? [];
    const parts = new Map<string, Rule>();
    const claim = (resource: Resource, group: Group): void => {
      const part = getOrMake(parts, JSON.stringify(group), () => partOf(rule, group));
      ruleOf.set(resource, part);
      resourcesOf.set(part, [...(resourcesOf.get(part) ?? []), resource]);
    };
    for (const same of sameNames(claimed)) {
      const own = rule.events === undefined ? undefined : asWritten(same, groupsOf(rule, rule.events), chart);
      for (const resource of same) {
        const [first, ...others] = own?.get(resource) ?? groupsOfResource(rule, resource, chart);
        if (first === undefined) continue;
        claim(resource, first);
        for (const group of others) {
          // A resource of its own to everything that follows, which reads the same document.
          const twin: Resource = Object.create(resource);
          addTo(twinsOf, resource, twin);
          claim(twin, group);
        }
      }
    }
    findings.push(...neverRun(rule, claimed, chart));
    partsOf.set(rule, [...parts.values()]);
  }
  const all = resources.flatMap((resource) => [resource, ...(twinsOf.get(resource) ?? [])]);
  return {
    resources: all,
    // What has no events has no part, and is told with its rule.
    rules: rules.flatMap((rule) => (partsOf.get(rule)?.length ? (partsOf.get(rule) ?? []) : [rule])),
    claims: { resourcesOf, ruleOf, findings: [...claims.findings, ...findings] },
    chart: twinsOf.size === 0 ? chart : readChartOrder(all),
    added: new Set([...twinsOf.values()].flat()),
  };
}

/** Events that share a weight; an absent weight is computed. */
interface Group {
  readonly events: readonly Event[];
  readonly weight?: number;
  /** Whether these are all events of the resource, so that its annotation may stay as it is. */
  readonly isWhole: boolean;
}

function partOf({ weightByEvent: _, ...rule }: Rule, { events, weight, isWhole }: Group): Rule {
  return {
    ...rule,
    ...(!(isWhole && rule.events === undefined) && { events }),
    ...(weight !== undefined && { weight }),
  };
}

/** In the order of their first events. `otherwise` is the weight of events that the rule gives none. */
function groupsOf({ weightByEvent }: Rule, events: readonly Event[], otherwise?: number): readonly Group[] {
  const byWeight = new Map<number | undefined, Event[]>();
  for (const event of EVENTS)
    if (events.includes(event)) addTo(byWeight, weightByEvent?.get(event) ?? otherwise, event);
  return [...byWeight].map(([weight, own]) => ({
    events: byWeight.size === 1 ? events : own,
    ...(weight !== undefined && { weight }),
    isWhole: byWeight.size === 1,
  }));
}

/** An entry without events keeps those of the chart; where it says nothing of an event's weight, it keeps that too. */
function groupsOfResource(rule: Rule, resource: Resource, chart: ChartOrder): readonly Group[] {
  if (rule.events !== undefined) return groupsOf(rule, rule.events);
  const hook = chart.hookOf(resource);
  const isLoose = rule.after.length + rule.before.length > 0;
  return hook === undefined ? [] : groupsOf(rule, hook.events, isLoose ? undefined : hook.weight);
}

/** Where documents of one name have exactly the events of the groups, one each, they are what an earlier run made. */
function asWritten(
  same: readonly Resource[],
  groups: readonly Group[],
  chart: ChartOrder,
): ReadonlyMap<Resource, readonly Group[]> | undefined {
  if (same.length !== groups.length) return undefined;
  const found = groups.map(({ events }) =>
    same.find((resource) => isEqual([...(chart.hookOf(resource)?.events ?? [])].sort(), [...events].sort())),
  );
  if (found.includes(undefined)) return undefined;
  return new Map(groups.map((group, at) => [found[at] as Resource, [group]]));
}

function sameNames(resources: readonly Resource[]): readonly (readonly Resource[])[] {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const { apiVersion, kind, namespace, name, baseName, generateName } = resource;
    addTo(groups, JSON.stringify([apiVersion, kind, namespace, name === '' ? generateName : baseName]), resource);
  }
  return [...groups.values()];
}

/** Events with a weight in which nothing of a rule runs. */
function neverRun(rule: Rule, claimed: readonly Resource[], chart: ChartOrder): readonly Finding[] {
  if (rule.events !== undefined || claimed.length === 0) return [];
  const run = new Set(claimed.flatMap((resource) => chart.hookOf(resource)?.events ?? []));
  return [...(rule.weightByEvent?.keys() ?? [])]
    .filter((event) => run.size > 0 && !run.has(event))
    .map((event) =>
      findingAtRule(
        'order/impossible',
        rule,
        `hook "${rule.name}" has a weight in ${event}, and nothing that it matches runs then`,
        { key: 'weight', hint: `take ${event} out of \`weight\`, or give the hook \`events\`` },
      ),
    );
}
