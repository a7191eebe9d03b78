/**
 * The head of a document that looks as nearly all do, found by matching its text: apiVersion, kind, and a `metadata` block of single
 * values, labels and annotations. Their contents are read at need, which is rare.
 *
 * Most of a release is only looked at, and a match of a whole block is what a cold JavaScript engine does fastest. Undefined for
 * any other shape, which is then read line by line or parsed, to the same result.
 */
import { OWN_PREFIX } from '../model/annotations.ts';
import { HOOK, POSTRENDER_FILENAME } from '../model/helm.ts';
import type { Json } from '../model/json.ts';
import type { Document, Head } from '../model/manifest.ts';
import { resolvePlain } from '../yaml/scalar.ts';

const WORD = String.raw`[A-Za-z][\w./-]*`;
const KEY = `(?:${WORD}|"${WORD}"|'${WORD}')`;
/** One line that means itself in every style. */
const VALUE = String.raw`(?: (?:[\w./](?:[\w./+,-]|:(?=\w)| (?=[\w./]))*|"[^"\\\n\r]*"|'[^'\n\r]*'))`;
/** In every case: Go's JSON takes `Kind` for `kind`. */
const HEAD_KEY = anyCase('apiVersion:|kind:|metadata:');
const OTHERS = String.raw`(?:\n(?!${HEAD_KEY})${WORD}:${VALUE})*`;
const COMMENTS = String.raw`(?:\n *#[^\n\r]*)*`;
/** Keys in the two columns that they may have, the deeper ones below a key without a value. No character can be matched in two ways. */
const LINES = String.raw`${COMMENTS}(?:\n {2}(?!(?!name|annotations)(?:${anyCase('name|annotations')}):)${WORD}:(?:${VALUE}${COMMENTS}|${COMMENTS}(?:\n {4}${KEY}:${VALUE}?${COMMENTS})*))+`;
/**
 * apiVersion and kind in any order, then the lines of the metadata. It has no groups: each match would make a list of texts, most of the garbage
 * of reading a stream.
 */
const HEAD = new RegExp(
  String.raw`(?:#[^\n\r]*\n|\n)*(?:apiVersion|kind): ${WORD}\n(?:apiVersion|kind): ${WORD}${OTHERS}\nmetadata:(?=\n)` +
    String.raw`${LINES}(?:\n(?=[A-Za-z]|---|$)|$)`,
  'y',
);
/** What lines below a key begin with, and comments, and empty lines. */
const INNER = ' #\n';
/** All other lines that may be there: a key at column 0 that is none of the three again, an entry of a list, the end of a quoted value. */
const OUTER_LINE = new RegExp(String.raw`(?!${HEAD_KEY})${WORD}:(?:[ \n]|$)|-[ \n]|['"](?:\n|$)|$`, 'y');

/** Where a head ends, at the latest: a match may need memory for each line. */
const MAX_HEAD = 1 << 16;

/** What Helm and its readers take differently when it stands twice. */
const ONCE = ['\n  annotations:', POSTRENDER_FILENAME];
const BLOCK = 'metadata:';
const NAME = '\n  name:';
/** More different words than releases have are not remembered. */
const MANY = 1000;

