/**
 * The order that the charts gave: their hooks, event by event, as Helm would run them if no config touched them.
 *
 * A config leaves it alone unless it asks for another one, so weights are fitted to it (weights.ts), and what comes out is held
 * against it (turned.ts).
 */
import type { Rule } from '../model/config.ts';
import { compareHooks, type Event } from '../model/helm.ts';
import { annotationInHelm, type Resource } from '../model/manifest.ts';
import { addTo, getOrMake } from '../model/maps.ts';
import type { Hook } from '../model/plan.ts';
import { sortByEdges } from './graph.ts';
import { readHook } from './hook.ts';
import type { Claims } from './match.ts';

/** Says nothing about order: its resources keep the weights that their chart gave them. */
export const keepsOrder = ({ plain, events, weight, after, before }: Rule): boolean =>
  !plain && events === undefined && weight === undefined && after.length === 0 && before.length === 0;

/** Its weights are computed: neither kept nor written in the config. */
export const isFree = (rule: Rule): boolean => !rule.plain && rule.weight === undefined && !keepsOrder(rule);

export interface ChartOrder {
  /** The hook that the chart made of a resource. */
  readonly hookOf: (resource: Resource) => Hook | undefined;
  /** The hooks of an event in the order in which Helm would run them. */
  readonly runOf: (event: Event) => readonly Resource[];
}

export function readChartOrder(resources: readonly Resource[]): ChartOrder {
  const hooks = new Map<Resource, Hook>();
  const byEvent = new Map<Event, Resource[]>();
  for (const resource of resources) {
    const hook = resource.mayBeHook ? readHook((key) => annotationInHelm(resource, key)) : undefined;
    if (hook === undefined) continue;
    hooks.set(resource, hook);
    for (const event of hook.events) addTo(byEvent, event, resource);
  }
  const asRun = (resource: Resource): { weight: number; name: string; kind: string } => ({
    weight: hooks.get(resource)?.weight ?? 0,
    name: resource.name,
    kind: resource.kind,
  });
  const runs = new Map<Event, readonly Resource[]>();
  return {
    hookOf: (resource) => hooks.get(resource),
    runOf: (event) =>
      getOrMake(runs, event, () => (byEvent.get(event) ?? []).sort((a, b) => compareHooks(asRun(a), asRun(b)))),
  };
}

/** The events in which Helm will run a resource; none for one that is, or becomes, no hook. */
export function eventsAfter(resource: Resource, claims: Claims, chart: ChartOrder): readonly Event[] {
  const rule = claims.ruleOf.get(resource);
  if (rule?.plain) return [];
  return rule?.events ?? chart.hookOf(resource)?.events ?? [];
}

/** The resources of one hook: as their chart ordered them, and otherwise in the order in which they come in. */
export function inChartOrder(resources: readonly Resource[], chart: ChartOrder): readonly Resource[] {
  if (resources.length < 2 || resources.every((resource) => chart.hookOf(resource) === undefined)) return resources;
  const indexOf = new Map(resources.map((resource, index) => [resource, index]));
  const events = new Set(resources.flatMap((resource) => chart.hookOf(resource)?.events ?? []));
  const edges = [...events].flatMap((event) => {
    const own = chart.runOf(event).flatMap((resource) => indexOf.get(resource) ?? []);
    return own.slice(1).map((after, at) => ({ before: own[at] ?? 0, after }));
  });
  const sorted = sortByEdges(resources.length, edges);
  return 'order' in sorted ? sorted.order.map((at) => resources[at] as Resource) : resources;
}
