// Brings dist/ to a plugin that Helm has installed, and lets V8 keep what it makes of it (code-cache.mjs).
//
// A package has it already. A git checkout has not: at a release tag it comes from that release's package, whose checksum must fit;
// anywhere else, or when the download fails, it is built from source. The GitHub Action comes here too.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const BUNDLE = join(DIST, 'hookorder.cjs');
const yaml = readFileSync(join(ROOT, 'plugin.yaml'), 'utf8');
const version = /^version: (.+)$/m.exec(yaml)[1];
const source = /^sourceURL: (.+)$/m.exec(yaml)[1];
const updating = process.argv.includes('update');

class Refusal extends Error {}

function run(command, ...args) {
  const result = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
  return { ok: result.status === 0, output: `${result.stdout ?? ''}${result.stderr ?? ''}`.trim() };
}

async function download(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** A package whose checksum does not fit is refused for good: building around it would hide a tampered release. */
async function downloadBundles() {
  const release = `${source}/releases/download/v${version}`;
  const name = `hookorder-${version}.tgz`;
  const [tgz, checksums] = await Promise.all([download(`${release}/${name}`), download(`${release}/checksums.txt`)]);
  const line = checksums
    .toString('utf8')
    .split('\n')
    .find((each) => each.endsWith(`  ${name}`));
  if (line?.slice(0, 64) !== createHash('sha256').update(tgz).digest('hex')) {
    throw new Refusal(`${release}/${name} does not have the checksum that checksums.txt gives`);
  }
  const { readTgz } = await import('./archives.mjs');
  mkdirSync(DIST, { recursive: true });
  for (const file of readTgz(tgz)) {
    const bundle = /^hookorder\/dist\/([\w-]+\.cjs)$/.exec(file.name)?.[1];
    if (bundle !== undefined) writeFileSync(join(DIST, bundle), file.content, { mode: file.mode });
  }
}

function build() {
  const before = existsSync(join(ROOT, 'node_modules'));
  for (const args of [
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    ['run', 'build'],
  ]) {
    const { ok, output } = run('npm', ...args);
    if (!ok) throw new Refusal(`hookorder could not be built: npm ${args.join(' ')} failed\n${output}`);
  }
  // Nothing but the bundle is needed from here on.
  if (!before) rmSync(join(ROOT, 'node_modules'), { recursive: true, force: true });
}

async function main() {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new Refusal(`hookorder runs on Node 20 or later; node on PATH is ${process.version}`);
  }
  const fromGit = existsSync(join(ROOT, '.git'));
  if (existsSync(BUNDLE) && !(updating && fromGit)) return;
  // The GitHub Action comes without .git and says in HOOKORDER_REF what it was taken from.
  const refs = fromGit ? run('git', 'tag', '--points-at', 'HEAD').output.split('\n') : [process.env.HOOKORDER_REF];
  const released = refs.includes(`v${version}`);
  if (released) {
    try {
      return await downloadBundles();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      console.error(`no release to download (${error.message}): building from source`);
    }
  }
  build();
}

/** Starts are slower without, and nothing else: no reason to refuse an installation. */
async function keepCode() {
  try {
    const { writeCodeCache } = await import('./code-cache.mjs');
    writeCodeCache();
  } catch (error) {
    console.error(`hookorder will start slower than it could: ${error.message}`);
  }
}

try {
  await main();
  await keepCode();
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
}
