/** Findings of a stream at the lines of the templates that stand in the working directory. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../support/cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder-roots-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const TEMPLATE = `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-a
  annotations:
    helm.sh/hook: pre-upgrad
`;
const STREAM = `---\n# Source: shop/templates/a.yaml\n${TEMPLATE.replace('{{ .Release.Name }}', 'x')}`;

function folderOf(name: string, charts: readonly string[]): string {
  for (const chart of charts) {
    const folder = join(FOLDER, name, chart);
    mkdirSync(join(folder, 'templates'), { recursive: true });
    writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
    writeFileSync(join(folder, 'templates/a.yaml'), TEMPLATE);
  }
  mkdirSync(join(FOLDER, name), { recursive: true });
  return join(FOLDER, name);
}

const lint = (cwd: string, args: readonly string[], env = {}): string =>
  runCli(['lint', '--no-config', '-o', 'github', ...args], { input: STREAM, cwd, env }).stdout;

test('the only chart of this name below the working directory, or the one that --source-root names', () => {
  const one = folderOf('one', ['deploy/charts/shop']);
  assert.match(lint(one, []), /^::error file=deploy\/charts\/shop\/templates\/a\.yaml,line=6,col=5,/m);
  const two = folderOf('two', ['a/shop', 'b/shop']);
  assert.match(lint(two, []), /^::error title=/m, 'either may be meant');
  assert.match(lint(two, ['--source-root', 'shop=b/shop']), /^::error file=b\/shop\/templates\/a\.yaml,line=6/m);
  assert.match(lint(two, ['--source-root', 'shop=nowhere']), /^::error title=/m);
  assert.match(lint(folderOf('none', []), []), /^::error title=/m);
  const text = runCli(['lint', '--no-config'], { input: STREAM, cwd: one }).stdout;
  assert.match(text, /^deploy\/charts\/shop\/templates\/a\.yaml\n {2}6:5 /);
});

test('paths begin at the root of the repository, as the CI system tells it', () => {
  const one = folderOf('three', ['deploy/shop']);
  const env = { GITHUB_WORKSPACE: dirname(one), PWD: one };
  assert.match(lint(one, [], env), /file=three\/deploy\/shop\/templates\/a\.yaml,line=6/);
  assert.match(lint(one, [], { CI_PROJECT_DIR: dirname(one), PWD: one }), /file=three\/deploy\/shop/);
});

test('a value that is no pair is refused', () => {
  for (const value of ['shop', '=x', 'shop='])
    assert.match(
      runCli(['lint', '--source-root', value], { input: STREAM }).stderr,
      /--source-root cannot be .*NAME=FOLDER/,
    );
});
