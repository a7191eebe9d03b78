// Bundles src/main.ts into the one executable dist/hookorder.cjs.
//
// A `require('./x.ts')` inside a function marks a unit that most runs never need (the full YAML parser, reports, …). Each
// unit is bundled by itself and kept as a string that is compiled at its first use: V8 then reads over it at start-up
// instead of parsing it. What a unit shares with the rest is bundled into both, so units share no module state, and an
// `instanceof` between them says nothing.
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const EXECUTABLE = join(ROOT, 'dist', 'hookorder.cjs');

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  define: { HOOKORDER_VERSION: JSON.stringify(version) },
};

/** The esbuild plugin that turns `require('./x.ts')` into a call of the loader, and notes the unit in `units`. */
const lazyUnits = (units) => ({
  name: 'lazy-units',
  setup(builder) {
    builder.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, (args) => {
      if (args.kind !== 'require-call') return undefined;
      const path = resolve(args.resolveDir, args.path);
      units.add(path);
      return { path: relative(ROOT, path), namespace: 'unit' };
    });
    builder.onLoad({ filter: /.*/, namespace: 'unit' }, ({ path }) => ({
      contents: `module.exports = hookorderUnit(${JSON.stringify(path)})`,
      loader: 'js',
    }));
  },
});

/** The code of every unit that can be reached from `first`, by path. */
async function buildUnits(first, options) {
  const codes = {};
  const waiting = new Set(first);
  for (const path of waiting) {
    const { outputFiles } = await build({
      ...common,
      ...options,
      entryPoints: [path],
      write: false,
      plugins: [lazyUnits(waiting)],
    });
    codes[relative(ROOT, path)] = outputFiles[0].text;
  }
  return codes;
}

const loader = (codes) => `const hookorderUnits = ${JSON.stringify(codes)};
const hookorderLoaded = new Map();
function hookorderUnit(path) {
  let unit = hookorderLoaded.get(path);
  if (unit === undefined) {
    unit = { exports: {} };
    hookorderLoaded.set(path, unit);
    new Function('module', 'exports', 'require', 'hookorderUnit', hookorderUnits[path])(unit, unit.exports, require, hookorderUnit);
  }
  return unit.exports;
}
`;

/** Bundles one entry file. */
export async function bundle(entry, outfile, { minify = false, hashbang = '' } = {}) {
  const units = new Set();
  const { outputFiles } = await build({
    ...common,
    minify,
    entryPoints: [entry],
    write: false,
    plugins: [lazyUnits(units)],
  });
  const codes = await buildUnits(units, { minify });
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(outfile, hashbang + loader(codes) + outputFiles[0].text);
}

/** Makes the executable. */
export async function buildExecutable() {
  // Renamed into place, so that a run beside this build finds the old one or the new one, whole.
  const fresh = `${EXECUTABLE}.${process.pid}`;
  await bundle(join(ROOT, 'src', 'main.ts'), fresh, { minify: true, hashbang: '#!/usr/bin/env node\n' });
  await chmod(fresh, 0o755);
  await rename(fresh, EXECUTABLE);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExecutable();
