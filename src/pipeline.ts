/**
 * The whole story: a stream and its ordering config come in; what Helm will see, what to worry about, and the patched stream come out.
 *
 * Pure: it reads no file, no clock and no environment. Whatever it needs of the world is in `PipelineInput`.
 */
import { silence } from './check/silence.ts';
import { loadConfig } from './config/load.ts';
import { NEWEST_ARGO } from './engines/argocd/versions.ts';
import type { Circumstances } from './engines/engine.ts';
import { type Contents, readResources } from './manifests/resources.ts';
import type { Bytes } from './model/bytes.ts';
import { type Config, DEFAULT_ARGOCD, DEFAULT_WEIGHTS, type Deployment, type Rule } from './model/config.ts';
import { type Finding, isUnusable, SEVERITIES } from './model/finding.ts';
import { HOOK } from './model/helm.ts';
import type { Operation } from './model/json.ts';
import { enteredOf } from './model/leaving.ts';
import { type Document, isOfSubchart, type Resource, type Source, type Stream } from './model/manifest.ts';
import { addTo } from './model/maps.ts';
import type { Plan } from './model/plan.ts';
import { matchRules } from './order/match.ts';
import type { PlanningInput } from './planning.ts';
import { assembleStream } from './stream/assemble.ts';

/** The circumstances are what holds where neither the user nor the config says anything. */
export interface PipelineInput extends PlanningInput, Source {
  /** What the user says of the deployment, for example by flags: it goes before `helm` of the config. */
  readonly said?: Deployment;
  /** What the runtime does with bytes, where it has something faster than `PLAIN_BYTES`. */
  readonly codec?: Bytes;
  /** The config's documents, given those that the stream's own chart carries; undefined when there is no config. */
  readonly findConfig: (inStream: readonly Resource[]) => readonly Document[] | readonly Finding[] | undefined;
  /** What to make of a stream without a config: an error, or a look at the hooks that the charts bring. */
  readonly needsConfig: boolean;
  /** The caller wants changes only: a plan that changes nothing may leave out all resources. */
  readonly onlyChanges?: boolean;
}

export interface Outcome {
  /** Absent when the bytes are no stream of documents. */
  readonly stream?: Stream;
  /** Absent when the order could not be established: then `findings` has the reason. */
  readonly plan?: Plan;
  readonly findings: readonly Finding[];
  /** Under which it was judged: what the user says, else the config, else what is usual. */
  readonly circumstances: Circumstances;
}

/** The contents of a stream, for `orderRelease` of one stream under several configs: what is parsed once stays parsed. */
export const readStreamOnce = (input: Source & Pick<PipelineInput, 'codec'>): Contents | Finding =>
  readResources(input, input.codec);

/**
 * Never throws for what a user did; `plan` is present exactly when the order holds. `release` is the stream of `given`, where it has been
 * read already.
 */
export function orderRelease(
  given: PipelineInput,
  release: Contents | Finding = readResources(given, given.codec),
): Outcome {
  if ('code' in release) return { findings: [release], circumstances: circumstancesOf(given) };
  const { stream, resources, configs, problems } = release;

  const [own, others] = [configs.filter(isOwn), configs.filter((one) => !isOwn(one))];
  const foreign = others.map(ofSubchart);
  const { config, findings: configFindings } = readConfig(given, own);
  const circumstances = circumstancesOf(given, config?.helm);
  const input: PipelineInput = { ...given, ...circumstances };
  if (config === undefined) return { stream, findings: [...problems, ...foreign, ...configFindings], circumstances };

  const claims = matchRules(config.rules, resources, input.digest);
  // Most releases have nothing to order: then nothing that orders is loaded.
  const isIdle = claims.ruleOf.size === 0 && claims.findings.length === 0 && !config.rules.some(isBound);
  const { plan, findings } =
    isIdle && input.onlyChanges && input.scope === 'claimed'
      ? { plan: NOTHING_TO_DO, findings: [] }
      : (require('./planning.ts') as typeof import('./planning.ts')).planRelease(resources, config, claims, input);
  if (plan === undefined)
    return { stream, findings: [...problems, ...foreign, ...dropEchoes(findings, problems)], circumstances };
  const added = new Set(plan.copies.flatMap(({ resource }) => [resource, enteredOf(resource)]));
  const isAnswerable = (resource: Resource): boolean =>
    claims.ruleOf.has(enteredOf(resource)) || added.has(resource) || added.has(enteredOf(resource));
  const known = silence([...problems, ...foreign, ...findings], config.ignore, isAnswerable);
  const removed = [...configs, ...plan.dropped.map(({ resource }) => resource)];
  return { stream, plan: { ...plan, removed }, findings: known, circumstances };
}

function circumstancesOf(given: PipelineInput, helm: Deployment = {}): Circumstances {
  const told = { ...helm, ...given.said };
  const { target = given.target ?? 'helm', version = given.version } = told;
  // The versions that people name are Helm's.
  return { ...given, ...told, target, version: target === 'argocd' ? NEWEST_ARGO : version };
}

