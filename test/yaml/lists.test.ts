import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { readResources } from '../../src/manifests/resources.ts';
import type { Resource } from '../../src/model/manifest.ts';
import { order, rendered } from '../support/pipeline.ts';

const read = (text: string) => {
  const release = readResources({ file: 'in.yaml', read: () => new TextEncoder().encode(text) });
  assert.ok('resources' in release, text);
  return release;
};
const named = (resources: readonly Resource[]): string => resources.map(({ kind, name }) => `${kind}/${name}`).join();

const CM = 'apiVersion: v1\n  kind: ConfigMap\n  metadata: { name:';

test('a List is its items', () => {
  for (const { name, in: text, want, problems = 0 } of [
    {
      name: 'a List',
      in: `apiVersion: v1\nkind: List\nitems:\n- ${CM} a }\n- ${CM} b }\n`,
      want: 'ConfigMap/a,ConfigMap/b',
    },
    {
      name: 'before another document',
      in: `kind: List\nitems:\n- ${CM} a }\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\n`,
      want: 'ConfigMap/a,Secret/s',
    },
    {
      name: 'indented items',
      in: `kind: List\nitems:\n    - ${CM.replaceAll('\n  ', '\n      ')} a }\n`,
      want: 'ConfigMap/a',
    },
    {
      name: 'a List in flow style',
      in: 'kind: List\nitems: [{ apiVersion: v1, kind: Secret, metadata: { name: a } }]\n',
      want: 'Secret/a',
    },
    {
      name: 'JSON',
      in: '{"kind": "List", "items": [\n {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}]}',
      want: 'Secret/a',
    },
    { name: 'a typed List', in: `apiVersion: v1\nkind: ConfigMapList\nitems:\n- ${CM} a }\n`, want: 'ConfigMap/a' },
    {
      name: 'a typed List whose items do not say their type',
      in: 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: { name: a }\n  data: { x: y }\n- { metadata: { name: b } }\n',
      want: 'ConfigMap/a,ConfigMap/b',
    },
    {
      name: 'a typed List with a name',
      in: `apiVersion: v1\nkind: ConfigMapList\nmetadata:\n  name: all\nitems:\n- ${CM} a }\n`,
      want: 'ConfigMap/a',
    },
    {
      name: 'a List in a List',
      in: 'kind: List\nitems:\n- kind: List\n  items:\n  - { kind: Secret, metadata: { name: a } }\n- apiVersion: v1\n  kind: SecretList\n  items: [{ metadata: { name: b } }]\n- { kind: Secret, metadata: { name: c } }\n',
      want: 'Secret/a,Secret/b,Secret/c',
    },
    { name: 'an empty List', in: 'kind: List\nitems: []\n---\nkind: A\nmetadata: { name: a }\n', want: 'A/a' },
    {
      name: 'a List without items',
      in: 'kind: List\nitems:\n---\nkind: A\nmetadata: { name: a }\n',
      want: 'A/a',
      problems: 1,
    },
    {
      name: 'an item that is null',
      in: 'kind: List\nitems:\n- null\n-\n- { kind: Secret, metadata: { name: a } }\n',
      want: 'Secret/a',
      problems: 2,
    },
    {
      name: 'an item without a name',
      in: 'kind: List\nitems:\n- { kind: Secret }\n- { kind: Secret, metadata: { generateName: a- } }\n',
      want: 'Secret/',
      problems: 1,
    },
    {
      name: 'an item without a kind in a List',
      in: 'kind: List\nitems:\n- { metadata: { name: a } }\n',
      want: '',
      problems: 1,
    },
    {
      name: 'a kind that is called a list and has none',
      in: 'apiVersion: x.io/v1\nkind: AllowList\nmetadata:\n  name: a\nspec: { items: [1] }\n',
      want: 'AllowList/a',
    },
    {
      name: 'a kind that is called so in the middle',
      in: 'apiVersion: x.io/v1\nkind: Listener\nmetadata:\n  name: a\nitems: []\n',
      want: 'Listener/a',
    },
    {
      name: 'what functions of KRM read',
      in: 'kind: ResourceList\nitems: [{ kind: Secret, metadata: { name: a } }]\n',
      want: '',
      problems: 1,
    },
    {
      name: 'a typed List that is a hook as a whole',
      in: 'kind: SecretList\nmetadata: { annotations: { helm.sh/hook: pre-install } }\nitems: [{ metadata: { name: a } }]\n',
      want: '',
      problems: 1,
    },
    {
      name: 'an alias for an item',
      in: 'x: &a { kind: Secret, metadata: { name: a } }\nkind: List\nitems: [*a]\n',
      want: 'Secret/a',
    },
    {
      name: 'merged keys',
      in: 'x: &t { apiVersion: v1, kind: Secret }\nkind: List\nitems:\n- <<: *t\n  metadata: { name: a }\n',
      want: 'Secret/a',
    },
  ]) {
    const release = read(text);
    assert.equal(named(release.resources), want, name);
    assert.equal(release.problems.length, problems, `${name}: ${release.problems.map(({ message }) => message)}`);
    const indices = release.resources.map(({ document }) => document.index);
    assert.deepEqual(
      indices,
      [...new Set(indices)].sort((a, b) => a - b),
      name,
    );
  }
});

