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
  let current = value;
  for (const [index, operation] of operations.entries())
    for (const step of simplify(current, operation)) {
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
  const error = refuse(value, from, false);
  if (error !== undefined) return [error];
  if (op === 'move' && from === path) return [];
  if (op === 'move' && path.startsWith(`${from}/`)) return ['a value cannot be moved into itself'];
  const add: Simple = { op: 'add', path, value: find(value, from) ?? null };
  return op === 'copy' ? [add] : [{ op: 'remove', path: from }, add];
}

function applyStep(value: JsonObject, operation: Simple): JsonObject | string {
  const error = refuse(value, operation.path, operation.op === 'add');
  if (error !== undefined) return error;
  const { applyInPlace } = require('./json-patch.ts') as typeof import('./json-patch.ts');
  try {
    // The containers on the way are copied first, and the value that comes in: later operations may change both.
    const copy = copyWay(value, operation.path);
    const result = applyInPlace(
      copy,
      'value' in operation ? { ...operation, value: clone(operation.value) } : operation,
    );
    return isObject(result) ? result : 'a resource must stay a mapping';
  } catch (thrown) {
    const [reason = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n');
    return reason.charAt(0).toLowerCase() + reason.slice(1);
  }
}

/** The steps of a JSON Pointer. */
export const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** What the package would do wrong: inherited properties, odd indices. `isAdd`: the last step may be new. */
function refuse(value: JsonObject, pointer: unknown, isAdd: boolean): string | undefined {
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/')))
    return 'a path must be empty or begin with a slash';
  const steps = stepsOf(pointer);
  let at: Json | undefined = value;
  for (const [depth, step] of steps.entries()) {
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

/** A copy of the value in which every container on the way of the pointer is new. */
function copyWay(value: JsonObject, pointer: string): JsonObject {
  const root = copyOf(value) as JsonObject;
  let at: Json = root;
  for (const step of stepsOf(pointer)) {
    const child = childOf(at, step);
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
