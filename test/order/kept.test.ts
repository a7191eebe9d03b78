/** Nothing that a config does turns two hooks round unless it asks for that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareHooks, EVENTS, type Event } from '../../src/model/helm.ts';
import { enteredOf } from '../../src/model/leaving.ts';
import type { Placement } from '../../src/model/plan.ts';
import { order, rendered } from '../support/pipeline.ts';
import { runs } from '../support/property.ts';

const HEAD = 'apiVersion: hookorder.io/v1\nkind: HookOrder\n';
const config = (...hooks: readonly string[]): string =>
  `${HEAD}hooks:\n${hooks.map((hook) => `  - ${hook}\n`).join('')}`;

interface Chart {
  readonly name: string;
  readonly kind?: string;
  /** Written as it is; absent: no annotation. */
  readonly weight?: string | undefined;
  readonly events?: string;
}

const manifest = ({ name, kind = 'Job', weight, events = 'pre-upgrade' }: Chart): string => {
  const annotations = [
    ...(events === '' ? [] : [`helm.sh/hook: "${events}"`]),
    ...(weight === undefined ? [] : [`helm.sh/hook-weight: ${weight}`]),
    'helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"',
  ];
  return `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'v1'}
kind: ${kind}
metadata:
  name: ${name}
  annotations: { ${annotations.join(', ')} }
${kind === 'Job' ? 'spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: x, command: [app] }] } } }\n' : ''}`;
};

const chart = (...hooks: readonly Chart[]): string => hooks.map(manifest).join('---\n');
const job = (name: string, weight?: number | string, events?: string): Chart => ({
  name,
  ...(weight !== undefined && { weight: typeof weight === 'number' ? `"${weight}"` : weight }),
  ...(events !== undefined && { events }),
});

/** The hooks of an event in Helm's order, by the names with which they came. */
function runOf(placements: readonly Placement[], event: Event): readonly string[] {
  return placements
    .filter(({ hook }) => hook?.events.includes(event))
    .map(({ hook, name, resource, copyFor }) => ({
      weight: hook?.weight ?? 0,
      name,
      kind: resource.kind,
      label: copyFor === undefined ? enteredOf(resource).name : name,
    }))
    .sort(compareHooks)
    .map(({ label }) => label);
}

const placementsOf = (text: string, hooks: string): { run: readonly Placement[]; codes: readonly string[] } => {
  const { plan, findings } = order(text, hooks);
  return {
    run: plan?.placements ?? [],
    codes: findings.filter(({ code }) => code.startsWith('order/')).map(({ code }) => code),
  };
};

