// Writes dist/THIRD-PARTY-LICENSES: the packages whose code is in the bundle, as the bundler saw them, with their licence texts.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './build.mjs';
import { embeddedLibraries } from './engine.mjs';
import { BUN } from './executable.mjs';

/** The packages in the bundle, by name: [{ name, version, license, text }]. */
export async function bundledPackages() {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'src', 'main.ts')],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const names = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input.replaceAll('\\', '/'))?.[1];
    if (name !== undefined) names.add(name);
  }
  return [...names].sort().map((name) => {
    const folder = join(ROOT, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
    if (file === undefined) throw new Error(`${name} comes without a licence text`);
    return { name, version, license, text: readFileSync(join(folder, file), 'utf8').trim() };
  });
}

/** The text of THIRD-PARTY-LICENSES. */
export async function thirdPartyLicenses() {
  const packages = await bundledPackages();
  const rule = '-'.repeat(80);
  return [
    'hookorder contains code of these packages:\n',
    ...packages.map(({ name, version, license }) => `  ${name} ${version} (${license})`),
    ...packages.map(({ name, version, text }) => `\n${rule}\n${name} ${version}\n${rule}\n\n${text}`),
    '',
  ].join('\n');
}

/** The same text for the small executable, which has the engine in it, zlib, and the C library musl. */
export function smallLicenses(text) {
  const rule = '-'.repeat(80);
  const parts = embeddedLibraries().map(
    ({ name, version, text: own }) => `${rule}\n${name} ${version}\n${rule}\n\n${own}\n`,
  );
  return `${text}\n${parts.join('\n')}`;
}

/** The same text for what has Bun in it. */
export const bunLicenses = (text) => `${text}
${'-'.repeat(80)}
Bun ${BUN}
${'-'.repeat(80)}

The executables also contain Bun ${BUN}, Copyright (c) Oven, under the MIT licence. Bun contains:

  JavaScriptCore and other parts of WebKit (LGPL-2.0-or-later), TinyCC (LGPL-2.1-or-later), and libraries under the licences Apache-2.0, BSD, MIT,
  ICU, IJG, zlib and those of BoringSSL and libarchive. All of them, and how to build Bun with a changed JavaScriptCore:
  https://github.com/oven-sh/bun/blob/bun-v${BUN}/LICENSE.md

An executable with a Bun of your own: \`node scripts/executable.mjs PLATFORM FILE --runtime BUN\` in the source of hookorder, which is
at https://github.com/hookorder/hookorder under Apache-2.0.
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(join(ROOT, 'dist'))) throw new Error('run npm run build first');
  writeFileSync(join(ROOT, 'dist', 'THIRD-PARTY-LICENSES'), await thirdPartyLicenses());
}
