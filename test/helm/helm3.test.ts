/**
 * Helm 3 takes hooks out before it post-renders, so a hook that is added then would be installed as an ordinary resource. However Helm 3
 * comes to run hookorder, the release is refused; whatever else runs it is left alone.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { EXECUTABLE, PROGRAM } from '../support/files.ts';
import { HELM_3, type Helm, helmTest, type Outcome, openHelm, writeChart } from '../support/helm.ts';

const JOB = `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
spec:
  backoffLimit: 1
  template: { spec: { restartPolicy: Never, containers: [{ name: m, image: "x:1" }] } }
`;
const CONFIG =
  'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - {name: m, match: {kind: Job}, events: [pre-install], deletePolicy: [before-hook-creation, hook-succeeded]}\n';
const HOOK = /helm\.sh\/hook: "?pre-install/;

interface Bed {
  readonly helm: Helm;
  readonly cluster: Cluster;
  readonly chart: string;
  /** A script that can be run, in the test's folder; the name may be a path. */
  script(name: string, text: string): string;
  /** `helm install` with this post-renderer, by the binary at `path`. */
  install(path: string, renderer: string, more?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
}

async function withBed(helm: Helm, body: (bed: Bed) => Promise<void>): Promise<void> {
  const cluster = await startCluster();
  try {
    const chart = writeChart(helm, 'demo', { 'job.yaml': JOB });
    helm.write('.', { 'hookorder.yaml': CONFIG });
    await body({
      helm,
      cluster,
      chart,
      script(name, text) {
        const file = join(helm.folder, name);
        writeFileSync(file, text);
        chmodSync(file, 0o755);
        return file;
      },
      install(path, renderer, more = [], env = {}) {
        const args = ['install', 'shop', chart, ...cluster.flags, '--post-renderer', renderer, ...more];
        return openHelmAt(helm, path).start(args, { cwd: helm.folder, env });
      },
    });
  } finally {
    await cluster.close();
  }
}

/** The same Helm's home, with another executable. */
function openHelmAt(helm: Helm, path: string): Pick<Helm, 'start'> {
  const other = openHelm(helm.version, path);
  return {
    start: (args, options = {}) =>
      other.start(args, { ...options, env: { ...helm.env, ...options.env } }).finally(other.close),
  };
}

function assertRefused({ status, stderr }: Outcome, { cluster }: Bed, name: string, why = /Helm 3/): void {
  assert.equal(status, 1, `${name}: ${stderr}`);
  assert.match(stderr, /input\/helm3-post-render/, name);
  assert.match(stderr.replaceAll(/\s+/g, ' '), why, name);
  assert.match(stderr, /--as-filter/, name);
  assert.deepEqual(cluster.existing(), [], name);
}

helmTest('Helm 3 under any name, directly and behind scripts', HELM_3, (helm) =>
  withBed(helm, async (bed) => {
    const names = ['helm', 'helm3', 'helm-v3.18.0', 'h', 'bash', 'terraform-docs'];
    for (const name of names) {
      const path = join(helm.write('bin', { [`of-${name}`]: '' }), name);
      copyFileSync(helm.binary, path);
      assertRefused(await bed.install(path, PROGRAM), bed, name, /runs below `\S+ install` \(process \d+\)/);
    }
    symlinkSync(helm.binary, join(helm.folder, 'linked'));
    assertRefused(await bed.install(join(helm.folder, 'linked'), PROGRAM), bed, 'a symbolic link');

    const H = `"${process.execPath}" "${EXECUTABLE}"`;
    for (const [name, text] of [
      ['exec', `#!/bin/sh\nexec ${H} render\n`],
      ['child', `#!/bin/sh\n${H} render\n`],
      ['pipe', `#!/bin/bash\nset -euo pipefail\ncat | ${H} render | cat\n`],
      ['file', `#!/bin/sh\ncat > all.yaml\n${H} render all.yaml\n`],
      ['env', `#!/bin/sh\nenv -i PATH="$PATH" nice timeout 60 ${H} render\n`],
      ['levels', `#!/bin/sh\nsh -c 'bash -c "$0 render"' '${H.replaceAll('"', '')}'\n`],
      [
        'node',
        `#!/usr/bin/env node\nprocess.exitCode = require('child_process').spawnSync(${JSON.stringify(process.execPath)}, [${JSON.stringify(EXECUTABLE)}], { stdio: 'inherit' }).status\n`,
      ],
      ['setsid', `#!/bin/sh\nsetsid -w ${H} render\n`],
    ] as const)
      assertRefused(await bed.install(helm.binary, bed.script(`wrap-${name}`, text)), bed, name);

    const outer = bed.script('helm3.sh', `#!/bin/sh\n"${helm.binary}" "$@"\n`);
    assertRefused(await bed.install(outer, PROGRAM), bed, 'a script around Helm');
  }),
);

