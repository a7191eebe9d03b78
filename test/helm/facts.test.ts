/** The beliefs of src/model/helm.ts that can be seen without a cluster, each seen with real binaries. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareKinds, EVENTS, KEEP_POLICY, POSTRENDER_FILENAME } from '../../src/model/helm.ts';
import { HELM_3, HELM_4, type Helm, helmTest, installScript, writeChart } from '../support/helm.ts';

const configMap = (name: string, annotations: Readonly<Record<string, string>> = {}) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  annotations: ${JSON.stringify(annotations)}\n`;

/** The `kind/name` of each document, in order. */
const resources = (stream: string): string[] =>
  [...stream.matchAll(/^kind: (\S+)\nmetadata:\n {2}name: (\S+)/gm)].map(([, kind, name]) => `${kind}/${name}`);

const readText = (file: string): string => readFileSync(file, 'utf8');
const PASS = 'process.stdout.write(input);';

helmTest(
  'an unknown event drops the whole resource, with status 0 and without its name',
  [...HELM_4, ...HELM_3],
  (helm) => {
    const chart = writeChart(helm, 'demo', {
      'a.yaml': configMap('dropped', { 'helm.sh/hook': 'pre-install,pre-instal' }),
      'b.yaml': configMap('kept', { 'helm.sh/hook': ' Pre-Install , post-upgrade' }),
      'c.yaml': configMap('tested', { 'helm.sh/hook': 'test-success' }),
    });
    const { status, stdout, stderr } = helm.run(['template', 'shop', chart]);
    assert.equal(status, 0);
    assert.deepEqual(resources(stdout), ['ConfigMap/kept', 'ConfigMap/tested']);
    assert.doesNotMatch(stderr, /dropped/);
  },
);

helmTest('every event of the model is known, and a policy word that Helm does not know is taken', HELM_4, (helm) => {
  const chart = writeChart(
    helm,
    'demo',
    Object.fromEntries(
      EVENTS.map((event) => [
        `${event}.yaml`,
        configMap(event, { 'helm.sh/hook': event, 'helm.sh/hook-delete-policy': KEEP_POLICY }),
      ]),
    ),
  );
  assert.deepEqual(
    resources(helm.succeed(['template', 'shop', chart])).sort(),
    EVENTS.map((event) => `ConfigMap/${event}`).sort(),
  );
});

helmTest('kinds are installed in the order of the model, unknown kinds last and by name', HELM_4, (helm) => {
  const kinds =
    `ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService Ingress IngressClass CronJob Job StatefulSet
    HorizontalPodAutoscaler Deployment ReplicaSet ReplicationController Pod DaemonSet Service RoleBinding Role ClusterRoleBinding
    ClusterRole CustomResourceDefinition PersistentVolumeClaim PersistentVolume StorageClass ConfigMap Secret ServiceAccount
    PodDisruptionBudget LimitRange ResourceQuota NetworkPolicy Namespace PriorityClass Zebra Atlas`.split(/\s+/);
  const chart = writeChart(
    helm,
    'demo',
    Object.fromEntries(kinds.map((kind) => [`${kind}.yaml`, `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: x\n`])),
  );
  const printed = resources(helm.succeed(['template', 'shop', chart])).map((resource) => resource.replace('/x', ''));
  assert.deepEqual(printed, [...kinds].sort(compareKinds));
});

const SCALAR = 'hookorder refused this release.\n\n  error[x/y] Job/a: "b" <c> & d\n    --> e: f\nlast line\n';

helmTest('one YAML scalar and status 0 make Helm stop and print the scalar whole', HELM_4, (helm) => {
  installScript(
    helm,
    'refuse',
    `process.stdout.write(${JSON.stringify(`|-\n${SCALAR.replaceAll(/^(?=.)/gm, '  ')}`)});`,
  );
  const chart = writeChart(helm, 'demo', { 'a.yaml': configMap('a') });
  for (const command of [
    ['template', 'shop'],
    ['install', 'shop', '--dry-run=client'],
  ]) {
    const { status, stderr } = helm.run([...command, chart, '--post-renderer', 'refuse']);
    assert.equal(status, 1);
    for (const line of SCALAR.trimEnd().split('\n'))
      assert.ok(
        stderr.split('\n').some((each) => each.endsWith(line)),
        stderr,
      );
  }
});

