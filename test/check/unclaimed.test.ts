/** What a config brings upon resources that it does not claim is refused; what the chart brought never stops a release. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../src/model/finding.ts';
import { order, rendered } from '../support/pipeline.ts';
import { runs } from '../support/property.ts';

const HEAD = 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n';
const entries = (...hooks: readonly string[]): string => HEAD + hooks.map((hook) => `  - ${hook}\n`).join('');
const release = (...documents: readonly string[]): string => documents.map((text) => `${text}\n`).join('---\n');

const hookOf = (events: string, weight?: number, policy = ''): string =>
  events === ''
    ? ''
    : `, annotations: { helm.sh/hook: "${events}"${weight === undefined ? '' : `, helm.sh/hook-weight: "${weight}"`}${policy === '' ? '' : `, helm.sh/hook-delete-policy: "${policy}"`} }`;
const object = (kind: string, name: string, hook = '', more = ''): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}${hook} }\n${more}`;
const env = (events = '', weight?: number): string =>
  object('ConfigMap', 'pond-env', hookOf(events, weight), 'data: { a: b }');
const pod = (more: string): string =>
  `{ template: { metadata: { labels: { app: x } }, spec: { restartPolicy: Never, ${more} } } }`;
const READS = 'containers: [{ name: c, image: x, command: [app], envFrom: [{ configMapRef: { name: pond-env } }] }]';
const PLAIN = 'containers: [{ name: c, image: x, command: [app] }]';
const waits = (...words: readonly string[]): string =>
  `initContainers: [{ name: wait, image: "groundnuty/k8s-wait-for:v2.0", args: [${words.join(', ')}] }], ${PLAIN}`;
const job = (name: string, hook: string, spec: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}${hook} }\nspec: ${pod(spec)}`;
const deployment = (name: string, spec: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { selector: { matchLabels: { app: x } }, ${pod(spec.replace('restartPolicy: Never, ', '')).slice(2)}`.replace(
    'restartPolicy: Never, ',
    '',
  );

const both = 'pre-install,pre-upgrade';
const reader = job('a-migrate', hookOf(both), READS);
const match = '{ kind: ConfigMap }';

interface Case {
  readonly name: string;
  readonly in: string;
  readonly config: string;
  /** Codes of errors; none: it is rendered. */
  readonly want: readonly string[];
  readonly hook?: string;
  readonly message?: RegExp;
  readonly wait?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'the needed object is made plain',
    in: release(env(both, -5), reader),
    config: entries(`{ name: env, match: ${match}, hook: false }`),
    want: ['refs/not-yet-created'],
    hook: 'env',
  },
  {
    name: 'the needed object runs in another event',
    in: release(env(both, -5), reader),
    config: entries(`{ name: env, match: ${match}, events: [post-install], adopt: true }`),
    want: ['refs/not-yet-created'],
    hook: 'env',
  },
  {
    name: 'the needed object runs later',
    in: release(env(both, -5), reader),
    config: entries(`{ name: env, match: ${match}, weight: 7 }`),
    want: ['refs/created-too-late'],
    hook: 'env',
  },
  {
    name: 'the one of two entries is named that does it',
    in: release(env(both, -5), reader, job('other', hookOf('post-install'), PLAIN)),
    config: entries(
      '{ name: other, match: { name: other }, outputLogPolicy: [hook-failed] }',
      `{ name: env, match: ${match}, weight: 7 }`,
    ),
    want: ['refs/created-too-late'],
    hook: 'env',
  },
  {
    name: 'the needed object is gone after an event',
    in: release(
      object('ServiceAccount', 'gone', hookOf('pre-install', -1, 'before-hook-creation')),
      job('clean', hookOf('post-install'), `serviceAccountName: gone, ${PLAIN}`),
    ),
    config: entries('{ name: sa, match: { kind: ServiceAccount }, deletePolicy: [hook-succeeded] }'),
    want: ['refs/already-deleted'],
    hook: 'sa',
  },
  {
    name: 'what a hook waits for runs later',
    in: release(
      job('b-first', hookOf('post-install', -5), PLAIN),
      job('a-second', hookOf('post-install'), waits('job', 'b-first')),
    ),
    config: entries('{ name: first, match: { name: b-first }, weight: 5 }'),
    want: ['refs/waits-forever'],
    hook: 'first',
  },
  {
    name: 'what a hook waits for gets another name that does not follow',
    in: release(
      job('b-first', hookOf('post-install', -5), PLAIN),
      job(
        'a-second',
        hookOf('post-install'),
        `initContainers: [{ name: wait, image: wait, command: [kubernetes-entrypoint], env: [{ name: DEPENDENCY_JOBS, value: b-first }] }], ${PLAIN}`,
      ),
    ),
    config: entries('{ name: first, match: { name: b-first }, jobName: timestamp }'),
    want: ['refs/waits-forever'],
    message: /waits for Job\/b-first, which leaves as Job\/b-first-\d+ under hook "first"/,
  },
  {
    name: 'a chart that hangs by itself, in an event that the config breaks as well',
    // pre-install is the chart's fault, post-upgrade the config's.
    in: release(env('post-upgrade', -5), job('a-migrate', hookOf('pre-install,post-upgrade'), READS)),
    config: entries(`{ name: env, match: ${match}, weight: 7 }`),
    want: ['refs/created-too-late'],
    hook: 'env',
  },
  {
    name: 'a needed object is dropped',
    in: release(env(both, -5), reader),
    config: entries(`{ name: env, match: ${match}, drop: true }`),
    want: ['refs/taken-away'],
    hook: 'env',
  },
  {
    name: 'a workload needs what is dropped',
    in: release(env(), deployment('web', READS)),
    config: entries(`{ name: env, match: ${match}, drop: true }`),
    want: ['refs/taken-away'],
    hook: 'env',
  },
  {
    name: 'a workload needs what is renamed',
    in: release(env(), deployment('web', READS)),
    config: entries(
      `{ name: env, match: ${match}, hook: false, patch: [{ op: replace, path: /metadata/name, value: e2 }] }`,
    ),
    want: ['refs/taken-away'],
    hook: 'env',
    message: /Deployment\/web needs ConfigMap\/pond-env, which leaves as ConfigMap\/e2 under hook "env"/,
  },
  {
    name: 'a hook waits for a Job that is dropped',
    in: release(
      job('b-first', hookOf('post-install', -5), PLAIN),
      job('a-second', hookOf('post-install'), waits('job', 'b-first')),
    ),
    config: entries('{ name: first, match: { name: b-first }, drop: true }'),
    want: ['refs/waits-forever'],
    hook: 'first',
  },
  // Near misses.
  {
    name: 'the chart brought it',
    in: release(env(), reader, job('other', hookOf('pre-install'), PLAIN)),
    config: entries('{ name: other, match: { name: other }, outputLogPolicy: [hook-failed] }'),
    want: [],
  },
  {
    name: 'the chart brought it, and the config moves the same object on',
    in: release(env(both, 5), reader),
    config: entries(`{ name: env, match: ${match}, weight: 7 }`),
    want: [],
  },
  {
    name: 'the chart brought it, and the other object becomes plain',
    in: release(env('pre-install', 5), job('a-migrate', hookOf('pre-install'), READS)),
    config: entries(`{ name: env, match: ${match}, hook: false }`),
    want: [],
  },
  {
    name: 'an order-free entry on the needed object',
    in: release(env(both, -5), reader),
    config: entries(`{ name: env, match: ${match}, outputLogPolicy: [hook-failed] }`),
    want: [],
  },
  {
    name: 'a weight that still comes first',
    in: release(env(both, -5), reader),
    config: entries(`{ name: env, match: ${match}, weight: -1 }`),
    want: [],
  },
  {
    name: 'one of two of the same name is dropped',
    in: release(env(), env(both, -5), reader),
    config: entries('{ name: env, match: { kind: ConfigMap, annotations: { helm.sh/hook: "*" } }, drop: true }'),
    // The plain one comes after the hook: told as such.
    want: ['refs/not-yet-created'],
  },
  {
    name: 'a duplicate of a plain object is dropped',
    in: release(env(), env('test'), deployment('web', READS)),
    config: entries('{ name: env, match: { kind: ConfigMap, annotations: { helm.sh/hook: "*" } }, drop: true }'),
    want: [],
  },
  {
    name: 'what is dropped exists outside',
    in: release(env(), deployment('web', READS)),
    config: entries(`{ name: env, match: ${match}, drop: true, dependencies: ignore }`),
    want: [],
  },
  {
    name: 'what is dropped is optional',
    in: release(env(), deployment('web', READS.replace('name: pond-env', 'name: pond-env, optional: true'))),
    config: entries(`{ name: env, match: ${match}, drop: true }`),
    want: [],
  },
  {
    name: 'a hook that nothing needs is dropped',
    in: release(env(), job('tests', hookOf('test'), PLAIN)),
    config: entries('{ name: tests, match: { name: tests }, drop: true }'),
    want: [],
  },
  {
    name: 'a name that follows',
    in: release(
      job('b-first', hookOf('post-install', -5), PLAIN),
      job('a-second', hookOf('post-install'), waits('job', 'b-first')),
    ),
    config: entries('{ name: first, match: { name: b-first }, jobName: timestamp }'),
    want: [],
  },
];

