/**
 * Real Helm binaries for tests: each test gets one Helm with a home of its own that is thrown away afterwards.
 *
 * Where scripts/helm.mjs finds no Helm of a version (4.3.2 and 3.22.0 are built, so they need Go), a test skips with a message.
 * A Helm that is there and cannot be fetched or built fails the test.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { yamlForExecutable } from '../../scripts/plugin-yaml.mjs';
import { ROOT } from './files.ts';

const CAN_FETCH = process.platform === 'linux' && process.arch === 'x64';
/** With $HELM_BIN, and elsewhere than on linux/x64, the tests use the Helm that is there, whatever its version. */
const PINNED = CAN_FETCH && (process.env['HELM_BIN'] ?? '') === '';
export const HELM_4 = PINNED ? ['4.1.4', '4.2.3', '4.3.2'] : ['4'];
export const HELM_3 = PINNED ? ['3.18.0', '3.22.0'] : ['3'];

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** One Helm with its own home. Nothing of the user's Helm or cluster is seen or touched. */
export interface Helm {
  readonly version: string;
  readonly binary: string;
  /** A folder for the test's own files; its name contains a blank, as paths do. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  run(args: readonly string[], options?: RunOptions): Outcome;
  /** As `run`, without blocking this process: for a Helm that talks to a server of this process. */
  start(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Runs and asserts status 0; gives stdout. */
  succeed(args: readonly string[], options?: RunOptions): string;
  /** Writes files below `folder/name` and gives that folder. */
  write(name: string, files: Readonly<Record<string, string>>): string;
}

const binaries = new Map<string, string | undefined>();

/** The path of a Helm of this version, or undefined where none can be had. */
export function findHelm(version: string): string | undefined {
  if (!binaries.has(version)) {
    const found = spawnSync(process.execPath, [join(ROOT, 'scripts', 'helm.mjs'), version], { encoding: 'utf8' });
    binaries.set(version, found.status === 0 ? found.stdout.trim() : undefined);
    if (found.status !== 0 && !found.stderr.includes(`no Helm ${version} here`))
      assert.fail(`Helm ${version} could not be had:\n${found.stderr}`);
  }
  return binaries.get(version);
}

export function openHelm(version: string, binary: string): Helm & { close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder test '));
  const data = join(folder, 'helm data');
  const env = {
    ...process.env,
    // Helm keeps what it learns of API servers beside kubectl's: not in this user's home.
    KUBECACHEDIR: join(data, 'kube'),
    HELM_DATA_HOME: data,
    HELM_PLUGINS: join(data, 'plugins'),
    HELM_CONFIG_HOME: join(folder, 'helm config'),
    HELM_CACHE_HOME: join(folder, 'helm cache'),
    KUBECONFIG: join(folder, 'no-cluster'),
  };
  const helm: Helm = {
    version,
    binary,
    folder,
    env,
    run(args, options = {}) {
      const { status, stdout, stderr } = spawnSync(binary, args, {
        cwd: options.cwd ?? folder,
        env: { ...env, ...options.env },
        input: options.input ?? '',
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      return { status, stdout, stderr };
    },
    start(args, options = {}) {
      const child = spawn(binary, args, {
        cwd: options.cwd ?? folder,
        env: { ...env, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (status) => resolve({ status, stdout, stderr }));
      });
    },
    succeed(args, options) {
      const { status, stdout, stderr } = helm.run(args, options);
      assert.equal(status, 0, `helm ${args.join(' ')}\n${stderr}${stdout}`);
      return stdout;
    },
    write(name, files) {
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, name, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      return join(folder, name);
    },
  };
  return { ...helm, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Declares one test for each version of Helm. */
export function helmTest(
  name: string,
  versions: readonly string[],
  body: (helm: Helm, t: TestContext) => void | Promise<void>,
): void {
  for (const version of versions) {
    test(`${name} [Helm ${version}]`, async (t) => {
      const binary = findHelm(version);
      if (binary === undefined) return t.skip(`NO HELM ${version} HERE: install Go, or name one in HELM_BIN`);
      const helm = openHelm(version, binary);
      try {
        await body(helm, t);
      } finally {
        helm.close();
      }
    });
  }
}

/** Writes a chart called `name` whose templates are `templates` (file name to text); gives its folder. */
export function writeChart(helm: Helm, name: string, templates: Readonly<Record<string, string>>): string {
  return helm.write(name, {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
    ...Object.fromEntries(Object.entries(templates).map(([file, text]) => [`templates/${file}`, text])),
  });
}

/** Writes and installs a post-renderer plugin whose body is JavaScript: `input` is what Helm sent, `args` what it passed on. */
export function installScript(helm: Helm, name: string, code: string): void {
  const folder = helm.write(`plugin ${name}`, {
    'plugin.yaml': `apiVersion: v1
name: ${name}
version: 0.1.0
type: postrenderer/v1
runtime: subprocess
runtimeConfig:
  platformCommand:
    - command: node
      args: ["\${HELM_PLUGIN_DIR}/run.cjs"]
`,
    'run.cjs': `const input = require('node:fs').readFileSync(0, 'utf8');
const args = process.argv.slice(2);
${code}`,
  });
  helm.succeed(['plugin', 'install', folder]);
}

const NATIVE = process.env['HOOKORDER_EXECUTABLE'];

/** The folder of a plugin with an executable of its own. */
function nativePlugin(helm: Helm, executable: string): string {
  const yaml = readFileSync(join(ROOT, 'plugin.yaml'), 'utf8');
  const folder = helm.write('native plugin', {
    'plugin.yaml': yamlForExecutable(yaml, { program: 'hookorder', version: '0.1.0-native' }),
  });
  symlinkSync(executable, join(folder, 'hookorder'));
  return folder;
}

/** Installs the checkout's post-renderer; gives the arguments that make Helm use it with `config` as its ordering config. */
export function installHookorder(helm: Helm, config?: string): string[] {
  helm.succeed(['plugin', 'install', NATIVE === undefined ? ROOT : nativePlugin(helm, NATIVE)]);
  const use = ['--post-renderer', 'hookorder'];
  if (config === undefined) return use;
  const file = join(helm.write('config', { 'hookorder.yaml': config }), 'hookorder.yaml');
  return [...use, '--post-renderer-args', `--config=${file}`];
}
