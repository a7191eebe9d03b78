/** What hookorder says of a stream against what Helm's own libraries read of it, before and after `render`. */

import { statusOf } from '../../src/commands/outcome.ts';
import { type Contents, readResources } from '../../src/manifests/resources.ts';
import { HOOK, HOOK_ANNOTATIONS, POSTRENDER_FILENAME } from '../../src/model/helm.ts';
import { isEqual, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { applyPatch } from '../../src/model/json-patch.ts';
import { annotationInHelm, type Resource } from '../../src/model/manifest.ts';
import type { Plan } from '../../src/model/plan.ts';
import { editStream } from '../../src/pipeline.ts';
import { order } from '../support/pipeline.ts';
import type { HelmAnswer, HelmDocument } from './helm.ts';

/** Undefined: hookorder refuses the stream. */
export function readHere(stream: string): Contents | undefined {
  const release = readResources({ file: 'in.yaml', read: () => Buffer.from(stream) });
  return 'code' in release || release.problems.some(({ severity }) => severity === 'error') ? undefined : release;
}

/** The documents that are resources for Helm as for hookorder. */
export const resourcesOf = (documents: readonly HelmDocument[]): readonly HelmDocument[] =>
  documents.filter(({ kind, name, value }) => {
    const metadata = isObject(value ?? undefined) ? value?.['metadata'] : undefined;
    return kind !== '' && (name !== '' || (isObject(metadata) && Boolean(metadata['generateName'])));
  });

/** What differs in the heads; undefined when nothing does. */
export function compareHeads(release: Contents, documents: readonly HelmDocument[]): string | undefined {
  const theirs = resourcesOf(documents);
  const ours = release.resources;
  // With odd characters hookorder warns of the resource: how Helm reads it is known in part only.
  const isOdd = ({ doubt, text }: { readonly doubt?: unknown; readonly text: string }): boolean =>
    (doubt as Resource['doubt'])?.isGrave === true && /[\r\x85\u2028\u2029\ufeff\u00a0]/.test(text);
  const texts = ours.map((resource) => ({ doubt: resource.doubt, text: resource.text() }));
  if (ours.length !== theirs.length)
    return texts.some(isOdd)
      ? undefined
      : `Helm has ${theirs.map(({ kind }) => kind)}, hookorder has ${ours.map(({ kind }) => kind)}`;
  for (const [index, resource] of ours.entries()) {
    const isLeftOut = isOdd(texts[index] ?? { text: '' });
    const difference = isLeftOut ? undefined : compareHead(resource, theirs[index] as HelmDocument);
    if (difference !== undefined) return `resource ${index + 1}: ${difference}`;
  }
  return undefined;
}

function compareHead(resource: Resource, helm: HelmDocument): string | undefined {
  const metadata = isObject(helm.value ?? undefined) ? helm.value?.['metadata'] : undefined;
  const in_ = (key: string): Json | undefined => (isObject(metadata) ? metadata[key] : undefined);
  const pairs: [string, unknown, unknown][] = [
    ['kind', resource.kind, helm.kind],
    ['apiVersion', resource.apiVersion, helm.apiVersion],
    ['name', resource.name, helm.name],
  ];
  if (helm.file !== '' && !/[\u2028\u2029]/.test(helm.file)) pairs.push(['template', resource.template, helm.file]);
  const namespace = in_('namespace');
  if (typeof namespace === 'string' && namespace !== '') pairs.push(['namespace', resource.namespace, namespace]);
  for (const key of HOOK_ANNOTATIONS) pairs.push([key, annotationInHelm(resource, key), helm.annotations?.[key]]);
  if (helm.annotations !== null && HOOK in helm.annotations) pairs.push(['mayBeHook', resource.mayBeHook, true]);
  const different = pairs.find(([, a, b]) => a !== b && !(Number(a) === Number(b) && a !== '' && b !== ''));
  if (different)
    return `${different[0]} is ${JSON.stringify(different[2])} for Helm, ${JSON.stringify(different[1])} here`;
  const labels = in_('labels');
  return isObject(labels) && !isEqual(textForNull(labels), textForNull({ ...resource.labels } as JsonObject))
    ? `labels are ${JSON.stringify(labels)} for Helm, ${JSON.stringify(resource.labels)} here`
    : undefined;
}

/** kyaml prints an empty value in a flow mapping as empty text. */
const withoutNulls = (map: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value ?? '']));

