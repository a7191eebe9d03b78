/** Looking into a document without decoding it. */
import type { Document } from '../model/manifest.ts';

/** True when the document's bytes contain the text, however it stands there. A native search: gigabytes per second. */
export function includesText({ stream, contentStart, bytes }: Document, text: string): boolean {
  const { buffer, byteOffset } = stream.bytes;
  return Buffer.from(buffer, byteOffset + contentStart, bytes.end - contentStart).includes(text);
}
