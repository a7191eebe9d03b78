/** Hook copies of cluster roles that take their rules from others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readResources } from '../../../src/manifests/resources.ts';
import { order, rendered } from '../../support/pipeline.ts';

const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - { name: j, match: { kind: Job }, events: [pre-install, pre-upgrade], dependencies: copy }
`;
const PODS =
  'restartPolicy: Never, serviceAccountName: ctl, containers: [{ name: c, image: kubectl, command: [kubectl, get, pods] }]';
const BASE = `apiVersion: batch/v1
kind: Job
metadata: { name: j }
spec: { backoffLimit: 1, activeDeadlineSeconds: 100, template: { spec: { ${PODS} } } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ctl }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: ctl }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "shop:ctl" }
subjects: [{ kind: ServiceAccount, name: ctl, namespace: x }]
`;
const role = (name: string, labels: string, selectors?: string): string =>
  `---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: "${name}", labels: { ${labels} } }\n` +
  (selectors === undefined ? 'rules: []\n' : `aggregationRule: { clusterRoleSelectors: [${selectors}] }\n`);
const byLabels = (labels: string): string => `{ matchLabels: { ${labels} } }`;

const copiesIn = (text: string): readonly string[] => {
  const release = readResources({ file: 'x', read: () => new TextEncoder().encode(text) });
  assert.ok('resources' in release);
  return release.resources.flatMap(({ kind, name, annotations }) =>
    kind === 'ClusterRole' && Object.hasOwn(annotations, 'hookorder.io/copy-of') ? [name] : [],
  );
};

for (const { name, roles, want } of [
  {
    name: 'a role that selects its own labels',
    roles: [role('shop:ctl', 'app: shop, part: ctl', byLabels('app: shop, part: ctl'))],
    want: ['shop:ctl-hook'],
  },
  {
    name: 'a role that selects its own labels and those of another',
    roles: [role('shop:ctl', 'app: shop, part: ctl', byLabels('app: shop')), role('part', 'app: shop')],
    want: ['shop:ctl-hook', 'part-hook'],
  },
  {
    name: 'one of several selectors is its own',
    roles: [
      role('shop:ctl', 'app: shop', `${byLabels('to: x')}, ${byLabels('app: shop')}`),
      role('part', 'to: x'),
      role('other', 'to: y'),
    ],
    want: ['shop:ctl-hook', 'part-hook'],
  },
  {
    name: 'roles that take from each other',
    roles: [role('shop:ctl', 'of: a', byLabels('of: b')), role('part', 'of: b', byLabels('of: a'))],
    want: ['shop:ctl-hook', 'part-hook'],
  },
  {
    name: 'through a role in between',
    roles: [
      role('shop:ctl', 'of: a', byLabels('of: b')),
      role('middle', 'of: b', byLabels('of: c')),
      role('end', 'of: c'),
    ],
    want: ['shop:ctl-hook', 'middle-hook', 'end-hook'],
  },
  {
    name: 'by an expression',
    roles: [
      role('shop:ctl', 'app: shop', '{ matchExpressions: [{ key: app, operator: In, values: [shop] }] }'),
      role('part', 'app: shop'),
      role('other', 'app: shops'),
    ],
    want: ['shop:ctl-hook', 'part-hook'],
  },
  {
    name: 'labels that are a part of it are not enough',
    roles: [role('shop:ctl', 'app: shop', byLabels('app: shop, part: ctl')), role('part', 'app: shop')],
    want: ['shop:ctl-hook'],
  },
  {
    name: 'a role of the cluster that selects itself by the usual label',
    roles: [
      role(
        'shop:ctl',
        'rbac.example.com/aggregate-to-ctl: "true"',
        byLabels('rbac.example.com/aggregate-to-ctl: "true"'),
      ),
      role('read', 'rbac.example.com/aggregate-to-ctl: "true"'),
    ],
    want: ['shop:ctl-hook', 'read-hook'],
  },
])
  test(`an aggregated role is copied once: ${name}`, () => {
    const text = BASE + roles.join('');
    const first = rendered(text, CONFIG);
    assert.deepEqual(copiesIn(first), want);
    assert.equal(rendered(first, CONFIG), first, 'twice is once');
    for (const stream of [text, first])
      assert.deepEqual(
        order(stream, CONFIG).findings.map(({ message }) => message),
        [],
      );
  });

test('what a role that is a hook already takes its rules from is copied too', () => {
  const hooked = role('shop:ctl', 'app: shop', byLabels('of: ctl')).replace(
    'metadata: {',
    'metadata: { annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5" },',
  );
  const first = rendered(BASE + hooked + role('part', 'of: ctl'), CONFIG);
  assert.deepEqual(copiesIn(first), ['part-hook']);
  assert.equal(rendered(first, CONFIG), first);
});
