/** Where things are, and golden files. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = process.env['HOOKORDER_ROOT'] ?? process.cwd();
export const EXECUTABLE = join(ROOT, 'dist', 'hookorder.cjs');
/** The words that start hookorder: the bundle on this Node, or the executable without Node that `npm test -- --native` makes. */
export const COMMAND: readonly [string, ...string[]] = process.env['HOOKORDER_EXECUTABLE']
  ? [process.env['HOOKORDER_EXECUTABLE']]
  : [process.execPath, EXECUTABLE];
/** A file that runs by itself, for where a path is wanted. */
export const PROGRAM: string = COMMAND.length === 1 ? COMMAND[0] : EXECUTABLE;
export const TESTDATA = join(ROOT, 'testdata');
/** Real streams that are not part of the project; tests that want them skip where they are absent. */
export const CORPUS = process.env['HOOKORDER_CORPUS'] ?? join(ROOT, '..', 'shared', 'corpus');

/** Compares `actual` with a golden file byte for byte; `npm test -- --update` writes it instead. */
export function assertGolden(file: string, actual: string): void {
  if (process.env['HOOKORDER_UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.ok(existsSync(file), `${file} is missing: run npm test -- --update and read what it writes`);
  assert.equal(actual, readFileSync(file, 'utf8'));
}
