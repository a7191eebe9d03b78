/** hookorder as a plugin of real Helm binaries: hooks are hooks, and a refusal is read by the person who runs Helm. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXECUTABLE } from '../support/files.ts';
import { HELM_3, HELM_4, type Helm, helmTest, installHookorder, writeChart } from '../support/helm.ts';

const JOB = `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
spec:
  backoffLimit: 1
  activeDeadlineSeconds: 60
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: migrate, image: "registry.example.com/migrate:1"}
`;
const SERVICE = `# kept as it is
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-web
spec: {ports: [{port: 80}]}
`;
const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - name: migrate
    match: { kind: Job, name: "*-migrate" }
    events: [pre-install, pre-upgrade]
    deletePolicy: [before-hook-creation, hook-succeeded]
`;
const chartOf = (helm: Helm) => writeChart(helm, 'demo', { 'job.yaml': JOB, 'service.yaml': SERVICE });

helmTest('a claimed Job runs as a hook and leaves the rest of the release alone', HELM_4, (helm) => {
  const chart = chartOf(helm);
  const use = installHookorder(helm, CONFIG);
  const rendered = helm.succeed(['template', 'shop', chart, ...use]);
  assert.match(rendered, /helm\.sh\/hook"?: "?pre-install,\s?pre-upgrade/);
  const without = helm.succeed(['template', 'shop', chart, '--no-hooks', ...use]);
  assert.doesNotMatch(without, /shop-migrate/);
  assert.match(without, /# kept as it is\napiVersion: v1\nkind: Service/);
  const [hooks = '', manifest = ''] = helm
    .succeed(['install', 'shop', chart, '--dry-run=client', ...use])
    .split('MANIFEST:');
  assert.match(hooks, /name: shop-migrate/);
  assert.doesNotMatch(manifest, /name: shop-migrate/);
});

helmTest('a config mistake stops Helm and says file, line, column and the nearest word', HELM_4, (helm) => {
  const use = installHookorder(helm, CONFIG.replace('pre-upgrade', 'pre-upgrad'));
  const { status, stdout, stderr } = helm.run(['template', 'shop', chartOf(helm), ...use]);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /hookorder refused this release/);
  assert.match(stderr, /hookorder\.yaml:6:\d+/);
  assert.match(stderr, /pre-upgrade/);
});

helmTest('a refusal names the resource, what is missing and the way out', HELM_4, (helm) => {
  const chart = writeChart(helm, 'demo', {
    'job.yaml': JOB.replace('    spec:\n', '    spec:\n      serviceAccountName: {{ .Release.Name }}-migrator\n'),
    'account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Release.Name }}-migrator\n',
  });
  const use = installHookorder(helm, CONFIG);
  for (const command of [
    ['template', 'shop'],
    ['install', 'shop', '--dry-run=client'],
  ]) {
    const { status, stderr } = helm.run([...command, chart, ...use]);
    assert.equal(status, 1);
    assert.match(stderr, /error\[refs\/not-yet-created\] Job\/shop-migrate needs\s+ServiceAccount\/shop-migrator/);
    assert.match(stderr, /dependencies: copy/);
  }
});

helmTest('without any config the release is refused', HELM_4, (helm) => {
  const { status, stderr } = helm.run(['template', 'shop', chartOf(helm), ...installHookorder(helm)]);
  assert.equal(status, 1);
  assert.match(stderr, /hookorder refused this release/);
  assert.match(stderr, /config/);
});

helmTest('hookorder.yaml of the working directory is found', HELM_4, (helm) => {
  helm.write('.', { 'hookorder.yaml': CONFIG });
  assert.match(helm.succeed(['template', 'shop', chartOf(helm), ...installHookorder(helm)]), /helm\.sh\/hook/);
});

helmTest('a chart that carries its own order needs no file', HELM_4, (helm) => {
  const chart = writeChart(helm, 'demo', { 'job.yaml': JOB, 'service.yaml': SERVICE, 'order.yaml': CONFIG });
  const rendered = helm.succeed(['template', 'shop', chart, ...installHookorder(helm)]);
  assert.match(rendered, /helm\.sh\/hook/);
  assert.doesNotMatch(rendered, /HookOrder/);
});

helmTest('a chart of megabytes arrives whole', HELM_4, (helm) => {
  const filler = `{{ range $i := until 3000 }}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: filler-{{ $i }}\ndata:\n  text: {{ repeat 700 "x" }}\n{{ end }}`;
  const chart = writeChart(helm, 'demo', { 'job.yaml': JOB, 'filler.yaml': filler });
  const rendered = helm.succeed(['template', 'shop', chart, ...installHookorder(helm, CONFIG)]);
  assert.equal(rendered.match(/^kind: ConfigMap$/gm)?.length, 3000);
  assert.match(rendered, /name: filler-2999\n/);
});

helmTest('--report writes the plan beside the release', HELM_4, (helm) => {
  const use = installHookorder(helm, CONFIG);
  const report = join(helm.folder, 'report.json');
  helm.succeed(['template', 'shop', chartOf(helm), ...use, '--post-renderer-args', `--report=${report}`]);
  assert.ok(existsSync(report));
  assert.match(readFileSync(report, 'utf8'), /shop-migrate/);
});

helmTest(
  'Helm 3: injecting hooks is refused, because Helm 3 would apply them as ordinary resources',
  HELM_3,
  (helm) => {
    assert.ok(statSync(EXECUTABLE).mode & 0o100);
    helm.write('.', { 'hookorder.yaml': CONFIG });
    const { status, stdout, stderr } = helm.run(['template', 'shop', chartOf(helm), '--post-renderer', EXECUTABLE]);
    assert.equal(status, 1, stdout);
    assert.match(stderr, /Helm 3/);
  },
);

helmTest('Helm 3: what injects no hook passes', HELM_3, (helm) => {
  helm.write('.', {
    'hookorder.yaml':
      'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - name: plain\n    match: {kind: Job}\n    hook: false\n',
  });
  const rendered = helm.succeed(['template', 'shop', chartOf(helm), '--post-renderer', EXECUTABLE]);
  assert.match(rendered, /name: shop-migrate/);
});

helmTest('a Job in a List of any kind runs as a hook', HELM_4, (helm) => {
  const use = installHookorder(helm, CONFIG);
  const inList = JOB.replaceAll(/^(?=.)/gm, '    ').replace(/^ {4}/, '  - ');
  for (const [kind, apiVersion] of [
    ['List', 'v1'],
    ['JobList', 'batch/v1'],
  ]) {
    const chart = writeChart(helm, `demo-${kind?.toLowerCase()}`, {
      'jobs.yaml': `apiVersion: ${apiVersion}\nkind: ${kind}\nitems:\n${inList}`,
      'service.yaml': SERVICE,
    });
    const [hooks = '', manifest = ''] = helm
      .succeed(['install', 'shop', chart, '--dry-run=client', ...use])
      .split('MANIFEST:');
    assert.match(hooks, /name: shop-migrate/, kind);
    assert.doesNotMatch(manifest, /name: shop-migrate/, kind);
  }
});
