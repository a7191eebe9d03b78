/**
 * Ordering configs, as documents, become one `Config`; or the findings that say everything that is wrong with them.
 *
 * Several documents are one config, in order: hooks follow one another, defaults are for the hooks of their own document, and
 * `weights` are for all. A `Config` comes out exactly when there is no finding.
 */

import type { Bytes } from '../model/bytes.ts';
import { API_VERSION, type Config, DEFAULT_ARGOCD, DEFAULT_WEIGHTS, KIND } from '../model/config.ts';
import { type Finding, type FindingCode, SEVERITIES } from '../model/finding.ts';
import { isEqual, isObject, type Json } from '../model/json.ts';
import type { Document, Manifest } from '../model/manifest.ts';
import type { Place, Position } from '../model/span.ts';
import { decodeStream, hasContent } from '../stream/stream.ts';
import { type ParsedManifest, parseManifest } from '../yaml/parse.ts';
import accepts from './accepts.generated.js';
import { hookNameAt, placeOf, placeOfKey } from './places.ts';
import { checkReferences } from './references.ts';
import { deploymentOf, ignoredBy, rulesOf } from './rules.ts';
import type { ConfigShape } from './shape.ts';

const HOW_TO_BEGIN = `begin it with \`apiVersion: ${API_VERSION}\` and \`kind: ${KIND}\``;

export interface LoadedConfig {
  /** Absent when there are findings. */
  readonly config?: Config;
  readonly findings: readonly Finding[];
}

/** The documents of a config file, or why it has none. `file` is what to call it. */
export function decodeConfig(bytes: Uint8Array, file: string, codec?: Bytes): readonly Document[] | Finding {
  const stream = decodeStream(bytes, file, codec);
  if (!('code' in stream)) return stream.documents;
  if (stream.code === 'input/empty') return isEmpty(file);
  return makeFinding('config/unreadable', { file, ...(stream.position ?? FIRST) }, stream.message, {
    hint: 'save it as UTF-8',
  });
}

/** `documents` are those of all files (or of the stream) in order. Beside others, a document without content counts for nothing. */
export function loadConfig(documents: readonly Document[]): LoadedConfig {
  const findings: Finding[] = [];
  const manifests: ParsedManifest[] = [];
  for (const document of documents.filter(hasContent)) {
    const parsed = parseManifest(document, { kind: KIND });
    if (Array.isArray(parsed)) findings.push(...parsed.map((finding) => invalidYaml(finding, document)));
    else if (isStranger(parsed)) findings.push(notAConfig(parsed));
    else manifests.push(parsed);
  }
  for (const { file, documents: own } of new Set(documents.map(({ stream }) => stream)))
    if (!own.some(hasContent)) findings.push(isEmpty(file));
  // A name that is unknown here may stand in a document that could not be read.
  const knowsAllHooks = findings.length === 0;

  for (const manifest of manifests) findings.push(...checkSchema(manifest), ...checkDuplicateKeys(manifest));
  for (const [key, sharedOf] of Object.entries(SHARED)) findings.push(...checkShared(manifests, key, sharedOf));
  for (const { code, manifest, path, message, hint } of checkReferences(manifests))
    if (knowsAllHooks || code !== 'config/unknown-hook')
      findings.push(
        findingIn(manifest, code, placeOf(manifest, path), message, { hint, hook: hookNameAt(manifest, path) }),
      );
  if (findings.length > 0) return { findings: sortByPlace(findings, documents) };

  const weights = manifests.map(weightsOf).find((own) => own !== undefined) ?? DEFAULT_WEIGHTS;
  const helm = manifests.map(deploymentOf).find((own) => own !== undefined) ?? {};
  const phase = manifests
    .map(({ value }) => (value as unknown as ConfigShape).argocd?.phase)
    .find((own) => own !== undefined);
  const argocd = phase === undefined ? DEFAULT_ARGOCD : { phase };
  const files = [...new Set(manifests.map(({ document }) => document.stream.file))];
  return {
    config: { rules: manifests.flatMap(rulesOf), weights, helm, argocd, ignore: manifests.flatMap(ignoredBy), files },
    findings,
  };
}

const FIRST: Position = { line: 1, column: 1 };

const makeFinding = (
  code: FindingCode,
  place: Place,
  message: string,
  more: { readonly hint?: string | undefined; readonly hook?: string | undefined; readonly line?: string | undefined },
): Finding => ({
  code,
  severity: SEVERITIES[code],
  message,
  ...(more.hint !== undefined && { hint: more.hint }),
  ...(more.line !== undefined && { frame: { line: more.line } }),
  config: { ...place, ...(more.hook !== undefined && { hook: more.hook }) },
});

/** A finding with the line that it is about. */
const findingIn = (
  manifest: Manifest,
  code: FindingCode,
  place: Place,
  message: string,
  more: { readonly hint?: string | undefined; readonly hook?: string | undefined } = {},
): Finding => {
  const line = manifest.lineAt(place);
  return makeFinding(code, place, message, { ...more, line, hint: line?.includes('{{') ? NO_TEMPLATE : more.hint });
};

