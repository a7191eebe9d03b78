/**
 * What is exported, given to a real kustomize, makes of a stream what `render` makes of it.
 *
 * Both sides go through kustomize, the rendered stream without a patch, so that what kustomize does to every text (its order, its
 * numbers) is on both.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { runCli } from '../support/cli.ts';
import { exported } from '../support/exports.ts';
import { CORPUS, TESTDATA } from '../support/files.ts';
import { helmTest } from '../support/helm.ts';
import {
  findKubectl,
  findKustomize,
  kubectlTest,
  kustomize,
  PLAIN_KUSTOMIZATION,
  runIn,
} from '../support/kustomize.ts';
import { rendered } from '../support/pipeline.ts';

/** Settings, weights, policies, patches of every kind of operation, and documents that go. */
const EVERYTHING = `apiVersion: hookorder.io/v1
kind: HookOrder
metadata: { name: order }
defaults:
  deletePolicy: [before-hook-creation, hook-succeeded]
  job: { backoffLimit: 2, activeDeadlineSeconds: 240 }
hooks:
  - name: dropped
    match: { kind: Pod }
    drop: true
    optional: true
  - name: cron
    match: { kind: CronJob }
    hook: false
    optional: true
    patch:
      - { op: add, path: /metadata/labels, value: { a: "yes", b: "010" } }
      - { op: add, path: /spec/suspend, value: true }
  - name: jobs
    match: { kind: Job }
    events: [post-install, post-upgrade]
    outputLogPolicy: [hook-failed]
    optional: true
    patch:
      - { op: add, path: /spec/template/spec/containers/0/env, value: [{ name: N, value: "1e3" }] }
      - { op: add, path: /spec/template/spec/containers/0/env/-, value: { name: M, value: "on" } }
      - { op: remove, path: /spec/template/spec/containers/0/image }
      - { op: add, path: /metadata/annotations/note, value: "a: b # c" }
      - { op: add, path: /spec/ttlSecondsAfterFinished, value: 600 }
      - { op: remove, path: /spec/ttlSecondsAfterFinished }
`;

function assertSame(kubectl: string, stream: string, config: string): void {
  const { kustomization, limits } = exported(stream, config);
  assert.deepEqual(
    limits.map(({ message }) => message),
    [],
  );
  const patched = kustomize(kubectl, { 'all.yaml': stream, 'kustomization.yaml': kustomization });
  assert.equal(patched.status, 0, patched.stderr);
  const plain = kustomize(kubectl, { 'all.yaml': rendered(stream, config), 'kustomization.yaml': PLAIN_KUSTOMIZATION });
  assert.equal(plain.status, 0, plain.stderr);
  assert.equal(patched.stdout, plain.stdout);
}

const FILES = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];

for (const file of FILES)
  kubectlTest(
    `corpus/${file}: kustomize makes of the export what render writes, or refuses the stream as the export does`,
    (kubectl) => {
      const stream = readFileSync(join(CORPUS, file), 'utf8');
      const { limits } = exported(stream, EVERYTHING);
      if (limits.length === 0) return assertSame(kubectl, stream, EVERYTHING);
      assert.ok(
        limits.every(({ code }) => code === 'export/not-for-kustomize'),
        JSON.stringify(limits.map(({ code }) => code)),
      );
      assert.notEqual(kustomize(kubectl, { 'all.yaml': stream, 'kustomization.yaml': PLAIN_KUSTOMIZATION }).status, 0);
    },
  );

const job = (name: string, more = '', apiVersion = 'batch/v1'): string =>
  `apiVersion: ${apiVersion}\nkind: Job\nmetadata:\n  name: ${name}\n${more}spec:\n  template: { spec: { restartPolicy: Never, containers: [{ name: c, image: i }] } }\n`;
const one = (match: string, more: string): string =>
  `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - { name: one, match: ${match}, ${more} }\n`;
const POST = 'events: [post-install]';

