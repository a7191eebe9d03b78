/** The install hook: what a plugin that comes from a git URL does to get its bundle. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { writeTgz } from '../../scripts/archives.mjs';
import { EXECUTABLE, ROOT } from '../support/files.ts';

const RELEASED = readFileSync(EXECUTABLE, 'utf8');
const BUILT = '// built from source\n';

/** The package of the release. */
const PACKAGE = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-release-'));
  mkdirSync(join(folder, 'hookorder', 'dist'), { recursive: true });
  for (const file of ['hookorder.cjs', 'render.cjs', 'more.cjs'])
    cpSync(join(dirname(EXECUTABLE), file), join(folder, 'hookorder', 'dist', file));
  const tgz = writeTgz(folder);
  rmSync(folder, { recursive: true });
  return tgz;
})();

interface Checkout {
  readonly folder: string;
  /** Runs the hook and gives its status, what it said, and the bundle that there is afterwards. */
  hook(
    args?: readonly string[],
    env?: NodeJS.ProcessEnv,
  ): Promise<{ status: number | null; stderr: string; bundle: string | undefined }>;
}

/** A git checkout like ours, tagged or not, whose releases a local server has with the given checksum. */
async function withCheckout(
  state: { tagged: boolean; checksum?: string },
  body: (checkout: Checkout) => Promise<void>,
) {
  const server = createServer((request, response) => {
    const file = request.url?.split('/').pop();
    const body = file === 'hookorder-1.2.3.tgz' ? PACKAGE : `${state.checksum}  hookorder-1.2.3.tgz\n`;
    response.writeHead(state.checksum === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'hookorder checkout '));
  try {
    mkdirSync(join(folder, 'scripts'));
    for (const file of ['plugin-install.sh', 'plugin-install.mjs', 'archives.mjs', 'code-cache.mjs', 'code-cache'])
      cpSync(join(ROOT, 'scripts', file), join(folder, 'scripts', file), { recursive: true });
    const port = (server.address() as AddressInfo).port;
    writeFileSync(join(folder, 'plugin.yaml'), `version: 1.2.3\nsourceURL: http://127.0.0.1:${port}\n`);
    const build = `require('fs').mkdirSync('dist', {recursive: true}); require('fs').writeFileSync('dist/hookorder.cjs', ${JSON.stringify(BUILT)})`;
    writeFileSync(join(folder, 'build.cjs'), build);
    const manifest = { name: 'x', version: '1.2.3', scripts: { build: 'node build.cjs' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { '': {} } }),
    );
    const git = (...args: string[]) =>
      assert.equal(
        spawnSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { cwd: folder }).status,
        0,
      );
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'x');
    if (state.tagged) git('tag', 'v1.2.3');
    await body({
      folder,
      hook: (args = [], env = process.env) =>
        new Promise((resolve) => {
          const child = spawn('/bin/sh', [join(folder, 'scripts', 'plugin-install.sh'), ...args], { env });
          let stderr = '';
          child.stderr.setEncoding('utf8').on('data', (text: string) => {
            stderr += text;
          });
          child.on('close', (status) => {
            const file = join(folder, 'dist', 'hookorder.cjs');
            resolve({ status, stderr, bundle: existsSync(file) ? readFileSync(file, 'utf8') : undefined });
          });
        }),
    });
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const checksum = createHash('sha256').update(PACKAGE).digest('hex');

test('at a release tag the package is downloaded, its checksum fits, and what it holds runs', () =>
  withCheckout({ tagged: true, checksum }, async ({ hook, folder }) => {
    assert.deepEqual(await hook(), { status: 0, stderr: '', bundle: RELEASED });
    const files = readdirSync(join(folder, 'dist')).map((file) => (file.endsWith('.cache') ? 'cache' : file));
    assert.deepEqual(files.sort(), ['cache', 'hookorder.cjs', 'more.cjs', 'render.cjs']);
    assert.equal(spawnSync(process.execPath, [join(folder, 'dist', 'hookorder.cjs'), 'schema']).status, 0);
  }));

test('a download whose checksum does not fit is refused and nothing is built around it', () =>
  withCheckout({ tagged: true, checksum: '0'.repeat(64) }, async ({ hook }) => {
    const { status, stderr, bundle } = await hook();
    assert.equal(status, 1);
    assert.match(stderr, /does not have the checksum/);
    assert.equal(bundle, undefined);
  }));

test('without a release to download the bundle is built from source', () =>
  withCheckout({ tagged: true }, async ({ hook }) => {
    const { status, stderr, bundle } = await hook();
    assert.equal(status, 0, stderr);
    assert.match(stderr, /building from source/);
    assert.equal(bundle, BUILT);
  }));

test('between releases the bundle is built from source, and an update builds it again', () =>
  withCheckout({ tagged: false, checksum }, async ({ folder, hook }) => {
    assert.equal((await hook()).bundle, BUILT);
    writeFileSync(join(folder, 'dist', 'hookorder.cjs'), '// older');
    assert.equal((await hook()).bundle, '// older', 'an install leaves a bundle that is there');
    assert.equal((await hook(['update'])).bundle, BUILT);
  }));

test('a build that fails says what failed', () =>
  withCheckout({ tagged: false }, async ({ folder, hook }) => {
    writeFileSync(join(folder, 'build.cjs'), 'throw new Error("no compiler")');
    const { status, stderr } = await hook();
    assert.equal(status, 1);
    assert.match(stderr, /could not be built: npm run build failed[\s\S]*no compiler/);
  }));

test('without Node the hook says what to install', () =>
  withCheckout({ tagged: false }, async ({ hook, folder }) => {
    const { status, stderr } = await hook([], { PATH: folder });
    assert.equal(status, 1);
    assert.match(stderr, /Node 20 or later/);
  }));

test('with a Node that is too old the hook says which one it found', () =>
  withCheckout({ tagged: false }, async ({ hook, folder }) => {
    const old = join(folder, 'node');
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '18.0.0' })`;
    writeFileSync(join(folder, 'pretend.cjs'), pretend);
    writeFileSync(old, `#!/bin/sh\nexec '${process.execPath}' --require '${join(folder, 'pretend.cjs')}' "$@"\n`);
    chmodSync(old, 0o755);
    const { status, stderr } = await hook([], { PATH: `${folder}:/usr/bin:/bin` });
    assert.equal(status, 1);
    assert.match(stderr, /Node 20 or later; node on PATH is/);
  }));
