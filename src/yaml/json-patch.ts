/** One RFC 6902 operation by `fast-json-patch`. A unit of its own: only streams with something to patch load it. */
import jsonPatch from 'fast-json-patch';
import type { Json, JsonObject, Operation } from '../model/json.ts';

/** Changes `value` in place and returns the new root; throws an Error whose message begins with a sentence about why it cannot. */
export const applyInPlace = (value: JsonObject, operation: Operation): Json =>
  jsonPatch.applyOperation<Json>(value, operation as never, true, true).newDocument;
