import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readHead, readHeadFully } from '../../src/manifests/head.ts';
import { readResources } from '../../src/manifests/resources.ts';
import { runs } from '../support/property.ts';
import { documentOf, openRelease } from './support.ts';

const heads: readonly { readonly name: string; readonly in: string; readonly want: object | undefined }[] = [
  {
    name: 'as Helm writes it',
    in: "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: x\n  labels:\n    a: b\n  annotations:\n    helm.sh/hook-weight: 5\n    f: 's/templates/x.yaml'\nspec:\n  a: |\n    kind: no\n",
    want: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: 'x',
      labels: { a: 'b' },
      annotations: { 'helm.sh/hook-weight': 5, f: 's/templates/x.yaml' },
    },
  },
  {
    name: 'JSON',
    in: '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": "n"}}\n',
    want: { apiVersion: 'v1', kind: 'Pod', name: 'x', namespace: 'n', labels: {}, annotations: {} },
  },
  {
    name: 'the last of two kinds counts',
    in: 'kind: A\nmetadata: {name: x}\nkind: B\n',
    want: { apiVersion: '', kind: 'B', name: 'x', labels: {}, annotations: {} },
  },
  {
    name: 'generateName, and annotations that are null',
    in: 'kind: Job\nmetadata:\n  generateName: x-\n  annotations:\n  # none\n',
    want: { apiVersion: '', kind: 'Job', name: '', generateName: 'x-', labels: {}, annotations: {} },
  },
  {
    name: 'an annotation of several lines that ends at column 0',
    in: "kind: Job\nmetadata:\n  annotations:\n    a: 'one\n\n'\n  name: x\n",
    want: { apiVersion: '', kind: 'Job', name: 'x', labels: {}, annotations: { a: 'one\n' } },
  },
  {
    name: 'names that are no strings for YAML',
    in: 'kind: Job\nmetadata:\n  name: 123\n  namespace: true\n',
    want: { apiVersion: '', kind: 'Job', name: '123', namespace: 'true', labels: {}, annotations: {} },
  },
  {
    name: 'metadata that is indented by four',
    in: 'apiVersion: v1\nkind: Pod\nmetadata:\n    name: x\n    namespace: "n"\n',
    want: { apiVersion: 'v1', kind: 'Pod', name: 'x', namespace: 'n', labels: {}, annotations: {} },
  },
  {
    name: 'labels below a comment, some without a value',
    in: 'apiVersion: v1\nkind: Pod\nmetadata:\n  # first\n  name: x\n  labels:\n# odd\n    a: b\n    c:\n  annotations:\n  # last\nspec: {}\n',
    want: { apiVersion: 'v1', kind: 'Pod', name: 'x', labels: { a: 'b', c: null }, annotations: {} },
  },
  {
    name: 'a value over two lines',
    in: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  uid: one\n    two\n',
    want: { apiVersion: 'v1', kind: 'Pod', name: 'x', labels: {}, annotations: {} },
  },
  { name: 'no kind', in: 'a: 1\n', want: undefined },
  { name: 'a list', in: '- kind: Job\n', want: undefined },
  { name: 'a single value', in: '|\n  kind: Job\n', want: undefined },
  {
    name: 'a single value whose lines look like keys',
    in: '"x\nkind: Job\nmetadata:\n  name: x\n"\n',
    want: undefined,
  },
];

for (const { name, in: text, want } of heads)
  test(`head: ${name}`, () => {
    const document = documentOf(text);
    assert.deepEqual(readHead(document), want);
    assert.deepEqual(readHeadFully(document), want);
  });

test('template and chart come from the annotation or the comment, the base name from both ways', () => {
  const { resources, configs, problems } = openRelease(
    [
      '# Source: shop/charts/db/charts/pg/templates/charts/x.yaml\nkind: Job\nmetadata:\n  name: pg-20241121014500\n',
      '\n# other\r\n# Source: shop/templates/ü.yaml\nkind: Job\nmetadata:\n  name: a-1732147200\n  annotations:\n    hookorder.io/base-name: a\n',
      "kind: Job\nmetadata:\n  name: b\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'shop/charts/db/templates/x.yaml'\n",
      'kind: Job\nmetadata:\n  generateName: c-\n',
      'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: []\n',
      '# nothing\n',
    ].join('---\n'),
  );
  assert.deepEqual(
    resources.map(({ name, template, chart, baseName }) => ({ name, template, chart, baseName })),
    [
      {
        name: 'pg-20241121014500',
        template: 'shop/charts/db/charts/pg/templates/charts/x.yaml',
        chart: 'pg',
        baseName: 'pg',
      },
      { name: 'a-1732147200', template: 'shop/templates/ü.yaml', chart: 'shop', baseName: 'a' },
      { name: 'b', template: 'shop/charts/db/templates/x.yaml', chart: 'db', baseName: 'b' },
      { name: '', template: undefined, chart: undefined, baseName: '' },
    ],
  );
  assert.deepEqual(
    configs.map(({ document }) => document.index),
    [4],
  );
  assert.deepEqual(problems, []);
});

