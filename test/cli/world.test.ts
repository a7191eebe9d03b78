/** Faults of the world are told in a sentence with exit 2, and are no bug; nothing that came out by then can be taken for a stream. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EXECUTABLE } from '../support/files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder world '));
after(() => rmSync(FOLDER, { recursive: true }));
const JOB =
  'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a }] } } }\n';
const CONFIG =
  'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: [{ name: m, match: { kind: Job }, events: [pre-upgrade], deletePolicy: [hook-succeeded] }]\n';
writeFileSync(join(FOLDER, 'stream.yaml'), JOB);
writeFileSync(join(FOLDER, 'hookorder.yaml'), CONFIG);
writeFileSync(join(FOLDER, 'large.yaml'), `${JOB}---\nkind: Text\ntext: ${'x'.repeat(4_000_000)}\n`);

/** `$H` is hookorder. */
function sh(line: string) {
  const env = { PATH: process.env['PATH'], H: EXECUTABLE, NODE: process.execPath };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line.replaceAll('$H', '"$NODE" "$H"')], {
    cwd: FOLDER,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return { status, stdout, stderr };
}
const ON_LINUX = { skip: !existsSync('/dev/full') && 'this system has no /dev/full' };

for (const { name, line, want } of [
  {
    name: 'a full disk',
    line: '$H stream.yaml > /dev/full',
    want: /standard output cannot be written: no space is left/,
  },
  { name: 'a full disk, for much', line: '$H large.yaml > /dev/full', want: /no space is left/ },
  { name: 'a full disk inside Helm', line: '$H --errors=output < stream.yaml > /dev/full', want: /no space is left/ },
  { name: 'a full disk for a refusal', line: '$H --errors=output --bogus > /dev/full', want: /no flag --bogus/ },
  { name: 'a full disk for plan', line: '$H plan stream.yaml > /dev/full', want: /no space is left/ },
  { name: 'a full disk for lint', line: '$H lint stream.yaml > /dev/full', want: /no space is left/ },
  { name: 'a full disk for init', line: '$H init stream.yaml > /dev/full', want: /no space is left/ },
  { name: 'a full disk for explain', line: '$H explain > /dev/full', want: /no space is left/ },
  { name: 'a full disk for help', line: '$H --help > /dev/full', want: /no space is left/ },
  { name: 'a closed stdout', line: '$H stream.yaml >&-', want: /standard output cannot be written: it is closed/ },
  { name: 'a closed stdout for plan', line: '$H plan stream.yaml >&-', want: /it is closed/ },
  { name: 'a directory as stdin', line: '$H < .', want: /standard input cannot be read: it is a directory/ },
  { name: 'a directory as stdin of lint', line: '$H lint < .', want: /it is a directory/ },
  { name: 'a directory as the stream', line: '$H .', want: /is a folder, and no stream/ },
  { name: 'a directory as the config', line: '$H -c . stream.yaml', want: /cannot be read: it is a directory/ },
  { name: 'a closed stdin', line: '$H <&-', want: /input\/empty/ },
  { name: 'a file below a file', line: '$H stream.yaml/x', want: /a part of its path is no\s+directory/ },
  { name: 'a name that is too long', line: `$H ${'x'.repeat(300)}`, want: /the name is too long/ },
  {
    name: 'a report on a full disk',
    line: '$H --report /dev/full stream.yaml',
    want: /--report cannot be written to \/dev\/full: no space/,
  },
])
  test(name, ON_LINUX, () => {
    const { status, stdout, stderr } = sh(line);
    assert.equal(status, 2, stderr);
    assert.match(stderr, want);
    assert.equal(stdout, '');
    assert.doesNotMatch(stderr, /internal:|has a bug| {4}at /);
    assert.ok(stderr.length < 2000);
  });

test('a closed or full stderr changes no exit code', ON_LINUX, () => {
  assert.equal(sh('$H --bogus 2>&-').status, 2);
  assert.equal(sh('$H --bogus 2>/dev/full').status, 2);
  assert.equal(sh('$H stream.yaml 2>&-').status, 0);
});

test('an output that is not wanted is no fault', ON_LINUX, () => {
  for (const line of [
    '$H stream.yaml > /dev/null',
    '$H lint stream.yaml > /dev/null',
    '$H lint stream.yaml >&-',
    '$H plan stream.yaml > /dev/null 2>&1',
  ])
    assert.equal(sh(line).status, 0, line);
  const ignored = spawnSync(process.execPath, [EXECUTABLE, 'stream.yaml'], { cwd: FOLDER, stdio: 'ignore' });
  assert.equal(ignored.status, 0);
});

test('a file that cannot take all is cut back to what it was', { skip: process.platform !== 'linux' }, () => {
  // A limit of the shell stands for a full disk: 512 or 1024 bytes times 100.
  const { status, stderr } = sh(
    'echo before > out.yaml; (ulimit -f 100; trap "" XFSZ; exec $H large.yaml >> out.yaml)',
  );
  assert.equal(status, 2, stderr);
  assert.match(stderr, /the file would be too large/);
  assert.equal(readFileSync(join(FOLDER, 'out.yaml'), 'utf8'), 'before\n');
});

test('times that no calendar has', () => {
  for (const time of [
    '2026-02-30T00:00:00Z',
    '2026-02-30',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+24:00',
    '1969-12-31T23:59:59Z',
    '253402300800',
    '999999999999',
  ]) {
    const { status, stderr } = sh(`$H --now ${time} stream.yaml`);
    assert.equal(status, 2, time);
    assert.match(stderr, /--now cannot be/, time);
  }
  for (const time of [
    '2024-02-29T00:00:00Z',
    '0',
    '253402300799',
    '9999-12-31T23:59:59Z',
    '2026-01-31T23:59:59-11:30',
    '2000-02-29T00:00:00.5Z',
  ])
    assert.equal(sh(`$H --now ${time} stream.yaml`).status, 0, time);
});
