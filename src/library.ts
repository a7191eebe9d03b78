/**
 * The package's API, for Node and browsers: `public.d.ts` is its contract, docs/library.md its description.
 *
 * Text and bytes come in, plain values go out: nothing of the inside is promised to users.
 */
import { argocd } from './engines/argocd/simulate.ts';
import type { Circumstances, Engine } from './engines/engine.ts';
import { helm } from './engines/helm/simulate.ts';
import type * as Inside from './engines/run.ts';
import { circumstancesOf, requestOf } from './memory.ts';
import { concat } from './model/bytes.ts';
import { compareSeverity, isUnusable } from './model/finding.ts';
import type { Placement } from './model/plan.ts';
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
  const { stream, plan, findings, circumstances } = order(requestOf(given, options));
  const failOn = options.failOn ?? 'error';
  const isRefused =
    findings.some(isUnusable) ||
    (failOn !== 'never' && findings.some(({ severity }) => compareSeverity(severity, failOn) <= 0));
  const release: Public.OrderedRelease = {
    ...(stream && plan && !isRefused && { output: concat(editStream(stream, plan)) }),
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
