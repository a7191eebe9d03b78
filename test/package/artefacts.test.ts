/** A release as its users meet it: packages unpacked and read, installed by real Helm binaries, and run. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileOfTgz, readTgz } from '../../scripts/archives.mjs';
import { PLATFORMS } from '../../scripts/platforms.mjs';
import { startCluster } from '../support/cluster.ts';
import { EXECUTABLE, ROOT } from '../support/files.ts';
import { HELM_3, HELM_4, type Helm, helmTest } from '../support/helm.ts';
import { type Artefacts, makeArtefacts, PLATFORM, unpack, VERSION } from '../support/release-artefacts.ts';

let artefacts: Artefacts;
before(() => {
  artefacts = makeArtefacts(PLATFORM);
});
after(() => artefacts?.close());

const CHART = join(ROOT, 'testdata', 'charts', 'demo');
const CONFIG = join(CHART, 'hookorder.yaml');
const PLUGIN = `hookorder-${VERSION}.tgz`;
const COMMANDS = `hookorder-cli-${VERSION}.tgz`;
const HELM_3_COMMANDS = `hookorder-helm3-${VERSION}.tgz`;
const STANDALONE = `hookorder-${VERSION}-${PLATFORM}.tgz`;
const STANDALONE_COMMANDS = `hookorder-cli-${VERSION}-${PLATFORM}.tgz`;
const NPM = `hookorder-npm-${VERSION}.tgz`;
/** A PATH on which there is no Node. */
const NO_NODE = { PATH: join(ROOT, 'no-such-folder') };

const namesIn = (tgz: string): string[] =>
  readTgz(artefacts.read(tgz))
    .map(({ name }) => name)
    .sort();

function render(helm: Helm, env: NodeJS.ProcessEnv = {}): string {
  const use = ['--post-renderer', 'hookorder', '--post-renderer-args', `--config=${CONFIG}`];
  return helm.succeed(['template', 'shop', CHART, ...use], { env });
}
const installSigned = (helm: Helm, tgz: string) =>
  helm.succeed(['plugin', 'install', artefacts.path(tgz), '--keyring', artefacts.keyring]);

test('each plugin package holds the bundle, its plugin.yaml and the licences, and nothing else', () => {
  const licenses = ['LICENSE', 'THIRD-PARTY-LICENSES'];
  const bundles = ['hookorder.cjs', 'more.cjs', 'render.cjs'];
  const scripts = ['archives.mjs', 'code-cache.mjs', 'code-cache/hookorder.yaml', 'code-cache/stream.yaml'];
  const hook = [...scripts, 'plugin-install.mjs', 'plugin-install.sh'].map((name) => `scripts/${name}`);
  const bring = [...bundles.map((name) => `dist/${name}`), 'plugin.yaml', ...hook];
  const commands = [
    'completion.yaml',
    'hookorder.1',
    'hookorder.cjs',
    'more.cjs',
    'plugin.complete',
    'plugin.yaml',
    'render.cjs',
  ];
  assert.deepEqual(
    namesIn(PLUGIN),
    [...licenses, ...bring].map((name) => `hookorder/${name}`),
  );
  assert.deepEqual(
    namesIn(COMMANDS),
    [...licenses, ...commands].map((name) => `hookorder-cli/${name}`),
  );
  assert.deepEqual(namesIn(HELM_3_COMMANDS), [...licenses, ...commands]);
  const executable = PLATFORM.startsWith('win') ? 'hookorder.exe' : 'hookorder';
  assert.deepEqual(
    namesIn(STANDALONE),
    [...licenses, 'hookorder.1', executable, 'plugin.yaml'].sort().map((name) => `hookorder/${name}`),
  );
  assert.deepEqual(
    namesIn(STANDALONE_COMMANDS),
    [...licenses, 'completion.yaml', 'hookorder.1', executable, 'plugin.complete', 'plugin.yaml']
      .sort()
      .map((name) => `hookorder-cli/${name}`),
  );
});

