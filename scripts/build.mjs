// Bundles src/main.ts into the one executable dist/hookorder.cjs.
//
// Reading code is most of what a start costs, so the bundle has two parts. What every run needs is code. A
// `require('./x.ts')` inside a function marks a unit that most runs never need (the full YAML parser, reports, …): its code
// stands in a comment, which V8 skips thirty times faster than it reads code, and is compiled at its first use. Files that
// several of these parts import are in none of them twice: esbuild splits them off, those that the main part imports go into it.
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { compileSchema } from './compile-schema.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const EXECUTABLE = join(ROOT, 'dist', 'hookorder.cjs');

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

const common = {
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  define: { HOOKORDER_VERSION: JSON.stringify(version) },
};

/** What a part is called: `./src.yaml.full.js`. */
const nameOf = (path) => `./${relative(ROOT, path).replace(/\.ts$/, '').replaceAll(/[\\/]/g, '.')}.js`;

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

/** All parts, split where they share files: name to code, what it exports, and the names of what it imports. */
async function splitParts(entry, minify) {
  const units = new Set();
  for (;;) {
    const known = units.size;
    const { outputFiles, metafile } = await build({
      ...common,
      minify,
      format: 'esm',
      splitting: true,
      metafile: true,
      entryPoints: [entry, ...units].map((path) => ({ in: path, out: nameOf(path).slice(2, -3) })),
      chunkNames: '[hash]',
      outdir: ROOT,
      plugins: [lazyUnits(units), json],
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

/** The names of a part and of everything that it imports. */
function withImports(parts, first) {
  const names = new Set([first]);
  for (const name of names) for (const other of parts.get(name).imports) names.add(other);
  return names;
}

/** The main part as CommonJS; `shared` are those of its files that units import. */
async function buildMain(parts, main, shared, minify) {
  const local = (name, word) => `${word}_${shared.indexOf(name)}`;
  const shares = shared.map((name) => {
    const words = parts.get(name).exports.map((word) => `${word} as ${local(name, word)}`);
    return `import {${words.join(',')}} from ${JSON.stringify(name)};`;
  });
  const table = shared.map((name) => {
    const words = parts.get(name).exports.map((word) => `${word}: ${local(name, word)}`);
    return `${JSON.stringify(name)}: () => ({${words.join(',')}})`;
  });
  const files = new Map([
    ...[...parts].map(([name, { code }]) => [name, code]),
    ['./shares', `${shares.join('')} hookorderShare({${table.join(',')}});`],
    ['./entry', `import './shares'; import ${JSON.stringify(main)};`],
  ]);
  const { outputFiles } = await build({
    ...common,
    minify,
    format: 'cjs',
    entryPoints: ['./entry'],
    plugins: [
      {
        name: 'parts',
        setup(builder) {
          builder.onResolve({ filter: /^\.\// }, ({ path }) => ({ path, namespace: 'part' }));
          builder.onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
            contents: files.get(path),
            loader: 'js',
          }));
        },
      },
    ],
  });
  return outputFiles[0].text;
}

/** Characters of a unit that cannot stand in the comment: what ends it, and what is not ASCII. */
const mask = (code) =>
  code.replaceAll(/(?<=\*)\/|[^\0-\x7f]/g, (character) => `@{${character.charCodeAt(0).toString(16)}}@`);
const MASKED = '/@\\{(\\w+)\\}@/g';

async function asComment(code, minify) {
  const { code: unit } = await transform(code, { format: 'cjs', platform: 'node', target: 'node20', minify });
  if (/@\{\w+\}@/.test(unit)) throw new Error('a unit contains what stands for a masked character');
  return `(){/*\n${mask(unit)}*/}`;
}

const loader = (units) => `const hookorderUnits = {${units.join(',\n')}};
const hookorderLoaded = new Map();
let hookorderShared;
function hookorderShare(parts) {
  hookorderShared = parts;
}
function hookorderUnit(name) {
  let unit = hookorderLoaded.get(name);
  if (unit === undefined && Object.hasOwn(hookorderShared, name)) hookorderLoaded.set(name, (unit = hookorderShared[name]()));
  if (unit !== undefined) return unit;
  const module = { exports: {} };
  const text = String(hookorderUnits[name]);
  const code = text
    .slice(text.indexOf('/*') + 2, text.lastIndexOf('*/'))
    .replace(${MASKED}, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const load = (id) => (id.startsWith('./') ? hookorderUnit(id) : require(id));
  new Function('module', 'exports', 'require', 'hookorderUnit', code)(module, module.exports, load, hookorderUnit);
  hookorderLoaded.set(name, module.exports);
  return module.exports;
}
`;

let schemaCompiled;

/** Bundles one entry file. */
export async function bundle(entry, outfile, { minify = false, hashbang = '' } = {}) {
  schemaCompiled ??= compileSchema();
  await schemaCompiled;
  const parts = await splitParts(entry, minify);
  const main = nameOf(entry);
  const inMain = withImports(parts, main);
  const units = [...parts.keys()].filter((name) => !inMain.has(name));
  const wanted = new Set(units.flatMap((name) => parts.get(name).imports));
  // Also a unit that the main part imports as well.
  for (const { code } of parts.values())
    for (const [, name] of code.matchAll(/hookorderUnit\("(.*?)"\)/g)) wanted.add(name);
  const shared = [...inMain].filter((name) => wanted.has(name));
  const comments = await Promise.all(
    units.map(async (name) => JSON.stringify(name) + (await asComment(parts.get(name).code, minify))),
  );
  await mkdir(dirname(outfile), { recursive: true });
  const code = hashbang + loader(comments) + (await buildMain(parts, main, shared, minify));
  // One other character, and V8 keeps two bytes for each. Escape it where it stands: in a regular expression or a template.
  const wide = minify && /.{0,40}[^\0-\x7f].{0,40}/.exec(code);
  if (wide) throw new Error(`the bundle is not ASCII: ${wide[0]}`);
  await writeFile(outfile, code);
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
