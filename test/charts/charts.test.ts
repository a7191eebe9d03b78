/** Charts in place of streams: `plan`, `lint`, `diff` and `init` let a real Helm render them. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Ran, runCli } from '../support/cli.ts';
import { ROOT, TESTDATA } from '../support/files.ts';
import { HELM_3, HELM_4, type Helm, helmTest, writeChart } from '../support/helm.ts';

const POND = join(TESTDATA, 'charts', 'pond');
const ORDERED = join(TESTDATA, 'charts', 'ordered-release');

/** The command line with this Helm. */
const run = (helm: Helm, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran =>
  runCli(args, {
    cwd: helm.folder,
    env: { ...(helm.env as Record<string, string>), HELM_BIN: helm.binary, ...env },
  });

interface JsonPlan {
  readonly operations: readonly {
    readonly name: string;
    readonly steps: readonly { readonly event?: string; readonly hooks?: readonly { readonly name: string }[] }[];
  }[];
}

const hooksOf = (plan: JsonPlan): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    plan.operations.map(({ name, steps }) => [name, steps.flatMap(({ hooks = [] }) => hooks.map((hook) => hook.name))]),
  );

helmTest('a chart and its render give the same plan', [...HELM_4, ...HELM_3], (helm) => {
  const chart = join(ORDERED, 'chart');
  const config = ['-c', join(ORDERED, 'hookorder.yaml'), '--helm', '4.3'];
  helm.write('.', { 'rendered.yaml': helm.succeed(['template', 'shop', chart]) });
  const ofStream = run(helm, ['plan', 'rendered.yaml', ...config, '-o', 'json']);
  const ofChart = run(helm, ['plan', chart, '--release', 'shop', ...config, '-o', 'json']);
  assert.equal(ofChart.stderr, '');
  const [a, b] = [ofStream, ofChart].map(({ stdout }) => JSON.parse(stdout) as { readonly operations: unknown });
  assert.deepEqual(b?.operations, a?.operations);
});

helmTest('each operation runs what is rendered for it', [...HELM_4.slice(-1), ...HELM_3.slice(-1)], (helm) => {
  const { stdout, status } = run(helm, ['plan', POND, '--release', 'pond', '--set', 'migrate=hook', '-o', 'json']);
  assert.equal(status, 1, 'the migration needs what a first install does not have yet');
  const hooks = hooksOf(JSON.parse(stdout) as JsonPlan);
  assert.deepEqual(hooks['install'], ['pond-migrate']);
  assert.deepEqual(hooks['upgrade'], ['pond-migrate', 'pond-reindex']);
  const ofUpgrade = run(helm, ['plan', POND, '--release', 'pond', '--is-upgrade', '-o', 'json']);
  assert.deepEqual(hooksOf(JSON.parse(ofUpgrade.stdout) as JsonPlan)['install'], []);
});

helmTest('a finding of one operation is not told of the other', HELM_4.slice(-1), (helm) => {
  const chart = writeChart(helm, 'pond', {
    // A need that is not there yet at an install; for an upgrade there is no such hook.
    'hook.yaml': `{{- if .Release.IsInstall }}
apiVersion: batch/v1
kind: Job
metadata: { name: once, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a, envFrom: [{ configMapRef: { name: c } }] }] } } }
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata: { name: each, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a }] } } }
`,
    'plain.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { up: "{{ .Release.IsUpgrade }}" }\n',
  });
  const { stdout } = run(helm, ['lint', chart, '-o', 'json']);
  interface Told {
    readonly resource: string;
    readonly code: string;
    readonly members: readonly Told[];
  }
  const { findings } = JSON.parse(stdout) as { findings: Told[] };
  const told = (code: string): readonly string[] =>
    findings
      .filter((finding) => finding.code === code)
      .flatMap(({ resource, members }) => (members.length > 0 ? members.map((each) => each.resource) : [resource]))
      .sort();
  assert.deepEqual(told('refs/not-yet-created'), ['Job/once']);
  // It would read the old ConfigMap at an upgrade, but no upgrade has it.
  assert.deepEqual(told('refs/stale-on-upgrade'), []);
  assert.deepEqual(told('job/no-deadline'), ['Job/each', 'Job/once']);
});

