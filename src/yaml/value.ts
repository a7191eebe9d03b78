/**
 * What a node tree says, as plain data, and the ways through it.
 *
 * Aliases and merge keys are resolved as Helm's YAML library does (go.yaml.in/yaml/v2 decode.go, `mapping` and `merge`): entry by entry, and
 * the later one wins, whether it is a key or a merge. YAML's own rule, that a key beats what is merged in, holds for no key above its `<<`.
 * Inside one merge of a list, the earlier mapping wins. Aliases share their value with the anchor, so values are never changed in place.
 */
import { isEqual, isObject, type Json, type JsonObject, type Path, valueAt } from '../model/json.ts';
import type { DuplicateKey } from '../model/manifest.ts';
import { type Entry, type Item, MAX_DEPTH, type Mapping, type Node, resolved, type SyntaxProblem } from './node.ts';

/** Aliases may repeat this many nodes in all; a manifest that means well repeats a few. */
const MAX_REPEATED = 100_000;

export function toValue(node: Node): Json {
  switch (node.type) {
    case 'scalar':
      return node.value;
    case 'alias':
      return toValue(node.target);
    case 'seq':
      return node.items.map((item) => toValue(item.value));
    case 'map': {
      const object: JsonObject = {};
      for (let at = 0; at < node.entries.length; at++) {
        const entry = node.entries[at] as Entry;
        if (entry.merge) mergeInto(object, entry);
        else setOwn(object, keyOf(entry), toValue(entry.value));
      }
      return object;
    }
  }
}

/** The same as `isEqual(toValue(node), value)`; the value of the node is made only where merges, repeated keys or another order want it. */
export function says(node: Node, value: Json): boolean {
  switch (node.type) {
    case 'scalar':
      return isEqual(node.value, value);
    case 'alias':
      return says(node.target, value);
    case 'seq': {
      if (!Array.isArray(value) || value.length !== node.items.length) return false;
      for (let at = 0; at < value.length; at++)
        if (!says((node.items[at] as Item).value, value[at] as Json)) return false;
      return true;
    }
    case 'map': {
      if (!isObject(value)) return false;
      const keys = Object.keys(value);
      const { entries } = node;
      const isInOrder =
        keys.length === entries.length &&
        keys.every((key, at) => !entries[at]?.merge && keyOf(entries[at] as Entry) === key);
      if (!isInOrder) return isEqual(toValue(node), value);
      for (let at = 0; at < keys.length; at++)
        if (!says((entries[at] as Entry).value, value[keys[at] as string] as Json)) return false;
      return true;
    }
  }
}

function mergeInto(object: JsonObject, entry: Entry): void {
  const sources = mergeSources(entry);
  for (let at = sources.length - 1; at >= 0; at--)
    for (const [key, value] of Object.entries(toValue(sources[at] as Mapping) as JsonObject))
      setOwn(object, key, value);
}

/** The string that a key is in JSON. */
export function keyOf(entry: Entry): string {
  const key = resolved(entry.key);
  return key.type === 'scalar' ? String(key.value ?? '') : JSON.stringify(toValue(key));
}

/** The mappings that a merge key names, in the order of their precedence. */
export function mergeSources(entry: Entry): readonly Mapping[] {
  const source = resolved(entry.value);
  const sources = source.type === 'seq' ? source.items.map((item) => resolved(item.value)) : [source];
  return sources.filter((node) => node.type === 'map');
}

