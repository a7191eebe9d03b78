import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDocument, stringify } from 'yaml';
import { checkWaits } from '../../../src/check/waits/waits.ts';
import { mayHang } from '../../../src/waits/may-hang.ts';
import { CORPUS } from '../../support/files.ts';
import { type Rules, releaseOf } from '../../support/release.ts';

interface Options {
  readonly wait?: boolean;
  readonly rules?: Rules;
}

/** A hook as `events`, `events @weight`, or `events @weight policies`. */
function hook(text: string | undefined): object {
  const [, events, weight, policy] = /^(\S+)(?: @(-?\d+))?(?: (\S+))?$/.exec(text ?? '') ?? [];
  return events === undefined
    ? {}
    : {
        annotations: {
          'helm.sh/hook': events,
          ...(weight && { 'helm.sh/hook-weight': weight }),
          ...(policy && { 'helm.sh/hook-delete-policy': policy }),
        },
      };
}
const service = (name: string, asHook?: string, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, ...hook(asHook) },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
});
/** A workload whose init container runs `script`. */
function pods(kind: string, name: string, asHook?: string, script?: string, more: object = {}): object {
  const init = script === undefined ? {} : { initContainers: [{ name: 'wait', command: ['sh', '-c', script] }] };
  const spec = { ...init, containers: [{ name: 'main', image: 'app', ...more }] };
  const metadata = { labels: { app: name } };
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, ...hook(asHook), ...(kind === 'Pod' && metadata) },
    spec: kind === 'Pod' ? spec : { template: { metadata, spec } },
  };
}
const until = (host: string): string => `until nc -z ${host} 80; do sleep 1; done`;
const untilDone = (job: string): string => `kubectl wait --for=condition=complete job/${job} --timeout=-1s`;

const findings = (objects: readonly object[], options: Options = {}) => {
  const release = releaseOf(objects.map((value) => stringify(value)).join('---\n'), options);
  return release.placements.flatMap((placement) => {
    const found = checkWaits(placement, release);
    if (!mayHang(placement, release))
      assert.ok(!found.some(({ code }) => code === 'refs/waits-forever'), placement.name);
    return found;
  });
};
const messages = (release: readonly object[], options: Options = {}): string[] =>
  findings(release, options).map(({ code, message }) => `${code}: ${message}`);

