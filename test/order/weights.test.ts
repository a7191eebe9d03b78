import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Rule } from '../../src/model/config.ts';
import { compareHooks, EVENTS, type Event } from '../../src/model/helm.ts';
import { readChartOrder } from '../../src/order/chart.ts';
import { orderRules } from '../../src/order/constraints.ts';
import { matchRules } from '../../src/order/match.ts';
import { assignWeights } from '../../src/order/weights.ts';
import { runs } from '../support/property.ts';
import { resourcesOf, ruleOf } from '../support/release.ts';

const START = { start: 0, step: 10 };
const PRE: readonly Event[] = ['pre-install', 'pre-upgrade'];

/** A rule that claims the Jobs whose name begins with its own. */
const claim = (name: string, settings: Partial<Rule> = {}): Rule =>
  ruleOf(name, { events: PRE, matches: (resource) => resource.name.startsWith(name), ...settings });

const jobs = (...names: readonly string[]): string =>
  names.map((name) => `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\n`).join('---\n');

function weigh(rules: readonly Rule[], text = jobs(...rules.map((rule) => rule.name)), weights = START) {
  const resources = resourcesOf(text);
  const claims = matchRules(rules, resources, (text) => text);
  const chart = readChartOrder(resources);
  const order = orderRules(rules, claims, chart);
  const { weightOf, findings } = assignWeights(order, claims, chart, weights);
  return {
    weights: Object.fromEntries([...weightOf].map(([resource, weight]) => [resource.name, weight])),
    codes: [...claims.findings, ...order.findings, ...findings].map((finding) => finding.code),
    messages: [...claims.findings, ...order.findings, ...findings].map((finding) => finding.message),
  };
}

test('weights rise in run order', () => {
  for (const { name, rules, want } of [
    { name: 'the list is the order', rules: [claim('a'), claim('b'), claim('c')], want: { a: 0, b: 10, c: 20 } },
    {
      name: 'after overrides the list',
      rules: [claim('a', { after: ['c'] }), claim('b'), claim('c')],
      want: { b: 0, c: 10, a: 20 },
    },
    { name: 'before overrides the list', rules: [claim('a'), claim('b', { before: ['a'] })], want: { b: 0, a: 10 } },
    {
      name: 'a fixed weight is kept, later ones follow it',
      rules: [claim('a'), claim('b', { weight: 5 }), claim('c')],
      want: { a: 0, b: 5, c: 15 },
    },
    {
      name: 'earlier ones go below a fixed weight',
      rules: [claim('a'), claim('b'), claim('c', { weight: -5 })],
      want: { a: -25, b: -15, c: -5 },
    },
    {
      name: 'those between fixed weights are spread',
      rules: [claim('a', { weight: 0 }), claim('b'), claim('c'), claim('d', { weight: 9 })],
      want: { a: 0, b: 3, c: 6, d: 9 },
    },
    {
      name: 'fixed weights order their hooks',
      rules: [claim('a', { weight: 7 }), claim('b', { weight: 3 })],
      want: { b: 3, a: 7 },
    },
    {
      name: 'an edge that the events settle needs no weight',
      rules: [claim('a', { events: ['post-upgrade'], after: ['b'] }), claim('b', { events: ['pre-upgrade'] })],
      want: { a: 0, b: 10 },
    },
    {
      name: 'absent optional hooks still pass their order on',
      rules: [
        claim('c', { after: ['gone'] }),
        claim('gone', { optional: true, after: ['a'], matches: () => false }),
        claim('a'),
      ],
      want: { a: 0, c: 10 },
      text: jobs('a', 'c'),
    },
  ])
    assert.deepEqual(weigh(rules), { weights: want, codes: [], messages: [] }, name);
});

test('several resources of one hook follow install order of kinds, then names', () => {
  const text = `${jobs('m-z', 'm-a')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: m-zz }\n`;
  assert.deepEqual(weigh([claim('m')], text).weights, { 'm-zz': 0, 'm-a': 10, 'm-z': 20 });
});

