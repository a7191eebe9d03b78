/** Flags of `helm template` that are handed on to it: where a chart comes from, its values, and what it is rendered for. */

/** Each takes a file. */
const CHART_FILES = [
  'values',
  'set-file',
  'ca-file',
  'cert-file',
  'key-file',
  'keyring',
  'kubeconfig',
  'registry-config',
  'repository-config',
  'repository-cache',
] as const;

/** Each takes a text. */
export const CHART_TEXTS = [
  'set',
  'set-string',
  'set-json',
  'set-literal',
  'version',
  'repo',
  'api-versions',
  'kube-version',
  'dry-run',
  'username',
  'password',
  'kube-context',
] as const;

export const CHART_VALUES = [...CHART_FILES, ...CHART_TEXTS] as const;

export const CHART_SWITCHES = [
  'include-crds',
  'skip-crds',
  'no-hooks',
  'skip-tests',
  'dependency-update',
  'devel',
  'verify',
  'enable-dns',
  'disable-openapi-validation',
  'skip-schema-validation',
  'insecure-skip-tls-verify',
  'plain-http',
  'pass-credentials',
] as const;

/** Those, and what hookorder makes words of by itself. */
export const CHART_FLAGS = ['release', 'namespace', 'is-upgrade', ...CHART_VALUES, ...CHART_SWITCHES] as const;

/** The commands that let Helm render a chart. */
export const TAKE_CHARTS: readonly string[] = ['plan', 'lint', 'diff', 'init', 'rehearse', 'export'];

/** What may stand for a version of a chart: a version, or a range of some. */
export const VERSION_FORM = /^[v\d^~<>=*]/;