test('a hook waits for ever for what comes after it', () => {
  const cases: readonly { name: string; release: readonly object[]; want: readonly string[] }[] = [
    {
      name: 'a Service of the release in pre-install',
      release: [service('db'), pods('StatefulSet', 'db'), pods('Job', 'a', 'pre-install', until('db'))],
      want: ['Job/a (init container wait) waits for Service/db, which Helm creates after pre-install hooks'],
    },
    {
      name: 'a Service of the release in pre-upgrade is that of the previous revision',
      release: [service('db'), pods('StatefulSet', 'db'), pods('Job', 'a', 'pre-upgrade', until('db'))],
      want: [],
    },
    {
      name: 'post-install it is there',
      release: [service('db'), pods('StatefulSet', 'db'), pods('Job', 'a', 'post-install,post-upgrade', until('db'))],
      want: [],
    },
    {
      name: 'a Service that an operator makes of a resource of the release',
      release: [
        { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'pg' } },
        pods('Job', 'a', 'pre-install', until('pg-rw')),
        pods('Job', 'b', 'post-install', until('pg-rw')),
      ],
      want: ['Job/a (init container wait) waits for Cluster/pg, which Helm creates after pre-install hooks'],
    },
    {
      name: 'a resource of that kind of somebody else, and a name that its operator does not make',
      release: [
        { apiVersion: 'cluster.x-k8s.io/v1beta1', kind: 'Cluster', metadata: { name: 'pg' } },
        { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'db' } },
        pods('Job', 'a', 'pre-install', `${until('pg-rw')}; ${until('db')}`),
      ],
      want: [],
    },
    { name: 'a Service outside of the release', release: [pods('Job', 'a', 'pre-install', until('db'))], want: [] },
    {
      name: 'a plain Job may wait',
      release: [service('db'), pods('Job', 'a', undefined, until('db'))],
      want: [],
    },
    {
      name: 'Helm does not wait for a Deployment that is a hook',
      release: [service('db'), pods('Deployment', 'a', 'pre-install', until('db'))],
      want: [],
    },
    {
      name: 'a Pod that is a hook',
      release: [service('db'), pods('Pod', 'a', 'pre-install', until('db'))],
      want: ['Pod/a (init container wait) waits for Service/db, which Helm creates after pre-install hooks'],
    },
    {
      name: 'a database of hooks that come before',
      release: [
        service('db', 'pre-install @-2'),
        pods('StatefulSet', 'db', 'pre-install @-1'),
        pods('Job', 'a', 'pre-install', until('db')),
      ],
      want: [],
    },
    {
      name: 'a database of hooks whose pods lack a Secret',
      release: [
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' } },
        service('db', 'pre-install @-2'),
        pods('StatefulSet', 'db', 'pre-install @-1', undefined, { envFrom: [{ secretRef: { name: 'db' } }] }),
        pods('Job', 'a', 'pre-install', until('db')),
        pods('Job', 'b', 'post-install', until('db')),
      ],
      want: [
        'Job/a (init container wait) waits for Service/db, whose pods (StatefulSet/db) need Secret/db, which Helm creates after pre-install hooks',
      ],
    },
    {
      name: 'a database of hooks whose pods can do without',
      release: [
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' } },
        service('db', 'pre-install @-2'),
        pods('StatefulSet', 'db', 'pre-install @-1', undefined, {
          envFrom: [{ secretRef: { name: 'db', optional: true } }],
        }),
        pods('Job', 'a', 'pre-install', until('db')),
      ],
      want: [],
    },
    {
      name: 'a database of hooks that comes after',
      release: [
        service('db', 'pre-install @-2'),
        pods('StatefulSet', 'db', 'pre-install @5'),
        pods('Job', 'a', 'pre-install @1', until('db')),
      ],
      want: [
        'Job/a (init container wait) waits for Service/db, whose pods (StatefulSet/db) Helm starts only after it in pre-install (weight 5 comes after 1)',
      ],
    },
    {
      name: 'a Service that is a hook without its pods',
      release: [
        service('db', 'pre-install @-2'),
        pods('StatefulSet', 'db'),
        pods('Job', 'a', 'pre-install', until('db')),
      ],
      want: [
        'Job/a (init container wait) waits for Service/db, whose pods (StatefulSet/db) Helm starts after pre-install hooks',
      ],
    },
    {
      name: 'its name alone resolves all the same',
      release: [
        service('db', 'pre-install @-2'),
        pods('StatefulSet', 'db'),
        pods('Job', 'a', 'pre-install', 'until nslookup db; do sleep 1; done'),
      ],
      want: [],
    },
    {
      name: 'but not that of a headless Service',
      release: [
        service('db', 'pre-install @-2', { clusterIP: 'None' }),
        pods('StatefulSet', 'db'),
        pods('Job', 'a', 'pre-install', 'until nslookup db; do sleep 1; done'),
      ],
      want: [
        'Job/a (init container wait) waits for Service/db, whose pods (StatefulSet/db) Helm starts after pre-install hooks',
      ],
    },
    {
      name: 'what is done by then serves nobody',
      release: [
        service('db', 'pre-install @-2'),
        pods('StatefulSet', 'db'),
        { ...pods('Job', 'db', 'pre-install @-1'), metadata: { name: 'b', ...hook('pre-install @-1') } },
        pods('Job', 'a', 'pre-install', until('db')),
      ],
      want: [
        'Job/a (init container wait) waits for Service/db, whose pods (StatefulSet/db) Helm starts after pre-install hooks',
      ],
    },
    {
      name: 'a Service hook that selects nothing of the stream, or has no selector',
      release: [
        service('db', 'pre-install @-2'),
        service('ext', 'pre-install @-2', { selector: null }),
        pods('Job', 'a', 'pre-install', `${until('db')}; ${until('ext')}`),
      ],
      want: [],
    },
    {
      name: 'a plain ExternalName does not resolve yet',
      release: [
        service('ext', undefined, { type: 'ExternalName', externalName: 'db.example.com', selector: null }),
        pods('Job', 'a', 'pre-install', until('ext')),
      ],
      want: ['Job/a (init container wait) waits for Service/ext, which Helm creates after pre-install hooks'],
    },
    {
      name: 'a Service of a later event',
      release: [service('db', 'post-install'), pods('Job', 'a', 'pre-install', until('db'))],
      want: ['Job/a (init container wait) waits for Service/db, which Helm creates only as a hook of post-install'],
    },
    {
      name: 'a later Job of the same event, in any event',
      release: [pods('Job', 'b', 'post-install @2'), pods('Job', 'a', 'post-install @1', untilDone('b'))],
      want: [
        'Job/a (init container wait) waits for Job/b, which Helm starts only after it in post-install (weight 2 comes after 1)',
      ],
    },
    {
      name: 'an earlier Job',
      release: [pods('Job', 'b', 'post-install @0'), pods('Job', 'a', 'post-install @1', untilDone('b'))],
      want: [],
    },
    {
      name: 'names decide between equal weights',
      release: [pods('Job', 'b', 'test'), pods('Pod', 'a', 'test', untilDone('b'))],
      want: [
        'Pod/a (init container wait) waits for Job/b, which Helm starts only after it in test (both have weight 0, and then names decide)',
      ],
    },
    {
      name: 'itself',
      release: [pods('Job', 'a', 'post-install', untilDone('a'))],
      want: ['Job/a (init container wait) waits for Job/a, which is the hook itself'],
    },
    {
      name: 'a plain Job in pre-install',
      release: [pods('Job', 'b'), pods('Job', 'a', 'pre-install', untilDone('b'))],
      want: ['Job/a (init container wait) waits for Job/b, which Helm starts after pre-install hooks'],
    },
    {
      name: 'a Service that the uninstall has deleted',
      release: [service('db'), pods('Job', 'a', 'post-delete', until('db'))],
      want: ['Job/a (init container wait) waits for Service/db, which the uninstall has deleted by post-delete'],
    },
    {
      name: 'a Service in pre-delete',
      release: [service('db'), pods('Job', 'a', 'pre-delete', until('db'))],
      want: [],
    },
    {
      name: 'a Service hook that hook-succeeded has deleted',
      release: [service('db', 'pre-install @0 hook-succeeded'), pods('Job', 'a', 'post-install', until('db'))],
      want: [
        'Job/a (init container wait) waits for Service/db, which hook-succeeded has deleted after its pre-install hooks',
      ],
    },
    {
      name: 'a Service whose pods wait for a later hook',
      release: [
        service('web'),
        pods('Deployment', 'web', undefined, untilDone('migrate')),
        pods('Job', 'smoke', 'post-install @1', until('web')),
        pods('Job', 'migrate', 'post-install @2'),
      ],
      want: [
        'Job/smoke (init container wait) waits for Service/web, whose pods (Deployment/web) wait for Job/migrate, which Helm starts only after it in post-install (weight 2 comes after 1)',
      ],
    },
    {
      name: 'a Service whose pods wait for the hook itself',
      release: [
        service('web'),
        pods('Deployment', 'web', undefined, untilDone('a')),
        pods('Job', 'a', 'post-install', until('web')),
      ],
      want: [
        'Job/a (init container wait) waits for Service/web, whose pods (Deployment/web) wait for Job/a, which is the hook itself',
      ],
    },
    {
      name: 'two workloads that wait for each other are nobody else’s fault',
      release: [
        service('x'),
        service('y'),
        pods('Deployment', 'x', undefined, until('y')),
        pods('Deployment', 'y', undefined, until('x')),
        pods('Job', 'a', 'post-install', until('x')),
      ],
      want: [],
    },
    {
      name: 'each Service once, however often it is waited for',
      release: [service('db'), pods('Job', 'a', 'pre-install,pre-upgrade', `${until('db')}; ${until('db.x.svc')}`)],
      want: ['Job/a (init container wait) waits for Service/db, which Helm creates after pre-install hooks'],
    },
    {
      name: 'a wait that gives up',
      release: [service('db'), pods('Job', 'a', 'pre-install', `timeout 60 sh -c '${until('db')}'`)],
      want: [
        'Job/a (init container wait) waits until it gives up for Service/db, which Helm creates after pre-install hooks',
      ],
    },
    {
      name: 'a namespace of its own',
      release: [
        { ...service('db'), metadata: { name: 'db', namespace: 'other' } },
        {
          ...pods('Job', 'a', 'pre-install', until('db')),
          metadata: { name: 'a', namespace: 'here', ...hook('pre-install') },
        },
      ],
      want: [],
    },
  ];
  for (const { name, release, want } of cases)
    assert.deepEqual(
      messages(release).filter((message) => message.startsWith('refs/waits-forever')),
      want.map((message) => `refs/waits-forever: ${message}`),
      name,
    );
});