test('items know where they stand and what rendered them', () => {
  const text = `---
# Source: shop/templates/list.yaml
apiVersion: v1
kind: List
items:
  # the first
  - apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
      labels: { x: y }
    data:
      text: |
        one
          two
`;
  const [item] = read(text).resources;
  assert.ok(item !== undefined);
  assert.equal(item.template, 'shop/templates/list.yaml');
  assert.equal(item.chart, 'shop');
  const manifest = item.manifest();
  assert.deepEqual(manifest.value['data'], { text: 'one\n  two\n' });
  const position = manifest.locate(['metadata', 'name']);
  assert.deepEqual(position, { line: 10, column: 13 });
  assert.equal(manifest.lineAt(position), '      name: a');
  assert.equal(
    item.text(),
    '# Source: shop/templates/list.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: { x: y }\ndata:\n  text: |\n    one\n      two\n',
  );
  const typed = `kind: ConfigMapList
apiVersion: v1
items:
- metadata: { name: a }
metadata:
  annotations:
    postrenderer.helm.sh/postrender-filename: 'shop/templates/typed.yaml'
`;
  assert.equal(read(typed).resources[0]?.template, 'shop/templates/typed.yaml');
});

const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - { name: m, match: { kind: Job }, events: [pre-install, pre-upgrade], dependencies: copy, deletePolicy: [before-hook-creation] }
`;
const JOB = `apiVersion: batch/v1
    kind: Job
    # runs before all
    metadata: {name: migrate, labels: {a: "b"}} # quoted
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: c
              image: x
              command:
                - sh
                - -c
                - |
                  echo one

                    two
              envFrom: [{configMapRef: {name: env}}]
`;

/** What leaves as documents, by kind and name. */
const documentsOf = (text: string): Map<string, unknown> =>
  new Map(
    parseAllDocuments(text).flatMap((document) => {
      const value = document.toJS() as { kind?: string; metadata?: { name?: string } } | null;
      return value === null ? [] : [[`${value.kind}/${value.metadata?.name ?? ''}`, value] as const];
    }),
  );

test('an item that the config claims leaves its List, and nothing else changes', () => {
  const text = `# Source: shop/templates/list.yaml
apiVersion: v1
kind: List
items:
  # env stays
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: env}   # odd
    data: {a: 'b'}
  - ${JOB}  - {apiVersion: v1, kind: Secret, metadata: {name: s}}
`;
  const output = rendered(text, CONFIG);
  assert.equal(
    output,
    `# Source: shop/templates/list.yaml
apiVersion: v1
kind: List
items:
  # env stays
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: env}   # odd
    data: {a: 'b'}
  - {apiVersion: v1, kind: Secret, metadata: {name: s}}
---
# Source: shop/templates/list.yaml
apiVersion: batch/v1
kind: Job
# runs before all
metadata: {annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "0", helm.sh/hook-delete-policy: "before-hook-creation"}, name: migrate, labels: {a: "b"}} # quoted
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: c
          image: x
          command:
            - sh
            - -c
            - |
              echo one

                two
          envFrom: [{configMapRef: {name: env-hook}}]
