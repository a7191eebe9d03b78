/**
 * What a runtime does with bytes. Each entry point brings its own (`world/node-bytes.ts`, `native/bytes.ts`); `PLAIN_BYTES` is for the
 * library, and for short texts.
 *
 * Ranges are half-open. All implementations give the same answers.
 */
export interface Bytes {
  readonly isUtf8: (bytes: Uint8Array) => boolean;
  /** One character per byte, U+0000 to U+00FF. */
  readonly latin1: (bytes: Uint8Array, start: number, end: number) => string;
  /** A byte order mark stays; what is no UTF-8 becomes U+FFFD. */
  readonly utf8: (bytes: Uint8Array, start: number, end: number) => string;
  readonly encode: (text: string) => Uint8Array;
  /** Whether the UTF-8 form of `text` stands in a range. */
  readonly includes: (bytes: Uint8Array, text: string, start: number, end: number) => boolean;
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

/** Nothing but the language. */
export const PLAIN_BYTES: Bytes = {
  isUtf8,
  latin1,
  utf8,
  encode,
  includes: (bytes, text, start, end) => {
    const form = encode(text);
    return latin1(bytes, start, end).includes(latin1(form, 0, form.length));
  },
};
