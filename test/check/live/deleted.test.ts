import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDeletedObjects, checkDeletedServers } from '../../../src/check/live/may-be-live.ts';
import { binding, object, role, scriptJob, stream, workload } from '../../support/manifests.ts';
import { order, rendered } from '../../support/pipeline.ts';
import { releaseOf } from '../../support/release.ts';

const BEFORE = 'before-hook-creation';
const UPGRADE = { hook: 'pre-install,pre-upgrade', policy: BEFORE };
const RULES = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const app = workload('Deployment pond', { serviceAccountName: 'pond' });
const service = object('Service pond', UPGRADE, { spec: { selector: { app: 'pond' }, ports: [{ port: 80 }] } });
const usesSecret = workload('StatefulSet pond', { volumes: [{ name: 's', secret: { secretName: 'pond' } }] });

const found = (text: string): readonly string[] => {
  const release = releaseOf(text);
  return release.placements.flatMap((placement) =>
    [...checkDeletedServers(placement, release), ...checkDeletedObjects(placement, release)].map(
      ({ severity, resource }) => `${severity} ${resource?.kind}/${resource?.name}`,
    ),
  );
};

const routeOf = (kind: string, meta: typeof UPGRADE): string =>
  object(`${kind} pond`, meta, {
    spec: {
      rules: [{ http: { paths: [{ backend: { service: { name: 'pond' } } }] }, backendRefs: [{ name: 'pond' }] }],
    },
  });

