/**
 * Manifests that a script hands to kubectl: here-documents, what `cat` and `echo` pipe, mounted files, and what `kubectl create --dry-run`
 * prints.
 *
 * A look at the lines, not a parser: it finds kind, name and the values of plain keys in block style, and JSON. What it does not understand
 * it leaves out.
 */
import { isObject, type Json, type JsonObject, valueAt } from '../model/json.ts';
import { baseName } from './arguments.ts';
import type { Call } from './call.ts';
import { UNKNOWN } from './environment.ts';
import { isKnown, optionOf, readKubectlLine } from './kubectl-line.ts';

export interface PipedManifest {
  readonly group: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  /** What it sets, as far as it is understood. */
  readonly value: JsonObject;
}

export function readManifests(text: string): readonly PipedManifest[] {
  return text.split(/^---.*$/m).flatMap((part): PipedManifest[] => {
    const value = readValue(part);
    const [apiVersion, kind] = [value['apiVersion'], value['kind']];
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isKnown(apiVersion) || !isKnown(kind)) return [];
    const name = valueAt(value, ['metadata', 'name']);
    const namespace = valueAt(value, ['metadata', 'namespace']);
    return [
      {
        group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
        kind,
        value,
        ...(typeof name === 'string' && { name }),
        ...(typeof namespace === 'string' && { namespace }),
      },
    ];
  });
}

function readValue(text: string): JsonObject {
  if (text.trimStart().startsWith('{'))
    try {
      const value = JSON.parse(text) as Json;
      return isObject(value) ? value : {};
    } catch {
      return {};
    }
  return readBlocks(text);
}

const MAX_LINES = 2_000;

/** Mappings in block style; a list, a flow mapping or a block scalar is the value null. */
export function readBlocks(text: string): JsonObject {
  const root: JsonObject = {};
  const open: { readonly indent: number; readonly map: JsonObject }[] = [{ indent: -1, map: root }];
  let skipped = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n', MAX_LINES)) {
    const [, blanks = '', key, rest = ''] = /^([ ]*)(?:"?([\w./-]+)"?:(?:\s+(.*))?)?/.exec(line) ?? [];
    const indent = blanks.length;
    if (line.trim() === '' || line.trim().startsWith('#') || indent > skipped) continue;
    skipped = Number.POSITIVE_INFINITY;
    if (key === undefined) {
      // An item of a list, or what is no mapping: its lines below stand deeper.
      skipped = indent;
      continue;
    }
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const parent = open.at(-1)?.map ?? root;
    const scalar = rest.replace(/\s+#.*$/, '').trim();
    if (scalar === '') {
      const map: JsonObject = {};
      parent[key] = map;
      open.push({ indent, map });
    } else if (/^[|>[{&*!]/.test(scalar)) {
      parent[key] = null;
      skipped = indent;
    } else parent[key] = scalar.replace(/^(["'])(.*)\1$/, '$2');
  }
  return root;
}

/**
 * The text that each call reads where it says `-f -`, `-f FILE`: its own here-document, a mounted file, or what the call before it prints.
 */
export function inputOf(
  call: Call,
  before: readonly Call[],
  readFile: (path: string) => { readonly text: string } | undefined,
): string | undefined {
  const line = readKubectlLine(call.argv.slice(1).map(({ text }) => text));
  const files = line.options.get('filename') ?? [];
  if (files.length === 0) return undefined;
  return files
    .map((file) => (file === '-' ? (call.input ?? printedBy(before)) : (readFile(file)?.text ?? '')))
    .join('\n---\n');
}

const FILTERS = new Set(['sed', 'envsubst', 'tee', 'tr', 'grep', 'awk', 'jq', 'yq']);

/** What stands before a pipe; a filter may change values, but not what kind of object it is. */
function printedBy(before: readonly Call[]): string {
  for (const call of [...before].reverse()) {
    const [program = '', ...args] = call.argv.map(({ text }) => text);
    const name = baseName(program);
    if (FILTERS.has(name)) continue;
    if (name === 'cat') return call.input ?? '';
    if (name === 'echo' || name === 'printf')
      return args
        .filter((arg) => !/^-\w$/.test(arg))
        .join('\n')
        .replaceAll('\\n', '\n');
    if (name !== 'kubectl' && name !== 'oc') return '';
    // `kubectl label --local -f - …` is a filter too.
    if (!args.includes('--local')) return createdBy(args);
  }
  return '';
}

const KINDS: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  configmap: ['v1', 'ConfigMap'],
  cm: ['v1', 'ConfigMap'],
  secret: ['v1', 'Secret'],
  namespace: ['v1', 'Namespace'],
  ns: ['v1', 'Namespace'],
  serviceaccount: ['v1', 'ServiceAccount'],
  sa: ['v1', 'ServiceAccount'],
  role: ['rbac.authorization.k8s.io/v1', 'Role'],
  rolebinding: ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  clusterrole: ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  clusterrolebinding: ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  job: ['batch/v1', 'Job'],
  deployment: ['apps/v1', 'Deployment'],
};

/** `create secret generic NAME --from-literal=a=b --dry-run=client -o yaml`, as the manifest that it prints. */
function createdBy(argv: readonly string[]): string {
  const line = readKubectlLine(argv);
  const [, type = ''] = /^create (\w+)$/.exec(line.verb) ?? [];
  const [apiVersion, kind] = (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ?? [];
  if (apiVersion === undefined || kind === undefined || optionOf(line, 'output') === undefined) return '';
  const name = kind === 'Secret' ? line.words[1] : line.words[0];
  const namespace = optionOf(line, 'namespace');
  return JSON.stringify({
    apiVersion,
    kind,
    metadata: { ...(isKnown(name) && { name }), ...(isKnown(namespace) && { namespace }) },
    ...(keysOf(line.options).length > 0 && { data: Object.fromEntries(keysOf(line.options)) }),
  });
}

/** Keys that `--from-literal` and `--from-file` set. */
function keysOf(options: ReadonlyMap<string, readonly string[]>): readonly (readonly [key: string, value: string])[] {
  const literals = (options.get('from-literal') ?? []).flatMap((text) => {
    const at = text.indexOf('=');
    const key = text.slice(0, at);
    const value = text.slice(at + 1);
    return at > 0 && isKnown(key) ? [[key, value] as const] : [];
  });
  const files = (options.get('from-file') ?? []).flatMap((text) => {
    const key = text.includes('=') ? text.slice(0, text.indexOf('=')) : text.slice(text.lastIndexOf('/') + 1);
    return isKnown(key) && key !== '' ? [[key, UNKNOWN] as const] : [];
  });
  return [...literals, ...files];
}
