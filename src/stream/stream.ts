/**
 * Bytes to documents and back to places: checks the encoding, finds the separators, decodes what is asked for.
 *
 * The stream is never decoded as a whole and nothing is thrown away: the byte ranges of the documents tile it. A separator is a
 * line that begins with `---` and no fourth dash (`-----BEGIN CERTIFICATE-----` is data), wherever it stands, because Helm splits there too;
 * `---apiVersion: v1` is one for Helm.
 */
import { PLAIN_BYTES } from '../model/bytes.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import type { Document, Stream } from '../model/manifest.ts';
import { getOrMake } from '../model/maps.ts';
import type { Position } from '../model/span.ts';

const NEWLINE = 0x0a;
const HASH = 0x23;
const DASH = 0x2d;

/** Called when documents are complete: those from the index `first` on are new. `text` is the window that starts at byte `start`. */
export type OnDocuments = (stream: Stream, first: number, text: string, start: number) => void;

/** A stream of documents, or `input/not-utf8`, or `input/empty` when there is nothing but blanks and comments. */
export function decodeStream(
  bytes: Uint8Array,
  file: string,
  codec = PLAIN_BYTES,
  onDocuments?: OnDocuments,
): Stream | Finding {
  const documents: Document[] = [];
  const stream: Stream = { file, bytes, codec, documents };
  if (!codec.isUtf8(bytes)) return notUtf8(stream);
  split(stream, documents, onDocuments);
  return documents.some(hasContent) ? stream : isEmpty(stream);
}

/** Finds the documents, in windows of text, one character per byte. */
function split(stream: Stream, documents: Document[], onDocuments?: OnDocuments): void {
  const { bytes } = stream;
  const { find } = stream.codec;
  const begin = bomLength(bytes);
  let [start, contentStart] = [0, begin];
  const add = (end: number): void => {
    documents.push({ stream, index: documents.length, start, end, contentStart: Math.min(contentStart, end) });
    start = end;
  };
  for (let from = begin; from < bytes.length; ) {
    const end = endOfWindow(bytes, from);
    const text = latin1At(stream, from, end);
    const first = documents.length;
    // Not with the line break before it: there are more of these than of dashes, and a search stops at each.
    for (let at = find(bytes, '---', from, end); at >= 0; at = find(bytes, '---', at + 3, end)) {
      if ((at > from && bytes[at - 1] !== NEWLINE) || bytes[at + 3] === DASH) continue;
      if (at > begin) add(at);
      contentStart = from + contentAfter(text, at - from);
    }
    if (documents.length > first) onDocuments?.(stream, first, text, from);
    from = end;
  }
  add(bytes.length);
  // It begins in no window that is still there.
  onDocuments?.(stream, documents.length - 1, '', bytes.length + 1);
}

/** Text is made of so many bytes at a time: for each document alone it would cost more, and for a large stream at once too much memory. */
const WINDOW = 3 << 15;

/** Where the window that begins at `from` ends: with a line. */
function endOfWindow(bytes: Uint8Array, from: number): number {
  if (bytes.length - from <= WINDOW) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, from + WINDOW - 1);
  const next = last < from ? bytes.indexOf(NEWLINE, from + WINDOW) : last;
  return next < 0 ? bytes.length : next + 1;
}

function notUtf8({ file, bytes, codec }: Stream): Finding {
  const bad = firstInvalid(bytes);
  const { lineStart, line } = lineOf(bytes, bad);
  return {
    code: 'input/not-utf8',
    severity: SEVERITIES['input/not-utf8'],
    message: `${file} is not UTF-8: byte 0x${(bytes[bad] ?? 0).toString(16).padStart(2, '0')} at offset ${bad}`,
    hint: 'save the template that renders this line as UTF-8',
    position: { line, column: codec.utf8(bytes, lineStart, bad).length + 1 },
  };
}

const isEmpty = ({ file }: Stream): Finding => ({
  code: 'input/empty',
  severity: SEVERITIES['input/empty'],
  message: `${file} has no resources`,
  hint: 'pass the output of helm template, or the stream that Helm gives to a post-renderer',
});

