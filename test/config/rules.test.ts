import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resource } from '../../src/model/manifest.ts';
import { configOf } from './configs.ts';

test('an empty config has no rules and the default weights', () => {
  const { rules, weights, helm, argocd, ignore, files } = configOf('');
  assert.deepEqual(
    { rules, weights, helm, argocd, ignore, files },
    {
      rules: [],
      weights: { start: 0, step: 10 },
      helm: {},
      argocd: { phase: 'sync' },
      ignore: [],
      files: ['config.yaml'],
    },
  );
});

test('a hook that says nothing has the least surprising settings', () => {
  const [rule] = configOf('hooks: [{ name: a, match: { kind: Job } }]').rules;
  assert.ok(rule);
  const { place, placeOf, lineAt, matches, nearMiss, ...settings } = rule;
  assert.deepEqual(settings, {
    name: 'a',
    kinds: ['Job'],
    description: 'kind Job',
    plain: false,
    drop: false,
    after: [],
    before: [],
    jobName: { suffix: 'keep' },
    job: {},
    jobDefaults: {},
    pod: { values: {} },
    podDefaults: { values: {} },
    dependencies: 'fail',
    optional: false,
    adopt: false,
    patch: [],
  });
});

test("a hook's own value goes before the default, and the defaults of `job` stay apart", () => {
  const [own, none, plain] = configOf(`
defaults: { deletePolicy: [hook-succeeded], outputLogPolicy: [hook-failed], jobName: hash, job: { backoffLimit: 1 }, dependencies: copy }
hooks:
  - { name: own, match: { kind: Job }, deletePolicy: keep, outputLogPolicy: [hook-succeeded], jobName: { suffix: timestamp, format: utc }, job: { activeDeadlineSeconds: 5 }, dependencies: ignore }
  - { name: none, match: { kind: Pod } }
  - { name: plain, match: { kind: Pod }, hook: false }
`).rules;
  assert.deepEqual(
    [own, none, plain].map((rule) => [
      rule?.deletePolicy,
      rule?.outputLogPolicy,
      rule?.jobName,
      rule?.job,
      rule?.jobDefaults,
      rule?.dependencies,
      rule?.plain,
    ]),
    [
      [
        'keep',
        ['hook-succeeded'],
        { suffix: 'timestamp', format: 'utc' },
        { activeDeadlineSeconds: 5 },
        { backoffLimit: 1 },
        'ignore',
        false,
      ],
      [['hook-succeeded'], ['hook-failed'], { suffix: 'hash' }, {}, { backoffLimit: 1 }, 'copy', false],
      [undefined, undefined, { suffix: 'hash' }, {}, { backoffLimit: 1 }, 'copy', true],
    ],
  );
});

test('`keep` may stand in a list, and a timestamp is in unix seconds unless it says otherwise', () => {
  const [rule] = configOf('hooks: [{ name: a, match: { kind: Job }, deletePolicy: [keep], jobName: timestamp }]').rules;
  assert.equal(rule?.deletePolicy, 'keep');
  assert.deepEqual(rule?.jobName, { suffix: 'timestamp', format: 'unix' });
});

test('a rule knows its places in its file', () => {
  const [rule] = configOf('hooks:\n  - name: a\n    match: { kind: Job }\n    after:\n      - a\n').rules;
  assert.deepEqual(rule?.place, { file: 'config.yaml', line: 4, column: 5 });
  assert.deepEqual(rule?.placeOf('match'), { file: 'config.yaml', line: 5, column: 12 });
  assert.deepEqual(rule?.placeOf('after'), { file: 'config.yaml', line: 6, column: 5 });
  assert.deepEqual(rule?.placeOf('weight'), rule?.place, 'of a key that is absent the place is that of the hook');
});

test('several files are one config: hooks in order, defaults for their own hooks, weights for all', () => {
  const config = configOf(
    'defaults: { dependencies: copy }\nhooks: [{ name: a, match: { kind: Job }, after: [b] }]\nlint: { ignore: [job/no-deadline] }',
    'weights: { step: 5 }\nhooks: [{ name: b, match: { kind: Job } }]\nlint: { ignore: [hook/logs-lost] }',
  );
  assert.deepEqual(
    config.rules.map(({ name, dependencies, place }) => [name, dependencies, place.file]),
    [
      ['a', 'copy', 'config.yaml'],
      ['b', 'fail', 'config-2.yaml'],
    ],
  );
  assert.deepEqual(config.weights, { start: 0, step: 5 });
  assert.deepEqual(
    config.ignore.map(({ code }) => code),
    ['job/no-deadline', 'hook/logs-lost'],
  );
  assert.deepEqual(config.files, ['config.yaml', 'config-2.yaml']);
});

test('weights that say the same twice are no contradiction', () => {
  assert.deepEqual(configOf('weights: { step: 10 }', 'weights: { start: 0 }').weights, { start: 0, step: 10 });
});

test('how the release is deployed comes in the units of the model, from any of the files', () => {
  const config = configOf('hooks: []', 'helm: { timeout: 1h30m, wait: true, version: v4.2, target: argocd }');
  assert.deepEqual(config.helm, { timeoutSeconds: 5400, wait: true, version: '4.2', target: 'argocd' });
});

test('an ignored finding may be about some resources only', () => {
  const [everywhere, some] = configOf(
    'lint: { ignore: [job/immutable, { code: hook/logs-lost, match: { kind: Job } }] }',
  ).ignore;
  assert.equal(everywhere?.matches, undefined);
  assert.equal(some?.matches?.({ kind: 'Job' } as Resource), true);
  assert.equal(some?.matches?.({ kind: 'Pod' } as Resource), false);
});

test('events of the defaults are for hooks that name none, and not for plain resources', () => {
  const { rules } = configOf(`
defaults: { events: [post-install, post-upgrade] }
hooks:
  - { name: own, match: { kind: Job }, events: [test] }
  - { name: none, match: { kind: Pod } }
  - { name: plain, match: { kind: Secret }, hook: false }
`);
  assert.deepEqual(
    rules.map((rule) => rule.events),
    [['test'], ['post-install', 'post-upgrade'], undefined],
  );
});
