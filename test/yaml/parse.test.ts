import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFast } from '../../src/yaml/fast.ts';
import { parseFull } from '../../src/yaml/full.ts';
import { parseManifest, parseText } from '../../src/yaml/parse.ts';
import { toValue } from '../../src/yaml/value.ts';
import { documentOf, manifestOf, oracle } from './support.ts';

const PLAIN = [
  '',
  '~',
  'null',
  'Null',
  'NULL',
  'nUll',
  'true',
  'True',
  'TRUE',
  'tRUE',
  'false',
  'False',
  'yes',
  'no',
  'on',
  'off',
  'y',
  'n',
].concat(
  [
    '0',
    '-0',
    '+1',
    '-5',
    '007',
    '08',
    '0o17',
    '0o8',
    '0x1F',
    '0X1F',
    '-0x1',
    '1_000',
    '12345678901234567890',
    '9007199254740993',
  ],
  [
    '1.',
    '.5',
    '-.5',
    '+1.50',
    '1e3',
    '1E-3',
    '1.5e+10',
    'e3',
    '1e',
    '.',
    '-',
    '+',
    '.e3',
    '1.2.3',
    '1:30',
    '2001-12-14',
    '.inf',
    '-.INF',
    '+.Inf',
    '.iNF',
    '.nan',
    '.NaN',
    '-.nan',
    'NaN',
    'Infinity',
    '=',
    '<',
  ],
);

test('plain scalars mean the same in both parsers', () => {
  for (const source of PLAIN.filter((word) => word !== '-')) {
    const text = `a: ${source}\n${/^[\w.~]/.test(source) ? source : 'k'}: 1\nf: [${source || 'x'}]\n`;
    const full = parseFull(text);
    assert.ok(full.root, text);
    assert.deepEqual(toValue(full.root), oracle(text), text);
    const fast = parseFast(text);
    assert.ok(fast, text);
    assert.deepEqual(fast, full.root, text);
  }
});

/** Styles that people and Helm write, which must not need the full parser. */
const FAST = [
  'match: { kind: Job, name: "*-x" }\nevents: [pre-install, pre-upgrade]\n',
  'defaults:\n  deletePolicy: [before-hook-creation, hook-succeeded]\nweights: { start: 0, step: 10 }\nhooks:\n  - name: a\n    match: { kind: Job, name: "*-create-schema" }\n    job: { backoffLimit: 2 }\n',
  '{\n  "a": [1, {"b": null}],\n  "c": "d\\u00e9"\n}\n',
  'a: [\n  x, # one\n  y,\n  ]\n',
  "a: {}\nb: []\n\"c d\": 'it''s'\n",
  'a: \'one\n  two\n\n  three\'\nb: "x\n  y"\n',
  "a: 'one\n\n'\nb: 1\n",
  'a: |\n  x\n\n   y\n  z\n\nb: >-\n  one\n  two\n\n  three\nc: |+\n  x\n\n',
  'a: |2\n\n   x\n  y\nb:\n- c: |1-\n     x\n- |2\n   d\n',
  'a: >\n  x\n   y\n\n  z\n\n   w\n   v\n  u\n',
  'a: http://x:80/y?z=1#f # c\nb: a#b\nsystem:auth: x:y\n',
  'a:\n- b:\n  - - c\n    - d\n  e: f\n- \n- g\n',
  'a:\r\n  b: |\r\n    x\r\n  c:\r\n  - d\r\n',
];

test('the fast parser takes what is usual', () => {
  for (const text of FAST) {
    const fast = parseFast(text);
    assert.ok(fast, text);
    assert.deepEqual({ root: fast, problems: [] }, parseFull(text), text);
  }
});

/** What the full parser is for. */
const FULL: readonly { readonly in: string; readonly want: unknown }[] = [
  { in: 'a: &x {b: 1}\nc: *x\n', want: { a: { b: 1 }, c: { b: 1 } } },
  { in: 'a: &x {b: 1, c: 1}\nd: {<<: *x, b: 2}\n', want: { a: { b: 1, c: 1 }, d: { b: 2, c: 1 } } },
  { in: 'd:\n  <<: [{a: 1}, {a: 2, b: 2}]\n  c: 3\n', want: { d: { c: 3, a: 1, b: 2 } } },
  { in: 'd:\n  c: 3\n  <<: [{c: 1}, {c: 2, b: 2}]\n', want: { d: { c: 1, b: 2 } } },
  { in: 'd:\n  <<: {c: 1}\n  c: 3\n  <<: {b: 2}\n', want: { d: { c: 3, b: 2 } } },
  { in: 'd:\n  <<: {c: 1, b: 1}\n  c: 3\n  <<: {b: 2, <<: {b: 3, c: 4}}\n', want: { d: { c: 4, b: 3 } } },
  { in: 'd:\n  "<<": {c: 1}\n', want: { d: { '<<': { c: 1 } } } },
  { in: 'd:\n  !!merge <<: {c: 1}\n  !!str <<: 1\n', want: { d: { c: 1, '<<': 1 } } },
  { in: 'd: &<< {c: 1}\ne: {<<: *<<, c: !!int "2"}\n', want: { d: { c: 1 }, e: { c: 2 } } },
  { in: 'a: one\n  two\n', want: { a: 'one two' } },
  { in: 'a: !!str 1\nb: !!int "2"\nc: !x y\nd: !!binary aGk=\n', want: { a: '1', b: 2, c: 'y', d: 'hi' } },
  { in: '? a\n: 1\n? b\n', want: { a: 1, b: null } },
  { in: '"a": "one \\\n  two"\n', want: { a: 'one two' } },
  { in: 'a:\tb\n', want: { a: 'b' } },
  { in: 'a: |2\n   x\n', want: { a: ' x\n' } },
  { in: 'a: &x 1\nb: &x 2\nc: *x\n', want: { a: 1, b: 2, c: 2 } },
  { in: 'a: &x [&x 1, 2]\nc: *x\n', want: { a: [1, 2], c: 1 } },
  { in: '__proto__: {a: &x 1}\nb: *x\n', want: JSON.parse('{"__proto__": {"a": 1}, "b": 1}') },
  { in: "a: &x 'one\n\n'\nb: *x\n", want: { a: 'one\n', b: 'one\n' } },
  { in: 'a: 1\n...\n# c\n%YAML 1.2\n', want: { a: 1 } },
  { in: '1: a\nnull: b\ntrue: c\n"1": d\n', want: { '1': 'd', '': 'b', true: 'c' } },
];