test('an error that is there with the config and not without it is refused, wherever it stands', () => {
  for (const { name, in: text, config, want, hook, message, wait = false } of CASES) {
    const { plan, findings } = order(text, config, { wait });
    const errors = findings.filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      errors.map(({ code }) => code),
      want,
      name,
    );
    assert.ok(plan !== undefined, name);
    if (hook !== undefined) assert.equal(errors[0]?.config?.hook, hook, name);
    if (message !== undefined) assert.match(errors[0]?.message ?? '', message, name);
    // lint names the same entry, and says nothing twice.
    const all = order(text, config, { wait, scope: 'all', severity: 'info' }).findings;
    const told = all.map(({ code, message: words, resource, path }) =>
      JSON.stringify([code, words, resource?.document.index, path]),
    );
    assert.equal(new Set(told).size, told.length, `${name}: lint`);
    for (const error of errors)
      assert.ok(
        all.some((other) => other.code === error.code && other.config?.hook === error.config?.hook),
        `${name}: lint tells ${error.code}`,
      );
    if (want.length === 0) {
      const once = rendered(text, config);
      assert.equal(rendered(once, config), once, `${name}: twice`);
    }
  }
});

const EVENTS = ['', both, 'pre-install', 'post-install', 'pre-upgrade,post-upgrade', 'pre-install,post-delete'];
const POLICIES = ['', 'hook-succeeded', 'before-hook-creation'];
const parts = fc.record({
  env: fc.constantFrom(...EVENTS),
  envWeight: fc.integer({ min: -2, max: 2 }),
  policy: fc.constantFrom(...POLICIES),
  users: fc.array(
    fc.record({
      events: fc.constantFrom(...EVENTS),
      weight: fc.integer({ min: -2, max: 2 }),
      spec: fc.constantFrom(READS, PLAIN, waits('job', 'j0'), `serviceAccountName: acc, ${PLAIN}`),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  account: fc.constantFrom(...EVENTS),
});
const ofOthers = fc.constantFrom(
  '{ kind: ConfigMap }, hook: false',
  '{ kind: ConfigMap }, weight: 1',
  '{ kind: ConfigMap }, drop: true',
  '{ kind: ConfigMap }, events: [post-install], adopt: true',
  '{ kind: ConfigMap, annotations: { helm.sh/hook: "*" } }, deletePolicy: [hook-succeeded]',
  '{ kind: ServiceAccount }, hook: false',
  '{ kind: ServiceAccount }, patch: [{ op: replace, path: /metadata/name, value: other }], hook: false',
  '{ kind: Job, name: j0 }, drop: true',
  '{ kind: Job, name: j0 }, events: [post-upgrade]',
  '{ kind: Job, name: j0 }, events: [pre-install, pre-upgrade], jobName: hash',
);

test('whatever the release and the entry, an error that is new is refused, and one that is old is not', () => {
  let refused = 0;
  let passed = 0;
  fc.assert(
    fc.property(parts, ofOthers, ({ env: events, envWeight, policy, users, account: ofAccount }, entry) => {
      const text = release(
        object('ConfigMap', 'pond-env', hookOf(events, envWeight, policy)),
        object('ServiceAccount', 'acc', hookOf(ofAccount, -1)),
        ...users.map(({ events: own, weight, spec }, at) => job(`j${at}`, hookOf(own, weight), spec)),
      );
      const config = entries(`{ name: e, optional: true, match: ${entry} }`);
      const { plan, findings } = order(text, config);
      if (plan === undefined) return;
      const all = (hooks: string | undefined): readonly Finding[] =>
        order(text, hooks, { scope: 'all', needsConfig: false }).findings.filter(
          ({ severity }) => severity === 'error',
        );
      const placeOf = ({ resource, path }: Finding): string => JSON.stringify([resource?.document.index, path]);
      const before = new Set(all(undefined).map(placeOf));
      const errors = findings.filter(({ severity }) => severity === 'error');
      const told = new Set(errors.map(placeOf));
      for (const error of all(config)) {
        const isNew = !before.has(placeOf(error));
        if (isNew) assert.ok(told.has(placeOf(error)), error.message);
      }
      // In one event an old fault is the whole fault: the config adds none to it.
      const claimed = new Set(plan.placements.flatMap(({ rule, resource }) => (rule ? [resource.document.index] : [])));
      for (const error of errors) {
        const index = error.resource?.document.index ?? -1;
        const own = plan.placements.find(({ resource }) => resource.document.index === index)?.hook?.events ?? [];
        if (claimed.has(index) || own.length !== 1 || error.code === 'refs/taken-away') continue;
        assert.ok(!before.has(placeOf(error)), `the chart brought it: ${error.message}`);
      }
      if (errors.length > 0) refused++;
      else passed++;
    }),
    runs(300),
  );
  assert.ok(refused > 30 && passed > 30, `${refused} refused, ${passed} passed`);
});
