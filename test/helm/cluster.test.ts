/** Beliefs that show only when Helm talks to a cluster: run order, waiting, deleting. Seen with real binaries. */
import assert from 'node:assert/strict';
import { KEEP_POLICY } from '../../src/model/helm.ts';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { HELM_4, type Helm, helmTest, installScript, writeChart } from '../support/helm.ts';

const job = (name: string, annotations: Readonly<Record<string, string>>, image = 'x') => `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations: ${JSON.stringify(annotations)}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: main, image: ${image}}]}
`;

async function withCluster(body: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = await startCluster();
  try {
    await body(cluster);
  } finally {
    await cluster.close();
  }
}

const upgrade = (helm: Helm, cluster: Cluster, chart: string, ...flags: string[]) =>
  helm.start([
    'upgrade',
    '--install',
    'shop',
    chart,
    '--timeout',
    '20s',

    ...cluster.flags,
    ...flags,
  ]);

helmTest('hooks run by weight and then by name, whatever their kind', HELM_4, (helm) =>
  withCluster(async (cluster) => {
    const hook = (weight: string) => ({ 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': weight });
    const chart = writeChart(helm, 'demo', {
      'a.yaml': job('aaa', hook('0')),
      'b.yaml': `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: zzz\n  annotations: ${JSON.stringify(hook('0'))}\n`,
      'c.yaml': job('bbb', hook('-1')),
      'd.yaml': job('ccc', hook('not a number')),
      'e.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: plain\n',
    });
    const { status, stderr } = await upgrade(helm, cluster, chart);
    assert.equal(status, 0, stderr);
    assert.deepEqual(cluster.calls, [
      'create Job/bbb',
      'create Job/aaa',
      'create Job/ccc',
      'create ServiceAccount/zzz',
      'create ConfigMap/plain',
    ]);
  }),
);

const PRE = { 'helm.sh/hook': 'pre-install,pre-upgrade' };
const policy = (...words: string[]) => ({ ...PRE, 'helm.sh/hook-delete-policy': words.join(',') });
const plain = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: plain\n';

helmTest('hook-succeeded deletes after the whole event, in reverse order', HELM_4, (helm) =>
  withCluster(async (cluster) => {
    const chart = writeChart(helm, 'demo', {
      'a.yaml': job('one', policy('hook-succeeded')),
      'b.yaml': job('two', policy('hook-succeeded')),
      'c.yaml': plain,
    });
    assert.equal((await upgrade(helm, cluster, chart)).status, 0);
    assert.deepEqual(cluster.calls, [
      ...['create Job/one', 'create Job/two'],
      ...['delete Job/two', 'delete Job/one'],
      'create ConfigMap/plain',
    ]);
  }),
);

helmTest(
  'a failing hook stops the release; earlier hooks with hook-succeeded go, the failed one stays',
  HELM_4,
  (helm) =>
    withCluster(async (cluster) => {
      const chart = writeChart(helm, 'demo', {
        'a.yaml': job('one', policy('hook-succeeded')),
        'b.yaml': job('two', policy('before-hook-creation', 'hook-succeeded')),
        'c.yaml': plain,
      });
      cluster.failing.add('Job/two');
      assert.equal((await upgrade(helm, cluster, chart)).status, 1);
      assert.deepEqual(cluster.existing(), ['Job/two']);
      cluster.failing.clear();
      cluster.calls.length = 0;
      assert.equal((await upgrade(helm, cluster, chart)).status, 0);
      assert.deepEqual(cluster.calls.slice(0, 3), ['create Job/one', 'delete Job/two', 'create Job/two']);
      assert.deepEqual(cluster.existing(), ['ConfigMap/plain']);
    }),
);

helmTest('no policy means before-hook-creation; a word that Helm does not know means never', HELM_4, (helm) =>
  withCluster(async (cluster) => {
    const claim = (name: string, annotations: Readonly<Record<string, string>>) =>
      `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: ${name}\n  annotations: ${JSON.stringify(annotations)}\nspec: {}\n`;
    const chart = writeChart(helm, 'demo', {
      'a.yaml': claim('lost', PRE),
      'b.yaml': claim('safe', policy(KEEP_POLICY)),
      'c.yaml': plain,
    });
    await upgrade(helm, cluster, chart);
    cluster.calls.length = 0;
    assert.equal((await upgrade(helm, cluster, chart)).status, 0);
    assert.deepEqual(cluster.calls, [
      ...['delete PersistentVolumeClaim/lost', 'create PersistentVolumeClaim/lost'],
      ...['apply PersistentVolumeClaim/safe', 'apply ConfigMap/plain'],
    ]);
    assert.equal((await helm.start(['uninstall', 'shop', ...cluster.flags])).status, 0);
    assert.deepEqual(cluster.existing().sort(), ['PersistentVolumeClaim/lost', 'PersistentVolumeClaim/safe']);
  }),
);

helmTest(
  'a kept Job does not run again: unchanged it silently stays finished, changed it is an error',
  HELM_4,
  (helm) =>
    withCluster(async (cluster) => {
      const first = writeChart(helm, 'demo', { 'a.yaml': job('migrate', policy('hook-failed')), 'c.yaml': plain });
      await upgrade(helm, cluster, first);
      const before = cluster.find('Job', 'migrate')?.metadata['uid'];
      assert.equal((await upgrade(helm, cluster, first)).status, 0);
      assert.equal(cluster.find('Job', 'migrate')?.metadata['uid'], before);
      const changed = writeChart(helm, 'demo', { 'a.yaml': job('migrate', policy('hook-failed'), 'y') });
      const { status, stderr } = await upgrade(helm, cluster, changed);
      assert.equal(status, 1);
      assert.match(stderr, /field is immutable/);
    }),
);

helmTest('an installed object that becomes a hook is deleted by the upgrade that made it one', HELM_4, (helm) =>
  withCluster(async (cluster) => {
    const account = (annotations: Readonly<Record<string, string>>) =>
      `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: live\n  annotations: ${JSON.stringify(annotations)}\n`;
    await upgrade(helm, cluster, writeChart(helm, 'demo', { 'a.yaml': account({}), 'c.yaml': plain }));
    await upgrade(helm, cluster, writeChart(helm, 'demo', { 'a.yaml': account(policy(KEEP_POLICY)), 'c.yaml': plain }));
    assert.deepEqual(cluster.existing(), ['ConfigMap/plain']);
  }),
);

helmTest('a rollback runs the hooks of the stored release, without the post-renderer', HELM_4, (helm) =>
  withCluster(async (cluster) => {
    installScript(helm, 'rename', `process.stdout.write(input.replaceAll('restore', 'restore-' + args[0]));`);
    const chart = writeChart(helm, 'demo', {
      'a.yaml': job('restore', { 'helm.sh/hook': 'pre-rollback' }),
      'c.yaml': plain,
    });
    for (const run of ['1', '2'])
      await upgrade(helm, cluster, chart, '--post-renderer', 'rename', '--post-renderer-args', run);
    cluster.calls.length = 0;
    assert.equal((await helm.start(['rollback', 'shop', '1', ...cluster.flags])).status, 0);
    assert.deepEqual(cluster.calls, ['create Job/restore-1', 'apply ConfigMap/plain']);
  }),
);

helmTest('after a failed first install, upgrade --install runs no pre-install-only hook', HELM_4, (helm) =>
  withCluster(async (cluster) => {
    const chart = writeChart(helm, 'demo', {
      'a.yaml': job('first', { 'helm.sh/hook': 'pre-install' }),
      'b.yaml': job('second', { 'helm.sh/hook': 'post-install' }),
      'c.yaml': plain,
    });
    cluster.failing.add('Job/first');
    assert.equal((await upgrade(helm, cluster, chart)).status, 1);
    cluster.failing.clear();
    cluster.calls.length = 0;
    assert.equal((await upgrade(helm, cluster, chart)).status, 0);
    assert.deepEqual(cluster.calls, ['create ConfigMap/plain']);
  }),
);

helmTest(
  'a hook of a kind that the cluster does not know stops the release before its plain resources',
  HELM_4,
  (helm) =>
    withCluster(async (cluster) => {
      const chart = writeChart(helm, 'demo', {
        'a.yaml':
          'apiVersion: shop.example/v1\nkind: Policy\nmetadata: {name: p, annotations: {helm.sh/hook: pre-install}}\n',
        'b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: plain\n',
      });
      const { status, stderr } = await upgrade(helm, cluster, chart, '--disable-openapi-validation');
      assert.notEqual(status, 0);
      assert.match(stderr, /no matches for kind "Policy"/);
      assert.deepEqual(cluster.calls, []);
    }),
);