test('the npm package holds the bundle, the plugins and the docs, and nothing else', () => {
  const names = namesIn(NPM).map((name) => name.replace('package/', ''));
  const expected =
    /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|plugin\.yaml|dist\/((hookorder|render|more)\.cjs|library\.(js|d\.ts)|THIRD-PARTY-LICENSES)|plugins\/(cli|helm3)\/[\w.]+|scripts\/(plugin-install\.(sh|mjs)|archives\.mjs|code-cache\.mjs|code-cache\/[\w.]+)|docs\/[\w/-]+\.(md|json|svg|png|html|1))$/;
  assert.deepEqual(
    names.filter((name) => !expected.test(name)),
    [],
  );
  for (const name of [
    'dist/hookorder.cjs',
    'dist/render.cjs',
    'dist/more.cjs',
    'dist/library.js',
    'dist/library.d.ts',
    'scripts/code-cache/stream.yaml',
    'dist/THIRD-PARTY-LICENSES',
    'plugins/cli/plugin.yaml',
    'LICENSE',
    'docs/install.md',
  ])
    assert.ok(names.includes(name), name);
});

test('checksums.txt has the SHA-256 of every other file', () => {
  const lines = readdirSync(artefacts.folder)
    .filter((name) => name !== 'checksums.txt' && !name.endsWith('.prov'))
    .sort()
    .map((name) => `${createHash('sha256').update(artefacts.read(name)).digest('hex')}  ${name}\n`);
  assert.equal(artefacts.read('checksums.txt').toString(), lines.join(''));
});

test('the licences and the SBOMs name the same packages, those in the bundle, and the runtime of the executables', () => {
  const listed = [
    ...artefacts
      .read('THIRD-PARTY-LICENSES')
      .toString()
      .matchAll(/^ {2}(\S+) (\S+) \((.+)\)$/gm),
  ];
  const sbom = JSON.parse(artefacts.read('sbom.cdx.json').toString()) as {
    components: { name: string; version: string }[];
  };
  // What the executable of this platform has in it besides.
  const isSmall = PLATFORMS[PLATFORM]?.zig !== undefined;
  const file = isSmall ? 'sbom-linux.cdx.json' : 'sbom-bun.cdx.json';
  const native = JSON.parse(artefacts.read(file).toString()) as typeof sbom;
  const embedded = native.components.slice(sbom.components.length);
  assert.deepEqual(native.components.slice(0, sbom.components.length), sbom.components);
  assert.deepEqual(
    embedded.map(({ name }) => name),
    isSmall ? ['QuickJS-ng', 'zlib', 'musl', 'compiler-rt'] : ['bun'],
  );
  for (const tgz of [STANDALONE, STANDALONE_COMMANDS]) {
    const folder = tgz.startsWith('hookorder-cli') ? 'hookorder-cli' : 'hookorder';
    const text = fileOfTgz(artefacts.read(tgz), `${folder}/THIRD-PARTY-LICENSES`)?.toString() ?? '';
    for (const { name, version } of embedded)
      assert.ok(text.toLowerCase().includes(`\n${name.toLowerCase()} ${version}\n`), name);
    if (!isSmall) assert.match(text, /JavaScriptCore .* \(LGPL-2/);
  }
  const names = listed.map(([, name, version]) => `${name} ${version}`);
  assert.ok(
    names.some((name) => name.startsWith('yaml ')),
    names.join(),
  );
  assert.deepEqual(sbom.components.map(({ name, version }) => `${name} ${version}`).sort(), names.sort());
  for (const [line, , , license] of listed)
    assert.match(license ?? '', /^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0)$/, line);
});

test('every plugin.yaml has the version of package.json', () => {
  for (const file of ['plugin.yaml', 'plugins/cli/plugin.yaml', 'plugins/helm3/plugin.yaml'])
    assert.ok(readFileSync(join(ROOT, file), 'utf8').includes(`\nversion: ${VERSION}\n`), file);
});

helmTest('the signed packages verify, install, render, give the commands, and go away again', HELM_4, (helm) => {
  for (const tgz of [PLUGIN, COMMANDS]) {
    assert.match(
      helm.succeed(['plugin', 'verify', artefacts.path(tgz), '--keyring', artefacts.keyring]),
      /Signed by: test/,
    );
    installSigned(helm, tgz);
  }
  assert.equal(helm.succeed(['plugin', 'list']).match(/\bsigned\b/g)?.length, 2);
  assert.match(render(helm), /helm\.sh\/hook: "pre-install,pre-upgrade"/);
  assert.equal(helm.succeed(['hookorder', '--version']).trim(), VERSION);
  assert.match(helm.succeed(['hookorder', 'plan', '--help']), /--config/);
  const input = helm.succeed(['template', 'shop', CHART]);
  assert.match(helm.succeed(['hookorder', 'plan', '--config', CONFIG], { input }), /pre-install/);
  assert.match(helm.succeed(['__complete', 'hookorder', 'pl']), /^plan$/m);
  helm.succeed(['plugin', 'uninstall', 'hookorder', 'hookorder-cli']);
  assert.doesNotMatch(helm.succeed(['plugin', 'list']), /hookorder/);
  assert.equal(helm.run(['hookorder', '--version']).status, 1);
});

