import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNeeds } from '../../../src/check/needs/existence.ts';
import { HOOK_DELETE_POLICY } from '../../../src/model/helm.ts';
import { valueAt } from '../../../src/model/json.ts';
import { applyPatch } from '../../../src/model/json-patch.ts';
import type { Placement } from '../../../src/model/plan.ts';
import type { Copies } from '../../../src/order/copies/copies.ts';
import { Release } from '../../../src/release/release.ts';
import { COPY, copy, copyText, env, hooked, job, leaving, object, subject } from '../../support/copies.ts';
import { placementNamed, placementsOf, type Rules } from '../../support/release.ts';

const shown = ({ placements }: Copies): string[] =>
  placements.flatMap(({ copyFor, resource, name, hook }) =>
    copyFor === undefined ? [] : [`${resource.kind}/${name} ${hook?.events.join(',')} ${hook?.weight}`],
  );
const at = (placement: Placement, path: string): unknown =>
  valueAt(
    placement.value(),
    path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
  );

const CASES: readonly { name: string; text: string; rules?: Rules; want: string[] }[] = [
  {
    name: 'a plain ConfigMap',
    text: job('j', 'pre-install', 5, env('c')) + object('ConfigMap', 'c'),
    want: ['ConfigMap/c-hook pre-install 4'],
  },
  {
    name: 'nothing without `dependencies: copy`',
    text: job('j', 'pre-install', 5, env('c')) + object('ConfigMap', 'c'),
    rules: { j: {} },
    want: [],
  },
  {
    name: 'nothing that is there already',
    text: job('j', 'post-install', 5, env('c')) + object('ConfigMap', 'c'),
    want: [],
  },
  {
    name: 'no hook',
    text: job('j', 'pre-install', 5, env('c')) + object('ConfigMap', 'c', '', hooked('pre-install', 4)),
    want: [],
  },
  {
    name: 'what would be old',
    text: job('j', 'pre-upgrade', 0, env('c')) + object('ConfigMap', 'c'),
    want: ['ConfigMap/c-hook pre-upgrade -1'],
  },
  {
    name: 'what would be gone',
    text: job('j', 'post-delete', 0, env('c')) + object('ConfigMap', 'c'),
    want: ['ConfigMap/c-hook post-delete -1'],
  },
  {
    name: 'all events of the hook, because it names the copy in all of them',
    text: job('j', 'pre-install,post-upgrade', 0, env('c')) + object('ConfigMap', 'c'),
    want: ['ConfigMap/c-hook pre-install,post-upgrade -1'],
  },
  {
    name: 'one copy for all hooks, before the first, in the events of all',
    text: job('j', 'pre-install', 7, env('c')) + job('k', 'pre-upgrade', -3, env('c')) + object('ConfigMap', 'c'),
    rules: { j: COPY, k: COPY },
    want: ['ConfigMap/c-hook pre-install,pre-upgrade -4'],
  },
  {
    name: 'optional needs too',
    text:
      job('j', 'pre-install', 0, 'volumes: [{ configMap: { name: c, optional: true } }]') + object('ConfigMap', 'c'),
    want: ['ConfigMap/c-hook pre-install -1'],
  },
  {
    name: 'no claims',
    text:
      job('j', 'pre-install', 0, 'volumes: [{ persistentVolumeClaim: { claimName: c } }]') +
      object('PersistentVolumeClaim', 'c'),
    want: [],
  },
  {
    name: 'a name that is free',
    text: job('j', 'pre-install', 0, env('c')) + object('ConfigMap', 'c') + object('ConfigMap', 'c-hook'),
    want: ['ConfigMap/c-hook-2 pre-install -1'],
  },
  {
    name: 'a name that nobody means something else by',
    text: job('j', 'pre-install', 5, env('c')) + job('k', 'test', 5, env('c-hook')) + object('ConfigMap', 'c'),
    want: ['ConfigMap/c-hook-2 pre-install 4'],
  },
  {
    name: 'an account, its pull secret, its binding and, before that, its role',
    text:
      job('j', 'pre-install', 0, 'serviceAccountName: a') +
      object('ServiceAccount', 'a', 'imagePullSecrets: [{ name: s }]') +
      object('Secret', 's') +
      object('Role', 'z', 'rules: []') +
      object('RoleBinding', 'b', `roleRef: { kind: Role, name: z }, subjects: [${subject('a')}]`),
    want: [
      'ServiceAccount/a-hook pre-install -1',
      'Secret/s-hook pre-install -1',
      'Role/z-hook pre-install -2',
      'RoleBinding/b-hook pre-install -1',
    ],
  },
  {
    name: 'the rights alone, where the account is a hook or somebody else made it',
    text:
      job('j', 'pre-install', 0, 'serviceAccountName: a') +
      object('ClusterRole', 'r', 'rules: []') +
      object('ClusterRoleBinding', 'b', `roleRef: { kind: ClusterRole, name: r }, subjects: [${subject('a')}]`),
    want: ['ClusterRole/r-hook pre-install -2', 'ClusterRoleBinding/b-hook pre-install -1'],
  },
  {
    name: 'a hook account whose pull secret is plain',
    text:
      job('j', 'pre-install', 0, 'serviceAccountName: a') +
      object('ServiceAccount', 'a', 'imagePullSecrets: [{ name: s }]', hooked('pre-install', -5)) +
      object('Secret', 's'),
    want: ['ServiceAccount/a-hook pre-install -1', 'Secret/s-hook pre-install -1'],
  },
  {
    name: 'a hook binding, when it would name the original account; its role that is a hook stays',
    text:
      job('j', 'pre-install', 0, 'serviceAccountName: a') +
      object('ServiceAccount', 'a') +
      object('Role', 'r', 'rules: []', hooked('pre-install', -5)) +
      object(
        'RoleBinding',
        'b',
        `roleRef: { kind: Role, name: r }, subjects: [${subject('a')}]`,
        hooked('pre-install', -5),
      ),
    want: ['ServiceAccount/a-hook pre-install -1', 'RoleBinding/b-hook pre-install -1'],
  },
  {
    name: 'a role with the roles that it collects its rules from',
    text:
      job('j', 'pre-install', 0, 'serviceAccountName: a') +
      object('ClusterRole', 'r', 'aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: r } }] }') +
      object('ClusterRole', 'part', 'rules: []', 'labels: { to: r }') +
      object('ClusterRoleBinding', 'a', `roleRef: { kind: ClusterRole, name: r }, subjects: [${subject('a')}]`),
    want: [
      'ClusterRole/r-hook pre-install -2',
      'ClusterRole/part-hook pre-install -1',
      'ClusterRoleBinding/a-hook pre-install -1',
    ],
  },
  {
    name: 'no rights for pods without a token',
    text:
      job('j', 'pre-install', 0, 'serviceAccountName: a, automountServiceAccountToken: false') +
      object('ServiceAccount', 'a') +
      object('RoleBinding', 'b', `roleRef: { kind: ClusterRole, name: view }, subjects: [${subject('a')}]`),
    want: ['ServiceAccount/a-hook pre-install -1'],
  },
  {
    name: 'nothing for a Deployment, which outlives the event and the copies',
    text:
      job('j', 'pre-install', 0, env('c')).replace('batch/v1, kind: Job', 'apps/v1, kind: Deployment') +
      object('ConfigMap', 'c'),
    want: [],
  },
];

