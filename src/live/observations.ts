/**
 * What `kubectl get … -o json` shows, as values: objects and events, whatever they are wrapped in.
 *
 * Real files are lists of lists, lists per kind, single objects, several texts one after the other; events come in the shape of v1 and of
 * events.k8s.io. What is no object with a kind and a name is left out.
 */
import { isObject, type Json, type JsonObject, listOf, valueAt } from '../model/json.ts';
import { readTime } from '../model/time.ts';

/** An object of the cluster. Times are unix seconds. */
export interface Seen {
  readonly kind: string;
  readonly name: string;
  /** Empty for what has none. */
  readonly namespace: string;
  readonly uid: string;
  readonly created?: number;
  /** Since when it is being deleted. */
  readonly deleting?: number;
  /** UIDs of its owners. */
  readonly owners: readonly string[];
  readonly value: JsonObject;
}

/** An event of the cluster, about one object. */
export interface Happening {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Of the object; empty where the event does not say it. */
  readonly uid: string;
  readonly isWarning: boolean;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly last?: number;
}

export interface Observations {
  readonly objects: readonly Seen[];
  /** Oldest first. */
  readonly events: readonly Happening[];
  /** When it was looked, unix seconds. */
  readonly at: number;
  /** Kinds that could not be read, in words: `pods (forbidden)`. */
  readonly unseen: readonly string[];
}

/** The object as it is told: `Job/migrate`. */
export const titleOf = ({ kind, name }: Pick<Seen, 'kind' | 'name'>): string => `${kind}/${name}`;

/** A string of an object; empty where there is none. */
export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : '';
}

/** A number of an object; undefined where there is none. */
export function numberAt(value: Json | undefined, ...path: readonly (string | number)[]): number | undefined {
  const found = valueAt(value, path);
  return typeof found === 'number' ? found : undefined;
}

/** Objects of a list in an object. */
export const objectsAt = (value: Json | undefined, ...path: readonly (string | number)[]): readonly JsonObject[] =>
  listOf(valueAt(value, path)).filter(isObject);

/** A time of an object in unix seconds. */
export function timeAt(value: Json | undefined, ...path: readonly (string | number)[]): number | undefined {
  const text = textAt(value, ...path);
  return text === '' || text.startsWith('0001-') ? undefined : readTime(text);
}

/** `at`: when the state was read; undefined: as late as the latest time in it. */
export function readObservations(
  values: readonly Json[],
  at: number | undefined,
  unseen: readonly string[] = [],
): Observations {
  const objects: Seen[] = [];
  const events: Happening[] = [];
  for (const value of values.flatMap(itemsOf)) {
    if (textAt(value, 'kind') === 'Event') events.push(readEvent(value));
    else if (textAt(value, 'metadata', 'name') !== '' && textAt(value, 'kind') !== '') objects.push(readObject(value));
  }
  events.sort((a, b) => (a.last ?? 0) - (b.last ?? 0));
  return { objects, events, at: at ?? latestIn(values), unseen };
}

/** What is in lists of any depth. The items of a `PodList` of the API itself do not say their kind. */
function itemsOf(value: Json): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(itemsOf);
  if (!isObject(value)) return [];
  const { items, kind, apiVersion } = value;
  if (!Array.isArray(items)) return [value];
  const itemKind = typeof kind === 'string' && kind !== 'List' ? kind.replace(/List$/, '') : undefined;
  return items.flatMap((item) =>
    isObject(item) && item['kind'] === undefined && itemKind !== undefined
      ? [{ ...item, kind: itemKind, ...(apiVersion !== undefined && { apiVersion }) }]
      : itemsOf(item),
  );
}

function readObject(value: JsonObject): Seen {
  const created = timeAt(value, 'metadata', 'creationTimestamp');
  const deleting = timeAt(value, 'metadata', 'deletionTimestamp');
  return {
    kind: textAt(value, 'kind'),
    name: textAt(value, 'metadata', 'name'),
    namespace: textAt(value, 'metadata', 'namespace'),
    uid: textAt(value, 'metadata', 'uid'),
    ...(created !== undefined && { created }),
    ...(deleting !== undefined && { deleting }),
    owners: objectsAt(value, 'metadata', 'ownerReferences').map((owner) => textAt(owner, 'uid')),
    value,
  };
}

/** v1 has `involvedObject` and `message`, events.k8s.io `regarding` and `note`; the times of either may be empty. */
function readEvent(value: JsonObject): Happening {
  const about = valueAt(value, ['involvedObject']) ?? valueAt(value, ['regarding']);
  const times = [
    ['series', 'lastObservedTime'],
    ['lastTimestamp'],
    ['deprecatedLastTimestamp'],
    ['eventTime'],
    ['firstTimestamp'],
    ['metadata', 'creationTimestamp'],
  ].flatMap((path) => timeAt(value, ...path) ?? []);
  return {
    kind: textAt(about, 'kind'),
    name: textAt(about, 'name'),
    namespace: textAt(about, 'namespace'),
    uid: textAt(about, 'uid'),
    isWarning: textAt(value, 'type') === 'Warning',
    reason: textAt(value, 'reason'),
    message: textAt(value, 'message') || textAt(value, 'note'),
    count: numberAt(value, 'series', 'count') ?? numberAt(value, 'count') ?? numberAt(value, 'deprecatedCount') ?? 1,
    ...(times[0] !== undefined && { last: times[0] }),
  };
}

/** The latest time that stands anywhere in a state; 0 where there is none. */
function latestIn(values: readonly Json[]): number {
  let latest = 0;
  const walk = (value: Json): void => {
    if (typeof value === 'string') {
      if (/^\d{4}-\d\d-\d\dT/.test(value)) latest = Math.max(latest, readTime(value) ?? 0);
    } else if (Array.isArray(value)) value.forEach(walk);
    else if (isObject(value)) for (const key of Object.keys(value)) walk(value[key] as Json);
  };
  values.forEach(walk);
  return latest;
}

/** The JSON values of a text: one, or several one after the other. Undefined where it is no JSON. */
export function parseValues(text: string): readonly Json[] | undefined {
  try {
    return splitValues(text).map((part) => JSON.parse(part) as Json);
  } catch {
    return undefined;
  }
}

function splitValues(text: string): readonly string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  // Strings first: a brace in one counts for nothing.
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    const [token] = match;
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth > 0 || token.startsWith('"')) continue;
    parts.push(text.slice(start, match.index + 1));
    start = match.index + 1;
  }
  return text.slice(start).trim() === '' ? parts : [...parts, text.slice(start)];
}