helmTest('a package that was changed after signing is refused', HELM_4, (helm) => {
  const tampered = join(helm.write('tampered', {}), PLUGIN);
  helm.write('tampered', { [`${PLUGIN}.prov`]: artefacts.read(`${PLUGIN}.prov`).toString() });
  copyFileSync(artefacts.path(PLUGIN), tampered);
  writeFileSync(tampered, Buffer.concat([readFileSync(tampered), Buffer.from('x')]));
  for (const command of ['verify', 'install'])
    assert.equal(helm.run(['plugin', command, tampered, '--keyring', artefacts.keyring]).status, 1, command);
  assert.doesNotMatch(helm.succeed(['plugin', 'list']), /hookorder/);
});

helmTest('the packages with an executable of their own need no Node', HELM_4, (helm) => {
  for (const tgz of [STANDALONE, STANDALONE_COMMANDS]) installSigned(helm, tgz);
  assert.equal(helm.succeed(['plugin', 'list'], { env: NO_NODE }).match(/\bsigned\b/g)?.length, 2);
  assert.match(render(helm, NO_NODE), /helm\.sh\/hook: "pre-install,pre-upgrade"/);
  assert.equal(helm.succeed(['hookorder', '--version'], { env: NO_NODE }).trim(), VERSION);
  const input = helm.succeed(['template', 'shop', CHART]);
  const plan = ['hookorder', 'plan', '--config', CONFIG];
  const own = helm.succeed(plan, { input, env: NO_NODE });
  assert.match(own, /pre-install/);
  assert.match(helm.succeed(['__complete', 'hookorder', 'pl'], { env: NO_NODE }), /^plan$/m);
  helm.succeed(['plugin', 'uninstall', 'hookorder', 'hookorder-cli']);
  for (const tgz of [PLUGIN, COMMANDS]) installSigned(helm, tgz);
  assert.equal(helm.succeed(plan, { input }), own);
});

helmTest(
  'from the npm package both plugins install as they lie, and the install hook makes the code cache',
  HELM_4,
  (helm) => {
    const folder = join(helm.folder, 'npm');
    unpack(artefacts.read(NPM), folder);
    const root = join(folder, 'package');
    helm.succeed(['plugin', 'install', root]);
    helm.succeed(['plugin', 'install', join(root, 'plugins', 'cli')]);
    assert.match(render(helm), /helm\.sh\/hook: "pre-install,pre-upgrade"/);
    assert.equal(helm.succeed(['hookorder', '--version']).trim(), VERSION);
    const caches = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.cache'));
    assert.equal(caches.length, process.platform === 'win32' ? 0 : 1);
  },
);