const NO_TEMPLATE = 'write what the template gives: a config is no template';

const isEmpty = (file: string): Finding =>
  makeFinding('config/missing-key', { file, ...FIRST }, `${file} is empty`, { hint: HOW_TO_BEGIN });

function invalidYaml({ message, position = FIRST, frame }: Finding, document: Document): Finding {
  const place = { file: document.stream.file, ...position };
  const hint = frame && hintForLine(frame.line);
  return { ...makeFinding('config/invalid-yaml', place, message, { hint }), ...(frame && { frame }) };
}

/** `name: *-migrate` is an alias to YAML, and `{{ … }}` a mapping. */
function hintForLine(line: string): string | undefined {
  const [, pattern] = /[:[,-]\s+(\*[^\s,\]}]*)/.exec(line) ?? [];
  if (pattern !== undefined) return `put the pattern in quotes: "${pattern}"`;
  if (line.includes('{{')) return NO_TEMPLATE;
  return line.includes('\t') ? 'indent it with spaces: YAML takes no tabs' : undefined;
}

/** True for a document of another kind. One whose apiVersion is right is a config with a mistake. */
function isStranger({ value }: ParsedManifest): boolean {
  const { apiVersion, kind } = value;
  const isOurs = typeof apiVersion === 'string' && apiVersion.split('/')[0] === API_VERSION.split('/')[0];
  return typeof kind === 'string' && kind !== KIND && !isOurs;
}

const notAConfig = (manifest: ParsedManifest): Finding =>
  findingIn(
    manifest,
    'config/invalid-value',
    placeOf(manifest, ['kind']),
    `${manifest.document.stream.file} is no ordering config: its kind is ${manifest.value['kind']}`,
    { hint: HOW_TO_BEGIN },
  );

function checkSchema(manifest: ParsedManifest): readonly Finding[] {
  if (accepts(manifest.value)) return [];
  const { findMistakes } = require('./mistakes.ts') as typeof import('./mistakes.ts');
  return findMistakes(manifest.value).map(({ code, message, hint, path, atKey }) =>
    findingIn(manifest, code, (atKey ? placeOfKey : placeOf)(manifest, path), message, {
      hint,
      hook: hookNameAt(manifest, path),
    }),
  );
}

const checkDuplicateKeys = (manifest: ParsedManifest): readonly Finding[] =>
  manifest.duplicateKeys.map(({ path }) =>
    findingIn(
      manifest,
      'config/invalid-value',
      placeOfKey(manifest, path),
      `the key "${path.at(-1)}" stands twice in its mapping`,
      { hint: 'take one of them out', hook: hookNameAt(manifest, path) },
    ),
  );

function weightsOf(manifest: ParsedManifest): Config['weights'] | undefined {
  const { weights } = manifest.value as unknown as ConfigShape;
  return isObject(weights as Json | undefined) ? { ...DEFAULT_WEIGHTS, ...weights } : undefined;
}

/** What is for the whole release, so that two documents cannot say it differently: their values by key, and why. */
const SHARED: Readonly<Record<string, readonly [(manifest: ParsedManifest) => object | undefined, string]>> = {
  weights: [weightsOf, 'all hooks are numbered together'],
  argocd: [({ value: { argocd } }) => (isObject(argocd) ? argocd : undefined), 'a release is written in one way'],
  helm: [({ value: { helm } }) => (isObject(helm) ? helm : undefined), 'a release is deployed in one way'],
};

function checkShared(
  manifests: readonly ParsedManifest[],
  key: string,
  [sharedOf, because]: NonNullable<(typeof SHARED)[string]>,
): readonly Finding[] {
  const [first, ...others] = manifests.filter((manifest) => sharedOf(manifest) !== undefined);
  if (first === undefined) return [];
  const { file, line } = placeOfKey(first, [key]);
  return others
    .filter((manifest) => !isEqual({ ...sharedOf(manifest) } as Json, { ...sharedOf(first) } as Json))
    .map((manifest) =>
      findingIn(
        manifest,
        'config/invalid-value',
        placeOfKey(manifest, [key]),
        `"${key}" differs from that at ${file}:${line}, and ${because}`,
        { hint: 'set it in one document' },
      ),
    );
}

/** In the order in which people read the files, and once what an anchor says in several places. */
function sortByPlace(findings: readonly Finding[], documents: readonly Document[]): readonly Finding[] {
  const files = documents.map(({ stream }) => stream.file);
  const rank = ({ config }: Finding): readonly number[] => [
    files.indexOf(config?.file ?? ''),
    config?.line ?? 0,
    config?.column ?? 0,
  ];
  const compare = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((order, part, index) => order || part - (b[index] ?? 0), 0);
  const first = new Map<string, Finding>();
  for (const finding of findings) {
    const key = [...rank(finding), finding.code, finding.message].join('\n');
    if (!first.has(key)) first.set(key, finding);
  }
  return [...first.values()].sort((a, b) => compare(rank(a), rank(b)));
}