test('an order holds that no entry asks to change', () => {
  const migration = [job('x-backup', -10), job('migrate', -5)];
  for (const { name, in: hooks, config: entries, want, event = 'pre-upgrade', weights } of [
    {
      name: 'one of two hooks gets a policy',
      in: migration,
      config: ['{ name: b, match: { name: "*-backup" }, deletePolicy: [hook-succeeded] }'],
      want: ['x-backup', 'migrate'],
      weights: { 'x-backup': -10, migrate: -5 },
    },
    ...[
      'outputLogPolicy: [hook-failed]',
      'job: { backoffLimit: 1 }',
      'jobName: timestamp',
      'jobName: hash',
      'dependencies: copy',
      'deletePolicy: keep',
      'patch: [{ op: add, path: /metadata/labels, value: { a: b } }]',
    ].map((key) => ({
      name: `one entry for all, with ${key}`,
      in: migration,
      config: [`{ name: all, match: { kind: Job }, ${key} }`],
      want: ['x-backup', 'migrate'],
      weights: { 'x-backup': -10, migrate: -5 },
    })),
    {
      name: 'several entries, listed the other way round',
      in: migration,
      config: [
        '{ name: m, match: { name: migrate }, outputLogPolicy: [hook-failed] }',
        '{ name: b, match: { name: "*-backup" }, outputLogPolicy: [hook-failed] }',
      ],
      want: ['x-backup', 'migrate'],
      weights: { 'x-backup': -10, migrate: -5 },
    },
    {
      name: 'a weight that is absent is 0 and stays absent',
      in: [job('z', -1), job('b'), job('a', 1)],
      config: ['{ name: all, match: { kind: Job }, outputLogPolicy: [hook-failed] }'],
      want: ['z', 'b', 'a'],
      weights: { z: -1, b: 0, a: 1 },
    },
    {
      name: 'an invalid weight is 0 for Helm',
      in: [job('z', -1), job('b', '"high"'), job('a', 1)],
      config: ['{ name: all, match: { kind: Job }, outputLogPolicy: [hook-failed] }'],
      want: ['z', 'b', 'a'],
      weights: { z: -1, b: 0, a: 1 },
    },
    {
      name: 'a weight without quotes is a weight for Helm',
      in: [job('z', '-7'), job('a', -5)],
      config: ['{ name: all, match: { kind: Job }, outputLogPolicy: [hook-failed] }'],
      want: ['z', 'a'],
      weights: { z: -7, a: -5 },
    },
    {
      name: 'an entry with events beside one without',
      in: [job('z', -10), job('m', -5), job('a', 3)],
      config: [
        '{ name: m, match: { name: m }, events: [pre-upgrade] }',
        '{ name: z, match: { name: z }, outputLogPolicy: [hook-failed] }',
      ],
      want: ['z', 'm', 'a'],
      weights: { z: -10, m: 0, a: 3 },
    },
    {
      name: 'events equal to those of the chart, before a hook that nothing claims',
      in: migration,
      config: ['{ name: b, match: { name: "*-backup" }, events: [pre-upgrade] }'],
      want: ['x-backup', 'migrate'],
      weights: { 'x-backup': -10, migrate: -5 },
    },
    {
      name: 'events of the defaults, before a hook that nothing claims',
      in: migration,
      config: ['{ name: b, match: { name: "*-backup" } }'],
      defaults: 'events: [pre-upgrade]',
      want: ['x-backup', 'migrate'],
    },
    {
      name: 'one entry with events for several hooks of the chart',
      in: [job('x-backup', -10), job('migrate', -5), job('a')],
      config: ['{ name: all, match: { kind: Job }, events: [pre-upgrade] }'],
      want: ['x-backup', 'migrate', 'a'],
      weights: { 'x-backup': 0, migrate: 10, a: 20 },
    },
    {
      name: 'a hook that stays at the same weight, its name deciding',
      in: [job('b', 0), job('a', -1), job('c', 0)],
      config: ['{ name: b, match: { name: b }, events: [pre-upgrade] }'],
      want: ['a', 'b', 'c'],
      weights: { b: 0 },
    },
    {
      name: 'after an entry that keeps its weight: that weight stands',
      in: [job('z', 7), job('nn', undefined, '')],
      config: [
        '{ name: z, match: { name: z }, outputLogPolicy: [hook-failed] }',
        '{ name: nn, match: { name: nn }, events: [pre-upgrade], after: [z] }',
      ],
      want: ['z', 'nn'],
      weights: { z: 7, nn: 17 },
    },
    {
      name: 'before an entry that keeps its weights: before all of them',
      in: [job('z', 7), job('yy', -7), job('nn', undefined, '')],
      config: [
        '{ name: zy, match: { name: "{yy,z}" }, outputLogPolicy: [hook-failed] }',
        '{ name: nn, match: { name: nn }, events: [pre-upgrade], before: [zy] }',
      ],
      want: ['nn', 'yy', 'z'],
      weights: { z: 7, yy: -7, nn: -17 },
    },
    {
      name: 'between two entries that keep their weights',
      in: [job('z', 7), job('yy', -7), job('nn', undefined, '')],
      config: [
        '{ name: nn, match: { name: nn }, events: [pre-upgrade], after: [yy], before: [z] }',
        '{ name: z, match: { name: z }, outputLogPolicy: [hook-failed] }',
        '{ name: yy, match: { name: yy }, outputLogPolicy: [hook-failed] }',
      ],
      want: ['yy', 'nn', 'z'],
      weights: { z: 7, yy: -7, nn: 0 },
    },
    {
      name: 'after alone moves what has it, and what it pushes past is asked for',
      in: [job('a', -5), job('b', 0), job('c', 5)],
      config: [
        '{ name: a, match: { name: a }, after: [c] }',
        '{ name: c, match: { name: c }, outputLogPolicy: [hook-failed] }',
      ],
      want: ['b', 'c', 'a'],
      weights: { b: 0, c: 5, a: 15 },
    },
    {
      name: 'after that the chart obeys already',
      in: [job('a', -5), job('b', 0), job('c', 5)],
      config: [
        '{ name: b, match: { name: b }, after: [a] }',
        '{ name: a, match: { name: a }, outputLogPolicy: [hook-failed] }',
      ],
      want: ['a', 'b', 'c'],
    },
    {
      name: "hooks with an order by after alone keep their chart's order among others of the list",
      in: [job('c', -9), job('a', -5), job('b', 0)],
      config: [
        '{ name: b, match: { name: b }, after: [c] }',
        '{ name: a, match: { name: a }, events: [pre-upgrade] }',
        '{ name: c, match: { name: c }, events: [pre-upgrade] }',
      ],
      // The list turns `a` and `c` round; nothing asks for `b` before `a`.
      want: ['a', 'c', 'b'],
    },
    {
      name: 'a new name at an equal weight: longer names that begin the same',
      in: [job('db', 0), job('db-0', 0)],
      config: ['{ name: db, match: { name: db }, jobName: timestamp }'],
      want: ['db', 'db-0'],
    },
    {
      name: 'new names at an equal weight, all claimed',
      in: [job('db', 0), job('db-0', 0), job('db-00', 0), job('e', 1)],
      config: ['{ name: db, match: { name: "db*" }, jobName: timestamp }'],
      want: ['db', 'db-0', 'db-00', 'e'],
    },
    {
      name: 'a name from a patch at an equal weight',
      in: [job('a', 0), job('b', 0)],
      config: ['{ name: a, match: { name: a }, patch: [{ op: replace, path: /metadata/name, value: z }] }'],
      want: ['a', 'b'],
    },
    {
      name: 'a plain resource that becomes a hook has no order to keep',
      in: [job('a', undefined, ''), job('b', 0)],
      config: ['{ name: a, match: { name: a }, events: [pre-upgrade] }'],
      want: ['a', 'b'],
      weights: { a: 0 },
    },
    {
      name: 'the list turns hooks round that set events',
      in: migration,
      config: [
        '{ name: m, match: { name: migrate }, events: [pre-upgrade] }',
        '{ name: b, match: { name: "*-backup" }, events: [pre-upgrade] }',
      ],
      want: ['migrate', 'x-backup'],
      weights: { migrate: 0, 'x-backup': 10 },
    },
    {
      name: 'weight turns hooks round',
      in: migration,
      config: ['{ name: b, match: { name: "*-backup" }, weight: 3 }'],
      want: ['migrate', 'x-backup'],
      weights: { 'x-backup': 3 },
    },
    {
      name: 'two entries of one list that turn round leave what stays between them where it is',
      in: [job('a', -5), job('u', 0), job('b', 5)],
      config: [
        '{ name: b, match: { name: b }, events: [pre-upgrade] }',
        '{ name: a, match: { name: a }, events: [pre-upgrade] }',
      ],
      // `u` stays before `b`, and `a` is pushed past it because the list wants it behind `b`.
      want: ['u', 'b', 'a'],
    },
    {
      name: 'another event is another order',
      in: [job('z', -10, 'pre-upgrade'), job('a', -5, 'post-upgrade')],
      config: ['{ name: z, match: { name: z }, events: [post-upgrade] }'],
      event: 'post-upgrade' as Event,
      want: ['a', 'z'],
    },
  ] as readonly {
    name: string;
    in: readonly Chart[];
    config: readonly string[];
    want: readonly string[];
    event?: Event;
    weights?: Readonly<Record<string, number>>;
    defaults?: string;
  }[]) {
    const text = chart(...hooks);
    const entries2 = config(...entries);
    const { run, codes } = placementsOf(text, entries2);
    assert.deepEqual(codes, [], name);
    assert.deepEqual(runOf(run, event), want, name);
    if (weights !== undefined)
      for (const [hook, weight] of Object.entries(weights))
        assert.equal(
          run.find(({ resource }) => enteredOf(resource).name === hook)?.hook?.weight,
          weight,
          `${name}: ${hook}`,
        );
    const once = rendered(text, entries2);
    assert.equal(rendered(once, entries2), once, `${name}: twice`);
  }
});

