// A CycloneDX SBOM of what is in a package, the same bytes for the same versions: no time, no random serial number.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build.mjs';
import { embeddedLibraries } from './engine.mjs';
import { BUN } from './executable.mjs';
import { bundledPackages } from './licenses.mjs';

const { packages: LOCK } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
const { version, description, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** `alg-base64`, as npm writes it, as CycloneDX wants it. */
function hashOf(integrity) {
  const [, bits, base64] = /^sha(\d+)-(\S+)/.exec(integrity);
  return { alg: `SHA-${bits}`, content: Buffer.from(base64, 'base64').toString('hex') };
}

const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function component(name, { version, license, integrity }) {
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    scope: 'required',
    licenses: [{ license: { id: license } }],
    purl: purl(name, version),
    ...(integrity !== undefined && { hashes: [hashOf(integrity)] }),
  };
}

/** Bun, and what its executable has in it that is not under its own licence. */
const runtime = () => ({
  'bom-ref': `bun@${BUN}`,
  type: 'platform',
  name: 'bun',
  version: BUN,
  scope: 'required',
  licenses: [{ license: { id: 'MIT' } }],
  purl: purl('bun', BUN),
  externalReferences: [
    { type: 'license', url: `https://github.com/oven-sh/bun/blob/bun-v${BUN}/LICENSE.md` },
    { type: 'vcs', url: `https://github.com/oven-sh/bun/tree/bun-v${BUN}` },
  ],
  components: [
    { type: 'library', name: 'JavaScriptCore', licenses: [{ license: { id: 'LGPL-2.0-or-later' } }] },
    { type: 'library', name: 'TinyCC', licenses: [{ license: { id: 'LGPL-2.1-or-later' } }] },
  ],
});

/** What the small executable has in it. */
const embedded = () =>
  embeddedLibraries().map(({ name, version, license, purl, checksum }) => ({
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    scope: 'required',
    licenses: [{ license: { id: license } }],
    ...(purl !== undefined && { purl }),
    ...(checksum !== undefined && { hashes: [{ alg: 'SHA-256', content: checksum }] }),
  }));

const RUNTIMES = { node: () => [], bun: () => [runtime()], small: embedded };

/** The text of the SBOM of what runs on `node`, or has `bun` in it, or is the `small` executable. */
export async function sbom(kind) {
  const bundled = (await bundledPackages()).map(({ name }) => name);
  const components = bundled.map((name) => component(name, LOCK[`node_modules/${name}`]));
  const root = {
    'bom-ref': `hookorder@${version}`,
    type: 'application',
    name: 'hookorder',
    version,
    description,
    licenses: [{ license: { id: license } }],
    purl: purl('hookorder', version),
  };
  const all = [...components, ...RUNTIMES[kind]()];
  const known = new Set(all.map((each) => each['bom-ref']));
  const dependencies = bundled.map((name) => {
    const { dependencies = {}, version } = LOCK[`node_modules/${name}`];
    const needs = Object.keys(dependencies).map((each) => `${each}@${LOCK[`node_modules/${each}`].version}`);
    return { ref: `${name}@${version}`, dependsOn: needs.filter((each) => known.has(each)) };
  });
  const body = {
    metadata: { component: root },
    components: all,
    dependencies: [{ ref: root['bom-ref'], dependsOn: [...known] }, ...dependencies],
  };
  // A UUID (version 8) of the content.
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  const head = { bomFormat: 'CycloneDX', specVersion: '1.5', serialNumber: `urn:uuid:${uuid}`, version: 1 };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}