helmTest('a file that Helm 3 hands over does not replace the release', HELM_3, (helm) =>
  withBed(helm, async (bed) => {
    helm.write('.', { 'only.yaml': JOB.replace('{{ .Release.Name }}', 'other') });
    const wrap = bed.script('wrap', `#!/bin/sh\nexec "${process.execPath}" "${EXECUTABLE}" render "$@"\n`);
    for (const renderer of [PROGRAM, wrap])
      for (const args of [['--post-renderer-args=only.yaml'], ['--post-renderer-args', 'only.yaml']]) {
        const { status, stderr } = await bed.install(helm.binary, renderer, args);
        assert.equal(status, 1);
        assert.match(
          stderr.replaceAll(/\s+/g, ' '),
          /"only\.yaml" would replace the whole release; did you mean --config=only\.yaml/,
        );
        assert.deepEqual(bed.cluster.existing(), []);
      }
  }),
);

helmTest('who knows better says --as-filter', HELM_3, (helm) =>
  withBed(helm, async (bed) => {
    const flag = await bed.install(helm.binary, PROGRAM, ['--post-renderer-args=--as-filter', '--dry-run']);
    assert.equal(flag.status, 0, flag.stderr);
    assert.match(flag.stdout, HOOK);
    const variable = await bed.install(helm.binary, PROGRAM, ['--dry-run'], { HOOKORDER_AS_FILTER: '1' });
    assert.equal(variable.status, 0, variable.stderr);
    assertRefused(
      await bed.install(helm.binary, PROGRAM, [], { HOOKORDER_AS_FILTER: '0' }),
      bed,
      'a variable that says no',
    );
  }),
);

helmTest('what no Helm 3 reads is ordered: filters of every kind, and helm template', HELM_3, (helm) =>
  withBed(helm, async (bed) => {
    const render = `"$HELM" template shop "$CHART" | "$NODE" "$H" render`;
    const env = { ...helm.env, HELM: helm.binary, CHART: bed.chart, NODE: process.execPath, H: EXECUTABLE };
    helm.write('.', {
      Makefile: `install:\n\t@${render.replaceAll('$', '$$$$')}\n`,
      'package.json': JSON.stringify({ scripts: { 'helm:upgrade': render } }),
    });
    const script = bed.script('helm-upgrade.sh', `#!/bin/bash\nset -euo pipefail\n${render}\n`);
    helm.write('terraform/helm', { x: '' });
    bed.script('terraform/helm/deploy.sh', `#!/bin/sh\n${render}\n`);
    const spawn = `process.stdout.write(require('child_process').execSync(process.env.RENDER))`;
    const python = 'import os, subprocess; subprocess.run(os.environ["RENDER"], shell=True, check=True)';
    for (const [name, command, args] of [
      ['sh', 'sh', ['-c', render]],
      ['bash, with Helm in its code', 'bash', ['-c', `${render}; : helm upgrade --post-renderer x`]],
      ['a script', script, ['upgrade', '--post-renderer', 'hookorder']],
      ['a script in folders of these names', 'sh', ['terraform/helm/deploy.sh']],
      ['make install', 'make', ['--silent', 'install']],
      ['npm run', 'npm', ['run', '--silent', 'helm:upgrade']],
      ['node', process.execPath, ['-e', spawn]],
      ['python', 'python3', ['-c', python]],
      ['timeout, nice, env', 'timeout', ['60', 'nice', 'env', 'X=1', 'sh', '-c', render]],
      ['xargs', 'sh', ['-c', `echo "$H" | xargs -I{} sh -c '${render}'`]],
      ['a background job', 'bash', ['-c', `${render} & wait`]],
      ['a file', 'sh', ['-c', '"$HELM" template shop "$CHART" > s.yaml; "$NODE" "$H" render s.yaml']],
      ['process substitution', 'bash', ['-c', '"$NODE" "$H" render <("$HELM" template shop "$CHART")']],
      ['helm template with a post-renderer', helm.binary, ['template', 'shop', bed.chart, '--post-renderer', PROGRAM]],
      [
        'helm template, flags first',
        helm.binary,
        ['--namespace', 'install', 'template', 'upgrade', bed.chart, '--post-renderer', PROGRAM],
      ],
      [
        'helm template behind timeout',
        'timeout',
        ['60', helm.binary, 'template', 'shop', bed.chart, '--post-renderer', PROGRAM],
      ],
    ] as const) {
      const ran = spawnSync(command, args, { cwd: helm.folder, env: { ...env, RENDER: render }, encoding: 'utf8' });
      // Not every machine has make or python.
      if (ran.error !== undefined && 'code' in ran.error && ran.error.code === 'ENOENT') continue;
      assert.equal(ran.status, 0, `${name}: ${ran.stderr}`);
      assert.match(ran.stdout, HOOK, name);
    }
  }),
);

