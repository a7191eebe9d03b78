/**
 * Which fields of a manifest a change gives another value. Only such a field changes its owner: a new one, a removed one and one that gets
 * the value that it has leave Helm's next server-side apply alone (seen with Helm 4.3 on a real API server).
 *
 * In: a manifest and a change. Out: paths in the manifest.
 */
import { PLAIN_BYTES } from '../../model/bytes.ts';
import { isObject, type Json, type JsonObject, listOf, type Path, valueAt } from '../../model/json.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import { UNKNOWN } from '../../scripts/environment.ts';

export type Change = (manifest: JsonObject, kind: string) => readonly Path[];

/** A merge patch, or a manifest that is applied: what it says of each field. */
export const merging =
  (patch: Json): Change =>
  (manifest, kind) => [...changesIn(manifest, kind === 'Secret' ? asData(patch) : patch, [])];

/** Of `stringData` the API server makes `data`, which is what then belongs to the writer. */
function asData(patch: Json): Json {
  if (!isObject(patch) || !isObject(patch['stringData'])) return patch;
  const { data, stringData, ...rest } = patch;
  const encoded = Object.entries(stringData).map(([key, value]) => {
    const text = String(value);
    return [key, text.includes(UNKNOWN) ? UNKNOWN : base64(text)] as const;
  });
  return { ...rest, data: { ...(isObject(data) && data), ...Object.fromEntries(encoded) } };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(text: string): string {
  const bytes = PLAIN_BYTES.encode(text);
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const bits = (first << 16) | (second << 8) | third;
    for (const shift of [18, 12, 6, 0]) encoded += LETTERS[(bits >> shift) & 63];
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return encoded.slice(0, encoded.length - missing) + '='.repeat(missing);
}

function* changesIn(own: Json | undefined, patch: Json, path: Path): Generator<Path> {
  if (own === undefined || own === null || patch === null) return;
  if (isObject(own) && isObject(patch)) {
    for (const [key, value] of Object.entries(patch))
      if (Object.hasOwn(own, key)) yield* changesIn(own[key], value, [...path, key]);
  } else if (Array.isArray(own) && Array.isArray(patch)) {
    if (!own.every(isObject) || !patch.every(isObject)) {
      if (JSON.stringify(own) !== JSON.stringify(patch)) yield path;
      return;
    }
    for (const item of patch) {
      const at = own.findIndex((each) => isObject(each) && isObject(item) && isSameItem(each, item, path.at(-1)));
      if (at >= 0) yield* changesIn(own[at], item, [...path, at]);
    }
  } else if (String(own) !== String(patch) || String(patch).includes(UNKNOWN)) yield path;
}

/** By which key the API server tells the items of a list apart. */
function isSameItem(a: JsonObject, b: JsonObject, list: string | number | undefined): boolean {
  const keys = list === 'ports' ? ['containerPort', 'port'] : ['name', 'mountPath', 'key', 'topologyKey', 'ip'];
  const key = keys.find((each) => a[each] !== undefined && b[each] !== undefined);
  return key !== undefined && String(a[key]) === String(b[key]);
}

/** An RFC 6902 patch. What it adds to a list has no owner yet. */
export const patching =
  (operations: Json): Change =>
  (manifest) =>
    listOf(operations).flatMap((operation): readonly Path[] => {
      if (!isObject(operation) || (operation['op'] !== 'add' && operation['op'] !== 'replace')) return [];
      const path = readPointer(String(operation['path']), manifest);
      const isInsertion = operation['op'] === 'add' && Array.isArray(valueAt(manifest, path.slice(0, -1)));
      return isInsertion ? [] : [...changesIn(valueAt(manifest, path), operation['value'] ?? null, path)];
    });

function readPointer(pointer: string, manifest: JsonObject): Path {
  const path: (string | number)[] = [];
  for (const step of pointer.split('/').slice(1)) {
    const isIndex = Array.isArray(valueAt(manifest, path)) && /^\d+$/.test(step);
    path.push(isIndex ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return path;
}

/** One field, and the value that it gets; undefined is one that only the run tells. */
export const setting = (path: Path, value: string | undefined): Change =>
  merging(path.reduceRight<Json>((inner, step) => ({ [step]: inner }), value ?? UNKNOWN));

/** What `kubectl set` does to the containers of a pod spec; by name, or to all of them. */
export const settingContainers =
  (values: (name: string) => JsonObject): Change =>
  (manifest, kind) => {
    const path = podSpecPath(kind);
    return ['containers', 'initContainers'].flatMap((list) =>
      listOf(path && valueAt(manifest, [...path, list])).flatMap((container, index) => {
        if (!isObject(container)) return [];
        return [...changesIn(container, values(String(container['name'])), [...(path ?? []), list, index])];
      }),
    );
  };

/** What a webhook's certificate maker sets in each webhook of a configuration. */
export const settingWebhooks =
  (value: JsonObject): Change =>
  (manifest) =>
    listOf(manifest['webhooks']).flatMap((webhook, index) => [...changesIn(webhook, value, ['webhooks', index])]);
