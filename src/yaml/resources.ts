/**
 * Documents to resources: heads are read, bodies only when somebody asks for a manifest.
 */
import { BASE_NAME } from '../model/annotations.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { POSTRENDER_FILENAME } from '../model/helm.ts';
import { stemOf } from '../model/kubernetes.ts';
import {
  annotationOf,
  type Document,
  formatResource,
  type Head,
  type Manifest,
  type Resource,
  type Stream,
} from '../model/manifest.ts';
import { readHead } from './head.ts';
import { makeManifest, parseManifest, subjectOf } from './parse.ts';
import { hasContent, latin1Of, positionIn } from './stream.ts';

export interface Resources {
  /** In the order of the stream. */
  readonly resources: Resource[];
  /** Ordering configs that the stream carries. */
  readonly configs: Document[];
  /** Grows when a manifest that is asked for later turns out to be invalid. */
  readonly problems: Finding[];
}

export function readResources(stream: Stream): Resources {
  const result: Resources = { resources: [], configs: [], problems: [] };
  for (const document of stream.documents) {
    const head = readHead(document);
    if (head === undefined) {
      if (hasContent(document)) result.problems.push(notAResource(document, 'has no kind'));
    } else if ('code' in head) result.problems.push(head);
    else if (head.kind === 'HookOrder' && head.apiVersion.startsWith('hookorder.io/')) result.configs.push(document);
    else if (head.name === '' && head.generateName === undefined)
      result.problems.push(notAResource(document, `of kind ${head.kind} has no metadata.name`));
    else result.resources.push(makeResource(document, head, result.problems));
  }
  return result;
}

function makeResource(document: Document, head: Head, problems: Finding[]): Resource {
  let manifest: Manifest | undefined;
  let template: string | undefined | null = null;
  let baseName: string | undefined;
  const resource = {
    apiVersion: head.apiVersion,
    kind: head.kind,
    name: head.name,
    ...(head.generateName !== undefined && { generateName: head.generateName }),
    ...(head.namespace !== undefined && { namespace: head.namespace }),
    // Most resources are only passed by, and nobody asks them more.
    get labels() {
      return head.labels;
    },
    get annotations() {
      return head.annotations;
    },
    get template() {
      if (template === null) template = annotationOf(head, POSTRENDER_FILENAME) ?? findSource(document);
      return template;
    },
    get chart(): string | undefined {
      return this.template === undefined ? undefined : chartOf(this.template);
    },
    get baseName() {
      baseName ??= annotationOf(head, BASE_NAME) ?? stemOf(head.name) ?? head.name;
      return baseName;
    },
    document,
    manifest: () => {
      if (manifest !== undefined) return manifest;
      const parsed = parseManifest(document, formatResource(head));
      if (!Array.isArray(parsed)) manifest = parsed;
      else {
        const [first] = parsed;
        if (first !== undefined) problems.push({ ...first, resource });
        manifest = emptyManifest(document);
      }
      return manifest;
    },
  } as Resource;
  return resource;
}

/** Stands for a document that cannot be parsed. */
const emptyManifest = (document: Document): Manifest =>
  makeManifest(document, '', {
    type: 'map',
    flow: false,
    entries: [],
    start: 0,
    end: 0,
    outer: 0,
    anchored: false,
  });

/** The path in a `# Source: path` comment before the content, as `helm template` and Helm 3 write it. */
function findSource(document: Document): string | undefined {
  const first = document.stream.bytes[document.contentStart];
  if (first !== 0x23 && first !== 0x0a && first !== 0x0d) return undefined;
  const comments = /^(?:[ \t]*(?:#.*)?\r?\n)*/.exec(latin1Of(document))?.[0] ?? '';
  const source = /^# Source: (.*\S)/m.exec(comments)?.[1];
  return source === undefined ? undefined : Buffer.from(source, 'latin1').toString('utf8');
}

/** The chart or subchart of a template path: `db` for `shop/charts/db/templates/x.yaml`, `shop` for `shop/templates/x.yaml`. */
function chartOf(template: string): string {
  const steps = template.split('/');
  let at = 0;
  while (steps[at + 1] === 'charts' && steps[at + 2] !== undefined) at += 2;
  return steps[at] ?? '';
}

function notAResource(document: Document, what: string): Finding {
  // Lines are the same in every decoding, and the content begins a line.
  const text = latin1Of(document);
  const content = /^[ \t]*[^\s#]/m.exec(text)?.index ?? 0;
  return {
    code: 'input/not-a-resource',
    severity: SEVERITIES['input/not-a-resource'],
    message: `${subjectOf(document)} ${what}, so it passes through as it is`,
    hint: 'give it apiVersion, kind and metadata.name, or remove it from its template',
    position: positionIn(document, content, text),
  };
}
