/** The bundles of dist/: plain code that anyone can read, the same for the same source, and only what a run needs is loaded. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { EXECUTABLE, ROOT } from '../support/files.ts';

const DIST = dirname(EXECUTABLE);
const BUNDLES = ['hookorder.cjs', 'more.cjs', 'render.cjs'];
const folder = mkdtempSync(join(tmpdir(), 'hookorder bundles '));
after(() => rmSync(folder, { recursive: true, force: true }));

const text = (name: string): string => readFileSync(join(DIST, name), 'utf8');

test('dist/ has these bundles and no others', () => {
  assert.deepEqual(
    readdirSync(DIST).filter((name) => /\.cjs$/.test(name)),
    BUNDLES,
  );
});

for (const name of [...BUNDLES, 'library.js'])
  test(`${name} makes no code from text and hides none`, () => {
    assert.doesNotMatch(text(name), /new Function\b|\bFunction\(|(?<![.\w])eval\((?![\w, ]*\) \{)/);
    assert.doesNotMatch(text(name), /\b(?:brotliDecompress|inflate|gunzip|unzip)\w*\(/);
    // In ASCII alone, because it is read as such.
    assert.equal(Buffer.byteLength(text(name)), text(name).length);
    // What is packed as base64 or hexadecimal digits is one long word. The package re2js has Unicode's tables so.
    const long = text(name)
      .replaceAll(/decode(?:Ranges|Orbit)\("[^"]*"/g, '')
      .match(/[\w+/=-]{150,}/g);
    assert.deepEqual(long, null);
  });

test('names of functions are those of the source', () => {
  for (const name of ['orderRelease', 'readResources', 'assignWeights']) {
    assert.match(text('render.cjs'), new RegExp(`^function ${name}\\(`, 'm'));
  }
});

test('the same source gives the same bundles', () => {
  const before = BUNDLES.map(text);
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  for (const [at, name] of BUNDLES.entries()) assert.ok(text(name) === before[at], name);
});

const JOB = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: migrate, image: migrate, command: [COMMAND] }] }
`;
const RUNS: readonly { readonly name: string; readonly args?: readonly string[]; readonly match?: string }[] = [
  { name: 'nothing to order', match: '{ kind: CronJob }' },
  { name: 'a hook' },
  { name: 'a pattern', match: '{ name: "mig*" }' },
  { name: 'a hook with copies', args: ['--fail-on', 'never'] },
  { name: 'as Helm calls it', args: ['--errors=output'] },
];

test('more.cjs is not needed to render what most releases have', () => {
  for (const file of ['hookorder.cjs', 'render.cjs']) cpSync(join(DIST, file), join(folder, file));
  for (const { name, args = [], match = '{ kind: Job }' } of RUNS) {
    const config = join(folder, 'hookorder.yaml');
    writeFileSync(
      config,
      `apiVersion: hookorder.io/v1\nkind: HookOrder\ndefaults: { dependencies: copy }\nhooks:\n  - { name: migrate, match: ${match}, events: [pre-install], optional: true }\n`,
    );
    const input = JOB.replace('COMMAND', 'sh, -c, until migrate; do sleep 1; done');
    const run = [join(folder, 'hookorder.cjs'), 'render', '--config', config, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, run, {
      input,
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${name}: ${stderr}`);
    assert.ok(stdout.startsWith('apiVersion:'), `${name}: ${stdout}`);
  }
});
