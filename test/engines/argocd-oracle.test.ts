/**
 * The engine beside Argo CD's own code: what is applied and deleted, in which phase, wave and order, over real streams and made-up ones.
 *
 * The oracle (test/argo/oracle) drives gitops-engine's sync context over a cluster in memory; it needs Go.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { argocd, USUAL_ARGO } from '../../src/engines/argocd/simulate.ts';
import { isListed } from '../../src/engines/argocd/tasks.ts';
import type { Run } from '../../src/engines/run.ts';
import { isClusterScoped } from '../../src/model/kubernetes.ts';
import type { Placement } from '../../src/model/plan.ts';
import { CORPUS, ROOT } from '../support/files.ts';
import { order } from '../support/pipeline.ts';

interface Deed {
  readonly do: string;
  readonly what: string;
  /** Empty for what is deleted when the sync ends. */
  readonly phase: string;
  readonly wave: number;
}
interface Request {
  readonly name: string;
  /** One for each sync. */
  readonly streams: readonly string[];
  /** `Kind/name` of a hook that fails in the last of them. */
  readonly fail?: string;
}

const found = spawnSync(process.execPath, [join(ROOT, 'scripts', 'argo.mjs')], { encoding: 'utf8' });
const oracle = found.status === 0 ? found.stdout.trim() : undefined;