---
# Source: shop/templates/list.yaml
apiVersion: v1
kind: ConfigMap
metadata: {annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-1", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded", hookorder.io/copy-of: "ConfigMap/env"}, name: env-hook}   # odd
data: {a: 'b'}
`,
  );
  assert.equal(rendered(output, CONFIG), output, 'twice is once');
});

test('items leave Lists of every form', () => {
  const job = '{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "migrate"}, "spec": {"template": {}}}';
  const cm = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "env"}}';
  for (const { name, in: text, want } of [
    {
      name: 'JSON',
      in: `{"kind": "List", "apiVersion": "v1", "items": [${cm}, ${job}]}\n`,
      want: ['List/', 'Job/migrate'],
    },
    { name: 'the only item', in: `kind: List\napiVersion: v1\nitems:\n- ${job}\n`, want: ['Job/migrate'] },
    {
      name: 'the only items, first in the stream',
      in: `kind: List\nitems:\n- ${job}\n---\n${cm}\n`,
      want: ['Job/migrate', 'ConfigMap/env'],
    },
    { name: 'the first item', in: `kind: List\nitems:\n- ${job}\n- ${cm}\n`, want: ['List/', 'Job/migrate'] },
    {
      name: 'a List without a final newline',
      in: `kind: List\nitems:\n- ${cm}\n- ${job}`,
      want: ['List/', 'Job/migrate'],
    },
    {
      name: 'line ends of Windows',
      in: `kind: List\r\nitems:\r\n- apiVersion: batch/v1\r\n  kind: Job\r\n  metadata:\r\n    name: migrate\r\n- ${cm}\r\n`,
      want: ['List/', 'Job/migrate'],
    },
    {
      name: 'a typed List',
      in: 'apiVersion: batch/v1\nkind: JobList\nitems:\n- metadata: {name: migrate}\n  spec: {template: {}}\n',
      want: ['Job/migrate'],
    },
    {
      name: 'a typed List in flow style',
      in: 'apiVersion: batch/v1\nkind: JobList\nitems: [{metadata: {name: migrate}}, {kind: "", metadata: {name: x}}]\n',
      want: ['Job/migrate', 'Job/x'],
    },
    {
      name: 'a List in a List',
      in: `kind: List\nitems:\n- kind: List\n  items:\n  - ${job}\n  - ${cm}\n`,
      want: ['List/', 'Job/migrate'],
    },
    {
      name: 'all of a List in a List',
      in: `kind: List\nitems:\n- kind: List\n  items:\n  - ${job}\n- ${cm}\n`,
      want: ['List/', 'Job/migrate'],
    },
    { name: 'all of all', in: `kind: List\nitems:\n- kind: List\n  items:\n  - ${job}\n`, want: ['Job/migrate'] },
    {
      name: 'an item with the anchor of another',
      in: 'kind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n  metadata: {name: migrate, labels: &l {a: b}}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: env, labels: *l}\n',
      want: ['List/', 'Job/migrate'],
    },
    {
      name: 'an item with the alias',
      in: 'kind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: env, labels: &l {a: b}}\n- apiVersion: batch/v1\n  kind: Job\n  metadata: {name: migrate, labels: *l}\n',
      want: ['List/', 'Job/migrate'],
    },
    {
      name: 'an item that is an alias',
      in: 'x: &j {apiVersion: batch/v1, kind: Job, metadata: {name: migrate}}\nkind: List\nitems: [*j]\n',
      want: ['Job/migrate'],
    },
    { name: 'a null beside it', in: `kind: List\nitems:\n- null\n- ${job}\n`, want: ['List/', 'Job/migrate'] },
    {
      name: 'Jobs on both sides',
      in: `kind: List\nitems:\n- ${job}\n- ${cm}\n- ${job.replace('migrate', 'seed')}\n`,
      want: ['List/', 'Job/migrate', 'Job/seed'],
    },
  ]) {
    const output = rendered(text, CONFIG);
    const documents = documentsOf(output);
    assert.deepEqual([...documents.keys()], want, `${name}:\n${output}`);
    for (const [id, value] of documents)
      if (id.startsWith('Job/'))
        assert.equal(
          (value as { metadata: { annotations: Record<string, string> } }).metadata.annotations['helm.sh/hook'],
          'pre-install,pre-upgrade',
          name,
        );
    assert.equal(rendered(output, CONFIG), output, `${name}: twice is once`);
    const before = read(text).resources.map(({ kind, name: own }) => `${kind}/${own}`);
    const after = read(output).resources.map(({ kind, name: own }) => `${kind}/${own}`);
    assert.deepEqual(after.sort(), before.sort(), name);
  }
});

test('an item that leaves in Helm keeps its template', () => {
  const text = `apiVersion: batch/v1
kind: JobList
items:
- metadata: {name: migrate}
  spec: {template: {}}
- metadata:
    name: seed
    annotations: {a: b}
  spec: {template: {}}
metadata:
  annotations:
    postrenderer.helm.sh/postrender-filename: 'shop/templates/jobs.yaml'
