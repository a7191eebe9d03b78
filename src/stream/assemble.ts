/**
 * Documents back to bytes: unchanged documents leave as the bytes that came in.
 */
import type { Document, Stream } from '../model/manifest.ts';
import { bomLength, lineBreakOf } from './stream.ts';

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
  const { bytes, codec, documents } = stream;
  const lineBreak = lineBreakOf(codec.latin1(bytes, 0, 4096));
  const chunks: Uint8Array[] = [];
  /** Where the bytes begin that still have to leave. */
  let start = 0;
  const keepTo = (end: number): void => {
    if (end > start) chunks.push(bytes.subarray(start, end));
    start = end;
  };
  const write = (text: string): void => {
    if (text !== '') chunks.push(codec.encode(text));
  };
  for (const document of changedDocuments(documents, changes)) {
    const edited = changes.edited.get(document.index);
    if (changes.removed.has(document.index)) {
      keepTo(bomEnd(document));
      start = document.end;
    } else if (edited !== undefined) {
      keepTo(document.contentStart);
      write(edited);
      start = document.end;
    }
    const added = changes.added.get(document.index) ?? [];
    if (added.length === 0) continue;
    keepTo(document.end);
    const last = chunks.at(-1)?.at(-1);
    if (last !== undefined && last !== 0x0a) write(lineBreak);
    for (const content of added)
      write(`---${lineBreak}${content}${content === '' || content.endsWith('\n') ? '' : lineBreak}`);
  }
  keepTo(bytes.length);
  return chunks;
}

/** The documents that changes name, in order: there may be tens of thousands of others. */
function changedDocuments(documents: readonly Document[], { edited, added, removed }: Changes): readonly Document[] {
  const indices = new Set([...edited.keys(), ...added.keys(), ...removed]);
  return [...indices].sort((a, b) => a - b).flatMap((index) => documents[index] ?? []);
}

/** A BOM belongs to the stream, so it stays when the first document leaves. */
const bomEnd = (document: Document): number => {
  const { start } = document;
  return start === 0 ? bomLength(document.stream.bytes) : start;
};
