/** What a proposal must not do to people, class by class: each with siblings and near misses. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parse } from 'yaml';
import { NEWEST_HELM } from '../../src/engines/helm/versions.ts';
import { type ProposalInput, propose } from '../../src/init/propose.ts';
import { formatProposal } from '../../src/init/text.ts';
import { assertHarmless } from './harmless.ts';

interface Entry {
  readonly name: string;
  readonly match: Readonly<Record<string, unknown>>;
  readonly events?: readonly string[];
  readonly hook?: boolean;
  readonly jobName?: string;
  readonly optional?: boolean;
  readonly drop?: boolean;
  readonly weight?: number;
  readonly deletePolicy?: unknown;
  readonly dependencies?: string;
  readonly job?: Readonly<Record<string, number>>;
}

interface Proposed {
  readonly hooks: readonly Entry[];
  readonly text: string;
  /** The comments as running text. */
  readonly words: string;
}

const inputOf = (text: string): ProposalInput => ({
  read: () => new TextEncoder().encode(text),
  file: 'in.yaml',
  version: NEWEST_HELM,
  timeoutSeconds: 300,
  digest: (content) => createHash('sha256').update(content).digest('hex').slice(0, 8),
});

/** The proposal, harmless to each render. */
function init(install: string, upgrade?: string): Proposed {
  const proposal = propose(inputOf(install), upgrade === undefined ? undefined : inputOf(upgrade));
  assert.ok('drafts' in proposal);
  const text = formatProposal(proposal);
  assertHarmless(install, text, upgrade === undefined ? undefined : 'install');
  if (upgrade !== undefined) assertHarmless(upgrade, text, 'upgrade');
  return { hooks: (parse(text) as { hooks: Entry[] }).hooks, text, words: text.replaceAll(/\n\s*# ?/g, ' ') };
}

const stream = (...documents: readonly string[]): string => `${documents.join('\n---\n')}\n`;
const json = (value: unknown): string => JSON.stringify(value);

interface JobParts {
  readonly annotations?: object;
  readonly spec?: object;
  readonly pod?: object;
  readonly template?: string;
}

function job(name: string, container: object, { annotations, spec, pod, template = 'job' }: JobParts = {}): string {
  const podSpec = {
    restartPolicy: 'Never',
    containers: [{ name: 'main', image: 'acme/shop:1', ...container }],
    ...pod,
  };
  const metadata = { name, ...(annotations && { annotations }) };
  const value = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { ...spec, template: { spec: podSpec } } };
  return `# Source: shop/templates/${template}.yaml\n${json(value)}`;
}

const object = (kind: string, name: string, more: object = {}): string =>
  json({ apiVersion: 'v1', kind, metadata: { name, ...more } });

function workload(init: object, { image = 'acme/shop:1', kind = 'Deployment', name = 'shop' } = {}): string {
  const labels = { app: name };
  const pod = { initContainers: [{ name: 'first', image, ...init }], containers: [{ name: 'app', image }] };
  const template = { metadata: { labels }, spec: pod };
  return json({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template },
  });
}

const DATABASE = json({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'shop-db' },
  spec: {
    selector: { matchLabels: { app: 'db' } },
    template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'postgres:17' }] } },
  },
});
const service = (name: string, app: string): string =>
  json({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app }, ports: [{ port: 5432 }] } });

const MIGRATE = { command: ['rails', 'db:migrate'] };
const SEED = { command: ['rails', 'db:seed'] };
const sh = (script: string): object => ({ command: ['sh', '-c', script] });

// Two renders.

