/** Hook copies in the hands of real Helm binaries: there for the Job, gone afterwards, whatever becomes of the Job. */
import assert from 'node:assert/strict';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { HELM_4, type Helm, helmTest, installHookorder, writeChart } from '../../support/helm.ts';

const POD = `restartPolicy: Never
      serviceAccountName: shop
      containers:
        - name: main
          image: registry.example.com/shop:1
          envFrom: [{configMapRef: {name: shop-config}}, {secretRef: {name: shop-secret}}]`;
const TEMPLATES = {
  'objects.yaml': `apiVersion: v1
kind: ServiceAccount
metadata: {name: shop}
imagePullSecrets: [{name: shop-registry}]
---
apiVersion: v1
kind: Secret
metadata: {name: shop-registry}
stringData: {.dockerconfigjson: "{}"}
---
apiVersion: v1
kind: Secret
metadata: {name: shop-secret}
stringData: {password: x}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop-config}
data: {url: y}
`,
  'rights.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: shop}
rules: [{apiGroups: [""], resources: [secrets], resourceNames: [shop-secret], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: shop}
subjects: [{kind: ServiceAccount, name: shop, namespace: {{ .Release.Namespace }}}]
`,
  'job.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: shop-migrate}
spec:
  template:
    spec:
      ${POD}
`,
  'app.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      ${POD.replace('restartPolicy: Never', 'restartPolicy: Always')}
`,
};
const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - name: migrate
    match: { kind: Job, name: shop-migrate }
    events: [pre-install, pre-upgrade]
    deletePolicy: [before-hook-creation]
    dependencies: copy
    job: { backoffLimit: 0, activeDeadlineSeconds: 60 }
`;
const PLAIN = [
  'ConfigMap/shop-config',
  'Deployment/shop',
  'Role/shop',
  'RoleBinding/shop',
  'Secret/shop-registry',
  'Secret/shop-secret',
  'ServiceAccount/shop',
];
const COPIES = PLAIN.filter((name) => name !== 'Deployment/shop').map((name) => `${name}-hook`);

const upgrade = (helm: Helm, cluster: Cluster, chart: string, use: readonly string[]) =>
  helm.start(['upgrade', '--install', 'shop', chart, '--timeout', '20s', ...cluster.flags, ...use]);

/** What exists when Helm creates an object, by what it created and deleted before. */
function existingAt(calls: readonly string[], call: string): string[] {
  const existing = new Set<string>();
  for (const [verb, name = ''] of calls.slice(0, calls.lastIndexOf(call)).map((line) => line.split(' ')))
    if (verb === 'delete') existing.delete(name);
    else existing.add(name);
  return [...existing].sort();
}

helmTest('copies are there for the Job and gone when the event is over, also after a failure', HELM_4, async (helm) => {
  const cluster = await startCluster();
  try {
    const chart = writeChart(helm, 'shop', TEMPLATES);
    const use = installHookorder(helm, CONFIG);

    cluster.failing.add('Job/shop-migrate');
    assert.notEqual((await upgrade(helm, cluster, chart, use)).status, 0);
    assert.deepEqual(existingAt(cluster.calls, 'create Job/shop-migrate'), COPIES);
    assert.deepEqual(cluster.existing(), ['Job/shop-migrate'], 'the failed Job stays with its logs');

    cluster.failing.clear();
    const retried = await upgrade(helm, cluster, chart, use);
    assert.equal(retried.status, 0, retried.stderr);
    assert.deepEqual(existingAt(cluster.calls, 'create Job/shop-migrate'), COPIES);
    assert.deepEqual(cluster.existing().sort(), [...PLAIN, 'Job/shop-migrate'].sort());

    cluster.calls.length = 0;
    const again = await upgrade(helm, cluster, chart, use);
    assert.equal(again.status, 0, again.stderr);
    const touched = cluster.calls.filter((call) =>
      PLAIN.some((name) => call === `delete ${name}` || call === `create ${name}`),
    );
    assert.deepEqual(touched, [], "the release's own objects are never deleted and never made anew");
    assert.deepEqual(cluster.existing().sort(), [...PLAIN, 'Job/shop-migrate'].sort());
  } finally {
    await cluster.close();
  }
});