const CASES: readonly (readonly [string, string, string])[] = [
  ['names with dots match themselves alone', `${job('a.b')}---\n${job('axb')}`, one('{ name: a.b }', POST)],
  [
    'one name in three namespaces, one of them unsaid',
    `${job('a')}---\n${job('a', '  namespace: x\n')}---\n${job('a', '  namespace: y\n')}`,
    one('{ name: a, namespace: x }', POST),
  ],
  [
    'the namespace that is not said is meant alone',
    `${job('a', '  labels: { me: "1" }\n')}---\n${job('a', '  namespace: x\n')}`,
    one('{ labels: { me: "1" } }', POST),
  ],
  [
    'the core group beside a group with the same kind and version',
    'apiVersion: v1\nkind: Service\nmetadata: { name: a }\n---\napiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: a }\n',
    one('{ apiVersion: v1 }', 'hook: false, patch: [{ op: add, path: /metadata/labels, value: { a: b } }]'),
  ],
  [
    'hook annotations go, others stay',
    job('a', '  annotations: { helm.sh/hook: post-install, helm.sh/hook-weight: "5", x: "1" }\n'),
    one('{ name: a }', 'hook: false'),
  ],
  [
    'items of a List',
    `apiVersion: v1\nkind: List\nitems:\n${`- ${job('a').trim().replaceAll('\n', '\n  ')}`}\n`,
    one('{ name: a }', POST),
  ],
  [
    'nulls, empty mappings and empty lists stay',
    job('a', '  labels: {}\n').replace(
      'image: i',
      'image: i, env: [], resources: {}, securityContext: { runAsUser: null }, volumeMounts: []',
    ),
    one('{ name: a }', `${POST}, job: { backoffLimit: 1 }`),
  ],
  [
    'empty mappings and empty lists stay beside merges',
    job('a', '  labels: {}\n').replace('image: i', 'image: i, env: [], resources: {}, volumeMounts: []'),
    one('{ name: a }', `${POST}, job: { backoffLimit: 1 }`),
  ],
  ['annotations that are null', job('a', '  annotations:\n'), one('{ name: a }', POST)],
  [
    'a patch that makes and moves',
    job('a'),
    one(
      '{ name: a }',
      `${POST}, patch: [{ op: test, path: /spec/template/spec/containers/0/name, value: c }, { op: copy, from: /spec/template/spec/containers/0, path: /spec/template/spec/containers/- }, { op: replace, path: /spec/template/spec/containers/1/name, value: d }, { op: add, path: /spec/template/spec/initContainers, value: [] }, { op: move, from: /spec/template/spec/containers/0, path: /spec/template/spec/initContainers/0 }, { op: replace, path: /metadata/annotations, value: { only: "this", helm.sh/hook: post-install } }]`,
    ),
  ],
  [
    'a value in place of a mapping, and a mapping in place of a value',
    job('a'),
    one(
      '{ name: a }',
      `${POST}, patch: [{ op: add, path: /spec/x, value: { k: { z: 1 } } }, { op: replace, path: /spec/x/k, value: 2 }, { op: add, path: /spec/x/w, value: 3 }, { op: replace, path: /spec/x/w, value: { v: 4 } }]`,
    ),
  ],
  [
    'a Job that a patch renames',
    `${job('a')}---\n${job('b')}`,
    one('{ name: a }', `${POST}, patch: [{ op: replace, path: /metadata/name, value: c }]`),
  ],
  [
    "the chart's own config leaves the release",
    `apiVersion: hookorder.io/v1\nkind: HookOrder\nmetadata: { name: order }\nhooks:\n  - { name: one, match: { name: a }, ${POST} }\n---\n${job('a')}`,
    '',
  ],
];

for (const [name, stream, config] of CASES)
  kubectlTest(name, (kubectl) => {
    if (config !== '') return assertSame(kubectl, stream, config);
    const { kustomization } = exported(stream, undefined);
    const { stdout, stderr } = kustomize(kubectl, { 'all.yaml': stream, 'kustomization.yaml': kustomization });
    assert.doesNotMatch(stdout, /HookOrder/, stderr);
    assert.match(stdout, /helm\.sh\/hook: post-install/);
  });

kubectlTest('values of annotations of any text stay that text', (kubectl) => {
  const values = fc.sample(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('yes', 'null', '~', '0o7', '1_0', '1:30', ' a', 'a\nb', '- a', '{}', '\t'),
    ),
    {
      numRuns: 60,
      seed: 7,
    },
  );
  const patch = values.map((value, index) => ({ op: 'add', path: `/metadata/annotations/k${index}`, value }));
  const config = one('{ name: a }', `${POST}, patch: ${JSON.stringify(patch)}`);
  assertSame(kubectl, job('a'), config);
});

