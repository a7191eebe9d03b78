/** `hookorder init --fix` and `--write` as a user runs them. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../support/cli.ts';
import { TESTDATA } from '../support/files.ts';

const STREAM = join(TESTDATA, 'init', 'fix', 'an-account-in-use-and-a-late-config.in.yaml');
const PLAIN = join(TESTDATA, 'init', 'database-in-the-release.in.yaml');
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-init-'));
  folders.push(folder);
  return folder;
}

test('--fix prints a config that lint is content with, and the same from stdin', () => {
  const cwd = emptyFolder();
  const { status, stdout, stderr } = runCli(['init', '--fix', STREAM], { cwd });
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(runCli(['init', '--fix'], { cwd, input: readFileSync(STREAM) }).stdout, stdout);
  writeFileSync(join(cwd, 'c.yaml'), stdout);
  assert.equal(runCli(['lint', '-c', 'c.yaml', '--fail-on', 'warning', STREAM], { cwd }).status, 0);
  assert.equal(existsSync(join(cwd, 'hookorder.yaml')), false);
});

test('--write writes the config, shows the plan and what is left, and says what comes next', () => {
  const cwd = emptyFolder();
  const { status, stdout } = runCli(['init', '--fix', '--write', STREAM], { cwd });
  assert.equal(status, 0);
  assert.match(stdout, /^hookorder\.yaml is written: cures 1 error and 3 warnings\./);
  assert.match(stdout, /^ {2}pre-install\n.*ServiceAccount\/shop /m);
  assert.match(stdout, /^left {4}nothing: lint has no error and no warning$/m);
  assert.match(stdout, /^next\n {2}hookorder render \S+ \\\n {4}--config=hookorder\.yaml$/m);
  assert.equal(readFileSync(join(cwd, 'hookorder.yaml'), 'utf8'), runCli(['init', '--fix', STREAM]).stdout);
});

test('--write never replaces a file unless it is told to', () => {
  const cwd = emptyFolder();
  const file = join(cwd, 'hookorder.yaml');
  writeFileSync(file, '# mine\n');
  const refused = runCli(['init', '--write', PLAIN], { cwd });
  assert.deepEqual([refused.status, refused.stdout], [2, '']);
  assert.match(refused.stderr, /hookorder\.yaml is there already, and nothing was written: `--fix --config hookorder/);
  assert.equal(readFileSync(file, 'utf8'), '# mine\n');
  const written = runCli(['init', '--write', '--overwrite', PLAIN], { cwd });
  assert.deepEqual([written.status, written.stderr], [0, '']);
  assert.match(readFileSync(file, 'utf8'), /^# Proposed by hookorder init/);
});

test('--fix --write --config adds what is lacking to the file that is named', () => {
  const cwd = emptyFolder();
  const own =
    'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  # mine\n  - { name: m, match: { kind: Job, name: "*-migrate" }, job: { backoffLimit: 3 } }\n';
  writeFileSync(join(cwd, 'my.yaml'), own);
  const { status, stdout } = runCli(['init', '--fix', '--write', '-c', 'my.yaml', STREAM], { cwd });
  assert.equal(status, 0);
  assert.match(stdout, /^my\.yaml is written: /);
  const text = readFileSync(join(cwd, 'my.yaml'), 'utf8');
  assert.match(
    text,
    /^ {2}# mine\n(?: {2}# .*\n)+ {2}- \{.*name: m, .*dependencies: copy|dependencies: copy.*name: m,/m,
  );
  assert.match(text, /^---\n# Added by hookorder init --fix\.$/m);
  assert.match(
    runCli(['init', '--fix', '--write', '-c', 'my.yaml', STREAM], { cwd }).stdout,
    /^my\.yaml is not written/,
  );
  assert.equal(readFileSync(join(cwd, 'my.yaml'), 'utf8'), text);
});

test('--target argocd proposes for Argo CD, and the next command renders for it', () => {
  const cwd = emptyFolder();
  const { status, stdout } = runCli(['init', '--target', 'argocd', '--write'], { cwd, input: readFileSync(STREAM) });
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}helm template NAME CHART \| hookorder render --target=argocd --config=hookorder\.yaml$/m);
  const lint = ['lint', '--target', 'argocd', '--fail-on', 'warning', '-c', 'hookorder.yaml', STREAM];
  assert.equal(runCli(lint, { cwd }).status, 0);
});

for (const { name, args, config, stderr } of [
  { name: 'a config without --fix', args: ['-c', 'c.yaml'], stderr: /`--fix --config FILE`/ },
  { name: 'a config that is not there', args: ['--fix', '-c', 'none.yaml'], stderr: /config\/unreadable/ },
  {
    name: 'two configs',
    args: ['--fix', '-c', 'c.yaml', '-c', 'd.yaml'],
    stderr: /works on one config/,
  },
  {
    name: 'a config that orders nothing',
    args: ['--fix', '-c', 'c.yaml'],
    config:
      'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - { name: x, match: { name: nothing }, events: [test] }\n',
    stderr: /order\/matches-nothing/,
  },
])
  test(`${name} is refused, and says why`, () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'c.yaml'), config ?? 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: []\n');
    const ran = runCli(['init', ...args, STREAM], { cwd });
    assert.equal(ran.stdout, '');
    assert.notEqual(ran.status, 0);
    assert.match(ran.stderr, stderr);
  });

test('a chart that carries a config is not given a second one', () => {
  const input = `${readFileSync(STREAM, 'utf8')}---\n# Source: shop/templates/order.yaml\napiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: []\n`;
  const { status, stderr } = runCli(['init', '--fix'], { input });
  assert.equal(status, 2);
  assert.match(stderr, /the chart carries its own ordering config \(shop\/templates\/order\.yaml\)/);
});
