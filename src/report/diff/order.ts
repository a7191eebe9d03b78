/** What changed in the run order: each hook's events, weight and deletion, before and after. Plans in, changes out. */
import type { JsonHook, JsonPlan } from '../plan/json.ts';
import { identityOf, pairUp } from './snapshot.ts';

export interface OrderChange {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  /** The base name. */
  readonly name: string;
  /** Who put it there: now, or before where it is gone. */
  readonly hook: string;
  readonly before: HookState | null;
  readonly after: HookState | null;
  /** True when only the number changed, and the hook still runs at its place among the hooks that were there before. */
  readonly sameOrder: boolean;
  /** It is new as a hook, and was a plain resource before. */
  readonly wasPlain: boolean;
}

export interface HookState {
  readonly events: readonly string[];
  readonly weight: number;
  readonly deletePolicy: readonly string[];
}

interface PlannedHook extends JsonHook {
  readonly events: readonly string[];
}

export function orderChanges(before: JsonPlan, after: JsonPlan): readonly OrderChange[] {
  const moved = movedHooks(before, after);
  return pairUp(hooksOf(before), hooksOf(after)).flatMap(([old, now]) => {
    const hook = now ?? old;
    if (hook === undefined || (old && now && isSameState(old, now))) return [];
    return {
      apiVersion: hook.apiVersion,
      kind: hook.kind,
      namespace: hook.namespace,
      name: hook.baseName,
      hook: hook.hook,
      before: old === undefined ? null : stateOf(old),
      after: now === undefined ? null : stateOf(now),
      sameOrder:
        old !== undefined && now !== undefined && !moved.has(identityOf(now)) && sameList(old.events, now.events),
      wasPlain: false,
    };
  });
}

/** Each hook once, with all its events, in run order. */
function hooksOf(plan: JsonPlan): readonly PlannedHook[] {
  const hooks = new Map<string, PlannedHook>();
  for (const [event, list] of eventsOf(plan)) {
    for (const hook of list) {
      const key = `${identityOf(hook)} ${hook.name}`;
      hooks.set(key, { ...hook, events: [...(hooks.get(key)?.events ?? []), event] });
    }
  }
  return [...hooks.values()];
}

const eventsOf = (plan: JsonPlan): ReadonlyMap<string, readonly JsonHook[]> =>
  new Map(
    plan.operations.flatMap(({ steps }) =>
      steps.flatMap((step) => ('event' in step ? [[step.event, step.hooks] as const] : [])),
    ),
  );

/** Hooks of an event that run at another place in the second plan. Hooks that only one plan has do not count. */
function movedHooks(before: JsonPlan, after: JsonPlan): ReadonlySet<string> {
  const moved = new Set<string>();
  const now = eventsOf(after);
  for (const [event, hooks] of eventsOf(before)) {
    const [a, b] = [hooks, now.get(event) ?? []].map((list) => list.map(identityOf)) as [string[], string[]];
    const order = b.filter((id) => a.includes(id));
    for (const [at, id] of a.filter((id) => b.includes(id)).entries()) if (order[at] !== id) moved.add(id);
  }
  return moved;
}

const stateOf = ({ events, weight, deletePolicy }: PlannedHook): HookState => ({ events, weight, deletePolicy });

const isSameState = (a: PlannedHook, b: PlannedHook): boolean =>
  a.weight === b.weight &&
  sameList(a.events, b.events) &&
  sameList([...a.deletePolicy].sort(), [...b.deletePolicy].sort());

export const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, at) => item === b[at]);
