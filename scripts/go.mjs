// Go, where a machine has it: for the control plane and for those Helms that no npm package carries. Nothing else needs Go.
//
// What is built is kept in the cache that scripts/fetch.mjs uses, in a folder whose name has the digest of all that went into
// the build, so that every checkout of a machine builds once. Versions and checksums are pinned; Go checks them.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CACHE, sha256 } from './fetch.mjs';

let known;

/** `{path, version}` of the Go of this machine; undefined where there is none. Also Go's own default place is looked at. */
export function findGo() {
  if (known === undefined) {
    known = null;
    for (const path of ['go', '/usr/local/go/bin/go']) {
      const { status, stdout } = spawnSync(path, ['env', 'GOVERSION'], { encoding: 'utf8' });
      if (status === 0) {
        known = { path, version: stdout.trim() };
        break;
      }
    }
  }
  return known ?? undefined;
}

/** Runs Go as few other settings of this machine as possible can disturb; gives stdout. */
export function runGo(args, folder, more = {}) {
  return execFileSync(findGo().path, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', ...more },
  });
}

/** Where a build with these ingredients is kept. */
export const placeOf = (name, ingredients) =>
  join(CACHE, dirname(name), sha256(ingredients.join('\0')).slice(0, 16), basename(name));

/**
 * The path of an executable that `build(target)` writes: built at most once per machine. Others that ask meanwhile wait. A
 * builder that has died leaves no lock that counts.
 */
export function buildOnce(path, build) {
  const lock = `${path}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  while (!existsSync(path)) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      if (!isAlive(lock)) rmSync(lock, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      continue;
    }
    const target = `${path}.${process.pid}`;
    try {
      build(target);
      renameSync(target, path);
    } finally {
      rmSync(target, { force: true });
      rmSync(lock, { force: true });
    }
  }
  return path;
}

function isAlive(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    // The lock may be gone, or not yet written: look again.
    return error.code === 'EPERM';
  }
}

/**
 * The executable of a command of a Go module, `helm.sh/helm/v4`, at a version whose checksum is pinned. It is built inside the
 * module, so that the module's own go.sum pins all that it depends on.
 */
export function buildCommand({ module, version, sum, command, name, link }) {
  const ingredients = [module, version, sum, command, link, findGo().version, process.platform, process.arch];
  return buildOnce(placeOf(name, ingredients), (target) => {
    console.error(`building ${name} of ${module}@${version}: a minute or two`);
    const got = JSON.parse(runGo(['mod', 'download', '-json', `${module}@${version}`]));
    if (got.Sum !== sum) throw new Error(`${module}@${version} has the checksum ${got.Sum}, and ${sum} is pinned`);
    runGo(['build', '-mod=readonly', '-buildvcs=false', '-ldflags', `-s -w ${link}`, '-o', target, command], got.Dir);
  });
}