export interface Rendered {
  readonly text: string;
  readonly plan: Plan;
}

/** What `render` writes; the codes of the errors when it refuses. */
export function renderHere(stream: string, config: string): Rendered | readonly string[] {
  const { stream: read, plan, findings } = order(stream, config);
  if (read === undefined || plan === undefined || statusOf(findings, 'error', true) !== 0)
    return findings.map(({ code }) => code);
  return { text: Buffer.concat(editStream(read, plan)).toString('utf8'), plan };
}

/** What Helm reads of the output against what the plan makes of what it read of the input. */
export function compareRendered(before: HelmAnswer, { plan }: Rendered, after: HelmAnswer): string | undefined {
  if ('error' in before) return undefined;
  if ('error' in after) return `Helm refuses the output: ${after.error}`;
  if (before.documents.length !== after.documents.length)
    return `there were ${before.documents.length} documents, and are ${after.documents.length}`;
  const resources = resourcesOf(before.documents);
  if (resources.length !== plan.placements.length) return undefined; // told by compareHeads
  const operations = new Map(plan.patches.map(({ resource, operations }) => [resource.document.index, operations]));
  for (const [index, document] of before.documents.entries()) {
    const at = resources.indexOf(document);
    const resource = plan.placements[at]?.resource;
    const patched = patchedBy(document, (resource && operations.get(resource.document.index)) ?? []);
    const got = after.documents[index] as HelmDocument;
    if (!isEqual(textForNull(patched), textForNull(tidy(got.value))))
      return `expected ${JSON.stringify(patched)}, got ${JSON.stringify(got.value)}`;
    const hook = plan.placements[at]?.hook;
    if (resource && (got.annotations?.[HOOK] === undefined) !== (hook === undefined))
      return `${resource.kind}/${resource.name} is ${hook === undefined ? 'no hook' : 'a hook'} in the plan, and Helm reads ${got.annotations?.[HOOK]}`;
  }
  return undefined;
}

/** kyaml prints what is empty in a flow mapping as empty text, and in a block as nothing: both were null. */
function textForNull(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(textForNull);
  if (!isObject(value)) return value ?? '';
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, textForNull(child)]));
}

/** hookorder saw the filename annotation too. */
function patchedBy({ value, file }: HelmDocument, operations: Parameters<typeof applyPatch>[1]): Json | undefined {
  if (!isObject(value ?? undefined) || operations.length === 0) return tidy(value);
  let shown = value as JsonObject;
  if (file !== '') {
    const metadata = isObject(shown['metadata']) ? shown['metadata'] : {};
    const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
    shown = { ...shown, metadata: { ...metadata, annotations: { ...annotations, [POSTRENDER_FILENAME]: file } } };
  }
  // Annotations that are empty or null are none for Helm, and are there for a patch.
  const metadata = isObject(shown['metadata']) ? shown['metadata'] : {};
  const isAdded = operations[0]?.path.startsWith('/metadata/annotations/');
  if (isAdded && !isObject(metadata['annotations'])) shown = { ...shown, metadata: { ...metadata, annotations: {} } };
  const patched = applyPatch(shown, operations);
  return 'error' in patched ? `the patch does not apply: ${patched.error}` : tidy(patched.value);
}

/** Without the filename annotation, and without what is empty then, as kyaml leaves it. */
function tidy(value: Json): Json {
  if (!isObject(value) || !isObject(value['metadata'])) return value;
  const { metadata, ...others } = value;
  const { annotations, ...rest } = metadata as JsonObject;
  const kept = isObject(annotations) ? withoutNulls(annotations) : {};
  delete kept[POSTRENDER_FILENAME];
  const left: JsonObject = { ...rest, ...(Object.keys(kept).length > 0 && { annotations: kept }) };
  return { ...others, ...(Object.keys(left).length > 0 && { metadata: left }) };
}
