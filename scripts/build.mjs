// Bundles src/main.ts into the one executable dist/hookorder.cjs.
//
// Reading code is most of what a start costs, so a run reads only what it needs. A `require('./x.ts')` inside a function marks a unit that is
// loaded at its first use; build/loader.cjs says how. Files that several units import are in none of them twice: esbuild splits them off.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { brotliCompressSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { COMMON, nameOf, ROOT, splitParts, withImports } from './build/parts.mjs';
import { compileSchema } from './compile-schema.mjs';

export { ROOT };
export const EXECUTABLE = join(ROOT, 'dist', 'hookorder.cjs');

/** What is loaded together, because whoever needs one of these files needs the others; a script builds on those before it. */
const SCRIPTS = {
  start: ['main.ts'],
  order: ['planning.ts', 'yaml/edit.ts'],
  waits: ['check/waits/waits.ts', 'check/waits/find.ts'],
  copies: ['check/copies/copies.ts'],
};

/**
 * Some parts as one script: a function that takes `require`, the loader of other units, and one that is given a function from the name of
 * one of these parts to what it exports.
 */
async function bundleScript(parts, names, first, others) {
  const local = (name, word) => `${word}_${[...names].indexOf(name)}`;
  const shared = [...names].filter((name) => parts.get(name).exports.length > 0);
  const shares = shared.map((name) => {
    const words = parts.get(name).exports.map((word) => `${word} as ${local(name, word)}`);
    return `import {${words.join(',')}} from ${JSON.stringify(name)};`;
  });
  const table = shared.map((name) => {
    const words = parts.get(name).exports.map((word) => `${word}: ${local(name, word)}`);
    return `name === ${JSON.stringify(name)} ? {${words.join(',')}} :`;
  });
  const files = new Map([
    ...[...parts].map(([name, { code }]) => [name, code]),
    ['./shares', `${shares.join('')} hookorderShare((name) => ${table.join('')} undefined);`],
    ['./entry', ["'./shares'", ...first.map((name) => JSON.stringify(name))].map((name) => `import ${name};`).join('')],
  ]);
  const { outputFiles } = await build({
    ...COMMON,
    minify: true,
    write: false,
    format: 'cjs',
    entryPoints: ['./entry'],
    plugins: [
      {
        name: 'parts',
        setup(builder) {
          builder.onResolve({ filter: /^\.\// }, ({ path }) =>
            others.has(path) ? { path, namespace: 'other' } : { path, namespace: 'part' },
          );
          builder.onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
            contents: files.get(path),
            loader: 'js',
          }));
          // Constants, because a module that is required is wrapped in getters, which every use would go through.
          builder.onLoad({ filter: /.*/, namespace: 'other' }, ({ path }) => ({
            contents: `export const {${parts.get(path).exports.join(',')}} = hookorderUnit(${JSON.stringify(path)});`,
            loader: 'js',
          }));
        },
      },
    ],
  });
  return `(function(require,hookorderUnit,hookorderShare){${outputFiles[0].text.trim()}})`;
}

const asUnit = async (code) => (await transform(code, { format: 'cjs', target: 'node20', minify: true })).code;

/** As one line. One character that is not ASCII, and V8 keeps two bytes for each. */
function asLine(code) {
  const odd = /.{0,40}(?:[^\t\n\v\f -~]|raw`[^`]*\n).{0,40}/.exec(code);
  if (odd) throw new Error(`escape it where it stands, in a regular expression or a template: ${odd[0]}`);
  // What line breaks there are, esbuild has put into templates.
  const line = code.replaceAll('\n', '\\n');
  return new Script(line) && line;
}

/** The code of the executable. */
async function bundleExecutable() {
  const parts = await splitParts(join(ROOT, 'src', 'main.ts'));
  const texts = {};
  const scripts = {};
  const known = new Set();
  for (const [script, files] of Object.entries(SCRIPTS)) {
    const first = files.map((file) => nameOf(join(ROOT, 'src', file)));
    const names = withImports(parts, first, known);
    texts[script] = asLine(await bundleScript(parts, names, first, known));
    scripts[script] = [...names];
    for (const name of names) known.add(name);
  }
  const rest = [...parts.keys()].filter((name) => !known.has(name));
  const units = await Promise.all(
    rest.map(async (name) => [name, brotliCompressSync(await asUnit(parts.get(name).code)).toString('base64')]),
  );
  texts.rest = JSON.stringify(Object.fromEntries(units));
  const { code: loader } = await transform(await readFile(join(ROOT, 'scripts', 'build', 'loader.cjs'), 'utf8'), {
    target: 'node20',
    minify: true,
    define: {
      HOOKORDER_BUILD: JSON.stringify(createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16)),
      HOOKORDER_SCRIPTS: JSON.stringify(Object.entries(scripts)),
    },
  });
  const table = Object.entries(texts).map(([name, text]) => `${name}(){//${text}\n}`);
  return `#!/usr/bin/env node\n"use strict";const hookorderTexts={${table.join(',')}};\n${loader}`;
}

/** Makes the executable. */
export async function buildExecutable() {
  await compileSchema();
  // Renamed into place, so that a run beside this build finds the old one or the new one, whole.
  const fresh = `${EXECUTABLE}.${process.pid}`;
  await mkdir(dirname(EXECUTABLE), { recursive: true });
  await writeFile(fresh, await bundleExecutable());
  await chmod(fresh, 0o755);
  await rename(fresh, EXECUTABLE);
}

/** Bundles a test file, with all that it imports: as plain code, so that a stack trace tells where. */
export async function bundleTest(file, outfile) {
  await build({ ...COMMON, format: 'cjs', entryPoints: [file], outfile });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExecutable();