test('unpacked, the executable does what the bundle does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder executable '));
  try {
    unpack(artefacts.read(STANDALONE), folder);
    const stream =
      'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: shop-db-migrate\nspec: {template: {spec: {}}}\n';
    for (const args of [
      ['--version'],
      ['render', '--config', CONFIG],
      ['plan', '--config', CONFIG],
      ['lint', '-o', 'sarif'],
    ]) {
      const run = (command: string, before: string[], env: NodeJS.ProcessEnv) => {
        const { status, stdout, stderr } = spawnSync(command, [...before, ...args], {
          input: stream,
          env,
          encoding: 'utf8',
        });
        return { status, stdout, stderr };
      };
      const bundle = run(process.execPath, [EXECUTABLE], process.env);
      assert.deepEqual(run(join(folder, 'hookorder', 'hookorder'), [], NO_NODE), bundle, args.join(' '));
      assert.notEqual(bundle.status, 70);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the npm package installs without any dependency and runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder npm '));
  try {
    const npm = ['install', '--offline', '--no-audit', '--no-fund', '--prefix', folder, artefacts.path(NPM)];
    const installed = spawnSync('npm', npm, { encoding: 'utf8', shell: process.platform === 'win32' });
    assert.equal(installed.status, 0, installed.stderr);
    assert.deepEqual(
      readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')),
      ['hookorder'],
    );
    const run = spawnSync(join(folder, 'node_modules', '.bin', 'hookorder'), ['--version'], { encoding: 'utf8' });
    assert.equal(run.stdout.trim(), VERSION, run.stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Serves the artefacts on 127.0.0.1 while `body` runs. */
async function serve(type: string, body: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(({ url }, response) => {
    const file = artefacts.path(basename(new URL(url ?? '/', 'http://host').pathname));
    response.writeHead(existsSync(file) ? 200 : 404, { 'content-type': type });
    response.end(existsSync(file) ? readFileSync(file) : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

helmTest('a signed package installs from a release download, verified', HELM_4, (helm) =>
  serve('application/octet-stream', async (url) => {
    const { status, stdout, stderr } = await helm.start([
      'plugin',
      'install',
      `${url}/${PLUGIN}`,
      '--keyring',
      artefacts.keyring,
    ]);
    assert.equal(status, 0, stderr);
    assert.match(stdout + stderr, /Signed by: test/);
    assert.match(render(helm), /helm\.sh\/hook/);
  }),
);

helmTest('a signed package installs from an OCI registry, as `oras push` puts it there', HELM_4, async (helm) => {
  const descriptor = (mediaType: string, content: Buffer, title?: string) => ({
    mediaType,
    digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    size: content.length,
    ...(title !== undefined && { annotations: { 'org.opencontainers.image.title': title } }),
  });
  const blobs = [Buffer.from('{}'), ...[PLUGIN, `${PLUGIN}.prov`].map((name) => artefacts.read(name))] as const;
  const layer = 'application/vnd.oci.image.layer.v1.tar';
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.helm.plugin.v1+json',
    config: descriptor('application/vnd.oci.empty.v1+json', blobs[0]),
    layers: [descriptor(layer, blobs[1] as Buffer, PLUGIN), descriptor(layer, blobs[2] as Buffer, `${PLUGIN}.prov`)],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const contents = new Map([manifest.config, ...manifest.layers].map(({ digest }, i) => [digest, blobs[i] as Buffer]));
  const server = createServer(({ url = '', method }, response) => {
    const blob = contents.get(url.split('/').pop() ?? '');
    const body = url.includes('/manifests/') ? bytes : blob;
    const { mediaType, digest } = descriptor(
      url.includes('/manifests/') ? manifest.mediaType : layer,
      body ?? Buffer.alloc(0),
    );
    const headers = { 'content-type': mediaType, 'docker-content-digest': digest, 'content-length': body?.length ?? 0 };
    response.writeHead(url === '/v2/' || body !== undefined ? 200 : 404, headers);
    response.end(method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const reference = `oci://127.0.0.1:${(server.address() as AddressInfo).port}/hookorder:${VERSION}`;
    const { status, stdout, stderr } = await helm.start([
      'plugin',
      'install',
      reference,
      '--plain-http',
      '--keyring',
      artefacts.keyring,
    ]);
    assert.equal(status, 0, stderr);
    assert.match(stdout + stderr, /Signed by: test/);
  } finally {
    server.close();
  }
  assert.match(render(helm), /helm\.sh\/hook/);
});

helmTest('Helm 3 takes its own package, and has the commands and a path for --post-renderer', HELM_3, async (helm) => {
  // Helm 3 looks at the media type, and would not take application/octet-stream.
  await serve('application/gzip', async (url) => {
    const { status, stderr } = await helm.start(['plugin', 'install', `${url}/${HELM_3_COMMANDS}`]);
    assert.equal(status, 0, stderr);
  });
  assert.equal(helm.succeed(['hookorder', '--version']).trim(), VERSION);
  const input = helm.succeed(['template', 'shop', CHART]);
  assert.match(helm.succeed(['hookorder', 'plan', '--config', CONFIG], { input }), /pre-install/);
  helm.succeed(['plugin', 'uninstall', 'hookorder']);

  const folder = helm.write('helm data/plugins/hookorder', {});
  unpack(artefacts.read(HELM_3_COMMANDS), folder);
  assert.equal(helm.succeed(['hookorder', '--version']).trim(), VERSION);
  const use = ['--post-renderer', join(folder, 'hookorder.cjs')];
  const cluster = await startCluster();
  try {
    const install = ['install', 'shop', CHART, ...cluster.flags, ...use];
    const { status, stderr } = await helm.start(install, { env: { HOOKORDER_CONFIG: CONFIG } });
    assert.equal(status, 1);
    assert.match(stderr, /input\/helm3-post-render/);
  } finally {
    await cluster.close();
  }
});