test('an order that no weight can keep is refused, and the entry is named', () => {
  const patchWeight = (value: string): string =>
    `patch: [{ op: add, path: "/metadata/annotations/helm.sh~1hook-weight", value: "${value}" }]`;
  for (const { name, in: hooks, config: entries, message } of [
    {
      name: 'a patch sets the weight',
      in: [job('a', -5), job('b', 0)],
      config: [`{ name: mine, match: { name: a }, ${patchWeight('5')} }`],
      message:
        'Job/a runs after Job/b in pre-upgrade; its chart runs it before, and nothing in hook "mine" asks for the change',
    },
    {
      name: 'a patch sets the weight of a later hook',
      in: [job('a', -5), job('b', 0)],
      config: [`{ name: mine, match: { name: b }, ${patchWeight('-9')} }`],
      message:
        'Job/b runs before Job/a in pre-upgrade; its chart runs it after, and nothing in hook "mine" asks for the change',
    },
    {
      name: 'a new name between two hooks of the same weight that nothing claims',
      in: [job('a-0', 0), job('a-00', 0), job('a', 0), job('A', 0)],
      config: ['{ name: mine, match: { name: a }, jobName: { suffix: timestamp } }'],
      message: /^Job\/a-\d+ runs after Job\/a-0 in pre-upgrade; its chart runs it before/,
    },
  ] as const) {
    const { findings } = order(chart(...hooks), config(...entries));
    const turned = findings.filter(({ code }) => code === 'order/turned-round');
    assert.ok(turned.length > 0, name);
    if (typeof message === 'string') assert.equal(turned[0]?.message, message, name);
    else assert.match(turned[0]?.message ?? '', message, name);
    assert.equal(turned[0]?.config?.hook, 'mine', name);
  }
});

