/** What init proposes, and that each proposal is a config which renders its own stream without an error. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { NEWEST_HELM } from '../../src/engines/helm/versions.ts';
import { type ProposalInput, propose } from '../../src/init/propose.ts';
import { formatProposal } from '../../src/init/text.ts';
import { template } from '../scenarios/scenario.ts';
import { runCli } from '../support/cli.ts';
import { assertGolden, CORPUS, TESTDATA } from '../support/files.ts';
import { helmTest } from '../support/helm.ts';
import { order } from '../support/pipeline.ts';
import { assertHarmless } from './harmless.ts';

const FOLDER = join(TESTDATA, 'init');

const inputOf = (input: string | Uint8Array): ProposalInput => ({
  read: () => (typeof input === 'string' ? new TextEncoder().encode(input) : input),
  file: 'in.yaml',
  version: NEWEST_HELM,
  timeoutSeconds: 300,
  digest: (text) => createHash('sha256').update(text).digest('hex').slice(0, 8),
});

function initOf(install: string | Uint8Array, upgrade?: string | Uint8Array): string {
  const proposal = propose(inputOf(install), upgrade === undefined ? undefined : inputOf(upgrade));
  if (!('drafts' in proposal)) assert.fail(proposal.map(({ message }) => message).join('\n'));
  return formatProposal(proposal);
}

/** The proposal, after everything that holds for every proposal was asserted. */
function soundInit(...renders: readonly [string | Uint8Array, (string | Uint8Array)?]): string {
  const text = initOf(...renders);
  assert.equal(initOf(...renders), text, 'the same stream has the same proposal');
  assert.deepEqual(parseDocument(text).errors, []);
  for (const [at, render] of renders.entries())
    if (render !== undefined)
      assertHarmless(render, text, renders.length === 1 ? undefined : at === 0 ? 'install' : 'upgrade');
  for (const line of text.split('\n')) if (/^ *# [^\s-]/.test(line)) assert.ok(line.length <= 90, line);
  return text;
}

const inputs = readdirSync(FOLDER).filter((name) => name.endsWith('.in.yaml'));
for (const name of inputs) {
  const stem = name.replace('.in.yaml', '');
  const input = readFileSync(join(FOLDER, name), 'utf8');
  test(`${stem.replaceAll('-', ' ')}: the proposal is as recorded and renders`, () => {
    assertGolden(join(FOLDER, `${stem}.yaml`), soundInit(input));
  });

  test(`${stem.replaceAll('-', ' ')}: the order of the documents and the line ends do not count`, () => {
    const documents = input.split(/^---\n/m);
    assert.equal(soundInit(documents.reverse().join('---\n')), initOf(input));
    assert.equal(soundInit(input.replaceAll('\n', '\r\n')), initOf(input));
  });

  test(`${stem.replaceAll('-', ' ')}: the proposal outlives another release name`, () => {
    const release = /app.kubernetes.io\/instance: (\w+)/.exec(input)?.[1] ?? /name: (\w+)-db/.exec(input)?.[1];
    if (release === undefined) return;
    const renamed = input.replaceAll(new RegExp(`(?<![\\w/@])${release}(?=[-\\s,:}"]|$)(?!/)`, 'gm'), 'other-one');
    const { findings } = order(renamed, initOf(input));
    assert.deepEqual(
      findings.map(({ message }) => message),
      [],
    );
  });
}

const streams = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];
if (streams.length === 0) test('real streams', { skip: 'there is no corpus on this machine' }, () => {});
for (const file of streams)
  test(`${file}: the proposal renders`, () => {
    soundInit(readFileSync(join(CORPUS, file)));
  });

for (const scenario of [
  { name: 'ordered-release', release: 'shop' },
  {
    name: 'atlas-migration',
    release: 'orders',
    flags: ['--values', join(TESTDATA, 'charts/atlas-migration/values.yaml')],
  },
  { name: 'keycloak-postgresql-ha', release: 'sso' },
  { name: 'optscale-migrations', release: 'optscale' },
])
  helmTest(`${scenario.name}: the proposal for the chart is as recorded and renders`, ['4.2.3'], (helm) => {
    assertGolden(join(FOLDER, 'charts', `${scenario.name}.yaml`), soundInit(template(helm, scenario)));
  });

