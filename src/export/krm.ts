/**
 * A function of KRM: a `ResourceList` to a stream and an ordering config, and the stream that leaves to a `ResourceList` again
 * (kubernetes-sigs/kustomize cmd/config/docs/api-conventions/functions-spec.md).
 *
 * Items are read and written as text, each as a document of its own, so that an item which no rule touches leaves as it came, comments
 * and quotes included.
 */
import { textAtPath } from '../manifests/lists.ts';
import type { Bytes } from '../model/bytes.ts';
import { type Finding, membersOf } from '../model/finding.ts';
import {
  formatPath,
  isEqual,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  type Operation,
  pointer,
  valueAt,
} from '../model/json.ts';
import { applyPatch } from '../model/json-patch.ts';
import { enteredOf } from '../model/leaving.ts';
import type { Plan } from '../model/plan.ts';
import { decodeStream, hasContent, textOf } from '../stream/stream.ts';
import { type ParsedManifest, parseManifest } from '../yaml/parse.ts';
import { yamlText } from './text.ts';

export interface ResourceList {
  readonly manifest: ParsedManifest;
  /** The items of the release, one document each. */
  readonly stream: string;
  /** Items that are for tools alone and never applied. */
  readonly localItems: readonly string[];
  /** The text of the ordering config; absent when there is no `functionConfig`. */
  readonly config?: string;
}

/** A sentence says why it is none. */
export function readResourceList(bytes: Uint8Array, codec: Bytes): ResourceList | string {
  const stream = decodeStream(bytes, 'ResourceList', codec);
  if ('code' in stream) return stream.message;
  const [document, another] = stream.documents.filter(hasContent);
  if (document === undefined || another !== undefined) return 'it is not one document';
  const manifest = parseManifest(document);
  if (Array.isArray(manifest)) return manifest[0]?.message ?? 'it is no YAML';
  const { value } = manifest;
  if (value['kind'] !== 'ResourceList') return `its kind is ${String(value['kind'])}`;
  const items = listOf(value['items']).map((item, index) => ({ item, text: ownText(manifest, ['items', index]) }));
  const odd = items.findIndex(({ text }) => text === undefined);
  if (odd >= 0) return `item ${odd + 1} is no object`;
  const isLocal = ({ item }: { readonly item: Json }): boolean => String(valueAt(item, LOCAL)) === 'true';
  const textsOf = (some: typeof items): string[] => some.map(({ text }) => text ?? '');
  const config = configOf(manifest);
  return {
    manifest,
    stream: textsOf(items.filter((item) => !isLocal(item))).join('---\n'),
    localItems: textsOf(items.filter(isLocal)),
    ...(config !== undefined && { config }),
  };
}

const LOCAL = ['metadata', 'annotations', 'config.kubernetes.io/local-config'];

/** As written, when it ends with a line break and so can stand before `---`. */
function ownText(manifest: ParsedManifest, path: readonly (string | number)[]): string | undefined {
  const text = textAtPath(manifest, path);
  return text === undefined || text.endsWith('\n')
    ? text
    : `${JSON.stringify(valueAt(manifest.value, path), null, 2)}\n`;
}

/** The config itself, or a ConfigMap that holds it, as kpt likes it. */
function configOf(manifest: ParsedManifest): string | undefined {
  const given = manifest.value['functionConfig'];
  if (!isObject(given)) return undefined;
  const data = given['kind'] === 'ConfigMap' ? valueAt(given, ['data', 'hookorder.yaml']) : undefined;
  return typeof data === 'string' ? data : ownText(manifest, ['functionConfig']);
}

/** A copy is an object of its own: what orchestrators noted on its original is not true of it. */
export const asNewObjects = (plan: Plan): Plan => ({
  ...plan,
  copies: plan.copies.map((copy) => {
    const made = applyPatch(copy.resource.manifest().value, copy.operations);
    const annotations = 'value' in made ? valueAt(made.value, ['metadata', 'annotations']) : undefined;
    const noted = isObject(annotations) ? Object.keys(annotations).filter((key) => NOTES.test(key)) : [];
    const removals = noted.map((key): Operation => ({ op: 'remove', path: pointer(['metadata', 'annotations', key]) }));
    return { ...copy, operations: [...copy.operations, ...removals] };
  }),
});

