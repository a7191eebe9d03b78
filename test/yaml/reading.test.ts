/** What Helm's readers make of odd heads; test/oracle holds the same against Go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationInHelm } from '../../src/model/manifest.ts';
import { order, rendered } from '../support/pipeline.ts';
import { openRelease } from './support.ts';

const FILE = "postrenderer.helm.sh/postrender-filename: 'shop/templates/x.yaml'";
const META = 'metadata:\n  name: m\n';

interface Read {
  readonly name: string;
  readonly in: string;
  /** kind, name, hook; undefined: no resource. */
  readonly want: readonly (string | undefined)[] | undefined;
  /** Whether Helm reads another resource than others do. */
  readonly grave?: boolean;
}

const READ: readonly Read[] = [
  {
    name: 'annotations in another case',
    in: 'kind: Job\nmetadata:\n  name: m\n  Annotations:\n    helm.sh/hook: test\n',
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'metadata in another case',
    in: 'kind: Job\nmetaData: {name: m, annotations: {helm.sh/hook: test}}\n',
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'metadata in capitals below all',
    in: `kind: Job\n${META}spec: {}\nMETADATA:\n  name: n\n`,
    want: ['Job', 'm', undefined],
    grave: true,
  },
  {
    name: 'metadata in two cases adds up',
    in: 'kind: Job\nMetadata:\n  name: n\n  annotations: {helm.sh/hook: test}\nmetadata:\n  name: m\n',
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  { name: 'a kind in another case', in: `Kind: Job\n${META}`, want: ['Job', 'm', undefined], grave: true },
  { name: 'a kind with the Kelvin sign', in: `\u212aind: Job\n${META}`, want: ['Job', 'm', undefined], grave: true },
  {
    name: 'a Kelvin sign beats the letter',
    in: `\u212aind: Job\nkind: Pod\n${META}`,
    want: ['Job', 'm', undefined],
    grave: true,
  },
  {
    name: 'annotations with a long s',
    in: 'kind: Job\nmetadata: {name: m, annotation\u017f: {helm.sh/hook: test}}\n',
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'a name in another case',
    in: 'apiVersion: v1\nkind: Job\nmetadata:\n  Name: m\n',
    want: ['Job', 'm', undefined],
    grave: true,
  },
  {
    name: 'keys of the body may have any case',
    in: `apiVersion: v1\nkind: Job\n${META}Spec: {Kind: x}\ndata:\n  Metadata: {name: y}\n`,
    want: ['Job', 'm', undefined],
  },
  {
    name: 'labels in another case are labels for nobody',
    in: 'apiVersion: v1\nkind: Job\nmetadata:\n  name: m\n  Labels:\n    a: b\n',
    want: ['Job', 'm', undefined],
  },
  {
    name: 'an empty second metadata, after a post-renderer',
    in: `kind: Job\nmetadata: {name: m, annotations: {helm.sh/hook: test, ${FILE}}}\nspec: {}\nmetadata:\n`,
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'a second metadata with another name',
    in: 'kind: Job\nmetadata: {name: m, annotations: {helm.sh/hook: test}}\nmetadata:\n  name: k\n',
    want: ['Job', 'k', undefined],
  },
  {
    name: 'a second annotations',
    in: 'kind: Job\nmetadata:\n  name: m\n  annotations:\n    helm.sh/hook: test\n  annotations:\n    a: b\n',
    want: ['Job', 'm', undefined],
  },
  {
    name: 'an empty second annotations, after a post-renderer',
    in: `kind: Job\nmetadata:\n  name: m\n  annotations:\n    helm.sh/hook: test\n    ${FILE}\n  annotations:\n`,
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'a merge inside metadata',
    in: 'kind: Job\nx: &m {name: m, annotations: {helm.sh/hook: test}}\nmetadata:\n  <<: *m\n',
    want: ['Job', 'm', 'test'],
  },
  {
    name: 'a merge inside metadata, beside the annotation that Helm takes out',
    in: `kind: Job\nmetadata:\n  <<: {name: m, annotations: {helm.sh/hook: test}}\n  annotations:\n    ${FILE}\n`,
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'a merge inside metadata that brings no annotations',
    in: `kind: Job\nmetadata:\n  <<: {name: m, labels: {a: b}}\n  annotations:\n    helm.sh/hook: test\n    ${FILE}\n`,
    want: ['Job', 'm', 'test'],
  },
  {
    name: 'a merge of metadata',
    in: 'kind: Job\n<<: {metadata: {name: m, annotations: {helm.sh/hook: test}}}\n',
    want: ['Job', 'm', 'test'],
  },
  { name: 'a merge of the kind', in: `apiVersion: v1\n<<: {kind: Job}\n${META}`, want: ['Job', 'm', undefined] },
  {
    name: 'a merge beats the annotation above it',
    in: 'kind: Job\nmetadata:\n  name: m\n  annotations:\n    helm.sh/hook: ""\n    <<: {helm.sh/hook: post-install}\n',
    want: ['Job', 'm', 'post-install'],
  },
  {
    name: 'an annotation beats the merge above it',
    in: 'kind: Job\nmetadata:\n  name: m\n  annotations:\n    <<: {helm.sh/hook: bogus}\n    helm.sh/hook: post-install\n',
    want: ['Job', 'm', 'post-install'],
  },
  {
    name: 'a carriage return ends a comment',
    in: '# c\rkind: Job\nmetadata: {name: m, annotations: {helm.sh/hook: test}}\n',
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'a carriage return ends a comment inside the head',
    in: 'apiVersion: v1\nkind: Job\nmetadata:\n  name: m\n  # c\r  annotations: {helm.sh/hook: test}\n',
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'U+0085 ends a comment',
    in: `kind: Job # c\u0085metadata: {name: m}\n`,
    want: ['Job', 'm', undefined],
    grave: true,
  },
  {
    name: 'U+2028 ends a comment',
    in: `apiVersion: v1\nkind: Job\nmetadata:\n  name: m\n  # c\u2028  annotations: {helm.sh/hook: test}\n`,
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'a document that is a comment for all but Helm',
    in: '# c\u2029{kind: Job, metadata: {name: m, annotations: {helm.sh/hook: test}}}\n---\nx: y\n',
    want: ['Job', 'm', 'test'],
    grave: true,
  },
  {
    name: 'odd breaks in the body say nothing about the head',
    in: `apiVersion: v1\nkind: Job\n${META}data:\n  a: "x\u2029y"\n  b: "z\rw"\n`,
    want: ['Job', 'm', undefined],
  },
  {
    name: 'Windows lines, and characters that look like breaks',
    in: `kind: Job\r\nmetadata:\r\n  name: m\r\ndata:\r\n  a: "… \u00a0\u2027\u202a\u200b é"\r\n`,
    want: ['Job', 'm', undefined],
  },
  { name: 'a first line that is indented', in: ' x:\nkind: Service\nmetadata:\n  name: m\n', want: undefined },
  {
    name: 'a first line that is indented below a comment',
    in: '# c\n\n  x: y\napiVersion: v1\nkind: Service\nmetadata:\n  name: m\n',
    want: undefined,
  },
  {
    name: 'all lines indented',
    in: '  apiVersion: v1\n  kind: Service\n  metadata:\n    name: m\n',
    want: ['Service', 'm', undefined],
  },
  {
    name: 'a name that is a boolean for Helm',
    in: 'apiVersion: v1\nkind: Job\nmetadata:\n  name: y\n',
    want: ['Job', 'true', undefined],
  },
  {
    name: 'a hook without a value',
    in: 'apiVersion: v1\nkind: Job\nmetadata:\n  name: m\n  annotations:\n    helm.sh/hook:\n',
    want: ['Job', 'm', ''],
  },
];

for (const { name, in: text, want, grave = false } of READ)
  test(`head: ${name}`, () => {
    const [resource, ...others] = openRelease(text).resources;
    assert.equal(others.length, 0);
    const hook = resource && annotationInHelm(resource, 'helm.sh/hook');
    assert.deepEqual(resource && [resource.kind, resource.name, hook], want);
    assert.equal(resource?.doubt?.isGrave ?? false, grave);
  });

test('the template is that of the first filename annotation, which is Helm’s', () => {
  const spoof = (lines: string): string | undefined =>
    openRelease(`apiVersion: v1\nkind: Job\nmetadata:\n  name: m\n${lines}`).resources[0]?.template;
  const own = `    ${FILE}\n`;
  const other = own.replace('shop', 'other');
  assert.equal(spoof(`  annotations:\n${own}${other}`), 'shop/templates/x.yaml');
  assert.equal(spoof(`  annotations:\n${own}${own}${other}`), 'shop/templates/x.yaml');
  assert.equal(spoof(`  annotations:\n${own}  annotations:\n${other}`), 'shop/templates/x.yaml');
  assert.equal(spoof(`  annotations:\n    a: b\n${own}`), 'shop/templates/x.yaml');
  assert.equal(spoof(`  annotations: {${FILE}, ${FILE.replace('shop', 'other')}}\n`), 'shop/templates/x.yaml');
  assert.equal(spoof(`  annotations:\n${own}    <<: {${FILE.replace('shop', 'other')}}\n`), 'other/templates/x.yaml');
});

const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - {name: m, match: {kind: Job}, events: [pre-install], job: {backoffLimit: 2}, optional: true}
`;
const BODY = 'spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}\n';

test('what cannot be changed safely is refused by name, with the reason', () => {
  for (const { in: text, reason } of [
    {
      in: `kind: Job\nmetadata:\n  name: m\n  Annotations: {a: b}\n`,
      reason: /its key "Annotations" is "annotations" for Helm/,
    },
    { in: `kind: Job\nmetaData: {name: m}\n`, reason: /its key "metaData"/ },
    { in: `kind: Job\nmetadata: {name: m, annotations: {a: b}}\nmetadata:\n`, reason: /the key "metadata" twice/ },
    {
      in: `kind: Job\nmetadata:\n  <<: {name: m, annotations: {a: b}}\n  annotations: {${FILE}}\n`,
      reason: /a merge key \(<<\) brings "annotations"/,
    },
    {
      in: `x: &a {b: c}\nkind: Job\nmetadata:\n  name: m\n  annotations: *a\n`,
      reason: /its "annotations" is an alias/,
    },
    { in: `kind: Job\n${META}x: "a\u0085b"\n`, reason: /U\+0085/ },
    { in: `kind: Job\n${META}x: a # \u2028\n`, reason: /U\+2028/ },
    { in: `kind: Job\n${META}x: a # \u2029\n`, reason: /U\+2029/ },
    { in: `kind: Job\n${META}x: a # \ry: b\n`, reason: /a carriage return/ },
    { in: `\ufeff\ufeffkind: Job\n${META}`, reason: /a byte order mark/ },
    { in: `kind: Pod\n${META}---\n\ufeffkind: Job\n${META}`, reason: /a byte order mark/ },
    { in: `kind: Job\n${META}x: "a\ufeffb"\n`, reason: /a byte order mark/ },
  ]) {
    const { findings } = order(text + BODY, CONFIG);
    const found = findings.filter(({ code }) => code === 'input/read-two-ways');
    assert.equal(found.length, 1, `${JSON.stringify(text)}: ${JSON.stringify(findings.map(({ message }) => message))}`);
    assert.match(found[0]?.message ?? '', reason);
    assert.match(found[0]?.message ?? '', /^Job\/m cannot be changed safely/);
    assert.equal(found[0]?.severity, 'error');
  }
});

