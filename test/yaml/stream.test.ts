import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembleStream } from '../../src/stream/assemble.ts';
import { decodeStream, hasContent, positionIn, textOf } from '../../src/stream/stream.ts';
import { NODE_BYTES } from '../../src/world/node-bytes.ts';
import { streamOf } from './support.ts';

const splits: readonly { readonly name: string; readonly in: string; readonly want: readonly string[] }[] = [
  { name: 'no separator', in: 'a: 1\n', want: ['a: 1\n'] },
  { name: 'none before the first', in: 'a: 1\n---\nb: 1\n', want: ['a: 1\n', 'b: 1\n'] },
  { name: 'one before the first', in: '---\na: 1\n---\nb: 1', want: ['a: 1\n', 'b: 1'] },
  { name: 'empty documents', in: '---\n---\na: 1\n---\n', want: ['', 'a: 1\n', ''] },
  { name: 'a comment behind the separator', in: '--- # c\na: 1\n', want: ['# c\na: 1\n'] },
  { name: 'content behind the separator', in: '--- {a: 1}\n--- |\n  x\n', want: ['{a: 1}\n', '|\n  x\n'] },
  { name: 'content glued to the separator, as Helm takes it', in: '---a: 1\nb: 2\n', want: ['a: 1\nb: 2\n'] },
  { name: 'white space behind the separator', in: '--- \t\r\na: 1\r\n---\r\nb: 1', want: ['a: 1\r\n', 'b: 1'] },
  { name: 'four dashes are data', in: 'a: 1\n-----BEGIN X-----\n', want: ['a: 1\n-----BEGIN X-----\n'] },
  { name: 'dashes that are indented are data', in: 'a: |\n  ---\n  b\n', want: ['a: |\n  ---\n  b\n'] },
  { name: 'inside a block scalar at column 0', in: 'a: |\n  x\n---\nb: 1\n', want: ['a: |\n  x\n', 'b: 1\n'] },
  { name: 'a byte order mark', in: '\ufeffa: 1\n---\nb: ü\n', want: ['a: 1\n', 'b: ü\n'] },
  { name: 'a byte order mark before a separator', in: '\ufeff---\na: 1\n', want: ['a: 1\n'] },
  { name: 'directives', in: '%YAML 1.2\n---\na: 1\n...\n', want: ['%YAML 1.2\n', 'a: 1\n...\n'] },
];

for (const { name, in: text, want } of splits)
  test(`splitting: ${name}`, () => {
    assert.deepEqual(streamOf(text).documents.map(textOf), want);
  });

test('a stream without content is input/empty', () => {
  for (const text of ['', '\n', '# c\n', '---\n--- # c\n\n', '%YAML 1.2\n---\n', '\ufeff# c\n', '...\n', ' \t\r\n']) {
    const result = decodeStream(Buffer.from(text), 'x');
    assert.equal('code' in result && result.code, 'input/empty', JSON.stringify(text));
  }
});

test('content is what is more than blanks, comments and directives', () => {
  assert.deepEqual(streamOf('# c\n---\n\n---\n"x"\n--- # c\n---\n# c\n\n  a: 1\n').documents.map(hasContent), [
    false,
    false,
    true,
    false,
    true,
  ]);
});

test('input/not-utf8 points at the first bad byte', () => {
  for (const { bytes, position, offset } of [
    { bytes: [0x61, 0x0a, 0xc3, 0xbc, 0xff], position: { line: 2, column: 2 }, offset: 4 },
    { bytes: [0xc3], position: { line: 1, column: 1 }, offset: 0 },
    { bytes: [0x61, 0xed, 0xa0, 0x80], position: { line: 1, column: 2 }, offset: 1 },
    { bytes: [0x61, 0xc0, 0x80], position: { line: 1, column: 2 }, offset: 1 },
    {
      bytes: [...new Array(70_000).fill(0x61), 0xf4, 0x90, 0x80, 0x80],
      position: { line: 1, column: 70_001 },
      offset: 70_000,
    },
  ]) {
    for (const codec of [undefined, NODE_BYTES]) {
      const result = decodeStream(Uint8Array.from(bytes), 'x', codec);
      assert.ok('code' in result && result.code === 'input/not-utf8');
      assert.deepEqual(result.position, position);
      assert.match(result.message, new RegExp(`offset ${offset}$`));
    }
  }
});

