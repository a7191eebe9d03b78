/** From a finding to the line of a chart's own file. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isObject, type Json, type Path } from '../../src/model/json.ts';
import type { Resource } from '../../src/model/manifest.ts';
import { partOf } from '../../src/templates/documents.ts';
import { templateFinder } from '../../src/templates/finder.ts';
import { linesOf } from '../../src/templates/lines.ts';
import { locate } from '../../src/templates/path.ts';
import { chartRoots } from '../../src/templates/roots.ts';
import { TESTDATA } from '../support/files.ts';
import { HELM_4, helmTest } from '../support/helm.ts';
import { order } from '../support/pipeline.ts';

const resourcesOf = (stream: string): readonly Resource[] =>
  (order(stream, undefined, { needsConfig: false, scope: 'all' }).plan?.placements ?? []).map(
    ({ resource }) => resource,
  );

/** The line of the n-th resource of a stream in the template that rendered all of it; undefined: no part is surely its own. */
function lineIn(template: string, stream: string, index: number, path: Path): number | undefined {
  const resources = resourcesOf(stream);
  const resource = resources[index] as Resource;
  const part = partOf(resource, resources, linesOf(template));
  return part && locate(part.lines, path, resource.manifest().value)?.line;
}

const JOB = 'apiVersion: batch/v1\nkind: Job\n';
const TWO = `${JOB}metadata:
  name: {{ include "fullname" . }}
spec:
  backoffLimit: 1
---
${JOB}metadata:
  name: {{ include "fullname" . }}-migrate
spec:
  backoffLimit: 2
`;
const RENDERED_TWO = `${JOB}metadata: { name: shop }\nspec: { backoffLimit: 1 }\n---\n${JOB}metadata: { name: shop-migrate }\nspec: { backoffLimit: 2 }\n`;

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations:
    {{- if .Values.early }}
    helm.sh/hook: pre-install
    {{- else }}
    helm.sh/hook: post-install
    {{- end }}
    {{- with .Values.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  containers:
  - image: a
    name: main
    env:
      - { name: A, value: b }
      {{- range $key, $value := .Values.env }}
      - name: {{ $key }}
        value: {{ $value }}
      {{- end }}
      - name: LAST
        value: "{{ .Values.last }}"
  {{- include "sidecars" . | nindent 2 }}
`;
const RENDERED_POD = `apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations: { helm.sh/hook: post-install, team: a }
spec:
  containers:
  - image: a
    name: main
    env:
      - { name: A, value: b }
      - { name: X, value: y }
      - { name: Y, value: y }
      - { name: LAST, value: z }
  - name: sidecar
    image: b
`;

for (const { name, template, stream, index = 0, path, line } of [
  { name: 'a part is known by its name', template: TWO, stream: RENDERED_TWO, path: ['spec', 'backoffLimit'], line: 6 },
  {
    name: 'the part that says more of the name is meant',
    template: TWO,
    stream: RENDERED_TWO,
    index: 1,
    path: ['spec', 'backoffLimit'],
    line: 13,
  },
  {
    name: 'without names, the place among those of its kind tells',
    template: TWO.replaceAll(/ {2}name: .*\n/g, '  {{- include "metadata" . | nindent 2 }}\n'),
    stream: RENDERED_TWO,
    index: 1,
    path: ['spec', 'backoffLimit'],
    line: 13,
  },
  {
    name: 'and where not all of them are rendered, nothing does',
    template: TWO.replaceAll(/ {2}name: .*\n/g, '  {{- include "metadata" . | nindent 2 }}\n'),
    stream: `${JOB}metadata: { name: shop-migrate }\nspec: { backoffLimit: 2 }\n`,
    path: ['spec', 'backoffLimit'],
    line: undefined,
  },
  {
    name: 'branches are parts of their own',
    template: `{{- if .Release.IsInstall }}\n${JOB}metadata: { name: {{ .Release.Name }}-seed }\n{{- else }}\n${JOB}metadata: { name: "{{ .Release.Name }}-reindex" }\nspec: {}\n{{- end }}\n`,
    stream: `${JOB}metadata: { name: shop-reindex }\nspec: {}\n`,
    path: ['metadata', 'name'],
    line: 8,
  },
  {
    name: 'a loop has one part for all that it writes',
    template: `{{- range .Values.jobs }}\n---\n${JOB}metadata:\n  name: {{ .name }}\n{{- end }}\n`,
    stream: `${JOB}metadata: { name: a }\n---\n${JOB}metadata: { name: b }\n`,
    index: 1,
    path: ['metadata', 'name'],
    line: 6,
  },
  {
    name: 'two versions of an API are one part',
    template:
      '{{- if .x }}\napiVersion: policy/v1\n{{- else }}\napiVersion: policy/v1beta1\n{{- end }}\nkind: PodDisruptionBudget\nmetadata: { name: a }\n',
    stream: 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: a }\n',
    path: ['metadata'],
    line: 7,
  },
  {
    name: 'the branch that has the value',
    template: POD,
    stream: RENDERED_POD,
    path: ['metadata', 'annotations', 'helm.sh/hook'],
    line: 9,
  },
  {
    name: 'what an action writes is told at its parent',
    template: POD,
    stream: RENDERED_POD,
    path: ['metadata', 'annotations', 'team'],
    line: 5,
  },
  {
    name: 'an item by its name, beside an action',
    template: POD,
    stream: RENDERED_POD,
    path: ['spec', 'containers', 0, 'image'],
    line: 16,
  },
  {
    name: 'an item that an action writes',
    template: POD,
    stream: RENDERED_POD,
    path: ['spec', 'containers', 1, 'image'],
    line: 15,
  },
  {
    name: 'an item of a loop may be any',
    template: POD,
    stream: RENDERED_POD,
    path: ['spec', 'containers', 0, 'env', 1, 'value'],
    line: 22,
  },
  { name: 'a key that is not there', template: POD, stream: RENDERED_POD, path: ['spec', 'restartPolicy'], line: 14 },
  { name: 'no path', template: POD, stream: RENDERED_POD, path: [], line: 1 },
] as const)
  test(`line: ${name}`, () => assert.equal(lineIn(template, stream, index, path), line));

test('a template is found below its chart, below another name, and beside it', () => {
  const files: Readonly<Record<string, string>> = {
    'charts/shop/Chart.yaml':
      'name: shop\ndependencies: [{ name: db, alias: store }, { name: auth, repository: "file://../auth" }]\n',
    'charts/shop/templates/a.yaml': 'a',
    'charts/shop/charts/db/Chart.yaml': 'name: db\n',
    'charts/shop/charts/db/templates/b.yaml': 'b',
    'charts/auth/Chart.yaml': 'name: auth\n',
    'charts/auth/templates/c.yaml': 'c',
    'lib/cache/templates/d.yaml': 'd',
  };
  const find = templateFinder(
    new Map([
      ['shop', './charts/shop/'],
      ['cache', 'lib/cache'],
    ]),
    (path) => files[path],
  );
  for (const [template, file] of [
    ['shop/templates/a.yaml', 'charts/shop/templates/a.yaml'],
    ['shop/charts/store/templates/b.yaml', 'charts/shop/charts/db/templates/b.yaml'],
    ['shop/charts/auth/templates/c.yaml', 'charts/auth/templates/c.yaml'],
    ['shop/charts/cache/templates/d.yaml', 'lib/cache/templates/d.yaml'],
    ['shop/charts/packed/templates/e.yaml', undefined],
    ['other/templates/a.yaml', undefined],
  ] as const)
    assert.equal(find(template)?.file, file, template);
});

/** All paths of a value, the deepest ones too. */
function* pathsIn(value: Json, path: Path): Generator<Path> {
  yield path;
  if (Array.isArray(value)) for (const [at, item] of value.entries()) yield* pathsIn(item, [...path, at]);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* pathsIn(item, [...path, key]);
}

helmTest('on real charts, a line that is told has a key of the path', HELM_4.slice(-1), (helm) => {
  const charts = readdirSync(join(TESTDATA, 'charts'), { recursive: true, encoding: 'utf8' }).filter((folder) =>
    existsSync(join(TESTDATA, 'charts', folder, 'Chart.yaml')),
  );
  const [seen, exact, told] = [{ paths: 0 }, { paths: 0 }, { paths: 0 }];
  for (const folder of charts) {
    const chart = join(TESTDATA, 'charts', folder);
    const rendered = helm.run(['template', 'shop', chart]);
    if (rendered.status !== 0) continue;
    const resources = resourcesOf(rendered.stdout);
    for (const resource of resources) {
      const template = join(chart, (resource.template ?? '').split('/').slice(1).join('/'));
      const lines = linesOf(readFileSync(template, 'utf8'));
      const siblings = resources.filter((other) => other.template === resource.template);
      const part = partOf(resource, siblings, lines);
      const { value } = resource.manifest();
      for (const path of pathsIn(value, [])) {
        seen.paths++;
        const at = part && locate(part.lines, path, value);
        if (at === undefined || path.length === 0) continue;
        told.paths++;
        const text = (lines[at.line - 1]?.text ?? '').replaceAll(/["']/g, '');
        const keys = path.filter((step) => typeof step === 'string');
        assert.ok(
          at.line === part?.lines.find((line) => !line.isBlank)?.number ||
            /^\s*-/.test(text) ||
            keys.some((key) => text.includes(`${key}:`)),
          `${template}:${at.line} ${path.join('.')}: ${text}`,
        );
        if (text.includes(`${keys.at(-1)}:`)) exact.paths++;
      }
    }
  }
  assert.ok(seen.paths > 500, `${seen.paths} paths`);
  assert.ok(exact.paths > 0.6 * told.paths, `${exact.paths} of ${told.paths} paths, of ${seen.paths}`);
});

/** A file system as a list of paths. */
function foldersOf(files: Readonly<Record<string, string>>): {
  list: (path: string) => readonly string[] | undefined;
  read: (path: string) => string | undefined;
} {
  const paths = Object.keys(files);
  return {
    read: (path) => files[path.replace(/^\.\//, '')],
    list: (path) => {
      const prefix = path === '.' ? '' : `${path}/`;
      const below = paths.filter((each) => each.startsWith(prefix));
      const names = below.map((each) => each.slice(prefix.length).split('/')[0] ?? '');
      return below.length === 0 || paths.includes(path) ? undefined : [...new Set(names)];
    },
  };
}

test('charts of a repository are found by their Chart.yaml, and a name that two have is left out', () => {
  const chart = (name: string): string => `name: ${name}\nversion: 1.0.0\n`;
  for (const [claim, files, want] of [
    ['a chart at the top', { 'Chart.yaml': chart('shop') }, { shop: '.' }],
    ['below folders', { 'deploy/charts/shop-2.0/Chart.yaml': chart('shop') }, { shop: 'deploy/charts/shop-2.0' }],
    ['not inside another', { 'a/Chart.yaml': chart('a'), 'a/charts/b/Chart.yaml': chart('b') }, { a: 'a' }],
    [
      'two of one name',
      { 'a/Chart.yaml': chart('x'), 'b/Chart.yaml': chart('x'), 'c/Chart.yaml': chart('y') },
      { y: 'c' },
    ],
    ['nothing hidden or installed', { '.cache/x/Chart.yaml': chart('x'), 'node_modules/y/Chart.yaml': chart('y') }, {}],
    [
      'no deeper than six folders',
      { 'a/b/c/d/e/f/Chart.yaml': chart('x'), 'a/b/c/d/e/f2/g/Chart.yaml': chart('y') },
      { x: 'a/b/c/d/e/f' },
    ],
    ['a file that is no chart', { 'a/Chart.yaml': '[', 'b/Chart.yaml': 'name: 1' }, {}],
  ] as [string, Record<string, string>, Record<string, string>][]) {
    const { list, read } = foldersOf(files);
    assert.deepEqual(Object.fromEntries(chartRoots(list, read)), want, claim);
  }
});
