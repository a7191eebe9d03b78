/**
 * `why` and `watch` beside real Helms on a real control plane: each cause of scenarios.ts is named, and nothing is ever written. With --update the
 * states are kept in testdata/live.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { EXECUTABLE, ROOT, TESTDATA } from '../support/files.ts';
import { findHelm } from '../support/helm.ts';
import { job, SCENARIOS, type Scenario } from './scenarios.ts';

interface Plane {
  readonly kubeconfig: string;
  readonly api: (method: string, path: string) => Promise<{ readonly code: number; readonly body: never }>;
  readonly audit: () => readonly AuditEvent[];
  readonly close: () => Promise<void>;
}

interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly impersonatedUser?: { readonly username: string };
}

const VERSIONS = process.platform === 'linux' ? ['4.3.2', '4.2.3'] : ['4'];
/** As whom `why` and `watch` read: the audit log tells what it did. */
const READER = ['--kube-as-user', 'reader', '--kube-as-group', 'system:masters'];
/** So many at once: a machine of two cores has to carry Helm, kubectl and the plane. */
const AT_ONCE = 4;
const UPDATES = process.env['HOOKORDER_UPDATE_GOLDEN'] === '1';

interface World {
  readonly plane: Plane;
  readonly folder: string;
  readonly helm: string;
  readonly env: NodeJS.ProcessEnv;
}

const load = (file: string) => import(pathToFileURL(join(ROOT, 'scripts', file)).href);

