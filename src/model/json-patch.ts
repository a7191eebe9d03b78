/**
 * RFC 6902: operations on plain data, giving new data.
 *
 * What the operations do not touch is shared between the old and the new value, and nothing old is changed, because every
 * check reads such values. The proof of an edit asks the package `fast-json-patch` instead (oracle.ts).
 */
import { isEqual, isObject, type Json, type JsonObject, type Operation, valueAt } from './json.ts';

export type PatchResult = { readonly value: JsonObject } | { readonly error: string; readonly index: number };

/** Applies all operations or none. `index` is the one that failed, `error` a sentence without a final period. */
export function applyPatch(value: JsonObject, operations: readonly Operation[]): PatchResult {
  let current = value;
  for (let index = 0; index < operations.length; index++)
    for (const step of simplify(current, operations[index] as Operation)) {
      const result = typeof step === 'string' ? step : applyStep(current, step);
      if (typeof result === 'string') return { error: result, index };
      current = result;
    }
  return { value: current };
}

type Simple = Exclude<Operation, { readonly op: 'move' | 'copy' }>;

/** `move` is `remove` and `add`, `copy` is `add`; a string says why it cannot be. */
function simplify(value: JsonObject, operation: Operation): readonly (Simple | string)[] {
  if (!('from' in operation)) return [operation];
  const { op, from, path } = operation;
  const error = refuse(value, from, stepsOf(from), false);
  if (error !== undefined) return [error];
  if (op === 'move' && from === path) return [];
  if (op === 'move' && path.startsWith(`${from}/`)) return ['a value cannot be moved into itself'];
  const add: Simple = { op: 'add', path, value: find(value, from) ?? null };
  return op === 'copy' ? [add] : [{ op: 'remove', path: from }, add];
}

function applyStep(value: JsonObject, operation: Simple): JsonObject | string {
  const { op, path } = operation;
  const steps = stepsOf(path);
  const error = refuse(value, path, steps, op === 'add');
  if (error !== undefined) return error;
  if (op === 'test')
    return isEqual(find(value, path), operation.value)
      ? value
      : `the value at ${path} is not the one that the test wants`;
  if (path === '')
    return op !== 'remove' && isObject(operation.value) ? operation.value : 'a resource must stay a mapping';
  const last = steps.pop() ?? '';
  const { root, parent } = copyWay(value, steps);
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (index > parent.length) return `there is nothing at ${path}`;
    if (op === 'remove') parent.splice(index, 1);
    else parent.splice(index, op === 'replace' ? 1 : 0, operation.value);
  } else if (op === 'remove') delete parent[last];
  else parent[last] = operation.value;
  return root;
}

/** The steps of a JSON Pointer. */
export function stepsOf(pointer: string): string[] {
  const steps = pointer.split('/');
  steps.shift();
  return pointer.includes('~') ? steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')) : steps;
}

/** Why a path leads nowhere: no inherited properties, no odd indices. `isAdd`: the last step may be new. */
function refuse(value: JsonObject, pointer: string, steps: readonly string[], isAdd: boolean): string | undefined {
  if (pointer !== '' && !pointer.startsWith('/')) return 'a path must be empty or begin with a slash';
  let at: Json | undefined = value;
  for (let depth = 0; depth < steps.length; depth++) {
    const step = steps[depth] as string;
    if (step === '__proto__' || step === 'constructor' || step === 'prototype')
      return `a path must not contain ${step}`;
    const mayBeNew = isAdd && depth === steps.length - 1;
    if (Array.isArray(at) && !(mayBeNew && step === '-') && !/^(?:0|[1-9]\d{0,8})$/.test(step))
      return `${step} is no index of the list at ${pointer}`;
    if (!Array.isArray(at) && !isObject(at)) return `there is nothing at ${pointer}`;
    at = childOf(at, step);
    if (at === undefined && !mayBeNew) return `there is nothing at ${pointer}`;
  }
  return undefined;
}

const childOf = (value: Json | undefined, step: string): Json | undefined =>
  valueAt(value, [Array.isArray(value) ? Number(step) : step]);

const find = (value: Json | undefined, pointer: string): Json | undefined => stepsOf(pointer).reduce(childOf, value);

/** A copy of the value in which every container on the way is new, and the last one of them. */
function copyWay(value: JsonObject, steps: readonly string[]): { root: JsonObject; parent: Json[] | JsonObject } {
  const root = copyOf(value);
  let parent: Json[] | JsonObject = root;
  for (const step of steps) {
    const copy: Json[] | JsonObject = copyOf(childOf(parent, step) as Json[] | JsonObject);
    if (Array.isArray(parent)) parent[Number(step)] = copy;
    else parent[step] = copy;
    parent = copy;
  }
  return { root, parent };
}

function copyOf<T extends Json[] | JsonObject>(value: T): T;
function copyOf(value: Json[] | JsonObject): Json[] | JsonObject {
  // A spread defines properties, whatever their names.
  return Array.isArray(value) ? [...value] : { ...value };
}
