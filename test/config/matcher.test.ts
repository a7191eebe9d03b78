import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileMatch, describeMatch, literalsOf, matchesResource } from '../../src/config/matcher.ts';
import type { MatcherShape, MatchShape } from '../../src/config/shape.ts';
import type { Resource } from '../../src/model/manifest.ts';

const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  name: 'shop-migrate-1732147200',
  baseName: 'shop-migrate',
  namespace: 'shop',
  labels: { app: 'shop', tier: 3, empty: '', none: null, __proto__: 'x' },
  annotations: { 'helm.sh/hook': 'pre-install', paths: ['a'] },
  chart: 'db',
  template: 'shop/charts/db/templates/jobs/migrate-job.yaml',
} as unknown as Resource;
const { namespace: _, template: __, chart: ___, ...bare } = job;

const cases: readonly {
  readonly name: string;
  readonly matcher: MatcherShape;
  readonly of?: Resource;
  readonly want: boolean;
}[] = [
  { name: 'every field must hold', matcher: { kind: 'Job', name: 'other' }, want: false },
  { name: 'the name is tested', matcher: { name: '*-1732147200' }, want: true },
  { name: 'the name without its timestamp is tested', matcher: { name: 'shop-migrate' }, want: true },
  {
    name: 'generateName is tested',
    matcher: { name: 'shop-run-*' },
    of: { ...job, name: '', baseName: '', generateName: 'shop-run-' },
    want: true,
  },
  { name: 'a kind may be a glob', matcher: { kind: '{Job,CronJob}' }, want: true },
  { name: 'a kind is not a part of a kind', matcher: { kind: 'CronJob' }, want: false },
  { name: 'an apiVersion may be a glob', matcher: { apiVersion: 'batch/*' }, want: true },
  { name: 'a namespace is tested', matcher: { namespace: 'sh?p' }, want: true },
  { name: 'no namespace is not any namespace', matcher: { namespace: '*' }, of: bare as Resource, want: false },
  { name: 'labels must have the value', matcher: { labels: { app: 'shop' } }, want: true },
  { name: 'every label must hold', matcher: { labels: { app: 'shop', tier: '4' } }, want: false },
  { name: 'a label that is a number is compared by its text', matcher: { labels: { tier: '3' } }, want: true },
  { name: 'a label must be there', matcher: { labels: { missing: '*' } }, want: false },
  { name: 'an empty label is there', matcher: { labels: { empty: '*' } }, want: true },
  { name: 'a label without a value is not there', matcher: { labels: { none: '*' } }, want: false },
  {
    name: 'a label called like a property of all objects is not there',
    matcher: { labels: { toString: '*' } },
    want: false,
  },
  { name: 'annotations are tested', matcher: { annotations: { 'helm.sh/hook': '/^pre-/' } }, want: true },
  { name: 'an annotation that is a list is not there', matcher: { annotations: { paths: '*' } }, want: false },
  { name: 'the chart is its name', matcher: { chart: 'db' }, want: true },
  { name: 'the chart is its path', matcher: { chart: 'shop/charts/db' }, want: true },
  { name: 'the chart is not its parent', matcher: { chart: 'shop' }, want: false },
  { name: 'no chart is not any chart', matcher: { chart: '*' }, of: bare as Resource, want: false },
  { name: 'the template is its file name', matcher: { template: 'migrate-*.yaml' }, want: true },
  { name: 'the template is its path', matcher: { template: 'shop/charts/db/templates/jobs/*' }, want: true },
  {
    name: 'the template is its path in its chart',
    matcher: { template: 'templates/jobs/migrate-job.yaml' },
    want: true,
  },
  { name: 'a glob without a slash is held against the file name only', matcher: { template: '*jobs*' }, want: false },
  { name: 'a regular expression may find a part of the path', matcher: { template: '/jobs/' }, want: true },
  {
    name: 'a regular expression may start at the file name',
    matcher: { template: '/^migrate-job\\.yaml$/' },
    want: true,
  },
  { name: 'no template is not any template', matcher: { template: '*' }, of: bare as Resource, want: false },
];
for (const { name, matcher, of = job, want } of cases)
  test(name, () => assert.equal(matchesResource(matcher, of), want));

test('of several matchers one must hold', () => {
  assert.equal(compileMatch([{ kind: 'Pod' }, { kind: 'Job' }])(job), true);
  assert.equal(compileMatch([{ kind: 'Pod' }, { kind: 'Secret' }])(job), false);
});

const described: readonly { readonly match: MatchShape; readonly want: string; readonly kinds?: readonly string[] }[] =
  [
    { match: { name: '*-migrate', kind: 'Job' }, want: 'kind Job, name "*-migrate"', kinds: ['Job'] },
    {
      match: [{ kind: 'Job' }, { kind: 'Pod', chart: 'db' }, { kind: 'Job', name: 'x' }],
      want: 'kind Job, or kind Pod, chart "db", or kind Job, name "x"',
      kinds: ['Job', 'Pod'],
    },
    { match: [{ kind: 'Job' }, { name: '/^a/' }], want: 'kind Job, or name /^a/' },
    {
      match: { kind: 'J*', labels: { app: 'x' }, annotations: { 'a/b': '*' } },
      want: 'kind "J*", label app="x", annotation a/b="*"',
    },
  ];
for (const { match, want, kinds } of described)
  test(`describes itself: ${want}`, () => {
    assert.equal(describeMatch(match), want);
    assert.deepEqual(literalsOf(match, 'kind'), kinds);
  });
