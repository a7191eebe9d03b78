/** Weights by event: one document for each weight, and everything else as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EVENTS, type Event } from '../../src/model/helm.ts';
import { order, rendered } from '../support/pipeline.ts';
import { runs } from '../support/property.ts';

const job = (name: string, hook?: string, weight?: number): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n${
    hook === undefined
      ? ''
      : `  annotations: { helm.sh/hook: "${hook}", helm.sh/hook-weight: "${weight ?? 0}", helm.sh/hook-delete-policy: before-hook-creation }\n`
  }spec: { backoffLimit: 1, activeDeadlineSeconds: 9, template: { spec: { restartPolicy: Never, containers: [{ name: c, image: i, command: [c] }] } } }\n`;
const config = (...entries: readonly string[]): string =>
  `apiVersion: hookorder.io/v1\nkind: HookOrder\ndefaults: { deletePolicy: [before-hook-creation, hook-succeeded] }\nhooks:\n${entries.map((entry) => `  - { ${entry} }\n`).join('')}`;
const entry = (name: string, more: string): string => `name: ${name}, match: { name: ${name} }, ${more}`;

/** `event: name weight, …` for each event of a release, in run order. */
function runsOf(stream: string, text: string): Readonly<Record<string, string>> {
  const { plan, findings } = order(stream, text, { scope: 'all', severity: 'error' });
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    [],
  );
  const hooks = (plan?.placements ?? []).flatMap(({ hook, name }) => (hook ? [{ ...hook, name }] : []));
  return Object.fromEntries(
    EVENTS.flatMap((event) => {
      const own = hooks.filter(({ events }) => events.includes(event)).sort((a, b) => a.weight - b.weight);
      return own.length === 0 ? [] : [[event, own.map(({ name, weight }) => `${name} ${weight}`).join(', ')]];
    }),
  );
}

for (const { name, stream, entries, want } of [
  {
    name: 'equal weights share a document',
    stream: job('a'),
    entries: [entry('a', 'events: [pre-install, pre-upgrade], weight: { pre-install: 5, pre-upgrade: 5 }')],
    want: { 'pre-install': 'a 5', 'pre-upgrade': 'a 5' },
  },
  {
    name: 'an event that is not named is computed',
    stream: `${job('a')}---\n${job('b')}`,
    entries: [
      entry('a', 'events: [pre-install, pre-upgrade], weight: { pre-install: 5 }'),
      entry('b', 'events: [pre-install, pre-upgrade]'),
    ],
    want: { 'pre-install': 'a 5, b 25', 'pre-upgrade': 'a 15, b 25' },
  },
  {
    name: 'without events, what is not named keeps the weight of the chart',
    stream: job('a', 'post-upgrade,pre-install', 7),
    entries: [entry('a', 'weight: { pre-install: -1 }')],
    want: { 'pre-install': 'a -1', 'post-upgrade': 'a 7' },
  },
  {
    name: 'an order that an install has the other way round than an upgrade',
    stream: `${job('a')}---\n${job('b')}`,
    entries: [
      entry('a', 'events: [pre-install, pre-upgrade], weight: { pre-install: 0, pre-upgrade: 10 }'),
      entry('b', 'events: [pre-install, pre-upgrade], weight: 5'),
    ],
    want: { 'pre-install': 'a 0, b 5', 'pre-upgrade': 'b 5, a 10' },
  },
  {
    name: '`after` holds in each event that both have, and in no other',
    stream: `${job('a')}---\n${job('b')}`,
    entries: [
      entry('a', 'events: [pre-install, post-upgrade], weight: { pre-install: 0, post-upgrade: 100 }'),
      entry('b', 'events: [pre-install, post-install], weight: 5, after: [a]'),
    ],
    want: { 'pre-install': 'a 0, b 5', 'post-install': 'b 5', 'post-upgrade': 'a 100' },
  },
])
  test(name, () => {
    const text = config(...entries);
    assert.deepEqual(runsOf(stream, text), want);
    const once = rendered(stream, text);
    assert.equal(rendered(once, text), once, 'rendering again changes nothing');
  });

test('a weight that contradicts `after` in one of the events is an error', () => {
  const text = config(
    entry('a', 'events: [pre-install, pre-upgrade], weight: { pre-install: 0, pre-upgrade: 10 }'),
    entry('b', 'events: [pre-install, pre-upgrade], weight: 5, after: [a]'),
  );
  const { findings } = order(`${job('a')}---\n${job('b')}`, text);
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['order/weight-conflict'],
  );
});

test('a weight in an event in which nothing runs is an error, once', () => {
  const text = config('name: x, match: { kind: Job }, weight: { pre-install: 0, test: 10 }');
  const { findings } = order(`${job('a', 'pre-install')}---\n${job('b', 'pre-install')}`, text);
  assert.deepEqual(
    findings.map(({ code, message }) => [code, message]),
    [['order/impossible', 'hook "x" has a weight in test, and nothing that it matches runs then']],
  );
});

test('the parts together run as often as the chart has it', () => {
  const text = config(entry('a', 'events: [pre-install, pre-upgrade], weight: { pre-install: 1, pre-upgrade: 2 }'));
  const { findings } = order(job('a', 'pre-install,pre-upgrade'), text, { scope: 'all', severity: 'info' });
  assert.deepEqual(
    findings.map(({ code }) => code),
    [],
  );
});

test('for Argo CD one of the weights counts, and no document is added', () => {
  const text = config(
    entry('a', 'events: [pre-install, pre-upgrade], weight: { pre-install: 0, pre-upgrade: 10 }'),
    entry('b', 'events: [pre-install, pre-upgrade], weight: 5'),
  );
  const { plan, findings } = order(`${job('a')}---\n${job('b')}`, text, { target: 'argocd', severity: 'warning' });
  assert.deepEqual([plan?.placements.length, plan?.copies.length], [2, 0]);
  assert.ok(findings.some(({ code, message }) => code === 'argocd/one-weight' && message.includes('pre-upgrade')));
  const waves = plan?.placements.map(({ value }) => JSON.stringify(value()).match(/sync-wave":"(-?\d+)/)?.[1]);
  assert.ok(Number(waves?.[1]) < Number(waves?.[0]), `b runs first: ${waves}`);
});

test('each event runs with the weights that the mapping gives, whatever the other events have', () => {
  const events: readonly Event[] = ['pre-install', 'pre-upgrade', 'post-upgrade', 'post-rollback'];
  const weights = fc.dictionary(fc.constantFrom(...events), fc.integer({ min: -3, max: 3 }), { minKeys: 1 });
  fc.assert(
    fc.property(fc.array(weights, { minLength: 1, maxLength: 4 }), (all) => {
      const stream = all.map((_, at) => job(`j${at}`)).join('---\n');
      const text = config(
        ...all.map((weight, at) =>
          entry(`j${at}`, `events: [${Object.keys(weight).join(', ')}], weight: ${JSON.stringify(weight)}`),
        ),
      );
      const { plan } = order(stream, text);
      for (const [at, weight] of all.entries())
        for (const [event, want] of Object.entries(weight)) {
          const own = plan?.placements.filter(
            ({ name, hook }) => name === `j${at}` && hook?.events.includes(event as Event),
          );
          assert.deepEqual(
            own?.map(({ hook }) => hook?.weight),
            [want],
          );
        }
      const once = rendered(stream, text);
      assert.equal(rendered(once, text), once);
    }),
    runs(100),
  );
});
