/**
 * The whole story: a stream and its ordering config come in; what Helm will see, what to worry about, and the patched stream come out.
 *
 * Pure: it reads no file, no clock and no environment. Whatever it needs of the world is in `PipelineInput`.
 */
import { makeContext } from './check/context.ts';
import { copyDependencies } from './check/copies.ts';
import { checkHelm3 } from './check/helm3.ts';
import { referencesOf } from './check/references.ts';
import { checkRelease } from './check/release.ts';
import { silence } from './check/silence.ts';
import { checkReleaseSize } from './check/size.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './model/config.ts';
import { type Finding, SEVERITIES, type Severity } from './model/finding.ts';
import type { Document, Stream } from './model/manifest.ts';
import type { Placement, Plan } from './model/plan.ts';
import { orderRules } from './order/constraints.ts';
import { matchRules } from './order/match.ts';
import { mergePatches } from './order/merge.ts';
import { renameJobs } from './order/names.ts';
import { placeResources } from './order/patch.ts';
import { assignWeights } from './order/weights.ts';
import { assembleStream } from './yaml/assemble.ts';
import { editDocument } from './yaml/edit.ts';
import { applyPatch } from './yaml/patch.ts';
import { readResources } from './yaml/resources.ts';
import { namesIn } from './yaml/search.ts';
import { decodeStream } from './yaml/stream.ts';

export interface PipelineInput {
  readonly bytes: Uint8Array;
  /** What to call the stream in messages. */
  readonly file: string;
  /** The config's documents, given those that the stream itself carries; undefined when there is no config. */
  readonly findConfig: (inStream: readonly Document[]) => readonly Document[] | readonly Finding[] | undefined;
  /** What to make of a stream without a config: an error, or a look at the hooks that the charts bring. */
  readonly needsConfig: boolean;
  /** Whose faults count: those that the config is answerable for, or all. */
  readonly scope: 'claimed' | 'all';
  /** The lowest severity that anybody will read: checks that cannot reach it are spared. */
  readonly severity: Severity;
  /** Helm's `--timeout` and `--wait`. */
  readonly timeoutSeconds: number;
  readonly wait: boolean;
  /** The clock, in unix seconds; asked only when a name needs it. */
  readonly now: () => number;
  /** Eight hex digits of a cryptographic hash. */
  readonly digest: (text: string) => string;
  /** True when a Helm 3 is about to read the output; asked only when that would lose hooks. */
  readonly isHelm3PostRender: () => boolean;
}

export interface Outcome {
  /** Absent when the bytes are no stream of documents. */
  readonly stream?: Stream;
  /** Absent when the order could not be established: then `findings` has the reason. */
  readonly plan?: Plan;
  readonly findings: readonly Finding[];
}

/** Never throws for what a user did; `plan` is present exactly when the order holds. */
export function orderRelease(input: PipelineInput): Outcome {
  const stream = decodeStream(input.bytes, input.file);
  if ('code' in stream) return { findings: [stream] };
  const { resources, configs, problems } = readResources(stream);

  const { config, findings: configFindings } = readConfig(input, configs);
  if (config === undefined) return { stream, findings: [...problems, ...configFindings] };

  const claims = matchRules(config.rules, resources);
  const order = orderRules(config.rules, claims);
  const weights = assignWeights(order, claims, config.weights);
  const placed = placeResources(resources, claims, weights.weightOf, applyPatch, input.digest);
  const orderFindings = [claims, order, weights, placed].flatMap((step) => step.findings);
  if (orderFindings.length > 0) return { stream, findings: [...problems, ...configFindings, ...orderFindings] };

  const copied = copyDependencies(placed.placements, makeContext(placed.placements, input), applyPatch);
  const renamed = renameJobs(copied.placements, {
    ...input,
    applyPatch,
    namesIn: (resource, names) => namesIn(resource.document, names),
    contentOf: contentReader(copied.placements, input),
  });
  const context = makeContext(renamed.placements, input);
  const findings = [
    ...copied.findings,
    ...renamed.findings,
    ...checkRelease(context, input),
    ...checkHelm3(renamed.placements, input.isHelm3PostRender),
  ];

  const plan: Plan = {
    placements: renamed.placements,
    ...mergePatches([...placed.patches, ...copied.rewrites, ...renamed.patches], copied.copies),
    removed: configs,
  };
  return { stream, plan, findings: silence([...problems, ...configFindings, ...findings], config.ignore) };
}

/** The patched stream, as chunks to write one after the other. Throws `UnprovenEdit` when an edit cannot be proven. */
export function editStream(stream: Stream, plan: Plan): Uint8Array[] {
  const edited = new Map<number, string>();
  for (const { resource, operations } of plan.patches)
    if (operations.length > 0) edited.set(resource.document.index, editDocument(resource.manifest(), operations));
  const added = new Map<number, string[]>();
  for (const { resource, operations } of plan.copies) {
    const { index } = resource.document;
    added.set(index, [...(added.get(index) ?? []), editDocument(resource.manifest(), operations)]);
  }
  return assembleStream(stream, { edited, added, removed: new Set(plan.removed.map((document) => document.index)) });
}

/** Whether Helm can store what leaves. `gzippedSize` is of chunks, in bytes; asked only for releases of a size that may matter. */
export function checkStoredSize(
  stream: Stream,
  plan: Plan,
  gzippedSize: (chunks: readonly Uint8Array[]) => number,
): readonly Finding[] {
  const output = editStream(stream, plan);
  const bytes = output.reduce((sum, chunk) => sum + chunk.length, 0);
  return checkReleaseSize(
    bytes,
    () => gzippedSize([stream.bytes]),
    () => gzippedSize(output),
  );
}

const EMPTY_CONFIG: Config = { rules: [], weights: { start: 0, step: 10 }, ignore: [], files: [] };

function readConfig(input: PipelineInput, inStream: readonly Document[]): ReturnType<typeof loadConfig> {
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

/** What a Job's pods read of this stream, copies in place of their originals. */
function contentReader(
  placements: readonly Placement[],
  input: PipelineInput,
): (job: Placement) => readonly Placement[] {
  const context = makeContext(placements, input);
  return (job) =>
    referencesOf(job)
      .filter((reference) => reference.kind === 'ConfigMap' || reference.kind === 'Secret')
      .flatMap((reference) => context.find(reference.kind, reference.name, reference.namespace));
}
