// Makes everything that a release consists of into out/.
//
//   npm run package                                     for all platforms
//   npm run package -- --platforms linux-x64            executables for some; `none` for none
//   npm run package -- --key NAME --keyring FILE        sign the Helm 4 packages (a .prov beside each)
//   npm run package -- --out DIR --skip-build           elsewhere; from the bundle that is in dist/
//
//   hookorder-V.tgz              the post-renderer, for Helm 4 and Node
//   hookorder-cli-V.tgz          the commands, for Helm 4 and Node
//   hookorder-helm3-V.tgz        the commands, for Helm 3 and Node
//   hookorder-V-PLATFORM.tgz     the post-renderer for Helm 4 with an executable of its own, which also runs by itself
//   hookorder-npm-V.tgz          the npm package
//   sbom.cdx.json, THIRD-PARTY-LICENSES, checksums.txt
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeTgz } from './archives.mjs';
import { BUNDLES, buildExecutable, bundleAll, ROOT } from './build.mjs';
import { makeExecutable, nodeLicense, PLATFORMS } from './executable.mjs';
import { sha256 } from './fetch.mjs';
import { findHelm } from './helm.mjs';
import { bundledPackages, thirdPartyLicenses } from './licenses.mjs';

const { values: options } = parseArgs({
  options: {
    'skip-build': { type: 'boolean' },
    out: { type: 'string', default: join(ROOT, 'out') },
    platforms: { type: 'string', default: Object.keys(PLATFORMS).join(',') },
    key: { type: 'string' },
    keyring: { type: 'string' },
    'passphrase-file': { type: 'string' },
  },
});
const out = resolve(options.out);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const npm = (...args) =>
  execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28, shell: process.platform === 'win32' });

/** Gathers the files of one plugin: `files` maps a path inside it to a path of the checkout. */
function stage(work, name, files) {
  const folder = join(work, name);
  for (const [target, source] of Object.entries({ ...files, LICENSE: 'LICENSE' })) {
    cpSync(join(ROOT, source), join(folder, target), { recursive: true });
  }
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), readFileSync(join(out, 'THIRD-PARTY-LICENSES')));
  return folder;
}

function helmPackage(folder) {
  const signing = ['key', 'keyring', 'passphrase-file'].flatMap((name) =>
    options[name] === undefined ? [] : [`--${name}`, options[name]],
  );
  const sign = options.key === undefined ? ['--sign=false'] : ['--sign', ...signing];
  const helm = findHelm('4');
  if (helm === undefined) throw new Error('packing plugins needs Helm 4: put one on PATH, or name it in HELM_BIN');
  execFileSync(helm, ['plugin', 'package', folder, '--destination', out, ...sign], {
    stdio: ['inherit', 'ignore', 'inherit'],
  });
}

/** The same plugin.yaml with the executable in place of Node, and no hook, because there is nothing to bring. */
function yamlForExecutable(platform, executable) {
  return readFileSync(join(ROOT, 'plugin.yaml'), 'utf8')
    .replace(/^version: .*$/m, `version: ${version}-${platform}`)
    .replace('command: node', `command: \${HELM_PLUGIN_DIR}/${executable}`)
    .replace(/"[^"]*hookorder\.cjs", /, '')
    .replace(/^ {2}platformHooks:\n(?: {4}.*\n)+/m, '');
}

/** npm's own list, less what is not in the bundle. */
async function sbom() {
  const all = JSON.parse(
    npm('sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'),
  );
  const bundled = new Set((await bundledPackages()).map(({ name, version }) => `${name}@${version}`));
  const components = all.components.filter((each) => bundled.has(each['bom-ref']));
  const refs = new Set([all.metadata.component['bom-ref'], ...bundled]);
  const dependencies = all.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
  all.metadata.component.name = 'hookorder'; // npm takes the folder's name
  return `${JSON.stringify({ ...all, components, dependencies }, null, 2)}\n`;
}

const step = (text) => console.error(`package: ${text}`);
const work = mkdtempSync(join(tmpdir(), 'hookorder-package-'));
try {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  if (!options['skip-build']) await buildExecutable();
  const licenses = await thirdPartyLicenses();
  writeFileSync(join(out, 'THIRD-PARTY-LICENSES'), licenses);
  // For the npm package. Left alone when it is right: another run may be packing it.
  const packed = join(ROOT, 'dist', 'THIRD-PARTY-LICENSES');
  if (!existsSync(packed) || readFileSync(packed, 'utf8') !== licenses) writeFileSync(packed, licenses);
  writeFileSync(join(out, 'sbom.cdx.json'), await sbom());

  step('plugins');
  const hook = {
    'scripts/plugin-install.sh': 'scripts/plugin-install.sh',
    'scripts/plugin-install.mjs': 'scripts/plugin-install.mjs',
    'scripts/code-cache.mjs': 'scripts/code-cache.mjs',
    'scripts/code-cache': 'scripts/code-cache',
  };
  const bundles = (folder) => Object.fromEntries(BUNDLES.map((file) => [`${folder}${file}`, `dist/${file}`]));
  helmPackage(stage(work, 'hookorder', { 'plugin.yaml': 'plugin.yaml', ...bundles('dist/'), ...hook }));
  const commands = { 'completion.yaml': 'plugins/cli/completion.yaml', ...bundles('') };
  helmPackage(stage(work, 'hookorder-cli', { ...commands, 'plugin.yaml': 'plugins/cli/plugin.yaml' }));
  const helm3 = stage(work, 'hookorder-helm3', { ...commands, 'plugin.yaml': 'plugins/helm3/plugin.yaml' });
  writeFileSync(join(out, `hookorder-helm3-${version}.tgz`), writeTgz(helm3));

  step('npm package');
  const [{ filename }] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', work));
  renameSync(join(work, filename), join(work, 'npm.tgz'));
  cpSync(join(work, 'npm.tgz'), join(out, `hookorder-npm-${version}.tgz`));

  const whole = join(work, 'whole.cjs');
  writeFileSync(whole, await bundleAll());
  for (const platform of options.platforms.split(',').filter((each) => each !== 'none')) {
    step(`executable for ${platform}`);
    const name = platform.startsWith('win') ? 'hookorder.exe' : 'hookorder';
    const folder = stage(work, join(platform, 'hookorder'), {});
    cpSync(nodeLicense(), join(folder, 'NODE-LICENSE'));
    chmodSync(join(folder, 'NODE-LICENSE'), 0o644);
    await makeExecutable(platform, whole, join(folder, name));
    writeFileSync(join(folder, 'plugin.yaml'), yamlForExecutable(platform, name));
    helmPackage(folder);
  }

  const files = readdirSync(out).sort();
  const sums = files.map((file) => `${sha256(readFileSync(join(out, file)))}  ${file}\n`);
  writeFileSync(join(out, 'checksums.txt'), sums.join(''));
  console.log([...files, 'checksums.txt'].map((file) => join(out, file)).join('\n'));
} finally {
  rmSync(work, { recursive: true, force: true });
}
