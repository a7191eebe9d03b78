/**
 * `--previous` and `adopt`: facts about the upgrade of a revision that is known. What Helms do in these cases is recorded: the scenarios `adopt/`
 * and `leave/` of `npm run truth`.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Ran, runCli } from '../support/cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder-previous-'));
after(() => rmSync(FOLDER, { recursive: true }));
const write = (name: string, text: string): string => {
  writeFileSync(join(FOLDER, name), text);
  return name;
};
const run = (...args: readonly string[]): Ran => runCli(args, { cwd: FOLDER });

const HOOK = 'annotations: { helm.sh/hook: "pre-upgrade" }';
const job = (metadata = '', image = 'a:1', name = 'migrate'): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}${metadata === '' ? '' : `, ${metadata}`} }\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{ name: main, image: "${image}", envFrom: [{ configMapRef: { name: config } }] }]\n---\n`;
const account = (metadata = ''): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: migrator${metadata === '' ? '' : `, ${metadata}`} }\n---\n`;
const config = (greeting: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config }\ndata: { greeting: ${greeting}, other: same }\n---\n`;

interface Told {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What lint says with the codes that a known revision changes. */
function facts(was: string, is: string, ...args: readonly string[]): readonly Told[] {
  const { stdout, stderr } = run(
    'lint',
    write('is.yaml', is),
    '--previous',
    write('was.yaml', was),
    '-o',
    'json',
    ...args,
  );
  assert.equal(stderr, '');
  const codes = [
    'hook/adopts-resource',
    'live/hook-becomes-plain',
    'job/immutable',
    'job/runs-less-often',
    'refs/stale-on-upgrade',
    'live/without-post-renderer',
  ];
  return (JSON.parse(stdout) as { findings: Told[] }).findings.filter(({ code }) => codes.includes(code));
}

