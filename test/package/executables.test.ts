/** The executables that need no Node: this machine's as its users run it, the others by their shape and by what this machine can emulate. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { hostPlatform, PLATFORMS } from '../../scripts/platforms.mjs';
import { EXECUTABLE, ROOT } from '../support/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hookorder executables '));
after(() => rmSync(folder, { recursive: true, force: true }));
const pathOf = (platform: string): string => join(folder, platform, 'hookorder');
const HOST = hostPlatform();
function make(platform: string): void {
  const made = spawnSync(process.execPath, [join(ROOT, 'scripts', 'executable.mjs'), platform, pathOf(platform)]);
  assert.equal(made.status, 0, made.stderr.toString());
}
before(() => make(HOST));

// Not by the name that hookorder looks for in the working directory.
const CONFIG = join(folder, 'order.yaml');
writeFileSync(
  CONFIG,
  'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - { name: migrate, match: { name: "*-migrate" }, events: [pre-install], jobName: hash }\n',
);
const STREAM = `apiVersion: batch/v1
kind: Job
metadata:
  name: shop-db-migrate
  annotations:
    postrenderer.helm.sh/postrender-filename: 'shop/templates/job.yaml'
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a }] } } }
`;
const RUNS = [
  ['--version'],
  ['render', '-c', CONFIG],
  ['plan', '-c', CONFIG],
  ['lint', '-o', 'sarif'],
  ['--no-such-flag'],
];

interface Way {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

function run(command: readonly string[], args: readonly string[], { cwd, env = {} }: Way = {}) {
  const [program = '', ...before] = command;
  const { status, stdout, stderr, error } = spawnSync(program, [...before, ...args], {
    input: STREAM,
    encoding: 'utf8',
    env,
    ...(cwd !== undefined && { cwd }),
  });
  // A refused command line is told before the input is read.
  const failed = error !== undefined && !/ EPIPE$/.test(error.message);
  return { status, stdout, stderr, ...(failed && { error }) };
}

/** Holds a way to run an executable against the bundle on Node. */
function assertSame(command: readonly string[], way: Way = {}): void {
  for (const args of RUNS)
    assert.deepEqual(run(command, args, way), run([process.execPath, EXECUTABLE], args), args.join(' '));
}

test('the executable for this machine does what the bundle does, with no Node on PATH', () => {
  assertSame([pathOf(HOST)]);
});

test('nothing in the working directory changes what it does', () => {
  const cwd = join(folder, 'working directory');
  mkdirSync(join(cwd, 'node_modules', 'node:fs'), { recursive: true });
  const evil = 'console.log("evil"); process.exit(42);';
  const files = {
    '.env': 'HOOKORDER_CONFIG=/nowhere\nHOOKORDER_NOW=evil\n',
    '.env.local': 'HOOKORDER_CONFIG=/nowhere\n',
    '.env.production': 'HOOKORDER_CONFIG=/nowhere\n',
    'bunfig.toml': 'preload = ["./evil.js"]\n[run]\npreload = ["./evil.js"]\n',
    '.bunfig.toml': 'preload = ["./evil.js"]\n',
    'evil.js': evil,
    'index.js': evil,
    'main.ts': evil,
    'package.json': '{ "name": "evil", "type": "module", "main": "evil.js", "imports": { "node:fs": "./evil.js" } }',
    'tsconfig.json': '{ "compilerOptions": { "paths": { "node:fs": ["./evil.js"] }, "baseUrl": "." } }',
    'node_modules/node:fs/index.js': evil,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  assertSame([pathOf(HOST)], { cwd });
  // HOME too: there Bun looks for a .bunfig.toml.
  assertSame([pathOf(HOST)], { cwd, env: { HOME: cwd, XDG_CONFIG_HOME: cwd } });
});

test('the flags of Bun are not taken for its own', () => {
  for (const flag of ['--inspect', '--preload=./evil.js', '--eval', '--print', '-e', 'run', 'install', 'x'])
    assert.deepEqual(run([pathOf(HOST)], [flag]), run([process.execPath, EXECUTABLE], [flag]), flag);
});

/** What an executable is, from its first bytes. */
function shapeOf(bytes: Buffer): string {
  if (bytes.readUInt32BE(0) === 0x7f454c46) {
    const machine = { 62: 'x64', 183: 'arm64' }[bytes.readUInt16LE(18)];
    const loader = /\/(?:lib|lib64)\/ld-[\w-]+\.so\.\d/.exec(bytes.toString('latin1', 0, 4096))?.[0] ?? 'no loader';
    return `ELF ${machine} ${loader}`;
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf)
    return `Mach-O ${{ 16777223: 'x64', 16777228: 'arm64' }[bytes.readUInt32LE(4)]}`;
  const at = bytes.readUInt32LE(60);
  if (bytes.toString('latin1', at, at + 2) === 'PE') return `PE ${{ 34404: 'x64' }[bytes.readUInt16LE(at + 4)]}`;
  return 'unknown';
}

const SHAPES: Readonly<Record<string, string>> = {
  'linux-x64': 'ELF x64 no loader',
  'linux-arm64': 'ELF arm64 no loader',
  'darwin-x64': 'Mach-O x64',
  'darwin-arm64': 'Mach-O arm64',
  'win-x64': 'PE x64',
};

test('there is a shape to hold each platform against', () => {
  assert.deepEqual(Object.keys(SHAPES), Object.keys(PLATFORMS));
});

for (const [platform, shape] of Object.entries(SHAPES))
  test(`from this machine comes an executable for ${platform}`, (t) => {
    const file = pathOf(platform);
    if (platform !== HOST) make(platform);
    const bytes = readFileSync(file);
    assert.equal(shapeOf(bytes), shape);
    assert.ok(bytes.includes('postrenderer.helm.sh/postrender-filename'));
    if (platform === 'darwin-arm64') assertSigned(bytes);
    if (platform === 'darwin-x64') assert.equal(signatureOf(bytes), undefined);
    if (platform === 'linux-arm64') assertUnderQemu(file, t);
    if (platform.startsWith('linux')) assert.ok(bytes.length <= 3 << 20, `${bytes.length} bytes`);
    if (platform.startsWith('linux') && platform === HOST) assertInEmptyRoot(file, t);
    if (platform !== HOST) rmSync(file);
  });

/** Where the signature of a Mach-O file begins. Its load commands must fill what the header says. */
function signatureOf(file: Buffer): number | undefined {
  let at = 32;
  let found: number | undefined;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    if (file.readUInt32LE(at) === 0x1d) found = file.readUInt32LE(at + 8);
    at += file.readUInt32LE(at + 4);
  }
  assert.equal(at, 32 + file.readUInt32LE(20));
  return found;
}

