/** Executables and tables of processes, read. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { namesOf, type Process } from '../../src/model/process.ts';
import { readGoModules } from '../../src/os/go-modules.ts';
import { ancestorsIn, parseCim, parsePs, parseStat } from '../../src/os/process-table.ts';

const readerOf =
  (bytes: Uint8Array) =>
  (position: number, length: number): Uint8Array =>
    bytes.subarray(position, position + length);

const GO = ['go', '/usr/local/go/bin/go'].find((path) => spawnSync(path, ['version']).status === 0);

test('the modules of a Go program, in every format', {
  skip: GO === undefined && 'NO GO HERE: install it to run this',
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-go-'));
  try {
    writeFileSync(join(folder, 'go.mod'), 'module helm.sh/helm/v3\n\ngo 1.18\n');
    writeFileSync(join(folder, 'main.go'), 'package main\n\nfunc main() { println("x") }\n');
    for (const [os, arch] of [
      ['linux', 'amd64'],
      ['linux', 'arm64'],
      ['linux', '386'],
      ['linux', 's390x'],
      ['darwin', 'arm64'],
      ['darwin', 'amd64'],
      ['windows', 'amd64'],
      ['freebsd', 'amd64'],
    ]) {
      const file = join(folder, `${os}-${arch}`);
      const env = { ...process.env, GOOS: os, GOARCH: arch, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
      const built = spawnSync(GO as string, ['build', '-ldflags=-s -w', '-o', file, '.'], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      assert.equal(built.status, 0, built.stderr);
      const bytes = readFileSync(file);
      const want = { main: 'helm.sh/helm/v3', modules: ['helm.sh/helm/v3'] };
      assert.deepEqual(readGoModules(readerOf(bytes)), want, `${os} ${arch}`);
      if (os !== 'linux') continue;
      // Without section headers, the writable data is searched.
      const wide = bytes[4] === 2;
      const bare = Buffer.from(bytes);
      bare.fill(0, wide ? 0x3c : 0x30, wide ? 0x40 : 0x34);
      assert.deepEqual(readGoModules(readerOf(bare)), want, `${os} ${arch} without sections`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is no Go program has no modules, and nothing breaks on it', () => {
  assert.equal(readGoModules(readerOf(readFileSync(process.execPath))), undefined);
  for (const text of [
    '',
    '#!/bin/sh\n',
    '\x7fELF',
    'MZ',
    '\x7fELF\x02\x01\x01'.padEnd(64, '\xff'),
    'MZ'.padEnd(64, '\xff'),
    '\xcf\xfa\xed\xfe'.padEnd(64, '\xff'),
    '\xca\xfe\xba\xbe'.padEnd(64, '\xff'),
  ])
    assert.equal(readGoModules(readerOf(Buffer.from(text, 'latin1'))), undefined, JSON.stringify(text));
});

test('the parent in /proc/PID/stat', () => {
  for (const { in: text, want } of [
    { in: '12 (helm) S 7 12 12 0 -1', want: 7 },
    { in: '12 (a) S 1 (b) R 7 12 12', want: 7 },
    { in: '12 (new\nline) S 7 12', want: 7 },
    { in: '1 (init) S 0 1 1', want: 0 },
    { in: '', want: undefined },
    { in: undefined, want: undefined },
  ])
    assert.equal(parseStat(text), want, text);
});

test('tables of other systems', () => {
  const ps = parsePs(
    '    1     0 /sbin/launchd\n  300     1 -zsh\n  301   300 /bin/sh ./wrap.sh a b\n',
    '    1 /sbin/launchd\n  300 -zsh\n  301 /bin/sh\n',
  );
  assert.deepEqual(ancestorsIn(ps, 301), { rows: [ps[2], ps[1], ps[0]], isWhole: true });
  assert.deepEqual(ps[2], { pid: 301, parent: 300, executable: '/bin/sh', args: ['/bin/sh', './wrap.sh', 'a', 'b'] });
  assert.equal(ancestorsIn(ps, 999).isWhole, false);
  assert.equal(ancestorsIn(ps.slice(1), 301).isWhole, false);
  assert.equal(ancestorsIn([], 1).isWhole, false);

  const cim = parseCim(
    JSON.stringify([
      {
        ProcessId: 10,
        ParentProcessId: 4,
        ExecutablePath: 'C:\\Windows\\explorer.exe',
        CommandLine: 'explorer.exe',
        Started: 5,
      },
      {
        ProcessId: 20,
        ParentProcessId: 10,
        ExecutablePath: 'C:\\bin\\helm.exe',
        CommandLine: '"C:\\my bin\\helm.exe" upgrade shop --set "a=\\"b c\\""',
        Started: 7,
      },
      // Another process has the id of explorer's parent by now.
      { ProcessId: 4, ParentProcessId: 0, ExecutablePath: 'C:\\bin\\terraform.exe', CommandLine: null, Started: 9 },
    ]),
  );
  assert.deepEqual(cim[1]?.args, ['C:\\my bin\\helm.exe', 'upgrade', 'shop', '--set', 'a="b c"']);
  assert.deepEqual(ancestorsIn(cim, 20), { rows: [cim[1], cim[0]], isWhole: true });
  assert.deepEqual(parseCim('no JSON'), []);
});

test('the names of a process', () => {
  const of = (executable: string | undefined, args: readonly string[]): readonly string[] =>
    namesOf({ pid: 1, args, goModules: () => undefined, ...(executable !== undefined && { executable }) } as Process);
  for (const { executable, args, want } of [
    { executable: '/usr/bin/bash', args: ['-bash'], want: ['bash'] },
    { executable: '/usr/bin/dash', args: ['/bin/sh', '-e', '/a b/helm3', 'x'], want: ['dash', 'sh', 'helm3'] },
    { executable: '/usr/bin/bash', args: ['bash', '-euc', '/opt/helm'], want: ['bash'] },
    { executable: '/usr/bin/node', args: ['node', '--no-warnings', 'helm.js'], want: ['node', 'helm.js'] },
    { executable: '/usr/bin/node', args: ['node', '-e', 'x/helm'], want: ['node'] },
    { executable: '/opt/helm (deleted)', args: ['helm3'], want: ['helm', 'helm3'] },
    { executable: 'C:\\bin\\Helm.EXE', args: [], want: ['Helm'] },
    { executable: undefined, args: [], want: [] },
  ])
    assert.deepEqual(of(executable, args), want);
});
