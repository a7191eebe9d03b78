// Makes everything that a release consists of into out/, the same bytes for the same source.
//
//   npm run package                                     for all platforms
//   npm run package -- --platforms linux-x64            executables for some; `none` for none
//   npm run package -- --out DIR --skip-build           elsewhere; from the bundles that are in dist/
//
//   hookorder-V-PLATFORM.tgz       the post-renderer for Helm 4, with an executable of its own, which also runs by itself
//   hookorder-cli-V-PLATFORM.tgz   the commands for Helm 4, with the same executable
//   hookorder-V.tgz                the post-renderer, for Helm 4 and Node
//   hookorder-cli-V.tgz            the commands, for Helm 4 and Node
//   hookorder-helm3-V.tgz          the commands, for Helm 3 and Node
//   hookorder-npm-V.tgz            the npm package
//   sbom.cdx.json for Node; sbom-linux.cdx.json and sbom-bun.cdx.json with what the executables have in them
//   THIRD-PARTY-LICENSES of all of these, checksums.txt
//   *.tgz.unsigned                 what has to be signed for `helm plugin install` (`gpg --clearsign` makes a .prov of each)
import { execFileSync } from 'node:child_process';
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
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeTgz } from './archives.mjs';
import { BUNDLES, buildExecutable, ROOT } from './build.mjs';
import { makeExecutable } from './executable.mjs';
import { sha256 } from './fetch.mjs';
import { bunLicenses, smallLicenses, thirdPartyLicenses } from './licenses.mjs';
import { PLATFORMS } from './platforms.mjs';
import { yamlForExecutable } from './plugin-yaml.mjs';
import { sbom } from './sbom.mjs';

const { values: options } = parseArgs({
  options: {
    'skip-build': { type: 'boolean' },
    out: { type: 'string', default: join(ROOT, 'out') },
    platforms: { type: 'string', default: Object.keys(PLATFORMS).join(',') },
  },
});
const out = resolve(options.out);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const step = (text) => console.error(`package: ${text}`);

/** Gathers the files of one plugin: `files` maps a path inside it to a path of the checkout. */
function stage(work, name, files) {
  const folder = join(work, name);
  for (const [target, source] of Object.entries({ ...files, LICENSE: 'LICENSE' })) {
    cpSync(join(ROOT, source), join(folder, target), { recursive: true });
    // Git keeps the mode, and a checkout on Windows does not have it.
    if (target === 'plugin.complete') chmodSync(join(folder, target), 0o755);
  }
  return folder;
}

/** Writes a plugin package of Helm 4, and beside it the text whose signature Helm checks: its plugin.yaml, and the SHA-256 of the package. */
function helmPackage(folder, plugin, file) {
  const tgz = writeTgz(folder, `${plugin}/`);
  writeFileSync(join(out, file), tgz);
  const yaml = readFileSync(join(folder, 'plugin.yaml'), 'utf8').trimEnd();
  writeFileSync(join(out, `${file}.unsigned`), `${yaml}\n\n...\nfiles:\n  ${file}: sha256:${sha256(tgz)}\n`);
}

/** npm says what belongs into its package; the modes that it packs are those that the umask left. */
function npmPackage(work) {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const shell = process.platform === 'win32';
  const [{ files }] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28, shell }));
  const folder = stage(work, 'npm', Object.fromEntries(files.map(({ path }) => [path, path])));
  writeFileSync(join(out, `hookorder-npm-${version}.tgz`), writeTgz(folder, 'package/'));
}

const HOOK = ['archives.mjs', 'code-cache', 'code-cache.mjs', 'plugin-install.mjs', 'plugin-install.sh'];
const bundles = (folder) => Object.fromEntries(BUNDLES.map((file) => [`${folder}${file}`, `dist/${file}`]));
const MAN = { 'hookorder.1': 'docs/hookorder.1' };
const COMMANDS = {
  ...MAN,
  'completion.yaml': 'plugins/cli/completion.yaml',
  'plugin.complete': 'plugins/cli/plugin.complete',
};

