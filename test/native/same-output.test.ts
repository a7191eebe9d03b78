/** The executable that is shipped says of real and generated streams what the bundle on Node says, byte for byte, with every command. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CORPUS, ROOT, TESTDATA } from '../support/files.ts';

const executable = process.env['HOOKORDER_EXECUTABLE'];
const skip = executable === undefined && 'NOT RUN: `npm test -- --native` makes the executable';

test('render, lint, plan and init give the same bytes as on Node', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-same-'));
  try {
    const cases = join(TESTDATA, 'cases');
    for (const name of readdirSync(cases)) copyFileSync(join(cases, name, 'in.yaml'), join(folder, `${name}.yaml`));
    const real = existsSync(CORPUS) ? readdirSync(CORPUS).filter((name) => name.endsWith('.yaml')) : [];
    for (const name of real) copyFileSync(join(CORPUS, name), join(folder, name));
    const script = join(ROOT, 'scripts', 'compare-builds.mjs');
    const builds = [join(ROOT, 'dist', 'hookorder.cjs'), executable as string];
    const { status, stdout } = spawnSync(process.execPath, [script, ...builds, folder, '--exact'], {
      encoding: 'utf8',
    });
    assert.match(stdout, /^\d{3,} runs of each build, 0 kinds of differences$/m);
    assert.equal(status, 0, stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
