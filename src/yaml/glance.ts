/**
 * The head of a document that looks as nearly all do, found by matching its text: apiVersion, kind, and a `metadata` block of single
 * values, labels and annotations. These last two are read when somebody asks for them, which is rare.
 *
 * Most of a release is only looked at, and a match of a whole block is what a cold JavaScript engine does fastest. Undefined for
 * any other shape, which is then read line by line or parsed, to the same result.
 */
import { isObject, type Json, type JsonObject, valueAt } from '../model/json.ts';
import type { Document, Head } from '../model/manifest.ts';
import { resolvePlain } from './scalar.ts';
import { decode } from './stream.ts';

const WORD = String.raw`[A-Za-z][\w./-]*`;
const KEY = `(?:${WORD}|"${WORD}"|'${WORD}')`;
/** One line that means itself in every style. */
const VALUE = String.raw`(?: (?:[\w./](?:[\w./+,-]|:(?=\w)| (?=[\w./]))*|"[^"\\\n\r]*"|'[^'\n\r]*'))`;
const COMMENTS = String.raw`(?:\n *#[^\n\r]*)*`;
const OTHERS = String.raw`(?:\n(?!apiVersion:|kind:|metadata:)${WORD}:${VALUE})*`;
/** Groups: apiVersion and kind in this order, or kind and apiVersion; then the lines of the metadata. */
const HEAD = new RegExp(
  String.raw`^(?:#[^\n\r]*\n|\n)*(?:apiVersion: (${WORD})\nkind: (${WORD})|kind: (${WORD})\napiVersion: (${WORD}))${OTHERS}\nmetadata:(?=\n)` +
    String.raw`((?:${COMMENTS}\n  ${KEY}:(?:${VALUE}|(?:${COMMENTS}\n    ${KEY}:${VALUE})+))+)(?:\n(?=[A-Za-z]|$)|$)`,
);
/** A line at column 0 that is no key, or one of the three again, and belongs to nothing above it. */
const ODD_LINE = /\n(?![ #\n]|(?!(?:apiVersion|kind|metadata):)[A-Za-z][\w./-]*:(?:[ \n]|$)|-[ \n]|['"](?:\n|$)|$)/g;

/** Where a head ends, at the latest: a match may need memory for each line. */
const MAX_HEAD = 1 << 16;

/** `latin1`: the content, a character for each byte. `readMetadata`: the value of a `metadata:` block, by its place in the content. */
export function glance(
  document: Document,
  latin1: string,
  readMetadata: (document: Document, start: number, end: number) => Json | undefined,
): Head | undefined {
  const match = HEAD.exec(latin1.length > MAX_HEAD ? latin1.slice(0, MAX_HEAD) : latin1);
  if (match === null || match[0].length === MAX_HEAD) return undefined;
  const end = match[0].length;
  ODD_LINE.lastIndex = end - 1;
  if (ODD_LINE.test(latin1)) return undefined;
  const [, version1, kind1, kind2, version2, block = ''] = match;
  const start = latin1.lastIndexOf('metadata:', end - block.length);
  const read = (key: string): string | undefined => {
    const word = `\n  ${key}:`;
    const at = block.indexOf(word);
    if (at < 0) return '';
    if (block.indexOf(word, at + 1) > 0) return undefined;
    const from = at + word.length;
    const to = block.indexOf('\n', from);
    const offset = document.contentStart + start + 'metadata:'.length;
    return readValue(decode(document, offset + from, offset + (to < 0 ? block.length : to)));
  };
  const kind = readValue(intern(kind1 ?? kind2 ?? ''));
  const apiVersion = readValue(intern(version1 ?? version2 ?? ''));
  const name = read('name');
  const generateName = read('generateName');
  const namespace = read('namespace');
  // A key in quotes may say one of these names again.
  if (
    !kind ||
    !apiVersion ||
    name === undefined ||
    generateName === undefined ||
    namespace === undefined ||
    /\n {2}["']/.test(block)
  )
    return undefined;
  return new GlancedHead(
    { apiVersion, kind, name, generateName, namespace },
    () => readMetadata(document, start, end) ?? {},
  );
}

/** A class, because a large release has tens of thousands of them. */
class GlancedHead implements Head {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  declare readonly generateName?: string;
  declare readonly namespace?: string;
  readonly #read: () => Json;
  #metadata: Json | undefined;

  constructor(words: Record<'apiVersion' | 'kind' | 'name' | 'generateName' | 'namespace', string>, read: () => Json) {
    this.apiVersion = words.apiVersion;
    this.kind = words.kind;
    this.name = words.name;
    if (words.generateName) this.generateName = words.generateName;
    if (words.namespace) this.namespace = words.namespace;
    this.#read = read;
  }

  get labels(): JsonObject {
    return this.#part('labels');
  }

  get annotations(): JsonObject {
    return this.#part('annotations');
  }

  #part(key: string): JsonObject {
    this.#metadata ??= this.#read();
    const found = valueAt(this.#metadata, [key]);
    return isObject(found) ? found : {};
  }
}

/** A single value as a string, as its author meant it; undefined where that is not plain to see. */
function readValue(source: string): string | undefined {
  const text = source.trimStart();
  const value = text.startsWith('"') || text.startsWith("'") ? text.slice(1, -1) : resolvePlain(text);
  return value === null ? '' : typeof value === 'string' ? value : undefined;
}

/** The few words that kinds and apiVersions are, each once: a part of a text would keep the whole text in memory. */
const words = new Map<string, string>();

export function intern(word: string): string {
  const known = words.get(word);
  if (known !== undefined) return known;
  const copy = Buffer.from(word, 'latin1').toString('latin1');
  if (words.size < 1000) words.set(copy, copy);
  return copy;
}
