/**
 * Documents to resources: heads are read, bodies only when somebody asks for a manifest.
 */
import { BASE_NAME } from '../model/annotations.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { POSTRENDER_FILENAME } from '../model/helm.ts';
import type { JsonObject } from '../model/json.ts';
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
import { lookAt } from './head.ts';
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
    const head = lookAt(document);
    if (head === undefined) {
      if (hasContent(document)) result.problems.push(notAResource(document, 'has no kind'));
    } else if ('code' in head) result.problems.push(head);
    else if (head.kind === 'HookOrder' && head.apiVersion.startsWith('hookorder.io/')) result.configs.push(document);
    else if (head.name === '' && head.generateName === undefined)
      result.problems.push(notAResource(document, `of kind ${head.kind} has no metadata.name`));
    else result.resources.push(new StreamResource(document, head, result.problems));
  }
  return result;
}

/** Most resources are only passed by: what takes reading is read when somebody asks. */
class StreamResource implements Resource {
  readonly document: Document;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  declare readonly generateName?: string;
  declare readonly namespace?: string;
  private readonly head: Head;
  private readonly problems: Finding[];
  private parsed: Manifest | undefined;
  private source: string | undefined | null = null;
  private base: string | undefined;

  constructor(document: Document, head: Head, problems: Finding[]) {
    this.document = document;
    this.apiVersion = head.apiVersion;
    this.kind = head.kind;
    this.name = head.name;
    if (head.generateName !== undefined) this.generateName = head.generateName;
    if (head.namespace !== undefined) this.namespace = head.namespace;
    this.head = head;
    this.problems = problems;
  }

  get labels(): Readonly<JsonObject> {
    return this.head.labels;
  }

  get annotations(): Readonly<JsonObject> {
    return this.head.annotations;
  }

  get template(): string | undefined {
    if (this.source === null) this.source = annotationOf(this.head, POSTRENDER_FILENAME) ?? findSource(this.document);
    return this.source;
  }

  get chart(): string | undefined {
    return this.template === undefined ? undefined : chartOf(this.template);
  }

  get baseName(): string {
    this.base ??= annotationOf(this.head, BASE_NAME) ?? stemOf(this.name) ?? this.name;
    return this.base;
  }

  manifest(): Manifest {
    if (this.parsed !== undefined) return this.parsed;
    const parsed = parseManifest(this.document, formatResource(this));
    if (!Array.isArray(parsed)) this.parsed = parsed;
    else {
      const [first] = parsed;
      if (first !== undefined) this.problems.push({ ...first, resource: this });
      this.parsed = emptyManifest(this.document);
    }
    return this.parsed;
  }
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
