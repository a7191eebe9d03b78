/**
 * What a document is, without parsing it: its apiVersion, kind and metadata.
 *
 * One pattern (`head-pattern.ts`) recognises what nearly every document looks like, and then only the `metadata` block is parsed. Any other document is
 * parsed as a whole; both give the same head.
 */

import type { Finding } from '../model/finding.ts';
import { withHeadFields } from '../model/go-json.ts';
import { isEqual, isObject, type Json, type JsonObject } from '../model/json.ts';
import { type Document, type Doubt, type Head, stringInHelm } from '../model/manifest.ts';
import { hasOddBreaks } from '../stream/breaks.ts';
import { hasContent, latin1Of, positionIn, textAt, textOf } from '../stream/stream.ts';
import { invalidYaml, parseText, readText } from '../yaml/parse.ts';
import { filenameIn, findHeadDoubt } from '../yaml/reading.ts';
import { toValue } from '../yaml/value.ts';
import { type Glance, glance } from './head-pattern.ts';

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
  if (mayBeOdd && hasOddBreaks(document.stream, document.contentStart, document.end))
    return HAS_CONTENT.test(readText(document).text) ? readHeadFully(document) : undefined;
  const glanced = glance(document, latin1, from);
  if (glanced !== undefined) return glanced;
  return hasContent(document) ? readHeadFully(document) : undefined;
}

/** In a text with plain line breaks: more than comments, directives and end markers. */
const HAS_CONTENT = /^(?!\.\.\.(?:\s|$)|%)[ \t]*[^\s#]/m;

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

/**
 * The value of the lines from `metadata:` on. Their text is decoded by itself: a part of the whole text would keep the whole text in memory.
 */
function parseMetadata(text: string): Json | undefined {
  const parsed = parseText(text);
  return 'root' in parsed && parsed.root.type === 'map' ? (toValue(parsed.root) as JsonObject)['metadata'] : undefined;
}
