// Which room of src/ may import which, held against what the bundler sees.
//
//   node scripts/walls.mjs      lists what breaks a wall, and ends with 1
//
// Everything that ties one file to another counts: `import`, `import type`, `require(…)`, `import(…)`, also inside a type. There is no list of
// what is forbidden: what a room may import is below, and everything else is refused.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** By room, the rooms and packages that it may import besides itself. A room is a folder or a file of src/; the longest path that fits counts. */
export const ROOMS = {
  knowledge: [],
  model: ['knowledge'],
  stream: ['model'],
  yaml: ['model', 'stream', 'npm:yaml'],
  manifests: ['model', 'stream', 'yaml'],
  edit: ['model', 'stream', 'yaml', 'npm:fast-json-patch'],
  engines: ['knowledge', 'model'],
  release: ['knowledge', 'model', 'engines'],
  scripts: ['model', 'release'],
  waits: ['knowledge', 'model', 'release', 'scripts'],
  config: ['model', 'stream', 'yaml', 'npm:re2js'],
  order: ['model', 'engines', 'release', 'waits'],
  check: ['knowledge', 'model', 'engines', 'release', 'scripts', 'waits', 'order', 'rehearsal'],
  purpose: ['knowledge', 'model', 'release', 'scripts', 'waits'],
  rehearsal: ['model', 'engines', 'release', 'purpose'],
  templates: ['model', 'npm:yaml'],
  live: ['knowledge', 'model', 'engines', 'release', 'waits', 'rehearsal'],
  report: ['knowledge', 'model', 'engines', 'order', 'rehearsal', 'live', 'npm:diff', 'npm:yaml'],
  'planning.ts': ['model', 'engines', 'release', 'manifests', 'edit', 'order', 'config', 'check'],
  'pipeline.ts': ['planning.ts', 'model', 'engines', 'stream', 'manifests', 'edit', 'order', 'config', 'check'],
  'public.d.ts': [],
  'memory.ts': ['public.d.ts', 'pipeline.ts', 'model', 'engines', 'config'],
  'library.ts': ['memory.ts', 'public.d.ts', 'pipeline.ts', 'model', 'engines', 'report'],
  'playground.ts': ['library.ts', 'memory.ts', 'public.d.ts', 'commands/plan-report.ts', 'model', 'report', 'npm:diff'],
  export: ['model', 'stream', 'yaml', 'manifests', 'edit', 'npm:yaml'],
  init: [
    'knowledge',
    'purpose',
    'pipeline.ts',
    'model',
    'engines',
    'release',
    'scripts',
    'waits',
    'report',
    'config',
    'check',
    // `--fix` adds to a config of the user's, whose other bytes stay.
    'edit',
    'stream',
  ],
  'commands/plan-report.ts': ['pipeline.ts', 'model', 'engines', 'rehearsal', 'report'],
  commands: [
    'commands/plan-report.ts',
    'knowledge',
    'init',
    'rehearsal',
    'export',
    'pipeline.ts',
    'model',
    'engines',
    'live',
    'report',
    'config',
    'stream',
    'edit',
    'templates',
  ],
  'help.ts': ['commands', 'model', 'report'],
  'command-line.ts': ['model'],
  'read-arguments.ts': ['command-line.ts', 'commands', 'model'],
  'completion.ts': ['command-line.ts', 'commands', 'model'],
  'cli.ts': ['completion.ts', 'read-arguments.ts', 'commands', 'command-line.ts', 'help.ts', 'model'],
  os: ['model'],
  world: ['model', 'commands', 'os', 'node'],
  native: ['model', 'commands', 'os'],
  'main.ts': ['cli.ts', 'commands', 'world', 'node'],
  'main.native.ts': ['cli.ts', 'commands', 'model', 'native'],
};

const roomOf = (file) =>
  Object.keys(ROOMS)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

/** What stands behind an import that the bundler drops because only types come from it. */
const TYPES = /\b(?:import|export)\s+type\b[^'"]*?from\s*(['"])(.+?)\1|\bimport\((['"])(.+?)\3\)/g;

/** The imports of each file of src/, as `{ path, package? }`. `planted` are files that are read instead of, or besides, those on disk. */
async function importsOf(planted) {
  const source = join(ROOT, 'src');
  const files = readdirSync(source, { recursive: true }).map((name) => name.replaceAll('\\', '/'));
  const names = [
    ...new Set([...files.filter((name) => /\.ts$/.test(name) && !name.endsWith('.d.ts')), ...Object.keys(planted)]),
  ];
  const withTypes = {
    name: 'with-types',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const name = path.slice(source.length + 1);
        const text = planted[name] ?? readFileSync(path, 'utf8');
        const types = [...text.matchAll(TYPES)].map((match) => `import '${match[2] ?? match[4]}';`);
        return { contents: `${text}\n${types.join('\n')}`, loader: 'ts' };
      });
      // A planted file is not on disk.
      onResolve({ filter: /\.ts$/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path),
        namespace: 'file',
      }));
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path, external: true },
      );
    },
  };
  const { metafile } = await build({
    absWorkingDir: source,
    entryPoints: names.map((name) => join(source, name)),
    bundle: true,
    write: false,
    outdir: 'out',
    metafile: true,
    logLevel: 'silent',
    platform: 'node',
    format: 'esm',
    plugins: [withTypes],
    loader: { '.json': 'json' },
  });
  return new Map(Object.entries(metafile.inputs).map(([name, { imports }]) => [name, imports]));
}

/** Sentences, one for each import that breaks a wall and one for each circle. */
export async function findViolations(planted = {}) {
  const imports = await importsOf(planted);
  const violations = [];
  for (const [file, targets] of imports) {
    const room = roomOf(file);
    if (room === undefined) {
      if (/\.ts$/.test(file)) violations.push(`${file} is in no room: give it one in scripts/walls.mjs`);
      continue;
    }
    for (const { path, external } of targets) {
      const target = external ? packageOf(path) : roomOf(path);
      if (target !== undefined && target !== room && !ROOMS[room].includes(target))
        violations.push(`${file} imports ${path}: ${room} may import ${ROOMS[room].join(', ') || 'nothing'}`);
    }
  }
  return [...new Set([...violations, ...circlesOf(imports)])].sort();
}

const packageOf = (path) =>
  path.startsWith('node:') ? 'node' : `npm:${path.split('/', path.startsWith('@') ? 2 : 1).join('/')}`;

/** Each circle once, from the file that comes first in the alphabet. */
function circlesOf(imports) {
  const circles = new Set();
  const done = new Set();
  const walk = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) {
      const circle = path.slice(at);
      const first = circle.indexOf([...circle].sort()[0]);
      circles.add(`${[...circle.slice(first), ...circle.slice(0, first), circle[first]].join(' imports ')}: a circle`);
      return;
    }
    if (done.has(file)) return;
    for (const { path: next, external } of imports.get(file) ?? [])
      if (!external && imports.has(next)) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return circles;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = await findViolations();
  for (const violation of violations) console.error(violation);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