function ask(requests: readonly (Request & { readonly cluster: readonly string[] })[]): readonly (readonly Deed[])[][] {
  const input = requests
    .map(({ streams, fail, cluster }) =>
      JSON.stringify({ streams, fail: fail ?? '', cluster, namespace: 'release-namespace' }),
    )
    .join('\n');
  const { stdout, stderr } = spawnSync(oracle ?? '', { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const answers = stdout.split('\n').filter((line) => line !== '');
  assert.equal(answers.length, requests.length, stderr.slice(0, 2000));
  return answers.map((line, at) => {
    const { operations, error } = JSON.parse(line) as { operations: { deeds: Deed[] | null }[]; error?: string };
    assert.equal(error, undefined, requests[at]?.name);
    return operations.map(({ deeds }) => deeds ?? []);
  });
}

const placementsOf = (stream: string): readonly Placement[] =>
  order(stream, undefined, { target: 'argocd', scope: 'all', needsConfig: false }).plan?.placements ?? [];

function simulate(
  { streams, fail }: Request,
  releases: readonly (readonly Placement[])[],
): readonly (readonly Deed[])[] {
  let run: Run | undefined;
  return streams.map((_, at) => {
    const sync = argocd.simulate(releases[at] ?? [], at === 0 ? 'first sync' : 'sync', USUAL_ARGO, run?.end);
    const failing =
      fail === undefined
        ? -1
        : sync.steps.findIndex(({ do: deed, subject: { id } }) => deed === 'wait' && `${id.kind}/${id.name}` === fail);
    run = failing < 0 ? sync : sync.failAt(failing, 'failed');
    return deedsOf(run);
  });
}

const DEEDS: Readonly<Record<string, string>> = {
  create: 'apply',
  update: 'apply',
  skip: 'apply',
  replace: 'apply',
  delete: 'delete',
};

const deedsOf = (run: Run): readonly Deed[] =>
  run.steps.flatMap(({ do: deed, subject: { id }, phase, wave = 0, because }) => {
    const what = DEEDS[deed];
    if (what === undefined || because === 'no-phase') return [];
    const isAtEnd = because === 'hook-succeeded' || because === 'hook-failed';
    return [{ do: what, what: `${id.kind}/${id.name}`, phase: isAtEnd ? '' : phase, wave: isAtEnd ? 0 : wave }];
  });

/** What Argo CD does at the same time has no order: deletions of a wave, and what is of one kind. All SyncFail hooks are one wave. */
function inOrder(deeds: readonly Deed[]): readonly string[] {
  const lines: string[][] = [];
  let last: string | undefined;
  for (const { do: told, what, phase, wave } of deeds) {
    const deed = told === 'replace' ? 'apply' : told;
    const name = what.replace(/…$|-?0{6}\d-[a-z]+-\d+$/, '…').replace('-…', '…');
    const kind = what.slice(0, what.indexOf('/'));
    const isInWave = phase !== '' && phase !== 'SyncFail';
    // Argo CD tells of no wave where it runs SyncFail hooks.
    const where = isInWave ? `${phase} ${wave}` : deed === 'delete' ? 'end' : 'SyncFail';
    // Kinds without a place in Argo CD's order come by name alone, neighbours of one kind at the same time.
    const together = isListed(kind) ? kind : 'others';
    const group = [where, deed, deed === 'delete' ? '' : together].join(' ');
    if (group !== last) lines.push([]);
    last = group;
    lines.at(-1)?.push(`${where} ${deed} ${name}`);
  }
  return lines.flatMap((group) => group.sort());
}

function compare(requests: readonly Request[]): number {
  const asked = requests.flatMap((request) => {
    const releases = request.streams.map(placementsOf);
    const all = releases.flat();
    const keys = releases.map(
      (release) =>
        new Set(
          release.map(
            ({ resource, name }) => `${resource.kind}/${resource.namespace}/${name || resource.generateName}`,
          ),
        ).size,
    );
    // Of two documents of one object Argo CD takes one, and says so.
    if (releases.some((release, at) => release.length !== keys[at])) return [];
    const cluster = [...new Set(all.map(({ resource }) => resource.kind))].filter(isClusterScoped);
    return [{ ...request, releases, cluster }];
  });
  const answers = ask(asked);
  for (const [at, request] of asked.entries()) {
    const own = simulate(request, request.releases).map(inOrder);
    const theirs = answers[at]?.map(inOrder);
    if (JSON.stringify(own) === JSON.stringify(theirs)) continue;
    const stream = request.name.startsWith('made up') ? `\n${request.streams.join('\n=====\n')}` : '';
    assert.deepEqual(
      own,
      theirs,
      `${request.name}${stream}\nhere:\n${JSON.stringify(own, null, 1)}\nArgo CD:\n${JSON.stringify(theirs, null, 1)}`,
    );
  }
  return asked.length;
}

/** The same stream twice; and each of its first hooks that fails. */
function requestsFor(name: string, stream: string): readonly Request[] {
  const run = argocd.simulate(placementsOf(stream), 'first sync', USUAL_ARGO);
  const hooks = run.steps.filter(
    ({ do: deed, owner, subject }) => deed === 'wait' && owner === 'hook' && !subject.id.name.endsWith('…'),
  );
  const fail = hooks.map(({ subject: { id } }) => `${id.kind}/${id.name}`).slice(0, 2);
  return [
    // A name with a timestamp is taken for another one in the next rendering; here it is the same.
    { name, streams: run.steps.some(({ subject: { key } }) => /#\d+$/.test(key)) ? [stream] : [stream, stream] },
    ...fail.map((each) => ({ name: `${name}, ${each} fails`, streams: [stream], fail: each })),
  ];
}

const NO_GO = `NO CODE OF ARGO CD HERE, so nothing holds the engine against it: ${found.stderr.trim().split('\n')[0]}`;
const skip = oracle === undefined ? { skip: NO_GO } : {};
if (oracle === undefined) console.error(NO_GO);

test('public cases', skip, () => {
  const folder = join(ROOT, 'testdata', 'argocd', 'cases');
  const streams = readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8').split(/^(?=# expect: )/m),
  );
  assert.ok(compare(streams.flatMap((stream, at) => requestsFor(`case ${at}`, stream))) > 13);
});

test('the example charts, as render writes them', skip, () => {
  const charts = join(ROOT, 'testdata', 'charts');
  const files = readdirSync(charts).flatMap((chart) => {
    const folder = join(charts, chart, 'golden');
    return existsSync(folder)
      ? readdirSync(folder).flatMap((file) => (/^argocd.*-render\.yaml$/.test(file) ? [join(folder, file)] : []))
      : [];
  });
  assert.ok(files.length > 4);
  assert.ok(compare(files.flatMap((file) => requestsFor(file, readFileSync(file, 'utf8')))) > files.length);
});

const corpus = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];
test('real streams', corpus.length === 0 ? { skip: 'there is no corpus on this machine' } : skip, () => {
  const requests = corpus.flatMap((file) => requestsFor(file, readFileSync(join(CORPUS, file), 'utf8')));
  assert.ok(compare(requests) > corpus.length);
});

const word = (...words: readonly string[]) => fc.constantFrom(...words);
const HOOKS = [
  'PreSync',
  'Sync',
  'PostSync',
  'SyncFail',
  'Skip',
  'presync',
  'Skip,Skip',
  'PreSync,PostSync',
  'Sync,Skip',
  '',
  ' PostSync , ',
];
const EVENTS = [
  'pre-install',
  'post-install',
  'pre-upgrade,post-upgrade',
  'post-install,test',
  'test',
  'post-rollback',
  'crd-install',
  'Pre-Install',
  'pre-install,typo',
];
const POLICIES = [
  'BeforeHookCreation',
  'HookSucceeded',
  'HookFailed',
  'HookSucceeded,HookFailed',
  'BeforeHookCreation, HookSucceeded',
  'never',
];
const HELM_POLICIES = ['before-hook-creation', 'hook-succeeded', 'hook-failed', 'keep', ''];
const NUMBERS = ['-5', '-1', '0', '1', '3', '+2', '1.5', 'first', ' 1'];
const KINDS = [
  'v1 ConfigMap',
  'v1 Secret',
  'v1 ServiceAccount',
  'v1 Pod',
  'batch/v1 Job',
  'batch/v1 Job',
  'apps/v1 Deployment',
  'v1 Service',
  'v1 PersistentVolumeClaim',
  'shop.example/v1 Widget',
  'rbac.authorization.k8s.io/v1 ClusterRole',
  'v1 Namespace',
  'apiextensions.k8s.io/v1 CustomResourceDefinition',
];
const OPTIONS = ['Prune=false', 'PruneLast=true', 'Delete=false'];

const annotations = fc.record(
  {
    'argocd.argoproj.io/hook': word(...HOOKS),
    'argocd.argoproj.io/sync-wave': word(...NUMBERS),
    'argocd.argoproj.io/hook-delete-policy': word(...POLICIES),
    'argocd.argoproj.io/sync-options': word(...OPTIONS),
    'helm.sh/hook': word(...EVENTS),
    'helm.sh/hook-weight': word(...NUMBERS),
    'helm.sh/hook-delete-policy': word(...HELM_POLICIES),
  },
  { requiredKeys: [] },
);
const object = fc.record({
  kind: word(...KINDS),
  annotations,
  inPond: fc.boolean(),
  tag: fc.integer({ min: 0, max: 9 }),
});
const release = fc.record({
  objects: fc.array(object, { minLength: 1, maxLength: 9 }),
  left: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
});

const SPECS: Readonly<Record<string, unknown>> = {
  Job: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } } },
  Pod: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] },
  CustomResourceDefinition: { group: 'shop.example', names: { kind: 'Widget' } },
};

