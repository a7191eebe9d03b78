/**
 * Plain data as YAML and JSON describe it, and the paths that point into it.
 *
 * A `JsonObject` made by this project never has a prototype surprise: keys such as `__proto__` are own
 * properties like any other, because manifests and configs are foreign data.
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

/** The way from the root of a document to a value in it, for example `['metadata', 'labels', 'app']`. */
export type Path = readonly (string | number)[];

/** An RFC 6902 operation. `path` and `from` are JSON Pointers (RFC 6901). */
export type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The items of a list; none of anything else. */
export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** JSON Pointer of a path: `['a/b', 0]` becomes `/a~1b/0`. */
export const pointer = (path: Path): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** How people read a path: `spec.template.spec.containers[0]["my.key"]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** The value at a path, or undefined where the path leaves the data. Only own properties count. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let at = value;
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth] as string | number;
    if (Array.isArray(at)) at = typeof step === 'number' ? at[step] : undefined;
    else if (isObject(at)) at = Object.hasOwn(at, step) ? at[String(step)] : undefined;
    else return undefined;
  }
  return at;
}

/** Equality of plain data; the order of keys does not count. */
export function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}
