import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { schemaCommand } from '../../src/commands/schema.ts';
import acceptsCompiled from '../../src/config/accepts.generated.js';
import { explainProblems } from '../../src/config/explain.ts';
import schemaJson from '../../src/config/schema.json';
import { resolve, type Schema, validate } from '../../src/config/validate.ts';
import { API_VERSION, DEFAULT_WEIGHTS, KIND } from '../../src/model/config.ts';
import { FINDING_CODES, type FindingCode, isIgnorable, isIgnorableWithReason } from '../../src/model/finding.ts';
import { DELETE_POLICIES, EVENTS, KEEP_POLICY, LOG_POLICIES } from '../../src/model/helm.ts';
import { isObject, type Json, type JsonObject, type Path, valueAt } from '../../src/model/json.ts';
import { TARGETS } from '../../src/model/target.ts';
import { readDuration } from '../../src/model/time.ts';
import { assertGolden, ROOT, TESTDATA } from '../support/files.ts';
import { runs } from '../support/property.ts';

const SCHEMA = schemaJson as Schema;
const accepts = new Ajv({ strictTypes: false }).compile(JSON.parse(schemaCommand()));

test('the words of the schema are those of the model', () => {
  assert.equal(schemaJson.properties.apiVersion.const, API_VERSION);
  assert.equal(schemaJson.properties.kind.const, KIND);
  const { start, step } = schemaJson.definitions.weights.properties;
  assert.deepEqual({ start: start.default, step: step.default }, DEFAULT_WEIGHTS);
  const { events, deletePolicy, outputLogPolicy } = schemaJson.definitions;
  assert.deepEqual(events.items.enum, EVENTS);
  assert.deepEqual(deletePolicy.else.items.enum, [...DELETE_POLICIES, KEEP_POLICY]);
  assert.deepEqual(outputLogPolicy.items.enum, LOG_POLICIES);
  const { target, timeout } = schemaJson.definitions.helm.properties;
  assert.deepEqual(target.enum, TARGETS);
  for (const text of ['10m', '1h30m', '90s', '1.5h', '500ms', '5', '5 m', 'm', '', '-5m', '5M'])
    assert.equal(new RegExp(timeout.pattern, 'u').test(text), readDuration(text) !== undefined, text);
});

/** Definitions of the schema that are lists of codes: what `lint.ignore` takes. */
const LISTS_OF_CODES: Readonly<Record<string, (code: FindingCode) => boolean>> = {
  code: isIgnorable,
  errorOfChart: (code) => !isIgnorable(code) && isIgnorableWithReason(code),
  anyCode: (code) => isIgnorable(code) || isIgnorableWithReason(code),
};

test('the codes of the schema are those of src/knowledge/findings', () => {
  const file = join(ROOT, 'src', 'config', 'schema.json');
  let text = readFileSync(file, 'utf8');
  for (const [name, isListed] of Object.entries(LISTS_OF_CODES)) {
    const list = new RegExp(`(\\n    "${name}": \\{(?:\\n      .*)*?\\n      "enum": \\[)[^\\]]*\\]`);
    assert.match(text, list);
    const lines = FINDING_CODES.filter(isListed).map((code) => `\n        "${code}"`);
    text = text.replace(list, `$1${lines.join(',')}\n      ]`);
  }
  assertGolden(file, text);
});

test('every key has a description, and every example is valid', () => {
  const { definitions } = schemaJson;
  const mappings: readonly object[] = [schemaJson, ...Object.values(definitions), definitions.jobName.then];
  for (const { properties = {} } of mappings as readonly Schema[])
    for (const [key, property] of Object.entries(properties)) {
      assert.ok(property, `${key} is excluded from its own mapping`);
      const told = { ...resolve(property, SCHEMA), ...property };
      assert.ok('description' in told, `${key} has no description`);
      for (const example of told.examples ?? [])
        assert.deepEqual(
          validate(example, { ...told, definitions: SCHEMA.definitions ?? {} }),
          [],
          `the example of ${key}`,
        );
    }
});