const CASES: readonly { readonly name: string; readonly in: readonly string[]; readonly want?: readonly string[] }[] = [
  {
    name: 'the account of a Deployment',
    in: [object('ServiceAccount pond', UPGRADE), app],
    want: ['warning ServiceAccount/pond'],
  },
  {
    name: 'the same by the default policy',
    in: [object('ServiceAccount pond', { hook: 'pre-upgrade' }), app],
    want: ['warning ServiceAccount/pond'],
  },
  {
    name: 'the same at a rollback',
    in: [object('ServiceAccount pond', { hook: 'pre-rollback' }), app],
    want: ['warning ServiceAccount/pond'],
  },
  ...['Ingress', 'HTTPRoute'].map((kind) => ({
    name: `an ${kind} before a Deployment`,
    in: [
      routeOf(kind, UPGRADE),
      object('Service pond', {}, { spec: { selector: { app: 'pond' } } }),
      workload('Deployment pond'),
    ],
    want: [`warning ${kind}/pond`],
  })),
  {
    name: 'an Ingress for as long as hooks run',
    in: [
      routeOf('Ingress', { hook: 'pre-upgrade', policy: 'before-hook-creation,hook-succeeded' }),
      object('Service pond', {}, { spec: { selector: { app: 'pond' } } }),
      workload('Deployment pond'),
    ],
  },
  { name: 'an Ingress before nothing of the release', in: [routeOf('Ingress', UPGRADE), app] },
  {
    name: 'the account of a CronJob',
    in: [
      object('ServiceAccount pond', UPGRADE),
      object(
        'CronJob pond',
        {},
        { spec: { jobTemplate: { spec: { template: { spec: { serviceAccountName: 'pond' } } } } } },
      ),
    ],
    want: ['warning ServiceAccount/pond'],
  },
  {
    name: 'an account with its rights is one cause',
    in: [
      object('ServiceAccount pond', UPGRADE),
      role('pond', RULES, UPGRADE),
      binding('RoleBinding pond', 'Role pond', ['pond'], UPGRADE),
      app,
    ],
    want: ['warning ServiceAccount/pond'],
  },
  { name: 'an account that is kept', in: [object('ServiceAccount pond', { ...UPGRADE, policy: 'keep' }), app] },
  { name: 'an account that only an install makes', in: [object('ServiceAccount pond', { hook: 'pre-install' }), app] },
  { name: 'an account for tests', in: [object('ServiceAccount pond', { hook: 'test' }), app] },
  { name: 'a plain account', in: [object('ServiceAccount pond', {}), app] },
  {
    name: 'an account that only a hook runs as',
    in: [
      object('ServiceAccount pond', UPGRADE),
      scriptJob('pond', UPGRADE, 'true', { serviceAccountName: 'pond' }),
      workload('Deployment other'),
    ],
  },
  {
    name: 'an account of a plain Job, which is done',
    in: [object('ServiceAccount pond', UPGRADE), scriptJob('pond', {}, 'true', { serviceAccountName: 'pond' })],
  },
  {
    name: 'an account of another namespace',
    in: [
      object('ServiceAccount pond', { ...UPGRADE, namespace: 'a' }),
      workload('Deployment pond', { serviceAccountName: 'pond' }, { namespace: 'b' }),
    ],
  },
  {
    name: 'an account whose token no pod has',
    in: [
      object('ServiceAccount pond', UPGRADE, { automountServiceAccountToken: false }),
      workload('Deployment pond', { serviceAccountName: 'pond' }),
    ],
  },
  {
    name: 'a workload that mounts no token',
    in: [
      object('ServiceAccount pond', UPGRADE),
      workload('Deployment pond', { serviceAccountName: 'pond', automountServiceAccountToken: false }),
    ],
  },
  {
    name: 'what hook-succeeded takes for good is another finding',
    in: [object('ServiceAccount pond', { ...UPGRADE, policy: `${BEFORE},hook-succeeded` }), app],
  },
  {
    name: 'a Role behind a plain RoleBinding',
    in: [
      object('ServiceAccount pond', {}),
      role('pond', RULES, UPGRADE),
      binding('RoleBinding pond', 'Role pond', ['pond']),
      app,
    ],
    want: ['warning Role/pond'],
  },
  {
    name: 'the same, which hook-succeeded takes for good',
    in: [
      role('pond', RULES, { hook: 'pre-upgrade', policy: 'hook-succeeded' }),
      binding('RoleBinding pond', 'Role pond', ['pond']),
      app,
    ],
    want: ['warning Role/pond'],
  },
  {
    name: 'the RoleBinding of a Deployment',
    in: [
      object('ServiceAccount pond', {}),
      role('pond', RULES),
      binding('RoleBinding pond', 'Role pond', ['pond'], UPGRADE),
      app,
    ],
    want: ['warning RoleBinding/pond'],
  },
  {
    name: 'rights that a hook gets for its own run',
    in: [
      object('ServiceAccount pond', {}),
      role('pond', RULES, UPGRADE),
      binding('RoleBinding pond', 'Role pond', ['pond'], UPGRADE),
      app,
      scriptJob('pond', UPGRADE, 'true', { serviceAccountName: 'pond' }),
    ],
  },
  {
    name: 'rights that hook-succeeded takes away on purpose',
    in: [binding('RoleBinding pond', 'ClusterRole edit', ['pond'], { ...UPGRADE, policy: 'hook-succeeded' }), app],
  },
  {
    name: 'rights of an account that only hooks run as',
    in: [role('pond', RULES, UPGRADE), binding('RoleBinding pond', 'Role pond', ['fix'], UPGRADE), app],
  },
  { name: 'a Service before a Deployment', in: [service, workload('Deployment pond')], want: ['error Service/pond'] },
  {
    name: 'a Service to which an Ingress sends',
    in: [
      object('Service web', UPGRADE, { spec: { type: 'ExternalName', externalName: 'example.org' } }),
      object(
        'Ingress web',
        {},
        { spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }] } },
      ),
    ],
    want: ['error Service/web'],
  },
  {
    name: 'a Service that a webhook calls',
    in: [
      object('Service web', UPGRADE, { spec: { ports: [{ port: 443 }] } }),
      object(
        'ValidatingWebhookConfiguration web',
        {},
        { webhooks: [{ clientConfig: { service: { name: 'web', namespace: 'a' } } }] },
      ),
    ],
    want: ['error Service/web'],
  },
  {
    name: 'a Service that is there only while hooks run',
    in: [
      object(
        'Service pond',
        { ...UPGRADE, policy: `${BEFORE},hook-succeeded` },
        { spec: { selector: { app: 'pond' } } },
      ),
      workload('Deployment pond'),
    ],
  },
  { name: 'a Service with nothing that lasts behind it', in: [service, workload('Deployment other')] },
  { name: 'a Service of a hook Pod', in: [service, object('Pod pond', { ...UPGRADE, labels: { app: 'pond' } })] },
  {
    name: 'a StatefulSet, of which hook/delete-policy-loses-data is said',
    in: [workload('StatefulSet pond', {}, { hook: 'post-install,post-upgrade' })],
  },
  ...['Deployment', 'DaemonSet'].map((kind) => ({
    name: `a ${kind} that is a hook`,
    in: [workload(`${kind} pond`, {}, { hook: 'post-install,post-upgrade' })],
    want: [`error ${kind}/pond`],
  })),
  {
    name: 'workloads that one chart makes hooks are one cause',
    in: ['a', 'b', 'c'].map((name) => workload(`Deployment ${name}`, {}, { hook: 'post-install,post-upgrade' })),
    want: ['error Deployment/a'],
  },
  { name: 'a Deployment that is kept', in: [workload('Deployment pond', {}, { ...UPGRADE, policy: 'keep' })] },
  {
    name: 'a Deployment for as long as hooks run',
    in: [workload('Deployment pond', {}, { ...UPGRADE, policy: `${BEFORE},hook-succeeded` })],
  },
  { name: 'a Deployment of an install alone', in: [workload('Deployment pond', {}, { hook: 'post-install' })] },
  { name: 'a Secret that a pod mounts', in: [object('Secret pond', UPGRADE), usesSecret], want: ['info Secret/pond'] },
  {
    name: 'a Secret with a token',
    in: [object('Secret pond', UPGRADE, { type: 'kubernetes.io/service-account-token' }), usesSecret],
    want: ['warning Secret/pond'],
  },
  { name: 'a Secret that only hooks read', in: [object('Secret pond', UPGRADE), workload('Deployment other')] },
  ...[
    object('Certificate pond', UPGRADE, { spec: { secretName: 'pond' } }),
    object('ExternalSecret pond', UPGRADE, { spec: {} }),
    object('ExternalSecret outside', UPGRADE, { spec: { target: { name: 'pond' } } }),
    object('SealedSecret pond', UPGRADE, { spec: {} }),
  ].map((maker) => ({
    name: 'what a Secret is made of',
    in: [maker, usesSecret],
    want: [`warning ${/"kind":"(\w+)"/.exec(maker)?.[1]}/${/"name":"(\w+)"/.exec(maker)?.[1]}`],
  })),
  {
    name: 'a maker that hook-succeeded takes away, and its Secret with it',
    in: [object('SealedSecret pond', { ...UPGRADE, policy: 'hook-succeeded' }, { spec: {} }), usesSecret],
    want: ['warning SealedSecret/pond'],
  },
  {
    name: 'a maker that leaves its Secret',
    in: [object('ExternalSecret pond', UPGRADE, { spec: { target: { creationPolicy: 'Orphan' } } }), usesSecret],
  },
  { name: 'a maker whose Secret nobody reads', in: [object('SealedSecret other', UPGRADE, { spec: {} }), usesSecret] },
  {
    name: 'a maker for the certificate of an Ingress',
    in: [
      object('Certificate web', UPGRADE, { spec: { secretName: 'web-tls' } }),
      object('Ingress web', {}, { spec: { tls: [{ secretName: 'web-tls' }] } }),
    ],
    want: ['warning Certificate/web'],
  },
];