const CLAIMING = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - { name: migrate, match: { kind: Job, name: migrate }, events: [pre-upgrade], dependencies: ignore }
`;

for (const { name, was, is, args = [], want } of [
  { name: 'nothing changes', was: job() + account(), is: job() + account(), want: [] },
  {
    name: 'an account becomes a hook',
    was: account(),
    is: account(HOOK),
    want: [
      /^error hook\/adopts-resource ServiceAccount\/migrator .*deletes the live one once, after the pre-upgrade hooks/,
    ],
  },
  { name: 'a hook that the installed revision has not', was: config('a'), is: config('a') + account(HOOK), want: [] },
  {
    name: 'a Job becomes a hook',
    was: job(),
    is: job(HOOK),
    want: [/^info hook\/adopts-resource Job\/migrate .*harmless when it has finished/],
  },
  {
    name: 'a changed Job becomes a hook that blocks itself',
    was: job(),
    is: job(HOOK.replace(' }', ', helm.sh/hook-delete-policy: hook-succeeded }'), 'a:2'),
    want: [/^error hook\/adopts-resource .*field is immutable/],
  },
  {
    name: 'an unchanged Job becomes a hook that does not run',
    was: job(),
    is: job(HOOK.replace(' }', ', helm.sh/hook-delete-policy: hook-succeeded }')),
    want: [/^error hook\/adopts-resource .*it does not run/],
  },
  {
    name: 'a hook becomes an account, which taking ownership cures',
    was: account(HOOK),
    is: account(),
    want: [
      /^error live\/hook-becomes-plain ServiceAccount\/migrator .*invalid ownership metadata.*fix: upgrade once with `--take-ownership`/,
    ],
  },
  {
    name: 'a hook that hook-succeeded deletes is not there',
    was: account(HOOK.replace(' }', ', helm.sh/hook-delete-policy: hook-succeeded }')),
    is: account(),
    want: [],
  },
  {
    name: 'a hook becomes another Job, which nothing but a deletion cures, and no longer runs',
    was: job(HOOK),
    is: job('', 'a:2'),
    want: [
      /^error live\/hook-becomes-plain .*fix: delete Job\/migrate before the upgrade: with `--take-ownership` it fails too/,
      /^warning job\/runs-less-often Job\/migrate no longer runs at upgrade/,
    ],
  },
  {
    name: 'the pods of a plain Job change',
    was: job(),
    is: job('', 'a:2'),
    want: [/^error job\/immutable Job\/migrate .*its pods change: the upgrade fails with "field is immutable"/],
  },
  {
    name: 'a new plain Job may be immutable later',
    was: account(),
    is: account() + job(),
    want: [/^info job\/immutable/],
  },
  {
    name: 'a Job that ran at upgrades is gone',
    was: job(HOOK) + account(),
    is: account(),
    want: [
      /^info job\/runs-less-often Job\/migrate, which the installed revision runs at upgrade, is not in the new one/,
    ],
  },
  {
    name: 'a ConfigMap that a hook reads changes',
    was: config('a') + job(HOOK),
    is: config('b') + job(HOOK),
    want: [/^warning refs\/stale-on-upgrade .*and greeting will change/],
  },
  { name: 'and one that does not', was: config('a') + job(HOOK), is: config('a') + job(HOOK), want: [] },
  {
    name: 'without the post-renderer a hook of the config is in the way',
    was: config('a') + job(HOOK),
    is: config('a') + job(),
    args: ['-c', write('claiming.yaml', CLAIMING)],
    want: [/^info live\/without-post-renderer .*while Job\/migrate of its hooks is there/],
  },
  {
    name: 'without the post-renderer a plain Job cannot change',
    was: config('a') + job(),
    is: config('a') + job('', 'a:2'),
    args: ['-c', 'claiming.yaml'],
    want: [
      /^info hook\/adopts-resource/,
      /^info live\/without-post-renderer .*fails at Job\/migrate, which cannot change/,
    ],
  },
])
  test(`the upgrade: ${name}`, () => {
    const told = facts(was, is, ...args).map(
      ({ severity, code, message, hint }) => `${severity} ${code} ${message} fix: ${hint}`,
    );
    told.sort();
    assert.equal(told.length, want.length, told.join('\n'));
    for (const [at, pattern] of [...want].sort((a, b) => (a.source < b.source ? -1 : 1)).entries())
      assert.match(told[at] ?? '', pattern);
  });

test('a plan tells what an upgrade deletes and where it stops', () => {
  const plan = (was: string, is: string, ...args: readonly string[]): string =>
    run('plan', write('is.yaml', is), '--previous', write('was.yaml', was), ...args).stdout;
  assert.match(
    plan(account() + config('a'), account(HOOK)),
    /deletes {2}ServiceAccount\/migrator: it became a hook\n {4}deletes {2}ConfigMap\/config: it left the release/,
  );
  assert.match(plan(account(HOOK), account()), /^upgrade[\s\S]*stops {4}ServiceAccount\/migrator/m);
  const { operations } = JSON.parse(plan(job(), job('', 'a:2'), '-o', 'json')) as {
    operations: { name: string; stop: { because: string; objects: { name: string }[] } | null }[];
  };
  assert.deepEqual(
    operations.map(({ name, stop }) => [name, stop?.because, stop?.objects.map((object) => object.name)]).slice(0, 2),
    [
      ['install', undefined, undefined],
      ['upgrade', 'step', ['migrate']],
    ],
  );
});

test('manifest and hooks of a release are two files, and diff compares with them', () => {
  write('manifest.yaml', `---\n# Source: a/b.yaml\n${config('a')}`);
  write('hooks.yaml', `---\n# Source: a/c.yaml\n${job(HOOK)}`);
  write('is.yaml', config('b') + job(HOOK));
  const previous = ['--previous', 'manifest.yaml', '--previous', 'hooks.yaml'];
  assert.match(run('lint', 'is.yaml', ...previous).stdout.replaceAll(/\s+/g, ' '), /greeting will change/);
  assert.match(run('diff', 'is.yaml', ...previous).stdout, /ConfigMap\/config +data\.greeting/);
  assert.match(run('diff', 'is.yaml', 'is.yaml', ...previous).stderr, /--previous is OLD already/);
  assert.match(run('lint', 'is.yaml', '--previous', 'nope.yaml').stdout, /nope\.yaml cannot be read/);
});

test('adopt is a checklist, worst first, with the command', () => {
  write('was.yaml', account(HOOK) + config('a') + job());
  write('is.yaml', account() + config('b') + job('', 'a:2'));
  const { stdout, status } = run(
    'adopt',
    'shop',
    'is.yaml',
    '--previous',
    'was.yaml',
    '-c',
    write('claiming.yaml', CLAIMING),
    '--wait',
  );
  assert.equal(status, 1);
  assert.match(stdout, /^adopt shop\n {2}from was\.yaml to is\.yaml with claiming\.yaml\n/);
  assert.match(stdout, /^Know this\n\[ \] error\[live\/hook-becomes-plain\]/m);
  assert.match(stdout, /What the upgrade does\n {2}runs {5}Job\/migrate, pre-upgrade\n/);
  assert.match(
    stdout,
    /helm upgrade shop is\.yaml \\\n {4}--post-renderer=hookorder \\\n {4}--post-renderer-args=--config=claiming\.yaml \\\n {4}--timeout=300s \\\n {4}--wait \\\n {4}--take-ownership\n$/,
  );
  const json = JSON.parse(
    run('adopt', 'shop', 'is.yaml', '--previous', 'was.yaml', '-o', 'json', '--no-config').stdout,
  ) as {
    command: string[];
    changes: { deed: string; title: string }[];
  };
  // Taking ownership would not cure the Job.
  assert.deepEqual(json.command, ['helm', 'upgrade', 'shop', 'is.yaml', '--timeout=300s']);
  assert.ok(json.changes.some(({ deed, title }) => deed === 'stops' && title === 'ServiceAccount/migrator'));
  assert.match(run('adopt', 'shop').stderr, /takes the name of a release and a chart/);
});
