/**
 * Characters that end a line for Helm's YAML library (go.yaml.in/yaml yamlprivateh.go `is_break`) and for nothing else that reads a stream: a
 * carriage return without a line feed, NEL, LS, PS; and byte order marks inside a stream, which it sometimes takes for nothing.
 *
 * A document with one is read with plain line breaks in their place, as Helm reads it, and is never edited: every tool would see other lines.
 */

import type { Stream } from '../model/manifest.ts';

/** In text with one character per byte. */
const IN_LATIN1 = /\r(?!\n)|\xc2\x85|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf/;
const IN_TEXT = /\r(?!\n)|[\x85\u2028\u2029\ufeff]/;

/** Bytes of which each odd break has one. */
const SIGNS = '\r\x85\xa8\xa9\xbf';

/** Whether a range of a stream's bytes has one. The search for single bytes comes first: it is native, and most texts have none. */
export const hasOddBreaks = ({ bytes, codec }: Pick<Stream, 'bytes' | 'codec'>, start: number, end: number): boolean =>
  codec.hasAny(bytes, SIGNS, start, end) && IN_LATIN1.test(codec.latin1(bytes, start, end));

/** The text with the line breaks that Helm sees. Offsets stay, but for a byte order mark at the beginning, which is taken out. */
export const withPlainBreaks = (text: string): string =>
  text.replace(/^\ufeff+/, '').replace(/\r(?!\n)|[\x85\u2028\u2029]/g, '\n');

const MARKS = ['\r', '\x85', '\u2028', '\u2029', '\ufeff'];

const NAMES: Readonly<Record<string, string>> = {
  '\r': 'a carriage return without a line feed',
  '\x85': 'the character U+0085 (next line)',
  '\u2028': 'the character U+2028 (line separator)',
  '\u2029': 'the character U+2029 (paragraph separator)',
  '\ufeff': 'a byte order mark inside the stream',
};

/** The first of these characters and where it stands, in a text that is no stream's beginning with its mark. */
export function findOddBreak(text: string): { readonly offset: number; readonly name: string } | undefined {
  const offset = MARKS.some((mark) => text.includes(mark)) ? text.search(IN_TEXT) : -1;
  return offset < 0 ? undefined : { offset, name: NAMES[text.charAt(offset)] ?? 'a line break' };
}