/** Apple's processors run nothing whose signature does not fit. An ad-hoc one is a SHA-256 of each page (Apple's cs_blobs.h). */
function assertSigned(file: Buffer): void {
  const MAGIC = { signature: 0xfade0cc0, directory: 0xfade0c02 };
  const found = signatureOf(file);
  assert.ok(found !== undefined, 'there is no signature');
  assert.equal(file.readUInt32BE(found), MAGIC.signature);
  const directory = found + file.readUInt32BE(found + 16);
  assert.equal(file.readUInt32BE(directory), MAGIC.directory);
  const hashes = directory + file.readUInt32BE(directory + 16);
  const count = file.readUInt32BE(directory + 28);
  const limit = file.readUInt32BE(directory + 32);
  const [size = 0, kind] = [file[directory + 36], file[directory + 37]];
  const page = 1 << (file[directory + 39] as number);
  assert.deepEqual({ size, kind, count }, { size: 32, kind: 2, count: Math.ceil(limit / page) });
  assert.equal(limit, found, 'all before the signature is signed');
  for (let index = 0; index < count; index++) {
    const digest = createHash('sha256')
      .update(file.subarray(index * page, Math.min((index + 1) * page, limit)))
      .digest();
    assert.ok(digest.equals(file.subarray(hashes + index * size, hashes + (index + 1) * size)), `page ${index}`);
  }
}

/** With Debian's qemu-user-static. */
function assertUnderQemu(file: string, t: TestContext): void {
  const qemu = process.env['HOOKORDER_QEMU_ARM64'] ?? 'qemu-aarch64-static';
  if (spawnSync(qemu, ['--version']).status !== 0) t.diagnostic('NOT RUN: no qemu-aarch64-static here');
  else assertSame([qemu, file]);
}

/** A root that holds the executable and a config: no library, no /proc, no /dev. */
function assertInEmptyRoot(file: string, t: TestContext): void {
  if (process.getuid?.() !== 0) {
    t.diagnostic('NOT RUN: chroot needs root');
    return;
  }
  const root = join(folder, 'empty root');
  mkdirSync(root);
  copyFileSync(file, join(root, 'hookorder'));
  chmodSync(join(root, 'hookorder'), 0o755);
  copyFileSync(CONFIG, join(root, 'order.yaml'));
  const env = { PATH: process.env['PATH'] };
  try {
    for (const args of RUNS) {
      const there = args.map((word) => (word === CONFIG ? 'order.yaml' : word));
      const got = run(['chroot', root, '/hookorder'], there, { env });
      assert.deepEqual(got, run([process.execPath, EXECUTABLE], there, { cwd: folder }), args.join(' '));
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}