test('on a control plane', async (t) => {
  const { startPlane } = (await load('plane/start.mjs')) as { startPlane: () => Promise<Plane | undefined> };
  const { findKubectl } = (await load('helm.mjs')) as { findKubectl: () => string | undefined };
  const kubectl = findKubectl();
  const plane = kubectl === undefined ? undefined : await startPlane();
  if (plane === undefined || kubectl === undefined)
    return t.skip('NO GO OR KUBECTL HERE: the control plane cannot be had, so nothing was tested');
  const folder = mkdtempSync(join(tmpdir(), 'hookorder watch '));
  try {
    symlinkSync(kubectl, join(folder, 'kubectl'));
    for (const version of VERSIONS) {
      const helm = findHelm(version);
      if (helm === undefined) {
        t.diagnostic(`NO HELM ${version} HERE`);
        continue;
      }
      const world = { plane, folder, helm, env: environment(folder, helm, plane.kubeconfig) };
      const queue = SCENARIOS.map((scenario, at) => ({ scenario, namespace: `n${at}-${version.replaceAll('.', '')}` }));
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
            const { scenario, namespace } = next;
            await t.test(`${scenario.name} [Helm ${version}]`, () => tryScenario(scenario, namespace, world));
          }
        }),
      );
      await t.test(`watch, step by step [Helm ${version}]`, () =>
        watchRelease(`w-${version.replaceAll('.', '')}`, world),
      );
      await t.test(`watch, a failure [Helm ${version}]`, () => watchFailure(`f-${version.replaceAll('.', '')}`, world));
    }
    await t.test('nothing was written by why and watch', () => {
      const world = { plane, folder, helm: '', env: environment(folder, 'helm', plane.kubeconfig) };
      // The log shows what such a user writes.
      run(
        'kubectl',
        ['create', 'configmap', 'written', '-n', 'default', '--as=reader', '--as-group=system:masters'],
        world,
      );
      return settled().then(() => {
        const own = plane.audit().filter(({ impersonatedUser }) => impersonatedUser?.username === 'reader');
        assert.deepEqual(
          own.map(({ verb, requestURI }) => `${verb} ${requestURI.replace(/\?.*/, '')}`),
          ['create /api/v1/namespaces/default/configmaps'],
        );
      });
    });
  } finally {
    await plane.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

const settled = (seconds = 0.5) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const environment = (folder: string, helm: string, kubeconfig: string): NodeJS.ProcessEnv => ({
  PATH: `${folder}:${process.env['PATH']}`,
  HOME: folder,
  HELM_BIN: helm,
  KUBECONFIG: kubeconfig,
  KUBECACHEDIR: join(folder, 'kube'),
  HELM_CACHE_HOME: join(folder, 'helm'),
  HELM_CONFIG_HOME: join(folder, 'helm'),
  HELM_DATA_HOME: join(folder, 'helm'),
});

function run(program: string, args: readonly string[], { env }: Pick<World, 'env'>, input = ''): string {
  const { status, stdout, stderr } = spawnSync(program === 'helm' ? (env['HELM_BIN'] as string) : program, args, {
    env,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stderr}`);
  return stdout;
}

/** Helm, in the background: `over` is its end. */
function start(
  args: readonly string[],
  { env, helm }: World,
): { readonly child: ChildProcess; readonly over: Promise<number | null> } {
  const child = spawn(helm, args, { env, stdio: 'ignore' });
  return { child, over: new Promise((resolve) => child.on('close', resolve)) };
}

function writeChart(name: string, documents: string, { folder }: World): string {
  const chart = join(folder, name);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 0.1.0\n');
  writeFileSync(join(chart, 'templates', 'all.yaml'), documents);
  return chart;
}

const why = (namespace: string, more: readonly string[], { env }: World) =>
  spawnSync(process.execPath, [EXECUTABLE, 'why', 'shop', '-n', namespace, ...READER, ...more], {
    env,
    encoding: 'utf8',
  });

interface Told {
  readonly causes: readonly {
    readonly code: string;
    readonly about: string;
    readonly message: string;
    readonly findings: readonly string[];
    readonly log: { readonly lines: readonly string[] } | null;
  }[];
}

async function tryScenario(scenario: Scenario, namespace: string, world: World): Promise<void> {
  const {
    before,
    release,
    setup = [],
    status,
    labels,
    timeout = 60,
    helm = [],
    operation = 'upgrade',
    meanwhile,
  } = scenario;
  prepareNamespace(namespace, labels, world);
  if (before !== undefined)
    run('helm', ['install', 'shop', writeChart(`${namespace} before`, before, world), '-n', namespace], world);
  for (const document of setup) run('kubectl', ['apply', '-n', namespace, '-f', '-'], world, document);
  if (status !== undefined)
    run(
      'kubectl',
      ['patch', status[0], '-n', namespace, '--subresource=status', '--type=merge', '-p', status[1]],
      world,
    );
  const chart = writeChart(`${namespace} chart`, release, world);
  const upgrade = ['upgrade', '--install', 'shop', chart];
  if (operation !== 'upgrade' && scenario.operation === 'rollback') run('helm', [...upgrade, '-n', namespace], world);
  const words = operation === 'upgrade' ? upgrade : [operation, 'shop', ...(operation === 'rollback' ? ['1'] : [])];
  const { child, over } = start([...words, '-n', namespace, '--timeout', `${timeout}s`, ...helm], world);
  try {
    if (meanwhile !== undefined) await intervene(meanwhile, namespace, child, world);
    if (scenario.ended) await over;
    await expectCause(scenario, namespace, timeout, world);
    if (UPDATES && scenario.kept && world.helm.includes('4.3')) keepState(scenario, namespace, world);
  } finally {
    child.kill('SIGKILL');
  }
}

function prepareNamespace(namespace: string, labels: string | undefined, world: World): void {
  run('kubectl', ['create', 'namespace', namespace], world);
  if (labels !== undefined) run('kubectl', ['label', 'namespace', namespace, labels], world);
  // A Pod needs the ServiceAccount that a controller makes.
  run('kubectl', ['wait', '-n', namespace, '--for=create', 'serviceaccount/default', '--timeout=30s'], world);
}

async function intervene(deed: string, namespace: string, child: ChildProcess, world: World): Promise<void> {
  run('kubectl', ['wait', '-n', namespace, '--for=create', 'job/migrate', '--timeout=60s'], world);
  await settled(1);
  if (deed === 'interrupt') child.kill('SIGINT');
  if (deed === 'remove') run('kubectl', ['delete', 'job/migrate', '-n', namespace], world);
}

/** Asks until the cause is told: how fast a cluster says it is the cluster's matter. */
async function expectCause(scenario: Scenario, namespace: string, timeout: number, world: World): Promise<void> {
  const { code, text, about = /./, findings = [] } = scenario;
  let last = '';
  for (let tries = 0; tries < 25; tries++) {
    const { stdout, stderr, status } = why(namespace, ['-o', 'json', '--timeout', `${timeout}s`], world);
    last = stdout + stderr;
    const told = stdout === '' ? undefined : (JSON.parse(stdout) as Told);
    const [first] = told?.causes ?? [];
    if (first !== undefined && first.code === code) {
      assert.match(first.message, text);
      assert.match(first.about, about);
      for (const finding of findings) assert.ok(first.findings.includes(finding), `${finding}: ${first.findings}`);
      assert.equal(status, 1);
      assert.doesNotMatch(stdout, /hunter2/);
      return;
    }
    await settled(1);
  }
  assert.fail(`${code} is not told:\n${last}`);
}

/** What people save: kubectl's state and Helm's status. */
function keepState({ name }: Scenario, namespace: string, world: World): void {
  const folder = join(TESTDATA, 'live', name.replaceAll(/[^a-z0-9]+/gi, '-'));
  mkdirSync(folder, { recursive: true });
  const kinds = 'jobs,pods,deployments,replicasets,persistentvolumeclaims,events';
  writeFileSync(join(folder, 'state.json'), run('kubectl', ['get', kinds, '-n', namespace, '-o', 'json'], world));
  const status = JSON.parse(run('helm', ['status', 'shop', '-n', namespace, '-o', 'json'], world));
  writeFileSync(join(folder, 'status.json'), `${JSON.stringify(status, null, 2)}\n`);
}

/** Two hooks before the release and one behind it. */
const flow = (fate: Readonly<Record<string, string>>, policy?: string): string =>
  [
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: early, annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "-1"}}}',
    job({ hook: 'pre-install', fate, ...(policy !== undefined && { policy }) }),
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: config}}',
    job({ kind: 'Pod', name: 'smoke', hook: 'post-install', fate: { seconds: '4' } }),
  ].join('\n---\n');

/** `watch` is started before Helm, as a CI job does. */
async function watched(namespace: string, documents: string, helmArgs: readonly string[], world: World) {
  prepareNamespace(namespace, undefined, world);
  const chart = writeChart(`${namespace} chart`, documents, world);
  const words = ['watch', 'shop', '-n', namespace, '--start-within', '60s', '--timeout', '30s', ...READER];
  const watch = spawn(process.execPath, [EXECUTABLE, ...words], { env: world.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  watch.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  watch.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => watch.on('close', resolve));
  await settled(1);
  await start(['install', 'shop', chart, '-n', namespace, ...helmArgs], world).over;
  const status = await ended;
  // Times are chance.
  return { status, stderr, stdout: stdout.replaceAll(/^\d\d:\d\d:\d\d/gm, 'TIME').replaceAll(/ \(\d+s\)/g, ' (Ns)') };
}

async function watchRelease(namespace: string, world: World): Promise<void> {
  const { status, stdout, stderr } = await watched(namespace, flow({ seconds: '4' }), [], world);
  assert.equal(status, 0, stdout + stderr);
  const lines = stdout.split('\n');
  const order = [
    'TIME  install shop, revision 1: pending-install',
    'TIME  pre-install  ConfigMap/early  done',
    'TIME  pre-install  Job/migrate  begun',
    'TIME  pre-install  Job/migrate  done (Ns)',
    'TIME  release  1 resource  done',
    'TIME  post-install  Pod/smoke  begun',
    'TIME  post-install  Pod/smoke  done (Ns)',
    'TIME  shop: deployed',
  ];
  assert.deepEqual(
    order.map((line) => lines.indexOf(line) >= 0),
    order.map(() => true),
    stdout,
  );
  assert.ok(lines.indexOf(order[2] as string) < lines.indexOf(order[3] as string), stdout);
}

async function watchFailure(namespace: string, world: World): Promise<void> {
  // The policy takes the failed Job away, and its log with it: watch has seen both.
  const failing = flow({ outcome: 'fail', seconds: '3', log: 'no such table' }, 'before-hook-creation,hook-failed');
  const { status, stdout, stderr } = await watched(namespace, failing, ['--timeout', '30s'], world);
  assert.equal(status, 1, stdout + stderr);
  assert.match(stdout, /^TIME {2}shop: failed$/m);
  assert.match(stdout, /^cancelled {4}1 resource, Pod\/smoke$/m);
}