/** Sets a property whatever its name: `__proto__` becomes a key like any other. */
export function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** The entry that gives a mapping the value of a key: the last one that has it, be it by itself or by a merge. */
export function findEntry(map: Mapping, key: string): Entry | undefined {
  for (let at = map.entries.length - 1; at >= 0; at--) {
    const entry = map.entries[at] as Entry;
    const found = entry.merge ? findMerged(entry, key) : keyOf(entry) === key ? entry : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The entry that a merge brings in for a key. */
export function findMerged(merge: Entry, key: string): Entry | undefined {
  for (const source of mergeSources(merge)) {
    const found = findEntry(source, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds the node that said a list or mapping of `value`, which is the value of `root`. Looks at the tree when first asked. */
export function originsOf(root: Node, value: Json): (value: Json[] | JsonObject) => Node | undefined {
  let origins: Map<Json, Node> | undefined;
  const visit = (node: Node, said: Json | undefined): void => {
    if (typeof said !== 'object' || said === null) return;
    origins?.set(said, node);
    const at = resolved(node);
    if (at.type === 'seq' && Array.isArray(said))
      for (const [index, item] of at.items.entries()) visit(item.value, said[index]);
    // Later entries say what counts, so they come last.
    if (at.type === 'map' && isObject(said))
      for (const entry of at.entries) if (!entry.merge) visit(entry.value, said[keyOf(entry)]);
  };
  return (asked) => {
    if (origins === undefined) {
      origins = new Map();
      visit(root, value);
    }
    return origins.get(asked);
  };
}

/** Where the value at a path stands, or the nearest value above it that exists: a block collection at its key. */
export function locateOffset(root: Node, path: Path): number {
  let node = resolved(root);
  let at = node.start;
  for (const step of path) {
    if (node.type === 'map') {
      const entry = findEntry(node, String(step));
      if (entry === undefined) break;
      const { value } = entry;
      const isInline = value.type === 'alias' || (value.type === 'scalar' ? value.style !== 'empty' : value.flow);
      at = isInline ? value.start : entry.key.start;
      node = resolved(value);
    } else if (node.type === 'seq') {
      const item = typeof step === 'number' ? node.items[step] : undefined;
      if (item === undefined) break;
      at = item.value.start;
      node = resolved(item.value);
    } else break;
  }
  return at;
}

/**
 * The keys that stand more than once in their mapping, and of those above a `<<` that has the key with another value: Helm takes the
 * later one. Anchored nodes count where they stand.
 */
export function findDuplicateKeys(root: Node): readonly DuplicateKey[] {
  const found: DuplicateKey[] = [];
  const visit = (node: Node, path: Path): void => {
    if (node.type === 'seq') for (const [index, item] of node.items.entries()) visit(item.value, [...path, index]);
    if (node.type !== 'map') return;
    const counts = new Map<string, number>();
    for (const [at, entry] of node.entries.entries()) {
      const key = entry.merge ? '<<' : keyOf(entry);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      const isTwice = count === 2 || (count === 1 && isBeatenByMerge(node, at, key));
      if (isTwice && !entry.merge) found.push({ path: [...path, key], isLost: losesValue(node, key) });
      visit(entry.value, [...path, key]);
    }
  };
  visit(root, []);
  return found;
}

/** True where one of the values that do not count says something else than the one that does. */
function losesValue(map: Mapping, key: string): boolean {
  const last = valueAt(toValue(map), [key]);
  return map.entries
    .filter((entry) => !entry.merge && keyOf(entry) === key)
    .map((entry) => toValue(entry.value))
    .some((value) => !isEqual(value, last) && !isEmpty(value));
}

const isEmpty = (value: Json): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

function isBeatenByMerge({ entries }: Mapping, index: number, key: string): boolean {
  for (let at = entries.length - 1; at > index; at--) {
    const entry = entries[at] as Entry;
    if (!entry.merge && keyOf(entry) === key) return false; // it stands twice, or behind the merge again
    const merged = entry.merge ? findMerged(entry, key) : undefined;
    if (merged) return !isEqual(toValue(merged.value), toValue((entries[index] as Entry).value));
  }
  return false;
}

/** What aliases and merge keys do that no manifest needs: repeat without measure, nest too deep, merge what is no mapping. */
export function checkAliases(root: Node): SyntaxProblem | undefined {
  const sizes = new Map<Node, { size: number; depth: number }>();
  let problem: SyntaxProblem | undefined;
  const measure = (node: Node): { size: number; depth: number } => {
    const known = sizes.get(node);
    if (known !== undefined) return known;
    const children: Node[] =
      node.type === 'alias'
        ? [node.target]
        : node.type === 'seq'
          ? node.items.map((item) => item.value)
          : node.type === 'map'
            ? node.entries.flatMap((entry) => [entry.key, entry.value])
            : [];
    let size = 1;
    let depth = 0;
    for (const child of children) {
      const measured = measure(child);
      size += measured.size;
      depth = Math.max(depth, measured.depth + 1);
    }
    const result = { size, depth };
    sizes.set(node, result);
    if (node.type === 'map')
      for (const { merge, value } of node.entries) if (merge && !isMergeable(value)) problem ??= notMergeable(value);
    return result;
  };
  const { size, depth } = measure(root);
  if (problem !== undefined) return problem;
  if (size - sizes.size > MAX_REPEATED || depth > 2 * MAX_DEPTH)
    return { offset: root.start, message: `its aliases repeat more than ${MAX_REPEATED} values` };
  return undefined;
}

/** As go-yaml has it: an alias may name a mapping, not a list of them. */
const isMergeable = (value: Node): boolean =>
  resolved(value).type === 'map' ||
  (value.type === 'seq' && value.items.every((item) => resolved(item.value).type === 'map'));

const notMergeable = (value: Node): SyntaxProblem => ({
  offset: value.start,
  message: 'the merge key << takes a mapping or a list of mappings',
});
