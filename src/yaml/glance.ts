/**
 * The head of a document that looks as nearly all do, found by matching its text: apiVersion, kind, and a `metadata` block of single
 * values, labels and annotations. These last two are read when somebody asks for them, which is rare.
 *
 * Most of a release is only looked at, and a match of a whole block is what a cold JavaScript engine does fastest. Undefined for
 * any other shape, which is then read line by line or parsed, to the same result.
 */
import { OWN_PREFIX } from '../model/annotations.ts';
import { HOOK } from '../model/helm.ts';
import type { Document } from '../model/manifest.ts';
import { resolvePlain } from './scalar.ts';
import { decode } from './stream.ts';

const WORD = String.raw`[A-Za-z][\w./-]*`;
const KEY = `(?:${WORD}|"${WORD}"|'${WORD}')`;
/** One line that means itself in every style. */
const VALUE = String.raw`(?: (?:[\w./](?:[\w./+,-]|:(?=\w)| (?=[\w./]))*|"[^"\\\n\r]*"|'[^'\n\r]*'))`;
const OTHERS = String.raw`(?:\n(?!apiVersion:|kind:|metadata:)${WORD}:${VALUE})*`;
/** Lines of the metadata: comments, and keys in the two columns that they may have. */
const LINES = String.raw`(?:\n(?: *#[^\n\r]*| {2}(?: {2})?${KEY}:${VALUE}?))+`;
/**
 * apiVersion and kind in any order, then the lines of the metadata. V8 compiles this in every run, so it has each part once and leaves the
 * order of the lines to `MISPLACED`. It has no groups: each match would make a list of texts, most of the garbage of reading a stream.
 */
const HEAD = new RegExp(
  String.raw`(?:#[^\n\r]*\n|\n)*(?:apiVersion|kind): ${WORD}\n(?:apiVersion|kind): ${WORD}${OTHERS}\nmetadata:(?=\n)` +
    String.raw`${LINES}(?:\n(?=[A-Za-z]|---|$)|$)`,
  'y',
);
/** A deeper key that does not belong to a key without a value above it. */
const MISPLACED = /(?:^|\n {2}[^ #\n][^\n]*[^:\n])(?:\n *#[^\n]*)*\n {4}[^ #]/;
/** A line at column 0 that is no key, or one of the three again, and belongs to nothing above it. */
const ODD_LINE = /\n(?![ #\n]|(?!(?:apiVersion|kind|metadata):)[A-Za-z][\w./-]*:(?:[ \n]|$)|-[ \n]|['"](?:\n|$)|$)/g;

/** Where a head ends, at the latest: a match may need memory for each line. */
const MAX_HEAD = 1 << 16;

export interface Glance {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty when absent, as the next two. */
  readonly name: string;
  readonly generateName: string;
  readonly namespace: string;
  readonly mayBeHook: boolean;
  readonly mayBeOurs: boolean;
  /** Where the `metadata:` block stands in the content, in bytes. */
  readonly metadataStart: number;
  readonly metadataEnd: number;
}

/**
 * `latin1`: a character for each byte of the document's content, which is at `from`, and maybe of documents before and behind it: text is
 * cheaper by the megabyte than by the document.
 */
export function glance(document: Document, latin1: string, from: number): Glance | undefined {
  const length = document.end - document.contentStart;
  const isLong = length > MAX_HEAD;
  const text = isLong ? latin1.slice(from, from + MAX_HEAD) : latin1;
  const start = isLong ? 0 : from;
  HEAD.lastIndex = start;
  if (!HEAD.test(text) || HEAD.lastIndex - start === MAX_HEAD) return undefined;
  const end = from + HEAD.lastIndex - start;
  ODD_LINE.lastIndex = end - 1;
  // The next document begins with a line that is odd for this one.
  if (ODD_LINE.test(latin1) && ODD_LINE.lastIndex < from + length) return undefined;
  let first = from;
  while (latin1[first] === '#' || latin1[first] === '\n') first = latin1.indexOf('\n', first) + 1;
  const second = latin1.indexOf('\n', first) + 1;
  if (latin1[first] === latin1[second]) return undefined;
  const isKindFirst = latin1[first] === 'k';
  const wordAt = (line: number): string | undefined =>
    readValue(intern(latin1.slice(latin1.indexOf(' ', line) + 1, latin1.indexOf('\n', line))));
  const kind = wordAt(isKindFirst ? first : second);
  const apiVersion = wordAt(isKindFirst ? second : first);
  const metadata = latin1.indexOf('\nmetadata:\n', second) + 1;
  const blockStart = metadata + 'metadata:'.length;
  const block = latin1.slice(blockStart, end);
  const offset = document.contentStart + blockStart - from;
  const read = (word: string): string | undefined => {
    const at = block.indexOf(word);
    if (at < 0) return '';
    if (block.indexOf(word, at + 1) > 0) return undefined;
    const valueAt = at + word.length + 1;
    const newline = block.indexOf('\n', valueAt - 1);
    const to = newline < 0 ? block.length : newline;
    const isQuoted = block[valueAt] === '"' || block[valueAt] === "'";
    // Only in quotes there may be more than ASCII.
    return readValue(isQuoted ? decode(document, offset + valueAt, offset + to) : copyOf(block.slice(valueAt, to)));
  };
  const name = read('\n  name:');
  const generateName = read('\n  generateName:');
  const namespace = read('\n  namespace:');
  // A key in quotes may say one of these names again.
  const isSure = !block.includes('\n  "') && !block.includes("\n  '") && !MISPLACED.test(block);
  if (!isSure || !kind || !apiVersion || name === undefined || generateName === undefined || namespace === undefined)
    return undefined;
  return {
    apiVersion,
    kind,
    name,
    generateName,
    namespace,
    mayBeHook: block.includes(HOOK),
    mayBeOurs: block.includes(OWN_PREFIX),
    metadataStart: metadata - from,
    metadataEnd: end - from,
  };
}

/** A single value as a string, as its author meant it; undefined where that is not plain to see. */
function readValue(source: string): string | undefined {
  const quote = source[0];
  const value = quote === '"' || quote === "'" ? source.slice(1, -1) : resolvePlain(source);
  return value === null ? '' : typeof value === 'string' ? value : undefined;
}

/** The few words that kinds and apiVersions are, each once. */
const words = new Map<string, string>();

export function intern(word: string): string {
  const known = words.get(word);
  if (known !== undefined) return known;
  const copy = copyOf(word);
  if (words.size < 1000) words.set(copy, copy);
  return copy;
}

/** The text in memory of its own: a part of another text would keep all of that. V8 joins what it cuts from. */
const copyOf = (text: string): string => ` ${text}`.slice(1);
