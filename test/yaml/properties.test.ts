import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { editDocument } from '../../src/edit/edit.ts';
import { applyEdits, areDisjoint, sortEdits } from '../../src/edit/edits.ts';
import { isSaidByEntries } from '../../src/edit/proof.ts';
import { readHead, readHeadFully } from '../../src/manifests/head.ts';
import { isEqual, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { applyPatch } from '../../src/model/json-patch.ts';
import { assembleStream } from '../../src/stream/assemble.ts';
import { decodeStream } from '../../src/stream/stream.ts';
import { parseFast } from '../../src/yaml/fast.ts';
import { parseFull } from '../../src/yaml/full.ts';
import { parseText } from '../../src/yaml/parse.ts';
import { says, toValue } from '../../src/yaml/value.ts';
import { runs } from '../support/property.ts';
import { choices, json, jsonObject, someOperations, writeYaml, written } from './arbitrary.ts';
import { documentOf, manifestOf, oracle, streamOf } from './support.ts';

test('what a text says is what the package reads, and both parsers build one tree', () => {
  let fast = 0;
  fc.assert(
    fc.property(written, ({ value, text }) => {
      const full = parseFull(text);
      assert.deepEqual(full.problems, []);
      assert.ok(full.root);
      assert.deepEqual(toValue(full.root), oracle(text));
      // Blank lines behind a scalar that keeps them are part of it; an alias says something else.
      if (!/[|>]\+|\*n\d/.test(text)) assert.deepEqual(toValue(full.root), value);
      const root = parseFast(text);
      if (root === undefined) return;
      fast++;
      assert.deepEqual(root, full.root);
    }),
    runs(800),
  );
  assert.ok(fast > 200, `the fast parser took ${fast}`);
});

test('a tree says a value when it has it, whatever the value', () => {
  let same = 0;
  fc.assert(
    fc.property(written, jsonObject, choices, ({ value, text }, other, choose) => {
      const { root } = parseFull(text);
      assert.ok(root);
      const own = toValue(root) as JsonObject;
      const keys = Object.keys(own);
      const at = keys[choose(Math.max(keys.length, 1))] ?? 'x';
      const shuffled = Object.fromEntries(Object.entries(own).reverse());
      for (const candidate of [own, value, other, shuffled, { ...own, [at]: null }, { ...own, more: 1 }, [own], null]) {
        const equal = isEqual(own, candidate);
        assert.equal(says(root, candidate), equal);
        if (equal) same++;
      }
    }),
    runs(800),
  );
  assert.ok(same > 800, `${same} were the same`);
});

/**
 * Where the package `yaml` 2.9 is wrong: below a comment at column 0, behind an indicator of the outermost collection, it takes what follows a scalar
 * for more of it (`-\n#c\n  x\n- a` for `x - a`), or refuses an empty block scalar.
 */
const COMMENT_BEFORE_SCALAR =
  /(?<=^(?:\S.*)?[-:][ \t]*(?:#.*)?\r?\n(?:[ \t\r]*\n)*)#.*(?=\n(?:[ \t\r]*(?:#.*)?\n)*[ \t]+[^\s#])/gm;
/** The same text with blanks in the place of such comments: it says the same, and everything stands where it stood. */
const withoutThem = (text: string): string => {
  const mended = text.replace(COMMENT_BEFORE_SCALAR, (comment) => comment.replace(/[^\r]/g, ' '));
  return mended === text ? text : withoutThem(mended);
};

test('the fast parser is right where a comment misleads the full one', () => {
  for (const [text, want] of [
    ['-\n#c\n  x\n- a\n', ['x', 'a']],
    ['k:\n#c\n  >+\nj: 1\n', { k: '', j: 1 }],
  ] as const) {
    const root = parseFast(text);
    assert.deepEqual(root && toValue(root), want);
    assert.notDeepEqual({ root, problems: [] }, parseFull(text), 'the package is mended: take the exception out');
    assert.deepEqual({ root, problems: [] }, parseFull(withoutThem(text)));
  }
});

test('whatever the fast parser takes, the full parser reads in the same way', () => {
  const pieces = fc.constantFrom(
    ...[
      'a',
      'b',
      ' ',
      '  ',
      ':',
      ': ',
      '- ',
      '-',
      '\n',
      '\n',
      '\n  ',
      '\r\n',
      '"',
      "'",
      '#',
      ' #',
      ' # c',
      '|',
      '>',
      '|-',
      '>+\n',
      '{',
      '}',
      '[',
      ']',
    ],
    ...[
      ',',
      ', ',
      '?',
      '? ',
      '&a',
      '*a',
      '!t',
      '%',
      '~',
      '1',
      '0x1',
      '.5',
      'x: 1',
      'k:\n',
      '<<',
      '\t',
      'true',
      '\\',
      '\\n',
      '...',
      '\n...\n',
      'é',
      '\u2028',
      '@',
      '`',
      "''",
      'k: |\n  ',
      '- k: ',
      '|1\n ',
      'a: |2-\n',
      '>2\n  x\n',
      'k: >\n  x\n   y\n',
    ],
  );
  let taken = 0;
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 1, maxLength: 14 }), (parts) => {
      const text = parts.join('');
      if (/^(?:---|\.\.\.)/m.test(text)) return;
      const root = parseFast(text);
      if (root === undefined) return;
      taken++;
      const result = { root, problems: [] };
      if (!isDeepStrictEqual(result, parseFull(text)))
        assert.deepEqual(result, parseFull(withoutThem(text)), JSON.stringify(text));
    }),
    runs(15_000),
  );
  assert.ok(taken > 500, `${taken}`);
});

