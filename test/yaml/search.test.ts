/** Looks at the text that spare parsing must never miss what parsing finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, type Json } from '../../src/model/json.ts';
import { parseManifest } from '../../src/yaml/parse.ts';
import { mayHold } from '../../src/yaml/search.ts';
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

for (const { name, in: text } of HOLDS)
  test(`a value may be there: ${name}`, () => {
    const document = documentOf(text);
    assert.ok(pairsOf(parseManifest(document)).some(([key, value]) => key === 'app' && value === 'mariadb'));
    assert.ok(mayHold(document, 'app', 'mariadb'));
  });

test('a value is surely not there', () => {
  const document = documentOf('name: mariadb\napp: postgres\nargs: [app, mariadb, "a \\" b"]\nglob: "*.x"\n');
  assert.ok(!mayHold(document, 'app', 'mariadb'));
  // `true` and `1.0` may be written otherwise.
  for (const value of ['true', '1.0', '', 'a b']) assert.ok(mayHold(document, 'app', value));
});

test('comments full of the key are not passed by again for each of them: what stands there may be anything', () => {
  assert.ok(!mayHold(documentOf(`${'# app\n'.repeat(3)}name: mariadb\n`), 'app', 'mariadb'));
  assert.ok(mayHold(documentOf(`${'# app\n'.repeat(10_000)}name: mariadb\n`), 'app', 'mariadb'));
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