for (const each of CASES)
  test(`live/deleted-on-upgrade: ${each.name}`, () => {
    assert.deepEqual(found(stream(...each.in)), each.want ?? []);
  });

test('the fix, pasted, leaves neither this finding nor an error', () => {
  const text = stream(
    object('ServiceAccount pond', UPGRADE),
    role('pond', RULES, UPGRADE),
    binding('RoleBinding pond', 'Role pond', ['pond'], UPGRADE),
    app,
    scriptJob('migrate', { hook: 'pre-install,pre-upgrade', weight: '5' }, 'kubectl get pods', {
      serviceAccountName: 'pond',
    }),
  );
  const all = { scope: 'all', severity: 'info', needsConfig: false } as const;
  const before = order(text, undefined, all).findings.find(({ code }) => code === 'live/deleted-on-upgrade');
  assert.equal(
    before?.hint,
    'claim ServiceAccount/pond, RoleBinding/pond and Role/pond in hookorder.yaml with `hook: false`, and Job/migrate with `dependencies: copy`',
  );
  const config = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - { name: account, match: { kind: "{ServiceAccount,Role,RoleBinding}", name: pond }, hook: false }
  - { name: migrate, match: { kind: Job }, dependencies: copy }
`;
  const { findings } = order(text, config, all);
  assert.deepEqual(
    findings.filter(({ code, severity }) => severity === 'error' || code === 'live/deleted-on-upgrade'),
    [],
  );
  const again = order(rendered(text, config), undefined, all).findings;
  assert.deepEqual(
    again.filter(({ code, severity }) => severity === 'error' || code === 'live/deleted-on-upgrade'),
    [],
  );
});