test('the finding shows the line that waits, and says what to do', () => {
  const script = 'set -e\n# until nc -z db 80\nuntil nc -z db 80; do sleep 1; done\n';
  const [finding] = findings([service('db'), pods('Job', 'a', 'pre-install', script)]);
  assert.equal(finding?.frame?.line.trim(), 'until nc -z db 80; do sleep 1; done');
  assert.equal(finding.frame.mark, 'db');
  assert.deepEqual(finding.path, ['spec', 'template', 'spec', 'initContainers', 0, 'command', 2]);
  assert.equal(finding.hint, 'run it post-install and post-upgrade, or take the wait out');
  assert.equal(finding.severity, 'error');
  const [flag] = findings([service('db'), pods('Job', 'a', 'pre-install', 'until dbsh --quiet --host db; do :; done')]);
  assert.equal(flag?.frame?.mark, '--host db');
  const [list] = findings([
    service('db'),
    pods('Job', 'a', 'pre-install', undefined, { command: ['wait-for-it', '--host', 'db'] }),
  ]);
  assert.equal(list?.frame?.mark, 'db');
  assert.equal(list.frame.line.trim(), '- db');
  const rules = { a: { name: 'first' }, b: { name: 'second' } };
  const [late] = findings([pods('Job', 'a', 'post-install @1', untilDone('b')), pods('Job', 'b', 'post-install @2')], {
    rules,
  });
  assert.equal(late?.hint, 'list hook "second" before hook "first", or add `after: [second]` to it');
  assert.equal(late.config?.hook, 'first');
});

