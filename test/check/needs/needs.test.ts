import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkNeeds, checkUsers } from '../../../src/check/needs/existence.ts';
import { checkStale } from '../../../src/check/needs/stale.ts';
import { EVENTS } from '../../../src/model/helm.ts';
import { bestStateAt, isGone, mayLack } from '../../../src/release/availability.ts';
import { needsOf } from '../../../src/release/needs.ts';
import { runs as times } from '../../support/property.ts';
import { type Rules, releaseOf } from '../../support/release.ts';

/** A resource on one line; `hook` is `events`, or `events@weight`, or `events@weight:policies`. */
function object(kind: string, name: string, hook = '', rest = ''): string {
  const [, events = '', weight = '0', policy] = /^([^@:]*)(?:@([^:]+))?(?::(.+))?$/.exec(hook) ?? [];
  const annotations = [
    ...(events === '' ? [] : [`helm.sh/hook: "${events}"`, `helm.sh/hook-weight: "${weight}"`]),
    ...(policy === undefined ? [] : [`helm.sh/hook-delete-policy: "${policy}"`]),
  ];
  const group = {
    Job: 'batch/v1',
    Deployment: 'apps/v1',
    StatefulSet: 'apps/v1',
    PriorityClass: 'scheduling.k8s.io/v1',
  };
  const apiVersion = /Role/.test(kind) ? 'rbac.authorization.k8s.io/v1' : (group[kind as keyof typeof group] ?? 'v1');
  return `---\n{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}, annotations: { ${annotations.join(', ')} } }, ${rest} }\n`;
}
const runs = (kind: string, name: string, hook: string, spec: string): string =>
  object(kind, name, hook, `spec: { template: { spec: { ${spec} } } }`);
const job = (hook: string, spec: string): string => runs('Job', 'j', hook, spec);
const env = (...names: string[]): string =>
  `containers: [{ envFrom: [${names.map((name) => `{ configMapRef: { name: ${name} } }`).join(', ')}] }]`;
const RBAC = (hook = ''): string =>
  object('Role', 'r', hook, 'rules: []') +
  object('RoleBinding', 'b', hook, 'roleRef: { kind: Role, name: r }, subjects: [{ kind: ServiceAccount, name: a }]');

const findingsOf = (text: string, rules: Rules = {}) => {
  const release = releaseOf(text, { rules });
  return release.placements.flatMap((placement) => [
    ...checkNeeds(placement, release),
    ...checkStale(placement, release),
    ...checkUsers(placement, release),
  ]);
};
const heard = (text: string, rules?: Rules): string[] =>
  findingsOf(text, rules).map(({ severity, code, message }) => `${severity} ${code}: ${message}`);

const LATER = 'which Helm creates after pre-install hooks';
const OLD = 'which an upgrade changes only after this hook: it gets the content of the previous revision';