test('an edited text says what the patch says', () => {
  fc.assert(
    fc.property(written, choices, fc.array(json, { minLength: 3, maxLength: 3 }), ({ text }, choose, values) => {
      const manifest = manifestOf(text);
      const before = toValue(manifest.root);
      const operations = someOperations(manifest.value, choose, values, (current, operation) => {
        const result = applyPatch(current, [operation]);
        return 'value' in result ? result.value : undefined;
      });
      const patched = applyPatch(manifest.value, operations);
      assert.ok('value' in patched);
      assert.deepEqual(manifest.value, before, 'the patch changes nothing that came in');
      const edited = editDocument(manifest, operations);
      assert.deepEqual(oracle(edited), patched.value, edited);
      if (!text.includes('\r')) assert.ok(!edited.includes('\r'));
      else assert.ok(!/(?<!\r)\n/.test(edited));
    }),
    runs(800),
  );
});

test('what is proven entry by entry is what the whole text says', () => {
  let proven = 0;
  let refuted = 0;
  const pieces = fc.constantFrom(
    ...[
      '\n',
      '\nk: 1\n',
      'k: 1\n',
      'k: {a: 1}\n',
      '- 1\n',
      'x',
      ' ',
      '"',
      "'",
      '#',
      ': ',
      '- ',
      '\n...\n',
      '\n---\n',
      '|',
    ],
    ...[
      '\n  ',
      'k: |\n',
      'k: >+\n  x\n\n',
      '[',
      '{',
      '&n0 ',
      '*n0',
      '<<: *n0\n',
      '\ufeff',
      '\r',
      '\t',
      'k:\n',
      '\n# c\n',
      'k: "a\n',
    ],
  );
  const place = fc.tuple(fc.nat(), fc.constantFrom(0, 1, 1, 2, 5, 12, 60), fc.array(pieces, { maxLength: 3 }));
  fc.assert(
    fc.property(
      written,
      fc.array(place, { maxLength: 2 }),
      fc.boolean(),
      fc.nat(9),
      (document, places, atLines, depth) => {
        const text = depth === 0 ? document.text.replaceAll(/^(?=[^\r\n])/gm, '  ') : document.text;
        if (!('root' in parseText(text))) return;
        const manifest = manifestOf(text);
        const lines = [...text.matchAll(/^/gm)].flatMap(({ index }) => [index, Math.max(0, index - 1)]);
        const offset = (at: number): number => (atLines ? (lines[at % lines.length] ?? 0) : at % (text.length + 1));
        const edits = sortEdits(
          places.map(([at, length, parts]) => {
            const start = offset(at);
            return { start, end: Math.min(start + length, text.length), text: parts.join('') };
          }),
        );
        if (!areDisjoint(edits)) return;
        const edited = applyEdits(text, edits);
        const parsed = parseText(edited);
        // What the text says, what it said, and what it would say with one value less or another one.
        const said = 'root' in parsed ? toValue(parsed.root) : null;
        const keys = isObject(said) ? Object.keys(said) : [];
        const others = keys.map((key) => ({ ...(said as JsonObject), [key]: 'other' }));
        for (const expected of [said, shared(said, manifest.value), manifest.value, ...others]) {
          if (!isSaidByEntries(manifest, edits, edited, expected)) {
            refuted++;
            continue;
          }
          proven++;
          assert.ok('root' in parsed && isEqual(said, expected), JSON.stringify({ text, edits, expected }));
        }
      },
    ),
    runs(6_000),
  );
  assert.ok(proven > 500 && refuted > 500, `${proven} were proven, ${refuted} not`);
});

/** The same value, with what equals the other's values taken from there. */
const shared = (value: Json, other: JsonObject): Json =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, child]) => [key, isEqual(child, other[key]) ? (other[key] ?? null) : child]),
      )
    : value;

