/** What a pre-upgrade hook reads that a server of the release runs with: it is neither stale nor copied. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { order, rendered } from '../../support/pipeline.ts';

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const config = (events: string): string => `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - { name: j, match: { kind: Job }, events: [${events}], dependencies: copy }
`;
const key = (name: string, of: string, variable = 'PGPASSWORD', kind = 'secret'): string =>
  `{ name: ${variable}, valueFrom: { ${kind}KeyRef: { name: ${of}, key: ${name} } } }`;
const HOST = '{ name: DB_HOST, value: shop-db }';
const job = (env: string, more = '', image = 'shop', events = 'pre-upgrade'): string =>
  `---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: j, annotations: { helm.sh/hook: "${events}" } }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: ${image}, command: [app, migrate], env: [${env}], ${more} }] } } }\n`;
const workload = (kind: string, name: string, image: string, container: string, pod = ''): string =>
  `---\napiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { ${pod} containers: [{ name: s, image: "${image}", ${container} }] } } }\n` +
  `---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { selector: { app: ${name} }, ports: [{ port: 5432 }] }\n`;
const server = (container = `env: [${key('password', 'shop-db')}]`, pod = ''): string =>
  workload('StatefulSet', 'shop-db', 'registry/postgres:16', container, pod);
const secret = (name: string, data: Readonly<Record<string, string>>): string =>
  `---\napiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\ndata: ${JSON.stringify(Object.fromEntries(Object.entries(data).map(([at, value]) => [at, b64(value)])))}\n`;
const configMap = (name: string, data: Readonly<Record<string, string>>): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${JSON.stringify(data)}\n`;
const SECRET = secret('shop-db', { password: 'correct-horse', user: 'shop-user-name', extra: 'x' });

/** The objects that are said to be stale, and those that are copied, with the keys of the copies. */
function judged(text: string, events = 'pre-upgrade'): { stale: string[]; copies: string[] } {
  const { findings } = order(text, undefined, { needsConfig: false, scope: 'all', severity: 'info' });
  const stale = findings
    .filter(({ code }) => code === 'refs/stale-on-upgrade')
    .map(({ message }) => /reads (\S+?),/.exec(message)?.[1] ?? message);
  const output = rendered(text, config(events));
  assert.equal(rendered(output, config(events)), output, 'twice is once');
  const { plan } = order(text, config(events));
  const copies = (plan?.placements ?? []).flatMap(({ copyFor, resource, name, value }) =>
    copyFor === undefined || resource.kind === 'ServiceAccount'
      ? []
      : [`${resource.kind}/${name} ${Object.keys(value()['data'] ?? {}).join('+')}`],
  );
  return { stale, copies };
}
const NOTHING = { stale: [], copies: [] };
const both = (keys: string, name = 'Secret/shop-db'): { stale: string[]; copies: string[] } => ({
  stale: [name],
  copies: [`${name}-hook ${keys}`],
});

