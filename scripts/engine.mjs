// What the small executable is built with, pinned by SHA-256 in native/engine: the C sources of the engine and of zlib, and the compiler.
//
// The sources are in packages of crates.io, which `cargo` fetches (nothing of Rust is built); the compiler is a package of PyPI, which `pip` installs.
// Both clients go where this machine's settings send them. What they bring is kept in a cache outside the tree.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTgz } from './archives.mjs';
import { ROOT } from './build.mjs';
import { CACHE, sha256 } from './fetch.mjs';

const ENGINE = join(ROOT, 'native', 'engine');
const MANIFEST = join(ENGINE, 'Cargo.toml');

/** Where the C sources of a package are in its archive, below `NAME-VERSION/`. */
const SOURCES = { 'rquickjs-sys': 'quickjs/', 'libz-sys': 'src/zlib/' };

const run = (command, args, options = {}) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28, ...options });

/** The packages that Cargo.lock pins and that are used: [{ name, version, checksum }]. */
export function pinnedSources() {
  const lock = readFileSync(join(ENGINE, 'Cargo.lock'), 'utf8');
  return Object.keys(SOURCES).map((name) => {
    const [, version, checksum] = new RegExp(`name = "${name}"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"`).exec(
      lock,
    );
    return { name, version, checksum };
  });
}

/** The archive of a package, from cargo's own cache. */
function archiveOf({ name, version, checksum }) {
  run('cargo', ['fetch', '--quiet', '--locked', '--manifest-path', MANIFEST]);
  const args = ['metadata', '--locked', '--offline', '--format-version', '1', '--manifest-path', MANIFEST];
  const { packages } = JSON.parse(run('cargo', args));
  // REGISTRY/src/INDEX/NAME-VERSION/Cargo.toml is unpacked from REGISTRY/cache/INDEX/NAME-VERSION.crate.
  const folder = dirname(packages.find((each) => each.name === name).manifest_path);
  const index = dirname(folder);
  const archive = readFileSync(
    join(dirname(dirname(index)), 'cache', index.slice(dirname(index).length + 1), `${name}-${version}.crate`),
  );
  if (sha256(archive) !== checksum) throw new Error(`${name} ${version} has another SHA-256 than Cargo.lock gives`);
  return archive;
}

/** Makes a folder of the cache with `fill`, once: a run beside this one sees a whole folder or none. */
function keepFolder(name, fill) {
  const target = join(CACHE, name);
  if (existsSync(target)) return target;
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(`${join(CACHE, 'fresh')}-`);
  try {
    fill(fresh);
    renameSync(fresh, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return target;
}

/** Folders with the C sources: { engine, zlib }. */
export function engineSources() {
  const [engine, zlib] = pinnedSources().map((source) => {
    const { name, version, checksum } = source;
    return keepFolder(`source-${name}-${version}-${checksum.slice(0, 16)}`, (folder) => {
      const start = `${name}-${version}/${SOURCES[name]}`;
      for (const { name: path, content } of readTgz(archiveOf(source))) {
        const file = path.startsWith(start) ? path.slice(start.length) : '';
        if (/^(?:[^/]+\.[ch]|LICENSE)$/.test(file)) writeFileSync(join(folder, file), content);
      }
    });
  });
  return { engine, zlib };
}

/** The path of Zig. Throws where it cannot be had. */
export function zig() {
  const pinned = readFileSync(join(ENGINE, 'requirements.txt'));
  const folder = keepFolder(`zig-${sha256(pinned).slice(0, 16)}`, (target) => {
    console.error('fetching the compiler (Zig, 100 MB)');
    const what = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-compile'];
    const how = ['--quiet', '--disable-pip-version-check', '--root-user-action', 'ignore'];
    run(process.platform === 'win32' ? 'python' : 'python3', [
      ...['-m', 'pip', 'install', ...how, ...what],
      ...['--target', target, '-r', join(ENGINE, 'requirements.txt')],
    ]);
  });
  return join(folder, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
}

/** What is in the small executable besides the program and what is written here: [{ name, version, license, purl?, checksum?, text }]. */
export function embeddedLibraries() {
  const folders = engineSources();
  const compiler = dirname(zig());
  const versionOf = (file, pattern) => pattern.exec(readFileSync(file, 'utf8')).slice(1).join('.');
  const licence = (...path) => readFileSync(join(...path), 'utf8').trim();
  const [engine, zlib] = pinnedSources();
  const crate = ({ name, version, checksum }) => ({ purl: `pkg:cargo/${name}@${version}`, checksum });
  const [, zigVersion] = /^ziglang==([\d.]+)/m.exec(readFileSync(join(ENGINE, 'requirements.txt'), 'utf8'));
  return [
    {
      name: 'QuickJS-ng',
      version: versionOf(join(folders.engine, 'quickjs.h'), /MAJOR (\d+)\n.*MINOR (\d+)\n.*PATCH (\d+)/),
      license: 'MIT',
      text: licence(folders.engine, 'LICENSE'),
      ...crate(engine),
    },
    {
      name: 'zlib',
      version: versionOf(join(folders.zlib, 'zlib.h'), /define ZLIB_VERSION "(.+)"/),
      license: 'Zlib',
      text: licence(folders.zlib, 'LICENSE'),
      ...crate(zlib),
    },
    {
      name: 'musl',
      version: `zig-${zigVersion}`,
      license: 'MIT',
      text: licence(compiler, 'lib', 'libc', 'musl', 'COPYRIGHT'),
    },
    {
      name: 'compiler-rt',
      version: `zig-${zigVersion}`,
      license: 'MIT',
      purl: `pkg:pypi/ziglang@${zigVersion}`,
      text: licence(compiler, 'LICENSE'),
    },
  ];
}
