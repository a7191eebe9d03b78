/**
 * The host of the small executable, built with the sanitizers for addresses and undefined behaviour (a leak counts too), and tried from inside; and
 * the engine against Node's, over hostile streams. HOOKORDER_RUNS multiplies the cases.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { NODE_BYTES } from '../../src/world/node-bytes.ts';
import { CORPUS, ROOT, TESTDATA } from '../support/files.ts';
import { runs } from '../support/property.ts';
import { caseOf, outcomesOf } from './cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'hookorder native '));
after(() => rmSync(folder, { recursive: true, force: true }));
const PROGRAM = join(folder, 'tried');
const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
const skip =
  process.platform === 'linux' && has('cc') && has('cargo')
    ? false
    : 'NOT RUN: the host of the small executable needs Linux, a C compiler and cargo';
const seed = Number(process.env['HOOKORDER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const cases = readdirSync(join(TESTDATA, 'cases')).map((name) => join(TESTDATA, 'cases', name, 'in.yaml'));
const real = existsSync(CORPUS) ? readdirSync(CORPUS).map((name) => join(CORPUS, name)) : [];
const FILES = [...cases, ...real.filter((name) => name.endsWith('.yaml'))];

before(() => {
  if (skip) return;
  const args = ['--cc', 'cc', '--checked', '--entry', join(ROOT, 'test', 'native', 'entry.ts'), PROGRAM];
  const made = spawnSync(process.execPath, [join(ROOT, 'scripts', 'native.mjs'), ...args], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
});

function run(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(PROGRAM, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(stderr, '', `seed ${seed}`);
  assert.equal(status, 0, `seed ${seed}`);
  return stdout.trimEnd();
}

test('each call of the host takes whatever JavaScript can give it: it answers or throws', { skip }, () => {
  const { numRuns } = runs(3000);
  assert.match(
    run('calls', `${seed}`, `${numRuns}`),
    new RegExp(`^${numRuns} calls of \\d\\d functions, \\d+ refused$`),
  );
});

test('what the host does with bytes is what plain JavaScript does', { skip }, () => {
  const { numRuns } = runs(100);
  assert.equal(run('bytes', `${seed}`, `${numRuns}`, ...FILES), `${numRuns} the same`);
});

test('programs, files and descriptors: each outcome, and each failure by its name', { skip }, () => {
  assert.deepEqual(JSON.parse(run('world')), {
    both: [3, null, 'out\n', 'err\n'],
    silent: [0, null, '', ''],
    large: [3_000_000, 3_000_000],
    ended: [null, 9, '', ''],
    pipeSignal: [0, null, 'done\n', ''],
    absent: 'ENOENT',
    tooMuch: 'ENOBUFS',
    none: 'E2BIG',
    listed: [true, null],
    kinds: ['folder', 'file', null],
    reads: ['string', 'string', 'string'],
    tooLarge: 'ERR_FS_FILE_TOO_LARGE',
    writes: ['ENOENT', 'EISDIR'],
    size: null,
    text: true,
    gzipped: true,
  });
});

test("what hookorder makes of hostile streams is the same on the small runtime as on Node's", { skip }, () => {
  const { numRuns } = runs(40);
  const seeds = FILES.map((file) => new Uint8Array(readFileSync(file)));
  const native = run('outcomes', `${seed}`, `${numRuns}`, ...FILES).split('\n');
  const node = outcomesOf(seed, numRuns, seeds, NODE_BYTES);
  assert.equal(native.length, numRuns);
  for (const [at, outcome] of node.entries()) {
    const { argv, stream } = caseOf(seed + at, seeds);
    assert.equal(
      native[at],
      outcome,
      `case ${seed + at}: ${argv.join(' ')}\n${Buffer.from(stream).toString('latin1')}`,
    );
  }
});
