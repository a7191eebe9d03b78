/**
 * A List to its items, each as a document of its own: `kind: List`, and typed ones such as `ConfigMapList`.
 *
 * Helm applies the items of every List as objects of the release. Where a post-renderer is in use it unfolds `kind: List` before that, one level
 * deep, and leaves typed ones as they are [X 4.1.4, 4.2.3, 4.3.2]. The text of an item is that of the List less its indentation where that says the
 * same, so an item that leaves the List keeps its comments and quotes (see extract.ts).
 */

import { type Finding, SEVERITIES } from '../model/finding.ts';
import { HOOK, POSTRENDER_FILENAME } from '../model/helm.ts';
import { isEqual, isObject, type Json, type JsonObject, type Path, valueAt } from '../model/json.ts';
import type { Document, Head, ListItem } from '../model/manifest.ts';
import { columnOf } from '../stream/lines.ts';
import { lineBreakOf } from '../stream/stream.ts';
import { type Node, resolved } from '../yaml/node.ts';
import { type ParsedManifest, parseManifest, parseText, subjectOf } from '../yaml/parse.ts';
import { findEntry, toValue } from '../yaml/value.ts';
import { headOf } from './head.ts';

export interface Unfolded {
  readonly document: Document;
  readonly head: Head;
}

/** A List in a List in a List is more than anything needs. */
const MAX_NESTED = 4;

/**
 * The items in their order, those of Lists in it too, and findings for what is no resource. Undefined for a document that is no List: it has no
 * `items`, or it is a hook as a whole, which Helm does not unfold. `source`: the template of its `# Source:` comment.
 */
export function unfoldList(
  document: Document,
  kind: string,
  source: string | undefined,
): readonly (Unfolded | Finding)[] | undefined {
  // A function of KRM reads these; they are no objects of a cluster.
  if (kind === 'ResourceList') return undefined;
  const manifest = parseManifest(document);
  if (Array.isArray(manifest)) return manifest;
  const { value } = manifest;
  const { filename, isHook } = annotationsOf(value);
  const isUnfoldedByHelm = kind === 'List' && filename === undefined;
  if (!Array.isArray(value['items']) || (isHook && !isUnfoldedByHelm)) return undefined;
  const list = { list: document, manifest, listKind: kind, filename, isUnfoldedByHelm, isOfHook: isHook };
  const items = [...itemsIn(list, value, [], isUnfoldedByHelm)];
  const comment = source === undefined ? '' : `# Source: ${source}${lineBreakOf(manifest.text)}`;
  return items.map((item, at) =>
    'code' in item ? item : makeItem(item, document.index + (at + 1) / (items.length + 1), comment),
  );
}

type List = Omit<ListItem, 'path' | 'usesOutsideAnchor' | 'manifest'> & { readonly manifest: ParsedManifest };
interface Found {
  readonly head: Head;
  readonly text: string;
  readonly item: ListItem;
}

function* itemsIn(list: List, value: JsonObject, at: Path, isUnfoldedByHelm: boolean): Generator<Finding | Found> {
  const { manifest } = list;
  const items = value['items'] as readonly Json[];
  for (const [index, item] of items.entries()) {
    const path = [...at, 'items', index];
    const object = isObject(item) ? withType(item, value) : {};
    const head = headOf(object);
    if (head === undefined) yield notAnItem(list, path, item);
    else if (head.kind.endsWith('List') && Array.isArray(object['items']) && at.length < 2 * MAX_NESTED)
      // Helm unfolds one level.
      yield* itemsIn({ ...list, listKind: head.kind }, object, path, false);
    else if (head.name === '' && !head.generateName) yield notAnItem(list, path, item);
    else {
      // An anchor in a List that stays folded reaches all of it.
      const unfolded = list.isUnfoldedByHelm ? nodeAt(manifest.root, path.slice(0, 2)) : undefined;
      const usesOutsideAnchor = unfolded !== undefined && usesOthers(unfolded);
      yield {
        head,
        text: textOfItem(manifest, nodeAt(manifest.root, path), object),
        item: { ...list, isUnfoldedByHelm, path, usesOutsideAnchor },
      };
    }
  }
}

