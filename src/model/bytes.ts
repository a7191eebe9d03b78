/**
 * What a runtime does with bytes. Each entry point brings its own (`world/node-bytes.ts`, `native/host.ts`); `PLAIN_BYTES` is for the
 * library, and for short texts.
 *
 * Ranges are half-open. All implementations give the same answers.
 */
import { getOrMake } from './maps.ts';

export interface Bytes {
  readonly isUtf8: (bytes: Uint8Array) => boolean;
  /** One character per byte, U+0000 to U+00FF. */
  readonly latin1: (bytes: Uint8Array, start: number, end: number) => string;
  /** A byte order mark stays; what is no UTF-8 becomes U+FFFD. */
  readonly utf8: (bytes: Uint8Array, start: number, end: number) => string;
  readonly encode: (text: string) => Uint8Array;
  /** Where the UTF-8 form of a text that is not empty first stands in a range; -1: nowhere. */
  readonly find: (bytes: Uint8Array, text: string, start: number, end: number) => number;
  /** Whether a range has one of some bytes, given as one character for each. */
  readonly hasAny: (bytes: Uint8Array, some: string, start: number, end: number) => boolean;
  /** Where lines of a range begin, behind a line break that is in it too, with a byte that `known` lacks: one character for each byte. */
  readonly linesExcept: (bytes: Uint8Array, known: string, start: number, end: number) => readonly number[];
}

/** So many arguments fit on every stack. */
const CHUNK = 1 << 13;

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  const last = Math.min(end, bytes.length);
  for (let at = start; at < last; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + CHUNK, last)));
  return text;
}

/** What stands at a place of bytes: a character and its length; without a character it is no UTF-8, and the length is that of the bad part. */
interface Sequence {
  readonly character?: number;
  readonly length: number;
}

/** As the Encoding Standard has it: no longer form than needed, no surrogates, nothing above U+10FFFF. */
function sequenceAt(bytes: Uint8Array, at: number): Sequence {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return { character: lead, length: 1 };
  const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  let character = lead & (0x7f >> size);
  for (let next = 1; next < size; next++) {
    const byte = bytes[at + next] ?? 0;
    const low = next > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = next > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (byte < low || byte > high) return { length: next };
    character = (character << 6) | (byte & 0x3f);
  }
  return size === 0 ? { length: 1 } : { character, length: size };
}

function isUtf8(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    const { character, length } = sequenceAt(bytes, at);
    if (character === undefined) return false;
    at += length;
  }
  return true;
}

function utf8(bytes: Uint8Array, start: number, end: number): string {
  const range = bytes.subarray(start, end);
  const plain = latin1(range, 0, range.length);
  if (/^[\0-\x7f]*$/.test(plain)) return plain;
  let text = '';
  for (let at = 0; at < range.length; ) {
    const { character = 0xfffd, length } = sequenceAt(range, at);
    text += String.fromCodePoint(character);
    at += length;
  }
  return text;
}

function encode(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    // Half a pair has no form of its own.
    const character = code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
    if (character < 0x80) bytes.push(character);
    else if (character < 0x800) bytes.push(0xc0 | (character >> 6), 0x80 | (character & 0x3f));
    else {
      if (character < 0x10000) bytes.push(0xe0 | (character >> 12));
      else bytes.push(0xf0 | (character >> 18), 0x80 | ((character >> 12) & 0x3f));
      bytes.push(0x80 | ((character >> 6) & 0x3f), 0x80 | (character & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}

/** By what they let pass. */
const patterns = new Map<string, RegExp>();

/** The lines of a text with one character for each byte, which begins at `offset`. */
export function linesExcept(text: string, known: string, offset: number): readonly number[] {
  const pattern = getOrMake(
    patterns,
    known,
    () => new RegExp(`\\n(?![${known.replaceAll(/[\\\]^-]/g, '\\$&')}]|$)`, 'g'),
  );
  const found: number[] = [];
  pattern.lastIndex = 0;
  while (pattern.test(text)) found.push(offset + pattern.lastIndex);
  return found;
}

/** Nothing but the language. */
export const PLAIN_BYTES: Bytes = {
  isUtf8,
  latin1,
  utf8,
  encode,
  // Not by decoding the range: who looks for each of many would decode it as often.
  find: (bytes, text, start, end) => {
    const form = encode(text);
    const [first = 0] = form;
    const range = bytes.subarray(start, end);
    for (let at = range.indexOf(first); at >= 0; at = range.indexOf(first, at + 1))
      if (form.every((byte, offset) => range[at + offset] === byte)) return start + at;
    return -1;
  },
  hasAny: (bytes, some, start, end) => {
    const text = latin1(bytes, start, end);
    return [...some].some((byte) => text.includes(byte));
  },
  linesExcept: (bytes, known, start, end) => linesExcept(latin1(bytes, start, end), known, start),
};

/** The chunks as one, in new memory. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
