/** Generated releases for the law of init: Jobs, hooks, workloads and what they need, put together as charts do, for install and for upgrade. */
import fc from 'fast-check';

export interface Renders {
  readonly install: string;
  readonly upgrade: string;
}

const COMMANDS: readonly object[] = [
  { command: ['rails', 'db:migrate'] },
  { command: ['alembic', 'upgrade', 'head'] },
  { command: ['sh', '-c', 'until pg_isready -h shop-db; do sleep 1; done; flyway migrate'] },
  { command: ['sh', '-c', 'for i in $(seq 60); do nc -z shop-db 5432 && break; sleep 10; done; goose up'] },
  { command: ['rails', 'db:seed'] },
  { args: ['bash', '/app/seeder'] },
  { command: ['pg_dump', '-Fc', 'shop'] },
  { command: ['createdb', 'shop'] },
  { command: ['curl', '-f', 'http://shop-web/healthz'] },
  { command: ['sh', '-c', 'sleep 5; curl -f http://shop-web/healthz'] },
  { command: ['kubectl', 'wait', '--for=condition=complete', 'job/shop-first'] },
  { command: ['shop', 'report'] },
  { command: ['./gateway', 'migrate'] },
];
const INITS: readonly (object | undefined)[] = [
  undefined,
  undefined,
  { command: ['sh', '-c', 'until gateway start; do sleep 1; done'] },
  { args: ['migrate', 'sync', 'check'] },
  { command: ['/app/wait-for-db'] },
  { command: ['sh', '-c', 'until nc -z shop-db 5432; do sleep 1; done'] },
  { command: ['rails', 'db:abort_if_pending_migrations'] },
  { image: 'groundnuty/k8s-wait-for', args: ['job', 'shop-first'] },
];
const HOOKS = [
  '',
  '',
  '',
  '',
  '',
  '',
  '',
  'pre-install',
  'post-install',
  'pre-install,pre-upgrade',
  'post-install,post-upgrade',
  'pre-upgrade',
  'post-delete',
  'test',
];
const POLICIES = ['', 'before-hook-creation', 'hook-succeeded', 'before-hook-creation,hook-succeeded', 'hook-failed'];
const BASES = ['migrate', 'first', 'db-setup', 'seed', 'build', 'backup', 'tests', 'report', 'pre-install-init'];
/** The same for both renders, or one for each. */
const TAILS: readonly (readonly [string, string])[] = [
  ['', ''],
  ['', ''],
  ['', ''],
  ['-1', '-2'],
  ['-xmdyh', '-qzkvw'],
  ['-x7k2p', '-9dq4z'],
  ['-3f2504e0-4f89-41d3-9a0c-0305e82c3301', '-9c5b94b1-35ad-49bb-b118-8e8fc24abf80'],
  ['-1732147200', '-1732150800'],
  ['-9b74c98', '-9b74c98'],
  ['-v1-2-3', '-v1-2-3'],
];

const annotations = fc.record({
  hook: fc.constantFrom(...HOOKS),
  policy: fc.constantFrom(...POLICIES),
  weight: fc.constantFrom('', '-5', '0', '3'),
});
type Annotations = typeof annotations extends fc.Arbitrary<infer T> ? T : never;

function annotate({ hook, policy, weight }: Annotations): object {
  if (hook === '') return {};
  return {
    annotations: {
      'helm.sh/hook': hook,
      ...(policy !== '' && { 'helm.sh/hook-delete-policy': policy }),
      ...(weight !== '' && { 'helm.sh/hook-weight': weight }),
    },
  };
}

const only = fc.constantFrom('both', 'both', 'both', 'install', 'upgrade');
/** A document by render; undefined where that render does not have it. */
type Document = readonly [string | undefined, string | undefined];

const documents = (kind: string, metadata: (render: 0 | 1) => object, rest: object, where: string): Document =>
  [0, 1].map((render) => {
    if ((where === 'install' && render === 1) || (where === 'upgrade' && render === 0)) return undefined;
    const apiVersion = kind === 'Job' ? 'batch/v1' : kind === 'Deployment' || kind === 'StatefulSet' ? 'apps/v1' : 'v1';
    return JSON.stringify({ apiVersion, kind, metadata: metadata(render as 0 | 1), ...rest });
  }) as unknown as Document;

