/**
 * `hookorder diff`: what render would change in a stream, or what changed between two streams or saved plans.
 *
 * Two streams are taken as they are: their order is in their annotations. With `--config`, or a config of their own, both are
 * ordered first; on a stream that was rendered before, that changes nothing.
 */
import { concat } from '../model/bytes.ts';
import type { Source, Stream } from '../model/manifest.ts';
import type { Plan } from '../model/plan.ts';
import { editStream, orderRelease, type PipelineInput } from '../pipeline.ts';
import { compareSnapshots, isDifferent } from '../report/diff/compare.ts';
import { DIFF_FORMAT_NAMES, DIFF_FORMATS } from '../report/diff/formats.ts';
import type { Snapshot } from '../report/diff/snapshot.ts';
import { isJsonPlan, type JsonPlan, planToJson } from '../report/plan/json.ts';
import { textOf } from '../stream/stream.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { EXIT, statusOf } from './outcome.ts';
import { chooseFormat, chooseStyle, deliver, deliverVerdict } from './output.ts';
import { type Previous, readPrevious } from './previous.ts';
import { makeRequest } from './request.ts';
import { readStreams } from './streams.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const previous = readPrevious(args, system);
  if (previous !== undefined && 'code' in previous) throw new Refusal([previous], EXIT.unusable);
  if (previous !== undefined && args.files.length === 2)
    throw new UsageError('--previous is OLD already: `hookorder diff --previous FILE NEW`');
  const acrossRuns = args.files.length === 2 || previous !== undefined;
  const format = chooseFormat(args, acrossRuns ? ['summary', 'unified', 'text', 'json'] : DIFF_FORMAT_NAMES);
  const [before, after] = previous
    ? [ofPrevious(previous, args, system), beforeAndAfter(args.files[0], args, system, false)[1]]
    : acrossRuns
      ? args.files.map((file) => readSnapshot(file, args, system))
      : beforeAndAfter(args.files[0], args, system);
  const diff = compareSnapshots(before as Snapshot, after as Snapshot, { acrossRuns });
  const text = DIFF_FORMATS[format](diff, { style: chooseStyle(args, system), acrossRuns });
  const found = statusOf(diff.findings, args.failOn, true);
  return args.exitCode
    ? deliverVerdict(text, isDifferent(diff) ? EXIT.findings : found, system)
    : deliver(text, found, system);
}

const WANTS = { needsConfig: false, scope: 'claimed', severity: 'error' } as const;

const ofPrevious = ({ source }: Previous, args: Arguments, system: System): Snapshot =>
  snapshotOf(order({ ...makeRequest(source, args, system, WANTS), findConfig: () => undefined }));

/** One stream, as it comes in and as it would leave. */
function beforeAndAfter(
  file: string | undefined,
  args: Arguments,
  system: System,
  needsConfig = true,
): readonly Snapshot[] {
  const request = makeRequest(readSource(file, args, system), args, system, { ...WANTS, needsConfig });
  const asIs: PipelineInput = { ...request, needsConfig: false, findConfig: () => undefined };
  return [snapshotOf(order(asIs)), snapshotOf(rendered(order(request)))];
}

/** One side of `diff OLD NEW`. */
function readSnapshot(file: string, args: Arguments, system: System): Snapshot {
  const source = readSource(file, args, system);
  const plan = readSavedPlan(source, system);
  if (plan !== undefined) return { file, plan };
  const request = makeRequest(source, args, system, WANTS);
  // Ignore the config in the working directory: it was not asked for, and it may not belong to the older stream.
  const findConfig: PipelineInput['findConfig'] = (inStream) => {
    if (args.config.length > 0) return request.findConfig(inStream);
    return inStream.length > 0 && !args.noConfig ? inStream.map(({ document }) => document) : undefined;
  };
  return snapshotOf(rendered(order({ ...request, findConfig })));
}

/** Of a chart what it renders for an upgrade: a difference is what the next upgrade changes. */
function readSource(file: string | undefined, args: Arguments, system: System): Source {
  const streams = readStreams(file, args, system);
  if ('code' in streams) throw new Refusal([streams], EXIT.unusable);
  if (streams.install !== streams.upgrade)
    system.note(`${file} renders something else for an install; this is what it renders for an upgrade`);
  return streams.upgrade;
}

interface Ordered {
  readonly request: PipelineInput;
  readonly plan: Plan;
  /** The plan as it was made, also where its resources are read again. */
  readonly json: JsonPlan;
  readonly stream: Stream;
}

/** The order of a stream; faults that are not in the way of one do not matter here. */
function order(request: PipelineInput): Ordered {
  const { plan, stream, findings, circumstances } = orderRelease(request);
  if (plan === undefined || stream === undefined) throw new Refusal(findings, EXIT.unusable);
  return { request, plan, json: planToJson({ plan, findings: [], circumstances }), stream };
}

/** The same, with the resources as they leave. */
function rendered({ request, plan, json, stream }: Ordered): Ordered {
  const bytes = concat(editStream(stream, plan));
  return { ...order({ ...request, read: () => bytes, needsConfig: false, findConfig: () => undefined }), json };
}

const snapshotOf = ({ request, plan, json }: Ordered): Snapshot => ({
  file: request.file,
  plan: json,
  resources: plan.placements.map(({ resource }) => ({
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    namespace: resource.namespace,
    name: resource.name,
    baseName: resource.baseName,
    text: textOf(resource.document),
    value: resource.manifest().value,
  })),
});

/** What `plan -o json` wrote; undefined for anything else, which is then read as a stream. */
function readSavedPlan({ read }: Source, system: System): JsonPlan | undefined {
  const bytes = read();
  const text = system.bytes.utf8(bytes, 0, bytes.length).replace(/^\ufeff/, '');
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonPlan(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
