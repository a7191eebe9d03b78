// Keeps what V8 makes of the executable in files beside it, so that a start need not make it again: a third less time for a release with
// something to order. They fit the Node that runs this and no other version; where they do not fit or are not there, starts are slower and
// nothing else changes.
//
//   node scripts/warm.mjs [EXECUTABLE]
//
// What a run compiles depends on what it does, so the executable runs for examples of what releases have (warm/*.yaml).
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('warm', import.meta.url));
const EXECUTABLE = fileURLToPath(new URL('../dist/hookorder.cjs', import.meta.url));

/** Throws with what the executable says when it does not run. */
export function warm(executable = EXECUTABLE) {
  // Each run adds to what it finds; what an earlier version of the examples needed is no longer wanted.
  const [folder, name] = [dirname(executable), basename(executable, '.cjs')];
  for (const file of readdirSync(folder))
    if (file.startsWith(`${name}.`) && file.endsWith('.cache')) rmSync(join(folder, file));
  for (const config of readdirSync(FOLDER).filter((file) => file.endsWith('.hookorder.yaml'))) {
    const stream = join(FOLDER, config.replace('.hookorder', ''));
    const flags = ['--require', join(FOLDER, 'record.cjs')];
    const args = ['render', '--config', join(FOLDER, config), stream];
    const { status, stderr, error } = spawnSync(process.execPath, [...flags, executable, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw error ?? new Error(stderr);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) warm(process.argv[2] && resolve(process.argv[2]));
