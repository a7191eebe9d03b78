/**
 * What a document is, without parsing it: its apiVersion, kind and metadata.
 *
 * A block mapping shows its keys at column 0, so looking at these lines is enough to find the three that matter, and only the
 * `metadata` block is parsed. Whatever is not plainly of this shape goes to the full way; both give the same head.
 */

import type { Finding } from '../model/finding.ts';
import { isHeadKey, withHeadFields } from '../model/go-json.ts';
import { isEqual, isObject, type Json, type JsonObject } from '../model/json.ts';
import { type Document, type Doubt, type Head, stringInHelm } from '../model/manifest.ts';
import { hasOddBreaks } from '../stream/breaks.ts';
import { hasContent, latin1Of, positionIn, textAt, textOf } from '../stream/stream.ts';
import { parseFast } from '../yaml/fast.ts';
import { invalidYaml, parseText, readText } from '../yaml/parse.ts';
import { filenameIn, findHeadDoubt } from '../yaml/reading.ts';
import { resolvePlain } from '../yaml/scalar.ts';
import { toValue } from '../yaml/value.ts';
import { type Glance, glance, intern } from './head-pattern.ts';
import { readMetadata } from './metadata.ts';

/** The head of a resource; undefined for what is none (nothing, a single value, a list, no kind); a finding for invalid YAML. */
export function readHead(document: Document): Head | undefined | Finding {
  const head = lookAt(document, latin1Of(document), 0, true);
  if (head === undefined || !('metadataStart' in head)) return head;
  const { apiVersion, kind } = head;
  const name = textAt(document, head.nameStart, head.nameEnd);
  return { apiVersion, kind, name, ...readMetadataBlock(textAt(document, head.metadataStart, head.metadataEnd)) };
}

/**
 * The same, the metadata maybe not read yet. `latin1` has the document's content at `from`, see `glance`. `mayBeOdd`: not known to have none of
 * the line breaks that only Helm sees.
 */
export function lookAt(
  document: Document,
  latin1: string,
  from: number,
  mayBeOdd: boolean,
): KnownHead | Glance | undefined | Finding {
  const content = (): string => latin1.slice(from, from + document.end - document.contentStart);
  if (mayBeOdd && hasOddBreaks(content())) return hasContent(document) ? readHeadFully(document) : undefined;
  const glanced = glance(document, latin1, from);
  if (glanced !== undefined) return glanced;
  const sniffed = sniff(document, content());
  if (sniffed !== undefined) return headOf(sniffed);
  return hasContent(document) ? readHeadFully(document) : undefined;
}

export interface Metadata extends Omit<Head, 'apiVersion' | 'kind' | 'name'> {
  readonly doubt?: Doubt | undefined;
  /** The filename annotation, where the annotations do not tell; null where Helm finds none. */
  readonly filename?: string | null | undefined;
}
export type KnownHead = Head & Metadata;

/** What a glance left for later: the text of the `metadata:` block that it found. */
export const readMetadataBlock = (text: string): Metadata => metadataIn(objectIn(parseMetadata(text)));

/** The same of a parsed document. */
export const metadataOf = (value: JsonObject): Metadata => metadataIn(objectIn(own(value, 'metadata')));

/** The same by parsing the whole document. */
export function readHeadFully(document: Document): KnownHead | undefined | Finding {
  const { text, oddBreak } = readText(document);
  const parsed = parseText(text);
  if ('problems' in parsed)
    return invalidYaml(document, text, parsed.problems[0] ?? { offset: 0, message: 'it is empty' });
  const { root } = parsed;
  if (root.type !== 'map') return undefined;
  const found = findHeadDoubt(root);
  const filename = filenameIn(root);
  const head = headOf(found?.differs ? found.value : (toValue(root) as JsonObject));
  if (head === undefined) return undefined;
  const position = found && positionIn(document, found.offset, text);
  const doubt = oddBreak
    ? { ...oddBreak, isGrave: found?.differs || IS_CUT.test(text) || !isShownTheSame(document, head) }
    : found && { reason: found.reason, hint: found.hint, position, isGrave: found.differs };
  return { ...head, ...(doubt && { doubt }), ...(found && { filename: filename ?? null }) };
}

/** A separator that only Helm sees, or a byte order mark before a key, which is a part of that to Helm. */
const IS_CUT = /^(?:(?:---|\.\.\.)(?:\s|$)|[ \t]*\ufeff)/m;

/** Whether a reader who sees no more lines than the document has sees the same head. */
function isShownTheSame(document: Document, head: Head): boolean {
  const shown = parseText(textOf(document).replace(/^\ufeff+/, ''));
  return 'root' in shown && shown.root.type === 'map' && isSameHead(headOf(toValue(shown.root) as JsonObject), head);
}

