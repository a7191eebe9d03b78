/**
 * The package's API, for Node and browsers: `public.d.ts` is its contract, docs/library.md its description.
 *
 * Text and bytes come in, plain values go out: nothing of the inside is promised to users.
 */
import { decodeConfig } from './config/load.ts';
import { twoConfigs } from './config/two-configs.ts';
import { argocd } from './engines/argocd/simulate.ts';
import { NEWEST_ARGO } from './engines/argocd/versions.ts';
import type { Circumstances, Engine } from './engines/engine.ts';
import { helm } from './engines/helm/simulate.ts';
import { NEWEST_HELM } from './engines/helm/versions.ts';
import type * as Inside from './engines/run.ts';
import { PLAIN_BYTES } from './model/bytes.ts';
import { compareSeverity, isUnusable, type Finding as OwnFinding } from './model/finding.ts';
import { DEFAULT_TIMEOUT_SECONDS } from './model/helm.ts';
import type { Document, Resource } from './model/manifest.ts';
import type { Placement } from './model/plan.ts';
import { sha256 } from './model/sha256.ts';
import type { Target } from './model/target.ts';
import { editStream, orderRelease as order } from './pipeline.ts';
import type * as Public from './public.d.ts';
import { findingsToJson } from './report/findings/json.ts';

/** What `simulate` needs of an ordered release, and of a run. */
const ordered = new WeakMap<
  Public.OrderedRelease,
  { readonly placements: readonly Placement[]; readonly told: Circumstances }
>();
const ran = new WeakMap<Public.Run, Inside.Run>();

export const orderRelease: typeof Public.orderRelease = (given, options = {}) => {
  const { name, content } = named(given, 'stream.yaml');
  const { target, version, wait, timeoutSeconds } = options;
  const { stream, plan, findings, circumstances } = order({
    ...circumstancesOf(options),
    said: {
      ...(target && { target }),
      ...(version && { version }),
      ...(wait !== undefined && { wait }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    },
    file: name,
    read: () => content,
    findConfig: (carried) => findConfig(carried, options),
    needsConfig: false,
    scope: options.check === 'all' ? 'all' : 'claimed',
    severity: 'info',
    now: () => secondsOf(options.now),
    digest: (text) => sha256(PLAIN_BYTES.encode(text)).slice(0, 8),
    unsureReader: () => undefined,
  });
  const failOn = options.failOn ?? 'error';
  const isRefused =
    findings.some(isUnusable) ||
    (failOn !== 'never' && findings.some(({ severity }) => compareSeverity(severity, failOn) <= 0));
  const release: Public.OrderedRelease = {
    ...(stream && plan && !isRefused && { output: joined(editStream(stream, plan)) }),
    findings: findingsToJson(findings),
    resources: plan?.placements.map(placedOf) ?? [],
  };
  if (plan !== undefined) ordered.set(release, { placements: plan.placements, told: circumstances });
  return release;
};

export const simulate: typeof Public.simulate = (release, operation, options = {}) => {
  const { placements, told } = insideOf(release);
  const circumstances: Circumstances = {
    ...circumstancesOf({ ...told, ...(options.target && { version: undefined }), ...options } as Public.Circumstances),
    ...(options.previous && { previous: insideOf(options.previous).placements }),
  };
  const engine: Engine = ENGINES[circumstances.target ?? 'helm'];
  if (!engine.operations.includes(operation))
    throw new TypeError(`${engine.name} has no operation "${operation}": it has ${engine.operations.join(', ')}`);
  const start = options.after && ran.get(options.after)?.end;
  return runOf(engine.simulate(placements, operation, circumstances, start));
};

const ENGINES: Readonly<Record<Target, Engine>> = { helm: helm as Engine, argocd: argocd as Engine };

function insideOf(release: Public.OrderedRelease): NonNullable<ReturnType<typeof ordered.get>> {
  const inside = ordered.get(release);
  if (inside === undefined) throw new TypeError('simulate needs a release that orderRelease could order');
  return inside;
}

const circumstancesOf = ({ target = 'helm', version, wait, timeoutSeconds }: Public.Circumstances): Circumstances => ({
  target,
  version: version ?? (target === 'argocd' ? NEWEST_ARGO : NEWEST_HELM),
  wait: wait ?? false,
  timeoutSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
});

const secondsOf = (now: Date | number | undefined): number =>
  typeof now === 'number' ? now : Math.floor((now?.getTime() ?? Date.now()) / 1000);

function named(given: Public.Content, usual: string): { readonly name: string; readonly content: Uint8Array } {
  // Not by `instanceof`: bytes may come from another frame.
  const { name, content } = typeof given === 'object' && 'content' in given ? given : { name: usual, content: given };
  return { name, content: typeof content === 'string' ? PLAIN_BYTES.encode(content) : content };
}

/** The config that is given, else the stream's own; both are an error. */
function findConfig(
  inStream: readonly Resource[],
  { config = [], ignoreChartConfig }: Public.OrderOptions,
): readonly Document[] | readonly OwnFinding[] | undefined {
  const given = (isList(config) ? config : [config]).map((each, at) =>
    named(each, at === 0 ? 'hookorder.yaml' : `hookorder-${at + 1}.yaml`),
  );
  const [carried] = ignoreChartConfig ? [] : inStream;
  if (given.length === 0) return carried && inStream.map(({ document }) => document);
  if (carried !== undefined) return [twoConfigs(given.map(({ name }) => name).join(', '), carried)];
  const read = given.map(({ name, content }) => decodeConfig(content, name));
  const failures = read.flatMap((each) => ('code' in each ? [each] : []));
  return failures.length > 0 ? failures : read.flatMap((each) => ('code' in each ? [] : each));
}

const isList = (config: Public.Content | readonly Public.Content[]): config is readonly Public.Content[] =>
  Array.isArray(config);

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function placedOf({ resource, name, rule, hook, copyFor }: Placement): Public.PlacedResource {
  const { apiVersion, kind, namespace, template, baseName } = resource;
  return {
    apiVersion,
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
    baseName: copyFor === undefined ? baseName : name,
    ...(template !== undefined && { template }),
    ...(rule && { rule: rule.name }),
    isCopy: copyFor !== undefined,
    ...(hook && { hook: { events: hook.events, weight: hook.weight, deletePolicies: hook.deletePolicies } }),
  };
}

function runOf(run: Inside.Run): Public.Run {
  const { operation, steps, stop } = run;
  const made: Public.Run = {
    operation,
    steps: steps.map(stepOf),
    ...(stop && { stop: { because: stop.because, ...(stop.because === 'step' && { step: stop.step }) } }),
    objectsAfter: (step) => [...run.worldAfter(step).values()].map(({ subject }) => subject.id),
    failAt: (step, how) => runOf(run.failAt(step, how)),
  };
  ran.set(made, run);
  return made;
}

const stepOf = ({ phase, do: deed, subject, because, mayTake, awaited, outcome }: Inside.Step): Public.Step => ({
  phase,
  do: deed,
  object: subject.id,
  because,
  ...(mayTake !== undefined && { mayTakeSeconds: mayTake }),
  ...(awaited !== undefined && { isAwaited: awaited }),
  outcome,
});
