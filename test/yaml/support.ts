/** Streams and oracles for the tests of this folder. */
import assert from 'node:assert/strict';
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { editDocument } from '../../src/edit/edit.ts';
import { type Contents, readResources } from '../../src/manifests/resources.ts';
import type { Json, JsonObject, Operation } from '../../src/model/json.ts';
import type { Document, Stream } from '../../src/model/manifest.ts';
import { decodeStream } from '../../src/stream/stream.ts';
import { type ParsedManifest, parseManifest } from '../../src/yaml/parse.ts';
import { resolvePlain } from '../../src/yaml/scalar.ts';

export function streamOf(text: string | Uint8Array): Stream {
  const stream = decodeStream(typeof text === 'string' ? Buffer.from(text) : text, 'in.yaml');
  assert.ok('documents' in stream, `no stream: ${text}`);
  return stream;
}

export function openRelease(text: string | Uint8Array, file = 'in.yaml'): Contents {
  const release = readResources({ file, read: () => (typeof text === 'string' ? Buffer.from(text) : text) });
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

/**
 * What Helm reads, by the tree of the package `yaml` and not by hookorder's: entry by entry, the later one wins, merged or not. Plain scalars
 * are resolved as hookorder does; test/oracle holds that against Go. Undefined for what the package refuses.
 */
export function oracle(text: string): Json | undefined {
  const options = { uniqueKeys: false, logLevel: 'silent', prettyErrors: false, resolveKnownTags: false } as const;
  const document = parseDocument(text, options);
  const read = (node: unknown): Json => {
    if (isAlias(node)) return read(node.resolve(document));
    if (isSeq(node)) return node.items.map(read);
    if (isScalar(node))
      return node.type !== 'PLAIN' || node.tag !== undefined ? (node.source ?? '') : resolvePlain(node.source ?? '');
    if (!isMap(node)) return null;
    const object: [string, Json][] = [];
    for (const { key, value } of node.items) {
      const isMerge = isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
      const sources = isMerge ? (isSeq(value) ? value.items : [value]) : [];
      for (const source of [...sources].reverse()) object.push(...Object.entries(read(source) as JsonObject));
      const name = isMerge ? null : read(key);
      if (!isMerge)
        object.push([
          typeof name === 'object' ? JSON.stringify(name ?? '').replaceAll('""', '') : String(name),
          read(value),
        ]);
    }
    return Object.fromEntries(object);
  };
  return document.errors.length > 0 ? undefined : read(document.contents);
}