const base = object('ConfigMap', 'shop-env');
for (const { name, install, upgrade, want } of [
  {
    name: 'a Job of install only',
    install: [job('shop-migrate', MIGRATE)],
    upgrade: [],
    want: [{ events: ['pre-install'], optional: true }],
  },
  {
    name: 'a Job of upgrade only',
    install: [],
    upgrade: [job('shop-migrate', MIGRATE)],
    want: [{ events: ['pre-upgrade'], optional: true }],
  },
  {
    name: 'a seed of upgrade only',
    install: [],
    upgrade: [job('shop-seed', SEED)],
    want: [{ events: ['post-upgrade'], optional: true }],
  },
  {
    name: 'a Job of both',
    install: [job('shop-migrate', MIGRATE)],
    upgrade: [job('shop-migrate', MIGRATE)],
    want: [{ events: ['pre-install', 'pre-upgrade'], optional: undefined }],
  },
  {
    name: 'one name, two Jobs',
    install: [job('shop-job', SEED)],
    upgrade: [job('shop-job', MIGRATE)],
    want: [{ events: ['post-install', 'pre-upgrade'], optional: undefined }],
  },
  {
    name: 'drawn letters',
    install: [job('shop-migrate-hotel', MIGRATE)],
    upgrade: [job('shop-migrate-qzkvw', MIGRATE)],
    want: [
      { events: ['pre-install', 'pre-upgrade'], optional: undefined, match: { kind: 'Job', template: 'job.yaml' } },
    ],
  },
  {
    name: 'letters that only two renders tell',
    install: [job('shop-migrate-hotel', MIGRATE)],
    upgrade: [job('shop-migrate-radio', MIGRATE)],
    want: [
      { events: ['pre-install', 'pre-upgrade'], optional: undefined, match: { kind: 'Job', template: 'job.yaml' } },
    ],
  },
  {
    name: 'letters in the middle of the name',
    install: [job('shop-x7k2p-migrate', MIGRATE), job('shop-seed', SEED)],
    upgrade: [job('shop-9dq4z-migrate', MIGRATE), job('shop-seed', SEED)],
    want: [
      { events: ['pre-install', 'pre-upgrade'], match: { kind: 'Job', name: '*-migrate' } },
      { events: ['post-install'] },
    ],
  },
  {
    name: 'a revision',
    install: [job('shop-migrate-1', MIGRATE), job('shop-seed', SEED)],
    upgrade: [job('shop-migrate-2', MIGRATE), job('shop-seed', SEED)],
    want: [{ match: { kind: 'Job', name: '*-migrate-*' } }, { match: { kind: 'Job', name: '*-seed' } }],
  },
] as const)
  test(`two renders, ${name}: one proposal for both`, () => {
    const { hooks, text } = init(stream(base, ...install), stream(base, ...upgrade));
    assert.equal(hooks.length, want.length, text);
    for (const [at, expected] of want.entries())
      for (const [key, value] of Object.entries(expected))
        assert.deepEqual(
          hooks.find((hook) => json(hook[key as keyof Entry]) === json(value))?.[key as keyof Entry],
          value,
          `${at} ${key}\n${text}`,
        );
  });

test('two renders: what no matcher tells apart in both is left out, and takes nothing else with it', () => {
  const clock = (seconds: number): string => job(`shop-migrate-${seconds}`, MIGRATE);
  const { hooks, text } = init(
    stream(base, clock(1_732_147_200)),
    stream(base, clock(1_732_150_800), job('shop-migrate-v1-2-3', MIGRATE)),
  );
  assert.deepEqual(
    hooks.map(({ match, events }) => ({ match, events })),
    [{ match: { kind: 'Job', name: '*-migrate' }, events: ['pre-install', 'pre-upgrade'] }],
    text,
  );
  assert.match(text, /Left out: nothing that another render has too tells it from others/);
});

test('two renders: a Job that only install has is not said to fail upgrades', () => {
  const report = job('shop-report', { command: ['shop', 'report'] });
  assert.match(init(stream(base, report)).words, /fails an upgrade that changes it/);
  const { words } = init(stream(base, report), stream(base));
  assert.doesNotMatch(words, /fails an upgrade|job\/immutable/);
});

