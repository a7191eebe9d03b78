/** Looks at the text that spare parsing must never miss what parsing finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { valuesOf } from '../../src/manifests/search.ts';
import { isObject, type Json } from '../../src/model/json.ts';
import type { Document } from '../../src/model/manifest.ts';
import { parseManifest } from '../../src/yaml/parse.ts';
import { runs } from '../support/property.ts';
import { choices, writeYaml } from './arbitrary.ts';
import { documentOf } from './support.ts';

const HOLDS: readonly { readonly name: string; readonly in: string }[] = [
  { name: 'plain', in: 'app: mariadb\n' },
  { name: 'in quotes', in: `"app": 'mariadb'\n` },
  { name: 'in a flow mapping', in: 'labels: {x: y, app: mariadb}\n' },
  { name: 'as JSON', in: '{"labels":{"app":"mariadb"}}\n' },
  { name: 'on the next line', in: 'app:\n  mariadb\n' },
  { name: 'behind a comment', in: 'app: # its name\n  mariadb\n' },
  { name: 'with an explicit key', in: '? app\n: mariadb\n' },
  { name: 'with a comment between key and colon', in: '? app\n# its name\n: mariadb\n' },
  { name: 'with CRLF', in: '? app\r\n: mariadb\r\n' },
  { name: 'behind an anchor', in: 'app: &name mariadb\n' },
  { name: 'behind a tag', in: 'app: !!str mariadb\n' },
  { name: 'as an alias', in: 'name: &name mariadb\napp: *name\n' },
  { name: 'with an alias as its key', in: 'name: &key app\n*key : mariadb\n' },
  { name: 'merged', in: 'one: &one {app: mariadb}\ntwo: {<<: *one}\n' },
  { name: 'with an escape in the value', in: 'app: "maria\\u0064b"\n' },
  { name: 'with an escape in the key', in: '"ap\\x70": mariadb\n' },
  { name: 'torn apart by an escaped line break', in: 'app: "maria\\\n  db"\n' },
  { name: 'as a block scalar', in: 'app: |-\n  mariadb\n' },
];

const mayHold = (document: Document, key: string, value: string): boolean =>
  valuesOf(document, [key])?.get(key)?.has(value) ?? true;

for (const { name, in: text } of HOLDS)
  test(`a value is found, or may be there: ${name}`, () => {
    const document = documentOf(text);
    assert.ok(pairsOf(parseManifest(document)).some(([key, value]) => key === 'app' && value === 'mariadb'));
    assert.ok(mayHold(document, 'app', 'mariadb'));
  });

const VALUES: readonly {
  readonly name: string;
  readonly in: string;
  readonly values: readonly string[] | undefined;
}[] = [
  { name: 'a word', in: 'app: mariadb\nx: y\n', values: ['mariadb'] },
  { name: 'in every place', in: 'a: {app: x}\nb:\n- "app": \'y\' # why\n', values: ['x', 'y'] },
  {
    name: 'no value of another key',
    in: 'my-app: x\napp-name: z\nargs: [app, "a \\" b"]\nglob: "*.x"\n',
    values: ['x'],
  },
  { name: 'collections', in: 'a: {app: {b: c}}\nd: {app: [e]}\n', values: [] },
  { name: 'what is a word only in quotes', in: 'app: "true"\n', values: ['true'] },
  { name: 'a word of YAML 1.1 is unknown', in: 'app: yes\n', values: undefined },
  { name: 'a number is unknown', in: 'app: 1.0\n', values: undefined },
  { name: 'a text of several words is unknown', in: 'app: x y\n', values: undefined },
  { name: 'no value is unknown', in: 'app:\n  b: c\n', values: undefined },
  { name: 'a few comments with the key', in: `${'# app\n'.repeat(3)}app: mariadb\n`, values: ['mariadb'] },
  // Each would be passed by again for each of them.
  { name: 'comments full of the key are unknown', in: `${'# app\n'.repeat(10_000)}app: mariadb\n`, values: undefined },
];

for (const { name, in: text, values } of VALUES)
  test(`values: ${name}`, () => {
    const found = valuesOf(documentOf(text), ['app']);
    assert.deepEqual(found && [...(found.get('app') ?? [])], values);
  });

test('a key that is no plain word is unknown', () => {
  for (const key of ['yes', '1', 'a b', '']) assert.equal(valuesOf(documentOf('x: z\n'), ['x', key]), undefined);
});

test('what parsing finds is never ruled out', () => {
  const word = fc.constantFrom('app', 'app.kubernetes.io/name', 'maria-db', 'x', 'yes', 'shop_1');
  const value = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, word, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(word, tie('value'))),
  })).value;
  fc.assert(
    fc.property(fc.dictionary(word, value, { minKeys: 1 }), choices, (object, choose) => {
      const document = documentOf(writeYaml(object as never, choose));
      for (const [key, held] of pairsOf(parseManifest(document)))
        if (typeof held === 'string') assert.ok(mayHold(document, key, held), `${key}: ${held}`);
    }),
    runs(1000),
  );
});

/** All keys with their values, at any depth. */
function pairsOf(parsed: ReturnType<typeof parseManifest>): (readonly [string, Json])[] {
  assert.ok(!Array.isArray(parsed));
  const visit = (at: Json): (readonly [string, Json])[] => {
    if (Array.isArray(at)) return at.flatMap(visit);
    return isObject(at) ? Object.entries(at).flatMap(([key, child]) => [[key, child] as const, ...visit(child)]) : [];
  };
  return visit(parsed.value);
}
