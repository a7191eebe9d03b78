/**
 * What a patch means, said by somebody else: the package `fast-json-patch`. Edits come from our own application of the patch
 * (patch.ts); that every edited text is held against this one makes the proof independent of the code that made the text.
 */
import jsonPatch from 'fast-json-patch';
import { isObject, type Json, type JsonObject, type Operation } from '../model/json.ts';
import { setOwn } from './value.ts';

/** `operations` are known to apply. The package writes into what it is given: it gets copies in which nothing is shared. */
export function patchedByPackage(value: JsonObject, operations: readonly Operation[]): Json {
  const own = operations.map((operation) =>
    'value' in operation ? { ...operation, value: copyOf(operation.value) } : operation,
  );
  return jsonPatch.applyPatch<Json>(copyOf(value), own, false, true).newDocument;
}

/** Neither JSON nor `structuredClone` does: the one has no .inf, the other keeps what aliases share. */
function copyOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, child] of Object.entries(value)) setOwn(copy, key, copyOf(child));
  return copy;
}