/** What an item of a typed List does not say of its type, the List says [S k8s.io/apimachinery unstructured decodeToList]. */
function withType(item: JsonObject, list: JsonObject): JsonObject {
  const { apiVersion, kind } = list;
  if ((item['kind'] && item['apiVersion']) || kind === 'List' || typeof kind !== 'string') return item;
  return { ...item, apiVersion: apiVersion ?? 'v1', kind: kind.slice(0, -'List'.length) };
}

function makeItem({ head, text, item }: Found, index: number, comment: string): Unfolded {
  const { file, codec } = item.list.stream;
  const bytes = codec.encode(comment + text);
  const documents: Document[] = [];
  const stream = { file, bytes, codec, documents };
  const document = { stream, index, start: 0, end: bytes.length, contentStart: 0, item };
  documents.push(document);
  return { document, head };
}

/** The text of a document of its own that says what the mapping at a path says; undefined where there is no mapping. */
export function textAtPath(manifest: ParsedManifest, path: Path): string | undefined {
  const value = valueAt(manifest.value, path);
  return isObject(value) ? textOfItem(manifest, nodeAt(manifest.root, path), value) : undefined;
}

/** The text of a document that says what the item says: as written where that can be, else as JSON, which is YAML. */
function textOfItem({ text }: ParsedManifest, node: Node | undefined, value: JsonObject): string {
  const lineBreak = lineBreakOf(text);
  for (const written of node === undefined ? [] : writtenForms(text, node, value, lineBreak)) {
    const parsed = parseText(written);
    if ('root' in parsed && isEqual(toValue(parsed.root), value)) return written;
  }
  return JSON.stringify(value, null, 2) + lineBreak;
}

function writtenForms(text: string, node: Node, value: JsonObject, lineBreak: string): readonly string[] {
  const at = resolved(node);
  if (at !== node || at.type !== 'map') return [];
  const written = text.slice(at.start, at.end);
  if (at.flow) return [written + lineBreak, written];
  const margin = new RegExp(`\\n {1,${columnOf(text, at.start)}}`, 'g');
  const shifted = columnOf(text, at.start) === 0 ? written : written.replace(margin, '\n');
  const typed = `apiVersion: ${JSON.stringify(value['apiVersion'])}${lineBreak}kind: ${JSON.stringify(value['kind'])}${lineBreak}`;
  return [shifted + lineBreak, shifted, typed + shifted + lineBreak];
}

function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) {
    const at: Node = resolved(node);
    if (at.type === 'map') node = findEntry(at, String(step))?.value;
    else node = at.type === 'seq' ? at.items[Number(step)]?.value : undefined;
    if (node === undefined) return undefined;
  }
  return node;
}

/** True for a node with an alias in it whose anchor is not. */
function usesOthers(node: Node): boolean {
  const own = new Set<Node>();
  const targets = new Set<Node>();
  const visit = (at: Node): void => {
    own.add(at);
    if (at.type === 'alias') targets.add(at.target);
    if (at.type === 'seq') for (const { value } of at.items) visit(value);
    if (at.type === 'map')
      for (const { key, value } of at.entries) {
        visit(key);
        visit(value);
      }
  };
  visit(node);
  return [...targets].some((target) => !own.has(target));
}

function annotationsOf(value: JsonObject): { readonly filename: string | undefined; readonly isHook: boolean } {
  const annotations = valueAt(value, ['metadata', 'annotations']);
  const filename = valueAt(annotations, [POSTRENDER_FILENAME]);
  return {
    filename: typeof filename === 'string' ? filename : undefined,
    isHook: isObject(annotations) && Object.hasOwn(annotations, HOOK),
  };
}

function notAnItem({ list, manifest, listKind }: List, path: Path, item: Json): Finding {
  const number = path
    .filter((step) => typeof step === 'number')
    .map((step) => Number(step) + 1)
    .join('.');
  const what = !isObject(item) ? 'is no object' : item['kind'] ? 'has no metadata.name' : 'has no kind';
  const position = manifest.locate(path);
  return {
    code: 'input/not-a-resource',
    severity: SEVERITIES['input/not-a-resource'],
    message: `item ${number} of the ${listKind} in ${subjectOf(list)} ${what}, so it passes through as it is`,
    hint: 'give it apiVersion, kind and metadata.name: until then nothing orders or checks it',
    ...(position && { position }),
  };
}
