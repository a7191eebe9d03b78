/**
 * What a patch means, by another implementation: the package `fast-json-patch`. Edits come from our own application of the patch
 * (patch.ts); that every edited text is held against this one makes the proof independent of the code that made the text.
 */
import { isObject, type Json, type JsonObject, type Operation } from '../model/json.ts';
import { stepsOf } from '../model/json-patch.ts';
import { setOwn } from '../yaml/value.ts';

// Not imported: that would wrap the package in a copy of itself, at every start.
const { applyPatch } = require('fast-json-patch/commonjs/core.js') as typeof import('fast-json-patch/commonjs/core.js');

/**
 * `operations` are known to apply. The package changes the value that it is given. So it gets a copy of the parts that it may change; the rest is
 * shared with `value`.
 */
export function patchedByPackage(value: JsonObject, operations: readonly Operation[]): Json {
  const own = operations.map((operation) =>
    'value' in operation ? { ...operation, value: copyOf(operation.value) } : operation,
  );
  // What moves is written into under another path.
  const isStill = operations.every((operation) => !('from' in operation));
  const target = isStill
    ? copyAlong(
        value,
        operations.map(({ path }) => stepsOf(path)),
      )
    : copyOf(value);
  return applyPatch<Json>(target, own, false, true).newDocument;
}

/** A copy of every mapping on the ways. A list on a way is copied whole, because its items may change their places. */
function copyAlong(value: JsonObject, ways: readonly (readonly string[])[]): JsonObject {
  const root = { ...value };
  const copies = new Set<Json>();
  for (const way of ways) {
    let at = root;
    for (const step of way) {
      const child = Object.hasOwn(at, step) ? at[step] : undefined;
      if (typeof child !== 'object' || child === null) break;
      const copy = copies.has(child) ? child : isObject(child) ? { ...child } : copyOf(child);
      copies.add(copy);
      setOwn(at, step, copy);
      if (!isObject(copy)) break;
      at = copy;
    }
  }
  return root;
}

/** Neither JSON nor `structuredClone` does: the one has no .inf, the other keeps what aliases share. */
function copyOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, child] of Object.entries(value)) setOwn(copy, key, copyOf(child));
  return copy;
}