test('what is copied, when and how early', () => {
  for (const { name, text, rules = { j: COPY }, want } of CASES) {
    const copied = copyText(text, rules);
    assert.deepEqual(shown(copied), want, name);
    assert.deepEqual(shown(copyText(leaving(copied), rules)), [], `${name}: once is enough`);
    const release = new Release(copied.placements, { timeoutSeconds: 300, wait: false });
    const left = copied.placements.flatMap((placement) =>
      placement.rule === undefined ? [] : checkNeeds(placement, release),
    );
    const curable = left.filter(({ message }) => !/PersistentVolumeClaim/.test(message) && want.length > 0);
    assert.deepEqual(curable, [], `${name}: nothing is lacking`);
  }
});

test('a copy is its original under another name, as a hook that goes with its event', () => {
  const metadata = `labels: { app: x }, namespace: "n", annotations: { note: kept, helm.sh/resource-policy: keep,
    postrenderer.helm.sh/postrender-filename: x/templates/c.yaml }`;
  const copied = copyText(
    job('j', 'pre-install', 5, env('c')) + object('ConfigMap', 'c', 'immutable: true, data: { k: v }', metadata),
  );
  const { placements, rewrites, copies } = copied;
  assert.deepEqual(placementNamed(placements, 'ConfigMap/c-hook').value(), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'c-hook',
      labels: { app: 'x' },
      namespace: 'n',
      annotations: {
        note: 'kept',
        'postrenderer.helm.sh/postrender-filename': 'x/templates/c.yaml',
        'helm.sh/hook': 'pre-install',
        'helm.sh/hook-weight': '4',
        [HOOK_DELETE_POLICY]: 'before-hook-creation,hook-succeeded',
        'hookorder.io/copy-of': 'ConfigMap/c',
      },
    },
    immutable: true,
    data: { k: 'v' },
  });
  assert.deepEqual(
    rewrites.map(({ resource, operations }) => [resource.kind, operations]),
    [
      [
        'Job',
        [{ op: 'replace', path: '/spec/template/spec/containers/0/envFrom/0/configMapRef/name', value: 'c-hook' }],
      ],
    ],
  );
  assert.deepEqual(
    copies.map(({ name, resource }) => [name, resource.name]),
    [['c-hook', 'c']],
  );
  assert.deepEqual(
    placements.map(({ name }) => name),
    ['j', 'c', 'c-hook'],
    'a copy stands behind its original',
  );
  assert.equal(
    at(placementNamed(placements, 'Job/j'), 'spec.template.spec.containers.0.envFrom.0.configMapRef.name'),
    'c-hook',
  );
});

