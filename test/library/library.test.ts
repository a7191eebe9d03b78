/** The package as its users have it: the same bytes, names and findings as the command line, types that compile, an example that runs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sha256 } from '../../src/model/sha256.ts';
import type * as Library from '../../src/public.d.ts';
import { EXECUTABLE, ROOT } from '../support/files.ts';

const LIBRARY = join(ROOT, 'dist', 'library.js');
const library: Promise<typeof Library> = import(pathToFileURL(LIBRARY).href);
const NOW = 1_700_000_000;

interface Case {
  readonly name: string;
  readonly stream: string;
  readonly config: readonly { readonly name: string; readonly content: string }[];
}

const CASES: readonly Case[] = readdirSync(join(ROOT, 'testdata', 'cases')).flatMap((name) => {
  const folder = join(ROOT, 'testdata', 'cases', name);
  const config = join(folder, 'config.yaml');
  return [
    {
      name,
      stream: readFileSync(join(folder, 'in.yaml'), 'utf8'),
      config: existsSync(config) ? [{ name: 'hookorder.yaml', content: readFileSync(config, 'utf8') }] : [],
    },
  ];
});

/** As the command line does it, in JSON. */
function byCommandLine({ stream, config }: Case): {
  readonly output: string;
  readonly findings: readonly Library.Finding[];
} {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-library-'));
  try {
    for (const { name, content } of config) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'in.yaml'), stream);
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [EXECUTABLE, ...args, '--now', String(NOW), 'in.yaml'], {
        cwd: folder,
        encoding: 'utf8',
      });
    return {
      output: run('render', '--as-filter').stdout,
      findings: JSON.parse(run('lint', '-o', 'json').stdout).findings,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the library gives what the command line gives', async () => {
  const { orderRelease } = await library;
  let refused = 0;
  for (const each of CASES) {
    const want = byCommandLine(each);
    const options = { config: each.config, now: NOW };
    const stream = { name: 'in.yaml', content: each.stream };
    const { output } = orderRelease(stream, options);
    // Without any config render refuses, and the library leaves the stream as it is.
    const carries = each.stream.includes('kind: HookOrder');
    if (each.config.length > 0 || carries)
      assert.equal(output === undefined ? '' : Buffer.from(output).toString(), want.output, each.name);
    else assert.equal(output && Buffer.from(output).toString(), each.stream, each.name);
    if (output === undefined) refused += 1;
    const { findings } = orderRelease(Buffer.from(each.stream), { ...options, check: 'all' });
    const rename = (file: string | null): string | null => (file === 'in.yaml' ? 'stream.yaml' : file);
    const renamed = want.findings.map((one) => ({
      ...one,
      file: rename(one.file),
      config: one.config && { ...one.config, file: rename(one.config.file) },
    }));
    assert.deepEqual(
      findings.map(({ message, ...one }) => one),
      renamed.map(({ message, ...one }) => one),
      each.name,
    );
  }
  assert.ok(CASES.length > 10 && refused > 0 && refused < CASES.length);
});

test('two configs are an error, and options say which counts', async () => {
  const { orderRelease } = await library;
  const carrying = CASES.find(({ name }) => name === 'a-config-in-the-stream-orders-it-and-leaves') ?? assert.fail();
  const config = 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: []\n';
  const codes = (options: Library.OrderOptions): readonly string[] =>
    orderRelease(carrying.stream, options).findings.map(({ code }) => code);
  assert.ok(codes({ config }).includes('config/two-configs'));
  assert.ok(!codes({ config, ignoreChartConfig: true }).includes('config/two-configs'));
  assert.deepEqual(
    orderRelease(carrying.stream, { config: new Uint8Array([0xff]), ignoreChartConfig: true }).findings.map(
      ({ code }) => code,
    ),
    ['config/unreadable'],
  );
});

test('the text of `failOn` and `check` decides what is refused', async () => {
  const { orderRelease } = await library;
  const stream = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---\nmetadata:\n  name: b\n';
  const isRefused = (options: Library.OrderOptions): boolean => orderRelease(stream, options).output === undefined;
  assert.equal(isRefused({}), false);
  assert.equal(isRefused({ failOn: 'warning' }), true);
  assert.equal(orderRelease('a: \xff: b', {}).output, undefined);
});

test('the example of docs/library.md runs, its retry begins where the failed run ended', async () => {
  const text = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8');
  const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-library-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules', 'hookorder'));
    const check = "console.log('RETRY', retry.steps.length, retry.stop);";
    writeFileSync(join(folder, 'example.mjs'), `${blocks.join('')}${check}`);
    const { stdout, stderr, status } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /helm\.sh\/hook: "?post-install,post-upgrade/);
    assert.match(stdout, /^post-upgrade create Job migrate$/m);
    assert.match(stdout, /^step 1$/m);
    assert.match(stdout, /^RETRY [1-9]\d* undefined$/m);

    const typed = `${blocks.join('')}
import type { Finding, Run } from 'hookorder';
export const severity: Finding['severity'] = release.findings[0]?.severity ?? 'info';
export const last: Run = retry;
// @ts-expect-error no operation of any target
simulate(release, 'instal');
// @ts-expect-error absent when the release is refused
orderRelease(stream).output.length;
`;
    writeFileSync(join(folder, 'consumer.ts'), typed);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      exactOptionalPropertyTypes: true,
    };
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['consumer.ts'] }));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    assert.equal(compiled.stdout + compiled.stderr, '');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('simulate refuses what it cannot do', async () => {
  const { orderRelease, simulate } = await library;
  const release = orderRelease('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n');
  assert.throws(() => simulate(release, 'sync'), /Helm|helm/);
  assert.throws(() => simulate({ ...release }, 'install'), /orderRelease/);
  assert.deepEqual(
    simulate(release, 'first sync', { target: 'argocd' }).steps.map(({ do: deed }) => deed),
    ['create'],
  );
});

test('the package names the files that the build makes, and they depend on nothing', () => {
  const { exports, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const path of Object.values<string>(exports['.'])) assert.ok(existsSync(join(ROOT, path)), path);
  assert.ok(files.includes('dist/library.*'));
  const code = readFileSync(LIBRARY, 'utf8');
  assert.doesNotMatch(code, /^import |\bBuffer\.|"node:|\bprocess\.(env|argv|cwd)/m);
});

test('SHA-256 is that of the standard', () => {
  for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length) % 256);
    assert.equal(sha256(bytes), createHash('sha256').update(bytes).digest('hex'), `${length} bytes`);
  }
});
