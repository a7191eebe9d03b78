/** What `init --fix` may write into an entry of a config, and how two cures of one object become one entry. */
import type { HookShape } from '../../config/shape.ts';
import type { Placement } from '../../model/plan.ts';

/** Keys of an entry less those that say what it is about. */
export type Keys = Partial<Omit<HookShape, 'name' | 'match' | 'optional'>>;

/** One object, and what its entry gets. */
export interface Change {
  readonly of: Placement;
  readonly set: Keys;
}

/** The changes that resolve a finding together. */
export type Candidate = readonly Change[];

/** Undefined where the two contradict each other. */
export function mergeKeys(own: Keys, more: Keys): Keys | undefined {
  const merged: Record<string, unknown> = { ...own };
  for (const [key, value] of Object.entries(more))
    merged[key] = merged[key] === undefined ? value : mergeValue(key, merged[key], value);
  const { hook, drop } = merged as Keys;
  if (hook !== false && drop !== true) return merged as Keys;
  // What is plain has neither events nor policies nor a place in the order.
  if (own.events !== undefined || own.dependencies !== undefined) return undefined;
  for (const key of [...HOOK_KEYS, ...(drop ? ['hook'] : [])]) delete merged[key];
  return merged as Keys;
}

const HOOK_KEYS = ['events', 'weight', 'deletePolicy', 'outputLogPolicy', 'dependencies'];

function mergeValue(key: string, known: unknown, value: unknown): unknown {
  if (key === 'patch') {
    const operations = known as readonly unknown[];
    const words = operations.map((operation) => JSON.stringify(operation));
    return [
      ...operations,
      ...(value as readonly unknown[]).filter((operation) => !words.includes(JSON.stringify(operation))),
    ];
  }
  if (key === 'job' || key === 'pod') return { ...(known as object), ...(value as object) };
  return value;
}