helmTest('Terraform and its provider are known by their names', HELM_3, (helm) =>
  withBed(helm, async (bed) => {
    const stream = join(helm.write('.', { 's.yaml': JOB.replaceAll(/\{\{.*?\}\}/g, 'shop') }), 's.yaml');
    const render = `cat "${stream}" | "${process.execPath}" "${EXECUTABLE}" render`;
    const shell = ['/bin/dash', '/bin/bash'].find((path) => existsSync(path)) as string;
    for (const name of [
      'terraform-provider-helm_v2.17.0_x5',
      'terraform-provider-helm',
      'terraform',
      'tofu',
      'pulumi-resource-kubernetes',
    ]) {
      const binary = join(helm.folder, name);
      copyFileSync(shell, binary);
      const asExecutable = spawnSync(binary, ['-c', `${render}; exit $?`], {
        cwd: helm.folder,
        env: helm.env,
        encoding: 'utf8',
      });
      assert.equal(asExecutable.status, 2, `${name}: ${asExecutable.stderr}`);
      assert.match(asExecutable.stderr, /input\/helm3-post-render/);
      assert.equal(asExecutable.stdout, '');
      const text = bed.script(`${name}`, `#!/bin/sh\n${render}\nexit $?\n`);
      const asScript = spawnSync(text, [], { cwd: helm.folder, env: helm.env, encoding: 'utf8' });
      assert.equal(asScript.status, 2, `${name}: ${asScript.stderr}`);
      const asTitle = spawnSync(shell, ['-c', `${render}; exit $?`], {
        argv0: name,
        cwd: helm.folder,
        env: helm.env,
        encoding: 'utf8',
      });
      assert.equal(asTitle.status, 2, `${name}: ${asTitle.stderr}`);
    }
  }),
);

helmTest('Helm 3: what injects no hook passes, and the command plugin takes files', HELM_3, (helm) =>
  withBed(helm, async (bed) => {
    helm.write('.', {
      'hookorder.yaml':
        'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - name: plain\n    match: {kind: Job}\n    hook: false\n',
    });
    const plain = await bed.install(helm.binary, PROGRAM);
    assert.equal(plain.status, 0, plain.stderr);
    assert.deepEqual(bed.cluster.existing(), ['Job/shop-migrate']);

    helm.write('.', { 'hookorder.yaml': CONFIG, 's.yaml': JOB.replaceAll(/\{\{.*?\}\}/g, 'shop') });
    helm.write('helm data/plugins/hookorder', {
      'plugin.yaml': `name: hookorder\nversion: 0.1.0\nusage: x\ndescription: x\nplatformCommand:\n  - command: node\n    args: [${JSON.stringify(EXECUTABLE)}]\n`,
    });
    for (const use of [['s.yaml'], []]) {
      const { status, stdout, stderr } = helm.run(['hookorder', 'render', ...use], {
        input: JOB.replaceAll(/\{\{.*?\}\}/g, 'shop'),
      });
      assert.equal(status, 0, stderr);
      assert.match(stdout, HOOK);
    }
  }),
);

helmTest('a patch that adds the hook annotation counts as well', HELM_3, (helm) =>
  withBed(helm, async (bed) => {
    helm.write('.', {
      'hookorder.yaml':
        'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - name: m\n    match: {kind: Job}\n    patch: [{op: add, path: /metadata/annotations, value: {helm.sh/hook: pre-install}}]\n',
    });
    assertRefused(await bed.install(helm.binary, PROGRAM), bed, 'patch');
  }),
);

helmTest('a mark of Helm 4 that a chart carries does not deceive', HELM_3, (helm) =>
  withBed(helm, async (bed) => {
    const marked = JOB.replace(
      'metadata:',
      "metadata:\n  annotations: {postrenderer.helm.sh/postrender-filename: 'demo/templates/job.yaml'}",
    );
    helm.write('demo', {
      'templates/job.yaml': marked,
      'templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    });
    assertRefused(await bed.install(helm.binary, PROGRAM), bed, 'mark');
  }),
);
