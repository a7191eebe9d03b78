/** What holds for every real stream. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { compareHooks, EVENTS } from '../src/model/helm.ts';
import type { Placement } from '../src/model/plan.ts';
import { CORPUS } from './support/files.ts';
import { order, rendered, renderedBytes } from './support/pipeline.ts';

const HEAD = 'apiVersion: hookorder.io/v1\nkind: HookOrder\n';
const streams = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];

const ORDER_FREE = [
  'outputLogPolicy: [hook-failed]',
  'deletePolicy: [before-hook-creation, hook-succeeded]',
  'deletePolicy: keep',
  'job: { backoffLimit: 0 }',
  'jobName: timestamp',
  'jobName: hash',
  'dependencies: copy',
  'patch: [{ op: add, path: /metadata/annotations/a, value: b }]',
];

/** What Helm runs in each event, in its order, by the names with which hooks came; copies apart. */
const runsOf = (placements: readonly Placement[]): unknown =>
  EVENTS.map((event) =>
    placements
      .filter(({ hook, copyFor }) => copyFor === undefined && hook?.events.includes(event))
      .map(({ hook, name, resource }) => ({
        weight: hook?.weight ?? 0,
        name,
        kind: resource.kind,
        at: resource.document.index,
      }))
      .sort(compareHooks)
      .map(({ kind, at }) => `${kind} in document ${at}`),
  );

if (streams.length === 0) test('real streams', { skip: 'there is no corpus on this machine' }, () => {});

for (const file of streams) {
  const bytes = readFileSync(join(CORPUS, file));
  const documents = (text: string): readonly string[] => text.split(/^---\n/m);

  test(`${file}: an empty config is the identity`, () => {
    assert.ok(renderedBytes(bytes, `${HEAD}hooks: []\n`).equals(bytes));
  });

  test(`${file}: a config that claims each Job changes the Jobs and nothing else, once`, () => {
    const config = `${HEAD}hooks:
  - name: jobs
    match: { kind: Job }
    events: [post-install, post-upgrade]
    deletePolicy: [before-hook-creation, hook-succeeded]
    optional: true
`;
    const before = documents(bytes.toString('utf8'));
    const output = rendered(bytes, config);
    const after = documents(output);
    assert.equal(after.length, before.length);
    for (const [at, document] of after.entries()) {
      const isJob = /^kind: Job$/m.test(before[at] ?? '');
      if (!isJob) assert.equal(document, before[at]);
      else {
        const [parsed] = parseAllDocuments(document, { uniqueKeys: false });
        assert.ok(parsed && 'getIn' in parsed);
        assert.equal(parsed.getIn(['metadata', 'annotations', 'helm.sh/hook']), 'post-install,post-upgrade');
        assert.match(String(parsed.getIn(['metadata', 'annotations', 'helm.sh/hook-weight'])), /^-?\d+$/);
      }
    }
    assert.equal(rendered(output, config), output);
  });

  test(`${file}: entries that say nothing about order change none`, () => {
    const before = runsOf(order(bytes, undefined, { needsConfig: false, scope: 'all' }).plan?.placements ?? []);
    for (const key of ORDER_FREE)
      for (const kind of ['Job', 'Pod', '*']) {
        const match = `{ kind: "${kind}", annotations: { helm.sh/hook: "*" } }`;
        const { plan, findings } = order(
          bytes,
          `${HEAD}hooks: [{ name: all, match: ${match}, ${key}, optional: true }]\n`,
        );
        assert.deepEqual(
          findings.filter(({ code }) => code.startsWith('order/')),
          [],
          key,
        );
        assert.deepEqual(runsOf(plan?.placements ?? []), before, key);
      }
  });

  test(`${file}: as one List it is the same release, and is ordered the same`, () => {
    const text = bytes.toString('utf8').replaceAll(/postrenderer\.helm\.sh\/postrender-filename: '[^']*'/g, 'x: y');
    const plain = documents(text).filter((document) => /^kind:/m.test(document));
    const indented = plain.map((document) => document.trim().replaceAll(/\n(?=.)/g, '\n    '));
    const list = `apiVersion: v1\nkind: List\nitems:\n${indented.map((item) => `  - ${item}\n`).join('')}`;
    const config = `${HEAD}hooks:
  - name: jobs
    match: { kind: Job }
    events: [pre-install, pre-upgrade]
    dependencies: copy
    optional: true
`;
    const placed = (stream: string): readonly string[] =>
      (order(stream, config).plan?.placements ?? [])
        .map(({ resource, name, hook }) => `${resource.kind}/${name} ${JSON.stringify(hook)}`)
        .sort();
    assert.ok(placed(list).length >= plain.length);
    assert.deepEqual(placed(list), placed(plain.join('---\n')));
    const output = rendered(list, config);
    assert.deepEqual(placed(output), placed(list));
    assert.equal(rendered(output, config), output);
  });

  for (const jobName of ['timestamp', 'hash'])
    test(`${file}: Jobs with a name by ${jobName}, copies, patches and all checks leave the same the second time`, () => {
      const config = `${HEAD}hooks:
  - name: jobs
    match: { kind: Job }
    events: [pre-install, pre-upgrade]
    jobName: ${jobName}
    dependencies: copy
    optional: true
    patch: [{ op: add, path: /spec/template/spec/containers/-, value: { name: more, image: more } }]
`;
      const { stream, plan } = order(bytes, config, { scope: 'all', severity: 'info' });
      assert.ok(stream !== undefined && plan !== undefined);
      const output = rendered(bytes, config);
      assert.equal(rendered(output, config), output);
      for (const document of parseAllDocuments(output, { uniqueKeys: false }))
        if ('getIn' in document && document.getIn(['kind']) === 'Job') assert.equal(document.errors.length, 0);
    });
}