test('what exists when a hook runs', () => {
  for (const { name, text, want } of [
    {
      name: 'pre-install: a plain ConfigMap comes later',
      text: job('pre-install', env('c')) + object('ConfigMap', 'c'),
      want: [`error refs/not-yet-created: Job/j needs ConfigMap/c, ${LATER}`],
    },
    {
      name: 'pre-install: what is not in the stream is assumed to exist',
      text: job('pre-install', env('other')) + object('ConfigMap', 'c'),
      want: [],
    },
    {
      name: 'pre-install: a missing optional ConfigMap is none of its problems',
      text:
        job('pre-install', 'containers: [{ envFrom: [{ configMapRef: { name: c, optional: true } }] }]') +
        object('ConfigMap', 'c'),
      want: [],
    },
    {
      name: 'pre-install: an earlier hook is there',
      text: job('pre-install@1', env('c')) + object('ConfigMap', 'c', 'pre-install@0:hook-succeeded'),
      want: [],
    },
    {
      name: 'pre-install: a hook of pre-upgrade is missing',
      text: job('pre-install', env('c')) + object('ConfigMap', 'c', 'pre-upgrade@-5'),
      want: [
        'error refs/not-yet-created: Job/j needs ConfigMap/c, which Helm creates only as a hook of pre-upgrade, not by pre-install',
      ],
    },
    {
      name: 'post-install: plain resources are there',
      text: job('post-install,post-upgrade', env('c')) + object('ConfigMap', 'c'),
      want: [],
    },
    {
      name: 'a hook of a higher weight comes too late',
      text: job('post-install', env('c')) + object('ConfigMap', 'c', 'post-install@5'),
      want: [
        'error refs/created-too-late: Job/j needs ConfigMap/c, which Helm creates later in post-install: weight 5 comes after 0',
      ],
    },
    {
      name: 'at the same weight names decide, not kinds',
      text: job('pre-install', env('z')) + object('ConfigMap', 'z', 'pre-install'),
      want: [
        'error refs/created-too-late: Job/j needs ConfigMap/z, which Helm creates later in pre-install: both have weight 0, and then names decide',
      ],
    },
    {
      name: 'at the same weight an earlier name is there',
      text: job('pre-install', env('c')) + object('ConfigMap', 'c', 'pre-install'),
      want: [],
    },
    {
      name: 'at the same weight and name the kind decides',
      text: job('test', env('j')) + object('ConfigMap', 'j', 'test'),
      want: [],
    },
    {
      name: 'a hook of an earlier event outlives it',
      text: job('post-install', env('c')) + object('ConfigMap', 'c', 'pre-install@9:before-hook-creation'),
      want: [],
    },
    {
      name: 'hook-succeeded ends a hook with its event',
      text: job('post-install', env('c')) + object('ConfigMap', 'c', 'pre-install:hook-succeeded'),
      want: [
        'error refs/already-deleted: Job/j needs ConfigMap/c, a hook of pre-install that hook-succeeded has deleted by post-install',
      ],
    },
    {
      name: 'post-delete: plain resources are gone',
      text: job('post-delete', env('c')) + object('ConfigMap', 'c'),
      want: ['error refs/already-deleted: Job/j needs ConfigMap/c, which the uninstall has deleted by post-delete'],
    },
    {
      name: 'post-delete: hooks are left behind',
      text: job('post-delete', env('c')) + object('ConfigMap', 'c', 'pre-install'),
      want: [],
    },
    {
      name: 'pre-delete: everything is still there',
      text: job('pre-delete', env('c')) + object('ConfigMap', 'c'),
      want: [],
    },
    {
      name: 'rollbacks find everything',
      text: job('pre-rollback,post-rollback', env('c')) + object('ConfigMap', 'c'),
      want: [],
    },
    {
      name: 'pre-upgrade: a plain ConfigMap is old',
      text: job('pre-upgrade', env('c')) + object('ConfigMap', 'c'),
      want: [`info refs/stale-on-upgrade: Job/j reads ConfigMap/c, ${OLD}`],
    },
    {
      name: 'pre-upgrade: a ServiceAccount with its rights and pull secret is as good as new',
      text:
        job(
          'pre-upgrade',
          'serviceAccountName: a, imagePullSecrets: [{ name: s }], containers: [{ command: [kubectl] }]',
        ) +
        object('ServiceAccount', 'a') +
        object('Secret', 's') +
        RBAC(),
      want: [],
    },
    {
      name: 'pre-upgrade: a hook of pre-install stays as it is',
      text: job('pre-upgrade', env('c')) + object('ConfigMap', 'c', 'pre-install'),
      want: [],
    },
    {
      name: 'one finding for each object, the error before the warning, at the first reference',
      text:
        job('pre-upgrade,pre-install', env('c', 'd', 'c')) +
        object('ConfigMap', 'c') +
        object('ConfigMap', 'd', 'pre-install,pre-upgrade@-1'),
      want: [`error refs/not-yet-created: Job/j needs ConfigMap/c, ${LATER}`],
    },
    {
      name: 'Helm does not wait for a Deployment, which starts when the release brings what it lacks',
      text: runs('Deployment', 'd', 'pre-install', env('c')) + object('ConfigMap', 'c'),
      want: [],
    },
    {
      name: 'claims and classes',
      text:
        job('pre-install', 'priorityClassName: p, volumes: [{ persistentVolumeClaim: { claimName: c } }]') +
        object('PersistentVolumeClaim', 'c') +
        object('PriorityClass', 'p'),
      want: [
        `error refs/not-yet-created: Job/j needs PersistentVolumeClaim/c, ${LATER}`,
        `error refs/not-yet-created: Job/j needs PriorityClass/p, ${LATER}`,
      ],
    },
    {
      name: 'a Secret that a controller makes of a plain resource is not there either, nor old on upgrade',
      text:
        job('pre-install,pre-upgrade', 'volumes: [{ secret: { secretName: s } }, { secret: { secretName: t } }]') +
        object('ExternalSecret', 'x', '', 'spec: { target: { name: s } }').replace('v1', 'external-secrets.io/v1') +
        object('Certificate', 'y', 'pre-install@-1', 'spec: { secretName: t }').replace('v1', 'cert-manager.io/v1'),
      want: [`error refs/not-yet-created: Job/j needs Secret/s (made of ExternalSecret/x), ${LATER}`],
    },
    {
      name: 'Secrets of several makers',
      text:
        job('pre-install', 'volumes: [{ secret: { secretName: s } }, { secret: { secretName: db-app } }]') +
        object('SecretProviderClass', 'x', '', 'spec: { secretObjects: [{ secretName: s }] }').replace(
          'v1',
          'secrets-store.csi.x-k8s.io/v1',
        ) +
        object('Cluster', 'db', '', 'spec: {}').replace('v1', 'postgresql.cnpg.io/v1'),
      want: [
        `error refs/not-yet-created: Job/j needs Secret/s (made of SecretProviderClass/x), ${LATER}`,
        `error refs/not-yet-created: Job/j needs Secret/db-app (made of Cluster/db), ${LATER}`,
      ],
    },
    {
      name: 'a hook needs the namespace that it is in',
      text:
        job('pre-install,post-delete', 'containers: []').replace('name: j', 'name: j, namespace: ns') +
        object('Namespace', 'ns'),
      want: [`error refs/not-yet-created: Job/j needs Namespace/ns, ${LATER}`],
    },
    {
      name: 'a namespace that comes earlier, lives longer, or is another one',
      text:
        job('pre-install', 'containers: []').replace('name: j', 'name: j, namespace: ns') +
        job('pre-upgrade', 'containers: []').replace('name: j', 'name: k, namespace: m') +
        job('pre-install', 'containers: []').replace('name: j', 'name: l') +
        object('Namespace', 'ns', 'pre-install@-1') +
        object('Namespace', 'm'),
      want: [],
    },
    {
      name: 'of two with one name, the one in the same namespace is meant',
      text:
        job('pre-install@1', env('c')) +
        object('ConfigMap', 'c', 'pre-install') +
        object('ConfigMap', 'c').replace('name: c', 'name: c, namespace: other'),
      want: [],
    },
    {
      name: 'post-delete: what resource-policy keeps is still there',
      text:
        job('post-delete', env('c')) +
        object('ConfigMap', 'c').replace('annotations: {', 'annotations: { helm.sh/resource-policy: keep'),
      want: [],
    },
  ])
    assert.deepEqual(heard(text), want, name);
});