`;
  const output = rendered(text, CONFIG);
  assert.equal(output.match(/postrender-filename/g)?.length, 2, output);
  assert.deepEqual(
    read(output).resources.map(({ template }) => template),
    ['shop/templates/jobs.yaml', 'shop/templates/jobs.yaml'],
  );
  assert.equal(rendered(output, CONFIG), output);
});

test('a stream with Lists that no rule touches leaves as it came', () => {
  const text = `kind: List\nitems:\n  - ${JOB}---\nkind: SecretList\nitems: [ {metadata: {name: a}} ]\n`;
  const config = `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: [{ name: x, match: { name: none }, events: [pre-install], optional: true }]\n`;
  assert.equal(rendered(text, config), text);
});

test('hooks in Lists are what Helm makes of them behind a post-renderer, and that is said', () => {
  const item = (kind: string, annotations: string): string =>
    `apiVersion: v1\nkind: ${kind}\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n    annotations: { ${annotations} }\n`;
  const HOOK = 'helm.sh/hook: pre-install';
  const inHelm = (text: string): string =>
    `${text}metadata: { annotations: { postrenderer.helm.sh/postrender-filename: 'x/templates/a.yaml' } }\n`;
  for (const { name, in: text, isHook, want } of [
    { name: 'a List', in: item('List', HOOK), isHook: true, want: ['hook/in-list'] },
    { name: 'a typed List', in: item('ConfigMapList', HOOK), isHook: false, want: ['hook/in-list'] },
    { name: 'a List that Helm left folded', in: inHelm(item('List', HOOK)), isHook: false, want: ['hook/in-list'] },
    { name: 'no hook', in: item('List', 'a: b'), isHook: false, want: [] },
    {
      name: 'a List that is a hook',
      in: `${item('List', 'a: b')}metadata: { annotations: { ${HOOK} } }\n`,
      isHook: false,
      want: ['hook/in-list'],
    },
    {
      name: 'a hook in a List in a List',
      in: `kind: List\nitems:\n- kind: List\n  items:\n  - { apiVersion: v1, kind: ConfigMap, metadata: { name: a, annotations: { ${HOOK} } } }\n`,
      isHook: false,
      want: ['hook/in-list'],
    },
  ]) {
    const { plan, findings } = order(text, undefined, { needsConfig: false, scope: 'all', severity: 'warning' });
    assert.deepEqual(
      findings.map(({ code }) => code),
      want,
      name,
    );
    assert.equal(plan?.placements[0]?.hook !== undefined, isHook, name);
  }
});

test('release/list-anchor: an anchor that Helm cuts off when it unfolds a List', () => {
  const list = (kind: string, first: string, second: string): string =>
    `apiVersion: v1\nkind: ${kind}\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: ${first}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: ${second}}\n`;
  for (const { name, in: text, want } of [
    { name: 'shared', in: list('List', '&d {x: y}', '*d'), want: 1 },
    { name: 'shared by a merge', in: list('List', '&d {x: y}', '{<<: *d}'), want: 1 },
    { name: 'outside of all items', in: `x: &d {x: y}\n${list('List', '*d', '*d')}`, want: 2 },
    { name: 'within one item', in: list('List', '{x: &d y, z: *d}', '{}'), want: 0 },
    { name: 'one of the same name in each', in: list('List', '{x: &d y, z: *d}', '{x: &d y, z: *d}'), want: 0 },
    { name: 'an anchor without an alias', in: list('List', '&d {x: y}', '{}'), want: 0 },
    { name: 'in a typed List, which stays folded', in: list('ConfigMapList', '&d {x: y}', '*d'), want: 0 },
    {
      name: 'within an inner List, which stays folded',
      in: 'kind: List\nitems:\n- kind: List\n  items:\n  - {kind: Secret, metadata: &m {name: a}}\n  - {kind: Secret, metadata: *m}\n',
      want: 0,
    },
    {
      name: 'across inner Lists',
      in: 'kind: List\nitems:\n- kind: List\n  items:\n  - {kind: Secret, metadata: {name: a}, data: &m {}}\n- kind: List\n  items:\n  - {kind: Secret, metadata: {name: b}, data: *m}\n',
      want: 1,
    },
  ]) {
    const { findings } = order(text, undefined, { needsConfig: false, scope: 'all', severity: 'error' });
    const found = findings.filter(({ code }) => code === 'release/list-anchor');
    assert.equal(found.length, want, name);
    assert.ok(!found.some(({ message }) => message.includes('{x: y}')), name);
  }
});

test('an alias that Helm cut off from its anchor is told as that', () => {
  const alone = (more: string): string =>
    `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n  labels: *l\n${more}`;
  const inHelm = `  annotations:\n    postrenderer.helm.sh/postrender-filename: 'x/templates/a.yaml'\n`;
  const refusal = (text: string) => order(text, CONFIG).findings.find(({ code }) => code === 'input/invalid-yaml');
  const finding = refusal(alone(inHelm));
  assert.match(finding?.message ?? '', /because Helm unfolded the List that they stood in together$/);
  assert.equal(finding?.hint, 'write the value out in the template instead of the alias');
  assert.doesNotMatch(refusal(alone(''))?.message ?? '', /List/);
});