test('workloads that wait for a hook, and Helm for them', () => {
  const job = (events: string): object => pods('Job', 'migrate', events);
  const cases: readonly { name: string; release: readonly object[]; want: readonly string[] }[] = [
    {
      name: 'its Job by name',
      release: [job('post-install,post-upgrade'), pods('Deployment', 'web', undefined, untilDone('migrate'))],
      want: [
        'Deployment/web (init container wait) waits for Job/migrate, which `helm --wait` runs post-install and post-upgrade, when it is ready',
      ],
    },
    {
      name: 'before the release',
      release: [job('pre-install,pre-upgrade'), pods('Deployment', 'web', undefined, untilDone('migrate'))],
      want: [],
    },
    {
      name: 'another Job',
      release: [job('post-install'), pods('Deployment', 'web', undefined, untilDone('migrate-other'))],
      want: [],
    },
    {
      name: 'a wait that goes on',
      release: [
        job('post-install'),
        pods('Deployment', 'web', undefined, 'kubectl wait --for=condition=complete job/migrate || true'),
      ],
      want: [],
    },
    {
      name: 'the migrations that it runs',
      release: [
        job('post-install'),
        ...['a', 'b', 'c', 'd', 'e'].map((name) =>
          pods('StatefulSet', name, undefined, 'until rake db:abort_if_pending_migrations; do sleep 1; done'),
        ),
      ],
      want: [
        'StatefulSet/a (init container wait), StatefulSet/b, StatefulSet/c and 2 more wait for the migrations of Job/migrate, which `helm --wait` runs post-install, when they are ready',
      ],
    },
    {
      name: 'a table that it makes',
      release: [
        job('post-install'),
        pods('Deployment', 'web', undefined, 'until psql -h x -c "select 1 from schema_migrations"; do sleep 1; done'),
      ],
      want: [
        'Deployment/web (init container wait) waits for the schema of Job/migrate, which `helm --wait` runs post-install, when it is ready',
      ],
    },
    {
      name: 'a database that answers is no schema',
      release: [
        job('post-install'),
        pods('Deployment', 'web', undefined, 'until psql -h x -c "select 1"; do sleep 1; done'),
      ],
      want: [],
    },
    {
      name: 'a Job that migrates nothing',
      release: [
        pods('Job', 'smoke', 'post-install'),
        pods('Deployment', 'web', undefined, 'until rake db:abort_if_pending_migrations; do sleep 1; done'),
      ],
      want: [],
    },
    {
      name: 'a schema on another server',
      release: [
        service('pg'),
        service('other'),
        pods('Job', 'migrate', 'post-install', undefined, { env: [{ name: 'DB_HOST', value: 'other' }] }),
        pods('Deployment', 'web', undefined, 'until psql -h pg -c "select 1 from users"; do sleep 1; done'),
      ],
      want: [],
    },
    {
      name: 'a container that is called so',
      release: [
        job('post-install'),
        {
          ...pods('Deployment', 'web'),
          spec: {
            template: { spec: { initContainers: [{ name: 'wait-for-migrations', image: 'app:1' }], containers: [] } },
          },
        },
      ],
      want: [
        'Deployment/web (init container wait-for-migrations) waits for the schema of Job/migrate, which `helm --wait` runs post-install, when it is ready',
      ],
    },
    {
      name: 'a Service behind which only a hook stands',
      release: [
        service('cache'),
        pods('Deployment', 'cache', 'post-install'),
        pods('Deployment', 'web', undefined, until('cache')),
      ],
      want: [
        'Deployment/web (init container wait) waits for Service/cache, which `helm --wait` runs post-install, when it is ready',
      ],
    },
  ];
  const cycles = (release: readonly object[]): string[] =>
    messages(release).filter((message) => message.startsWith('refs/wait-cycle'));
  for (const { name, release, want } of cases)
    assert.deepEqual(
      cycles(release),
      want.map((message) => `refs/wait-cycle: ${message}`),
      name,
    );
  const release = cases[0]?.release ?? [];
  assert.equal(findings(release)[0]?.severity, 'warning');
  assert.equal(findings(release, { wait: true })[0]?.severity, 'error');
});