test('accounts, and what comes with them', () => {
  for (const { name, text, want } of [
    {
      name: 'the account is missing',
      text: job('pre-install', 'serviceAccountName: a') + object('ServiceAccount', 'a'),
      want: [`error refs/not-yet-created: Job/j needs ServiceAccount/a, ${LATER}`],
    },
    {
      name: 'every namespace has `default`',
      text: job('pre-install', 'serviceAccountName: default') + object('ServiceAccount', 'default'),
      want: [],
    },
    {
      name: 'its pull secret is missing',
      text:
        job('pre-install', 'serviceAccountName: a') +
        object('ServiceAccount', 'a', 'pre-install@-1', 'imagePullSecrets: [{ name: s }]') +
        object('Secret', 's'),
      want: [`error refs/not-yet-created: Job/j needs Secret/s (through ServiceAccount/a), ${LATER}`],
    },
    {
      name: 'pods with pull secrets of their own do not use those of the account',
      text:
        job('pre-install', 'serviceAccountName: a, imagePullSecrets: [{ name: other }]') +
        object('ServiceAccount', 'a', 'pre-install@-1', 'imagePullSecrets: [{ name: s }]') +
        object('Secret', 's'),
      want: [],
    },
    {
      name: 'kubectl without rights',
      text:
        job('pre-install', 'serviceAccountName: a, containers: [{ command: [sh, -c, "kubectl get po"] }]') +
        object('ServiceAccount', 'a', 'pre-install@-1') +
        RBAC() +
        runs('Deployment', 'd', '', 'serviceAccountName: a'),
      want: ['RoleBinding/b', 'Role/r'].map(
        (it) => `error refs/not-yet-created: Job/j runs as ServiceAccount/a, whose rights come from ${it}, ${LATER}`,
      ),
    },
    {
      name: 'an account made for hooks alone has its rights for them',
      text:
        job('pre-install', 'serviceAccountName: a') +
        object('ServiceAccount', 'a', 'pre-install@-1') +
        RBAC('pre-install@-1').replace(
          'kind: RoleBinding, metadata: { name: b, annotations: { helm.sh/hook: "pre-install",',
          'kind: RoleBinding, metadata: { name: b, annotations: {',
        ),
      want: [
        `error refs/not-yet-created: Job/j runs as ServiceAccount/a, whose rights come from RoleBinding/b, ${LATER}`,
      ],
    },
    {
      name: 'an account that the app has too: rights may not matter',
      text:
        job('pre-install', 'serviceAccountName: a') +
        object('ServiceAccount', 'a', 'pre-install@-1') +
        RBAC() +
        runs('Deployment', 'd', '', 'serviceAccountName: a'),
      want: ['RoleBinding/b', 'Role/r'].map(
        (it) => `warning refs/not-yet-created: Job/j runs as ServiceAccount/a, whose rights come from ${it}, ${LATER}`,
      ),
    },
    {
      name: 'pods without a token have no use for rights',
      text:
        job(
          'pre-install',
          'serviceAccountName: a, automountServiceAccountToken: false, containers: [{ image: kubectl }]',
        ) +
        object('ServiceAccount', 'a', 'pre-install@-1') +
        RBAC(),
      want: [],
    },
    {
      name: 'kubectl with rights of its own: those of the app may be none of its business',
      text:
        job('pre-install', 'serviceAccountName: a, containers: [{ command: [kubectl] }]') +
        object('ServiceAccount', 'a', 'pre-install@-1') +
        object(
          'RoleBinding',
          'app',
          '',
          'roleRef: { kind: ClusterRole, name: view }, subjects: [{ kind: ServiceAccount, name: a }]',
        ) +
        object(
          'RoleBinding',
          'own',
          'pre-install@-1',
          'roleRef: { kind: ClusterRole, name: edit }, subjects: [{ kind: ServiceAccount, name: a }]',
        ),
      want: [
        `warning refs/not-yet-created: Job/j runs as ServiceAccount/a, whose rights come from RoleBinding/app, ${LATER}`,
      ],
    },
    {
      name: 'kubectl in a script counts, and words of a configuration do not',
      text:
        ['s', 't']
          .map((name) =>
            runs(
              'Job',
              name,
              'pre-install',
              `serviceAccountName: a, volumes: [{ configMap: { name: ${name}-files } }]`,
            ),
          )
          .join('') +
        object('ServiceAccount', 'a', 'pre-install@-1') +
        object('ConfigMap', 's-files', 'pre-install@-1', 'data: { run.sh: "set -e; kubectl get pods" }') +
        object(
          'ConfigMap',
          't-files',
          'pre-install@-1',
          'data: { app.ini: "written by helm for oc and kubectl-users" }',
        ) +
        object(
          'RoleBinding',
          'b',
          '',
          'roleRef: { kind: ClusterRole, name: view }, subjects: [{ kind: ServiceAccount, name: a }]',
        ) +
        runs('Deployment', 'd', '', 'serviceAccountName: a'),
      want: [
        ['error', 's'],
        ['warning', 't'],
      ].map(
        ([severity, name]) =>
          `${severity} refs/not-yet-created: Job/${name} runs as ServiceAccount/a, whose rights come from RoleBinding/b, ${LATER}`,
      ),
    },
    {
      name: 'a role that collects its rules from a plain one',
      text:
        job('pre-install', 'serviceAccountName: a, containers: [{ image: kubectl }]') +
        object(
          'ClusterRole',
          'r',
          'pre-install@-1',
          'aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: r } }] }',
        ) +
        object('ClusterRole', 'part').replace('name: part', 'name: part, labels: { to: r }') +
        object('ClusterRole', 'other').replace('name: other', 'name: other, labels: { to: s }') +
        object(
          'ClusterRoleBinding',
          'b',
          'pre-install@-1',
          'roleRef: { kind: ClusterRole, name: r }, subjects: [{ kind: ServiceAccount, name: a }]',
        ),
      want: [
        `error refs/not-yet-created: Job/j runs as ServiceAccount/a, whose rights come from ClusterRole/part, ${LATER}`,
      ],
    },
    {
      name: 'rights as earlier hooks are there',
      text:
        job('pre-install', 'serviceAccountName: a, containers: [{ image: kubectl }]') +
        object('ServiceAccount', 'a', 'pre-install@-1') +
        RBAC('pre-install@-1'),
      want: [],
    },
    {
      name: 'post-delete with kubectl: account and rights are gone',
      text:
        job('post-delete', 'serviceAccountName: a, containers: [{ image: kubectl }]') +
        object('ServiceAccount', 'a') +
        RBAC(),
      want: [
        'error refs/already-deleted: Job/j needs ServiceAccount/a, which the uninstall has deleted by post-delete',
        ...['RoleBinding/b', 'Role/r'].map(
          (it) =>
            `error refs/already-deleted: Job/j runs as ServiceAccount/a, whose rights come from ${it}, which the uninstall has deleted by post-delete`,
        ),
      ],
    },
  ])
    assert.deepEqual(heard(text), want, name);
});