for (const { name, in: text, want } of [
  { name: 'the same key', in: job(`${HOST}, ${key('password', 'shop-db')}`) + server() + SECRET, want: NOTHING },
  {
    name: 'a key that the server does not read',
    in: job(`${HOST}, ${key('extra', 'shop-db')}`) + server() + SECRET,
    want: both('extra'),
  },
  {
    name: 'a key of the server and another: the other is copied alone',
    in: job(`${HOST}, ${key('password', 'shop-db')}, ${key('extra', 'shop-db', 'X')}`) + server() + SECRET,
    want: both('extra'),
  },
  {
    name: 'a server that takes the whole Secret',
    in: job(`${HOST}, ${key('password', 'shop-db')}`) + server('envFrom: [{ secretRef: { name: shop-db } }]') + SECRET,
    want: NOTHING,
  },
  {
    name: 'a server that mounts it',
    in:
      job(`${HOST}, ${key('password', 'shop-db')}`) +
      server('', 'volumes: [{ name: v, secret: { secretName: shop-db } }],') +
      SECRET,
    want: NOTHING,
  },
  {
    name: 'a server that mounts another key',
    in:
      job(`${HOST}, ${key('password', 'shop-db')}`) +
      server('', 'volumes: [{ name: v, secret: { secretName: shop-db, items: [{ key: extra, path: x }] } }],') +
      SECRET,
    want: both('password'),
  },
  {
    name: 'a hook that takes the whole Secret',
    in: job(HOST, 'envFrom: [{ secretRef: { name: shop-db } }]') + server() + SECRET,
    want: NOTHING,
  },
  {
    name: 'a hook that takes the whole Secret, of which another program reads a part',
    in:
      job('{ name: AUTH_URL, value: "http://shop-auth:5432" }', 'envFrom: [{ secretRef: { name: t } }]') +
      workload('Deployment', 'shop-auth', 'auth:1', `env: [${key('token', 't', 'T')}]`) +
      secret('t', { token: 'yyyyyyyy', password: 'zzzzzzzz' }),
    want: both('token+password', 'Secret/t'),
  },
  {
    name: 'a hook that takes the whole Secret, of which another program reads all',
    in:
      job('{ name: AUTH_URL, value: "http://shop-auth:5432" }', 'envFrom: [{ secretRef: { name: t } }]') +
      workload('Deployment', 'shop-auth', 'auth:1', `env: [${key('token', 't', 'T')}]`) +
      secret('t', { token: 'yyyyyyyy' }),
    want: NOTHING,
  },
  {
    name: 'a hook that takes a whole Secret with the password of the server in it',
    in:
      job(HOST, 'envFrom: [{ secretRef: { name: shop-app } }]') +
      server() +
      SECRET +
      secret('shop-app', { X: '1', DB: 'correct-horse' }),
    want: NOTHING,
  },
  {
    name: 'a hook that takes a whole Secret without it',
    in:
      job(HOST, 'envFrom: [{ secretRef: { name: shop-app } }]') +
      server() +
      SECRET +
      secret('shop-app', { X: '1', DB: 'other-horse' }),
    want: both('X+DB', 'Secret/shop-app'),
  },
  {
    name: 'a connection string with the password',
    in:
      job(key('url', 'shop-app', 'DATABASE_URL')) +
      server() +
      SECRET +
      secret('shop-app', { url: 'postgres://u:correct-horse@shop-db:5432/x' }),
    want: NOTHING,
  },
  {
    name: 'a connection string with another password',
    in:
      job(key('url', 'shop-app', 'DATABASE_URL')) +
      server() +
      SECRET +
      secret('shop-app', { url: 'postgres://u:other@shop-db:5432/x' }),
    want: both('url', 'Secret/shop-app'),
  },
  {
    name: 'a connection string with the name of the user',
    in:
      job(key('url', 'shop-app', 'DATABASE_URL')) +
      server(`env: [${key('user', 'shop-db')}]`) +
      SECRET +
      secret('shop-app', { url: 'postgres://shop-user-name:other@shop-db:5432/x' }),
    want: both('url', 'Secret/shop-app'),
  },
  {
    name: 'a server outside',
    in: job(`{ name: DB_HOST, value: db.example.com }, ${key('password', 'shop-db')}`) + SECRET,
    want: both('password'),
  },
  {
    name: 'a server outside beside one of the release',
    in: job(`{ name: DB_HOST, value: db.example.com }, ${key('password', 'shop-db')}`) + server() + SECRET,
    want: both('password'),
  },
  {
    name: 'another server of the release reads it',
    in:
      job(`{ name: CACHE_HOST, value: shop-cache }, ${key('password', 'shop-db')}`) +
      server() +
      workload('StatefulSet', 'shop-cache', 'redis:7', '') +
      SECRET,
    want: both('password'),
  },
  {
    name: 'a server whose name begins the same',
    in:
      job(`{ name: DB_HOST, value: shop-db-old }, ${key('password', 'shop-db')}`) +
      server() +
      workload('StatefulSet', 'shop-db-old', 'postgres', '') +
      SECRET,
    want: both('password'),
  },
  {
    name: 'no host is shown, and a database reads it',
    in: job(key('password', 'shop-db')) + server() + SECRET,
    want: NOTHING,
  },
  {
    name: 'no host is shown, and only the app reads it',
    in:
      job(key('password', 'shop-db'), '', 'shop:2') +
      workload('Deployment', 'shop-web', 'shop:2', `env: [${key('password', 'shop-db')}]`) +
      SECRET,
    want: both('password'),
  },
  {
    name: 'the app, which the hook speaks to as well',
    in:
      job(`{ name: WEB_URL, value: "http://shop-web:5432" }, ${key('token', 't', 'T')}`, '', 'shop:2') +
      workload('Deployment', 'shop-web', 'shop:1', `env: [${key('token', 't', 'T')}]`) +
      secret('t', { token: 'y' }),
    want: both('token', 'Secret/t'),
  },
  {
    name: 'another program of the release, which the hook speaks to',
    in:
      job(`{ name: AUTH_URL, value: "http://shop-auth:5432" }, ${key('token', 't', 'T')}`) +
      workload('Deployment', 'shop-auth', 'auth:1', `env: [${key('token', 't', 'T')}]`) +
      secret('t', { token: 'y' }),
    want: NOTHING,
  },
  {
    name: 'a client of the same image as its server',
    in: job(`${HOST}, ${key('password', 'shop-db')}`, '', 'registry/postgres:17') + server() + SECRET,
    want: NOTHING,
  },
  {
    name: 'a key of a ConfigMap that the server was started with',
    in:
      job(`${HOST}, ${key('user', 'c', 'PGUSER', 'configMap')}`) +
      server(`env: [${key('user', 'c', 'POSTGRES_USER', 'configMap')}]`) +
      configMap('c', { user: 'u', level: 'x' }),
    want: NOTHING,
  },
  {
    name: 'a key of a ConfigMap that another program reads too',
    in:
      job(`{ name: AUTH_URL, value: "http://shop-auth:5432" }, ${key('queue', 'c', 'QUEUE', 'configMap')}`) +
      workload('Deployment', 'shop-auth', 'auth:1', `env: [${key('queue', 'c', 'QUEUE', 'configMap')}]`) +
      configMap('c', { queue: 'q', level: 'x' }),
    want: both('queue', 'ConfigMap/c'),
  },
  {
    name: 'a ConfigMap of which the server reads a key',
    in:
      job(HOST, 'envFrom: [{ configMapRef: { name: c } }]') +
      server(`env: [${key('user', 'c', 'POSTGRES_USER', 'configMap')}]`) +
      configMap('c', { user: 'u', level: 'x' }),
    want: both('user+level', 'ConfigMap/c'),
  },
  {
    name: 'the whole ConfigMap of a server',
    in:
      job(HOST, 'envFrom: [{ configMapRef: { name: c } }]') +
      server('envFrom: [{ configMapRef: { name: c } }]') +
      configMap('c', { user: 'u' }),
    want: NOTHING,
  },
  {
    name: 'a script in a ConfigMap that no server has',
    in:
      job(`${HOST}, ${key('password', 'shop-db')}`, 'envFrom: [{ configMapRef: { name: c } }]') +
      server() +
      SECRET +
      configMap('c', { A: 'u' }),
    want: both('A', 'ConfigMap/c'),
  },
  {
    name: 'a database that an operator runs',
    in:
      job(`{ name: DB_HOST, value: shop-pg-rw }, ${key('password', 'shop-db')}`) +
      '---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: shop-pg }\nspec: { bootstrap: { initdb: { secret: { name: shop-db } } } }\n' +
      SECRET,
    want: NOTHING,
  },
  {
    name: 'a database that an operator runs with another Secret',
    in:
      job(`{ name: DB_HOST, value: shop-pg-rw }, ${key('password', 'shop-db')}`) +
      '---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: shop-pg }\nspec: { bootstrap: { initdb: { database: shop-db } } }\n' +
      SECRET,
    want: both('password'),
  },
])
  test(`pre-upgrade and a running server: ${name}`, () => assert.deepEqual(judged(text), want));

