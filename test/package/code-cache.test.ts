/** What V8 made of render.cjs before: it is taken where there is no doubt about it, and nothing but time depends on it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { EXECUTABLE, ROOT } from '../support/files.ts';

const isWindows = process.platform === 'win32';
const root = mkdtempSync(join(tmpdir(), 'hookorder code cache '));
after(() => rmSync(root, { recursive: true, force: true }));

const EXAMPLE = join(ROOT, 'scripts', 'code-cache');
const witness = join(root, 'witness.cjs');
writeFileSync(
  witness,
  `const vm = require('node:vm');
vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options);
    console.error(options.cachedData === undefined ? 'none' : this.cachedDataRejected ? 'rejected' : 'taken');
  }
};`,
);

interface Installed {
  readonly folder: string;
  /** The output of the example, and what became of the cache. */
  run(...flags: readonly string[]): { readonly output: string; readonly cache: string };
  /** The cache's path. */
  readonly cache: string;
  /** What the cache holds. */
  readonly bytes: Buffer;
}

/** Without a cache that another test may just have made. */
function copyBundles(folder: string): void {
  for (const name of ['hookorder.cjs', 'render.cjs', 'more.cjs'])
    cpSync(join(dirname(EXECUTABLE), name), join(folder, name));
}

/** A copy of dist/ with a cache in a folder of its own, written under this umask. */
function install(umask = '022'): Installed {
  const folder = mkdtempSync(join(root, 'dist-'));
  copyBundles(folder);
  const script = `import(${JSON.stringify(join(ROOT, 'scripts', 'code-cache.mjs'))}).then((it) => it.writeCodeCache(${JSON.stringify(folder)}))`;
  const { status, stderr } = spawnSync('sh', ['-c', `umask ${umask}; exec "$0" -e "$1"`, process.execPath, script], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const names = readdirSync(folder).filter((file) => file.endsWith('.cache'));
  assert.equal(names.length, 1);
  const cache = join(folder, names[0] as string);
  return { folder, cache, bytes: readFileSync(cache), run: (...flags) => render(folder, flags) };
}

function render(folder: string, flags: readonly string[]): { readonly output: string; readonly cache: string } {
  const paths = ['--config', join(EXAMPLE, 'hookorder.yaml'), join(EXAMPLE, 'stream.yaml')];
  const args = [...flags, '--require', witness, join(folder, 'hookorder.cjs'), '--now', '0', ...paths];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, stderr);
  return { output: stdout, cache: stderr.trim() };
}

const COLD = mkdtempSync(join(root, 'cold-'));
copyBundles(COLD);
const OUTPUT = render(COLD, []).output;

test('a cache is taken, and the output is the same as without', { skip: isWindows }, () => {
  assert.equal(render(COLD, []).cache, 'none');
  assert.deepEqual(install().run(), { output: OUTPUT, cache: 'taken' });
});

test('V8 takes no cache that was made under other flags', { skip: isWindows }, () => {
  assert.deepEqual(install().run('--no-opt'), { output: OUTPUT, cache: 'rejected' });
});

test('a new cache takes the place of those for other versions of Node', { skip: isWindows }, () => {
  const { folder, cache } = install();
  renameSync(cache, join(folder, 'render-v18.0.0-x64.cache'));
  const script = join(ROOT, 'scripts', 'code-cache.mjs');
  assert.equal(spawnSync(process.execPath, [script, folder]).status, 0);
  assert.deepEqual(
    readdirSync(folder).filter((file) => file.endsWith('.cache')),
    [cache.slice(folder.length + 1)],
  );
});

for (const umask of ['000', '002', '022', '077'])
  test(`under umask ${umask} no other user can write the cache`, { skip: isWindows }, () => {
    const { cache, run } = install(umask);
    assert.equal(statSync(cache).mode & 0o133, 0);
    assert.equal(run().cache, 'taken');
  });

