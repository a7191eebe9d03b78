/**
 * Documents to resources: heads are read at once, bodies at need.
 */
import { BASE_NAME, OWN_PREFIX } from '../model/annotations.ts';
import type { Bytes } from '../model/bytes.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { HOOK, POSTRENDER_FILENAME } from '../model/helm.ts';
import type { JsonObject } from '../model/json.ts';
import {
  annotationOf,
  type Document,
  type Doubt,
  formatResource,
  type Head,
  isUnreadable,
  type Manifest,
  type Names,
  type Resource,
  type Source,
  type Stream,
} from '../model/manifest.ts';
import { stemOf } from '../model/name-tail.ts';
import { hasOddBreaks } from '../stream/breaks.ts';
import { decodeStream, hasContent, latin1Of, positionIn, textAt, textOf } from '../stream/stream.ts';
import { makeManifest, parseManifest, subjectOf } from '../yaml/parse.ts';
import { type KnownHead, lookAt, type Metadata, metadataOf, readMetadataBlock } from './head.ts';
import type { Glance } from './head-pattern.ts';
import { namesIn, valuesOf } from './search.ts';

export interface Contents {
  readonly stream: Stream;
  /** In the order of the stream. */
  readonly resources: Resource[];
  /** Ordering configs that the stream carries, of whatever chart. */
  readonly configs: Resource[];
  /** Grows when a manifest that is asked for later turns out to be invalid. */
  readonly problems: Finding[];
}

type Found = Omit<Contents, 'stream'>;

/** Resources of a stream, their heads only. */
export function readResources({ file, read }: Source, codec?: Bytes): Contents | Finding {
  const found: Found = { resources: [], configs: [], problems: [] };
  const stream = decodeStream(read(), file, codec, (all, first, text, start) => {
    const { documents } = all;
    const isOdd = hasOddBreaks(all, start, start + text.length);
    for (let at = first; at < documents.length; at++) readHeadOf(documents[at] as Document, text, start, isOdd, found);
  });
  return 'code' in stream ? stream : { stream, ...found };
}

/** `text` is that of the stream from the byte `start` on, with all of the document if that begins there. */
function readHeadOf(document: Document, text: string, start: number, isOdd: boolean, found: Found): void {
  const at = document.contentStart - start;
  const head = at < 0 ? lookAt(document, latin1Of(document), 0, true) : lookAt(document, text, at, isOdd);
  if (head === undefined) {
    if (hasContent(document)) found.problems.push(notAResource(document, 'has no kind'));
  } else if ('code' in head) {
    const config = configHeadIn(textOf(document));
    if (config === undefined) found.problems.push(head);
    else found.configs.push(new StreamResource(document, config, found.problems));
  } else if (head.kind === 'HookOrder' && head.apiVersion.startsWith('hookorder.io/'))
    found.configs.push(new StreamResource(document, head, found.problems));
  else if (head.kind.endsWith('List') && readItems(document, head.kind, found)) return;
  else if ('name' in head && head.name === '' && !head.generateName)
    found.problems.push(notAResource(document, `of kind ${head.kind} has no metadata.name`));
  else found.resources.push(new StreamResource(document, head, found.problems));
}

/** The head of what is no YAML, and yet meant as a config: what is wrong with it is told of a config. */
function configHeadIn(text: string): Head | undefined {
  const [, apiVersion] = /^apiVersion: *(hookorder\.io\/\w+)/m.exec(text) ?? [];
  return apiVersion !== undefined && /^kind: *HookOrder\b/m.test(text)
    ? { apiVersion, kind: 'HookOrder', name: '', labels: {}, annotations: {} }
    : undefined;
}

/** The items of a List, each as a resource of its own. False for what is no List, whatever its kind is called. */
function readItems(document: Document, kind: string, found: Found): boolean {
  const { unfoldList } = require('./lists.ts') as typeof import('./lists.ts');
  const items = unfoldList(document, kind, findSource(document));
  for (const item of items ?? [])
    if ('code' in item) found.problems.push(item);
    else if (item.head.kind === 'HookOrder' && item.head.apiVersion.startsWith('hookorder.io/'))
      found.configs.push(new StreamResource(item.document, item.head, found.problems));
    else found.resources.push(new StreamResource(item.document, item.head, found.problems));
  return items !== undefined;
}

/** A large release has tens of thousands, and most of them need no reading: so each is small, and reads at need. */
class StreamResource implements Resource {
  readonly document: Document;
  readonly apiVersion: string;
  readonly kind: string;
  readonly mayBeHook: boolean;
  readonly mayBeOurs: boolean;
  private readonly problems: Finding[];
  private readonly metadataStart: number;
  private readonly metadataEnd: number;
  private readonly nameStart: number;
  private readonly nameEnd: number;
  private knownName: string | undefined;
  private knownMetadata: Metadata | undefined;
  private parsed: Manifest | undefined;
  private source: string | undefined | null = null;
  private base: string | undefined;

