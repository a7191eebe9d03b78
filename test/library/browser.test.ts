/**
 * The library gives the bytes, findings and runs that it gives in Node in a world that has nothing of Node, and in a real browser, where a chromium
 * is found (`CHROMIUM`, or on PATH).
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import type * as Library from '../../src/public.d.ts';
import { ROOT } from '../support/files.ts';

const LIBRARY = join(ROOT, 'dist', 'library.js');
const browser = [process.env['CHROMIUM'] ?? '', 'chromium', 'chromium-browser', 'google-chrome']
  .filter((name) => name !== '')
  .find((name) => spawnSync(name, ['--version']).status === 0);
const skip = browser === undefined ? 'no chromium: set CHROMIUM or put one on PATH' : false;

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
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-browser-'));
  try {
    const script = `${CODE}\ntry { document.body.textContent = 'RESULT' + btoa(unescape(encodeURIComponent(JSON.stringify((${WORK})(library, ${JSON.stringify(CASES)}))))) + 'END'; } catch (error) { document.body.textContent = String(error.stack); }`;
    const page = `<!doctype html><meta charset="utf-8"><body><script type="module">${script.replaceAll('</script', '<\\/script')}</script>`;
    writeFileSync(join(folder, 'page.html'), page);
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`];
    const { stdout, stderr } = spawnSync(
      browser ?? '',
      [...flags, '--virtual-time-budget=20000', '--dump-dom', `file://${join(folder, 'page.html')}`],
      { encoding: 'utf8', timeout: 120_000, maxBuffer: 64 * 1024 * 1024 },
    );
    const [, got] = /RESULT([\w+/=]+)END/.exec(stdout) ?? [];
    assert.ok(got, `the browser said nothing: ${stdout.slice(-500)}${stderr.slice(-1000)}`);
    assert.deepEqual(JSON.parse(Buffer.from(got, 'base64').toString()), want);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