/** Ways in which a file may be damaged; each leaves a cache that is not read. */
const DAMAGED: readonly { readonly name: string; readonly damage: (installed: Installed) => void }[] = [
  { name: 'empty', damage: ({ cache }) => truncateSync(cache) },
  { name: 'one byte short', damage: ({ cache, bytes }) => truncateSync(cache, bytes.length - 1) },
  { name: 'two bytes short', damage: ({ cache, bytes }) => truncateSync(cache, bytes.length - 2) },
  { name: 'cut in the middle', damage: ({ cache, bytes }) => truncateSync(cache, bytes.length >> 1) },
  { name: 'longer than it was', damage: ({ cache, bytes }) => writeFileSync(cache, Buffer.concat([bytes, bytes])) },
  ...[1, 512, 4096, 65536].map((count) => ({
    name: `with ${count} zeros at its end`,
    damage: ({ cache, bytes }: Installed) =>
      writeFileSync(cache, Buffer.concat([bytes.subarray(0, bytes.length - count - 1), Buffer.alloc(count + 1)])),
  })),
  { name: 'all zeros', damage: ({ cache, bytes }) => writeFileSync(cache, Buffer.alloc(bytes.length)) },
  {
    name: 'of another source of the same length',
    damage: ({ folder }) => {
      const file = join(folder, 'render.cjs');
      writeFileSync(file, readFileSync(file, 'utf8').replace('"use strict"', '"use Strict"'));
    },
  },
  { name: 'that its group may write', damage: ({ cache }) => chmodSync(cache, 0o664) },
  { name: 'that all may write', damage: ({ cache }) => chmodSync(cache, 0o646) },
  {
    name: 'that is a symbolic link',
    damage: ({ cache }) => {
      renameSync(cache, `${cache}.real`);
      symlinkSync(`${cache}.real`, cache);
    },
  },
  {
    name: 'that is a folder',
    damage: ({ cache }) => {
      rmSync(cache);
      mkdirSync(cache);
    },
  },
  {
    name: 'that is a named pipe',
    damage: ({ cache }) => {
      rmSync(cache);
      assert.equal(spawnSync('mkfifo', [cache]).status, 0);
    },
  },
  {
    name: 'that leads to a device',
    damage: ({ cache }) => {
      rmSync(cache);
      symlinkSync('/dev/zero', cache);
    },
  },
];

for (const { name, damage } of DAMAGED)
  test(`a cache ${name} is not read`, { skip: isWindows }, () => {
    const installed = install();
    damage(installed);
    assert.deepEqual(installed.run(), { output: OUTPUT, cache: 'none' });
  });

test('a cache of another user is not read', { skip: process.getuid?.() !== 0 && 'only root gives files away' }, () => {
  const { cache, run } = install();
  chownSync(cache, 12345, 12345);
  assert.deepEqual(run(), { output: OUTPUT, cache: 'none' });
});

test("root's cache is read by other users", {
  skip: process.getuid?.() !== 0 && 'only root becomes another user',
}, () => {
  const { cache, folder, bytes } = install();
  for (const path of [root, folder]) chmodSync(path, 0o755);
  const script = `process.setuid(12345); const { readCache } = require(${JSON.stringify(join(folder, 'hookorder.cjs'))});
console.log(readCache(require('fs').readFileSync(${JSON.stringify(join(folder, 'render.cjs'))}))?.length)`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.equal(stdout.trim(), String((bytes.length - statSync(join(folder, 'render.cjs')).size) / 2), stderr + cache);
});

test('no bit of the file can change unseen', { skip: isWindows }, () => {
  const { cache, folder, bytes } = install();
  const count = Number(process.env['HOOKORDER_RUNS'] ?? 1) * 400;
  const script = `const fs = require('node:fs');
const { readCache } = require(${JSON.stringify(join(folder, 'hookorder.cjs'))});
const source = fs.readFileSync(${JSON.stringify(join(folder, 'render.cjs'))});
const cache = ${JSON.stringify(cache)};
const bytes = fs.readFileSync(cache);
const file = fs.openSync(cache, 'r+');
let refused = 0;
for (let at = 0; at < ${count}; at++) {
  const place = Math.floor((at * bytes.length) / ${count});
  fs.writeSync(file, Buffer.from([bytes[place] ^ (1 << at % 8)]), 0, 1, place);
  if (readCache(source) === undefined) refused++;
  fs.writeSync(file, bytes, place, 1, place);
}
console.log(refused, readCache(source)?.length);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  const length = (bytes.length - statSync(join(folder, 'render.cjs')).size) / 2;
  assert.equal(stdout.trim(), `${count} ${length}`, stderr);
});

test('an example that is refused is told of, and no cache is written', () => {
  const folder = mkdtempSync(join(root, 'refused-'));
  copyBundles(folder);
  cpSync(join(ROOT, 'scripts', 'code-cache.mjs'), join(folder, 'scripts', 'code-cache.mjs'));
  cpSync(EXAMPLE, join(folder, 'scripts', 'code-cache'), { recursive: true });
  const config = join(folder, 'scripts', 'code-cache', 'hookorder.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace('*-create-schema', '*-nothing'));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'scripts', 'code-cache.mjs'), folder], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /matches nothing/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.cache')),
    [],
  );
});

test('a bundle that does not run is told of, and no cache is written', () => {
  const folder = mkdtempSync(join(root, 'broken-'));
  cpSync(EXECUTABLE, join(folder, 'hookorder.cjs'));
  writeFileSync(join(folder, 'render.cjs'), 'throw new Error("broken")');
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'code-cache.mjs'), folder], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /broken/);
  assert.deepEqual(readdirSync(folder).sort(), ['hookorder.cjs', 'render.cjs']);
});
