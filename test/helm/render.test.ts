/** hookorder as a plugin of real Helm binaries: hooks are hooks, and a refusal is read by the person who runs Helm. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXECUTABLE } from '../support/files.ts';
import { HELM_4, type Helm, helmTest, installHookorder, installScript, writeChart } from '../support/helm.ts';

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

helmTest('a refusal names the resource, what is missing and the fix', HELM_4, (helm) => {
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

helmTest('a word that is no flag is refused and does not replace the release', HELM_4, (helm) => {
  const chart = chartOf(helm);
  const use = installHookorder(helm, CONFIG);
  helm.write('.', { 'only.yaml': JOB.replace('{{ .Release.Name }}', 'other') });
  for (const { args, want } of [
    { args: ['--post-renderer-args=only.yaml'], want: /did you mean --config=only\.yaml\?/ },
    { args: ['--post-renderer-args', 'only.yaml'], want: /did you mean --config=only\.yaml\?/ },
    { args: ['--post-renderer-args=--', '--post-renderer-args=only.yaml'], want: /did you mean --config=only\.yaml\?/ },
    { args: ['--post-renderer-args=plan'], want: /helm hookorder plan/ },
    { args: ['--post-renderer-args=--help'], want: /helm hookorder --help/ },
    { args: ['--post-renderer-args=--version'], want: /helm hookorder --version/ },
    { args: ['--post-renderer-args='], want: /is empty/ },
    { args: ['--post-renderer-args', '--config only.yaml'], want: /write --config=only\.yaml/ },
  ])
    for (const command of [
      ['template', 'shop'],
      ['install', 'shop', '--dry-run=client'],
    ]) {
      const { status, stdout, stderr } = helm.run([...command, chart, ...use, ...args]);
      assert.equal(status, 1, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr.replaceAll(/\s+/g, ' '), want, args.join(' '));
    }
});

helmTest('a chain that loses the filename annotation is ordered: Helm 4 reads hooks afterwards', HELM_4, (helm) => {
  helm.write('.', { 'hookorder.yaml': CONFIG });
  installScript(
    helm,
    'chain',
    `const bare = input.replaceAll(/^ *postrenderer\\.helm\\.sh\\/postrender-filename: .*\\n/gm, '').replaceAll(/^ *annotations:\\n(?! {4})/gm, '');
const { spawnSync } = require('node:child_process');
process.stdout.write(spawnSync(process.execPath, [${JSON.stringify(EXECUTABLE)}, 'render', '--errors=output'], { input: bare }).stdout);`,
  );
  const out = helm.succeed(['install', 'shop', chartOf(helm), '--dry-run=client', '--post-renderer', 'chain']);
  assert.match(out.split('MANIFEST:')[0] ?? '', /name: shop-migrate/);
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