for (const { name, optional } of [
  { name: 'shop-post-install', optional: true },
  { name: 'shop-db-install', optional: true },
  { name: 'shop-first-run', optional: true },
  { name: 'shop-initial-migrate', optional: true },
  { name: 'shop-migrate', optional: undefined },
  { name: 'shop-installments', optional: undefined },
  { name: 'shop-db-upgrade', optional: undefined },
])
  test(`one render: Job/${name} ${optional ? 'may be in one render only' : 'is expected in each'}`, () => {
    const { hooks, words } = init(stream(base, job(name, MIGRATE)));
    assert.equal(hooks[0]?.optional, optional, words);
    assert.match(words, /this assumes that install and upgrade have the same Jobs/);
  });

// As often as the chart.

for (const { name, container, spec, events } of [
  {
    name: 'shop-seeder-1',
    container: { args: ['bash', '/app/docker/prod/seeder'] },
    events: ['post-install', 'post-upgrade'],
  },
  { name: 'shop-seed-x7k2p', container: SEED, events: ['post-install', 'post-upgrade'] },
  { name: 'shop-seed-v1-2-3', container: SEED, events: ['post-install', 'post-upgrade'] },
  {
    name: 'shop-seed',
    container: SEED,
    spec: { ttlSecondsAfterFinished: 600 },
    events: ['post-install', 'post-upgrade'],
  },
  { name: 'shop-seed', container: SEED, events: ['post-install'] },
  { name: 'shop-build-seed', container: SEED, events: ['post-install'] },
  { name: 'shop-final-backup-3', container: { command: ['pg_dump'] }, events: ['pre-upgrade', 'pre-delete'] },
])
  test(`Job/${name}${spec ? ' with a TTL' : ''} runs in ${events.join(' and ')}`, () => {
    assert.deepEqual(init(stream(base, job(name, container, { spec: spec ?? {} }))).hooks[0]?.events, events);
  });

// No deadlocks with --wait.

for (const { name, waiter } of [
  { name: 'a server of its image, again and again', waiter: sh('until gateway start; do sleep 1; done') },
  { name: 'arguments that check', waiter: { args: ['migrate', 'sync', 'check'] } },
  { name: 'a script that waits for a database', waiter: { command: ['/app/docker/prod/wait-for-db'] } },
  { name: 'a node of ZooKeeper', waiter: sh('until zookeeper-shell zk get /admin/x; do sleep 1; done') },
  { name: 'what rails asks', waiter: { command: ['rails', 'db:abort_if_pending_migrations'] } },
])
  test(`a workload with ${name}: the migration stays a plain Job`, () => {
    const { hooks, text } = init(stream(DATABASE, workload(waiter), job('shop-migrate', MIGRATE)));
    assert.deepEqual([hooks[0]?.hook, hooks[0]?.jobName, hooks[0]?.events], [false, 'hash', undefined], text);
    const revision = init(stream(DATABASE, workload(waiter), job('shop-migrate-1', MIGRATE)));
    assert.deepEqual(revision.hooks, [], 'with a name for each run it needs no entry');
    assert.match(revision.words, /Not decided: Job\/shop-migrate-1 .* stays a plain Job/);
  });

test('a workload that waits for a port only: the migration is a hook', () => {
  const waiter = sh('until nc -z shop-db 5432; do sleep 1; done');
  const release = stream(DATABASE, service('shop-db', 'db'), workload(waiter), job('shop-migrate', MIGRATE));
  assert.deepEqual(init(release).hooks[0]?.events, ['post-install', 'pre-upgrade']);
});

// Deadlines.