function nodePackages(work, licenses) {
  const hook = Object.fromEntries(HOOK.map((file) => [`scripts/${file}`, `scripts/${file}`]));
  const folders = {
    hookorder: stage(work, 'hookorder', { 'plugin.yaml': 'plugin.yaml', ...bundles('dist/'), ...hook }),
    'hookorder-cli': stage(work, 'cli', { ...COMMANDS, ...bundles(''), 'plugin.yaml': 'plugins/cli/plugin.yaml' }),
    'hookorder-helm3': stage(work, 'helm3', {
      ...COMMANDS,
      ...bundles(''),
      'plugin.yaml': 'plugins/helm3/plugin.yaml',
    }),
  };
  for (const [name, folder] of Object.entries(folders)) {
    writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), licenses);
    // Helm 3 wants no folder in a package, and knows no signature of a plugin.
    if (name === 'hookorder-helm3') writeFileSync(join(out, `${name}-${version}.tgz`), writeTgz(folder));
    else helmPackage(folder, name, `${name}-${version}.tgz`);
  }
}

async function nativePackages(work, platform, licenses) {
  const program = platform.startsWith('win') ? 'hookorder.exe' : 'hookorder';
  const executable = join(work, platform, 'executable');
  await makeExecutable(platform, executable);
  const yamls = { hookorder: 'plugin.yaml', 'hookorder-cli': 'plugins/cli/plugin.yaml' };
  for (const [name, yaml] of Object.entries(yamls)) {
    const folder = stage(work, join(platform, name), name === 'hookorder' ? MAN : COMMANDS);
    cpSync(executable, join(folder, program));
    chmodSync(join(folder, program), 0o755);
    const of = { program, version: `${version}-${platform}` };
    writeFileSync(join(folder, 'plugin.yaml'), yamlForExecutable(readFileSync(join(ROOT, yaml), 'utf8'), of));
    writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), licenses);
    helmPackage(folder, name, `${name}-${version}-${platform}.tgz`);
  }
}

/** Which executable a platform has. */
const kindOf = (platform) => (PLATFORMS[platform]?.zig === undefined ? 'bun' : 'small');

const work = mkdtempSync(join(tmpdir(), 'hookorder-package-'));
try {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  if (!options['skip-build']) await buildExecutable();
  const licenses = await thirdPartyLicenses();
  const platforms = options.platforms.split(',').filter((each) => each !== 'none');
  const kinds = [...new Set(platforms.map(kindOf))].sort();
  const licensesOf = { bun: bunLicenses, small: smallLicenses };
  writeFileSync(
    join(out, 'THIRD-PARTY-LICENSES'),
    kinds.reduce((text, kind) => licensesOf[kind](text), licenses),
  );
  writeFileSync(join(out, 'sbom.cdx.json'), await sbom('node'));
  const sboms = { bun: 'sbom-bun.cdx.json', small: 'sbom-linux.cdx.json' };
  for (const kind of kinds) writeFileSync(join(out, sboms[kind]), await sbom(kind));
  // For the npm package. Left alone when it is right: another run may be packing it.
  const packed = join(ROOT, 'dist', 'THIRD-PARTY-LICENSES');
  if (!existsSync(packed) || readFileSync(packed, 'utf8') !== licenses) writeFileSync(packed, licenses);

  step('packages for Node');
  nodePackages(work, licenses);
  npmPackage(work);
  for (const platform of platforms) {
    step(`packages for ${platform}`);
    await nativePackages(work, platform, licensesOf[kindOf(platform)](licenses));
    rmSync(join(work, platform), { recursive: true });
  }

  const files = readdirSync(out)
    .filter((file) => !file.endsWith('.unsigned'))
    .sort();
  const sums = files.map((file) => `${sha256(readFileSync(join(out, file)))}  ${file}\n`);
  writeFileSync(join(out, 'checksums.txt'), sums.join(''));
  console.log([...files, 'checksums.txt'].map((file) => join(out, file)).join('\n'));
} finally {
  rmSync(work, { recursive: true, force: true });
}
