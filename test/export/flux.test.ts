/**
 * The export for Flux: its patches under a real Helm that runs them as Flux does, what is refused or said of a HelmRelease, and what is
 * written into it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { settingsOf } from '../../src/export/flux/settings.ts';
import { EXPLANATIONS } from '../../src/knowledge/findings.generated.ts';
import { FINDING_CODES } from '../../src/model/finding.ts';
import { goldenOf, type KubeObject, NOW, pathOf, type Scenario, template } from '../scenarios/scenario.ts';
import { runCli } from '../support/cli.ts';
import { assertGolden, ROOT, TESTDATA } from '../support/files.ts';
import { type Helm, helmTest, installHookorder, installScript } from '../support/helm.ts';
import { findKubectl, runIn } from '../support/kustomize.ts';

interface FluxScenario extends Scenario {
  readonly config: string;
}

const SCENARIOS: readonly FluxScenario[] = [
  { name: 'ordered-release', release: 'shop', config: 'hookorder.flux.yaml' },
  { name: 'optscale-migrations', release: 'shop', config: 'hookorder.yaml' },
];

const configOf = ({ name, config }: FluxScenario): string => `testdata/charts/${name}/${config}`;

const hookorderExport = (args: readonly string[], input: string) =>
  runCli(['export', ...args], { input, cwd: ROOT, env: { HOOKORDER_NOW: NOW } });

/** A post-renderer that does what Flux does with the patches: a kustomization over what Helm sends. */
function installPatches(helm: Helm, kubectl: string, patches: unknown): string[] {
  installScript(
    helm,
    'patches',
    `const { mkdtempSync, writeFileSync } = require('node:fs');
const folder = mkdtempSync(${JSON.stringify(join(helm.folder, 'kustomize-'))});
writeFileSync(folder + '/helm-output.yaml', input);
writeFileSync(folder + '/kustomization.yaml', ${JSON.stringify(JSON.stringify({ resources: ['helm-output.yaml'], patches }))});
process.stdout.write(require('node:child_process').execFileSync(${JSON.stringify(kubectl)}, ['kustomize', folder]));`,
  );
  return ['--post-renderer', 'patches'];
}

const byId = (stream: string): ReadonlyMap<string, unknown> =>
  new Map(
    parseAllDocuments(stream, { version: '1.1' }).flatMap((document) => {
      const object = ('toJS' in document ? document.toJS() : null) as KubeObject | null;
      return object === null ? [] : [[`${object.apiVersion} ${object.kind}/${object.metadata.name}`, object] as const];
    }),
  );

for (const scenario of SCENARIOS)
  helmTest(`${scenario.name}: Helm makes of the patches what it makes of hookorder`, ['4.2.3', '4.3.2'], (helm, t) => {
    const kubectl = findKubectl();
    if (kubectl === undefined) return t.skip('NO KUBECTL HERE: put one on PATH');
    const { status, stdout, stderr } = hookorderExport(
      ['--to=flux', `--config=${configOf(scenario)}`],
      template(helm, scenario),
    );
    assert.equal(status, 0, stderr);
    const { patches } = parse(stdout).spec.postRenderers[0].kustomize;
    const render = (flags: readonly string[]): ReadonlyMap<string, unknown> =>
      byId(helm.succeed(['template', scenario.release, pathOf(scenario, 'chart'), ...flags], { cwd: ROOT }));
    const patched = render(installPatches(helm, kubectl, patches));
    const wanted = render(installHookorder(helm, readFileSync(join(ROOT, configOf(scenario)), 'utf8')));
    assert.ok(wanted.size > 5);
    assert.deepEqual([...patched].sort(), [...wanted].sort());
  });

helmTest('the HelmRelease of the example, and again of itself', ['4.2.3'], (helm) => {
  const [scenario] = SCENARIOS as [FluxScenario];
  const stream = template(helm, scenario);
  const args = ['--to=flux', `--config=${configOf(scenario)}`];
  const release = 'testdata/charts/ordered-release/helmrelease.yaml';
  const written = hookorderExport([...args, `--helmrelease=${release}`], stream);
  assert.equal(written.status, 0, written.stderr);
  assertGolden(goldenOf(scenario, 'flux-helmrelease.yaml'), written.stdout);
  assertGolden(goldenOf(scenario, 'flux-helmrelease.txt'), written.stderr);
  const folder = helm.write('release', { 'shop.yaml': written.stdout });
  const again = hookorderExport([...args, `--helmrelease=${join(folder, 'shop.yaml')}`], stream);
  assert.equal(again.stdout, written.stdout);
  assert.equal(again.stderr, '');
});

helmTest('what patches cannot say is refused by name', ['4.2.3'], (helm) => {
  const refused = ['ordered-release', 'keycloak-postgresql-ha', 'atlas-migration'].map((name) => {
    const scenario = { name, release: 'shop' };
    const { status, stdout, stderr } = hookorderExport(
      ['--to=flux', `--config=testdata/charts/${name}/hookorder.yaml`],
      template(helm, scenario),
    );
    assert.equal(status, 1);
    assert.equal(stdout, '');
    return `${name}\n\n${stderr}`;
  });
  assertGolden(join(TESTDATA, 'export', 'refused.txt'), refused.join('\n'));
});

