/** `hookorder krm`: the function by itself, and run by a real `kustomize build`. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { runCli } from '../support/cli.ts';
import { COMMAND, CORPUS, ROOT } from '../support/files.ts';
import { findKustomize, PLAIN_KUSTOMIZATION, runIn } from '../support/kustomize.ts';
import { rendered } from '../support/pipeline.ts';

const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
metadata:
  name: order
hooks:
  - name: migrate
    match: { kind: Job, name: "*-migrate" }
    events: [pre-install, pre-upgrade]
    jobName: hash
    dependencies: copy
    job: { backoffLimit: 2, activeDeadlineSeconds: 240 }
`;

/** A ResourceList as kpt sends it: comments, quotes, and notes of the orchestrator. */
const LIST = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
# the settings
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: shop-config
    annotations:
      config.kubernetes.io/index: '0'
      config.kubernetes.io/path: 'config.yaml'
      internal.config.kubernetes.io/id: '1'
  data:
    MODE: 0644   # octal
    script: |
      first

        indented
- apiVersion: batch/v1
  kind: Job
  metadata:
    name: shop-migrate # the migration
    annotations:
      config.kubernetes.io/index: '0'
      config.kubernetes.io/path: 'job.yaml'
  spec:
    template:
      spec:
        restartPolicy: Never
        containers:
        - {name: c, image: "shop:1", envFrom: [{configMapRef: {name: shop-config}}]}
- apiVersion: kpt.dev/v1
  kind: Kptfile
  metadata:
    name: shop
    annotations:
      config.kubernetes.io/local-config: "true"
functionConfig:
${CONFIG.replaceAll(/^/gm, '  ').trimEnd()}
`;

const krm = (input: string, ...args: readonly string[]) => runCli(['krm', ...args], { input });
const itemsOf = (
  text: string,
): readonly { readonly kind: string; readonly metadata: { readonly name: string; readonly annotations?: object } }[] =>
  parse(text).items;
const names = (text: string): readonly string[] =>
  itemsOf(text).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

test('items come in and go out in their order, with copies, new names, comments and notes', () => {
  const { status, stdout, stderr } = krm(LIST);
  assert.equal(status, 0, stderr);
  const [config, copy, job, ...others] = names(stdout);
  assert.deepEqual([config, copy, ...others], ['ConfigMap/shop-config', 'ConfigMap/shop-config-hook', 'Kptfile/shop']);
  assert.match(job ?? '', /^Job\/shop-migrate-[0-9a-f]{8}$/);
  for (const kept of ['0644   # octal', "path: 'job.yaml'", '# the migration', 'image: "shop:1"'])
    assert.ok(stdout.includes(kept), kept);
  assert.ok(stdout.includes('    script: |\n      first\n\n        indented\n'));
  assert.deepEqual(
    Object.keys(itemsOf(stdout)[1]?.metadata.annotations ?? {}).filter((key) => /config\.k/.test(key)),
    [],
  );
  assert.deepEqual(parse(stdout).functionConfig, parse(CONFIG));
});

test('what no rule claims leaves as it came, byte for byte', () => {
  const { stdout } = krm(
    LIST.replace('"*-migrate"', '"none", chart: "*"').replace('events:', 'optional: true\n      events:'),
  );
  const items = (text: string): string =>
    text.slice(text.indexOf('- apiVersion: v1\n'), text.indexOf('functionConfig:'));
  assert.equal(items(stdout), items(LIST));
});

test('findings are results, with the object, the field and the file', () => {
  const { stdout, status, stderr } = krm(LIST.replace(/^ *dependencies: copy\n/m, ''));
  assert.equal(status, 1);
  assert.match(stderr, /^error\[refs\/not-yet-created\]/m);
  const { items, results } = parse(stdout);
  assert.equal(items, undefined, 'a release without an order has no items');
  const [error] = results.filter(({ severity }: { readonly severity: string }) => severity === 'error');
  assert.deepEqual(error.resourceRef, { apiVersion: 'batch/v1', kind: 'Job', name: 'shop-migrate' });
  assert.deepEqual(error.file, { path: 'job.yaml' });
  assert.deepEqual(error.field, { path: 'spec.template.spec.containers[0].envFrom[0].configMapRef.name' });
  assert.deepEqual(error.tags, { code: 'refs/not-yet-created', hook: 'migrate' });
  assert.match(error.message, /^Job\/shop-migrate-\w+ needs ConfigMap\/shop-config, .*; fix: /);
});

test('a mistake in the config has its place in the functionConfig', () => {
  const { status, stderr, stdout } = krm(LIST.replace('jobName: hash', 'jobNam: hash'));
  assert.equal(status, 2);
  assert.match(stderr, /functionConfig:9:5/);
  assert.equal(parse(stdout).results[0].tags.code, 'config/unknown-key');
});

test('JSON, a config in a ConfigMap, and `render` for a container without arguments', () => {
  const list = parse(LIST);
  const wrapped = {
    ...list,
    functionConfig: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { 'hookorder.yaml': CONFIG },
    },
  };
  for (const input of [JSON.stringify(list), JSON.stringify(wrapped, null, 2)]) {
    const { status, stdout, stderr } = krm(input);
    assert.equal(status, 0, stderr);
    assert.equal(names(stdout).length, 4);
    assert.equal(runCli([], { input }).stdout, stdout);
  }
});

test('running the function again changes nothing', () => {
  const once = krm(LIST).stdout;
  assert.deepEqual(itemsOf(krm(once).stdout), itemsOf(once));
});

test('no items and no release are no error', () => {
  const { status, stdout } = krm('apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n');
  assert.equal(status, 0);
  assert.deepEqual(parse(stdout), { apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: [] });
});

for (const [input, why] of [
  ['kind: List\n', /its kind is List/],
  ['kind: ResourceList\n---\na: b\n', /not one document/],
  ['kind: ResourceList\nitems: [1]\n', /item 1 is no object/],
] as const)
  test(`krm refuses ${JSON.stringify(input)}`, () => {
    const { status, stderr, stdout } = krm(input);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, why);
  });

/** A function as kustomize starts it: an executable beside the kustomization. */
const FUNCTION = `#!/bin/sh\nexec ${COMMAND.map((word) => `'${word}'`).join(' ')} "$@"\n`;
const transformer = (config: string, args: string): string =>
  config.replace(
    /metadata:.*(?:\n {2}.*)*/,
    `metadata:\n  name: order\n  annotations:\n    config.kubernetes.io/function: |\n      exec: { path: ./hookorder, args: [krm${args}] }`,
  );

