// Splits the code into the parts that are loaded together, with the code that several of them share in parts of its own.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

/** JSON as text for `JSON.parse`, which V8 reads faster than a literal. */
const json = {
  name: 'json',
  setup(builder) {
    builder.onLoad({ filter: /\.json$/ }, async ({ path }) => {
      const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)})`, loader: 'js' };
    });
  },
};

/** How everything is bundled, the tests too. */
export const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  define: { HOOKORDER_VERSION: JSON.stringify(version) },
  plugins: [json],
};

/** What a part is called: `./src.yaml.full.js`. */
export const nameOf = (path) => `./${relative(ROOT, path).replace(/\.ts$/, '').replaceAll(/[\\/]/g, '.')}.js`;

/** The esbuild plugin that turns `require('./x.ts')` into a call of the loader, and notes the unit in `units`. */
const lazyUnits = (units) => ({
  name: 'lazy-units',
  setup(builder) {
    builder.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, (args) => {
      if (args.kind !== 'require-call') return undefined;
      const path = resolve(args.resolveDir, args.path);
      units.add(path);
      return { path: nameOf(path), namespace: 'unit' };
    });
    builder.onLoad({ filter: /.*/, namespace: 'unit' }, ({ path }) => ({
      contents: `module.exports = hookorderUnit(${JSON.stringify(path)})`,
      loader: 'js',
    }));
  },
});

/** All parts of the program that begins in `entry`: name to code (ESM), what it exports, and the names of the parts that it imports. */
export async function splitParts(entry) {
  const units = new Set();
  for (;;) {
    const known = units.size;
    const { outputFiles, metafile } = await build({
      ...COMMON,
      minify: true,
      write: false,
      format: 'esm',
      splitting: true,
      metafile: true,
      // Sorted: esbuild finds them side by side, and the same source must give the same executable.
      entryPoints: [entry, ...[...units].sort()].map((path) => ({ in: path, out: nameOf(path).slice(2, -3) })),
      chunkNames: '[hash]',
      outdir: ROOT,
      plugins: [lazyUnits(units), ...COMMON.plugins],
    });
    if (units.size > known) continue;
    const codes = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
    return new Map(
      Object.entries(metafile.outputs).map(([path, { exports, imports }]) => {
        const parts = imports.filter(({ external }) => !external).map(({ path }) => `./${basename(path)}`);
        return [`./${basename(path)}`, { code: codes.get(basename(path)), exports, imports: parts }];
      }),
    );
  }
}

/** These parts and everything that they import, less what is in `others`. */
export function withImports(parts, first, others = new Set()) {
  const names = new Set(first);
  for (const name of names) for (const other of parts.get(name).imports) if (!others.has(other)) names.add(other);
  return names;
}
