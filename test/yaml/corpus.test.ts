/** What must hold for real streams, whichever they are. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isMap, parseDocument, type ScalarTag } from 'yaml';
import { editDocument } from '../../src/edit/edit.ts';
import { readHead, readHeadFully } from '../../src/manifests/head.ts';
import type { JsonObject, Operation } from '../../src/model/json.ts';
import { isObject, pointer } from '../../src/model/json.ts';
import { applyPatch } from '../../src/model/json-patch.ts';
import type { Stream } from '../../src/model/manifest.ts';
import { assembleStream } from '../../src/stream/assemble.ts';
import { decodeStream, hasContent, textOf } from '../../src/stream/stream.ts';
import { parseFast } from '../../src/yaml/fast.ts';
import { parseFull } from '../../src/yaml/full.ts';
import { parseManifest } from '../../src/yaml/parse.ts';
import { toValue } from '../../src/yaml/value.ts';
import { CORPUS } from '../support/files.ts';
import { openRelease } from './support.ts';

const files = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];
const skip = files.length === 0 && 'no corpus';

const open = (file: string): Stream => {
  const stream = decodeStream(readFileSync(join(CORPUS, file)), file);
  assert.ok('documents' in stream);
  return stream;
};

test('both parsers agree on every document, and the fast one declines few', { skip }, () => {
  let all = 0;
  let fast = 0;
  for (const file of files)
    for (const document of open(file).documents.filter(hasContent)) {
      const text = textOf(document);
      const full = parseFull(text);
      assert.deepEqual(full.problems, [], `${file} ${document.index}`);
      assert.ok(full.root);
      assert.deepEqual(toValue(full.root), oracle(text), `${file} ${document.index}`);
      all++;
      const root = parseFast(text);
      if (root === undefined) continue;
      fast++;
      assert.deepEqual(root, full.root, `${file} ${document.index}`);
    }
  assert.ok(fast / all > 0.95, `the fast parser takes ${fast} of ${all}`);
});

test('the head that is matched is the head of the whole document', { skip }, () => {
  for (const file of files)
    for (const document of open(file).documents)
      assert.deepEqual(readHead(document), readHeadFully(document), `${file} ${document.index}`);
});

test('a stream in which nothing changes leaves as one chunk of the same bytes', { skip }, () => {
  for (const file of files) {
    const stream = open(file);
    const chunks = assembleStream(stream, { edited: new Map(), added: new Map(), removed: new Set() });
    assert.equal(chunks.length, 1);
    assert.ok(Buffer.from(chunks[0] ?? []).equals(stream.bytes));
  }
});

test('every resource names its template and chart', { skip }, () => {
  for (const file of files) {
    const { resources, problems } = openRelease(readFileSync(join(CORPUS, file)), file);
    assert.deepEqual(problems, []);
    for (const resource of resources) assert.ok(resource.template && resource.chart, `${file} ${resource.name}`);
  }
});

test('hook annotations on every document: what the patch says, and only lines come in', { skip }, () => {
  for (const file of files)
    for (const document of open(file).documents.filter(hasContent)) {
      const manifest = parseManifest(document);
      assert.ok('value' in manifest);
      const operations = hookOperations(manifest.value);
      const edited = editDocument(manifest, operations);
      const patched = applyPatch(manifest.value, operations);
      assert.ok('value' in patched);
      assert.deepEqual(oracle(edited), patched.value, `${file} ${document.index}`);
      const old = textOf(document).split('\n');
      let kept = 0;
      for (const line of edited.split('\n')) if (line === old[kept]) kept++;
      assert.equal(kept, old.length, `${file} ${document.index}`);
    }
});

/** Adds annotations that no chart has, so that all that changes is new lines. */
function hookOperations(value: JsonObject): Operation[] {
  const path = ['metadata', 'annotations'];
  const metadata = value['metadata'];
  const operations: Operation[] = [];
  if (!isObject(metadata) || !isObject(metadata['annotations']))
    operations.push({ op: 'add', path: pointer(path), value: {} });
  for (const key of ['hook', 'hook-weight', 'hook-delete-policy'])
    operations.push({ op: 'add', path: pointer([...path, `test.example/${key}`]), value: '-5' });
  return operations;
}

const HELM_TAGS: readonly ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^[-+]?0[0-7]+$/,
    resolve: (text) => Number.parseInt(text, 8),
  },
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
    resolve: (text) => /^(?:y|on)/i.test(text),
  },
];

/** By the package alone. It refuses quotes that Helm closes at column 0, so these are moved to where it takes them. */
function oracle(text: string): unknown {
  const document = parseDocument(text.replace(/^'$/gm, `${' '.repeat(40)}'`), {
    uniqueKeys: false,
    merge: true,
    logLevel: 'silent',
    // Helm's YAML library reads octal numbers and words for truth as YAML 1.1 has them.
    customTags: (tags) => [...HELM_TAGS, ...(tags as ScalarTag[])],
  });
  assert.deepEqual(document.errors, []);
  assert.ok(isMap(document.contents));
  return document.toJS();
}