test('what a change makes plain to all readers is changed', () => {
  for (const { in: text, want } of [
    {
      in: `kind: Job\nx: &m {name: m, annotations: {helm.sh/hook: bogus}}\nmetadata:\n  <<: *m\n`,
      want: /<<: \*m\n {2}annotations:\n {4}helm\.sh\/hook: "pre-install"/,
    },
    {
      in: `kind: Job\nmetadata:\n  name: m\n  annotations: {<<: {helm.sh/hook: bogus}}\n`,
      want: /bogus\}, helm\.sh\/hook: "pre-install"/,
    },
    { in: `kind: Job\n${META}x: "\\r \\N \\L"\n`, want: /helm\.sh\/hook: "pre-install"/ },
  ]) {
    assert.match(rendered(text + BODY, CONFIG), want);
    assert.deepEqual(
      order(text + BODY, CONFIG).findings.filter(({ code }) => code.startsWith('input/')),
      [],
    );
  }
});

test('an unclaimed document is read as Helm reads it, with a warning where that is not what it shows', () => {
  const codes = (text: string): string[] =>
    order(text, undefined, { needsConfig: false, scope: 'all', severity: 'warning' })
      .findings.map(({ code }) => code)
      .filter((code) => code.startsWith('input/'));
  assert.deepEqual(codes('apiVersion: v1\nkind: Pod\nmetadata:\n  name: m\n  Annotations:\n    helm.sh/hook: test\n'), [
    'input/read-two-ways',
  ]);
  assert.deepEqual(codes('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  a: "x\u2028y"\n'), []);
  assert.deepEqual(codes('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  <<: {labels: {a: b}}\n  name: m\n'), []);
  assert.deepEqual(
    codes('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  a: b\n  <<: {a: c, d: e}\n'),
    ['input/duplicate-key'],
  );
  assert.deepEqual(
    codes('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  a: b\n  <<: {a: b}\n  <<: {a: c}\n  a: d\n'),
    ['input/duplicate-key'],
  );
  assert.deepEqual(
    codes('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  <<: {a: c, d: e}\n  a: b\n'),
    [],
  );
});
