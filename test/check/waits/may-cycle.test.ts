/** With --wait, workloads that may wait for what a post hook of their own image makes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { order } from '../../support/pipeline.ts';

interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

const json = (value: object): string => JSON.stringify(value);

function codesOf(
  init: Container,
  {
    wait = true,
    events = 'post-install,pre-upgrade',
    main = {},
    job = 'shop-migrate',
    before = [],
  }: {
    readonly wait?: boolean;
    readonly events?: string;
    readonly main?: Container;
    readonly job?: string;
    readonly before?: readonly string[];
  } = {},
): readonly string[] {
  const labels = { app: 'shop' };
  const migration = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: job, annotations: { 'helm.sh/hook': events } },
    spec: {
      backoffLimit: 1,
      activeDeadlineSeconds: 100,
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'm', image: 'acme/shop:1', command: ['shop', 'up'] }] },
      },
    },
  };
  const earlier = before.map((hook, at) => ({
    ...migration,
    metadata: { name: `shop-migrate-first-${at}`, annotations: { 'helm.sh/hook': hook } },
  }));
  const app = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          initContainers: [{ name: 'first', image: 'acme/shop:1', ...init }],
          containers: [{ name: 'app', image: 'acme/shop:1', ...main }],
        },
      },
    },
  };
  const { findings } = order([migration, ...earlier, app].map(json).join('\n---\n'), undefined, {
    needsConfig: false,
    scope: 'all',
    severity: 'warning',
    wait,
  });
  return findings.filter(({ code }) => code === 'refs/wait-cycle').map(({ severity }) => severity);
}

const sh = (script: string): Container => ({ command: ['sh', '-c', script] });

const MAYBE: readonly { readonly name: string; readonly init: Container; readonly main?: Container }[] = [
  { name: 'a server started again and again', init: sh('until gateway start; do sleep 1; done') },
  { name: 'the same with while', init: sh('while ! gateway start --once; do sleep 5; done') },
  { name: 'the main container in such a loop', init: {}, main: sh('until shop serve; do sleep 3; done') },
  { name: 'arguments of the image that check', init: { args: ['migrate', 'sync', 'check'] } },
  { name: 'a command that checks', init: { command: ['shop', 'db', 'check'] } },
  { name: 'a script of the image that waits', init: { command: ['/app/docker/prod/wait-for-db'] } },
  { name: 'the same in a shell', init: { command: ['bash', '/app/docker/prod/wait-for-db'] } },
  { name: 'a node of ZooKeeper', init: sh('until zookeeper-shell $ZK get /admin/x; do sleep 2; done') },
  { name: 'a key of etcd', init: sh('until etcdctl get /shop/ready | grep 1; do sleep 2; done') },
];
for (const { name, init, ...more } of MAYBE)
  test(`${name}: may wait for the migration of its image`, () => {
    assert.deepEqual(codesOf(init, more), ['warning']);
    assert.deepEqual(codesOf(init, { ...more, wait: false }), [], 'without --wait nothing hangs');
    assert.deepEqual(codesOf(init, { ...more, events: 'pre-install,pre-upgrade' }), [], 'before install it is done');
    assert.deepEqual(codesOf({ ...init, image: 'busybox' }, { ...more, main: { ...more.main, image: 'nginx' } }), []);
    assert.deepEqual(codesOf(init, { ...more, job: 'shop-report' }), [], 'a Job that is no migration');
  });

for (const { name, init } of [
  { name: 'a port', init: sh('until nc -z db 5432; do sleep 1; done') },
  { name: 'a port by a script', init: { command: ['/wait-for-it.sh', 'db:5432', '-t', '30'] } },
  { name: 'a database that answers', init: sh('until pg_isready -h db; do sleep 1; done') },
  { name: 'a query for nothing', init: sh('until psql -c "select 1"; do sleep 1; done') },
  { name: 'a page', init: sh('until curl -f http://auth/healthz; do sleep 1; done') },
  { name: 'a migration of its own', init: { command: ['shop', 'migrate'] } },
  { name: 'a program that runs once', init: { command: ['shop', 'render-config'] } },
  { name: 'a loop that gives up', init: sh('for i in 1 2 3; do gateway start && break; sleep 1; done; exec true') },
  { name: 'a file', init: sh('until [ -f /shared/ready ]; do sleep 1; done') },
])
  test(`${name}: waits for no migration`, () => {
    assert.deepEqual(codesOf(init), []);
  });

test('where another migration of the image comes first, nothing waits for the last step', () => {
  const init = sh('until gateway start; do sleep 1; done');
  const events = 'post-install,post-upgrade';
  assert.deepEqual(codesOf(init, { events }), ['warning']);
  assert.deepEqual(codesOf(init, { events, before: ['pre-upgrade'] }), ['warning'], 'install is left');
  assert.deepEqual(codesOf(init, { events, before: ['pre-install,pre-upgrade'] }), []);
});
