// Builds dist/: plain output of esbuild, as it comes, names and line breaks kept.
//
//   hookorder.cjs   the command: loads render.cjs (src/start.cjs, copied)
//   render.cjs      src/main.ts with what `render` needs
//   more.cjs        the other commands, and what `render` seldom needs
//   library.js      src/library.ts for Node and browsers, with its types in library.d.ts (src/public.d.ts, copied)
//
// A `require('./x.ts')` inside a function marks what is loaded at need. Those in MORE come from more.cjs, which has its own copy of
// what both need: so tell values of the two apart by their fields, not by `instanceof`. All others stay in the bundle of their caller.
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compileSchema } from './compile-schema.mjs';
import { buildKnowledge } from './knowledge.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCE = join(ROOT, 'src');
export const DIST = join(ROOT, 'dist');
export const EXECUTABLE = join(DIST, 'hookorder.cjs');
/** The files of dist/ that hookorder on Node consists of. */
export const BUNDLES = ['hookorder.cjs', 'render.cjs', 'more.cjs'];

/** What `render` seldom needs, by path below src/. */
const MORE = [
  'check/argocd/release.ts',
  'check/hazards.ts',
  'check/known/facts.ts',
  'order/argocd/one-weight.ts',
  'order/argocd/write.ts',
  'commands/adopt.ts',
  'commands/completion.ts',
  'commands/diff.ts',
  'commands/explain.ts',
  'commands/export.ts',
  'commands/init.ts',
  'commands/krm.ts',
  'commands/lint.ts',
  'commands/not-a-stream.ts',
  'commands/plan.ts',
  'commands/rehearse.ts',
  'commands/report.ts',
  'commands/schema.ts',
  'commands/version.ts',
  'commands/watch.ts',
  'commands/why.ts',
  'completion.ts',
  'config/mistakes.ts',
  'config/near-misses.ts',
  'config/regex.ts',
  'help.ts',
  'world/programs.ts',
  'yaml/full.ts',
];

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

/** How everything is bundled, the tests too. */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
  define: { HOOKORDER_VERSION: JSON.stringify(version) },
};

/** No platform: then the bundler refuses what only Node has. */
const LIBRARY = { platform: 'neutral', format: 'esm', target: 'es2022', mainFields: ['module', 'main'] };

/** Turns `require('./x.ts')` of what is in MORE into a call of more.cjs. */
const fromMore = {
  name: 'from-more',
  setup(builder) {
    builder.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const name = relative(SOURCE, resolve(resolveDir, path)).replaceAll('\\', '/');
      return kind === 'require-call' && MORE.includes(name) ? { path: name, namespace: 'more' } : undefined;
    });
    builder.onResolve({ filter: /^\.\/more\.cjs$/ }, ({ path }) => ({ path, external: true }));
    builder.onLoad({ filter: /.*/, namespace: 'more' }, ({ path }) => ({
      contents: `module.exports = require('./more.cjs')[${JSON.stringify(path)}]();`,
    }));
  },
};

const moreEntry = {
  contents: MORE.map((name) => `exports['${name}'] = () => require('./${name}');`).join('\n'),
  sourcefile: 'more.cjs',
  resolveDir: SOURCE,
};

/** Renamed into place, so that a run beside this build finds a whole file. */
async function place(name, contents, mode = 0o644) {
  const fresh = join(DIST, `${name}.${process.pid}`);
  await writeFile(fresh, contents);
  await chmod(fresh, mode);
  await rename(fresh, join(DIST, name));
}

async function bundle(options) {
  const { outputFiles } = await build({ ...COMMON, ...options, write: false });
  // esbuild escapes what is not ASCII in strings, but not in comments and regular expressions. V8 keeps two bytes for each character of a
  // text that has one such character.
  return outputFiles[0].text.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Makes the sources that are not committed. */
const generate = () => Promise.all([compileSchema(), buildKnowledge()]);

/** Makes dist/. Code caches of an earlier build go. */
export async function buildExecutable() {
  await generate();
  await mkdir(DIST, { recursive: true });
  const main = join(SOURCE, 'main.ts');
  const [render, more, library] = await Promise.all([
    bundle({ entryPoints: [main], plugins: [fromMore] }),
    bundle({ stdin: moreEntry }),
    bundle({ entryPoints: [join(SOURCE, 'library.ts')], ...LIBRARY }),
  ]);
  await place('library.js', library);
  await place('library.d.ts', await readFile(join(SOURCE, 'public.d.ts')));
  await place('more.cjs', more);
  await place('render.cjs', render);
  await place('hookorder.cjs', await readFile(join(SOURCE, 'start.cjs')), 0o755);
  for (const file of await readdir(DIST)) if (file.endsWith('.cache')) await rm(join(DIST, file), { force: true });
}

/** Everything as one bundle, for the executables that need no Node. */
export async function bundleAll() {
  await generate();
  const contents = `const { run } = require('./main.ts');\nprocess.reallyExit(run(process.argv.slice(2)));\n`;
  return bundle({ stdin: { contents, sourcefile: 'native.cjs', resolveDir: SOURCE } });
}

/** What is loaded at its first use: `require('./x.ts')` in the source. */
const LAZY = /\brequire\('(\.[^']+\.ts)'\)/g;

/** The files of src/ that others load at need, as the small runtime has them: each is a unit of its own. */
async function lazyFiles() {
  const files = (await readdir(SOURCE, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && name !== 'main.ts' && !name.startsWith('world'),
  );
  const found = await Promise.all(
    files.map(async (file) =>
      [...(await readFile(join(SOURCE, file), 'utf8')).matchAll(LAZY)].map(([, path]) =>
        relative(SOURCE, resolve(SOURCE, dirname(file), path)).replaceAll('\\', '/'),
      ),
    ),
  );
  return [...new Set(found.flat())].sort();
}

const unitOf = (file) => file.replaceAll('/', '-').replace(/\.ts$/, '');

/** Turns `require('./x.ts')` into a call of the host, which loads the unit. */
const fromUnits = {
  name: 'from-units',
  setup(builder) {
    builder.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const name = relative(SOURCE, resolve(resolveDir, path)).replaceAll('\\', '/');
      return kind === 'require-call' ? { path: unitOf(name), namespace: 'unit' } : undefined;
    });
    builder.onLoad({ filter: /.*/, namespace: 'unit' }, ({ path }) => ({
      contents: `module.exports = globalThis.host.load('${path}.js');`,
    }));
  },
};

/** The program for the small runtime as modules: [{ name, text }]. What several units need is a unit, too. `entry` has `run`. */
export async function bundleUnits(entry = join(SOURCE, 'main.native.ts')) {
  await generate();
  const { outputFiles } = await build({
    ...COMMON,
    ...LIBRARY,
    target: 'es2023',
    entryPoints: [
      { in: entry, out: 'main' },
      ...(await lazyFiles()).map((file) => ({ in: join(SOURCE, file), out: unitOf(file) })),
    ],
    splitting: true,
    chunkNames: '[name]-[hash]',
    outdir: 'units',
    plugins: [fromUnits],
    write: false,
  });
  return outputFiles
    .map(({ path, text }) => ({ name: relative(join(ROOT, 'units'), path), text }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Bundles test files, each with all that it imports, as `name`.cjs in the folder `outdir`. One call reads what they share once. */
export async function bundleTests(files, outdir) {
  const entryPoints = files.map(({ file, name }) => ({ in: file, out: name }));
  await build({ ...COMMON, entryPoints, outdir, outExtension: { '.js': '.cjs' } });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExecutable();
