import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import type { JsonObject, Operation } from '../../src/model/json.ts';
import { applyPatch } from '../../src/model/json-patch.ts';
import { runs } from '../support/property.ts';
import { choices, json, jsonObject, someOperations } from './arbitrary.ts';

const apply = (value: JsonObject, ...operations: Operation[]) => applyPatch(value, operations);

test('all operations of RFC 6902, one after the other', () => {
  const value: JsonObject = { a: { b: [1, 2] }, 'x/y': 'z', nan: Number.NaN };
  const result = apply(
    value,
    { op: 'test', path: '/a/b/0', value: 1 },
    { op: 'add', path: '/a/b/-', value: 3 },
    { op: 'add', path: '/a/b/0', value: 0 },
    { op: 'copy', from: '/a/b', path: '/c' },
    { op: 'move', from: '/x~1y', path: '/d' },
    { op: 'remove', path: '/a/b/1' },
    { op: 'replace', path: '/c/0', value: { e: null } },
  );
  assert.deepEqual(result, { value: { a: { b: [0, 2, 3] }, c: [{ e: null }, 1, 2, 3], d: 'z', nan: Number.NaN } });
  assert.deepEqual(value, { a: { b: [1, 2] }, 'x/y': 'z', nan: Number.NaN });
});

test('what comes in is never changed by what comes later', () => {
  const inserted = { list: [1] };
  const result = apply({}, { op: 'add', path: '/a', value: inserted }, { op: 'add', path: '/a/list/-', value: 2 });
  assert.deepEqual(result, { value: { a: { list: [1, 2] } } });
  assert.deepEqual(inserted, { list: [1] });
});

const refused: readonly { readonly name: string; readonly operation: Operation; readonly want: RegExp }[] = [
  { name: 'nothing there', operation: { op: 'replace', path: '/x', value: 1 }, want: /nothing at \/x/ },
  { name: 'no parent', operation: { op: 'add', path: '/x/y', value: 1 }, want: /nothing at \/x\/y/ },
  { name: 'inherited properties', operation: { op: 'remove', path: '/toString' }, want: /nothing at/ },
  { name: 'a failed test', operation: { op: 'test', path: '/a/0', value: 2 }, want: /not the one that the test wants/ },
  { name: '__proto__', operation: { op: 'add', path: '/__proto__/x', value: 1 }, want: /__proto__/ },
  { name: 'constructor', operation: { op: 'add', path: '/constructor', value: 1 }, want: /constructor/ },
  { name: '__proto__ as a source', operation: { op: 'copy', from: '/__proto__', path: '/b' }, want: /__proto__/ },
  { name: 'an odd index', operation: { op: 'add', path: '/a/01', value: 1 }, want: /01 is no index/ },
  { name: 'an index behind the end', operation: { op: 'add', path: '/a/5', value: 1 }, want: /nothing at/ },
  { name: 'the end of a list as a source', operation: { op: 'remove', path: '/a/-' }, want: /- is no index/ },
  { name: 'into itself', operation: { op: 'move', from: '/a', path: '/a/0' }, want: /into itself/ },
  { name: 'a root that is no mapping', operation: { op: 'replace', path: '', value: 1 }, want: /mapping/ },
  { name: 'a path without a slash', operation: { op: 'remove', path: 'a' }, want: /begin with a slash/ },
];

for (const { name, operation, want } of refused)
  test(`patch refuses ${name}, and says which operation`, () => {
    const result = apply({ a: [1], b: {} }, { op: 'test', path: '/b', value: {} }, operation);
    assert.ok('error' in result);
    assert.equal(result.index, 1);
    assert.match(result.error, want);
  });

test('every patch gives what fast-json-patch gives', () => {
  fc.assert(
    fc.property(jsonObject, choices, fc.array(json, { minLength: 3, maxLength: 3 }), (value, choose, values) => {
      const operations = someOperations(value, choose, values, (current, operation) => {
        const result = apply(current, operation);
        return 'value' in result ? result.value : undefined;
      });
      const result = apply(value, ...operations);
      assert.ok('value' in result);
      // The package writes into what it is given.
      const own = operations.map((operation) => structuredClone(operation));
      assert.deepEqual(jsonPatch.applyPatch(structuredClone(value), own, true).newDocument, result.value);
    }),
    runs(1000),
  );
});
