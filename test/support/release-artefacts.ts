/** What `npm run package` makes, made once per test file into a folder that is thrown away: for this platform, signed with a new key. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readTgz } from '../../scripts/archives.mjs';
import { hostPlatform } from '../../scripts/platforms.mjs';
import { ROOT } from './files.ts';

export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
export const PLATFORM = hostPlatform();

export interface Artefacts {
  /** The folder; its name contains a blank. */
  readonly folder: string;
  readonly keyring: string;
  path(name: string): string;
  read(name: string): Buffer;
  close(): void;
}

function runScript(script: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, script), ...args], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

/** Runs scripts/package.mjs from the bundle in dist/. */
export function makeArtefacts(platforms: string, { sign = true } = {}): Artefacts {
  const work = mkdtempSync(join(tmpdir(), 'hookorder package '));
  const folder = join(work, 'out');
  const keyring = join(work, 'pubring.gpg');
  runScript('scripts/package.mjs', '--skip-build', '--out', folder, '--platforms', platforms);
  if (sign) runScript('test/support/sign.mjs', work, folder);
  return {
    folder,
    keyring,
    path: (name) => join(folder, name),
    read: (name) => readFileSync(join(folder, name)),
    close: () => rmSync(work, { recursive: true, force: true }),
  };
}

/** Unpacks a .tgz as `tar` would. */
export function unpack(tgz: Buffer, target: string): void {
  for (const { name, mode, content } of readTgz(tgz)) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), content, { mode });
  }
}