test('waits for a Job that is deleted when it is done', () => {
  const users = (policy: string, user: object): string[] =>
    messages([pods('Job', 'migrate', `pre-install,post-upgrade @0 ${policy}`), user]).filter((message) =>
      message.startsWith('refs/waits-for-deleted-hook'),
    );
  const web = pods('Deployment', 'web', undefined, untilDone('migrate'));
  assert.deepEqual(users('before-hook-creation,hook-succeeded', web), [
    'refs/waits-for-deleted-hook: Deployment/web (init container wait) waits for Job/migrate, which hook-succeeded deletes when it is done: a pod that starts later waits for ever',
  ]);
  assert.deepEqual(users('before-hook-creation', web), []);
  assert.deepEqual(users('hook-failed', web), []);
  assert.deepEqual(users('hook-succeeded', pods('Deployment', 'web', undefined, 'echo job/migrate')), []);
  assert.deepEqual(users('hook-succeeded', pods('Job', 'smoke', 'post-install', untilDone('migrate'))), [
    'refs/waits-for-deleted-hook: Job/smoke (init container wait) waits for Job/migrate, which hook-succeeded deletes when it is done',
  ]);
  assert.deepEqual(users('hook-succeeded', pods('Job', 'z', 'pre-install,post-upgrade @1', untilDone('migrate'))), []);
  const ttl = {
    ...pods('Job', 'migrate', 'pre-install'),
    spec: { ttlSecondsAfterFinished: 60, template: { spec: {} } },
  };
  assert.deepEqual(messages([ttl, web]), [
    'refs/waits-for-deleted-hook: Deployment/web (init container wait) waits for Job/migrate, which its TTL removes 60 s after it is done: a pod that starts later waits for ever',
  ]);
  assert.deepEqual(messages([ttl, pods('Job', 'once', undefined, untilDone('migrate'))]), []);
});