for (const { name, container, at, seconds } of [
  { name: 'a migration', container: MIGRATE, at: 'comment', seconds: 240 },
  {
    name: 'a migration that waits',
    container: sh('timeout 5 true; wait-for -t 600 db; rails db:migrate'),
    at: 'comment',
    seconds: 660,
  },
  {
    name: 'a migration that tries',
    container: sh('for i in $(seq 60); do nc db 1 && break; sleep 10; done; rails db:migrate'),
    at: 'comment',
    seconds: 660,
  },
  { name: 'a smoke test', container: { command: ['curl', '-f', 'http://shop/healthz'] }, at: 'key', seconds: 240 },
  {
    name: 'a smoke test that sleeps',
    container: sh('sleep 60; curl -f http://shop/healthz'),
    at: 'comment',
    seconds: 240,
  },
])
  test(`${name}: a deadline as a ${at}`, () => {
    const release = stream(service('shop', 'shop'), job('shop-smoke', container));
    const { hooks, text } = init(release);
    assert.equal(hooks[0]?.job?.['activeDeadlineSeconds'], at === 'key' ? seconds : undefined, text);
    if (at === 'comment') assert.match(text, new RegExp(`^ {4}# job: .*activeDeadlineSeconds: ${seconds} `, 'm'));
    else assert.match(text.replaceAll(/\n\s*# ?/g, ' '), /deadline below Helm's --timeout/);
  });

test('a hook of the chart gets no deadline and no number of retries', () => {
  const annotations = { 'helm.sh/hook': 'pre-install' };
  const pod = { serviceAccountName: 'shop' };
  const { hooks } = init(stream(object('ServiceAccount', 'shop'), job('shop-migrate', MIGRATE, { annotations, pod })));
  assert.deepEqual([hooks[0]?.dependencies, hooks[0]?.job], ['copy', undefined]);
});

// Reasons, and entries that do something.

test('the reason is the database and not whatever Service is named', () => {
  const env = [
    { name: 'REDIS_HOST', value: 'shop-redis' },
    { name: 'DATABASE_HOST', value: 'shop-db' },
  ];
  const services = [service('shop-redis', 'redis'), service('shop-db', 'db')];
  const { words } = init(stream(DATABASE, ...services, job('shop-migrate', { ...MIGRATE, env })));
  assert.match(words, /it names Service\/shop-db of this release \(DATABASE_HOST, StatefulSet\/shop-db\)/i);
  assert.doesNotMatch(words, /uses Service\/shop-redis|names Service\/shop-redis/);
  const only = init(stream(DATABASE, ...services, job('shop-migrate', { ...MIGRATE, env: env.slice(0, 1) })));
  assert.match(only.words, /A database is in this release \(StatefulSet\/shop-db\)/);
});

const hookOf = (events: string, more: object = {}): object => ({ 'helm.sh/hook': events, ...more });
const policy = (words: string): object => ({ 'helm.sh/hook-delete-policy': words });
const test_ = hookOf('test', policy('before-hook-creation,hook-succeeded'));
const reads = (name: string): JobParts => ({ pod: { volumes: [{ name: 'v', configMap: { name } }] } });

for (const { name, documents, cure } of [
  {
    name: 'one name before the other',
    documents: [
      object('ConfigMap', 'z-suite', { annotations: test_ }),
      job('a-run', { command: ['bats'] }, { annotations: test_, ...reads('z-suite') }),
    ],
    cure: { weight: -1 },
  },
  {
    name: 'a higher weight',
    documents: [
      object('ConfigMap', 'suite', { annotations: hookOf('pre-install', { 'helm.sh/hook-weight': '7' }) }),
      job(
        'run',
        { command: ['x'] },
        {
          annotations: hookOf('pre-install', { 'helm.sh/hook-weight': '5', ...policy('before-hook-creation') }),
          ...reads('suite'),
        },
      ),
    ],
    cure: { weight: 4 },
  },
  {
    name: 'an account that hook-succeeded takes from a workload',
    documents: [
      object('ServiceAccount', 'shop', { annotations: hookOf('pre-install', policy('hook-succeeded')) }),
      json({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'shop' },
        spec: {
          selector: {},
          template: { spec: { serviceAccountName: 'shop', containers: [{ name: 'c', image: 'x' }] } },
        },
      }),
    ],
    cure: { deletePolicy: 'keep' },
  },
  {
    name: 'a ConfigMap that a later hook needs',
    documents: [
      object('ConfigMap', 'env', { annotations: hookOf('pre-install', policy('hook-succeeded')) }),
      job(
        'run',
        { command: ['x'] },
        { annotations: hookOf('post-install', policy('before-hook-creation')), ...reads('env') },
      ),
    ],
    cure: { deletePolicy: ['before-hook-creation'] },
  },
  {
    name: 'a wait for a Job that comes later',
    documents: [
      job(
        'a',
        { image: 'kubectl', command: ['kubectl', 'wait', '--for=condition=complete', 'job/b'] },
        { annotations: hookOf('pre-install') },
      ),
      job('b', { command: ['x'] }, { annotations: hookOf('pre-install'), template: 'other' }),
    ],
    cure: { weight: -1, events: undefined },
  },
  {
    name: 'a chain of three',
    documents: [
      object('ConfigMap', 'z', { annotations: hookOf('pre-install') }),
      job('b', { command: ['x'] }, { annotations: hookOf('pre-install'), ...reads('z') }),
      job('a', { command: ['x'] }, { annotations: hookOf('pre-install'), ...reads('z'), template: 'other' }),
    ],
    cure: { weight: -1 },
  },
])
  test(`hooks of the chart, ${name}: cured`, () => {
    const { hooks, text, words } = init(stream(...documents));
    for (const [key, value] of Object.entries(cure)) assert.deepEqual(hooks[0]?.[key as keyof Entry], value, text);
    assert.doesNotMatch(words, /still has \d+ error|need no help/);
  });

test('no help is needed only where lint has neither error nor warning', () => {
  const fine = { backoffLimit: 1, activeDeadlineSeconds: 100 };
  const annotations = hookOf('pre-upgrade', policy('before-hook-creation'));
  const good = init(stream(job('shop-x', { command: ['x'] }, { annotations, spec: fine })));
  assert.match(good.words, /need no help/);
  const once = hookOf('pre-upgrade', policy('hook-succeeded'));
  const warned = init(stream(job('shop-x', { command: ['x'] }, { annotations: once, spec: fine })));
  assert.doesNotMatch(warned.words, /need no help/);
  assert.match(warned.words, /still has 1 warning \(hook\/name-blocks-rerun\)/);
});

const account = (more: object = {}): string => object('ServiceAccount', 'pond', more);

for (const { name, documents, hooks } of [
  {
    name: 'a hook and a plain one: the hook goes',
    documents: [account(), account({ annotations: hookOf('pre-install') })],
    hooks: [{ match: { kind: 'ServiceAccount', name: 'pond', annotations: { 'helm.sh/hook': '*' } }, drop: true }],
  },
  {
    name: 'a Job that needs the hook: it gets a copy of the other',
    documents: [
      account(),
      account({ annotations: hookOf('pre-install', { 'helm.sh/hook-weight': '-1' }) }),
      job('run', { command: ['x'] }, { annotations: hookOf('pre-install'), pod: { serviceAccountName: 'pond' } }),
    ],
    hooks: [{ drop: true }, { match: { kind: 'Job', name: 'run' }, dependencies: 'copy' }],
  },
  {
    name: 'two plain ones of two templates: the second goes',
    documents: [`# Source: pond/templates/a.yaml\n${account()}`, `# Source: pond/templates/b.yaml\n${account()}`],
    hooks: [{ match: { kind: 'ServiceAccount', name: 'pond', template: 'b.yaml' }, drop: true }],
  },
])
  test(`one name twice, ${name}`, () => {
    const { hooks: found, text, words } = init(stream(...documents));
    assert.equal(found.length, hooks.length, text);
    for (const expected of hooks)
      assert.ok(
        found.some((hook) =>
          Object.entries(expected).every(([key, value]) => json(hook[key as keyof Entry]) === json(value)),
        ),
        text,
      );
    assert.doesNotMatch(words, /still has \d+ error/);
  });

test('one name twice with two contents is for people to decide', () => {
  const map = (value: string, annotations?: object): string =>
    json({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'env', ...(annotations && { annotations }) },
      data: { a: value },
    });
  const { hooks, words } = init(stream(map('1'), map('2', hookOf('pre-install'))));
  assert.deepEqual(hooks, []);
  assert.match(words, /still has 1 error/);
});