test('orders that cannot be are refused with their reason', () => {
  for (const { name, rules, code, message } of [
    {
      name: 'a cycle with its whole path',
      rules: [claim('a', { after: ['b'] }), claim('b', { after: ['c'] }), claim('c', { after: ['a'] })],
      code: 'order/cycle',
      message: /"a" before "c" before "b" before "a"/,
    },
    { name: 'itself', rules: [claim('a', { after: ['a'] })], code: 'order/cycle', message: /after itself/ },
    {
      name: 'after something of a later event',
      rules: [claim('a', { events: ['pre-install'], after: ['b'] }), claim('b', { events: ['post-install'] })],
      code: 'order/impossible',
      message: /"a" cannot run after "b"/,
    },
    {
      name: 'fixed weights against an edge',
      rules: [claim('a', { weight: 0, after: ['b'] }), claim('b', { weight: 10 })],
      code: 'order/weight-conflict',
      message: /fixed weights contradict/,
    },
    {
      name: 'fixed weights against a path of edges',
      rules: [claim('a', { weight: 0, after: ['m'] }), claim('m', { after: ['b'] }), claim('b', { weight: 10 })],
      code: 'order/weight-conflict',
      message: /"a" has 0/,
    },
    {
      name: 'equal fixed weights with an edge: Helm goes by name',
      rules: [claim('z', { weight: 5 }), claim('a', { weight: 5, after: ['z'] })],
      code: 'order/weight-conflict',
      message: /by weight, then by name/,
    },
    {
      name: 'no room between fixed weights',
      rules: [claim('a', { weight: 0 }), claim('b'), claim('c', { weight: 1 })],
      code: 'order/weight-conflict',
      message: /not enough weights/,
    },
    {
      name: 'nothing matched',
      rules: [claim('a', { matches: () => false })],
      code: 'order/matches-nothing',
      message: /the release has Job\/a/,
    },
    {
      name: 'claimed twice',
      rules: [claim('a'), claim('a2', { matches: () => true })],
      code: 'order/claimed-twice',
      message: /Job\/a is claimed by two hooks/,
    },
  ]) {
    const { codes, messages } = weigh(rules);
    assert.ok(codes.includes(code as (typeof codes)[number]), `${name}: ${codes}`);
    assert.match(messages[codes.indexOf(code as (typeof codes)[number])] ?? '', message, name);
  }
});

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const configs = fc.array(
  fc.record({
    events: fc.uniqueArray(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 3 }),
    after: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 }),
    weight: fc.option(fc.integer({ min: -30, max: 30 }), { freq: 5, nil: undefined }),
  }),
  { minLength: 2, maxLength: NAMES.length },
);

test('in an accepted order every edge holds under Helm’s own comparison, and no computed weight stands twice', () => {
  let accepted = 0;
  fc.assert(
    fc.property(configs, (entries) => {
      const rules = entries.map(({ events, after, weight }, at) =>
        claim(NAMES[at] ?? '', {
          events,
          after: after.filter((name) => NAMES.indexOf(name) < entries.length),
          ...(weight !== undefined && { weight }),
        }),
      );
      const { weights, codes } = weigh(rules);
      if (codes.length > 0) return;
      accepted++;
      const hook = (name: string) => ({ weight: weights[name] ?? Number.NaN, name, kind: 'Job' });
      for (const rule of rules)
        for (const other of rule.after) {
          const shared = rule.events?.some((event) =>
            rules.find(({ name }) => name === other)?.events?.includes(event),
          );
          if (shared) assert.ok(compareHooks(hook(other), hook(rule.name)) < 0, `${other} before ${rule.name}`);
        }
      const computed = rules.filter((rule) => rule.weight === undefined).map((rule) => weights[rule.name]);
      const all = rules.map((rule) => weights[rule.name]);
      for (const weight of computed) assert.equal(all.filter((each) => each === weight).length, 1);
    }),
    runs(500),
  );
  assert.ok(accepted > 50, `only ${accepted} of the random configs could be ordered`);
});

test('a shuffled stream gets the same weights', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(NAMES, { minLength: NAMES.length }), (names) => {
      const rules = NAMES.map((name) => claim(name));
      assert.deepEqual(weigh(rules, jobs(...names)).weights, weigh(rules).weights);
    }),
    runs(100),
  );
});
