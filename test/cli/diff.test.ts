import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../support/cli.ts';
import { TESTDATA } from '../support/files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder-diff-'));
after(() => rmSync(FOLDER, { recursive: true }));
const write = (name: string, text: string): string => {
  writeFileSync(join(FOLDER, name), text);
  return join(FOLDER, name);
};
const CASE = join(TESTDATA, 'cases', 'a-timestamped-name-is-followed-by-its-references');
const CONFIG = join(CASE, 'config.yaml');
const STREAM = join(CASE, 'in.yaml');
const render = (name: string, now: string): string => write(name, runCli(['-c', CONFIG, STREAM, '--now', now]).stdout);
const OLD = render('old.yaml', '1732147200');
const NEW = render('new.yaml', '1800000000');

const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: s }
stringData: { password: hunter2 }
data: { token: aHVudGVyMg== }
`;

test('what diff says, and with which status', () => {
  const moved = write('moved.yaml', readFileSync(NEW, 'utf8').replaceAll('post-install,post-upgrade', 'pre-upgrade'));
  const gone = write('gone.yaml', readFileSync(NEW, 'utf8').replace(/^---\napiVersion: rbac[\s\S]*$/m, ''));
  const plan = write('plan.json', runCli(['plan', '-o', 'json', '-c', CONFIG, STREAM, '--now', '1']).stdout);
  const plain = write('plain.yaml', 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: pond }\n');
  const hook = write(
    'hook.yaml',
    'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: pond, annotations: { helm.sh/hook: pre-upgrade } }\n',
  );
  for (const { name, args, status, stdout } of [
    {
      name: 'two streams: what becomes a hook is an error',
      args: [plain, hook],
      status: 1,
      stdout: /was plain, now in pre-upgrade 0[\s\S]*error\[hook\/adopts-resource\]/,
    },
    { name: 'two streams: which may not fail', args: [plain, hook, '--fail-on', 'never'], status: 0, stdout: /adopts/ },
    { name: 'two streams: as JSON', args: [plain, hook, '-o', 'json'], status: 1, stdout: /"wasPlain": true/ },
    { name: 'two streams: the other way', args: [hook, plain], status: 1, stdout: /live\/hook-becomes-plain/ },
    {
      name: 'one stream: what render changes',
      args: ['-c', CONFIG, STREAM, '--now', '1'],
      status: 0,
      stdout: /^\+ {4}helm\.sh\/hook: "post-install,post-upgrade"$/m,
    },
    {
      name: 'one stream: a difference is a status when asked',
      args: ['-c', CONFIG, STREAM, '--exit-code'],
      status: 1,
      stdout: /shop-migrate/,
    },
    {
      name: 'one stream: in words',
      args: ['-c', CONFIG, STREAM, '-o', 'summary', '--now', '1'],
      status: 0,
      stdout: /Job\/shop-migrate/,
    },
    {
      name: 'a rendered stream has nothing left to change',
      args: ['-c', CONFIG, OLD, '--exit-code'],
      status: 0,
      stdout: /^(no difference\n)?$/,
    },
    {
      name: 'a new timestamp is no difference',
      args: [OLD, NEW, '--exit-code'],
      status: 0,
      stdout: /1 Job has a new timestamp/,
    },
    {
      name: 'a changed order comes first, in words',
      args: [OLD, moved, '--exit-code'],
      status: 1,
      stdout: /^order\n +Job\/shop-migrate +.*post-upgrade.* → pre-upgrade 0/,
    },
    { name: 'what is gone is named', args: [OLD, gone, '--exit-code'], status: 1, stdout: /^ {2}- Role\/shop-wait/m },
    {
      name: 'a saved plan against the stream that it was made of',
      args: ['-c', CONFIG, plan, STREAM, '--exit-code'],
      status: 0,
      stdout: /no difference/,
    },
    {
      name: 'a saved plan against another order',
      args: [plan, moved, '--exit-code'],
      status: 1,
      stdout: /→ pre-upgrade 0/,
    },
    { name: 'as JSON', args: [OLD, moved, '-o', 'json'], status: 0, stdout: /"different": true/ },
  ]) {
    const ran = runCli(['diff', ...args], { cwd: FOLDER });
    assert.equal(ran.status, status, `${name}: ${ran.stderr}${ran.stdout}`);
    assert.match(ran.stdout, stdout, name);
    assert.equal(ran.stderr, '', name);
  }
});

test('values of Secrets are in no output', () => {
  const before = write('secret.yaml', SECRET);
  const now = write('secret2.yaml', SECRET.replace('hunter2', 'hunter3').replace('aHVudGVyMg', 'aHVudGVyMw'));
  for (const format of ['summary', 'unified', 'json']) {
    const { status, stdout } = runCli(['diff', before, now, '-o', format, '--exit-code']);
    assert.equal(status, 1);
    assert.match(stdout, /Secret\/s|"s"/);
    assert.doesNotMatch(stdout, /hunter|aHVudGVy/);
  }
});