const CONFIGS: readonly { readonly name: string; readonly value: Json }[] = readdirSync(
  join(TESTDATA, 'config'),
).flatMap((folder) =>
  readdirSync(join(TESTDATA, 'config', folder))
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(TESTDATA, 'config', folder, file), 'utf8'), { uniqueKeys: false })
        .filter((document) => document.errors.length === 0)
        .map((document) => ({ name: folder, value: document.toJS() as Json })),
    ),
);

for (const { name, value } of CONFIGS)
  test(`hookorder and ajv agree on ${name}`, () => assert.equal(isValid(value), accepts(value)));

test('hookorder and ajv agree on configs with a few things changed', () => {
  const whole = CONFIGS.find(({ name }) => name === 'valid-everything')?.value ?? null;
  assert.ok(accepts(whole));
  const paths = pathsOf(whole);
  let valid = 0;
  let all = 0;
  fc.assert(
    fc.property(fc.array(change(paths), { minLength: 1, maxLength: 3 }), (changes) => {
      const changed = structuredClone(whole);
      for (const apply of changes) apply(changed);
      all++;
      if (isValid(changed)) valid++;
      assert.equal(isValid(changed), accepts(changed), JSON.stringify(accepts.errors));
    }),
    runs(1000),
  );
  assert.ok(valid > 0.02 * all && valid < 0.95 * all, `${valid} of ${all} were valid: the changes prove little`);
});

function isValid(value: Json): boolean {
  // What decides at run time, and what finds the mistakes, must agree before ajv is asked.
  assert.equal(acceptsCompiled(value), validate(value, SCHEMA).length === 0, JSON.stringify(value));
  const problems = validate(value, SCHEMA);
  const explained = explainProblems(problems, value, SCHEMA);
  assert.equal(explained.length === 0, problems.length === 0, 'a mistake is left without a word');
  for (const { message, hint = '' } of explained) assert.doesNotMatch(message + hint, /undefined|\[object|must match/);
  return problems.length === 0;
}

const pathsOf = (value: Json, path: Path = []): readonly Path[] => {
  const inner: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? [...value.entries()]
    : isObject(value)
      ? Object.entries(value)
      : [];
  return [path, ...inner.flatMap(([step, child]) => pathsOf(child, [...path, step]))];
};

/** Words that mean something somewhere, and values of every type. */
const words = fc.constantFrom(
  ...[
    'name',
    'match',
    'events',
    'keep',
    'timestamp',
    'pre-install',
    'hook-failed',
    'copy',
    'op',
    'add',
    '/a',
    'a b',
    '',
    '__proto__',
  ],
);
const value: fc.Arbitrary<Json> = fc.oneof(
  words,
  fc.constantFrom<Json>(null, true, false, 0, 1, -1, 1.5, 2 ** 40, [], {}, ['keep'], ['test'], { kind: 'Job' }, [
    { kind: 'Job' },
  ]),
);

/** Replaces, removes, adds or renames one thing, where it still is. */
const change = (paths: readonly Path[]): fc.Arbitrary<(root: Json) => void> =>
  fc
    .record({ path: fc.constantFrom(...paths.slice(1)), kind: fc.nat(3), key: words, value })
    .map(({ path, kind, key, value }) => {
      const apply = (root: Json): void => {
        const parent = valueAt(root, path.slice(0, -1)) as Json[] | JsonObject | undefined;
        const step = path.at(-1) ?? '';
        if (Array.isArray(parent)) {
          if (kind === 0) parent.splice(Number(step), 1);
          else if (kind === 1) parent.push(structuredClone(value));
          // Behind the end it would leave holes, which no config can have.
          else if (Number(step) < parent.length) parent[Number(step)] = structuredClone(value);
        } else if (isObject(parent)) {
          if (kind === 0 || kind === 3) delete parent[step];
          if (kind === 1 || kind === 3)
            Object.defineProperty(parent, key, {
              value: structuredClone(value),
              enumerable: true,
              configurable: true,
              writable: true,
            });
          if (kind === 2) parent[step] = structuredClone(value);
        }
      };
      return Object.assign(apply, { [fc.toStringMethod]: () => JSON.stringify({ path, kind, key, value }) });
    });
