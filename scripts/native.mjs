// Makes the small executable: the program as bytecode, the engine QuickJS-ng, and the host in native/, in one static file. See native/README.md.
//
//   node scripts/executable.mjs linux-x64 FILE              static, from any machine
//   node scripts/native.mjs --cc gcc FILE                   for this machine, with a compiler of its own
//   node scripts/native.mjs --cc gcc --checked FILE         the same with sanitizers; --entry TS for another program than src/main.native.ts
//
// Objects are kept in a cache, by the SHA-256 of all that they are made of.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleUnits, ROOT } from './build.mjs';
import { engineSources, zig } from './engine.mjs';
import { CACHE, sha256 } from './fetch.mjs';
import { PLATFORMS } from './platforms.mjs';

const HOST = join(ROOT, 'native');

const ENGINE_FILES = ['quickjs.c', 'libregexp.c', 'libunicode.c', 'dtoa.c'];
const ZLIB_FILES = ['adler32.c', 'crc32.c', 'deflate.c', 'trees.c', 'zutil.c'];
const HOST_FILES = ['main.c', 'buffer.c', 'bytes.c', 'compression.c', 'files.c', 'processes.c'];

const COMMON = ['-std=gnu11', '-funsigned-char', '-fno-strict-aliasing', '-fwrapv'];
const FAST = [
  '-O2',
  '-DNDEBUG',
  '-fno-stack-protector',
  '-ffunction-sections',
  '-fdata-sections',
  '-Wl,--gc-sections',
  '-s',
];
const CHECKED = [
  '-O1',
  '-g',
  '-DCHECKED',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
];
/** For what is written here. Each file is compiled without a warning. */
const STRICT = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter'];

const run = (command, args, options) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 26, ...options });

/** `{ command, flags, id }`: Zig, for this machine or for a platform of `PLATFORMS` with the C library linked in, or a compiler `cc` of this machine. */
export function compilerFor({ platform, cc, checked = false }) {
  const flags = [...COMMON, ...(checked ? CHECKED : FAST)];
  if (cc !== undefined) return { command: [cc], flags, id: run(cc, ['--version']).split('\n')[0] };
  const command = [zig(), 'cc', ...(platform === undefined ? [] : ['-target', PLATFORMS[platform].zig, '-static'])];
  // Zig adds checks of undefined behaviour of its own to what is not optimised.
  return { command, flags: [...flags, '-fno-sanitize=undefined'], id: run(zig(), ['version']).trim() };
}

/** The object of one source file; `needs` are all files that it may include. */
function compileOne({ command, flags, id }, folder, file, extra) {
  const needs = readdirSync(folder).filter((name) => name.endsWith('.h') || name === file);
  const text = needs.sort().map((name) => `${name} ${sha256(readFileSync(join(folder, name)))}`);
  const key = sha256(JSON.stringify([id, command.slice(1), flags, extra, text])).slice(0, 32);
  const object = join(CACHE, 'objects', `${file}-${key}.o`);
  if (existsSync(object)) return object;
  mkdirSync(dirname(object), { recursive: true });
  const fresh = `${object}.${process.pid}`;
  const [program, ...first] = command;
  const compiled = flags.filter((flag) => !flag.startsWith('-Wl,') && flag !== '-s');
  run(program, [...first, ...compiled, ...extra, '-c', join(folder, file), '-o', fresh]);
  renameSync(fresh, object);
  return object;
}

function link({ command, flags }, objects, target) {
  const [program, ...first] = command;
  run(program, [...first, ...flags, ...objects, '-lm', '-o', target]);
}

const compileEngine = (compiler, { engine }) =>
  ENGINE_FILES.map((file) => compileOne(compiler, engine, file, ['-w', '-D_GNU_SOURCE', `-I${engine}`]));

/** The program that compiles modules, for this machine. */
function bytecodeCompiler(compiler, sources, work) {
  const objects = compileEngine(compiler, sources);
  const own = compileOne(compiler, HOST, 'compiler.c', [...STRICT, `-I${sources.engine}`]);
  const target = join(CACHE, 'objects', `compiler-${sha256([...objects, own].join()).slice(0, 32)}`);
  if (existsSync(target)) return target;
  const fresh = join(work, 'compiler');
  link(compiler, [...objects, own], fresh);
  copyFileSync(fresh, `${target}.${process.pid}`);
  renameSync(`${target}.${process.pid}`, target);
  return target;
}

/** Writes units.h (the table), units.bin (all bytecode), and units.s (which takes that in). */
async function writeUnits(compiler, sources, entry, work) {
  const units = await bundleUnits(entry);
  const files = units.map(({ name, text }, at) => {
    writeFileSync(join(work, `${at}.js`), text);
    return [name, join(work, `${at}.js`), join(work, `${at}.bin`)];
  });
  run(bytecodeCompiler(compiler, sources, work), files.flat());
  const bytes = files.map(([, , file]) => readFileSync(file));
  let start = 0;
  const rows = files.map(([name], at) => {
    const row = `    {"${name}", ${start}, ${bytes[at].length}},`;
    start += bytes[at].length;
    return row;
  });
  writeFileSync(join(work, 'units.bin'), Buffer.concat(bytes));
  writeFileSync(
    join(work, 'units.h'),
    `extern const uint8_t unit_bytes[];\nstatic const struct { const char *name; size_t start, length; } UNITS[] = {\n${rows.join('\n')}\n};\n`,
  );
  writeFileSync(
    join(work, 'units.s'),
    `.section .rodata\n.global unit_bytes\n.balign 16\nunit_bytes:\n.incbin "${join(work, 'units.bin')}"\n.section .note.GNU-stack,"",%progbits\n`,
  );
}

/** Writes the executable to `target`. `options`: `{ platform }`, or `{ cc, checked }` for this machine, and `entry` for another program. */
export async function makeNative(options, target) {
  const work = mkdtempSync(join(tmpdir(), 'hookorder-native-'));
  try {
    const sources = engineSources();
    const compiler = compilerFor(options);
    await writeUnits(compilerFor({ cc: options.cc }), sources, options.entry, work);
    const includes = [`-I${sources.engine}`, `-I${sources.zlib}`];
    for (const file of readdirSync(HOST).filter((name) => /\.[ch]$/.test(name)))
      copyFileSync(join(HOST, file), join(work, file));
    const objects = [
      ...compileEngine(compiler, sources),
      ...ZLIB_FILES.map((file) => compileOne(compiler, sources.zlib, file, ['-w', '-DHAVE_UNISTD_H'])),
      ...HOST_FILES.map((file) => compileOne(compiler, work, file, [...STRICT, ...includes])),
    ];
    const made = join(work, 'hookorder');
    link(compiler, [...objects, join(work, 'units.s')], made);
    mkdirSync(dirname(target), { recursive: true });
    const fresh = `${target}.${process.pid}`;
    copyFileSync(made, fresh);
    renameSync(fresh, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { cc: { type: 'string', default: 'cc' }, checked: { type: 'boolean' }, entry: { type: 'string' } },
  });
  const entry = values.entry && resolve(values.entry);
  await makeNative({ ...values, entry }, resolve(positionals[0] ?? join('out', 'hookorder')));
}
