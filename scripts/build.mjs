// Bundles src/main.ts into the one executable dist/hookorder.cjs.
//
// A `require('./x.ts')` inside a function marks a unit that most runs never need (the full YAML parser, reports, …). Each
// unit is bundled by itself and kept as a string that is compiled at its first use: V8 then reads over it at start-up
// instead of parsing it. What a unit shares with the rest is bundled into both, so units must not share state.
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
};

/** The esbuild plugin that turns required units into strings. */
const lazyUnits = (options) => ({
  name: 'lazy-units',
  setup(builder) {
    builder.onResolve({ filter: /^\.{1,2}\// }, (args) =>
      args.kind === 'require-call' && args.importer.startsWith(join(ROOT, 'src'))
        ? { path: resolve(args.resolveDir, args.path), namespace: 'unit' }
        : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'unit' }, async ({ path }) => {
      const unit = await build({
        ...common,
        ...options,
        entryPoints: [path],
        write: false,
        plugins: [lazyUnits(options)],
      });
      const code = JSON.stringify(unit.outputFiles[0].text);
      return {
        contents: `const unit = { exports: {} };
new Function('module', 'exports', 'require', ${code})(unit, unit.exports, require);
module.exports = unit.exports;`,
        loader: 'js',
        resolveDir: ROOT,
      };
    });
  },
});

/** Bundles one entry file. */
export async function bundle(entry, outfile, options = { minify: true }) {
  await mkdir(dirname(outfile), { recursive: true });
  await build({ ...common, ...options, entryPoints: [entry], outfile, plugins: [lazyUnits(options)] });
}

/** Makes the executable. */
export async function buildExecutable() {
  const outfile = join(ROOT, 'dist', 'hookorder.cjs');
  await bundle(join(ROOT, 'src', 'main.ts'), outfile, { minify: true, banner: { js: '#!/usr/bin/env node' } });
  await chmod(outfile, 0o755);
  return outfile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExecutable();