test('what is impossible between kept weights is refused', () => {
  const kept = (name: string): string => `{ name: ${name}, match: { name: ${name} }, outputLogPolicy: [hook-failed] }`;
  for (const { name, in: hooks, config: entries, message } of [
    {
      name: 'no room between two kept weights',
      in: [job('a', 0), job('b', 1), job('nn', undefined, '')],
      config: [
        kept('a'),
        kept('b'),
        '{ name: nn, match: { name: nn }, events: [pre-upgrade], after: [a], before: [b] }',
      ],
      message: /there are not enough weights between them/,
    },
    {
      name: 'kept weights contradict the edges',
      in: [job('a', 5), job('b', 1), job('nn', undefined, '')],
      config: [
        kept('a'),
        kept('b'),
        '{ name: nn, match: { name: nn }, events: [pre-upgrade], after: [a], before: [b] }',
      ],
      message: /fixed weights contradict the order .*"a" has 5 from its chart/,
    },
    {
      name: 'a fixed weight against a kept one',
      in: [job('a', 5), job('nn', undefined, '')],
      config: [kept('a'), '{ name: nn, match: { name: nn }, events: [pre-upgrade], after: [a], weight: 5 }'],
      message: /"nn" \(weight 5\) must run after "a" \(weight 5\)/,
    },
  ]) {
    const { findings } = order(chart(...hooks), config(...entries));
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['order/weight-conflict'],
      name,
    );
    assert.match(findings[0]?.message ?? '', message, name);
  }
});