for (const { in: text, want } of FULL)
  test(`reading ${JSON.stringify(text)}`, () => {
    assert.deepEqual(manifestOf(text).value, want);
  });

const INVALID: readonly {
  readonly name: string;
  readonly in: string;
  readonly want: RegExp;
  readonly line?: number;
}[] = [
  { name: 'a missing quote', in: 'a: 1\nb: "x\n', want: /missing closing "quote/, line: 3 },
  { name: 'a mapping in a plain value', in: 'a: b: c\n', want: /nested mappings/, line: 1 },
  { name: 'an alias without an anchor', in: 'a: *x\n', want: /an alias has no anchor before it/, line: 1 },
  {
    name: 'a question mark that only Helm takes for an indicator',
    in: 'a: {?b: c}\n',
    want: /begins with `\?`/,
    line: 1,
  },
  { name: 'an alias in its own anchor', in: 'a: &x [*x]\n', want: /stands inside the value/, line: 1 },
  { name: 'a merge of what is no mapping', in: 'a:\n  <<: 1\n', want: /the merge key/, line: 2 },
  { name: 'a list', in: '- a\n', want: /it is a list, not a mapping/, line: 1 },
  { name: 'a single value', in: 'x\n', want: /it is a single value/, line: 1 },
  { name: 'a second document behind the end of the first', in: 'a: 1\n...\nb: 1\n', want: /content behind/, line: 3 },
  { name: 'tabs as indentation', in: 'a:\n\tb: 1\n', want: /tab/i, line: 2 },
];

for (const { name, in: text, want, line } of INVALID)
  test(`invalid YAML: ${name}`, () => {
    const findings = parseManifest(documentOf(text));
    assert.ok(Array.isArray(findings));
    const [finding] = findings;
    assert.ok(finding);
    assert.equal(finding.code, 'input/invalid-yaml');
    assert.match(finding.message, want);
    assert.equal(finding.position?.line, line);
    assert.ok(!finding.message.endsWith('.'));
  });

test('hostile input ends in input/invalid-yaml, neither in an overflow nor without end', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++) bomb.push(`a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`);
  const wide = `a: &a [${'x,'.repeat(2000)}]\nb: [${'*a,'.repeat(2000)}]\n`;
  const chain = ['a0: &a0 [x]'];
  for (let level = 1; level < 2000; level++) chain.push(`a${level}: &a${level} [*a${level - 1}]`);
  for (const text of [
    '['.repeat(100_000),
    '{'.repeat(100_000),
    `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    '{"a":'.repeat(50_000),
    '- '.repeat(50_000),
    '? '.repeat(50_000),
    'a: '.repeat(50_000),
    Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    bomb.join('\n'),
    wide,
    chain.join('\n'),
  ]) {
    const parsed = parseText(text);
    assert.ok('problems' in parsed && parsed.problems.length > 0, text.slice(0, 40));
  }
});

test('locate: a value on its line, a block at its key, and the nearest that exists', () => {
  const manifest = manifestOf(
    '# c\nkind: Job\nspec:\n  a: [x, {b: "y"}]\n  l:\n  - name: z\n  - &r {q: 1}\n  - *r\n  e:\n  d: 1\n  d: 2\n',
  );
  const at = (...path: (string | number)[]) => {
    const position = manifest.locate(path);
    return position && `${position.line}:${position.column}`;
  };
  assert.equal(at('kind'), '2:7');
  assert.equal(at('spec'), '3:1');
  assert.equal(at('spec', 'a', 1, 'b'), '4:14');
  assert.equal(at('spec', 'l', 0), '6:5');
  assert.equal(at('spec', 'l', 0, 'name'), '6:11');
  assert.equal(at('spec', 'l', 2, 'q'), '7:12');
  assert.equal(at('spec', 'e'), '9:3');
  assert.equal(at('spec', 'd'), '11:6');
  assert.equal(at('spec', 'nothing', 'here'), '3:1');
  assert.equal(at(), '2:1');
  assert.equal(manifest.lineAt({ line: 4, column: 1 }), '  a: [x, {b: "y"}]');
  assert.equal(manifest.lineAt({ line: 99, column: 1 }), undefined);
});

test('duplicate keys are found wherever they are', () => {
  assert.deepEqual(manifestOf('a: 1\nb: [{c: 1, c: 2, c: 3}]\na: 2\n').duplicateKeys, [
    { path: ['b', 0, 'c'], isLost: true },
    { path: ['a'], isLost: true },
  ]);
  assert.deepEqual(
    manifestOf('a: {}\nb: 1\na: {c: 1}\nb: 1\n').duplicateKeys.map(({ isLost }) => isLost),
    [false, false],
  );
});
