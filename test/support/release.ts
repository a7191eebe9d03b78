/**
 * Small releases for tests: YAML text in, placements and check contexts out, each hook as its annotations say.
 *
 * Rules are given by `Kind/name` or by name and only attach a rule: events and weights are those of the annotations, so a test
 * shows in its YAML what Helm would see.
 */
import { isAlias, isNode, LineCounter, parseDocument } from 'yaml';
import { type CheckContext, makeContext } from '../../src/check/context.ts';
import type { Rule } from '../../src/model/config.ts';
import {
  DEFAULT_TIMEOUT_SECONDS,
  effectiveDeletePolicies,
  HOOK,
  HOOK_DELETE_POLICY,
  HOOK_OUTPUT_LOG_POLICY,
  HOOK_WEIGHT,
  POSTRENDER_FILENAME,
  readHookEvents,
  readHookWeight,
  readPolicies,
} from '../../src/model/helm.ts';
import { isObject, type Json, type JsonObject, type Path } from '../../src/model/json.ts';
import { stemOf } from '../../src/model/kubernetes.ts';
import { annotationOf, type Document, type Manifest, type Resource, type Stream } from '../../src/model/manifest.ts';
import type { Hook, Placement } from '../../src/model/plan.ts';
import type { Place, Position } from '../../src/model/span.ts';

export type Rules = Readonly<Record<string, Partial<Rule>>>;

/** Placements of a stream, in its order. */
export const releaseOf = (text: string, rules: Rules = {}): readonly Placement[] =>
  resourcesOf(text).map((resource) => {
    const settings = rules[`${resource.kind}/${resource.name}`] ?? rules[resource.name];
    return placementOf(resource, settings && ruleOf(settings.name ?? resource.name, settings));
  });

/** A stream with all that a check wants. */
export const contextOf = (
  text: string,
  options: Partial<Pick<CheckContext, 'timeoutSeconds' | 'wait'>> & { readonly rules?: Rules } = {},
): CheckContext =>
  makeContext(releaseOf(text, options.rules), {
    timeoutSeconds: options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    wait: options.wait ?? false,
  });

export function placementOf(resource: Resource, rule?: Rule): Placement {
  const hook = hookOf(resource);
  return {
    resource,
    name: resource.name,
    value: () => resource.manifest().value,
    ...(hook && { hook }),
    ...(rule && { rule }),
  };
}

/** The placement that a test means: `Kind/name`, by the name with which it leaves. */
export function placementNamed(placements: readonly Placement[], id: string): Placement {
  const found = placements.find(({ resource, name }) => `${resource.kind}/${name}` === id);
  if (found === undefined) throw new Error(`no ${id} in this release`);
  return found;
}

/** A hook as Helm reads the annotations of a resource. */
export function hookOf(resource: Pick<Resource, 'annotations'>): Hook | undefined {
  const events = annotationOf(resource, HOOK);
  if (events === undefined) return undefined;
  const deletePolicies = readPolicies(annotationOf(resource, HOOK_DELETE_POLICY));
  return {
    events: readHookEvents(events).events,
    weight: readHookWeight(annotationOf(resource, HOOK_WEIGHT)).weight,
    deletePolicies,
    deletes: effectiveDeletePolicies(deletePolicies),
    logPolicies: readPolicies(annotationOf(resource, HOOK_OUTPUT_LOG_POLICY)),
  };
}

/** A rule with the config's defaults. */
export function ruleOf(name: string, settings: Partial<Rule> = {}): Rule {
  const place: Place = { file: 'hookorder.yaml', line: 1, column: 1 };
  return {
    name,
    place,
    placeOf: () => place,
    matches: () => true,
    description: `name "${name}"`,
    plain: false,
    after: [],
    before: [],
    jobName: { suffix: 'keep' },
    job: {},
    jobDefaults: {},
    dependencies: 'fail',
    optional: false,
    adopt: false,
    patch: [],
    ...settings,
  };
}

/** The resources of a stream, documents without a kind left out. */
export function resourcesOf(text: string, file = '<stdin>'): readonly Resource[] {
  const documents: Document[] = [];
  const stream: Stream = { file, bytes: new TextEncoder().encode(text), documents };
  const resources: Resource[] = [];
  let offset = 0;
  let line = 1;
  for (const part of text.split(/^(?=---(?:\s|$))/m)) {
    const start = offset;
    offset += Buffer.byteLength(part);
    const document = { stream, index: documents.length, bytes: { start, end: offset }, contentStart: start };
    documents.push(document);
    const manifest = manifestOf(document, part, line);
    line += part.split('\n').length - 1;
    if (isObject(manifest.value) && typeof manifest.value['kind'] === 'string')
      resources.push(resourceOf(manifest, part));
  }
  return resources;
}

function resourceOf(manifest: Manifest, text: string): Resource {
  const { value } = manifest;
  const metadata = objectOf(value['metadata']);
  const annotations = objectOf(metadata['annotations']);
  const name = stringOf(metadata['name']) ?? '';
  const template = annotationOf({ annotations }, POSTRENDER_FILENAME) ?? /^# Source: (\S+)/m.exec(text)?.[1];
  const chart = template && /(?:^|\/)([^/]+)\/templates\//.exec(template)?.[1];
  const generateName = stringOf(metadata['generateName']);
  const namespace = stringOf(metadata['namespace']);
  return {
    document: manifest.document,
    apiVersion: stringOf(value['apiVersion']) ?? 'v1',
    kind: stringOf(value['kind']) ?? '',
    name,
    baseName: annotationOf({ annotations }, 'hookorder.io/base-name') ?? stemOf(name) ?? name,
    labels: objectOf(metadata['labels']),
    annotations,
    manifest: () => manifest,
    ...(generateName !== undefined && { generateName }),
    ...(namespace !== undefined && { namespace }),
    ...(template !== undefined && { template }),
    ...(chart !== undefined && { chart }),
  };
}

function manifestOf(document: Document, text: string, firstLine: number): Manifest {
  const lineCounter = new LineCounter();
  const parsed = parseDocument(text, { lineCounter, merge: true, uniqueKeys: false });
  const error = parsed.errors[0];
  if (error !== undefined) throw new Error(`document ${document.index} of the test: ${error.message}`);
  const locate = (path: Path): Position | undefined => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? parsed.contents : parsed.getIn(path.slice(0, length), true);
      if (!isNode(node) || isAlias(node) || !node.range) continue;
      const { line, col } = lineCounter.linePos(node.range[0]);
      return { line: line + firstLine - 1, column: col };
    }
    return undefined;
  };
  return {
    document,
    value: (parsed.toJS() ?? {}) as JsonObject,
    locate,
    lineAt: ({ line }) => text.split(/\r?\n/)[line - firstLine],
    duplicateKeys: [],
  };
}

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const stringOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
