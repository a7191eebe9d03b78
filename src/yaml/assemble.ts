/**
 * Documents back to bytes: what nobody changed leaves as the bytes it came in as.
 */
import type { Document, Stream } from '../model/manifest.ts';
import { bomLength, lineBreakOf, view } from './stream.ts';

export interface Changes {
  /** New contents (see `textOf`) by document index. The separator line stays. */
  readonly edited: ReadonlyMap<number, string>;
  /** Contents to put right behind a document. */
  readonly added: ReadonlyMap<number, readonly string[]>;
  /** These leave together with their separator. */
  readonly removed: ReadonlySet<number>;
}

/** The chunks of the new stream, in order. Untouched neighbours are one chunk, a view of the stream's bytes. */
export function assembleStream(stream: Stream, changes: Changes): Uint8Array[] {
  const { bytes, documents } = stream;
  const lineBreak = lineBreakOf(view(bytes).toString('latin1', 0, 4096));
  const chunks: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  const flush = (): void => {
    if (end > start) chunks.push(bytes.subarray(start, end));
  };
  const keep = (from: number, to: number): void => {
    if (from !== end) {
      flush();
      start = from;
    }
    end = to;
  };
  const write = (text: string): void => {
    flush();
    start = end;
    if (text !== '') chunks.push(Buffer.from(text, 'utf8'));
  };
  for (const document of documents) {
    const { index } = document;
    const edited = changes.edited.get(index);
    if (changes.removed.has(index)) keep(document.start, bomEnd(document));
    else if (edited === undefined) keep(document.start, document.end);
    else {
      keep(document.start, document.contentStart);
      write(edited);
      start = end = document.end;
    }
    const added = changes.added.get(index) ?? [];
    if (added.length === 0) continue;
    const last = end > start ? bytes[end - 1] : chunks.at(-1)?.at(-1);
    if (last !== undefined && last !== 0x0a) write(lineBreak);
    for (const content of added)
      write(`---${lineBreak}${content}${content === '' || content.endsWith('\n') ? '' : lineBreak}`);
  }
  flush();
  return chunks;
}

/** A BOM belongs to the stream, so it stays when the first document leaves. */
const bomEnd = (document: Document): number => {
  const { start } = document;
  return start === 0 ? bomLength(document.stream.bytes) : start;
};
