// Makes the executables that need no Node, for every platform from any of them: for Linux the small one (native.mjs), for the others hookorder in
// one file with the runtime Bun.
//
//   node scripts/executable.mjs PLATFORM FILE                 what is shipped for one of PLATFORMS
//   node scripts/executable.mjs PLATFORM FILE --bun           with Bun
//   node scripts/executable.mjs PLATFORM FILE --runtime BUN   with a Bun of your own (its parts under the LGPL may be changed and linked anew)
//
// Bun is a development dependency. package-lock.json pins its packages for all platforms by SHA-512; those for other platforms are fetched with
// `npm pack` and kept in a cache outside the tree.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fileOfTgz } from './archives.mjs';
import { bundleAll, ROOT } from './build.mjs';
import { keepPackage } from './fetch.mjs';
import { makeNative } from './native.mjs';
import { hostPlatform, PLATFORMS } from './platforms.mjs';
import { unsignMachO } from './unsign-macho.mjs';

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
export const BUN = packages['node_modules/bun'].version;

const programOf = (bun) => (bun.startsWith('windows') ? 'bun.exe' : 'bun');

/** The path of a platform's Bun: as npm installed it for this machine, else unpacked into `work`. */
function runtimeOf(platform, work) {
  const { bun } = PLATFORMS[platform];
  const name = `node_modules/@oven/bun-${bun}`;
  const installed = join(ROOT, name, 'bin', programOf(bun));
  if (existsSync(installed)) return installed;
  const { version, integrity } = packages[name];
  const path = join(work, programOf(bun));
  const content = fileOfTgz(keepPackage(`@oven/bun-${bun}@${version}`, integrity), `package/bin/${programOf(bun)}`);
  writeFileSync(path, content, { mode: 0o755 });
  return path;
}

/** Writes what is shipped for `platform` to `target`. */
export async function makeExecutable(platform, target) {
  if (!Object.hasOwn(PLATFORMS, platform))
    throw new Error(`no platform ${platform}; there are ${Object.keys(PLATFORMS).join(', ')}`);
  await (PLATFORMS[platform].zig === undefined ? makeWithBun(platform, target) : makeNative({ platform }, target));
}

/**
 * The same for this machine. Where the compiler or the engine cannot be had, a line says so, and the small executable is made with the machine's own
 * compiler, or that with Bun takes its place: then tests still run.
 */
export async function makeForTests(target) {
  const platform = hostPlatform();
  const ways = [
    ['what is shipped', () => makeExecutable(platform, target)],
    ["the small executable, by this machine's C compiler", () => makeNative({ cc: 'cc' }, target)],
    ['the executable with Bun', () => makeWithBun(platform, target)],
  ];
  for (const [at, [name, make]] of ways.entries()) {
    try {
      if (at > 0) console.error(`NOT WHAT IS SHIPPED: tests run ${name}`);
      return await make();
    } catch (error) {
      if (at === ways.length - 1) throw error;
      console.error(
        `${name} cannot be made: ${String(error.stderr || error.message)
          .split('\n')
          .slice(-4)
          .join('\n')}`,
      );
    }
  }
}

/**
 * Writes the executable with Bun to `target`.
 *
 * Without these flags Bun would read a .env and a bunfig.toml of the working directory, and a bunfig.toml can name code to run. The policy makes
 * JavaScriptCore optimise later: 2 ms and a quarter of the CPU time at 100 KB, which compiled code does not win back in so short a run.
 */
export async function makeWithBun(platform, target, runtime) {
  const work = mkdtempSync(join(tmpdir(), 'hookorder-native-'));
  try {
    const [builder, embedded] = [hostPlatform(), platform].map((each) => join(work, each));
    for (const folder of [builder, embedded]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(work, 'hookorder.cjs'), await bundleAll());
    const args = ['build', '--compile', '--bytecode', '--format=cjs', '--compile-jit-policy=8'];
    const closed = ['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'];
    const made = join(work, platform.startsWith('win') ? 'hookorder.exe' : 'hookorder');
    const into = [
      `--target=bun-${PLATFORMS[platform].bun}`,
      `--compile-executable-path=${runtime ?? runtimeOf(platform, embedded)}`,
    ];
    execFileSync(
      runtimeOf(hostPlatform(), builder),
      [...args, ...closed, ...into, 'hookorder.cjs', `--outfile=${made}`],
      {
        cwd: work,
        stdio: ['ignore', 'ignore', 'pipe'],
        // Nothing of this machine's settings gets in, and nothing is fetched.
        env: {
          PATH: process.env.PATH,
          HOME: work,
          TMPDIR: work,
          ...(process.env.SystemRoot && { SystemRoot: process.env.SystemRoot }),
        },
      },
    );
    const bytes = readFileSync(made);
    mkdirSync(dirname(target), { recursive: true });
    const fresh = `${target}.${process.pid}`;
    writeFileSync(fresh, platform === 'darwin-x64' ? unsignMachO(bytes) : bytes);
    chmodSync(fresh, 0o755);
    renameSync(fresh, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { bun: { type: 'boolean' }, runtime: { type: 'string' } },
  });
  const [platform = hostPlatform(), file = join('out', 'hookorder')] = positionals;
  const { bun, runtime } = values;
  if (bun || runtime !== undefined) await makeWithBun(platform, resolve(file), runtime && resolve(runtime));
  else await makeExecutable(platform, resolve(file));
}