helmTest('what a post-renderer says on stderr is never shown', HELM_4, (helm) => {
  installScript(helm, 'fails', `console.error('a reason'); process.exitCode = args.includes('fail') ? 1 : 0; ${PASS}`);
  const chart = writeChart(helm, 'demo', { 'a.yaml': configMap('a') });
  const use = ['template', 'shop', chart, '--debug', '--post-renderer', 'fails'];
  const good = helm.run(use);
  assert.equal(good.status, 0);
  const bad = helm.run([...use, '--post-renderer-args', 'fail']);
  assert.equal(bad.status, 1);
  assert.match(bad.stderr, /plugin "fails" exited with error/);
  for (const { stdout, stderr } of [good, bad]) assert.doesNotMatch(stdout + stderr, /a reason/);
});

helmTest('an empty output is an error', HELM_4, (helm) => {
  installScript(helm, 'empty', '');
  const chart = writeChart(helm, 'demo', { 'a.yaml': configMap('a') });
  assert.equal(helm.run(['template', 'shop', chart, '--post-renderer', 'empty']).status, 1);
});

/** What Helm sends to a post-renderer. */
function sent(helm: Helm, chart: string): string {
  installScript(helm, 'show', `require('node:fs').writeFileSync(args[0], input); ${PASS}`);
  const file = join(helm.folder, 'sent.yaml');
  const stdout = helm.succeed([
    'template',
    'shop',
    chart,
    '--post-renderer',
    'show',
    '--post-renderer-args',
    'sent.yaml',
  ]);
  assert.doesNotMatch(stdout, /postrenderer\.helm\.sh/, 'Helm takes its annotation away again');
  return readText(file);
}

