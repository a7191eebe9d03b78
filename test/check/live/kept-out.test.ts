import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkKeptOut } from '../../../src/check/live/kept-out.ts';
import { type Metadata, object, stream, workload } from '../../support/manifests.ts';
import { order } from '../../support/pipeline.ts';
import { releaseOf } from '../../support/release.ts';

type Body = Readonly<Record<string, unknown>>;
const HOOK = { hook: 'pre-upgrade' };
const DB = [
  object('Service db', {}, { spec: { selector: { app: 'db' }, ports: [{ port: 5432, targetPort: 'pg' }] } }),
  workload('StatefulSet db', { containers: [{ name: 'c', image: 'x', ports: [{ name: 'pg', containerPort: 5433 }] }] }),
];
const policy = (name: string, spec: Body, metadata: Metadata = {}): string =>
  object(`NetworkPolicy ${name}`, metadata, { spec });
const guard = (...ingress: readonly Body[]): string =>
  policy('db', { podSelector: { matchLabels: { app: 'db' } }, ingress });
const from = (matchLabels: Body, more: Body = {}): Body => ({ from: [{ podSelector: { matchLabels } }], ...more });
const egress = (...rules: readonly Body[]): string =>
  policy('out', { podSelector: {}, policyTypes: ['Egress'], egress: rules });
const to = (matchLabels: Body, more: Body = {}): Body => ({ to: [{ podSelector: { matchLabels } }], ...more });
const DNS = { ports: [{ port: 53, protocol: 'UDP' }] };
const job = (
  metadata: Metadata = HOOK,
  labels: Body = { app: 'migrate' },
  container: Body = { env: [{ name: 'DB_HOST', value: 'db' }] },
): string =>
  object('Job migrate', metadata, {
    spec: {
      template: {
        metadata: { labels },
        spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x', ...container }] },
      },
    },
  });

const found = (text: string): readonly string[] => {
  const release = releaseOf(text);
  return release.placements.flatMap((placement) =>
    checkKeptOut(placement, release).map(({ message }) =>
      message.replace(/^.*? and does not get there/, '').replace(/^:? /, ''),
    ),
  );
};

const LETS = 'NetworkPolicy/db lets in pods with client: true';
const CLIENT = from({ client: 'true' });
const CASES: readonly { readonly name: string; readonly in: readonly string[]; readonly want?: readonly string[] }[] = [
  { name: 'a label that the pods lack', in: [...DB, guard(CLIENT), job()], want: [LETS] },
  { name: 'a label that they have', in: [...DB, guard(CLIENT), job(HOOK, { client: 'true' })] },
  { name: 'one rule of two fits', in: [...DB, guard(CLIENT, from({ app: 'migrate' })), job()] },
  {
    name: 'one policy of two fits',
    in: [...DB, guard(CLIENT), policy('more', { podSelector: {}, ingress: [from({ app: 'migrate' })] }), job()],
  },
  { name: 'a rule for everybody', in: [...DB, guard({ ports: [{ port: 5433 }] }), job()] },
  { name: 'a rule for all pods', in: [...DB, guard({ from: [{ podSelector: {} }] }), job()] },
  { name: 'a rule for addresses', in: [...DB, guard({ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }), job()] },
  {
    name: 'a rule for namespaces, whose labels nobody tells',
    in: [...DB, guard({ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }), job()],
  },
  {
    name: 'a rule for another namespace',
    in: [
      ...DB,
      guard({ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'x' } } }] }),
      job({ ...HOOK, namespace: 'y' }),
    ],
    want: ['NetworkPolicy/db does not let its pods in'],
  },
  {
    name: 'a rule by expressions',
    in: [
      ...DB,
      guard({ from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['migrate'] }] } }] }),
      job(),
    ],
  },
  {
    name: 'the port of the container, by number',
    in: [...DB, guard(from({ app: 'migrate' }, { ports: [{ port: 5433 }] })), job()],
  },
  { name: 'by name', in: [...DB, guard(from({ app: 'migrate' }, { ports: [{ port: 'pg' }] })), job()] },
  {
    name: 'in a range',
    in: [...DB, guard(from({ app: 'migrate' }, { ports: [{ port: 5000, endPort: 6000 }] })), job()],
  },
  {
    name: 'the port of the Service is none of the pod',
    in: [...DB, guard(from({ app: 'migrate' }, { ports: [{ port: 9187 }] })), job()],
    want: ['NetworkPolicy/db lets in pods with app: migrate'],
  },
  {
    name: 'nobody is let in',
    in: [...DB, policy('db', { podSelector: {} }), job()],
    want: ['NetworkPolicy/db does not let its pods in'],
  },
  {
    name: 'a policy for other pods',
    in: [...DB, policy('db', { podSelector: { matchLabels: { app: 'web' } } }), job()],
  },
  {
    name: 'a policy for what goes out',
    in: [...DB, policy('db', { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Egress'] }), job()],
  },
  {
    name: 'a policy of another namespace',
    in: [...DB, policy('db', { podSelector: {} }, { namespace: 'a' }), job({ ...HOOK, namespace: 'b' })],
  },
  { name: 'a hook that names no Service', in: [...DB, guard(CLIENT), job(HOOK, { app: 'migrate' }, {})] },
  {
    name: 'a Service of nothing in the stream',
    in: [object('Service db', {}, { spec: { ports: [{ port: 5432 }] } }), guard(CLIENT), job()],
  },
  {
    name: 'a Service in the arguments of a program',
    in: [...DB, guard(CLIENT), job(HOOK, {}, { command: ['sh', '-c', 'until pg_isready -h db; do sleep 1; done'] })],
    want: [LETS],
  },
  {
    name: 'a Service in a URL',
    in: [...DB, guard(CLIENT), job(HOOK, {}, { env: [{ name: 'DATABASE_URL', value: 'postgres://u:p@db:5432/x' }] })],
    want: [LETS],
  },
  {
    name: 'the only Service of a shared environment',
    in: [
      ...DB,
      guard(CLIENT),
      object('ConfigMap env', {}, { data: { DB_HOST: 'db' } }),
      job(HOOK, {}, { envFrom: [{ configMapRef: { name: 'env' } }] }),
    ],
    want: [LETS],
  },
  {
    name: 'one of several Services of a shared environment',
    in: [
      ...DB,
      guard(CLIENT),
      object('Service cache', {}, { spec: { selector: { app: 'cache' }, ports: [{ port: 6379 }] } }),
      object('ConfigMap env', {}, { data: { DB_HOST: 'db', CACHE_HOST: 'cache' } }),
      job(HOOK, {}, { envFrom: [{ configMapRef: { name: 'env' } }] }),
    ],
  },
  { name: 'pre-install, where no policy is there yet', in: [...DB, guard(CLIENT), job({ hook: 'pre-install' })] },
  {
    name: 'pre-install and pre-upgrade',
    in: [...DB, guard(CLIENT), job({ hook: 'pre-install,pre-upgrade' })],
    want: [`from the first upgrade on: ${LETS}`],
  },
  ...['post-install', 'test', 'pre-delete'].map((hook) => ({
    name: hook,
    in: [...DB, guard(CLIENT), job({ hook })],
    want: [LETS],
  })),
  { name: 'a plain Job', in: [...DB, guard(CLIENT), job({})], want: [LETS] },
  { name: 'other kinds of policies', in: [...DB, guard(CLIENT), object('CiliumNetworkPolicy db', {}, {}), job()] },
  { name: 'a way out', in: [...DB, egress(DNS, to({ app: 'db' })), job()] },
  {
    name: 'no way out to there',
    in: [...DB, egress(DNS, to({ app: 'cache' })), job()],
    want: ['NetworkPolicy/out does not let its pods out to there'],
  },
  {
    name: 'only the name servers',
    in: [...DB, egress(DNS), job()],
    want: ['NetworkPolicy/out does not let its pods out to there'],
  },
  {
    name: 'no name servers',
    in: [...DB, egress(to({ app: 'db' })), job()],
    want: ['NetworkPolicy/out does not let its pods ask for names (port 53)'],
  },
  {
    name: 'name servers of another namespace',
    in: [...DB, egress({ to: [{ namespaceSelector: {} }], ...DNS }, to({ app: 'db' })), job()],
  },
  { name: 'everything out', in: [...DB, egress({}), job()] },
  {
    name: 'a policy that does not guard the hook',
    in: [...DB, policy('out', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] }), job()],
  },
];