test('a hook that cannot be cured stays the chart’s, one that can is claimed as it is', () => {
  const job = (name: string, annotations: string, rest = ''): string => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { ${annotations} } }
spec:
  template:
    spec: { restartPolicy: Never, ${rest}containers: [{ name: c, image: c, command: [alembic, upgrade, head] }] }
`;
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: a }\n';
  const claim = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: p }\n';
  const hook = 'helm.sh/hook: pre-install, helm.sh/hook-weight: "7"';
  const text = soundInit([account, claim, job('one', hook, 'serviceAccountName: a, ')].join('---\n'));
  assert.match(text, / {4}optional: true\n {4}dependencies: copy\n/);
  const volumes = 'volumes: [{ name: v, persistentVolumeClaim: { claimName: p } }], ';
  assert.match(
    soundInit([account, claim, job('two', hook, volumes)].join('---\n')),
    / {4}events: \[post-install\]\n {4}weight: 7\n/,
  );
});

test('a Job that needs a hook of the chart runs behind it', () => {
  const text = soundInit(`apiVersion: v1
kind: Secret
metadata: { name: s, annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "25" } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: app-migrate }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: m, image: m, command: [flyway, migrate], envFrom: [{ secretRef: { name: s } }] }]
`);
  assert.match(text, /^weights: \{ start: 30, step: 10 \}$/m);
});

test('what no proposal can make render is left in it as a comment', () => {
  const long = `migrate-${'x'.repeat(60)}`;
  const text = soundInit(`apiVersion: batch/v1
kind: Job
metadata: { name: ${long} }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: m, image: m, command: [flyway, migrate] }] } } }
`);
  assert.match(text, /^hooks: \[\]$/m);
  assert.match(text, /^ {2}# Left out:[\s#]+Job\/migrate-x+ has[\s#]+a name of 68[\s#]+characters/m);
  assert.match(text, /^ {2}# - name: migrate-x+$/m);
});

test('a Job without a name is said to have none', () => {
  const text = soundInit(`apiVersion: batch/v1
kind: Job
metadata: { generateName: migrate- }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: m, image: m, command: [flyway, migrate] }] } } }
`);
  assert.match(text, /^# Not decided: Job\/migrate-\* has only a generateName/m);
});

test('hookorder init writes the proposal on stdout, from a file or from stdin', () => {
  const file = join(FOLDER, 'database-in-the-release.in.yaml');
  const fromFile = runCli(['init', file]);
  assert.equal(fromFile.stderr, '');
  assert.equal(fromFile.status, 0);
  assert.equal(fromFile.stdout, readFileSync(join(FOLDER, 'database-in-the-release.yaml'), 'utf8'));
  assert.equal(runCli(['init'], { input: readFileSync(file) }).stdout, fromFile.stdout);
});

test('hookorder init takes the renders of install and upgrade', () => {
  const file = join(FOLDER, 'database-in-the-release.in.yaml');
  const { status, stdout, stderr } = runCli(['init', file, file]);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^# Proposed by hookorder init from 7 documents rendered for install and 7 documents$/m);
  assert.match(runCli(['init', file, '/there/is/no.yaml']).stderr, /input\/unreadable/);
});

test('hookorder init refuses what is no stream, and says why on stderr', () => {
  for (const { args, input, stderr } of [
    { args: ['init', '/there/is/no.yaml'], input: '', stderr: /input\/unreadable/ },
    { args: ['init'], input: '', stderr: /input\/empty/ },
    {
      args: ['init'],
      input: 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { a: [ }\n',
      stderr: /input\/invalid-yaml/,
    },
  ]) {
    const ran = runCli(args, { input });
    assert.equal(ran.status, 2);
    assert.equal(ran.stdout, '');
    assert.match(ran.stderr, stderr);
  }
});