test('a key that stays with the server is read from the original', () => {
  const text = job(`${HOST}, ${key('password', 'shop-db')}, ${key('extra', 'shop-db', 'X')}`) + server() + SECRET;
  const output = rendered(text, config('pre-upgrade'));
  assert.match(output, /PGPASSWORD, valueFrom: \{ secretKeyRef: \{ name: shop-db, key: password/);
  assert.match(output, /X, valueFrom: \{ secretKeyRef: \{ name: "?shop-db-hook"?, key: extra/);
});

test('a hook that runs before an install too needs a copy, and is told what that costs', () => {
  const text = job(`${HOST}, ${key('password', 'shop-db')}`, '', 'shop', 'pre-install,pre-upgrade') + server() + SECRET;
  assert.deepEqual(judged(text, 'pre-install, pre-upgrade').copies, ['Secret/shop-db-hook password']);
  const costs = (events: string) =>
    order(text, config(events), { severity: 'warning' }).findings.filter(
      ({ code }) => code === 'refs/copy-loses-identity',
    );
  const [finding] = costs('pre-install, pre-upgrade');
  assert.match(
    finding?.message ?? '',
    /^Secret\/shop-db is what StatefulSet\/shop-db runs with, so its copy shop-db-hook /,
  );
  assert.match(finding?.hint ?? '', /^run Job\/j post-install instead of pre-install/);
  assert.deepEqual(costs('pre-upgrade'), []);
  assert.deepEqual(costs('post-install, pre-upgrade'), []);
  assert.deepEqual(judged(text, 'post-install, pre-upgrade').copies, [], 'the fix needs no copy');
});
