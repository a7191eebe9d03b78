/**
 * A manifest stream and the resources in it, as values: what was read, where it stands, nothing of how it was parsed.
 *
 * The stream stays in bytes. A document's text is decoded at need, and so is its full value parsed, because most documents
 * of a release are never touched.
 */
import type { Bytes } from './bytes.ts';
import type { Json, JsonObject, Path } from './json.ts';
import type { Position } from './span.ts';

/** Where a stream comes from. */
export interface Source {
  /** What to call it in messages: a file name, or `<stdin>`. */
  readonly file: string;
  /** All bytes. */
  readonly read: () => Uint8Array;
}

/** A whole stream. Invariant: the documents' byte ranges tile `bytes`: in order, no gap, no overlap. */
export interface Stream {
  /** What to call it in messages: a file name, or `<stdin>`. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What the runtime does with them. */
  readonly codec: Bytes;
  readonly documents: readonly Document[];
}

/** One document with its own separator line (if it has one) and everything up to the next one. */
export interface Document {
  readonly stream: Stream;
  /** 0-based place in the stream; for an item of a List a fraction behind that of the List, so that every document has its own. */
  readonly index: number;
  /** Half-open range of bytes in `stream.bytes`, separator line included. */
  readonly start: number;
  readonly end: number;
  /** Where the content begins, in bytes: after a BOM, the separator line, or the `---` of `--- # comment`. */
  readonly contentStart: number;
  /** Present for an item of a List; its `stream` has the text of that item alone, as a document of its own. */
  readonly item?: ListItem;
}

/** Where an item of a List comes from. */
export interface ListItem {
  readonly list: Document;
  /** Of the List, of which places are told. */
  readonly manifest: Manifest;
  /** From the List to the item: `['items', 0]`. */
  readonly path: Path;
  /** `List`, or `ConfigMapList`. */
  readonly listKind: string;
  /** Helm's filename annotation on the List. */
  readonly filename: string | undefined;
  /** Helm makes a document of it before a post-renderer sees it. Otherwise Helm knows of no item before it applies the List. */
  readonly isUnfoldedByHelm: boolean;
  /** It repeats by an alias what stands elsewhere in the List. */
  readonly usesOutsideAnchor: boolean;
  /** The List has a hook annotation itself, which goes when Helm unfolds it. */
  readonly isOfHook: boolean;
}

/** What can be known of a resource without parsing more than its first levels. */
export interface Head {
  readonly apiVersion: string;
  readonly kind: string;
  /** `metadata.name`; empty when absent (see `generateName`). */
  readonly name: string;
  readonly generateName?: string | undefined;
  readonly namespace?: string | undefined;
  readonly labels: Readonly<JsonObject>;
  /** As written: Helm wants strings, and values that are not strings are a finding. */
  readonly annotations: Readonly<JsonObject>;
}

/** A set of names, or a map by name. */
export type Names = Pick<ReadonlySet<string>, 'has' | 'keys' | 'size'>;

/** One Kubernetes object of the stream. */
export interface Resource extends Head {
  readonly document: Document;
  /** Of a resource whose identity the config changed: as it came in (see leaving.ts). */
  readonly entered?: Resource;
  /** The template that rendered it, from Helm's annotation or `# Source:` comment: `shop/charts/db/templates/job.yaml`. */
  readonly template?: string | undefined;
  /** The chart or subchart of that template: `db`. */
  readonly chart?: string | undefined;
  /** The name that stays the same from release to release: `hookorder.io/base-name`, or the name less a timestamp in it. */
  readonly baseName: string;
  /** False when it surely has no `helm.sh/hook` annotation, which spares reading all of them. */
  readonly mayBeHook: boolean;
  /** False when it surely has none of hookorder's own annotations. */
  readonly mayBeOurs: boolean;
  /** Why Helm may read another head than the document shows; `apiVersion`, `kind` and the rest of the head are then what Helm reads. */
  readonly doubt?: Doubt | undefined;
  /** The content as it was written, decoded at each call. */
  readonly text: () => string;
  /** Whether these words, not empty, stand in the content as it was written: a search in its bytes, which decodes nothing. */
  readonly says: (words: string) => boolean;
  /** By key, all words that mappings of the document have as its value, and maybe more: a look at the text, which spares parsing. Undefined: unknown. */
  readonly valuesOf: (keys: readonly string[]) => ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** Which of these names stand in the text, at least as words; more may be among them. */
  readonly namesIn: (names: Names) => readonly string[];
  /** The parsed document; parsed at the first call, remembered after. Its YAML is known to be valid or `invalid` was reported. */
  readonly manifest: () => Manifest;
}

