/**
 * The environment variables of a container, as far as the stream tells them: literal values, and keys of ConfigMaps and Secrets of the stream.
 *
 * A variable whose value the stream does not tell is present with the value UNKNOWN.
 */
import { decodeBase64 } from '../model/base64.ts';
import { isObject, type Json, type JsonObject, type Path, valueAt } from '../model/json.ts';
import type { Placement } from '../model/plan.ts';
import { eachItem } from '../release/references.ts';
import type { Release } from '../release/release.ts';

/** Stands for text that only the cluster knows. It is in no name that Kubernetes accepts. */
export const UNKNOWN = '\0';
const MAX_VALUE = 10_000;

export interface Variable {
  readonly value: string;
  /** Where the container gets it, from the root of its resource. */
  readonly path: Path;
}
export type Environment = ReadonlyMap<string, Variable>;

export function readEnvironment(
  container: JsonObject,
  path: Path,
  namespace: string | undefined,
  release: Release,
): Environment {
  const variables = new Map<string, Variable>();
  const lookUp = (name: string): string | undefined => variables.get(name)?.value;
  const set = (name: string, value: string, at: Path): void => {
    variables.set(name, { value, path: at });
  };
  eachItem(container['envFrom'], (source, index) => {
    const prefix = typeof source['prefix'] === 'string' ? source['prefix'] : '';
    const at = [...path, 'envFrom', index];
    for (const [field, kind] of SOURCES) {
      const name = valueAt(source, [`${field}Ref`, 'name']);
      if (typeof name !== 'string') continue;
      for (const [key, value] of readData(kind, name, namespace, release)) set(prefix + key, value(), at);
    }
  });
  eachItem(container['env'], (entry, index) => {
    if (typeof entry['name'] !== 'string') return;
    const value = expandReferences(readValue(entry, namespace, release), lookUp).slice(0, MAX_VALUE);
    set(entry['name'], value, [...path, 'env', index]);
  });
  return variables;
}

/** Kubernetes replaces `$(NAME)` of variables that it knows; `$$(NAME)` is the text `$(NAME)`. */
export const expandReferences = (text: string, lookUp: (name: string) => string | undefined): string =>
  !text.includes('$')
    ? text
    : text.replace(/\$\$|\$\(([\w.-]+)\)/g, (all, name: string | undefined) =>
        name === undefined ? '$' : (lookUp(name) ?? all),
      );

/** The keys of a ConfigMap or Secret of the stream; each value is decoded when asked for. */
export function readData(
  kind: 'ConfigMap' | 'Secret',
  name: string,
  namespace: string | undefined,
  release: Release,
): ReadonlyMap<string, () => string> {
  const [found] = release.find(kind, name, namespace);
  return found === undefined ? NO_DATA : dataOf(found);
}

const NO_DATA: ReadonlyMap<string, () => string> = new Map();

/** The same of one that is at hand. */
export function dataOf(placement: Placement): ReadonlyMap<string, () => string> {
  const data = new Map<string, () => string>();
  const isSecret = placement.resource.kind === 'Secret';
  for (const field of ['data', 'stringData'] as const) {
    const part = placement.value()[field];
    if (!isObject(part)) continue;
    for (const [key, text] of Object.entries(part))
      data.set(key, () => (isSecret && field === 'data' ? (decodeBase64(asText(text)) ?? UNKNOWN) : asText(text)));
  }
  return data;
}

const SOURCES = [
  ['configMap', 'ConfigMap'],
  ['secret', 'Secret'],
] as const;

function readValue(entry: JsonObject, namespace: string | undefined, release: Release): string {
  if (entry['value'] !== undefined) return asText(entry['value']);
  for (const [field, kind] of SOURCES) {
    const name = valueAt(entry, ['valueFrom', `${field}KeyRef`, 'name']);
    const key = valueAt(entry, ['valueFrom', `${field}KeyRef`, 'key']);
    if (typeof name === 'string' && typeof key === 'string')
      return readData(kind, name, namespace, release).get(key)?.() ?? UNKNOWN;
  }
  return isObject(entry['valueFrom']) ? UNKNOWN : '';
}

const asText = (value: Json): string =>
  typeof value === 'string' ? value : value === null || typeof value === 'object' ? '' : String(value);