test('copied rights are those of the copied account alone, on the copied objects too', () => {
  const { placements } = copyText(
    job('j', 'pre-install', 0, `serviceAccountName: a, serviceAccount: a, ${env('c')}`) +
      object('ServiceAccount', 'a', 'secrets: [{ name: t }]') +
      object(
        'Secret',
        't',
        'type: kubernetes.io/service-account-token',
        'annotations: { kubernetes.io/service-account.name: a }',
      ) +
      object('ConfigMap', 'c') +
      object(
        'Role',
        'r',
        'rules: [{ apiGroups: [""], resources: [configmaps], resourceNames: [c, d], verbs: [get] }, { apiGroups: [""], resources: [pods], resourceNames: [c], verbs: [get] }]',
      ) +
      object(
        'RoleBinding',
        'b',
        `roleRef: { kind: Role, name: r }, subjects: [${subject('other')}, ${subject('a')}, { kind: Group, name: "system:serviceaccounts:n" }, { kind: User, name: "system:serviceaccount:n:a" }]`,
      ),
  );
  const binding = placementNamed(placements, 'RoleBinding/b-hook');
  assert.deepEqual(at(binding, 'roleRef.name'), 'r-hook');
  assert.deepEqual(at(binding, 'subjects'), [
    { kind: 'ServiceAccount', name: 'a-hook', namespace: 'n' },
    { kind: 'Group', name: 'system:serviceaccounts:n' },
    { kind: 'User', name: 'system:serviceaccount:n:a-hook' },
  ]);
  const role = placementNamed(placements, 'Role/r-hook');
  assert.deepEqual(at(role, 'rules.0.resourceNames'), ['c', 'd', 'c-hook']);
  assert.deepEqual(at(role, 'rules.1.resourceNames'), ['c']);
  assert.equal(at(placementNamed(placements, 'ServiceAccount/a-hook'), 'secrets.0.name'), 't-hook');
  assert.deepEqual(
    valueAt(placementNamed(placements, 'Secret/t-hook').value(), [
      'metadata',
      'annotations',
      'kubernetes.io/service-account.name',
    ]),
    'a-hook',
  );
  const pod = placementNamed(placements, 'Job/j');
  assert.equal(at(pod, 'spec.template.spec.serviceAccountName'), 'a-hook');
  assert.equal(at(pod, 'spec.template.spec.serviceAccount'), 'a-hook');
});

test('a copy has what the config changed in its original', () => {
  const placements = placementsOf(
    job('j', 'pre-install', 0, env('c')) +
      object('ConfigMap', 'c', 'data: { k: v }', 'annotations: { helm.sh/hook: test }'),
    { j: COPY },
  );
  const settled = placements.map((placement): Placement => {
    if (placement.name !== 'c') return placement;
    const { hook: _, ...plain } = placement;
    return {
      ...plain,
      value: () => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c', annotations: {} },
        data: { k: 'w' },
      }),
    };
  });
  const { copies } = copy(settled);
  const [document] = copies;
  assert.ok(document);
  const made = applyPatch(document.resource.manifest().value, document.operations);
  assert.deepEqual('value' in made && made.value['data'], { k: 'w' });
});

test('identities that a copy does not have', () => {
  const heard = (text: string): string[] =>
    copyText(text).findings.map(({ code, message, config }) => `${code} ${config?.hook}: ${message}`);
  const account = (annotations: string): string => object('ServiceAccount', 'a', '', `annotations: { ${annotations} }`);
  const user = job('j', 'pre-install', 0, 'serviceAccountName: a');
  assert.deepEqual(heard(user + account('eks.amazonaws.com/role-arn: arn')), [
    'refs/copy-loses-identity migrate: ServiceAccount/a is trusted under its name by an AWS role, so its copy a-hook may have fewer permissions',
  ]);
  assert.deepEqual(heard(user + account('example.com/role: arn')), []);
  assert.deepEqual(
    heard(
      user.replace('template: {', 'template: { metadata: { annotations: { vault.hashicorp.com/role: app } },') +
        account(''),
    ),
    [
      'refs/copy-loses-identity migrate: ServiceAccount/a is trusted under its name by a Vault role, so its copy a-hook may have fewer permissions',
    ],
  );
  const reader = job('j', 'pre-install', 0, 'volumes: [{ secret: { secretName: s } }]');
  assert.deepEqual(
    heard(
      reader + object('Secret', 's', '', 'annotations: { secret-generator.v1.mittwald.de/autogenerate: password }'),
    ),
    [
      'refs/copy-loses-identity migrate: Secret/s gets its content from a controller, so its copy s-hook may have other content',
    ],
  );
  assert.deepEqual(heard(reader + object('Secret', 's', 'stringData: { password: x }')), []);
});