helmTest('a rendered release that is published as a chart is what the post-renderer makes', ['4.3.2'], (helm) => {
  const scenario = { name: 'ordered-release', release: 'shop' };
  const config = readFileSync(pathOf(scenario, 'hookorder.yaml'), 'utf8');
  const flags = installHookorder(helm, config);
  const wanted = helm.succeed(['template', 'shop', pathOf(scenario, 'chart'), ...flags], { cwd: ROOT });
  const { stdout } = runCli(['render', '--as-filter', `--config=${pathOf(scenario, 'hookorder.yaml')}`], {
    input: template(helm, scenario),
  });
  const chart = helm.write('ordered', {
    'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 2.3.0\n',
    'files/release.yaml': stdout,
    'templates/release.yaml': '{{ .Files.Get "files/release.yaml" }}',
  });
  const published = byId(helm.succeed(['template', 'shop', chart]));
  assert.ok(published.has('v1 ConfigMap/shop-config-hook'));
  assert.deepEqual([...published].sort(), [...byId(wanted)].sort());
});

/** The example of a page: a stream with its config, and maybe a HelmRelease. */
function exportExample(example: string): {
  readonly codes: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
} {
  const documents = example.split(/^---$/m).map((text) => `${text.trim()}\n`);
  const release = documents.find((text) => text.includes('kind: HelmRelease'));
  const stream = documents.filter((text) => text !== release).join('---\n');
  const files = { 'stream.yaml': stream, ...(release !== undefined && { 'release.yaml': release }) };
  const to = release === undefined ? ['--to=kustomize'] : ['--to=flux', '--helmrelease=release.yaml'];
  const { stdout, stderr } = runIn(files, process.execPath, [
    join(ROOT, 'dist', 'hookorder.cjs'),
    'export',
    ...to,
    'stream.yaml',
  ]);
  return { codes: [...stderr.matchAll(/^\w+\[([^\]]+)\]/gm)].map(([, code]) => code ?? ''), stdout, stderr };
}