test('a hook that hook-succeeded deletes although workloads live on it', () => {
  const app = runs('Deployment', 'd', '', env('c'));
  const deleted = object('ConfigMap', 'c', 'pre-install:hook-succeeded');
  assert.deepEqual(heard(app + deleted), [
    'error refs/already-deleted: ConfigMap/c is deleted when the pre-install hooks have succeeded, while Deployment/d needs it from then on',
  ]);
  assert.deepEqual(heard(app + object('ConfigMap', 'c', 'pre-install:before-hook-creation')), [], 'it stays');
  assert.deepEqual(heard(app.replace('name: c', 'name: c, optional: true') + deleted), [], 'optional');
  assert.deepEqual(heard(runs('Job', 'j', 'pre-install@1', env('c')) + deleted), [], 'only hooks need it');
  const plain = runs('Job', 'j', '', env('c'));
  assert.equal(heard(plain + deleted).length, 1, 'a plain Job starts after it');
  const late = object('ConfigMap', 'c', 'pre-install,post-install:hook-succeeded');
  assert.deepEqual(heard(plain + late), [], 'it is there again while a plain Job runs');
});

test('a hook that `helm --wait` holds back until those are ready who need it', () => {
  const app = runs('Deployment', 'd', '', env('c'));
  const text = app + object('ConfigMap', 'c', 'post-install,post-upgrade');
  const message =
    'ConfigMap/c is created by post-install hooks, which `helm --wait` holds back until Deployment/d is ready, which needs it';
  assert.deepEqual(heard(text), [`warning refs/wait-cycle: ${message}`]);
  const release = releaseOf(text, { wait: true });
  assert.deepEqual(
    release.placements.flatMap((placement) => checkUsers(placement, release)).map(({ severity }) => severity),
    ['error'],
  );
  assert.deepEqual(heard(app + object('ConfigMap', 'c', 'pre-install,post-install')), [], 'it is there before');
  assert.deepEqual(
    heard(app.replace('name: c', 'name: c, optional: true') + object('ConfigMap', 'c', 'post-install')),
    [],
    'optional',
  );
});

