/** The walls of ARCHITECTURE.md hold: each is tried with a planted import, in every way in which one file can name another. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../support/files.ts';

/** Loaded when it runs: the script uses the bundler, which cannot be bundled. */
const walls: Promise<typeof import('../../scripts/walls.mjs')> = import(
  pathToFileURL(join(ROOT, 'scripts', 'walls.mjs')).href
);

test('no file imports what its room may not import, and no files import each other in a circle', async () => {
  assert.deepEqual(await (await walls).findViolations(), []);
});

const WAYS: Readonly<Record<string, (path: string) => string>> = {
  import: (path) => `import '${path}';`,
  'import type': (path) => `import type { X } from '${path}';\nexport type Y = X;`,
  'export type': (path) => `export type { X } from '${path}';`,
  require: (path) => `export const f = () => require('${path}');`,
  'import()': (path) => `export const f = () => import('${path}');`,
  'a type in import()': (path) => `export type Y = import('${path}').X;`,
};

/** A folder for each folder, and a file for each file: what a room holds that another may want. */
const insideOf = (room: string): string => (room.endsWith('.ts') ? room : `${room}/planted.ts`);

test('every wall refuses a planted import, however it is written', async () => {
  const { ROOMS, findViolations } = await walls;
  const rooms = Object.keys(ROOMS);
  const planted: Record<string, string> = {};
  const expected: string[] = [];
  for (const room of rooms.filter((name) => !name.endsWith('.ts'))) {
    const depth = '../'.repeat(room.split('/').length);
    for (const other of [...rooms, 'node']) {
      if (other === room || ROOMS[room]?.includes(other)) continue;
      const target = other === 'node' ? 'node:fs' : `${depth}${insideOf(other)}`;
      // All ways through the walls of one room, and one after the other through all others.
      const ways = Object.entries(WAYS);
      for (const [way, write] of room === 'model' ? ways : [ways[expected.length % ways.length] ?? never()]) {
        const file = `${room}/planted-${way.replaceAll(/\W/g, '-')}-${other.replaceAll(/\W/g, '-')}.ts`;
        planted[file] = write(target);
        expected.push(`${file} imports ${target.replace(/^(\.\.\/)+/, '')}`);
      }
    }
    planted[`${room}/planted.ts`] = 'export type X = 1;';
  }
  const found = (await findViolations(planted)).filter((line) => line.includes('planted-'));
  const missed = expected.filter((line) => !found.some((violation) => violation.startsWith(`${line}:`)));
  assert.deepEqual(missed, []);
  assert.ok(expected.length > 100, `${expected.length} planted imports`);
});

const never = (): never => assert.fail('there are ways');

test('a circle of types is a circle', async () => {
  const { findViolations } = await walls;
  const found = await findViolations({
    'model/planted-a.ts': "import type { B } from './planted-b.ts';\nexport type A = B;",
    'model/planted-b.ts': "export type B = import('./planted-a.ts').A | 1;",
  });
  assert.deepEqual(
    found.filter((line) => line.includes('planted')),
    ['model/planted-a.ts imports model/planted-b.ts imports model/planted-a.ts: a circle'],
  );
});

test('a file outside every room is refused', async () => {
  const { findViolations } = await walls;
  const found = await findViolations({ 'helper/planted.ts': 'export const x = 1;' });
  assert.deepEqual(found.filter((line) => line.includes('planted')).length, 1);
});

test('below the world, what only Node has is a type error, and so is what only a browser has', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-pure-'));
  const pure = join(ROOT, 'scripts', 'pure');
  const planted = [
    "export const a = Buffer.from('x');",
    'export const b = (bytes: Uint8Array): Buffer => bytes as never;',
    'export const c = process.env;',
    "export const d = atob('');",
    "export const e: string = require('./other.ts');",
    'export const f = __dirname;',
    'export const g = document.title;',
    'export const h = setTimeout;',
    'export const i: NodeJS.Timeout = 1 as never;',
  ];
  const right = "export const z = require('./other.ts') as typeof import('./right.ts');";
  try {
    for (const [at, line] of planted.entries()) writeFileSync(join(folder, `planted-${at}.ts`), line);
    writeFileSync(join(folder, 'right.ts'), right);
    const config = { extends: join(pure, 'tsconfig.json'), include: [join(pure, 'globals.d.ts'), '*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', folder], { encoding: 'utf8' });
    const wrong = new Set([...stdout.matchAll(/(planted-\d+|right)\.ts\(/g)].map(([, name]) => name));
    assert.deepEqual(
      [...wrong].sort(),
      planted.map((_, at) => `planted-${at}`),
      stdout,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
