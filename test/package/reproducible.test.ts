/** A release is the same bytes wherever, whenever and under whatever umask it is made. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { hostPlatform } from '../../scripts/platforms.mjs';
import { ROOT } from '../support/files.ts';

/** What a build does not read of node_modules, and is large. */
const NEEDLESS = ['@biomejs', '@typescript', 'typescript'];

/** The files of the checkout, in a folder of another name. */
function copyCheckout(to: string, mask: number): void {
  const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  const files = stdout.split('\n').filter((file) => /^(src|native|scripts|plugins|docs)\/|^[^/]+$/.test(file));
  const packages = readdirSync(join(ROOT, 'node_modules')).filter((name) => !NEEDLESS.includes(name));
  for (const file of [...files, ...packages.map((name) => `node_modules/${name}`)].filter(Boolean)) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(ROOT, file), join(to, file), { recursive: true });
  }
  for (const file of files.filter(Boolean)) chmodSync(join(to, file), statSync(join(to, file)).mode & mask);
  // Another time, which a copy has anyway, and one that is far away.
  utimesSync(join(to, 'plugin.yaml'), 1e9, 1e9);
}

function makePackages(checkout: string, out: string, umask: string, env: NodeJS.ProcessEnv): Map<string, string> {
  const script = 'umask "$0"; exec "$@"';
  const args = [join(checkout, 'scripts', 'package.mjs'), '--platforms', hostPlatform(), '--out', out];
  const { status, stderr } = spawnSync('sh', ['-c', script, umask, process.execPath, ...args], {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  assert.equal(status, 0, stderr);
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(out, name)))
      .digest('hex');
  return new Map(readdirSync(out).map((name) => [name, digest(name)]));
}

test('two folders, times, umasks, zones and languages make the same packages', {
  skip: process.platform === 'win32',
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder reproducible '));
  try {
    const copies = ['one', 'a second, with another name'].map((name) => join(folder, name));
    for (const [at, copy] of copies.entries()) copyCheckout(copy, at === 0 ? 0o755 : 0o700);
    const [one, two] = [
      makePackages(copies[0] as string, join(folder, 'out'), '022', { TZ: 'UTC', LC_ALL: 'C' }),
      makePackages(copies[1] as string, join(folder, 'elsewhere', 'out'), '077', {
        TZ: 'Asia/Tokyo',
        LC_ALL: 'C.UTF-8',
      }),
    ];
    assert.ok(one.size >= 12, [...one.keys()].join());
    assert.deepEqual(two, one);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