test('the head that is matched is the head of the whole document', () => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('x', 'shop-migrate', 'v1', '8080', 'true', 'null', 'ü') },
    json,
  );
  const head = fc.record(
    {
      apiVersion: fc.constantFrom('v1', 'batch/v1', 'apps/v1'),
      kind: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('Job', 'Service') }, value),
      metadata: fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record(
            {
              name: value,
              namespace: value,
              generateName: value,
              labels: fc.dictionary(fc.constantFrom('a', 'b/c'), value),
              annotations: fc.oneof(value, fc.dictionary(fc.constantFrom('a', 'b/c', '__proto__'), value)),
              finalizers: json,
            },
            { requiredKeys: ['name'] },
          ),
        },
        value,
      ),
      spec: json,
    },
    { requiredKeys: ['kind'] },
  );
  fc.assert(
    fc.property(head, choices, fc.constantFrom('', '---\n', '--- # c\n', '---\t'), (object, choose, separator) => {
      const document = documentOf(separator + writeYaml(object as never, choose));
      assert.deepEqual(readHead(document), readHeadFully(document));
    }),
    runs(1000),
  );
});

const lines = fc.constantFrom(
  'a: 1',
  '---',
  '--- # c',
  '---a: 1',
  '--- {a: 1}',
  '--- |',
  '  ---',
  '----',
  '...',
  '%YAML 1.2',
  '',
  '# c',
  'é: ü',
  '\ufeff',
  '--',
);
const manyLines = fc.array(fc.tuple(lines, fc.constantFrom('\n', '\r\n', '\n', '')), { maxLength: 12 });

test('documents tile the stream, and nothing changes what nobody changed', () => {
  fc.assert(
    fc.property(manyLines, fc.boolean(), (parts, bom) => {
      const bytes = Buffer.from((bom ? '\ufeff' : '') + parts.flat().join(''));
      const stream = decodeStream(bytes, 'x');
      if (!('documents' in stream)) return;
      let at = 0;
      for (const [index, document] of stream.documents.entries()) {
        assert.equal(document.index, index);
        assert.equal(document.start, at);
        assert.ok(document.contentStart >= at && document.contentStart <= document.end);
        at = document.end;
      }
      assert.equal(at, bytes.length);
      const chunks = assembleStream(stream, { edited: new Map(), added: new Map(), removed: new Set() });
      assert.equal(chunks.length, 1);
      assert.ok(Buffer.concat(chunks).equals(bytes));
    }),
    runs(1000),
  );
});

test('a stream is the same however long its lines are', () => {
  const long = fc.tuple(fc.constantFrom('x', '-', '---', '\n---\na: 1\n', '\n'), fc.integer({ min: 1, max: 60_000 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(long, lines), { minLength: 1, maxLength: 6 }), (parts) => {
      const text = 'a: 1\n'.concat(
        ...parts.map(([[part, count], line]) => `${part.repeat(count).slice(0, count)}\n${line}\n`),
      );
      const stream = decodeStream(Buffer.from(text), 'x');
      const ends = [...text.matchAll(/(?<=\n)---(?!-)/g)].map(({ index }) => Buffer.byteLength(text.slice(0, index)));
      assert.deepEqual('documents' in stream && stream.documents.map(({ start }) => start), [0, ...ends]);
    }),
    runs(50),
  );
});

test('any bytes are a stream or a finding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const stream = decodeStream(bytes, 'x');
      const isText = Buffer.from(Buffer.from(bytes).toString('utf8')).equals(bytes);
      assert.equal('code' in stream && stream.code === 'input/not-utf8', !isText);
    }),
    runs(100),
  );
});

test('copies, edits and removals leave the other documents as they are', () => {
  const document = fc.constantFrom('a: 1\n', 'b: 2\r\n', '# only\n', 'c: |\n  x\n', 'd: {}');
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      fc.nat(9),
      fc.nat(9),
      fc.nat(9),
      (texts, first, editAt, addAt, removeAt) => {
        const text =
          (first ? '---\n' : '') +
          texts
            .map((part, index) => (index < texts.length - 1 && !part.endsWith('\n') ? `${part}\n` : part))
            .join('---\n');
        if (texts.every((part) => part.startsWith('#'))) return;
        const stream = streamOf(text);
        const changes = {
          edited: new Map(editAt < texts.length ? [[editAt, 'edited: true\n']] : []),
          added: new Map(addAt < texts.length ? [[addAt, ['one: 1', 'two: 2\n']]] : []),
          removed: new Set(removeAt < texts.length ? [removeAt] : []),
        };
        const out = Buffer.concat(assembleStream(stream, changes)).toString();
        const want: unknown[] = texts.flatMap((part, index) => [
          ...(changes.removed.has(index)
            ? []
            : changes.edited.has(index)
              ? [{ edited: true }]
              : part.startsWith('#')
                ? []
                : [oracle(part)]),
          ...(changes.added.has(index) ? [{ one: 1 }, { two: 2 }] : []),
        ]);
        const result = decodeStream(Buffer.from(out), 'x');
        const got =
          'documents' in result
            ? result.documents
                .map((item) => oracle(out.slice(item.contentStart, item.end)))
                .filter((item) => item !== null)
            : [];
        assert.deepEqual(got, want, out);
      },
    ),
    runs(1000),
  );
});
