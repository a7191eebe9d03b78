/** How a rehearsal reads: golden files for both deployers, and the page that shows one. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refreshed } from '../scenarios/documents.ts';
import { runCli } from '../support/cli.ts';
import { assertGolden, ROOT, TESTDATA } from '../support/files.ts';

const FOLDER = join(TESTDATA, 'report', 'rehearsal');
const STREAM = join(FOLDER, 'stream.yaml');

const GOLDEN: readonly (readonly [file: string, flags: readonly string[]])[] = [
  ['small.txt', []],
  ['step.txt', ['--step', 'Job/shop-check']],
  ['rollback-on-failure.txt', ['--operation', 'upgrade', '--wait', '--rollback-on-failure']],
  ['argocd.txt', ['--target', 'argocd']],
  ['upgrade.json', ['--operation', 'upgrade', '-o', 'json']],
];

for (const [file, flags] of GOLDEN)
  test(`${flags.join(' ') || 'a small release'}: as recorded`, () => {
    const { status, stdout, stderr } = runCli(['rehearse', STREAM, ...flags]);
    assert.equal(status, 0, stderr);
    assertGolden(join(FOLDER, file), stdout);
    if (!file.endsWith('.txt')) return;
    const long = stdout.split('\n').filter((line) => [...line].length > 80 && !line.includes('kubectl'));
    assert.deepEqual(long, []);
  });

test('docs/rehearse.md shows the file as it is', () => {
  const page = join(ROOT, 'docs', 'rehearse.md');
  const text = readFileSync(page, 'utf8');
  const current = refreshed(text, (file) => readFileSync(join(ROOT, file), 'utf8'));
  if (process.env['HOOKORDER_UPDATE_GOLDEN'] === '1') return writeFileSync(page, current);
  assert.equal(text, current, 'npm test -- --update brings it in');
});

test('what is not known is refused with what is', () => {
  const refused = (...flags: readonly string[]) => {
    const { status, stderr } = runCli(['rehearse', STREAM, ...flags]);
    assert.equal(status, 2);
    return stderr;
  };
  assert.match(refused('--step', 'Job/shop-migrat'), /did you mean Job\/shop-migrate\?/);
  assert.match(refused('--operation', 'upgarde'), /did you mean "upgrade"\?/);
  assert.match(refused('--operation', 'upgrade', '--target', 'argocd'), /first sync, sync, deletion/);
});