test('a name with a number behind it is a host only with a port', () => {
  const ports = {
    ports: [
      { port: 8080, targetPort: 80 },
      { port: 5432, targetPort: 'pg' },
    ],
  };
  const waits = (command: string, spec: object = ports): number =>
    messages([
      service('shop-db', undefined, spec),
      pods('Job', 'a', 'pre-install', `until ${command}; do sleep 1; done`),
    ]).filter((message) => message.startsWith('refs/waits-forever')).length;
  const only8080 = { ports: [{ port: 8080 }] };
  for (const [command, want, spec] of [
    ['app --server=shop-db:8080', 1],
    ['app shop-db:8080', 1],
    ['app shop-db:80', 1],
    ['app --url http://shop-db', 1],
    ['app check shop-db:5432', 1],
    ['app shop-db:80', 0, only8080],
    ['app --tag=shop-db:80', 0, only8080],
    ['app --tag=shop-db:80', 0],
    ['app --tag shop-db:8080', 0],
    ['app --image=shop-db:5432', 0],
    ['app --image-tag=shop-db:5432', 0],
    ['app --base.image shop-db:5432', 0],
    ['app --label shop-db:8080', 0],
    ['app shop-db:2024-alpine', 0],
    ['app shop-db:1500.2', 0],
    ['app shop-db:8080rc1', 0],
    ['app shop-db:54', 0],
    ['app shop-db:543', 0],
    ['app shop-db:808', 0],
    ['app http://shop-db_old/', 0],
    ['app shop-db_old:8080', 0],
    ['app shop-db-old:8080', 0],
    ['app old-shop-db:8080', 0],
    ['app --url http://shop-db-old:8080/', 0],
    ['app --url http://shop-db.example.com:8080/', 0],
    ['app --url http://x/shop-db:8080', 0],
    ['app --server shop-db', 1],
    ['kubectl get svc/shop-db', 1],
    ['kubectl get svc/shop-db-old', 0],
    ['kubectl get svc/db', 0],
    ['app shop-db:80', 0, { ports: [{ port: 180 }, { port: 8088, nodePort: 30080 }] }],
    ['app shop-db:80', 0, { ports: [{ name: 'p:80', port: 8088 }] }],
    ['app shop-db:80', 0, { selector: { version: ':80' }, ports: [{ port: 8088 }] }],
    ['app shop-db:80', 1, { ports: [{ port: 80 }] }],
  ] as const satisfies readonly (readonly [command: string, want: number, spec?: object])[])
    assert.equal(waits(command, spec), want, `${command} ${JSON.stringify(spec ?? ports)}`);
});

test('refs/mentions-service is a warning where a store answers', () => {
  const severity = (server?: readonly [kind: string, image: string]): readonly string[] => {
    const labels = { app: 'db' };
    const documents = [
      service('shop-db', undefined, { selector: labels, ports: [{ port: 5432 }] }),
      ...(server === undefined
        ? []
        : [
            {
              apiVersion: 'apps/v1',
              kind: server[0],
              metadata: { name: 'db' },
              spec: {
                selector: { matchLabels: labels },
                template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: server[1] }] } },
              },
            },
          ]),
      pods('Job', 'a', 'pre-install', undefined, { env: [{ name: 'DB_HOST', value: 'shop-db' }] }),
    ];
    return findings(documents).map(({ severity: is }) => is);
  };
  assert.deepEqual(severity(['StatefulSet', 'shop/db:1']), ['warning']);
  assert.deepEqual(severity(['Deployment', 'docker.io/library/postgres:17']), ['warning']);
  assert.deepEqual(severity(['Deployment', 'valkey']), ['warning']);
  assert.deepEqual(severity(), ['warning'], 'who answers, nothing tells');
  assert.deepEqual(severity(['Deployment', 'shop/web:1']), ['info']);
});