for (const code of FINDING_CODES.filter((each) => /^(?:export|flux)\//.test(each)))
  test(`the example of ${code} has it before, and not after`, () => {
    const { before, after } = EXPLANATIONS[code].example;
    assert.deepEqual(exportExample(before).codes, [code], exportExample(before).stderr);
    const cured = exportExample(after);
    assert.deepEqual(cured.codes, [], cured.stderr);
    assert.match(cured.stdout, /^ *- target:$/m);
  });

const STREAM = `apiVersion: hookorder.io/v1
kind: HookOrder
metadata: { name: order }
hooks:
  - { name: migrate, match: { name: shop-migrate }, events: [pre-install, pre-upgrade], job: { activeDeadlineSeconds: 540 } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: shop-migrate, labels: { app.kubernetes.io/instance: shop } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: i }] } } }
`;
const release = (spec: string, name = 'shop'): string =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: ${name} }\nspec:\n  interval: 10m\n  chartRef: { kind: OCIRepository, name: shop }\n${spec}`;

/** What stands below `spec` after the export, and what was said. */
function exportInto(helmRelease: string, stream = STREAM) {
  const { stdout, stderr, status } = runIn({ 'stream.yaml': stream, 'release.yaml': helmRelease }, process.execPath, [
    join(ROOT, 'dist', 'hookorder.cjs'),
    'export',
    '--to=flux',
    '--helmrelease=release.yaml',
    'stream.yaml',
  ]);
  return { spec: stdout === '' ? undefined : parse(stdout).spec, stderr, status };
}

test('the lines that an order needs are written, and what the user wrote stays', () => {
  const { spec } = exportInto(release(''));
  assert.equal(spec.timeout, '10m');
  assert.equal(spec.postRenderStrategy, 'combined');
  assert.deepEqual(spec.upgrade, { strategy: { name: 'RetryOnFailure' } });
  const own = exportInto(
    release(
      '  timeout: 20m\n  upgrade: { remediation: { retries: 0 }, timeout: 7m }\n  postRenderStrategy: separate\n',
    ),
  );
  assert.equal(own.spec.timeout, '10m');
  assert.equal(own.spec.postRenderStrategy, 'separate');
  assert.deepEqual(own.spec.upgrade, { remediation: { retries: 0 }, timeout: '10m' });
});

test('patches of the user come first, and those of an earlier export go', () => {
  const once = release(`  postRenderers:
    - kustomize: { patches: [{ target: { kind: Job }, patch: "# hookorder: old" }], images: [{ name: a, newTag: b }] }
    - kustomize: { patches: [{ target: { kind: Job }, patch: "- { op: add, path: /metadata/labels/a, value: b }" }] }
`);
  const [images, labels, ours, ...more] = exportInto(once).spec.postRenderers;
  assert.deepEqual(images, { kustomize: { images: [{ name: 'a', newTag: 'b' }] } });
  assert.match(labels.kustomize.patches[0].patch, /labels/);
  assert.match(ours.kustomize.patches.at(-1).patch, /^# hookorder: hook "migrate"\n/);
  assert.doesNotMatch(JSON.stringify(ours), /old/);
  assert.deepEqual(more, []);
});

test('where an app waits for a post hook, Flux is told not to wait', () => {
  const stream = `${STREAM.replace('pre-install, pre-upgrade', 'post-install, post-upgrade')}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      initContainers: [{ name: wait, image: kubectl, command: [kubectl, wait, --for=condition=complete, job/shop-migrate] }]
      containers: [{ name: c, image: i }]
`;
  const { spec, stderr } = exportInto(release(''), stream);
  assert.deepEqual(spec.install, { disableWait: true });
  assert.equal(spec.upgrade.disableWait, true);
  assert.match(stderr, /spec\.install\.disableWait: true, because Deployment\/shop .*waits for Job\/shop-migrate/);
});

test('an object that is a hook and a plain one goes in two streams', () => {
  const account = (more: string) => `---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: a${more} }\n`;
  const stream = STREAM + account('') + account(', annotations: { helm.sh/hook: pre-install }');
  assert.equal(exportInto(release(''), stream).spec.postRenderStrategy, 'separate');
  const { status, stderr } = exportInto(release('  postRenderStrategy: combined\n'), stream);
  assert.equal(status, 1);
  assert.match(stderr, /^error\[export\/not-for-kustomize\]/m);
});

const SILENT: readonly (readonly [string, string])[] = [
  ['a hook of another action', '  uninstall: { disableHooks: true }\n'],
  ['nohooks, where the chart has no hook', '  postRenderStrategy: nohooks\n'],
  ['a name in two parts', '  releaseName: shop\n  targetNamespace: web\n'],
  ['remediation that does nothing', '  upgrade: { remediation: { retries: 0 } }\n'],
  ['drift detection that only warns', '  driftDetection: { mode: warn }\n'],
  [
    'patches of other objects',
    '  postRenderers: [{ kustomize: { patches: [{ target: { kind: Pod }, patch: "- { op: add, path: /metadata/annotations/helm.sh~1hook, value: test }" }] } }]\n',
  ],
  ['install retries with hooks of upgrades', '  install: { strategy: { name: RetryOnFailure } }\n'],
];

for (const [name, spec] of SILENT)
  test(`nothing is said of ${name}`, () => {
    assert.doesNotMatch(exportInto(release(spec)).stderr, /^\w+\[/m);
  });

test('what Go reads as true is true', () => {
  const { status, stderr } = exportInto(release('  upgrade: { disableHooks: yes }\n'));
  assert.equal(status, 1);
  assert.match(stderr, /^error\[flux\/hooks-disabled\]/m);
});

test('comments, other documents and numbers of the file stay as they are', () => {
  const file = `# before\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {mode: "0644"}\n---\n${release('  values:\n    mode: 0644   # octal\n    on: yes\n')}`;
  const { stdout } = runIn({ 'stream.yaml': STREAM, 'release.yaml': file }, process.execPath, [
    join(ROOT, 'dist', 'hookorder.cjs'),
    'export',
    '--to=flux',
    '--helmrelease=release.yaml',
    'stream.yaml',
  ]);
  assert.ok(stdout.startsWith(file), stdout);
});

const USAGE: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /say for whom: `hookorder export --to flux` or `--to kustomize`/],
  [['--to=argo'], /--to cannot be "argo": it takes flux, kustomize/],
  [['--to=kustomize', '--helmrelease=x'], /--helmrelease belongs to `--to flux`/],
  [['--to=flux', '--kustomization=x'], /--kustomization belongs to `--to kustomize`/],
  [['--to=flux', '--target=argocd'], /Flux runs Helm/],
  [['--to=flux', '--wait'], /takes neither --wait nor --timeout/],
  [['--to=flux', '--helmrelease=none.yaml'], /none\.yaml cannot be read/],
];

for (const [args, message] of USAGE)
  test(`hookorder export ${args.join(' ')} is a mistake`, () => {
    const { status, stdout, stderr } = hookorderExport(args, STREAM);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, message);
  });

test('how helm-controller runs Helm is read from the HelmRelease, and its defaults are its own', () => {
  const usual = { wait: true, waitForJobs: true, takeOwnership: true, timeoutSeconds: 300 };
  for (const [spec, want] of [
    ['{}', usual],
    ['{ timeout: 10m, upgrade: { timeout: 1m } }', { ...usual, timeoutSeconds: 60 }],
    ['{ install: { disableWaitForJobs: true } }', usual],
    [
      '{ install: { disableWaitForJobs: true }, upgrade: { disableWaitForJobs: true } }',
      { ...usual, waitForJobs: false },
    ],
    ['{ install: { disableWait: true }, upgrade: { disableWaitForJobs: true } }', { ...usual, waitForJobs: false }],
    [
      '{ install: { disableWait: true }, upgrade: { disableWait: true } }',
      { ...usual, wait: false, waitForJobs: false },
    ],
    ['{ upgrade: { disableTakeOwnership: true } }', { ...usual, takeOwnership: false }],
  ] as const)
    assert.deepEqual(settingsOf({ spec: parse(spec) }), want, spec);
});
