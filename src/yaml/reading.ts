/**
 * How Helm reads the head of a document from its tree, where that takes more than the tree's value.
 *
 * Between Helm and a post-renderer, kyaml puts an annotation into each document and takes it out again (kustomize kyaml/yaml/fns.go
 * `AnnotationSetter`, `ClearAnnotation`, `ClearEmptyAnnotations`); it knows no merges, and of doubled keys only the first. Then Helm reads
 * with go-yaml and with Go's JSON, which ignores the case of keys. Where these may see another head than the document shows, that is a doubt.
 */

import { isHeadKey } from '../model/go-json.ts';
import { POSTRENDER_FILENAME } from '../model/helm.ts';
import { isEqual, isObject, type JsonObject } from '../model/json.ts';
import { type Entry, type Mapping, type Node, resolved } from './node.ts';
import { findEntry, findMerged, keyOf, toValue } from './value.ts';

/** Why Helm may read another head. */
export interface HeadDoubt {
  readonly reason: string;
  readonly hint: string;
  /** Where it stands in the text. */
  readonly offset: number;
  /** What Helm reads after a post-renderer, the filename annotation left out. */
  readonly value: JsonObject;
  /** True when that is another head than the document shows. */
  readonly differs: boolean;
}

/** Undefined for nearly all documents. */
export function findHeadDoubt(root: Mapping): HeadDoubt | undefined {
  const found = findOddEntry(root);
  if (found === undefined) return undefined;
  const value = afterClearing(root);
  const shown = withoutFilename(toValue(root) as JsonObject);
  const { reason, hint, entry, isFolded } = found;
  const differs = isFolded === true || !isEqual(headIn(value), headIn(shown));
  return { reason, hint, offset: entry.start, value, differs };
}

interface Odd {
  readonly entry: Entry;
  readonly reason: string;
  readonly hint: string;
  readonly isFolded?: boolean;
}

/** A key in another case first: that is never the same to all. */
function findOddEntry(root: Mapping): Odd | undefined {
  const metadata = findEntry(root, 'metadata');
  const inside = metadata && resolved(metadata.value);
  const fields = inside?.type === 'map' ? inside : undefined;
  const annotations = fields && findEntry(fields, 'annotations');
  const holder = annotations && resolved(annotations.value);
  return (
    findSpaced(root) ??
    findFolded(root, 'root') ??
    (fields && findFolded(fields, 'metadata')) ??
    findOddField(root, 'metadata', 'the document') ??
    (fields && findOddField(fields, 'annotations', 'metadata')) ??
    (holder?.type === 'map' ? findOddFilename(holder) : undefined)
  );
}

/** Helm cuts what Unicode calls a space from the beginning of a document (manifest.go `SplitManifests`). */
function findSpaced({ entries: [first] }: Mapping): Odd | undefined {
  return first && !first.merge && /^[\s\x85]/.test(keyOf(first))
    ? { entry: first, reason: 'its first key begins with a space', hint: 'take it out of the template', isFolded: true }
    : undefined;
}

/** `Annotations:`: Go's JSON takes it for `annotations`, and the API server does not. */
function findFolded(map: Mapping, level: 'root' | 'metadata'): Odd | undefined {
  for (const entry of map.entries) {
    const keys = entry.merge ? Object.keys(toValue(entry.value) ?? {}) : [keyOf(entry)];
    for (const key of keys) {
      const meant = isHeadKey(key, level);
      if (meant !== undefined && meant !== key)
        return {
          entry,
          reason: `its key "${key}" is "${meant}" for Helm and nothing for the API server`,
          hint: `write ${meant} in the template`,
          isFolded: true,
        };
    }
  }
  return undefined;
}

function findOddField(map: Mapping, key: string, where: string): Odd | undefined {
  const own = map.entries.filter((entry) => !entry.merge && keyOf(entry) === key);
  const [first, second] = own;
  if (second)
    return {
      entry: second,
      reason: `it has the key "${key}" twice`,
      hint: 'write it once in the template',
    };
  const merge = map.entries.find((entry) => entry.merge && findMerged(entry, key));
  const hint = `write ${key} out in the template`;
  if (merge) return { entry: merge, reason: `a merge key (<<) brings "${key}" into ${where}`, hint };
  if (first?.value.type === 'alias') return { entry: first, reason: `its "${key}" is an alias`, hint };
  return undefined;
}