helmTest('patches in a kustomization of the user, over a chart that kustomize inflates', ['4.3.2'], (helm, t) => {
  const kustomizeCommand = findKustomize();
  if (kustomizeCommand === undefined) return t.skip('NO KUSTOMIZE HERE: install Go, or put kustomize on PATH');
  const chart = join(TESTDATA, 'charts', 'ordered-release', 'chart');
  const folder = helm.write('inflated', {
    'kustomization.yaml':
      'helmGlobals: { chartHome: charts }\nhelmCharts:\n  - { name: shop, releaseName: shop } # a chart\npatches:\n  - target: { kind: Service }\n    patch: "- { op: add, path: /metadata/labels/mine, value: x }"\n',
  });
  cpSync(chart, join(folder, 'charts', 'shop'), { recursive: true });
  const file = join(folder, 'kustomization.yaml');
  const config = join(TESTDATA, 'charts', 'ordered-release', 'hookorder.flux.yaml');
  const stream = helm.succeed(['template', 'shop', chart]);
  const write = (): string => {
    const args = ['export', '--to=kustomize', `--kustomization=${file}`, `--config=${config}`];
    const { status, stdout, stderr } = runCli(args, { input: stream });
    assert.equal(status, 0, stderr);
    writeFileSync(file, stdout);
    return stdout;
  };
  const once = write();
  assert.match(once, /# a chart/);
  assert.equal(write(), once);
  const run = runIn({}, kustomizeCommand, ['build', '--enable-helm', '--helm-command', helm.binary, folder]);
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stdout.match(/helm\.sh\/hook: /g)?.length, 6);
  assert.match(run.stdout, /mine: x/);
});

for (const name of ['ordered-release', 'keycloak-postgresql-ha'])
  helmTest(`${name}: the patches for Argo CD are what render writes for it`, ['4.2.3'], (helm, t) => {
    const kubectl = findKubectl();
    if (kubectl === undefined) return t.skip('NO KUBECTL HERE: put one on PATH');
    const folder = join(TESTDATA, 'charts', name);
    const stream = helm.succeed(['template', 'shop', join(folder, 'chart')]);
    const run = (command: readonly string[]): string => {
      const flags = ['--target=argocd', '--fail-on=never', `--config=${join(folder, 'hookorder.yaml')}`];
      const { status, stdout, stderr } = runCli([...command, ...flags], { input: stream });
      assert.equal(status, 0, stderr);
      return stdout;
    };
    const patched = kustomize(kubectl, { 'all.yaml': stream, 'kustomization.yaml': run(['export', '--to=kustomize']) });
    const plain = kustomize(kubectl, { 'all.yaml': run(['render']), 'kustomization.yaml': PLAIN_KUSTOMIZATION });
    assert.match(plain.stdout, /argocd\.argoproj\.io\/sync-wave/);
    assert.equal(patched.stdout, plain.stdout, patched.stderr);
  });

const LIMITS: readonly (readonly [string, string, string, string])[] = [
  [
    'a copy',
    `${job('a').replace('image: i', 'image: i, envFrom: [{ configMapRef: { name: c } }]')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n`,
    'events: [pre-install], dependencies: copy',
    'export/adds-object',
  ],
  [
    'weights that differ by event',
    job('a'),
    'events: [post-install, post-upgrade], weight: { post-install: 1, post-upgrade: 2 }',
    'export/adds-object',
  ],
  ['a hash in the name', job('a'), `${POST}, jobName: hash`, 'export/new-name'],
  ['a time in the name', job('a'), `${POST}, jobName: timestamp`, 'export/new-name'],
  [
    'a kind that a patch changes',
    job('a'),
    'hook: false, patch: [{ op: replace, path: /kind, value: Other }]',
    'export/renames',
  ],
  [
    'an object without a name',
    `${job('a')}---\n${job('x').replace('name: x', 'generateName: x-')}`,
    POST,
    'export/not-for-kustomize',
  ],
  ['an object that stands twice', `${job('a')}---\n${job('x')}---\n${job('x')}`, POST, 'export/not-for-kustomize'],
  [
    'a key that stands twice',
    `${job('a')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: b, a: c }\n`,
    POST,
    'export/not-for-kustomize',
  ],
];

for (const [name, stream, settings, code] of LIMITS)
  test(`${name} is refused by name`, () => {
    const { limits } = exported(stream, one('{ kind: Job, name: a }', settings));
    assert.deepEqual([...new Set(limits.map((finding) => finding.code))], [code]);
  });