/** A rule that matches nothing may have meant a document that could not be read: that is told already. */
const dropEchoes = (findings: readonly Finding[], problems: readonly Finding[]): readonly Finding[] =>
  problems.some(isUnusable) ? findings.filter(({ code }) => code !== 'order/matches-nothing') : findings;

/** True for a rule that can be wrong without claiming anything. */
const isBound = ({ after, before }: Rule): boolean => after.length + before.length > 0;

const NOTHING_TO_DO = { placements: [], patches: [], copies: [], dropped: [] };

/** The patched stream, as chunks to write one after the other. Throws `UnprovenEdit` when an edit cannot be proven. */
export function editStream(stream: Stream, plan: Plan): Uint8Array[] {
  const edited = new Map<number, string>();
  const added = new Map<number, string[]>();
  const patches = plan.patches.filter(({ resource, operations }) => operations.length > 0 || isHookInList(resource));
  const gone = plan.removed.map(({ document }) => document);
  const removed = new Set(gone.map((document) => document.index));
  const leaving: Document[] = gone.filter(({ item }) => item !== undefined);
  if (patches.length + plan.copies.length > 0) {
    const { editDocument } = require('./edit/edit.ts') as typeof import('./edit/edit.ts');
    for (const { resource, operations } of patches)
      if (resource.document.item === undefined)
        edited.set(resource.document.index, editDocument(resource.manifest(), operations));
      else {
        leaving.push(resource.document);
        addTo(added, resource.document.item.list.index, editItem(resource, operations));
      }
    for (const { resource, operations } of plan.copies) {
      const { index, item } = resource.document;
      if (item === undefined) addTo(added, index, editDocument(resource.manifest(), operations));
      else addTo(added, item.list.index, editItem(resource, operations));
    }
  }
  if (leaving.length > 0) {
    const lists = loadExtract().withoutItems(leaving);
    for (const [index, text] of lists.edited) edited.set(index, text);
    for (const index of lists.removed) removed.add(index);
  }
  const chunks = assembleStream(stream, { edited, added, removed });
  // Helm takes an empty answer for a failure of the post-renderer, and a comment for no manifest [X 4.2.3, 4.3.2].
  return plan.dropped.length > 0 && chunks.every(isBlank) ? [stream.codec.encode(ALL_DROPPED)] : chunks;
}

const ALL_DROPPED = '# hookorder took every document of this stream out\n';

/** Line breaks and blanks only. */
const isBlank = (chunk: Uint8Array): boolean => chunk.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20);

const loadExtract = () => require('./edit/extract.ts') as typeof import('./edit/extract.ts');

const editItem = (resource: Resource, operations: readonly Operation[]): string =>
  loadExtract().editItem(resource, operations);

/** Helm sees a hook only in a document of its own. */
const isHookInList = ({ document, annotations }: Resource): boolean =>
  document.item !== undefined && Object.hasOwn(annotations, HOOK);

/** Whether Helm can store what leaves. `gzippedSize` is of chunks, in bytes; asked only for releases of a size that may matter. */
export function checkStoredSize(
  stream: Stream,
  plan: Plan,
  gzippedSize: (chunks: readonly Uint8Array[]) => number,
): readonly Finding[] {
  const { checkReleaseSize } = require('./check/size.ts') as typeof import('./check/size.ts');
  const output = editStream(stream, plan);
  const bytes = output.reduce((sum, chunk) => sum + chunk.length, 0);
  return checkReleaseSize(
    bytes,
    () => gzippedSize([stream.bytes]),
    () => gzippedSize(output),
  );
}

const EMPTY_CONFIG: Config = {
  rules: [],
  weights: DEFAULT_WEIGHTS,
  helm: {},
  argocd: DEFAULT_ARGOCD,
  ignore: [],
  files: [],
};

/** Only the chart that is released says in which order; a subchart came along with it. */
const isOwn = ({ template }: Resource): boolean => !isOfSubchart(template);

const ofSubchart = (resource: Resource): Finding => ({
  code: 'config/of-subchart',
  severity: SEVERITIES['config/of-subchart'],
  message: `the ordering config of the subchart ${resource.chart} is not used: only the chart that is released may carry one`,
  hint: `copy what you want of ${resource.template} into your own hookorder.yaml`,
  resource,
});

function readConfig(input: PipelineInput, inStream: readonly Resource[]): ReturnType<typeof loadConfig> {
  const found = input.findConfig(inStream);
  if (found === undefined)
    return input.needsConfig ? { findings: [CONFIG_MISSING] } : { config: EMPTY_CONFIG, findings: [] };
  if (found.some(isFinding)) return { findings: found.filter(isFinding) };
  return loadConfig(found as readonly Document[]);
}

const isFinding = (item: Document | Finding): item is Finding => 'code' in item;

const CONFIG_MISSING: Finding = {
  code: 'config/missing',
  severity: SEVERITIES['config/missing'],
  message: 'there is no ordering config',
  hint: 'give one with `--config FILE`, `$HOOKORDER_CONFIG`, or a hookorder.yaml in this directory; `hookorder init` proposes one',
};
