/**
 * Real streams as charts for the control plane: what its API server does not take is left out, and everything comes into one namespace.
 */
import { parseAllDocuments } from 'yaml';
import { claimSpec } from '../../scripts/truth/documents.mjs';
import { needsOf } from '../../scripts/truth/needs.mjs';
import type { Bench } from './bench.ts';
import type { Document } from './record.ts';

export interface Prepared {
  readonly documents: readonly Document[];
  /** What was left out, and why: `Certificate/x: 404`. */
  readonly leftOut: readonly string[];
}

type Changeable = Document & {
  readonly metadata: { namespace?: string; annotations?: Record<string, string> };
  readonly spec?: { ttlSecondsAfterFinished?: number; readonly ports?: { nodePort?: number }[] };
};

/** Helm's own marks of a stream that goes to a post-renderer. */
const FILENAME = 'postrenderer.helm.sh/postrender-filename';

/**
 * The stream as documents, marked with their templates as Helm marks them for a post-renderer. Time stands still: no Job goes away by its
 * TTL while others run.
 */
export function documentsOf(stream: string): readonly Document[] {
  const found = new Map<string, Document>();
  for (const { document, template } of valuesOf(stream)) {
    const { metadata, spec } = document;
    delete metadata.namespace;
    if (template !== undefined) metadata.annotations = { [FILENAME]: template, ...metadata.annotations };
    // The one node of the control plane has no labels.
    for (const pod of podSpecOf(document)) delete (pod as { nodeSelector?: object }).nodeSelector;
    // Ports of the node belong to the whole cluster, and each cluster has its own range.
    for (const port of (document.kind === 'Service' && spec?.ports) || []) delete port.nodePort;
    if (document.kind === 'Job' && spec?.ttlSecondsAfterFinished !== undefined) spec.ttlSecondsAfterFinished = 86_400;
    found.set(`${document.kind}/${metadata.name}`, document);
  }
  return [...found.values()];
}

/** As Helm takes them back from a post-renderer. */
export function unmarked(documents: readonly Document[]): readonly Document[] {
  return documents.map((document) => {
    const { [FILENAME]: _, ...annotations } = document.metadata.annotations ?? {};
    return { ...document, metadata: { ...document.metadata, annotations } };
  });
}

function valuesOf(stream: string): readonly { readonly document: Changeable; readonly template?: string }[] {
  return parseAllDocuments(stream, { uniqueKeys: false, merge: true }).flatMap((each) => {
    if (!('toJS' in each)) return [];
    const template = /^ ?Source: (.*)$/m.exec(each.commentBefore ?? each.contents?.commentBefore ?? '')?.[1];
    const values: unknown = each.toJS({ maxAliasCount: -1 });
    return itemsOf(values).map((document) => ({ document, ...(template !== undefined && { template }) }));
  });
}

function itemsOf(value: unknown): readonly Changeable[] {
  const document = value as (Changeable & { readonly items?: readonly unknown[] }) | null;
  if (document === null || typeof document !== 'object' || document.kind === undefined) return [];
  return document.kind === 'List' ? (document.items ?? []).flatMap(itemsOf) : [document];
}

/** Without what this API server refuses by itself: kinds that it does not know, and what it finds invalid. */
export async function prepare(documents: readonly Document[], bench: Bench): Promise<Prepared> {
  const kept: Document[] = [];
  const leftOut: string[] = [];
  for (const document of documents) {
    const reason = await refusal(document, bench);
    if (reason === undefined) kept.push(document);
    else leftOut.push(`${document.kind}/${document.metadata.name}: ${reason}`);
  }
  return { documents: kept, leftOut };
}

async function refusal(document: Document, { api, place }: Bench): Promise<string | undefined> {
  // It would take the discovery of all kinds down: nothing answers here.
  if (document.kind === 'APIService') return 'its server does not run';
  const path = await place(document.apiVersion, document.kind);
  if (path === undefined) return 'unknown kind';
  const { code, body } = await api('POST', `${path}?dryRun=All&fieldValidation=Strict`, document);
  // A Pod wants its ServiceAccount first.
  if (code < 300 || (code === 403 && document.kind === 'Pod')) return undefined;
  return `${code} ${typeof body === 'object' ? String(body.message).slice(0, 120) : ''}`;
}

/** What the Pods of these documents need and none of them makes: their user has it in the namespace already. */
export function givenFor(documents: readonly Document[]): readonly Document[] {
  const made = new Set(documents.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const given = new Map<string, Document>();
  const give = (kind: string, name: string, more: object = {}): void => {
    const title = `${kind}/${name}`;
    if (!made.has(title))
      given.set(title, merged(given.get(title), { apiVersion: 'v1', kind, metadata: { name }, ...more }));
  };
  for (const spec of documents.flatMap(podSpecOf)) {
    const { serviceAccountName } = spec as { serviceAccountName?: string };
    if (serviceAccountName !== undefined && serviceAccountName !== 'default')
      give('ServiceAccount', serviceAccountName);
    for (const { kind, name, key } of needsOf(spec)) {
      if (kind === 'PersistentVolumeClaim') give(kind, name, { spec: claimSpec });
      else give(kind, name, key === undefined ? {} : { data: { [key]: 'eHg=' } });
    }
  }
  return [...given.values()];
}

/** Claims that the controller of StatefulSets makes. */
export const claimsOf = (documents: readonly Document[]): readonly string[] =>
  documents
    .filter(({ kind }) => kind === 'StatefulSet')
    .flatMap(({ metadata, spec }) => {
      const templates = (spec as { volumeClaimTemplates?: readonly Document[] }).volumeClaimTemplates ?? [];
      return templates.map((each) => `PersistentVolumeClaim/${each.metadata.name}-${metadata.name}-0`);
    });

const merged = (a: Document | undefined, b: Document): Document => {
  const data = { ...(a as { data?: object } | undefined)?.data, ...(b as { data?: object }).data };
  return { ...b, ...(Object.keys(data).length > 0 && { data }) };
};

function podSpecOf({ kind, spec }: Document): readonly object[] {
  if (kind === 'Pod') return spec === undefined ? [] : [spec];
  const template = spec?.template as { readonly spec?: object } | undefined;
  return template?.spec === undefined ? [] : [template.spec];
}
