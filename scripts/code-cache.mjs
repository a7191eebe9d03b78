// Keeps what V8 makes of dist/render.cjs in a file beside it, for the Node that runs this (src/start.cjs says who reads it and when).
//
//   node scripts/code-cache.mjs
//
// V8 compiles a function when it first runs, so this renders an example of what most releases have (code-cache/). What only few have would
// make the file larger, and so every start slower.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLE = fileURLToPath(new URL('code-cache', import.meta.url));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** Replaces the caches of a folder like dist/ by one that fits. Throws when its render.cjs does not run. */
export function writeCodeCache(dist = DIST) {
  const { BUNDLE, CACHE, compile, execute } = createRequire(import.meta.url)(join(dist, 'hookorder.cjs'));
  const source = readFileSync(BUNDLE);
  const script = compile(source);
  const { run, system } = execute(script);
  const chunks = [];
  const world = {
    env: {},
    stdinIsTerminal: () => false,
    readStdin: () => readFileSync(join(EXAMPLE, 'stream.yaml')),
    isStdoutClosed: () => false,
    writeStdout: (each) => chunks.push(...each) && 'done',
  };
  // As the plugin calls it.
  const args = ['render', '--errors=output', '--config', join(EXAMPLE, 'hookorder.yaml')];
  const status = run(args, { ...system, ...world });
  const output = Buffer.concat(chunks).toString();
  if (status !== 0 || !output.startsWith('apiVersion:'))
    throw new Error(`the example for the code cache fails: ${output}`);
  const code = script.createCachedData();
  for (const file of readdirSync(dist)) if (file.endsWith('.cache')) rmSync(join(dist, file), { force: true });
  // Renamed into place: a run beside this one finds a whole file.
  const fresh = `${CACHE}.${process.pid}`;
  writeFileSync(fresh, Buffer.concat([source, code, code]), { mode: 0o644, flag: 'wx' });
  renameSync(fresh, CACHE);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeCodeCache(process.argv[2]);