test('what is no resource passes through with a warning, and invalid YAML is an error', () => {
  const { resources, problems } = openRelease(
    '# c\na: 1\n---\nkind: Job\n---\nx\n---\n{"kind": \n---\nkind: Job\nmetadata: {name: x}\n',
  );
  assert.equal(resources.length, 1);
  assert.deepEqual(
    problems.map(({ code, severity, position }) => [code, severity, position?.line]),
    [
      ['input/not-a-resource', 'warning', 2],
      ['input/not-a-resource', 'warning', 4],
      ['input/not-a-resource', 'warning', 6],
      ['input/invalid-yaml', 'error', 8],
    ],
  );
});

test('a body that is invalid is reported once, when it is asked for', () => {
  const { resources, problems } = openRelease(
    'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: x\nspec:\n  a: b: c\n',
  );
  const [resource] = resources;
  assert.ok(resource);
  assert.equal(problems.length, 0);
  assert.deepEqual(resource.manifest().value, {});
  assert.equal(resource.manifest(), resource.manifest());
  assert.equal(problems.length, 1);
  assert.equal(problems[0]?.resource, resource);
  assert.match(problems[0]?.message ?? '', /^Job\/x is not valid YAML: nested mappings/);
  assert.deepEqual(problems[0]?.position, { line: 6, column: 6 });
});

/** Pieces that may stand next to each other in a stream: heads as they are, odd heads, none, lines that only look like what they are not. */
const PIECES = [
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  b: c\n',
  'kind: Job\napiVersion: batch/v1\nmetadata:\n  name: b\n  namespace: "n"\n',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: c\n  annotations:\n    "helm.sh/hook": test\nspec: {}',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: d\n  annotations:\n    "helm.sh\\u002fhook": test\n',
  'apiVersion: v1\nkind: Secret\nmetadata:\n  generateName: e-\nkind: Other\n',
  'apiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: f\r\n',
  'kind: List\nkind: Pair\nmetadata:\n  name: g\n',
  'apiVersion: v1\napiVersion: v2\nmetadata:\n  name: h\n',
  '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "i"}}\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: j\ndata:\n  cert: "\n-----BEGIN\n"\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: k\n  labels:\n    \u00fc: \u00e9\n',
  'apiVersion: v1\nkind: Pod\nmetadata:\n    name: l\n',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: m\n    labels: {}\n',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: n\n  labels:\n    # c\n    a: b\n  x: y\n# d\n    z: w\n',
  'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: p\n  annotations:\n    "helm.sh/hook": test\nspec: {}\n',
  'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: q\n  annotations:\n    hookorder.io/base-name: q\nspec: {}\n',
  ...["''", '"null"', 'null', 'true', 'False', '8080', '"8080"', 'nullable', 'R', '"\u00e9"', 'r # c'].map(
    (name) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  namespace: null\n`,
  ),
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: s\n  name: null\n',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name:\n  name: t\n  namespace: a\n  namespace: b\n  generateName: ""\n',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: u\n  "name": v\n',
  '# only a comment\n',
  '\n',
  'just text\n',
];

test('a resource is the same whatever stands before and behind it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom('---\n', '--- # c\n', '---\t\n', '---')), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.constantFrom('', '\ufeff', '---\n', '# first\n'),
      // Padding that moves what follows over the edge of a window of text.
      fc.constantFrom(0, 10, 40_000, 98_250, 110_000),
      (pieces, before, padding) => {
        const fill = padding === 0 ? '' : `kind: Fill\nmetadata: {name: fill}\ntext: ${'x'.repeat(padding)}\n---\n`;
        const text =
          before + fill + pieces.map(([piece, separator]) => `${piece.replace(/(?<!\n)$/, '\n')}${separator}`).join('');
        const bytes = Buffer.from(text);
        const release = readResources({ file: 'in.yaml', read: () => bytes });
        if ('code' in release) return;
        const { stream, resources } = release;
        const byDocument = new Map(resources.map((resource) => [resource.document.index, resource]));
        for (const document of stream.documents) {
          const head = readHeadFully(document);
          const resource = byDocument.get(document.index);
          if (head === undefined || 'code' in head || (head.name === '' && head.generateName === undefined)) {
            assert.equal(resource, undefined);
            continue;
          }
          assert.ok(resource);
          const { apiVersion, kind, name, generateName, namespace, labels, annotations } = resource;
          const seen = { apiVersion, kind, name, labels, annotations };
          assert.deepEqual(
            {
              ...seen,
              ...(generateName !== undefined && { generateName }),
              ...(namespace !== undefined && { namespace }),
            },
            head,
          );
          const keys = Object.keys(head.annotations);
          if (keys.includes('helm.sh/hook')) assert.ok(resource.mayBeHook);
          if (keys.some((key) => key.startsWith('hookorder.io/'))) assert.ok(resource.mayBeOurs);
        }
      },
    ),
    runs(1000),
  );
});
