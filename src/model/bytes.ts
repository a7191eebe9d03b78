/**
 * What a runtime does with bytes. Each entry point brings its own (`world/node-bytes.ts`); `PLAIN_BYTES` works everywhere.
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

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** No `TextDecoder('latin1')`: that is windows-1252. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  const last = Math.min(end, bytes.length);
  for (let at = start; at < last; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + CHUNK, last)));
  return text;
}

export const PLAIN_BYTES: Bytes = {
  isUtf8: (bytes) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      return true;
    } catch {
      return false;
    }
  },
  latin1,
  utf8: (bytes, start, end) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end)),
  encode,
  includes: (bytes, text, start, end) => {
    const form = encode(text);
    return latin1(bytes, start, end).includes(latin1(form, 0, form.length));
  },
};