/** A value that is surely a string with something in it, of letters that are a byte each. */
const SURE_NAME = / (?:["'][ !#-&(-~]+["']|(?!(?:null|true|false|y|n|yes|no|on|off)(?:\n|$))[a-z][^\n]*)/y;

/** Most of a release is passed by for its kind: how a resource is called is left for later, but it is called something. */
export interface Glance {
  readonly apiVersion: string;
  readonly kind: string;
  readonly mayBeHook: boolean;
  readonly mayBeOurs: boolean;
  /** Where the `metadata:` block and the text of its `name` stand in the content, in bytes. */
  readonly metadataStart: number;
  readonly metadataEnd: number;
  readonly nameStart: number;
  readonly nameEnd: number;
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
  if (hasOddLine(document, latin1, from, end - 1)) return undefined;
  let first = from;
  while (latin1[first] === '#' || latin1[first] === '\n') first = latin1.indexOf('\n', first) + 1;
  const typeEnd = latin1.indexOf('\n', latin1.indexOf('\n', first) + 1);
  const type = typeOf(latin1.slice(first, typeEnd));
  if (type === undefined) return undefined;
  const metadata = latin1.indexOf('\nmetadata:\n', typeEnd) + 1;
  const blockStart = metadata + BLOCK.length;
  const { bytes, codec } = document.stream;
  const offset = document.contentStart - from;
  /** Where words stand in the block, from a place of the text on. */
  const find = (words: string, start: number): number =>
    codec.find(bytes, words, start + offset, end + offset) - offset;
  const has = (words: string, start: number): boolean => find(words, start) >= start;
  const nameAt = find(NAME, blockStart);
  SURE_NAME.lastIndex = nameAt + NAME.length;
  const isNamed = nameAt >= blockStart && SURE_NAME.test(latin1) && !has(NAME, nameAt + 1);
  if (!isNamed || ONCE.some((key) => isTwice(key, blockStart, find))) return undefined;
  const quote = isQuote(latin1[nameAt + NAME.length + 1]) ? 1 : 0;
  return {
    apiVersion: type.apiVersion,
    kind: type.kind,
    mayBeHook: has(HOOK, blockStart),
    mayBeOurs: has(OWN_PREFIX, blockStart),
    metadataStart: metadata - from,
    metadataEnd: end - from,
    nameStart: nameAt - from + NAME.length + 1 + quote,
    nameEnd: SURE_NAME.lastIndex - from - quote,
  };
}

/** Whether a line from `start` on is at column 0 and no key, or one of the three again, so that it belongs to nothing above it. */
function hasOddLine({ stream, contentStart, end }: Document, latin1: string, from: number, start: number): boolean {
  const offset = from - contentStart;
  const lines = stream.codec.linesExcept(stream.bytes, INNER, start - offset, end);
  return lines.some((at) => {
    OUTER_LINE.lastIndex = at + offset;
    return !OUTER_LINE.test(latin1);
  });
}

function isTwice(words: string, start: number, find: (words: string, start: number) => number): boolean {
  const at = find(words, start);
  return at >= start && find(words, at + 1) > at;
}

/** A pattern that takes its letters in both cases. A flag would hold for the whole expression, and cost time. */
function anyCase(pattern: string): string {
  return pattern.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}

type Type = Pick<Head, 'apiVersion' | 'kind'>;
/** By the two lines that say it; a release has few types. */
const types = new Map<string, Type>();

function typeOf(lines: string): Type | undefined {
  const known = types.get(lines);
  if (known !== undefined) return known;
  const [first = '', second = ''] = lines.split('\n');
  const wordOf = (line: string): Json => resolvePlain(intern(line.slice(line.indexOf(' ') + 1)));
  const [apiVersion, kind] = (first.startsWith('k') ? [second, first] : [first, second]).map(wordOf);
  const areWords = first[0] !== second[0] && typeof apiVersion === 'string' && typeof kind === 'string';
  if (!areWords) return undefined;
  const type = { apiVersion, kind };
  if (types.size < MANY) types.set(copyOf(lines), type);
  return type;
}

const isQuote = (char: string | undefined): boolean => char === '"' || char === "'";

/** The few words that kinds and apiVersions are, each once. */
const words = new Map<string, string>();

export function intern(word: string): string {
  const known = words.get(word);
  if (known !== undefined) return known;
  const copy = copyOf(word);
  if (words.size < MANY) words.set(copy, copy);
  return copy;
}

/** The text in memory of its own: a part of another text would keep all of that. V8 joins what it cuts from. */
const copyOf = (text: string): string => ` ${text}`.slice(1);