const EVENT_LISTS = ['pre-upgrade', 'pre-install,pre-upgrade', 'post-upgrade', 'pre-upgrade,post-upgrade'];
const releases = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'a-0', 'a-00', 'a-b', 'a-e1', 'ab', 'b', 'b-9', 'z'),
    kind: fc.constantFrom('Job', 'Job', 'ConfigMap'),
    weight: fc.constantFrom(undefined, '"0"', '"0"', '"1"', '"-1"', '"5"', '"-5"', '3', '"no"'),
    events: fc.constantFrom(...EVENT_LISTS),
  }),
  { minLength: 2, maxLength: 7, selector: ({ name, kind }) => `${kind}/${name}` },
);
const orderFree = fc.constantFrom(
  'outputLogPolicy: [hook-failed]',
  'deletePolicy: [before-hook-creation]',
  'jobName: timestamp',
  'jobName: hash',
  'dependencies: copy',
  'patch: [{ op: add, path: /metadata/labels, value: { a: b } }]',
);
const matches = fc.constantFrom(
  '{ kind: Job }',
  '{ name: "a*" }',
  '{ name: "?" }',
  '{ name: "a-0*" }',
  '{ kind: ConfigMap }',
  '{ name: b }',
);

type Runs = Readonly<Record<string, readonly string[]>>;

/** Runs of all events before and after, by what tells the hooks apart as they come. */
function runsOf(text: string, hooks: string): { before: Runs; after: Runs } {
  const all = (placements: readonly Placement[] = []): Runs =>
    Object.fromEntries(
      EVENTS.map((event) => [
        event,
        placements
          .filter(({ hook, copyFor }) => copyFor === undefined && hook?.events.includes(event))
          .map(({ hook, name, resource }) => ({ weight: hook?.weight ?? 0, name, kind: resource.kind, resource }))
          .sort(compareHooks)
          .map(({ kind, resource }) => `${kind}/${enteredOf(resource).name}`),
      ]),
    );
  const before = order(text, undefined, { needsConfig: false, scope: 'all' }).plan?.placements;
  return { before: all(before), after: all(order(text, hooks).plan?.placements) };
}

test('whatever order-free entries match, every run stays as it was, or render refuses', () => {
  let kept = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      releases,
      fc.array(fc.record({ match: matches, key: orderFree }), { minLength: 1, maxLength: 2 }),
      (hooks, entries) => {
        const text = chart(...hooks);
        const entries2 = config(
          ...entries.map(({ match, key }, at) => `{ name: e${at}, match: ${match}, ${key}, optional: true }`),
        );
        const { plan, findings } = order(text, entries2);
        if (plan === undefined) return;
        if (findings.some(({ code }) => code === 'order/turned-round')) {
          refused++;
          return;
        }
        const { before, after } = runsOf(text, entries2);
        assert.deepEqual(after, before);
        const once = rendered(text, entries2);
        assert.equal(rendered(once, entries2), once);
        kept++;
      },
    ),
    runs(300),
  );
  assert.ok(kept > 10 * refused, `${kept} kept, ${refused} refused`);
});

test('whatever entries ask for, pairs of which nothing claims either, or of which one is claimed by events alone, stay', () => {
  let judged = 0;
  fc.assert(
    fc.property(
      releases,
      fc.constantFrom(
        'events: [pre-upgrade]',
        'events: [pre-install, pre-upgrade]',
        'events: [pre-upgrade, post-upgrade]',
      ),
      matches,
      fc.integer({ min: -20, max: 20 }),
      (hooks, key, match, start) => {
        const text = chart(...hooks);
        const entries = `${HEAD}weights: { start: ${start}, step: 3 }\nhooks:\n  - { name: e, match: ${match}, ${key}, optional: true }\n`;
        const { plan, findings } = order(text, entries);
        if (plan === undefined || findings.some(({ code }) => code === 'order/turned-round')) return;
        const { before, after } = runsOf(text, entries);
        for (const event of EVENTS) {
          const both = (run: readonly string[] = []): readonly string[] =>
            run.filter((name) => before[event]?.includes(name) && after[event]?.includes(name));
          assert.deepEqual(both(after[event]), both(before[event]), event);
        }
        const once = rendered(text, entries);
        assert.equal(rendered(once, entries), once);
        judged++;
      },
    ),
    runs(300),
  );
  assert.ok(judged > 100, `${judged} judged`);
});
