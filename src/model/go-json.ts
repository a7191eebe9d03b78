/**
 * Go's JSON, as Helm uses it for the head of a document (helm pkg/release/v1/util/manifest_sorter.go `SimpleHead`): a key means a field also
 * in other cases (encoding/json fold.go), fields come in the order of their keys' bytes, and a later one adds to what an earlier one said.
 */
import { isObject, type Json, type JsonObject } from './json.ts';

const FIELDS = {
  root: { apiversion: 'apiVersion', kind: 'kind', metadata: 'metadata' },
  metadata: { name: 'name', annotations: 'annotations' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** The field of the head that Go's JSON takes a key for. `ſ` and the Kelvin sign are an `s` and a `k` in another case. */
export function isHeadKey(key: string, level: keyof typeof FIELDS): string | undefined {
  const fields: Readonly<Record<string, string>> = FIELDS[level];
  const folded = key.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase();
  return Object.hasOwn(fields, folded) ? fields[folded] : undefined;
}

/** The value with the fields of the head under their own names, as Go's JSON decodes them. The same value where all keys are in their own case. */
export function withHeadFields(value: JsonObject): JsonObject {
  const metadata = Object.hasOwn(value, 'metadata') ? value['metadata'] : undefined;
  if (!hasFolded(value, 'root') && !(isObject(metadata) && hasFolded(metadata, 'metadata'))) return value;
  const result: JsonObject = { ...value };
  for (const key of ['apiVersion', 'kind', 'metadata']) delete result[key];
  for (const key of Object.keys(value).sort(compareUtf8)) {
    const field = isHeadKey(key, 'root');
    const said = value[key] ?? null;
    if (field === 'metadata') {
      const before = result['metadata'];
      if (said === null) delete result['metadata'];
      else if (isObject(said)) result['metadata'] = decodeMetadata(isObject(before) ? before : {}, said);
    } else if (field !== undefined && said !== null) result[field] = said;
  }
  return result;
}

function decodeMetadata(before: JsonObject, said: JsonObject): JsonObject {
  const { name: _, annotations: __, ...others } = said;
  const result: JsonObject = { ...before, ...others };
  for (const key of Object.keys(said).sort(compareUtf8)) {
    const field = isHeadKey(key, 'metadata');
    const value: Json = said[key] ?? null;
    if (field === 'annotations') {
      const known = result['annotations'];
      if (value === null) delete result['annotations'];
      else if (isObject(value)) result['annotations'] = { ...(isObject(known) ? known : {}), ...value };
    } else if (field !== undefined && value !== null) result[field] = value;
  }
  return result;
}

const hasFolded = (value: JsonObject, level: keyof typeof FIELDS): boolean =>
  Object.keys(value).some((key) => (isHeadKey(key, level) ?? key) !== key);

/** By code points, which is the order of UTF-8's bytes. */
function compareUtf8(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