function manifest(
  { kind: typed, annotations: given, inPond, tag }: typeof object extends fc.Arbitrary<infer T> ? T : never,
  at: number,
): string {
  const [apiVersion = '', kind = ''] = typed.split(' ');
  const name =
    kind === 'Namespace' ? 'pond' : kind === 'CustomResourceDefinition' ? 'widgets.shop.example' : `o${tag}-${at}`;
  // What deletes a Namespace deletes what is in it, and the oracle's cluster does not.
  const own = kind === 'Namespace' ? { 'argocd.argoproj.io/sync-wave': '1' } : given;
  const namespace = inPond && !isClusterScoped(kind) ? { namespace: 'pond' } : {};
  return JSON.stringify({
    apiVersion,
    kind,
    metadata: { name, ...namespace, annotations: own },
    ...(SPECS[kind] ? { spec: SPECS[kind] } : {}),
  });
}

test('made-up streams, and what leaves them', skip, () => {
  const numRuns = 150 * Number(process.env['HOOKORDER_RUNS'] ?? 1);
  const seed = Number(process.env['HOOKORDER_SEED'] ?? 20261129);
  const requests = fc.sample(release, { numRuns, seed }).flatMap(({ objects, left }, at) => {
    const texts = objects.map(manifest);
    const stream = texts.join('\n---\n');
    const later = texts.filter((_, index) => left[index] || objects[index]?.kind === 'v1 Namespace').join('\n---\n');
    return [
      ...requestsFor(`made up ${at}`, stream),
      ...(later === '' ? [] : [{ name: `made up ${at}, then less`, streams: [stream, later] }]),
    ];
  });
  const compared = compare(requests);
  assert.ok(compared > numRuns, `${compared} compared`);
  assert.ok(requests.filter(({ fail }) => fail !== undefined).length > numRuns / 5, 'some hooks fail');
});
