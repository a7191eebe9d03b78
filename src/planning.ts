/**
 * The second half of the story, for releases that have something to order: rules and what they claim come in; what Helm will see of
 * each resource, what changes in it, and what to worry about come out.
 *
 * A unit of its own, because most releases end before it. Pure, as the first half is.
 */

import { checkClock } from './check/clock.ts';
import { checkHelm3 } from './check/helm3.ts';
import { checkRelease } from './check/release.ts';
import { checkUnclaimed } from './check/unclaimed.ts';
import { refuseDoubtful, refuseUnclear } from './edit/refuse.ts';
import { roleOf } from './engines/argocd/annotations.ts';
import type { Circumstances } from './engines/engine.ts';
import type { Config, Rule } from './model/config.ts';
import type { Finding, Severity } from './model/finding.ts';
import { isAwaited } from './model/helm.ts';
import type { Resource } from './model/manifest.ts';
import type { Plan } from './model/plan.ts';
import type { ChartOrder } from './order/chart.ts';
import { orderRules, type RuleOrder } from './order/constraints.ts';
import type { Copies } from './order/copies/copies.ts';
import { settingNothing } from './order/effect.ts';
import { type Split, splitByEvent } from './order/events.ts';
import type { Claims } from './order/match.ts';
import { mergePatches } from './order/merge.ts';
import { type Renaming, renameJobs } from './order/names.ts';
import { type Placed, placeResources } from './order/patch.ts';
import { reportTurns, separate, type Turn, turnsIn } from './order/turned.ts';
import { assignWeights, type Weights } from './order/weights.ts';
import { goneOf } from './release/gone.ts';
import { Release } from './release/release.ts';

/** Helm's version, `--wait` and `--timeout` are among the circumstances. */
export interface PlanningInput extends Circumstances {
  /** Whose faults count: those that the config is answerable for, or all. */
  readonly scope: 'claimed' | 'all';
  /** The lowest severity that counts: checks that cannot reach it are skipped. */
  readonly severity: Severity;
  /** The clock, in unix seconds; asked only when a name needs it. */
  readonly now: () => number;
  /** True when the environment has a $SOURCE_DATE_EPOCH, and `now` is the real time all the same. */
  readonly ignoresEpoch?: boolean;
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
  entered: readonly Resource[],
  config: Config,
  whole: Claims,
  input: PlanningInput,
): Planning {
  const unclear = refuseUnclear([...whole.ruleOf.keys()]);
  if (unclear.length > 0) return { findings: [...whole.findings, ...unclear] };
  const { resources, rules, claims, chart, added } = split(entered, config, whole, input);
  const order = orderRules(rules, claims, chart);
  const weights = assignWeights(order, claims, chart, config.weights);
  const place = (weightOf: Weights['weightOf']): Placed => placeResources(resources, claims, weightOf, input.digest);
  const first = place(weights.weightOf);
  // A stream that was rendered for Argo CD has no events of Helm's left to keep.
  const isArgo = input.target === 'argocd';
  const orderFindings = [claims, order, weights, first]
    .flatMap((step) => step.findings)
    .filter(({ code, resource }) => !isArgo || code !== 'order/no-events' || !isArranged(resource));
  if (orderFindings.some(({ severity }) => severity === 'error')) return { findings: orderFindings };

  const write = (placed: Placed): Written => writeRelease(placed, config, input);
  const { placed, copied, renamed, turns } = keepTies({ place, write, chart, order }, first, weights.weightOf);
  const patches = mergePatches([...placed.patches, ...copied.rewrites, ...renamed.patches], copied.copies, added);
  const release = new Release(renamed.placements, input, goneOf(renamed.placements, placed.dropped));
  const origin = { resources: entered, config, claims: whole, input };
  const findings = [
    ...orderFindings,
    ...settingNothing(config.rules, whole),
    ...refuseDoubtful([...patches.patches, ...patches.copies]),
    ...copied.findings,
    ...renamed.findings,
    ...(isArgo ? [] : reportTurns(turns, chart)),
    ...withUnclaimed(checkRelease(release, input), release, origin),
    ...(input.isPreviousKnown && !isArgo ? checkWithout(origin, release) : []),
    ...(isArgo ? [] : checkHelm3(renamed.placements, input.unsureReader)),
    ...checkClock(renamed.placements, input.ignoresEpoch),
  ];
  return { plan: { placements: renamed.placements, dropped: placed.dropped, ...patches }, findings };
}

/** What the planned release was made of. */
interface Origin {
  readonly resources: readonly Resource[];
  readonly config: Config;
  readonly claims: Claims;
  readonly input: PlanningInput;
}

/** Adds what the config brings upon others, or, where the findings have it already, the entry that is answerable. */
function withUnclaimed(
  findings: readonly Finding[],
  release: Release,
  { resources, config, claims, input }: Origin,
): readonly Finding[] {
  const under = (rules: readonly Rule[]): Release | undefined => {
    const written = writeUnder(resources, { ...config, rules }, claimsOf(rules, claims), input);
    if (written === undefined) return undefined;
    const { placements } = written.renamed;
    return new Release(placements, input, goneOf(placements, written.placed.dropped));
  };
  const rules = config.rules.filter((rule) => (claims.resourcesOf.get(rule) ?? []).length > 0);
  if (rules.length === 0) return findings;
  const brought = checkUnclaimed({ release, under, rules });
  if (brought.length === 0) return findings;
  const keyOf = ({ code, message, path, resource }: Finding): string =>
    JSON.stringify([resource?.document.index, code, message, path]);
  const known = new Set(findings.map(keyOf));
  const better = new Map(brought.map((finding) => [keyOf(finding), finding]));
  return [
    ...findings.map((finding) => better.get(keyOf(finding)) ?? finding),
    ...brought.filter((finding) => !known.has(keyOf(finding))),
  ];
}

