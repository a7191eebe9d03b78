/** Streams and oracles for the tests of this folder. */
import assert from 'node:assert/strict';
import { parseDocument } from 'yaml';
import type { Json, Operation } from '../../src/model/json.ts';
import type { Document, Stream } from '../../src/model/manifest.ts';
import { editDocument } from '../../src/yaml/edit.ts';
import { type ParsedManifest, parseManifest } from '../../src/yaml/parse.ts';
import { type Release, readRelease } from '../../src/yaml/resources.ts';
import { decodeStream } from '../../src/yaml/stream.ts';

export function streamOf(text: string | Uint8Array): Stream {
  const stream = decodeStream(typeof text === 'string' ? Buffer.from(text) : text, 'in.yaml');
  assert.ok('documents' in stream, `no stream: ${text}`);
  return stream;
}

export function openRelease(text: string | Uint8Array, file = 'in.yaml'): Release {
  const release = readRelease({ file, read: () => (typeof text === 'string' ? Buffer.from(text) : text) });
  assert.ok('resources' in release, `no release: ${text}`);
  return release;
}

/** The document at an index, the first one unless said otherwise. */
export function documentOf(text: string, index = 0): Document {
  const document = streamOf(text).documents[index];
  assert.ok(document);
  return document;
}

export function manifestOf(text: string): ParsedManifest {
  const manifest = parseManifest(documentOf(text));
  assert.ok(!Array.isArray(manifest), `no manifest: ${text}`);
  return manifest;
}

/** The text after a patch. */
export const edit = (text: string, ...operations: readonly Operation[]): string =>
  editDocument(manifestOf(text), operations);

/** What the package `yaml` reads, by itself; undefined for what it refuses. */
export function oracle(text: string): Json | undefined {
  const document = parseDocument(text, { uniqueKeys: false, merge: true, logLevel: 'silent', prettyErrors: false });
  return document.errors.length > 0 ? undefined : (document.toJS({ maxAliasCount: -1 }) as Json);
}