helmTest('what Helm leaves out for an unknown event is an error', [...HELM_4, ...HELM_3], (helm) => {
  const chart = writeChart(helm, 'pond', {
    'hook.yaml':
      'apiVersion: batch/v1\nkind: Job\nmetadata: { name: a, annotations: { helm.sh/hook: "pre-instal, post-install" } }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: s }\n',
  });
  const { stdout, status } = run(helm, ['lint', chart]);
  assert.equal(status, 1);
  assert.match(stdout, /pre-instal[\s\S]*hook\/unknown-event/);
});

helmTest("Helm's flags and namespace reach the chart", HELM_4.slice(-1), (helm) => {
  const chart = writeChart(helm, 'pond', {
    'job.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-{{ .Values.a }}-{{ .Values.b }}-{{ .Values.c }}-{{ .Release.Namespace }}-{{ .Capabilities.KubeVersion.Minor }}
  annotations: { helm.sh/hook: post-install }
`,
  });
  helm.write('.', { 'v.yaml': 'a: x\nb: x\n', 'w.yaml': 'b: q\n' });
  const names = (...args: string[]): readonly string[] | undefined => {
    const { stdout, stderr } = run(helm, ['plan', chart, '-o', 'json', ...args]);
    assert.equal(stderr, '');
    return hooksOf(JSON.parse(stdout) as JsonPlan)['install'];
  };
  const values = ['-f', 'v.yaml', '-fw.yaml', '--set', 'c=z', '--kube-version', '1.29.0'];
  assert.deepEqual(names('--release', 'r', '-n', 'prod', ...values), ['r-x-q-z-prod-29']);
  assert.deepEqual(names(...values), ['release-name-x-q-z-default-29']);
  const packed = join(helm.folder, 'pond-0.1.0.tgz');
  helm.succeed(['package', chart]);
  const { stdout } = run(helm, ['plan', packed, '-o', 'json', '--version', '0.1.0', ...values]);
  assert.deepEqual(hooksOf(JSON.parse(stdout) as JsonPlan)['install'], ['release-name-x-q-z-default-29']);
});

helmTest('init knows both renders of a chart', HELM_4.slice(-1), (helm) => {
  const { stdout, status } = run(helm, ['init', POND, '--release', 'pond']);
  assert.equal(status, 0);
  assert.match(stdout, /documents rendered for install and 5 documents/);
  assert.doesNotMatch(run(helm, ['init', POND, '--is-upgrade']).stdout, /for install and/);
});

helmTest('diff compares a chart with a stream, and with its order', HELM_4.slice(-1), (helm) => {
  helm.write('.', { 'old.yaml': helm.succeed(['template', 'pond', POND, '--is-upgrade']) });
  const same = run(helm, ['diff', 'old.yaml', POND, '--release', 'pond', '--exit-code']);
  assert.equal(same.status, 0, same.stdout);
  assert.match(same.stderr, /what it renders for an upgrade/);
  const other = run(helm, ['diff', 'old.yaml', POND, '--release', 'pond', '--set', 'greeting=ahoy', '--exit-code']);
  assert.equal(other.status, 1);
  assert.match(other.stdout, /ConfigMap\/pond-config/);
});

for (const { name, args, want } of [
  {
    name: 'a folder that is no chart',
    args: ['lint', 'empty'],
    want: /fix: give the folder that has Chart\.yaml in it/,
  },
  {
    name: 'a dependency that is missing',
    args: ['lint', 'needy'],
    want: /missing in charts\/ directory: db[\s\S]*fix: run `helm dependency build needy` first/,
  },
  {
    name: 'a template that fails',
    args: ['lint', 'failing'],
    want: /execution error at \(failing\/templates\/a\.yaml[^)]*\): the port is missing/,
  },
  {
    name: 'values that are not there',
    args: ['lint', 'fine', '-f', 'nope.yaml'],
    want: /open nope\.yaml: no such file/,
  },
  {
    name: 'a repository that is not there',
    args: ['lint', 'nope/pond'],
    want: /repo nope not found[\s\S]*helm repo add/,
  },
] as const)
  helmTest(`said: ${name}`, [...HELM_4.slice(-1), ...HELM_3.slice(-1)], (helm) => {
    mkdirSync(join(helm.folder, 'empty'));
    writeChart(helm, 'fine', { 'a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n' });
    writeChart(helm, 'failing', { 'a.yaml': '{{ fail "the port is missing" }}' });
    helm.write('needy', {
      'Chart.yaml':
        'apiVersion: v2\nname: needy\nversion: 0.1.0\ndependencies: [{ name: db, version: 1.0.0, repository: "https://example.org" }]\n',
    });
    const { stdout, status } = run(helm, args);
    assert.match(stdout, /input\/not-rendered/);
    assert.match(stdout.replaceAll(/\s+/g, ' '), want);
    assert.equal(status, 2);
  });

test('without a Helm, a chart is refused with what to do', () => {
  for (const [env, want] of [
    [{ PATH: '/nowhere' }, /there is no `helm` on PATH.*HELM_BIN=/],
    [{ HELM_BIN: '/nowhere/helm' }, /\$HELM_BIN is \/nowhere\/helm/],
  ] as const) {
    const { stdout, status } = runCli(['lint', POND], { env });
    assert.match(stdout.replaceAll(/\s+/g, ' '), want);
    assert.equal(status, 2);
  }
});

test('flags of a chart beside a stream are a mistake', () => {
  for (const args of [
    ['lint', '--release', 'x'],
    ['plan', '-f', 'values.yaml', join(ROOT, 'package.json')],
  ]) {
    const { status, stderr } = runCli(args, { input: '' });
    assert.equal(status, 2);
    assert.match(stderr, /is for a chart, and/);
  }
  assert.match(runCli(['render', '-f', 'values.yaml']).stderr, /`hookorder render` has no flag --values/);
});

test('--version is the program’s own without a value, and before a command', () => {
  for (const args of [['--version'], ['plan', '--version'], ['--version', 'plan', POND]])
    assert.match(runCli(args).stdout, /^\d+\.\d+\.\d+\n$/, args.join(' '));
});

test('a chart is told from a file', () => {
  const file = join(TESTDATA, 'cases', 'missing-dependencies-are-refused', 'in.yaml');
  // No Helm is asked for it.
  assert.notEqual(runCli(['lint', file], { env: { HELM_BIN: '/nowhere/helm' } }).stdout.includes('HELM_BIN'), true);
  assert.match(runCli(['lint', 'no/such.yaml'], { env: { HELM_BIN: '/nowhere/helm' } }).stdout, /input\/unreadable/);
});

helmTest('`helm hookorder` renders with the Helm that runs it, for its namespace', HELM_4, (helm) => {
  helm.succeed(['plugin', 'install', join(ROOT, 'plugins', 'cli')]);
  const chart = writeChart(helm, 'pond', {
    'job.yaml':
      'apiVersion: batch/v1\nkind: Job\nmetadata: { name: "{{ .Release.Namespace }}-{{ .Capabilities.HelmVersion.Version }}", annotations: { helm.sh/hook: post-install } }\n',
  });
  // A Helm on PATH that must not be taken.
  const decoy = join(helm.folder, 'decoy');
  mkdirSync(decoy);
  writeFileSync(join(decoy, 'helm'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
  const env = { PATH: `${decoy}:${process.env['PATH']}`, HELM_BIN: '' };
  const stdout = helm.succeed(['hookorder', 'plan', chart, '-n', 'prod', '-o', 'json'], { env });
  assert.match(hooksOf(JSON.parse(stdout) as JsonPlan)['install']?.[0] ?? '', /^prod-v4\./);
});

helmTest('findings of a folder point to the lines of its templates, in every format', HELM_4.slice(-1), (helm) => {
  const chart = writeChart(helm, 'pond', {
    'job.yaml': `{{- /* One line,
     and another. */}}
{{- if .Release.IsUpgrade }}
# {{ .Release.Name }}
{{- end }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install
spec:
  template:
    spec:
      containers:
        - name: migrate
          image: x
`,
  });
  const lint = (format: string): string =>
    run(helm, ['lint', 'pond', '--release', 'shop', '-o', format]).stdout.replaceAll(/\s+/g, ' ');
  // The Job has no restartPolicy: told at its pod's spec.
  assert.match(lint('text'), /^pond\/templates\/job\.yaml .*14:5 error .*\(job\/restart-always\)/);
  assert.match(lint('github'), /::error file=pond\/templates\/job\.yaml,line=14,col=5,title=job\/restart-always/);
  assert.match(lint('json'), /"source": \{ "file": "pond\/templates\/job\.yaml", "line": 14, "column": 5 \}/);
  assert.match(lint('sarif'), /"uri": "pond\/templates\/job\.yaml" \}, "region": \{ "startLine": 14, "startColumn": 5/);
  assert.match(lint('junit'), /<testsuite name="pond\/templates\/job\.yaml"/);
  assert.match(lint('junit'), /pond\/templates\/job\.yaml:14:5/);
  // Packed, it has no file.
  helm.succeed(['package', chart]);
  const { stdout } = run(helm, ['lint', 'pond-0.1.0.tgz', '-o', 'github']);
  assert.match(stdout, /^::error title=job\/restart-always::.*in pond\/templates\/job\.yaml, spec/);
});

helmTest(
  'a rehearsal of a chart takes each operation from its own render, and names the chart',
  HELM_4.slice(-1),
  (helm) => {
    const { stdout } = run(helm, [
      'rehearse',
      POND,
      '--release',
      'pond',
      '--set',
      'migrate=hook',
      '--no-config',
      '-o',
      'json',
    ]);
    const { mishaps } = JSON.parse(stdout) as {
      mishaps: { operation: string; object: { kind: string; name: string }; wayOut: { command: string[] }[] }[];
    };
    const of = (operation: string): readonly string[] =>
      [...new Set(mishaps.filter((mishap) => mishap.operation === operation).map(({ object }) => object.name))].sort();
    assert.ok(of('install').includes('pond-seed') && !of('install').includes('pond-reindex'), of('install').join());
    assert.ok(of('upgrade').includes('pond-reindex') && !of('upgrade').includes('pond-seed'), of('upgrade').join());
    const commands = mishaps.flatMap(({ wayOut }) => wayOut.map(({ command }) => command.join(' ')));
    assert.ok(
      commands.some((command) => command.includes(`--install pond ${POND}`)),
      commands.join('\n'),
    );
  },
);

helmTest('an export of a chart is that of its render, where both renders give the same', HELM_4.slice(-1), (helm) => {
  const chart = join(ORDERED, 'chart');
  const config = ['-c', join(ORDERED, 'hookorder.flux.yaml'), '--helm', '4.3'];
  helm.write('.', { 'all.yaml': helm.succeed(['template', 'shop', chart]) });
  for (const to of ['flux', 'kustomize']) {
    const ofStream = run(helm, ['export', '--to', to, 'all.yaml', ...config]);
    const ofChart = run(helm, ['export', '--to', to, chart, '--release', 'shop', ...config]);
    assert.equal(ofChart.status, 0, ofChart.stderr);
    assert.equal(ofChart.stdout, ofStream.stdout, to);
  }
  helm.write('.', {
    'order.yaml':
      'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: [{ name: index, match: { kind: Job, name: "*-{reindex,seed}" }, hook: false }]\n',
  });
  const two = run(helm, ['export', '--to', 'kustomize', POND, '--release', 'pond', '-c', 'order.yaml']);
  assert.equal(two.status, 2);
  assert.match(two.stderr, /renders something else for an upgrade than for an install/);
  const one = run(helm, ['export', '--to', 'kustomize', POND, '--release', 'pond', '--is-upgrade', '-c', 'order.yaml']);
  assert.equal(one.status, 0, one.stderr);
});