/** What becomes of the installed revision where this config does not order the upgrade. */
function checkWithout({ resources, config, claims, input }: Origin, release: Release): readonly Finding[] {
  if (claims.ruleOf.size === 0) return [];
  const alone = writeUnder(resources, { ...config, rules: [] }, claimsOf([], claims), input);
  if (alone === undefined) return [];
  const { checkWithout: check } = require('./check/known/facts.ts') as typeof import('./check/known/facts.ts');
  return check(release, new Release(alone.renamed.placements, input));
}

/** What some of the rules claim. */
const claimsOf = (rules: readonly Rule[], { resourcesOf, ruleOf }: Claims): Claims => ({
  resourcesOf: new Map([...resourcesOf].filter(([rule]) => rules.includes(rule))),
  ruleOf: new Map([...ruleOf].filter(([, rule]) => rules.includes(rule))),
  findings: [],
});

/** With plain weights only: events of different weights have a rule and a document each, and Argo CD's objects have one wave. */
function split(resources: readonly Resource[], { rules }: Config, claims: Claims, { target }: PlanningInput): Split {
  if (target !== 'argocd') return splitByEvent(resources, rules, claims);
  const { withOneWeight } = require('./order/argocd/one-weight.ts') as typeof import('./order/argocd/one-weight.ts');
  return withOneWeight(resources, rules, claims);
}

/** What would leave under these rules; undefined where they make no order. */
function writeUnder(
  entered: readonly Resource[],
  config: Config,
  whole: Claims,
  input: PlanningInput,
): Written | undefined {
  const { resources, rules, claims, chart } = split(entered, config, whole, input);
  const order = orderRules(rules, claims, chart);
  const weights = assignWeights(order, claims, chart, config.weights);
  const placed = placeResources(resources, claims, weights.weightOf, input.digest);
  const isOrdered = [order, weights, placed].every(({ findings }) => findings.length === 0);
  return isOrdered ? writeRelease(placed, config, input) : undefined;
}

interface Written {
  readonly placed: Placed;
  readonly copied: Copies;
  readonly renamed: Renaming;
}

/** What leaves, given what the config writes into each resource. `render` knows no previous revision, so none may count here. */
function writeRelease(
  placed: Placed,
  config: Config,
  { previous: _, isPreviousKnown: __, ...input }: PlanningInput,
): Written {
  if (input.target === 'argocd') return writeForArgo(placed, config, input);
  const copied = copyDependencies(new Release(placed.placements, input), config);
  const renamed = renameJobs(new Release(copied.placements, input), input);
  return { placed, copied, renamed };
}

/** The same under Argo CD's annotations. */
function writeForArgo(placed: Placed, config: Config, input: PlanningInput): Written {
  const argo = require('./order/argocd/write.ts') as typeof import('./order/argocd/write.ts');
  const { phase } = config.argocd;
  const copied = copyForArgo(placed, config, input);
  const renamed = renameJobs(new Release(copied.placements, input), { ...input, isGenerated: argo.isSyncRun });
  const written = argo.writeForArgo(new Release(renamed.placements, input), placed.patches, copied.copies, phase);
  return {
    placed: { ...placed, patches: written.patches },
    copied: { ...copied, copies: written.copies },
    renamed: {
      ...renamed,
      placements: written.placements,
      findings: [...renamed.findings, ...written.findings],
    },
  };
}

/** In Sync, waves for plain resources do what copies do for Helm. In PreSync there are copies, and those of an earlier run are in time. */
function copyForArgo({ placements }: Placed, config: Config, input: PlanningInput): Copies {
  if (config.argocd.phase === 'sync') return { placements, copies: [], rewrites: [], findings: [] };
  const { asHelmHook } = require('./order/argocd/write.ts') as typeof import('./order/argocd/write.ts');
  const entered = new Map(placements.map((placement) => [asHelmHook(placement), placement]));
  const copied = copyDependencies(new Release([...entered.keys()], { ...input, target: 'helm' }), config);
  return { ...copied, placements: copied.placements.map((placement) => entered.get(placement) ?? placement) };
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

/** What Argo CD runs, and what a rendering for it made a plain resource. */
const isArranged = (resource: Resource | undefined): boolean =>
  resource !== undefined && (roleOf(resource.manifest().value).isHook || !isAwaited(resource.kind));

const MAX_REWRITES = 2;

/** Copies what rules want copied; few releases have such a rule, so its code is loaded then. */
function copyDependencies(release: Release, { rules }: Pick<Config, 'rules'>): Copies {
  if (!rules.some(({ dependencies }) => dependencies === 'copy'))
    return { placements: release.placements, copies: [], rewrites: [], findings: [] };
  const copies = require('./order/copies/copies.ts') as typeof import('./order/copies/copies.ts');
  return copies.copyDependencies(release);
}