const isSameHead = (a: Head | undefined, b: Head): boolean => isEqual({ ...a } as JsonObject, { ...b } as JsonObject);

/** The head of a parsed document. */
export function headOf(document: JsonObject): Head | undefined {
  const value = withHeadFields(document);
  const kind = stringAt(value, 'kind');
  if (!kind) return undefined;
  const metadata = objectIn(own(value, 'metadata'));
  return {
    apiVersion: stringAt(value, 'apiVersion') ?? '',
    kind,
    name: stringAt(metadata, 'name') ?? '',
    ...metadataIn(metadata),
  };
}

function metadataIn(metadata: JsonObject): Metadata {
  const generateName = stringAt(metadata, 'generateName');
  const namespace = stringAt(metadata, 'namespace');
  return {
    ...(generateName && { generateName }),
    ...(namespace && { namespace }),
    labels: objectIn(own(metadata, 'labels')),
    annotations: objectIn(own(metadata, 'annotations')),
  };
}

const own = (value: JsonObject, key: string): Json | undefined => (Object.hasOwn(value, key) ? value[key] : undefined);

/** What Helm makes of a value in the place of a string. */
function stringAt(value: JsonObject, key: string): string | undefined {
  const found = own(value, key);
  return found === null ? undefined : stringInHelm(found);
}

const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** A key at column 0 and what follows it on its line. */
const TOP_KEY = /^([A-Za-z][\w./-]*):(?: +(.*))?$/;
const SIMPLE_VALUE = /^(?:([A-Za-z][\w./-]*)|"([\x20\x21\x23-\x5b\x5d-\x7e]*)"|'([\x20-\x26\x28-\x7e]*)') *(?: #.*)?$/;

/** apiVersion, kind and metadata of a plain block mapping; undefined when the text is not plainly one with a kind. */
function sniff(document: Document, latin1: string): JsonObject | undefined {
  // What stands above the first key is indented: that is no mapping of these keys.
  if (/^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]+[^ \t\r\n#]/.test(latin1)) return undefined;
  const found: JsonObject = {};
  const lines = /(?:^|\n)([^ #\r\n][^\r\n]*)/g;
  let key = '';
  let metadataAt = -1;
  for (let match = lines.exec(latin1); match !== null; match = lines.exec(latin1)) {
    const line = match[1] ?? '';
    const at = match.index + match[0].length - line.length;
    if (line === "'" || line === '"') {
      // Helm closes quotes here after a string of several lines.
      if (key === '' || (Object.hasOwn(found, key) && metadataAt < 0)) return undefined;
      continue;
    }
    if (metadataAt >= 0) {
      const metadata = parseMetadata(textAt(document, metadataAt, at));
      if (metadata === undefined) return undefined;
      found['metadata'] = metadata;
      metadataAt = -1;
    }
    if (line.startsWith('- ') || line === '-') {
      // The items of a list may stand in the column of its key.
      if (key === '' || Object.hasOwn(found, key)) return undefined;
      continue;
    }
    const top = TOP_KEY.exec(line);
    key = top?.[1] ?? '';
    const value = top?.[2] ?? '';
    if (key === '' || Object.hasOwn(found, key) || (isHeadKey(key, 'root') ?? key) !== key) return undefined;
    if (key === 'metadata') {
      if (value !== '' && !value.startsWith('#')) return undefined;
      metadataAt = at;
    } else if (key === 'apiVersion' || key === 'kind') {
      const simple = SIMPLE_VALUE.exec(value);
      if (simple === null || /[ \t]/.test(latin1[nextLine(latin1, at)] ?? '')) return undefined;
      const [, plain, double, single] = simple;
      found[key] = plain === undefined ? intern(double ?? single ?? '') : resolvePlain(intern(plain));
    }
  }
  if (metadataAt >= 0) {
    const metadata = parseMetadata(textAt(document, metadataAt, latin1.length));
    if (metadata === undefined) return undefined;
    found['metadata'] = metadata;
  }
  return Object.hasOwn(found, 'kind') ? found : undefined;
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

/**
 * The value of the lines from `metadata:` on. Their text is decoded by itself: a part of the whole text would keep the whole text in memory.
 */
function parseMetadata(text: string): Json | undefined {
  const metadata = readMetadata(text);
  if (metadata !== undefined) return metadata;
  const root = parseFast(text);
  if (root?.type !== 'map' || root.entries.length !== 1 || findHeadDoubt(root) !== undefined) return undefined;
  return (toValue(root) as JsonObject)['metadata'];
}