/** Why Helm may read a document otherwise than it looks. */
export interface Doubt {
  /** A clause about the document: `it has the key "metadata" twice`. */
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string;
  readonly position: Position | undefined;
  /** True when Helm reads another head than the document shows, or sees other lines: it is not edited. */
  readonly isGrave: boolean;
}

export interface DuplicateKey {
  readonly path: Path;
  /** What the last one says is not all that the others say. */
  readonly isLost: boolean;
}

/** A parsed document. */
export interface Manifest {
  readonly document: Document;
  /** Aliases and merge keys resolved; of duplicate and merged keys the last wins, as in Helm. */
  readonly value: JsonObject;
  /** Where the value at `path` stands in the stream (the nearest parent's place when the path leaves the data). */
  readonly locate: (path: Path) => Position | undefined;
  /** The source line (without its line break) at which `locate(path)` points, for code frames. */
  readonly lineAt: (position: Position) => string | undefined;
  /** Mapping keys that stand more than once in their mapping. */
  readonly duplicateKeys: readonly DuplicateKey[];
  /** Absent for nearly all. */
  readonly doubt?: Doubt | undefined;
}

/** True for the value that stands for invalid YAML, which was reported when it was parsed: there is nothing in it to patch or copy. */
export const isUnreadable = (value: JsonObject): boolean => Object.keys(value).length === 0;

/** `Job/shop-db-migrate`, with the namespace only where asked for. */
export const formatResource = (resource: { readonly kind: string; readonly name: string }): string =>
  `${resource.kind}/${resource.name}`;

/** True for a template of a chart inside another one; a document without a template is the user's own. */
export const isOfSubchart = (template: string | undefined): boolean => /^[^/]+\/charts\//.test(template ?? '');

/** The API group of an apiVersion: `apps` for `apps/v1`, `` for `v1`. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** True when two namespaces may be the same: an absent one is the release's, which the stream does not tell. */
export const mayShareNamespace = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || a === b;

/** A string annotation, or undefined where it is absent or no string. */
export function annotationOf(head: Pick<Head, 'annotations'>, key: string): string | undefined {
  const value: Json | undefined = Object.hasOwn(head.annotations, key) ? head.annotations[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * What Helm makes of a value where it wants a string: numbers and booleans become text, null is empty text (sigs.k8s.io/yaml yaml.go
 * `convertToJSONableObject`, encoding/json). Undefined for what it refuses, or where there is nothing.
 */
export const stringInHelm = (value: Json | undefined): string | undefined =>
  value === null ? '' : typeof value === 'object' || value === undefined ? undefined : String(value);

/** An annotation as Helm reads it. */
export const annotationInHelm = ({ annotations }: Pick<Head, 'annotations'>, key: string): string | undefined =>
  Object.hasOwn(annotations, key) ? stringInHelm(annotations[key]) : undefined;

/** Whether messages may show a line of a document: only where it is known to be no Secret and to hold none, as a List may. */
export const mayBeQuoted = (kind: string | undefined, text: string): boolean =>
  kind !== undefined && !/secret/i.test(kind) && !/\bSecret(?:List)?\b/.test(text);