  constructor(document: Document, head: KnownHead | Glance, problems: Finding[]) {
    this.document = document;
    this.apiVersion = head.apiVersion;
    this.kind = head.kind;
    const glanced: Glance | undefined = 'metadataStart' in head ? head : undefined;
    const read: KnownHead | undefined = 'metadataStart' in head ? undefined : head;
    const annotations = read && Object.keys(read.annotations);
    // Helm looks for no hooks in a List that it does not unfold.
    const isSeen = document.item?.isUnfoldedByHelm !== false;
    this.mayBeHook = glanced?.mayBeHook ?? (isSeen && annotations?.includes(HOOK) === true);
    this.mayBeOurs = glanced?.mayBeOurs ?? annotations?.some((key) => key.startsWith(OWN_PREFIX)) === true;
    this.metadataStart = glanced?.metadataStart ?? 0;
    this.metadataEnd = glanced?.metadataEnd ?? 0;
    this.nameStart = glanced?.nameStart ?? 0;
    this.nameEnd = glanced?.nameEnd ?? 0;
    this.knownName = read?.name;
    this.knownMetadata = read;
    this.problems = problems;
  }

  get name(): string {
    this.knownName ??= textAt(this.document, this.nameStart, this.nameEnd);
    return this.knownName;
  }

  get generateName(): string | undefined {
    // Rules ask every resource for it, and few have one.
    return this.knownMetadata !== undefined || this.metadataText.includes('generateName')
      ? this.metadata.generateName
      : undefined;
  }

  get namespace(): string | undefined {
    return this.metadata.namespace;
  }

  get labels(): Readonly<JsonObject> {
    return this.metadata.labels;
  }

  get annotations(): Readonly<JsonObject> {
    return this.metadata.annotations;
  }

  get doubt(): Doubt | undefined {
    return this.knownMetadata?.doubt;
  }

  private get metadata(): Metadata {
    this.knownMetadata ??=
      this.parsed === undefined || isUnreadable(this.parsed.value)
        ? readMetadataBlock(this.metadataText)
        : metadataOf(this.parsed.value);
    return this.knownMetadata;
  }

  /** Of a head that was only glanced at. */
  private get metadataText(): string {
    return textAt(this.document, this.metadataStart, this.metadataEnd);
  }

  get template(): string | undefined {
    if (this.source === null) {
      const known = this.knownMetadata?.filename;
      this.source =
        (known === undefined ? annotationOf(this, POSTRENDER_FILENAME) : known) ??
        this.document.item?.filename ??
        findSource(this.document);
    }
    return this.source;
  }

  get chart(): string | undefined {
    return this.template === undefined ? undefined : chartOf(this.template);
  }

  get baseName(): string {
    this.base ??= (this.mayBeOurs ? annotationOf(this, BASE_NAME) : undefined) ?? stemOf(this.name) ?? this.name;
    return this.base;
  }

  text(): string {
    return textOf(this.document);
  }

  says(words: string): boolean {
    const { stream, contentStart, end } = this.document;
    return stream.codec.find(stream.bytes, words, contentStart, end) >= 0;
  }

  valuesOf(keys: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> | undefined {
    return valuesOf(this.document, keys);
  }

  namesIn(names: Names): readonly string[] {
    return namesIn(this.document, names);
  }

  manifest(): Manifest {
    if (this.parsed !== undefined) return this.parsed;
    const parsed = parseManifest(this.document, { subject: formatResource(this), kind: this.kind });
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
  return /^# Source: (.*\S)/m.exec(textAt(document, 0, comments.length))?.[1];
}

/** The chart or subchart of a template path: `db` for `shop/charts/db/templates/x.yaml`, `shop` for `shop/templates/x.yaml`. */
function chartOf(template: string): string {
  const steps = template.split('/');
  let at = 0;
  while (steps[at + 1] === 'charts' && steps[at + 2] !== undefined) at += 2;
  return steps[at] ?? '';
}

export function notAResource(document: Document, what: string): Finding {
  // Lines are the same in every decoding, and the content begins a line.
  const text = latin1Of(document);
  const content = /^[ \t]*[^\s#]/m.exec(text)?.index ?? 0;
  return {
    code: 'input/not-a-resource',
    severity: SEVERITIES['input/not-a-resource'],
    message: `${subjectOf(document)} ${what}, so it passes through as it is`,
    hint: 'give it apiVersion, kind and metadata.name: until then nothing orders or checks it',
    position: positionIn(document, content, text),
  };
}