const job = fc
  .record({
    base: fc.constantFrom(...BASES),
    tail: fc.constantFrom(...TAILS),
    command: fc.constantFrom(...COMMANDS),
    image: fc.constantFrom('acme/shop:1', 'acme/tools:2'),
    hook: annotations,
    only,
    ttl: fc.constantFrom(undefined, undefined, 600, 30),
    deadline: fc.constantFrom(undefined, undefined, 100, 900),
    restart: fc.constantFrom('Never', 'OnFailure', 'Always'),
    account: fc.constantFrom(undefined, 'shop'),
    reads: fc.constantFrom(undefined, 'shop-env', 'shop-keys'),
    volume: fc.constantFrom(undefined, undefined, 'shop-data'),
  })
  .map((it): Document => {
    const { base, tail, command, image, ttl, deadline, restart, account, reads, volume } = it;
    const container = {
      name: 'main',
      image,
      ...command,
      ...(reads && { envFrom: [{ configMapRef: { name: reads } }] }),
    };
    const pod = {
      restartPolicy: restart,
      ...(account && { serviceAccountName: account }),
      containers: [container],
      ...(volume && { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: volume } }] }),
    };
    const spec = {
      ...(ttl !== undefined && { ttlSecondsAfterFinished: ttl }),
      ...(deadline !== undefined && { activeDeadlineSeconds: deadline }),
      template: { spec: pod },
    };
    const file = `# Source: shop/templates/${base}.yaml\n`;
    const text = documents(
      'Job',
      (at) => ({ name: `shop-${base}${tail[at]}`, ...annotate(it.hook) }),
      { spec },
      it.only,
    );
    return text.map((one) => one && file + one) as unknown as Document;
  });

const object = fc
  .record({
    name: fc.constantFrom('shop-env', 'shop-keys', 'shop', 'shop-data', 'z-suite'),
    kind: fc.constantFrom('ConfigMap', 'ServiceAccount', 'PersistentVolumeClaim'),
    hook: annotations,
    only,
  })
  .map(({ name, kind, hook, only: where }) => documents(kind, () => ({ name, ...annotate(hook) }), {}, where));

const workload = fc
  .record({
    init: fc.constantFrom(...INITS),
    reads: fc.constantFrom(undefined, 'shop-env', 'shop-keys'),
    name: fc.constantFrom('web', 'worker'),
  })
  .map(({ init, reads, name }) => {
    const app = { name: 'app', image: 'acme/shop:1', ...(reads && { envFrom: [{ configMapRef: { name: reads } }] }) };
    const pod = {
      ...(init && { initContainers: [{ name: 'first', image: 'acme/shop:1', ...init }] }),
      containers: [app],
    };
    const labels = { app: name };
    const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } };
    return documents('Deployment', () => ({ name: `shop-${name}` }), { spec }, 'both');
  });

const SERVICES: readonly Document[] = ['web', 'db'].map((app) =>
  documents(
    'Service',
    () => ({ name: `shop-${app}` }),
    { spec: { selector: { app }, ports: [{ port: 5432 }] } },
    'both',
  ),
);
const DATABASE = documents(
  'StatefulSet',
  () => ({ name: 'shop-db' }),
  {
    spec: {
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'postgres:17' }] } },
    },
  },
  'both',
);

/** Names of one kind are different, as in a chart that installs. */
export const renders: fc.Arbitrary<Renders> = fc
  .record({
    jobs: fc.array(job, { minLength: 1, maxLength: 4 }),
    objects: fc.array(object, { maxLength: 4 }),
    workloads: fc.array(workload, { maxLength: 2 }),
    hasDatabase: fc.boolean(),
  })
  .map(({ jobs, objects, workloads, hasDatabase }) => {
    const all = [...jobs, ...objects, ...workloads, ...SERVICES, ...(hasDatabase ? [DATABASE] : [])];
    const [install, upgrade] = ([0, 1] as const).map((at) => {
      const seen = new Set<string>();
      return all.flatMap((document) => {
        const text = document[at] ?? document[1 - at] ?? '';
        const { kind, metadata } = JSON.parse(text.replace(/^#.*\n/, '')) as {
          kind: string;
          metadata: { name: string };
        };
        const id = `${kind}/${metadata.name.replace(/-(?:xmdyh|qzkvw|x7k2p|9dq4z|[12]|\d{10}|[0-9a-f-]{36})$/, '')}`;
        if (seen.has(id)) return [];
        seen.add(id);
        return document[at] ?? [];
      });
    });
    const stream = (documents: readonly string[] | undefined): string =>
      documents?.length ? `${documents.join('\n---\n')}\n` : '';
    return { install: stream(install), upgrade: stream(upgrade) };
  });