/** Helm writes the first one, and reads the first one. */
function findOddFilename(annotations: Mapping): Odd | undefined {
  const own = annotations.entries.filter((entry) => !entry.merge && keyOf(entry) === POSTRENDER_FILENAME);
  const reason = `it has the annotation ${POSTRENDER_FILENAME} twice`;
  return own[1] && { entry: own[1], reason, hint: 'leave it to Helm: take it out of the template' };
}

/** The template that Helm knows the document by: the first filename annotation of the first annotations that are not empty. */
export function filenameIn(root: Mapping): string | undefined {
  const tree = clearEmpty(clearEmpty(root));
  const annotations = fieldOf(fieldOf(tree, 'metadata'), 'annotations');
  const found = firstOwn(annotations, POSTRENDER_FILENAME)?.value;
  const value = found && resolved(found);
  return value?.type === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

const fieldOf = (map: Mapping | undefined, key: string): Mapping | undefined => {
  const value = firstOwn(map, key)?.value;
  return value?.type === 'map' ? value : undefined;
};

const firstOwn = (
  map: Mapping | undefined,
  key: string,
  isMeant: (entry: Entry) => boolean = () => true,
): Entry | undefined => map?.entries.find((entry) => !entry.merge && keyOf(entry) === key && isMeant(entry));

/**
 * The value once kyaml has set its own annotations, cleared them, and the filename with them (kustomize kyaml/kio: reading sets two, printing
 * clears them; each time what is empty leaves first).
 */
function afterClearing(root: Mapping): JsonObject {
  let tree = clearEmpty(clearEmpty(root));
  const metadata = firstOwn(tree, 'metadata');
  const annotations = metadata?.value.type === 'map' ? firstOwn(metadata.value, 'annotations') : undefined;
  if (metadata?.value.type === 'map' && annotations?.value.type === 'map') {
    const cleared = withoutEntry(annotations.value, firstOwn(annotations.value, POSTRENDER_FILENAME));
    tree = clearEmpty(withEntry(tree, metadata, withEntry(metadata.value, annotations, cleared)));
  } else tree = withoutEntry(tree, firstOwn(tree, 'metadata', isEmpty));
  return toValue(tree) as JsonObject;
}

/** Takes out the first empty annotations of the first metadata, and the first empty metadata. An alias is empty for kyaml. */
function clearEmpty(root: Mapping): Mapping {
  const metadata = firstOwn(root, 'metadata');
  const inside = metadata?.value;
  const tree =
    metadata && inside?.type === 'map'
      ? withEntry(root, metadata, withoutEntry(inside, firstOwn(inside, 'annotations', isEmpty)))
      : root;
  return withoutEntry(tree, firstOwn(tree, 'metadata', isEmpty));
}

const isEmpty = ({ value }: Entry): boolean =>
  value.type === 'map' ? value.entries.length === 0 : value.type !== 'seq' || value.items.length === 0;

const withoutEntry = (map: Mapping, gone: Entry | undefined): Mapping => ({
  ...map,
  entries: map.entries.filter((entry) => entry !== gone),
});

const withEntry = (map: Mapping, changed: Entry, value: Node): Mapping => ({
  ...map,
  entries: map.entries.map((entry) => (entry === changed ? { ...entry, value } : entry)),
});

const HEAD = ['apiVersion', 'kind', 'metadata'];

/** What a head is made of, so that bodies are not compared: absent, null and empty are the same to Helm, but for an annotation that is null. */
const headIn = (value: JsonObject): JsonObject => {
  const { metadata, ...others } = pick(value, HEAD);
  const { annotations, ...fields } = isObject(metadata) ? metadata : {};
  return {
    ...pick(others, HEAD),
    ...pick(fields, Object.keys(fields)),
    annotations: isObject(annotations) ? annotations : {},
  };
};

/** Those of the keys that have a value, and what is in it. */
const pick = (value: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const said = Object.hasOwn(value, key) ? (value[key] ?? null) : null;
      return said === null || (isObject(said) && Object.keys(said).length === 0) ? [] : [[key, said]];
    }),
  );

function withoutFilename(value: JsonObject): JsonObject {
  const { metadata } = value;
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  if (!isObject(metadata) || !isObject(annotations)) return value;
  const { [POSTRENDER_FILENAME]: _, ...others } = annotations;
  return { ...value, metadata: { ...metadata, annotations: others } };
}
