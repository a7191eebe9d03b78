/**
 * What Helm will run, in its own order: a plan in, one timeline per operation out. All plan formats, the page included, are
 * drawn from this value, so no format can show another order than the others.
 *
 * Invariant: the stops of an event stand in the order of `compareHooks` on the names with which the resources leave.
 */
import {
  compareHooks,
  type Event,
  HOOK,
  isAwaited,
  OPERATION_NAMES,
  OPERATIONS,
  type Operation,
  readHookEvents,
} from '../model/helm.ts';
import { type Json, valueAt } from '../model/json.ts';
import { annotationOf } from '../model/manifest.ts';
import { formatSource, type Hook, type Placement, type Plan } from '../model/plan.ts';

export interface Timeline {
  readonly operations: readonly OperationTimeline[];
  /** The plain resources of the release. */
  readonly resources: ResourceCounts;
  /** Resources that Helm drops without a word, because their annotation names an event that it does not know. */
  readonly dropped: readonly Placement[];
  /** Hooks that a successful run leaves in the cluster and that uninstall does not remove. */
  readonly leftBehind: readonly Stop[];
  /** Resources that the config made ordinary ones (`hook: false`), in the order of the stream. */
  readonly plain: readonly Placement[];
}

export interface OperationTimeline {
  readonly name: Operation;
  readonly steps: readonly Step[];
}

export type Step = EventStep | { readonly resources: ResourceCounts };

export interface EventStep {
  readonly event: Event;
  readonly stops: readonly Stop[];
}

/** One hook in one event. */
export interface Stop {
  readonly placement: Placement;
  readonly hook: Hook;
  /** `Kind/name`, with the name with which it leaves. */
  readonly title: string;
  /** The config's hook, `copy for …`, or `chart`. */
  readonly source: string;
  readonly origin: 'config' | 'copy' | 'chart';
  readonly waits: boolean;
  /** `activeDeadlineSeconds`, where Helm waits for it. */
  readonly deadlineSeconds?: number;
  readonly ttlSeconds?: number;
  /** Stops of the same event that must run before this one: `after` and `before` of the config, and copies that it needs. */
  readonly after: readonly Stop[];
}

export interface ResourceCounts {
  readonly count: number;
  /** Most frequent first, then by kind. */
  readonly byKind: readonly (readonly [kind: string, count: number])[];
}

export const isEventStep = (step: Step): step is EventStep => 'event' in step;
export const stopsOf = (operation: OperationTimeline): readonly Stop[] =>
  operation.steps.flatMap((step) => (isEventStep(step) ? step.stops : []));

export function timelineOf(plan: Pick<Plan, 'placements'>): Timeline {
  const dropped = plan.placements.filter(isDropped);
  const hooks = plan.placements.filter((placement) => placement.hook !== undefined && !dropped.includes(placement));
  const resources = countKinds(plan.placements.filter((placement) => placement.hook === undefined));
  const operations = OPERATION_NAMES.map((name) => {
    const [first, last] = OPERATIONS[name].map((event) => ({ event, stops: stopsOfEvent(event, hooks) }));
    return { name, steps: [first, ...(last === undefined ? [] : [{ resources }, last])] as readonly Step[] };
  });
  const all = new Map(operations.flatMap(stopsOf).map((stop) => [stop.placement, stop]));
  const plain = plan.placements.filter(({ rule, hook }) => rule !== undefined && hook === undefined);
  return { operations, resources, plain, dropped, leftBehind: [...all.values()].filter((stop) => staysBehind(stop)) };
}

/** True when a successful run is not deleted: Helm deletes hooks by policy only [see helm.ts], never on uninstall. */
const staysBehind = ({ hook }: Stop): boolean => !hook.deletes.includes('hook-succeeded');

/** One unknown word among the events makes Helm drop the resource. The config's own events were checked when it was loaded. */
function isDropped({ hook, rule, copyFor, resource }: Placement): boolean {
  if (hook === undefined || copyFor !== undefined || rule?.events !== undefined) return false;
  return readHookEvents(annotationOf(resource, HOOK) ?? '').unknown.length > 0;
}

function stopsOfEvent(event: Event, hooks: readonly Placement[]): readonly Stop[] {
  const stops = new Map<Placement, Stop & { after: Stop[] }>();
  for (const placement of hooks) {
    if (placement.hook?.events.includes(event)) stops.set(placement, stopOf(placement, placement.hook));
  }
  const sorted = [...stops.values()].sort((a, b) =>
    compareHooks(
      { weight: a.hook.weight, name: a.placement.name, kind: a.placement.resource.kind },
      { weight: b.hook.weight, name: b.placement.name, kind: b.placement.resource.kind },
    ),
  );
  for (const stop of sorted) stop.after.push(...sorted.filter((other) => mustRunBefore(other, stop)));
  return sorted;
}

/** True when the config says so, or when `first` is a copy that `second` needs. */
function mustRunBefore({ placement: first }: Stop, { placement: second }: Stop): boolean {
  if (first.copyFor !== undefined) return first.copyFor.some((user) => user.resource === second.resource);
  const [a, b] = [first.rule, second.rule];
  return a !== undefined && b !== undefined && a !== b && (b.after.includes(a.name) || a.before.includes(b.name));
}

function stopOf(placement: Placement, hook: Hook): Stop & { after: Stop[] } {
  const { kind } = placement.resource;
  const waits = isAwaited(kind);
  const deadline = waits ? secondsAt(placement, 'activeDeadlineSeconds') : undefined;
  const ttl = kind === 'Job' ? secondsAt(placement, 'ttlSecondsAfterFinished') : undefined;
  return {
    placement,
    hook,
    title: `${kind}/${placement.name}`,
    source: formatSource(placement),
    origin: placement.copyFor !== undefined ? 'copy' : placement.rule !== undefined ? 'config' : 'chart',
    waits,
    ...(deadline !== undefined && { deadlineSeconds: deadline }),
    ...(ttl !== undefined && { ttlSeconds: ttl }),
    after: [],
  };
}

function secondsAt(placement: Placement, key: string): number | undefined {
  const value: Json | undefined = valueAt(placement.value(), ['spec', key]);
  return typeof value === 'number' ? value : undefined;
}

function countKinds(placements: readonly Placement[]): ResourceCounts {
  const counts = new Map<string, number>();
  for (const { resource } of placements) counts.set(resource.kind, (counts.get(resource.kind) ?? 0) + 1);
  const byKind = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { count: placements.length, byKind };
}
