import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueAt } from '../../../src/model/json.ts';
import { containersOf, referencesOf } from '../../../src/release/references.ts';
import { placementsOf } from '../../support/release.ts';

const only = (text: string) => {
  const [placement] = placementsOf(text);
  assert.ok(placement);
  return placement;
};
const listOf = (text: string): string[] => {
  const placement = only(text);
  return referencesOf(placement).map((reference) => {
    assert.equal(valueAt(placement.value(), reference.path), reference.name, 'the name stands at its path');
    const { use, kind, name, optional, namespace } = reference;
    return `${use} ${kind}/${name}${optional ? ' optional' : ''}${namespace === undefined ? '' : ` in ${namespace}`}`;
  });
};

const JOB = (spec: string): string => `apiVersion: batch/v1
kind: Job
metadata: { name: j }
spec:
  template:
    spec: ${spec}
`;

test('pods need accounts, env, volumes, pull secrets, claims and classes', () => {
  for (const { name, spec, want } of [
    { name: 'nothing', spec: '{ containers: [{ name: a, env: [{ name: A, value: b }] }] }', want: [] },
    {
      name: 'an account by both names',
      spec: '{ serviceAccountName: a, serviceAccount: a }',
      want: ['identity ServiceAccount/a', 'identity ServiceAccount/a'],
    },
    {
      name: 'pull secrets',
      spec: '{ imagePullSecrets: [{ name: a }, { name: "" }, {}] }',
      want: ['pull-secret Secret/a'],
    },
    {
      name: 'env of every kind of container',
      spec: `{ initContainers: [{ env: [{ name: A, valueFrom: { configMapKeyRef: { name: i, key: k } } }] }],
        containers: [{ env: [{ name: A, valueFrom: { secretKeyRef: { name: c, key: k, optional: true } } }] }],
        ephemeralContainers: [{ envFrom: [{ configMapRef: { name: e } }] }] }`,
      want: ['env ConfigMap/i', 'env Secret/c optional', 'env ConfigMap/e'],
    },
    {
      name: 'envFrom',
      spec: '{ containers: [{ envFrom: [{ secretRef: { name: s, optional: true } }, { prefix: P_, configMapRef: { name: c } }] }] }',
      want: ['env ConfigMap/c', 'env Secret/s optional'],
    },
    {
      name: 'volumes',
      spec: `{ volumes: [
        { name: a, configMap: { name: c, optional: true } }, { name: b, secret: { secretName: s } },
        { name: c, persistentVolumeClaim: { claimName: p } },
        { name: d, csi: { driver: d, nodePublishSecretRef: { name: "n" }, volumeAttributes: { secretProviderClass: k } } },
        { name: e, azureFile: { secretName: z } }, { name: f, rbd: { secretRef: { name: r } } }, { name: g, emptyDir: {} },
        { name: h, projected: { sources: [{ serviceAccountToken: { path: t } }, { configMap: { name: pc } }, { secret: { name: ps, optional: true } }] } },
        { name: i, ephemeral: { volumeClaimTemplate: { spec: { storageClassName: fast } } } }] }`,
      want: [
        'volume ConfigMap/c optional',
        'volume Secret/s',
        'claim PersistentVolumeClaim/p',
        'volume Secret/n',
        'volume SecretProviderClass/k',
        'volume Secret/z',
        'volume Secret/r',
        'volume ConfigMap/pc',
        'volume Secret/ps optional',
        'class StorageClass/fast',
      ],
    },
    {
      name: 'classes',
      spec: '{ priorityClassName: p, runtimeClassName: r }',
      want: ['class PriorityClass/p', 'class RuntimeClass/r'],
    },
    { name: 'no pod spec worth the name', spec: '[]', want: [] },
  ])
    assert.deepEqual(listOf(JOB(spec)), want, name);
});

test('accounts, tokens, bindings, claims and StatefulSets refer too', () => {
  for (const { name, text, want } of [
    {
      name: 'an account to its Secrets, of which pods wait for none that it merely lists',
      text: 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: a, namespace: "n" }\nsecrets: [{ name: t }]\nimagePullSecrets: [{ name: p }]',
      want: ['pull-secret Secret/p in n', 'volume Secret/t optional in n'],
    },
    {
      name: 'a ServiceAccount of a cloud is another kind',
      text: 'apiVersion: iam.cnrm.cloud.google.com/v1beta1\nkind: ServiceAccount\nmetadata: { name: a }\nimagePullSecrets: [{ name: p }]',
      want: [],
    },
    {
      name: 'a token to its account',
      text: 'apiVersion: v1\nkind: Secret\ntype: kubernetes.io/service-account-token\nmetadata: { name: t, annotations: { kubernetes.io/service-account.name: a } }',
      want: ['identity ServiceAccount/a'],
    },
    {
      name: 'a binding to its role and its accounts, where they are',
      text: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: b, namespace: "n" }
roleRef: { kind: ClusterRole, name: r, apiGroup: rbac.authorization.k8s.io }
subjects: [{ kind: ServiceAccount, name: a }, { kind: ServiceAccount, name: b, namespace: m }, { kind: Group, name: g }]`,
      want: ['role ClusterRole/r', 'subject ServiceAccount/a in n', 'subject ServiceAccount/b in m'],
    },
    {
      name: 'a claim to its class and volume',
      text: 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: c, namespace: "n" }\nspec: { storageClassName: s, volumeName: v }',
      want: ['class StorageClass/s', 'claim PersistentVolume/v'],
    },
    {
      name: 'a StatefulSet to the class of its claims',
      text: 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: s }\nspec: { template: { spec: {} }, volumeClaimTemplates: [{ spec: { storageClassName: c } }, { spec: {} }] }',
      want: ['class StorageClass/c'],
    },
  ])
    assert.deepEqual(listOf(text), want, name);
});

test('containers come in the order in which they start, each with its path', () => {
  const job = only(JOB('{ containers: [{ name: b }], initContainers: [{ name: a }] }'));
  assert.deepEqual(
    containersOf(job).map(({ name, init, path }) => [name, init, path.slice(3)]),
    [
      ['a', true, ['initContainers', 0]],
      ['b', false, ['containers', 0]],
    ],
  );
});
