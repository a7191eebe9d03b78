/** One cause is one finding, and each of its members is told in every format. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/model/finding.ts';
import { FINDINGS_FORMATS, type FindingsFormat } from '../../src/report/findings/formats.ts';
import { sortFindings } from '../../src/report/findings/sort.ts';
import { PLAIN } from '../../src/report/style.ts';
import { order } from '../support/pipeline.ts';

const job = (name: string, more = '', spec = ''): string =>
  `---\n# Source: shop/templates/jobs.yaml\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n  annotations: { helm.sh/hook: pre-install${more} }\nspec: { ${spec}template: { spec: { restartPolicy: Never, containers: [{ name: c, image: i${NEEDS}] } } }\n`;
const NEEDS = ', envFrom: [{ configMapRef: { name: env } }, { secretRef: { name: key } }] }';
const RELEASE = `${['env'].map((name) => `---\n# Source: shop/templates/c.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`).join('')}---
# Source: shop/templates/s.yaml
apiVersion: v1
kind: Secret
metadata: { name: key }
${['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => job(name)).join('')}`;

const findingsOf = (stream: string, config?: string): readonly Finding[] =>
  order(stream, config, { needsConfig: false, scope: 'all', severity: 'info' }).findings;
const print = (format: FindingsFormat): string =>
  FINDINGS_FORMATS[format](
    { findings: findingsOf(RELEASE), documents: 9 },
    { style: PLAIN, failOn: 'error', version: '0.0.0' },
  );

test('what one hook lacks is one finding', () => {
  const lacks = sortFindings(findingsOf(RELEASE)).filter(({ code }) => code === 'refs/not-yet-created');
  assert.deepEqual(
    lacks.map(({ message }) => message),
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(
      (name) => `Job/${name} needs ConfigMap/env and Secret/key, which Helm creates after pre-install hooks`,
    ),
  );
  assert.match(lacks[0]?.hint ?? '', /^claim Job\/a in hookorder.yaml with `dependencies: copy`/);
});

test('what a chart does to all its Jobs is one finding, and it names all of them', () => {
  const [none] = sortFindings(findingsOf(RELEASE)).filter(({ code }) => code === 'job/no-backoff-limit');
  assert.match(none?.message ?? '', /^Job\/a, Job\/b, Job\/c, Job\/d and 3 more have no backoffLimit, /);
  assert.equal(none?.members?.length, 7);
});

test('one member tells of itself', () => {
  const [alone] = sortFindings(findingsOf(job('a'))).filter(({ code }) => code === 'job/no-deadline');
  assert.match(alone?.message ?? '', /^Job\/a has no activeDeadlineSeconds/);
  assert.equal(alone?.members, undefined);
});

test('findings of other causes stay apart: other charts, other fixes, other severities', () => {
  const other = job('x').replace('shop/templates', 'shop/charts/db/templates');
  const codes = sortFindings(findingsOf(RELEASE + other)).filter(({ code }) => code === 'job/no-deadline');
  assert.equal(codes.length, 2);
});

test('every format has every member', () => {
  for (const format of ['text', 'json', 'github', 'sarif', 'junit'] as const)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
      assert.match(print(format), new RegExp(`Job/${name}\\b`), `${format}: ${name}`);
  const json = JSON.parse(print('json')) as { findings: { code: string; members: object[] }[] };
  const found = json.findings.find(({ code }) => code === 'job/no-backoff-limit');
  assert.deepEqual(found?.members[1], {
    name: 'Job/b',
    message:
      'Job/b has no backoffLimit, so Kubernetes tries a failing hook six more times, with pauses that double up to minutes',
    resource: 'Job/b',
    namespace: null,
    template: 'shop/templates/jobs.yaml',
    source: null,
    path: 'spec',
    line: 26,
    column: 7,
  });
});

const CONFIG = 'apiVersion: hookorder.io/v1\nkind: HookOrder\n';
const errorsWith = (config: string, stream = RELEASE): number =>
  findingsOf(stream, CONFIG + config).filter(({ severity }) => severity === 'error').length;

test("an error of the chart's own is silenced with a reason, and no other", () => {
  for (const { name, config, want } of [
    { name: 'nothing is silenced', config: 'hooks: []', want: 14 },
    {
      name: 'with a reason',
      config: 'lint: { ignore: [{ code: refs/not-yet-created, because: made by hand }] }',
      want: 0,
    },
    {
      name: 'of one Job',
      config: 'lint: { ignore: [{ code: refs/not-yet-created, match: { name: a }, because: made by hand }] }',
      want: 12,
    },
    { name: 'without a reason only warnings go', config: 'lint: { ignore: [refs/not-yet-created] }', want: 14 },
    { name: 'another code', config: 'lint: { ignore: [{ code: refs/waits-forever, because: x }] }', want: 14 },
    {
      name: 'what the config claims stays',
      config:
        'hooks: [{ name: a, match: { kind: Job, name: a }, deletePolicy: [hook-succeeded] }]\nlint: { ignore: [{ code: refs/not-yet-created, because: x }] }',
      want: 2,
    },
  ])
    assert.equal(errorsWith(config), want, name);
});

test('an entry without a reason says what an error takes, and nothing where it silences or does not fit', () => {
  const hintsWith = (config: string): readonly string[] =>
    findingsOf(RELEASE, CONFIG + config).flatMap(({ code, hint = '' }) =>
      code === 'refs/not-yet-created' ? [hint] : [],
    );
  const isTold = (hint: string): boolean =>
    hint.endsWith('; or add `because` to its entry of lint.ignore: here it is an error');
  const all = hintsWith('lint: { ignore: [refs/not-yet-created] }');
  assert.ok(all.length > 0 && all.every(isTold), all.join('\n'));
  assert.equal(hintsWith('hooks: []').some(isTold), false);
  const some = hintsWith('lint: { ignore: [{ code: refs/not-yet-created, match: { name: a } }] }');
  assert.ok(some.some(isTold) && !some.every(isTold), some.join('\n'));
  const claimed = 'hooks: [{ name: a, match: { kind: Job, name: a }, deletePolicy: [hook-succeeded] }]\n';
  assert.ok(!hintsWith(`${claimed}lint: { ignore: [refs/not-yet-created] }`).every(isTold), 'what the config claims');
});

test('what the config brings upon a hook of the chart stays an error', () => {
  const hookMap =
    '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: env, annotations: { helm.sh/hook: pre-install, helm.sh/hook-weight: "-5" } }\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: key, annotations: { helm.sh/hook: pre-install, helm.sh/hook-weight: "-5" } }\n';
  const config =
    'hooks: [{ name: env, match: { kind: ConfigMap }, hook: false }]\nlint: { ignore: [{ code: refs/not-yet-created, because: x }] }';
  assert.equal(errorsWith(config, hookMap + job('a')), 1);
});