test('the rule of the hook answers, unless it ignores dependencies', () => {
  const text = job('pre-install,pre-upgrade', env('c')) + object('ConfigMap', 'c');
  const [finding] = findingsOf(job('pre-install', env('c')) + object('ConfigMap', 'c'), { j: { name: 'migrate' } });
  assert.equal(finding?.config?.hook, 'migrate');
  assert.equal(finding?.hint, 'add `dependencies: copy` to this hook');
  assert.deepEqual(finding?.path, ['spec', 'template', 'spec', 'containers', 0, 'envFrom', 0, 'configMapRef', 'name']);
  assert.deepEqual(heard(text, { j: { dependencies: 'ignore' } }), []);
  const late = job('pre-install', env('z')) + object('ConfigMap', 'z', 'pre-install');
  assert.equal(heard(late, { j: { dependencies: 'ignore' } }).length, 1, 'order is not a dependency on the release');
  assert.equal(
    findingsOf(late, { j: { name: 'migrate' }, z: { name: 'settings' } })[0]?.hint,
    'list hook "settings" before hook "migrate", or add `after: [settings]` to it',
  );
});

test('where nothing may be lacking, nothing that a hook needs is', () => {
  const hook = fc.oneof(
    fc.constant(''),
    fc
      .tuple(
        fc.subarray([...EVENTS], { minLength: 1, maxLength: 3 }),
        fc.integer({ min: -1, max: 1 }),
        fc.constantFrom('', ':before-hook-creation', ':hook-succeeded'),
      )
      .map(([events, weight, policies]) => `${events.join(',')}@${weight}${policies}`),
  );
  let spared = 0;
  let lacking = 0;
  fc.assert(
    fc.property(
      fc.array(hook, { minLength: 7, maxLength: 7 }),
      ([a = '', b = '', c = '', d = '', e = '', f = '', g = '']) => {
        const release = releaseOf(
          job(a || 'post-install', `serviceAccountName: a, ${env('c', 'd')}`) +
            runs('Job', 'k', b, env('c')) +
            object('ConfigMap', 'c', c) +
            object('ConfigMap', 'd', d) +
            object('ServiceAccount', 'a', e, 'imagePullSecrets: [{ name: s }]') +
            object('Secret', 's', f) +
            RBAC(g),
        );
        for (const user of release.placements)
          for (const event of user.resource.kind === 'Job' ? (user.hook?.events ?? []) : []) {
            const lacks = needsOf(user, release).filter(({ providers }) =>
              isGone(bestStateAt(providers, user, event, release)),
            );
            if (lacks.length > 0) lacking++;
            if (mayLack(user, event, release)) continue;
            spared++;
            assert.deepEqual(lacks, []);
          }
      },
    ),
    times(500),
  );
  assert.ok(spared > 50 && lacking > 50, `${spared} are spared, ${lacking} lack something`);
});