/** The content of a document: its text without a BOM and its separator. */
export const textOf = (document: Document): string => textAt(document, 0, document.end - document.contentStart);

/** The content as one character per byte: cheap, and exact wherever it is ASCII. */
export const latin1Of = ({ stream, contentStart, end }: Document): string => latin1At(stream, contentStart, end);

/** The same of a range of bytes. */
const latin1At = ({ bytes, codec }: Stream, start: number, end: number): string => codec.latin1(bytes, start, end);

/** The text of a range of bytes of the document's content. */
export const textAt = ({ stream, contentStart }: Document, start: number, end: number): string =>
  stream.codec.utf8(stream.bytes, contentStart + start, contentStart + end);

/** The place of an offset into `textOf(document)` in the whole stream. */
export function positionIn(document: Document, offset: number, text = textOf(document)): Position {
  const { bytes } = document.stream;
  const { lineStart, line } = lineOf(bytes, document.contentStart, document);
  let count = 0;
  let last = -1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    count++;
    last = at;
  }
  // What stands before the content on its line is a separator, so ASCII.
  const column = count === 0 ? offset + document.contentStart - lineStart : offset - last - 1;
  return { line: line + count, column: column + 1 };
}

/** True when a document holds more than blanks, comments and directives. */
export function hasContent(document: Document): boolean {
  const { bytes } = document.stream;
  let at = document.contentStart;
  while (bytes[at] === HASH) at = bytes.indexOf(NEWLINE, at) + 1 || bytes.length;
  // A letter at the beginning of a line is content, and nearly all documents begin with a key.
  const first = (bytes[at] ?? 0) | 0x20;
  return (at < document.end && first >= 0x61 && first <= 0x7a) || hasContentAnywhere(document);
}

const hasContentAnywhere = (document: Document): boolean =>
  /^(?:\xef\xbb\xbf|(?!\xef\xbb\xbf))(?!\.\.\.(?:\s|$)|%)[ \t]*[^\s#]/m.test(latin1Of(document));

/** The line break that a piece of text uses. */
export const lineBreakOf = (text: string): '\n' | '\r\n' => {
  const newline = text.indexOf('\n');
  return newline > 0 && text[newline - 1] === '\r' ? '\r\n' : '\n';
};

/** A byte order mark belongs to the stream, not to a document. */
export const bomLength = (bytes: Uint8Array): number =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;

/** Behind the separator and its blanks: on the next line, or at the content or comment that shares the line. */
function contentAfter(text: string, separator: number): number {
  let at = separator + 3;
  while (text[at] === ' ' || text[at] === '\t') at++;
  if (text[at] === '\r' && text[at + 1] === '\n') return at + 2;
  return text[at] === '\n' ? at + 1 : at;
}

/** Line breaks before each document, counted once and at need. */
const counted = new WeakMap<Stream, number[]>();

/** The line on which an offset stands: its number from 1, and where it begins (behind a BOM). */
function lineOf(bytes: Uint8Array, offset: number, document?: Document): { lineStart: number; line: number } {
  let line = 1;
  let from = 0;
  if (document !== undefined) {
    const { documents } = document.stream;
    const lines = getOrMake(counted, document.stream, () => [1]);
    while (lines.length <= document.index) {
      const before = documents[lines.length - 1] ?? { start: 0, end: 0 };
      lines.push((lines.at(-1) ?? 1) + countLines(bytes, before.start, before.end));
    }
    line = lines[document.index] ?? 1;
    from = document.start;
  }
  const lineStart = offset === 0 ? 0 : bytes.lastIndexOf(NEWLINE, offset - 1) + 1;
  const bom = lineStart === 0 && offset >= 3 ? bomLength(bytes) : 0;
  return { line: line + countLines(bytes, from, offset), lineStart: lineStart + bom };
}

function countLines(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}

/** The offset of the first byte that is no UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const length =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead >= 0xf0 && lead < 0xf5
              ? 4
              : 0;
    const isOverlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
    const isTooLarge = (lead === 0xed && second > 0x9f) || (lead === 0xf4 && second > 0x8f);
    if (length === 0 || isOverlong || isTooLarge) return at;
    for (let next = 1; next < length; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return at;
    at += length;
  }
  return bytes.length;
}
