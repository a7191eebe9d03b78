/** A file of the user's into which an export writes: read as Kubernetes reads it, changed in the few places that the export names. */
import { editDocument } from '../edit/edit.ts';
import type { Bytes } from '../model/bytes.ts';
import type { Finding } from '../model/finding.ts';
import { type Json, type JsonObject, type Operation, type Path, valueAt } from '../model/json.ts';
import type { Manifest, Stream } from '../model/manifest.ts';
import type { Place } from '../model/span.ts';
import { assembleStream } from '../stream/assemble.ts';
import { decodeStream, hasContent } from '../stream/stream.ts';
import { parseManifest } from '../yaml/parse.ts';
import { MARK } from './text.ts';

export interface UserFile {
  readonly stream: Stream;
  readonly manifests: readonly Manifest[];
}

/** All documents of the file, or why it has none. */
export function readUserFile(bytes: Uint8Array, file: string, codec: Bytes): UserFile | readonly Finding[] {
  const stream = decodeStream(bytes, file, codec);
  if ('code' in stream) return [stream];
  const parsed = stream.documents.filter(hasContent).map((document) => parseManifest(document));
  const invalid = parsed.flatMap((each) => (Array.isArray(each) ? each : []));
  return invalid.length > 0
    ? invalid
    : { stream, manifests: parsed.flatMap((each) => (Array.isArray(each) ? [] : each)) };
}

/** The whole file with one of its documents changed. */
export function writeUserFile(
  { stream }: UserFile,
  manifest: Manifest,
  operations: readonly Operation[],
): readonly Uint8Array[] {
  if (operations.length === 0) return [stream.bytes];
  const edited = new Map([[manifest.document.index, editDocument(manifest, operations, { readable: true })]]);
  return assembleStream(stream, { edited, added: new Map(), removed: new Set() });
}

export const placeIn = (manifest: Manifest, path: Path): Place => ({
  file: manifest.document.stream.file,
  ...(manifest.locate(path) ?? { line: 1, column: 1 }),
});

/** The operations that make `value` say `wanted` at a path, the mappings above it included. */
export function setAt(value: JsonObject, path: readonly string[], wanted: Json): readonly Operation[] {
  const at = (depth: number): string =>
    path
      .slice(0, depth)
      .map((step) => `/${step}`)
      .join('');
  const operations: Operation[] = [];
  let current: Json | undefined = value;
  for (const [index, step] of path.entries()) {
    const next: Json | undefined = valueAt(current, [step]);
    const isLast = index === path.length - 1;
    if (isLast) operations.push({ op: next === undefined ? 'add' : 'replace', path: at(index + 1), value: wanted });
    else if (next === undefined || next === null)
      operations.push({ op: next === undefined ? 'add' : 'replace', path: at(index + 1), value: {} });
    current = next;
  }
  return operations;
}

/** True for a patch that an export wrote. */
export const isOurs = (patch: Json | undefined): boolean =>
  typeof patch === 'object' &&
  patch !== null &&
  !Array.isArray(patch) &&
  typeof patch['patch'] === 'string' &&
  patch['patch'].startsWith(MARK);