test('Services that a pre-install hook names', () => {
  const mentions = (container: object, events = 'pre-install', more: readonly object[] = []): string[] =>
    messages([
      service('shop-db', undefined, { ports: [{ port: 5432 }] }),
      ...more,
      pods('Job', 'a', events, undefined, container),
    ]);
  const env = (name: string, value: string): object => ({ env: [{ name, value }] });
  const named = (where: string): string[] => [
    `refs/mentions-service: Job/a (container main) names Service/shop-db (${where}), which Helm creates after pre-install hooks`,
  ];
  assert.deepEqual(mentions(env('DB_HOST', 'shop-db')), named('DB_HOST'));
  assert.deepEqual(mentions(env('DB', 'postgres://u:p@shop-db:5432/x?sslmode=disable')), named('DB'));
  assert.deepEqual(mentions(env('DB', 'postgres://u:p@shop-db/x')), named('DB'));
  assert.deepEqual(mentions(env('X', 'jdbc:postgresql://shop-db.here.svc.cluster.local/x')), named('X'));
  assert.deepEqual(mentions(env('X', 'user=u host=shop-db dbname=x')), named('X'));
  assert.deepEqual(mentions(env('X', 'u:p@tcp(shop-db:5432)/x')), named('X'));
  assert.deepEqual(mentions(env('SEEDS', 'other:1,shop-db:5432')), named('SEEDS'));
  assert.deepEqual(mentions({ args: ['migrate', '--db-host', 'shop-db'] }), named('migrate'));
  assert.deepEqual(mentions({ command: ['psql', '-h', 'shop-db', '-c', 'create table x'] }), named('psql'));
  for (const [name, container] of Object.entries({
    'a name that is no host': env('RELEASE_NAME', 'shop-db'),
    'the name of a database': env('POSTGRES_DB', 'shop-db'),
    'the name of a service': env('OTEL_SERVICE_NAME', 'shop-db'),
    'a longer name': env('DB_HOST', 'shop-db-archive'),
    'a part of a name': env('DB_HOST', 'my.shop-db.example.com'),
    'an image': { image: 'registry/shop-db:5432' },
    'an image in a variable': env('DB_IMAGE', 'shop-db:5432'),
    'a tag in a variable': env('DB_TAG', 'shop-db:5432'),
    'a version': env('DB', 'shop-db:5432-alpine'),
    'a port that the Service lacks': env('X', 'shop-db:54'),
    'a path': env('URL', 'https://example.com/shop-db'),
    'a user': env('DB_URL', 'postgres://shop-db@example.com/x'),
    'a text': { command: ['echo', 'http://shop-db:5432'] },
    'names for a certificate': {
      image: 'kube-webhook-certgen:v1',
      args: ['create', '--host=shop-db,shop-db.x.svc', '--secret-name=x'],
    },
    'names for a certificate in a script': {
      command: [
        'sh',
        '-c',
        'openssl req -subj /CN=shop-db.x.svc; gen --host shop-db.x.svc --secret-name tls; gen tls --extra-dnsname="*.shop-db.x.svc"',
      ],
    },
  }))
    assert.deepEqual(mentions(container), [], name);
  assert.deepEqual(mentions(env('DB_HOST', 'shop-db'), 'pre-upgrade'), [], 'upgrades find the old one');
  assert.deepEqual(mentions(env('DB_HOST', 'shop-db'), 'post-install'), []);
  assert.equal(
    mentions({ ...env('DB_HOST', 'shop-db'), command: ['sh', '-c', 'until nc -z $DB_HOST 1; do sleep 1; done'] })
      .length,
    1,
    'a wait says it already',
  );
  assert.deepEqual(mentions({ command: ['sh', '-c', 'for i in 1 2 3; do nc -z shop-db 1 && break; done; x'] }), [
    'refs/mentions-service: Job/a (container main) tries for a while to reach Service/shop-db (nc), which Helm creates after pre-install hooks',
  ]);
});

/** A stream of the corpus; documents that the strict parser refuses hold no hooks and are left out. */
function corpus(name: string): string {
  return readFileSync(join(CORPUS, `${name}.yaml`), 'utf8')
    .split(/^(?=---(?:\s|$))/m)
    .filter((text) => parseDocument(text, { merge: true, uniqueKeys: false }).errors.length === 0)
    .join('');
}

test('real charts', { skip: !existsSync(CORPUS) && 'no corpus' }, () => {
  const want: Readonly<Record<string, readonly string[]>> = {
    'atlas-operator': [],
    'bitnami-airflow': ['refs/wait-cycle Job/bn-airflow-setup-db'],
    'cert-manager': [],
    erpnext: [],
    flipt: [],
    harbor: [],
    'ingress-nginx': [],
    'kong-postgres': [],
    'kube-prometheus-stack': [],
    'mastodon-admin': [],
    'openfga-postgres': ['refs/wait-cycle Job/openfga-postgres-migrate'],
    optscale: [],
    sentry: [],
    'temporal-0.38': [
      'refs/wait-cycle Job/temporal-schema-setup',
      'refs/wait-cycle Job/temporal-schema-update',
      'refs/wait-cycle Job/temporal-es-index-setup',
    ],
    velero: [],
    'zitadel-quickstart': [],
  };
  for (const [name, codes] of Object.entries(want)) {
    const release = releaseOf(corpus(name));
    const found = release.placements.flatMap((placement) =>
      checkWaits(placement, release).map(({ code }) => `${code} ${placement.resource.kind}/${placement.name}`),
    );
    assert.deepEqual(found, codes, name);
  }
});