function kustomizeTest(name: string, body: (kustomize: string) => void): void {
  test(name, (t) => {
    const path = findKustomize();
    if (path === undefined) return t.skip('NO KUSTOMIZE HERE: install Go, or put kustomize on PATH');
    body(path);
  });
}

const build = (kustomize: string, stream: string, config?: string, args = '') =>
  runIn(
    {
      'all.yaml': stream,
      'kustomization.yaml': `${PLAIN_KUSTOMIZATION}${config === undefined ? '' : 'transformers: [order.yaml]\n'}`,
      hookorder: FUNCTION,
      ...(config !== undefined && { 'order.yaml': transformer(config, args) }),
    },
    kustomize,
    ['build', '--enable-alpha-plugins', '--enable-exec', '.'],
  );

const byId = (text: string): readonly (readonly [string, unknown])[] =>
  parseAllDocuments(text)
    .map((document) => ('toJS' in document ? document.toJS() : null))
    .map((object): [string, unknown] => [`${object.kind} ${object.metadata.namespace} ${object.metadata.name}`, object])
    .sort(([a], [b]) => (a < b ? -1 : 1));

const CLAIM_ALL = `apiVersion: hookorder.io/v1
kind: HookOrder
metadata: { name: order }
hooks:
  - name: jobs
    match: { kind: Job }
    events: [post-install, post-upgrade]
    deletePolicy: [before-hook-creation, hook-succeeded]
    optional: true
    jobName: hash
    job: { activeDeadlineSeconds: 240 }
`;

const FILES = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];

for (const file of FILES)
  kustomizeTest(`corpus/${file}: kustomize build with the function gives what render writes`, (kustomize) => {
    const plain = build(kustomize, readFileSync(join(CORPUS, file), 'utf8'));
    // What kustomize refuses by itself.
    if (plain.status !== 0) return assert.match(plain.stderr, /mapping key|already registered|missing metadata\.name/);
    const ordered = build(kustomize, plain.stdout, CLAIM_ALL, ', --fail-on=never');
    assert.equal(ordered.status, 0, ordered.stderr);
    const wanted = build(kustomize, rendered(plain.stdout, CLAIM_ALL));
    assert.equal(wanted.status, 0, wanted.stderr);
    assert.deepEqual(byId(ordered.stdout), byId(wanted.stdout));
  });

kustomizeTest('kustomize build takes the copies, and stops with the reason where there is no order', (kustomize) => {
  const stream = itemsOf(LIST)
    .slice(0, 2)
    .map((item) => JSON.stringify(item))
    .join('\n---\n');
  const { status, stdout, stderr } = build(kustomize, stream, CONFIG);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^ {2}name: shop-config-hook$/m);
  assert.doesNotMatch(stdout, /kustomize\.config\.k8s\.io|config\.k8s\.io\/id/);
  const refused = build(kustomize, stream, CONFIG.replace('    dependencies: copy\n', ''));
  assert.notEqual(refused.status, 0);
  assert.equal(refused.stdout, '');
  assert.match(refused.stderr, /refs\/not-yet-created/);
});

kustomizeTest('the function of docs/kustomize.md works as it is shown', (kustomize) => {
  const text = readFileSync(join(ROOT, 'docs', 'kustomize.md'), 'utf8');
  const files = [...text.matchAll(/```yaml\n# (\w+\.yaml)[^\n]*\n([\s\S]*?)```/g)].map(([, name = '', yaml = '']) => [
    name,
    yaml,
  ]);
  assert.deepEqual(
    files.map(([name]) => name),
    ['kustomization.yaml', 'order.yaml'],
  );
  const items = itemsOf(LIST)
    .slice(0, 2)
    .map((item) => JSON.stringify(item));
  const { status, stdout, stderr } = runIn(
    { ...Object.fromEntries(files), 'all.yaml': items.join('\n---\n'), hookorder: FUNCTION },
    kustomize,
    ['build', '--enable-alpha-plugins', '--enable-exec', '.'],
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^ {2}name: shop-config-hook$/m);
});