helmTest(
  'the stream names each template in its last annotation; hooks and tests are in it, lists are flat',
  HELM_4,
  (helm) => {
    const chart = helm.write('demo', {
      'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 0.1.0\n',
      'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 0.1.0\n',
      'charts/db/templates/job.yaml': configMap('hook', { 'helm.sh/hook': 'pre-install', zone: 'b' }),
      'crds/crd.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: crd\n',
      'templates/NOTES.txt': 'notes',
      'templates/comment.yaml': '# nothing here\n',
      'templates/list.yaml':
        'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: one}\n',
      'templates/test.yaml': configMap('tested', { 'helm.sh/hook': 'test' }),
    });
    const stream = sent(helm, chart);
    assert.deepEqual(
      [...stream.matchAll(/^kind: (.+)$/gm)].map(([, kind]) => kind),
      ['ConfigMap', 'ConfigMap', 'ConfigMap'],
    );
    const names = stream.matchAll(/([\w./-]+): ('demo\/[^']+')\}*$/gm);
    assert.deepEqual(
      [...names].map(([, key, file]) => `${key}: ${file}`),
      ['charts/db/templates/job.yaml', 'templates/list.yaml', 'templates/test.yaml'].map(
        (file) => `${POSTRENDER_FILENAME}: 'demo/${file}'`,
      ),
    );
  },
);

helmTest('hook annotations count when a post-renderer adds them, and --no-hooks leaves them out', HELM_4, (helm) => {
  installScript(helm, 'inject', `process.stdout.write(input.replace('late:', '"helm.sh/hook":'));`);
  const chart = writeChart(helm, 'demo', {
    'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    late: pre-install\n',
    'b.yaml': configMap('b'),
  });
  const use = [chart, '--post-renderer', 'inject'];
  assert.deepEqual(resources(helm.succeed(['template', 'shop', ...use])), ['ConfigMap/b', 'ConfigMap/a']);
  assert.deepEqual(resources(helm.succeed(['template', 'shop', '--no-hooks', ...use])), ['ConfigMap/b']);
  const [hooks = '', manifest = ''] = helm.succeed(['install', 'shop', '--dry-run=client', ...use]).split('MANIFEST:');
  assert.deepEqual([resources(hooks), resources(manifest)], [['ConfigMap/a'], ['ConfigMap/b']]);
});

helmTest('a post-renderer is a plugin by name, not a path', HELM_4, (helm) => {
  const chart = writeChart(helm, 'demo', { 'a.yaml': configMap('a') });
  assert.equal(helm.run(['template', 'shop', chart, '--post-renderer', process.execPath]).status, 1);
});

helmTest('one unknown key in plugin.yaml, and the plugin is ignored', HELM_4, (helm) => {
  const yaml = 'apiVersion: v1\nname: x\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\n';
  const command = 'runtimeConfig:\n  platformCommand:\n    - command: cat\n';
  helm.write('helm data/plugins', { 'x/plugin.yaml': `${yaml}description: y\n${command}` });
  // 4.1.3 fails here, later ones warn.
  const { stdout, stderr } = helm.run(['plugin', 'list']);
  assert.doesNotMatch(stdout, /postrenderer/);
  assert.match(stderr, /field description not found/);
  helm.write('helm data/plugins', { 'x/plugin.yaml': yaml + command });
  assert.match(helm.succeed(['plugin', 'list']), /postrenderer/);
});

helmTest('Helm 3 sends a # Source comment, no filename annotation and no hooks', HELM_3, (helm) => {
  const chart = writeChart(helm, 'demo', {
    'a.yaml': configMap('a'),
    'b.yaml': configMap('b', { 'helm.sh/hook': 'pre-install' }),
  });
  const tee = helm.write('tee', { 'tee.sh': '#!/bin/sh\nexec tee sent.yaml\n' });
  chmodSync(join(tee, 'tee.sh'), 0o755);
  helm.succeed(['template', 'shop', chart, '--post-renderer', join(tee, 'tee.sh')]);
  const stream = readText(join(helm.folder, 'sent.yaml'));
  assert.match(stream, /^# Source: demo\/templates\/a\.yaml$/m);
  assert.doesNotMatch(stream, /postrender-filename|pre-install/);
});

helmTest('a post-renderer gets the items of a List, one level deep, and typed Lists folded', HELM_4, (helm) => {
  const item = (name: string, more = ''): string =>
    `- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: ${name}\n${more}`;
  const hook = '    annotations: {helm.sh/hook: pre-install}\n';
  const chart = writeChart(helm, 'demo', {
    'a.yaml': `apiVersion: v1\nkind: List\nitems:\n${item('hook', hook)}${item('plain')}`,
    'b.yaml': `apiVersion: v1\nkind: ConfigMapList\nitems:\n${item('typed', hook)}`,
    'c.yaml': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n${item('inner').replaceAll(/^/gm, '  ')}`,
  });
  const hooksOf = (...flags: string[]): string =>
    helm.succeed(['install', 'shop', chart, '--dry-run=client', ...flags]).split('MANIFEST:')[0] ?? '';
  assert.doesNotMatch(hooksOf(), /^ *name: /m, 'nothing in a List is a hook');
  const seen = join(helm.folder, 'seen.yaml');
  installScript(helm, 'see', `require('node:fs').writeFileSync(${JSON.stringify(seen)}, input);${PASS}`);
  const hooks = hooksOf('--post-renderer', 'see');
  assert.match(hooks, /^ {2}name: hook$/m);
  assert.doesNotMatch(hooks, /plain|typed|inner/);
  const stream = readText(seen);
  assert.deepEqual(
    [...stream.matchAll(/^kind: (\S+)/gm)].map(([, kind]) => kind),
    ['ConfigMap', 'ConfigMap', 'ConfigMapList', 'List'],
  );
});

helmTest('an anchor that items of a List share breaks behind any post-renderer', HELM_4, (helm) => {
  const item = (name: string, labels: string): string =>
    `- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: ${name}, labels: ${labels}}\n`;
  const chart = writeChart(helm, 'demo', {
    'a.yaml': `apiVersion: v1\nkind: List\nitems:\n${item('a', '&l {x: y}')}${item('b', '*l')}`,
  });
  helm.succeed(['template', 'shop', chart]);
  installScript(helm, 'pass', PASS);
  const { status, stderr } = helm.run(['template', 'shop', chart, '--post-renderer', 'pass']);
  assert.equal(status, 1);
  assert.match(stderr, /unknown anchor 'l' referenced/);
});
