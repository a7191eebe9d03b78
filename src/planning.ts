/**
 * The second half of the story, for releases that have something to order: rules and what they claim come in; what Helm will see of
 * each resource, what changes in it, and what to worry about come out.
 *
 * A unit of its own, because most releases end before it. Pure, as the first half is.
 */
import { makeContext } from './check/context.ts';
import type { Copies } from './check/copies/copies.ts';
import { checkHelm3 } from './check/helm3.ts';
import { referencesOf } from './check/needs/references.ts';
import { checkRelease } from './check/release.ts';
import type { Circumstances } from './engines/engine.ts';
import type { Config } from './model/config.ts';
import type { Finding, Severity } from './model/finding.ts';
import type { Resource } from './model/manifest.ts';
import type { Placement, Plan } from './model/plan.ts';
import { type ChartOrder, readChartOrder } from './order/chart.ts';
import { orderRules, type RuleOrder } from './order/constraints.ts';
import type { Claims } from './order/match.ts';
import { mergePatches } from './order/merge.ts';
import { type Renaming, renameJobs } from './order/names.ts';
import { type Placed, placeResources } from './order/patch.ts';
import { reportTurns, separate, type Turn, turnsIn } from './order/turned.ts';
import { assignWeights, type Weights } from './order/weights.ts';
import { applyPatch } from './yaml/patch.ts';
import { refuseDoubtful, refuseUnclear } from './yaml/refuse.ts';
import { namesIn } from './yaml/search.ts';

/** Helm's version, `--wait` and `--timeout` are among the circumstances. */
export interface PlanningInput extends Circumstances {
  /** Whose faults count: those that the config is answerable for, or all. */
  readonly scope: 'claimed' | 'all';
  /** The lowest severity that anybody will read: checks that cannot reach it are spared. */
  readonly severity: Severity;
  /** The clock, in unix seconds; asked only when a name needs it. */
  readonly now: () => number;
  /** Eight hex digits of a cryptographic hash. */
  readonly digest: (text: string) => string;
  /** Why Helm 3 may be about to read the output, or undefined; asked only when that would lose hooks. */
  readonly unsureReader: () => string | undefined;
}

export interface Planning {
  /** Absent when the order could not be established: then `findings` has the reason. */
  readonly plan?: Omit<Plan, 'removed'>;
  readonly findings: readonly Finding[];
}

export function planRelease(
  resources: readonly Resource[],
  config: Config,
  claims: Claims,
  input: PlanningInput,
): Planning {
  const unclear = refuseUnclear([...claims.ruleOf.keys()]);
  if (unclear.length > 0) return { findings: [...claims.findings, ...unclear] };
  const chart = readChartOrder(resources);
  const order = orderRules(config.rules, claims, chart);
  const weights = assignWeights(order, claims, chart, config.weights);
  const place = (weightOf: Weights['weightOf']): Placed =>
    placeResources(resources, claims, weightOf, applyPatch, input.digest);
  const first = place(weights.weightOf);
  const orderFindings = [claims, order, weights, first].flatMap((step) => step.findings);
  if (orderFindings.length > 0) return { findings: orderFindings };

  const write = (placed: Placed): Written => writeRelease(placed, config, input);
  const { placed, copied, renamed, turns } = keepTies({ place, write, chart, order }, first, weights.weightOf);
  const patches = mergePatches([...placed.patches, ...copied.rewrites, ...renamed.patches], copied.copies);
  const findings = [
    ...refuseDoubtful([...claims.ruleOf.keys()], [...patches.patches, ...patches.copies]),
    ...copied.findings,
    ...renamed.findings,
    ...reportTurns(turns, chart),
    ...checkRelease(makeContext(renamed.placements, input), input),
    ...checkHelm3(renamed.placements, input.unsureReader),
  ];
  return { plan: { placements: renamed.placements, ...patches }, findings };
}

interface Written {
  readonly placed: Placed;
  readonly copied: Copies;
  readonly renamed: Renaming;
}

/** What leaves, given what the config writes into each resource. */
function writeRelease(placed: Placed, config: Config, input: PlanningInput): Written {
  const copied = copyDependencies(placed.placements, config, input);
  const renamed = renameJobs(copied.placements, {
    ...input,
    applyPatch,
    namesIn: (resource, names) => namesIn(resource.document, names),
    contentOf: contentReader(copied.placements, input),
  });
  return { placed, copied, renamed };
}

interface Steps {
  readonly place: (weightOf: Weights['weightOf']) => Placed;
  readonly write: (placed: Placed) => Written;
  readonly chart: ChartOrder;
  readonly order: RuleOrder;
}

/**
 * New names turn hooks of equal weights round. What the names are is known at the end only, so such hooks get weights of their own then, and
 * are written again. Once is nearly always enough: new weights make no new names.
 */
function keepTies(
  { place, write, chart, order }: Steps,
  first: Placed,
  weightOf: Weights['weightOf'],
): Written & { readonly turns: readonly Turn[] } {
  let weights = weightOf;
  let written = write(first);
  for (let left = MAX_REWRITES; ; left--) {
    const { placements } = written.renamed;
    const turns = turnsIn(placements, chart, order);
    const separated = left === 0 || turns.length === 0 ? undefined : separate(turns, placements, weights);
    if (separated === undefined) return { ...written, turns };
    weights = separated;
    written = write(place(weights));
  }
}

const MAX_REWRITES = 2;

/** Copies what rules want copied; few releases have such a rule, so its code is loaded then. */
function copyDependencies(placements: readonly Placement[], { rules }: Config, input: PlanningInput): Copies {
  if (!rules.some(({ dependencies }) => dependencies === 'copy'))
    return { placements, copies: [], rewrites: [], findings: [] };
  const copies = require('./check/copies/copies.ts') as typeof import('./check/copies/copies.ts');
  return copies.copyDependencies(placements, makeContext(placements, input), applyPatch);
}

/** What a Job's pods read of this stream, copies in place of their originals. */
function contentReader(
  placements: readonly Placement[],
  input: PlanningInput,
): (job: Placement) => readonly Placement[] {
  const context = makeContext(placements, input);
  return (job) =>
    referencesOf(job)
      .filter((reference) => reference.kind === 'ConfigMap' || reference.kind === 'Secret')
      .flatMap((reference) => context.find(reference.kind, reference.name, reference.namespace));
}