for (const each of CASES)
  test(`live/kept-out: ${each.name}`, () => {
    assert.deepEqual(found(stream(...each.in)), each.want ?? []);
  });

/** Each with the entry that the hint gives. */
const CURES: readonly { readonly name: string; readonly in: readonly string[]; readonly want: string }[] = [
  {
    name: 'a hook',
    in: [...DB, guard(CLIENT), job()],
    want: 'patch: [{op: add, path: /spec/template/metadata/labels/client, value: "true"}]',
  },
  {
    name: 'a plain Job',
    in: [...DB, guard(from({ role: 'db-client' })), job({})],
    want: 'hook: false, patch: [{op: add, path: /spec/template/metadata/labels/role, value: db-client}]',
  },
  {
    name: 'a pod without labels',
    in: [
      ...DB,
      guard(CLIENT),
      object('Job migrate', HOOK, {
        spec: {
          template: { spec: { containers: [{ name: 'c', image: 'x', env: [{ name: 'DB_HOST', value: 'db' }] }] } },
        },
      }),
    ],
    want: 'patch: [{op: add, path: /spec/template/metadata, value: {labels: {client: "true"}}}]',
  },
  {
    name: 'a label that would make it one of the app is not taken',
    in: [
      ...DB,
      guard(from({ app: 'web' }), from({ client: 'true', kind: 'job' })),
      object('Service web', {}, { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
      job(),
    ],
    want: 'patch: [{op: add, path: /spec/template/metadata/labels/client, value: "true"}, {op: add, path: /spec/template/metadata/labels/kind, value: job}]',
  },
];

for (const each of CURES)
  test(`live/kept-out: the fix works for ${each.name}`, () => {
    const all = { scope: 'all', severity: 'info', needsConfig: false } as const;
    const live = (config?: string) =>
      order(stream(...each.in), config, all).findings.filter(
        ({ code }) => code.startsWith('live/') || code.startsWith('order/'),
      );
    const [before] = live();
    assert.equal([...(before?.hint ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text).join(', '), each.want);
    assert.deepEqual(
      live(
        `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - {name: cure, match: {kind: Job}, ${each.want}}\n`,
      ),
      [],
    );
  });