const NOTES = /^(?:(?:internal\.)?config\.kubernetes\.io|config\.k8s\.io|kustomize\.config\.k8s\.io)\//;

/** `rendered`: the stream as it leaves; absent when it is refused, and then there are no items either. */
export function writeResourceList(
  { manifest, localItems }: ResourceList,
  rendered: Uint8Array | undefined,
  findings: readonly Finding[],
  codec: Bytes,
): string {
  const head = yamlText({
    apiVersion: manifest.value['apiVersion'] ?? 'config.kubernetes.io/v1',
    kind: 'ResourceList',
  });
  const config = textAtPath(manifest, ['functionConfig']);
  const results = findings.map(resultOf);
  const text = [
    head,
    ...(rendered === undefined ? [] : [itemsText([...documentsIn(rendered, codec), ...localItems])]),
    ...(config === undefined ? [] : [`functionConfig:\n${indented(config)}`]),
    ...(results.length === 0 ? [] : [yamlText({ results })]),
  ].join('');
  return text;
}

function documentsIn(rendered: Uint8Array, codec: Bytes): readonly string[] {
  if (rendered.length === 0) return [];
  const stream = decodeStream(rendered, 'ResourceList', codec);
  return 'code' in stream ? [] : stream.documents.filter(hasContent).map(textOf);
}

const itemsText = (items: readonly string[]): string =>
  items.length === 0 ? 'items: []\n' : `items:\n${items.map((item) => `-${indented(item).slice(1)}`).join('')}`;

/** By two blanks; empty lines stay empty. */
const indented = (text: string): string => `${text.replace(/\n$/, '').replaceAll(/^(?=.)/gm, '  ')}\n`;

/** True when the items of the written list say what the documents of the stream say: the indentation is proven like every edit. */
export function isFaithful(text: string, rendered: Uint8Array, { localItems }: ResourceList, codec: Bytes): boolean {
  const written = decodeStream(codec.encode(text), 'ResourceList', codec);
  if ('code' in written || written.documents[0] === undefined) return false;
  const list = parseManifest(written.documents[0]);
  if (Array.isArray(list)) return false;
  const stream = [...documentsIn(rendered, codec), ...localItems].join('---\n');
  const wanted = stream === '' ? undefined : decodeStream(codec.encode(stream), 'ResourceList', codec);
  const values =
    wanted === undefined || 'code' in wanted ? [] : wanted.documents.map((document) => parseManifest(document));
  const items = listOf(list.value['items']);
  return items.length === values.length && items.every((item, index) => isEqual(item, saidBy(values[index])));
}

const saidBy = (parsed: ReturnType<typeof parseManifest> | undefined): JsonObject | undefined =>
  parsed === undefined || Array.isArray(parsed) ? undefined : parsed.value;

/** A finding as a result of the function. Its severities are those of hookorder; only the exit code tells whether it failed. */
function resultOf(finding: Finding): Json {
  const { severity, message, hint, code, path, config } = finding;
  const resource = finding.resource && enteredOf(finding.resource);
  const annotations = resource?.annotations ?? {};
  const file = ['internal.config.kubernetes.io/path', 'config.kubernetes.io/path']
    .map((key) => annotations[key])
    .find((each) => typeof each === 'string');
  const members = membersOf(finding);
  return {
    message: hint === undefined ? message : `${message}; fix: ${hint}`,
    severity,
    ...(resource && {
      resourceRef: {
        apiVersion: resource.apiVersion,
        kind: resource.kind,
        name: resource.name,
        ...(resource.namespace !== undefined && { namespace: resource.namespace }),
      },
    }),
    ...(path && { field: { path: formatPath(path) } }),
    ...(file !== undefined && { file: { path: file } }),
    tags: {
      code,
      ...(config?.hook !== undefined && { hook: config.hook }),
      ...(members.length > 0 && { members: members.join(', ') }),
    },
  };
}