test('characters that stand across windows and pieces are valid', () => {
  for (let shift = 0; shift < 4; shift++)
    assert.ok('documents' in decodeStream(Buffer.from(`${'x'.repeat(65_533 + shift)}😀é`), 'x'));
});

test('positions count lines and UTF-16 units in the whole stream', () => {
  const { documents } = streamOf('\ufeffä: 1\n---\n\nb: 😀x\n--- {c: d}\n');
  const at = (index: number, part: string) => {
    const document = documents[index];
    assert.ok(document);
    return positionIn(document, textOf(document).indexOf(part));
  };
  assert.deepEqual(at(0, 'ä'), { line: 1, column: 1 });
  assert.deepEqual(at(0, '1'), { line: 1, column: 4 });
  assert.deepEqual(at(2, 'd'), { line: 5, column: 9 });
  assert.deepEqual(at(1, 'x'), { line: 4, column: 6 });
  assert.deepEqual(at(1, 'b'), { line: 4, column: 1 });
});

const assembled: readonly {
  readonly name: string;
  readonly in: string;
  readonly edited?: Record<number, string>;
  readonly added?: Record<number, string[]>;
  readonly removed?: number[];
  readonly want: string;
}[] = [
  {
    name: 'an edited document keeps its separator',
    in: 'a: 1\n--- # c\nb: 1\n',
    edited: { 1: '# c\nb: 2\n' },
    want: 'a: 1\n--- # c\nb: 2\n',
  },
  {
    name: 'a copy stands behind its original',
    in: 'a: 1\n---\nb: 1\n',
    added: { 0: ['c: 1\n', 'd: 1'] },
    want: 'a: 1\n---\nc: 1\n---\nd: 1\n---\nb: 1\n',
  },
  { name: 'a copy behind a last line without a break', in: 'a: 1', added: { 0: ['c: 1'] }, want: 'a: 1\n---\nc: 1\n' },
  {
    name: 'a copy behind an edited document',
    in: 'a: 1\n---\nb: 1\n',
    edited: { 0: 'a: 2\n' },
    added: { 0: ['c: 1\n'] },
    want: 'a: 2\n---\nc: 1\n---\nb: 1\n',
  },
  {
    name: 'line breaks are those of the stream',
    in: 'a: 1\r\n---\r\nb: 1',
    added: { 1: ['c: 1'] },
    want: 'a: 1\r\n---\r\nb: 1\r\n---\r\nc: 1\r\n',
  },
  { name: 'the first document leaves', in: 'a: 1\n---\nb: 1\n', removed: [0], want: '---\nb: 1\n' },
  {
    name: 'the first document leaves its byte order mark',
    in: '\ufeffa: 1\n---\nb: 1\n',
    removed: [0],
    want: '\ufeff---\nb: 1\n',
  },
  {
    name: 'a middle document leaves with its separator',
    in: 'a: 1\n--- # c\nb: 1\n---\nc: 1\n',
    removed: [1],
    want: 'a: 1\n---\nc: 1\n',
  },
  { name: 'the last document leaves', in: 'a: 1\n---\nb: 1', removed: [1], want: 'a: 1\n' },
];

for (const { name, in: text, edited, added, removed, want } of assembled)
  test(`assembling: ${name}`, () => {
    const numbered = <T>(record: Record<number, T> | undefined) =>
      new Map(Object.entries(record ?? {}).map(([key, value]): [number, T] => [Number(key), value]));
    const chunks = assembleStream(streamOf(text), {
      edited: numbered(edited),
      added: numbered(added),
      removed: new Set(removed),
    });
    assert.equal(Buffer.concat(chunks).toString(), want);
  });

test('untouched neighbours are one view of the bytes that came in', () => {
  const stream = streamOf('a: 1\n---\nb: 1\n---\nc: 1\n---\nd: 1\n');
  const chunks = assembleStream(stream, { edited: new Map([[2, 'c: 2\n']]), added: new Map(), removed: new Set() });
  assert.equal(chunks.length, 3);
  assert.equal(chunks[0]?.buffer, stream.bytes.buffer);
  assert.equal(chunks[2]?.buffer, stream.bytes.buffer);
});
