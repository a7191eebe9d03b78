/**
 * RFC 6902: operations on plain data, giving new data. This is the meaning that every edit of text is proven against.
 *
 * What the operations do not touch is shared between the old and the new value; nothing old is changed.
 */
import { isObject, type Json, type JsonObject, type Operation, valueAt } from '../model/json.ts';
import { setOwn } from './value.ts';

export type PatchResult = { readonly value: JsonObject } | { readonly error: string; readonly index: number };

/** Applies all operations or none. `index` is the one that failed, `error` a sentence without a final period. */
export function applyPatch(value: JsonObject, operations: readonly Operation[]): PatchResult {
  if (operations.length === 0) return { value };
  const { applyInPlace } = require('./json-patch.ts') as typeof import('./json-patch.ts');
  let current = value;
  for (const [index, operation] of operations.entries()) {
    const error = refuse(current, operation);
    if (error !== undefined) return { error, index };
    try {
      // The containers on the way to what changes are copied first, and the value that comes in: later operations may change both.
      current = copyWay(current, operation.path) as JsonObject;
      if ('from' in operation) current = copyWay(current, operation.from) as JsonObject;
      const result = applyInPlace(
        current,
        'value' in operation ? { ...operation, value: clone(operation.value) } : operation,
      );
      if (!isObject(result as Json)) return { error: 'a resource must stay a mapping', index };
      current = result as JsonObject;
    } catch (thrown) {
      const [reason = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n');
      return { error: `${reason.charAt(0).toLowerCase()}${reason.slice(1)}`, index };
    }
  }
  return { value: current };
}

/** The steps of a JSON Pointer. */
export const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** What the package would do wrong: inherited properties, odd array indices, moves into themselves. */
function refuse(value: JsonObject, operation: Operation): string | undefined {
  for (const pointer of 'from' in operation ? [operation.from, operation.path] : [operation.path]) {
    const isTarget =
      pointer === operation.path && (operation.op === 'add' || operation.op === 'move' || operation.op === 'copy');
    if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/')))
      return 'a path must be empty or begin with a slash';
    const steps = stepsOf(pointer);
    let at: Json | undefined = value;
    for (const [depth, step] of steps.entries()) {
      if (step === '__proto__' || step === 'constructor' || step === 'prototype')
        return `a path must not contain ${step}`;
      const isLast = depth === steps.length - 1;
      if (Array.isArray(at)) {
        if (isLast && isTarget && step === '-') continue;
        if (!/^(?:0|[1-9]\d{0,8})$/.test(step)) return `${step} is no index of the list at ${pointer}`;
        at = valueAt(at, [Number(step)]);
        if (at === undefined && !(isLast && isTarget)) return `there is nothing at ${pointer}`;
      } else if (isObject(at)) {
        at = valueAt(at, [step]);
        if (at === undefined && !(isLast && isTarget)) return `there is nothing at ${pointer}`;
      } else return `there is nothing at ${pointer}`;
    }
  }
  if (operation.op === 'move' && operation.path.startsWith(`${operation.from}/`))
    return 'a value cannot be moved into itself';
  return undefined;
}

/** A copy of the value in which every container on the way of the pointer is new. */
function copyWay(value: Json, pointer: string): Json {
  const root = copyOf(value);
  let at: Json = root;
  for (const step of stepsOf(pointer)) {
    const child = valueAt(at, [Array.isArray(at) ? Number(step) : step]);
    if (child === undefined || child === null || typeof child !== 'object') break;
    const copy = copyOf(child);
    if (Array.isArray(at)) at[Number(step)] = copy;
    else setOwn(at as JsonObject, step, copy);
    at = copy;
  }
  return root;
}

function copyOf(value: Json): Json {
  if (Array.isArray(value)) return [...value];
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, child] of Object.entries(value)) setOwn(copy, key, child);
  return copy;
}

function clone(value: Json): Json {
  const copy = copyOf(value);
  if (Array.isArray(copy)) for (const [index, child] of copy.entries()) copy[index] = clone(child);
  else if (isObject(copy)) for (const [key, child] of Object.entries(copy)) setOwn(copy, key, clone(child));
  return copy;
}
