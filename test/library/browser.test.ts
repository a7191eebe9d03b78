/**
 * The library gives the bytes, findings and runs that it gives in Node in a world that has nothing of Node, and in a real browser, where a chromium
 * is found (`CHROMIUM`, or on PATH).
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import type * as Library from '../../src/public.d.ts';
import { look, skip } from '../support/browser.ts';
import { ROOT } from '../support/files.ts';

const LIBRARY = join(ROOT, 'dist', 'library.js');
const read = (...path: readonly string[]): string => readFileSync(join(ROOT, 'testdata', ...path), 'utf8');
const CASES = readdirSync(join(ROOT, 'testdata', 'cases')).map((name) => {
  const files = readdirSync(join(ROOT, 'testdata', 'cases', name));
  return {
    stream: read('cases', name, 'in.yaml'),
    config: files.includes('config.yaml') ? [read('cases', name, 'config.yaml')] : [],
  };
});
// Letters of two, three and four bytes, and one that is no Latin-1.
CASES.push({ stream: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "é€😀\\x85"\n', config: [] });

/** A page may not import a module of a file, so it has the module's text. */
const CODE = readFileSync(LIBRARY, 'utf8').replace(
  /^export \{([^}]*)\};/m,
  (_, names: string) => `const library = { ${names.replaceAll(/(\w+) as (\w+)/g, '$2: $1')} };`,
);

/** Runs in Node and in the browser, as text. */
const WORK = `(library, cases) => cases.map(({ stream, config }) => {
  const release = library.orderRelease(stream, { config, now: 1700000000, check: 'all', failOn: 'never' });
  const runs = release.resources.length === 0 ? [] : ['install', 'upgrade', 'uninstall'].map((operation) => library.simulate(release, operation).steps);
  return { output: release.output && [...release.output].reduce((hash, byte) => (hash * 31 + byte) % 1000000007, 7), length: release.output?.length, findings: release.findings, resources: release.resources, runs };
})`;

const inNode = async (): Promise<readonly { readonly runs: readonly unknown[] }[]> => {
  const library: typeof Library = await import(pathToFileURL(LIBRARY).href);
  const work = new Function('library', 'cases', `return (${WORK})(library, cases);`);
  return JSON.parse(JSON.stringify(work(library, CASES)));
};

test('without anything of Node, the library gives what it gives in Node', async () => {
  const want = await inNode();
  const got = runInNewContext(`${CODE}\nJSON.stringify((${WORK})(library, ${JSON.stringify(CASES)}))`, {
    TextDecoder,
    TextEncoder,
  });
  assert.deepEqual(JSON.parse(got), want);
  assert.ok(want.length > 10 && want.some(({ runs }) => runs.length > 0));
});

test('a browser gives the bytes, findings and runs that Node gives', { skip }, async () => {
  const want = await inNode();
  const script = `${CODE}\nwindow.got = (${WORK})(library, ${JSON.stringify(CASES)});`;
  const page = `<!doctype html><meta charset="utf-8"><body><script type="module">${script.replaceAll('</script', '<\\/script')}</script>`;
  assert.deepEqual(look(page, 800, 'await soon(() => view.got); return view.got;'), want);
});
