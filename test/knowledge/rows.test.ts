/**
 * Each row of src/knowledge/*.yaml is true of its example, and its example would be read otherwise without it. docs/knowledge.md lists all rows,
 * so that none goes unnoticed.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  formatKnowledgeDoc,
  type KindRow,
  readKinds,
  readPrograms,
  readRows,
  readTools,
} from '../../scripts/knowledge-rows.mjs';
import { lossOf } from '../../src/check/hooks/data-loss.ts';
import { hasHealthCheck } from '../../src/engines/argocd/health.ts';
import { subjectOf } from '../../src/engines/world.ts';
import { groupOf } from '../../src/model/manifest.ts';
import { recogniseTool } from '../../src/purpose/tools.ts';
import { makersOf } from '../../src/release/makers.ts';
import { Release } from '../../src/release/release.ts';
import type { Call } from '../../src/scripts/call.ts';
import { Variables } from '../../src/scripts/variables.ts';
import { readCall } from '../../src/waits/programs.ts';
import { servicesAt } from '../../src/waits/services.ts';
import { assertGolden, ROOT } from '../support/files.ts';
import { order } from '../support/pipeline.ts';

const rows = readRows(join(ROOT, 'src', 'knowledge'));

test('docs/knowledge.md lists every row', () => {
  assertGolden(join(ROOT, 'docs', 'knowledge.md'), formatKnowledgeDoc(rows));
});

test('every row has a source', () => {
  for (const row of [...rows.kinds, ...rows.programs, ...rows.tools]) {
    assert.ok(row.source.length > 0, JSON.stringify(row));
    for (const source of row.source) assert.match(source, /^https?:\/\/\S+$|^functions /);
  }
});

/** What follows from an object of a release. Of the names of Secrets and Services, all that any row names are tried. */
function readKind(object: KindRow['example']): object {
  const { plan } = order(JSON.stringify(object), 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: []\n');
  const placement = plan?.placements[0];
  assert.ok(plan !== undefined && placement !== undefined);
  const context = new Release(plan.placements, { timeoutSeconds: 300, wait: false });
  return {
    keepsData: lossOf(placement, context)?.text === 'and what it keeps goes with it',
    secrets: SECRETS.filter(
      (secret) =>
        makersOf({ kind: 'Secret', apiGroup: '', name: secret, path: [], optional: false, use: 'env' }, context)
          .length > 0,
    ),
    services: SERVICES.filter((service) => servicesAt(service, undefined, context).length > 0),
    argocdWaits: hasHealthCheck(subjectOf(placement, { number: 1, rendering: 1, placements: plan.placements })),
  };
}

const SECRETS = [...new Set(rows.kinds.flatMap(({ gives }) => gives?.secrets ?? []))].sort();
const SERVICES = [...new Set(rows.kinds.flatMap(({ gives }) => gives?.services ?? []))].sort();
const NOTHING = { keepsData: false, secrets: [], services: [], argocdWaits: false };

for (const { group, kind, example, gives, keepsData = false, argocdWaits = false } of rows.kinds)
  test(`${kind} of ${group || 'the core'} is what its row says`, () => {
    assert.equal(groupOf(example.apiVersion), group);
    assert.ok(kind === '*' || kind === example.kind);
    assert.deepEqual(readKind(example), {
      keepsData,
      secrets: [...(gives?.secrets ?? [])].sort(),
      services: [...(gives?.services ?? [])].sort(),
      argocdWaits,
    });
    // One that is called so in another group is another kind.
    assert.deepEqual(readKind({ ...example, apiVersion: 'example.org/v1' }), NOTHING);
  });

test('no kind has two rows', () => {
  const names = rows.kinds.map(({ group, kind }) => `${kind}.${group}`);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

const VARIABLES = [...new Set(rows.programs.flatMap(({ variable }) => variable ?? []))];

/** What is read of a call, as rows tell it. */
function readProgram(argv: readonly string[]): Readonly<Record<string, unknown>> {
  const call: Call = {
    argv: argv.map((text) => ({ text, source: text })),
    path: [],
    mayFail: false,
    isForgiven: false,
    goesOn: false,
    conditional: false,
    variables: new Variables(),
  };
  const { hosts, dns, isCheck, waits, fromEnvironment } = readCall(call);
  return {
    silent: hosts.length === 0 && fromEnvironment === undefined,
    hosts: hosts.filter(({ bare }) => bare).map(({ text }) => text),
    looksUp: dns,
    checks: isCheck,
    waits,
    environment:
      typeof fromEnvironment === 'function' ? (VARIABLES.find(fromEnvironment) ?? 'none') : (fromEnvironment ?? 'none'),
  };
}

for (const { says, programs, example, gives } of rows.programs)
  for (const program of programs)
    test(`${program}: ${says}`, () => {
      const readWith = (name: string): object => {
        const read = readProgram(example.map((word) => (word === '$program' ? name : word)));
        return Object.fromEntries(Object.keys(gives).map((key) => [key, read[key]]));
      };
      assert.ok(Object.keys(gives).length > 0);
      assert.deepEqual(readWith(program), gives);
      assert.notDeepEqual(readWith('acme-tool'), gives, 'the example says nothing of the program');
    });

test('no program is told the same thing twice', () => {
  const told = rows.programs.flatMap(({ says, programs }) => programs.map((program) => `${program} ${says}`));
  assert.deepEqual(
    told.filter((one, index) => told.indexOf(one) !== index),
    [],
  );
});

for (const { tool, nearMisses = [] } of rows.tools)
  for (const line of nearMisses) test(`not ${tool}: ${line}`, () => assert.equal(recogniseTool(line), undefined));

for (const [index, { tool, role, examples }] of rows.tools.entries())
  for (const line of examples)
    test(`${tool}: ${line}`, () => {
      assert.deepEqual(recogniseTool(line), { role, tool });
      assert.equal(
        rows.tools.findIndex(({ regex }) => regex.test(line)),
        index,
        'another row recognises it',
      );
    });

const MISTAKES: readonly { readonly name: string; readonly read: () => unknown; readonly want: RegExp }[] = [
  {
    name: 'a kind without a source',
    read: () => readKinds('- { group: a.b, kind: A, keepsData: true, example: { kind: A } }'),
    want: /A of a\.b has no source/,
  },
  {
    name: 'a kind without an example',
    read: () => readKinds('- { group: a.b, kind: A, keepsData: true, source: s }'),
    want: /A of a\.b has no example/,
  },
  {
    name: 'a kind that is nothing special',
    read: () => readKinds('- { group: a.b, kind: A, source: s, example: { kind: A } }'),
    want: /A of a\.b says nothing/,
  },
  {
    name: 'an unknown key',
    read: () => readKinds('- { group: a.b, kind: A, keepsdata: true, source: s, example: { kind: A } }'),
    want: /an unknown key: keepsdata/,
  },
  {
    name: 'a program without an example',
    read: () => readPrograms('- { says: silent, programs: [a], source: s, gives: {} }'),
    want: /silent a has no example/,
  },
  {
    name: 'an example without the program',
    read: () => readPrograms('- { says: silent, programs: [a], source: s, example: [a], gives: {} }'),
    want: /does not call \$program/,
  },
  {
    name: 'a saying that there is not',
    read: () => readPrograms('- { says: loud, programs: [a], source: s, example: [$program], gives: {} }'),
    want: /says is one of/,
  },
  {
    name: 'a tool without examples',
    read: () => readTools('clients: x\ntools: [{ tool: a, role: seed, program: a, words: b, source: s }]'),
    want: /a \(seed\) has no examples/,
  },
  {
    name: 'a role that there is not',
    read: () => readTools('clients: x\ntools: [{ tool: a, role: b, pattern: a, source: s, examples: [a] }]'),
    want: /role is one of/,
  },
];

for (const { name, read, want } of MISTAKES) test(`refused: ${name}`, () => assert.throws(read, want));
