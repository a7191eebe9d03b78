/**
 * From a release to a proposal: what each Job and Pod is for, entries for those that tell, and the pipeline's own word that they render.
 *
 * Invariant: the config that `formatProposal` makes of the result orders the same stream without an error. An entry that cannot be made
 * to is left in it as a comment, with the reason.
 */
import { type CheckContext, makeContext } from '../check/context.ts';
import { decodeConfig } from '../config/load.ts';
import { type Finding, isUnusable } from '../model/finding.ts';
import { compareBytes, compareKinds, isAwaited } from '../model/helm.ts';
import type { Source } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { type Outcome, orderRelease, type PipelineInput } from '../pipeline.ts';
import type { Draft, Proposal, Undecided } from './draft.ts';
import { type DraftOptions, draftOfChart, draftPlain } from './drafts.ts';
import { releaseNamesOf } from './names.ts';
import { bringProviders } from './providers.ts';
import { purposeOf } from './purpose.ts';
import { applyRemedy, isReasonToClaim, noteCuredByClaiming } from './remedies.ts';
import { formatProposal } from './text.ts';
import { explainUndecided } from './undecided.ts';

/** Others have kinds called Job too. */
const IS_KUBERNETES = /^(?:v1|batch\/\w+)$/;

export type ProposalInput = Pick<PipelineInput, keyof Source | 'version' | 'timeoutSeconds' | 'digest'>;

/** Findings: the stream cannot be read. */
export function propose(input: ProposalInput): Proposal | readonly Finding[] {
  const before = order(input, undefined);
  if (before.plan === undefined || before.stream === undefined || before.findings.some(isUnusable))
    return before.findings;
  const placements = before.plan.placements;
  const resources = placements.map(({ resource }) => resource);
  const context = makeContext(placements, { timeoutSeconds: input.timeoutSeconds, wait: false });
  const options: DraftOptions = { names: releaseNamesOf(resources), resources, context };

  const candidates = placements
    .filter(({ resource }) => isAwaited(resource.kind) && IS_KUBERNETES.test(resource.apiVersion))
    .sort(compareSources);
  const plain = candidates.filter(({ hook }) => hook === undefined);
  const hooks = candidates.filter(({ hook }) => hook !== undefined);
  const { findings } = before;
  const drafts = [...draftPlain(plain, options)];
  const taken = new Set(drafts.map(({ name }) => name));
  for (const placement of hooks) {
    const reasons = findings.filter((finding) => isReason(finding, placement, context));
    if (reasons.length === 0) continue;
    const draft = draftOfChart(placement, taken, options);
    noteCuredByClaiming(draft, reasons);
    drafts.push(draft);
  }

  const proposal = settle(
    input,
    {
      documents: before.stream.documents.length,
      ...(options.names.chart !== undefined && { chart: options.names.chart }),
      drafts,
      undecided: [],
      left: [],
      leftOthers: 0,
      remaining: [],
    },
    options,
  );
  // A hook of the chart that a config cannot help stays the chart's.
  const worthIt = proposal.drafts.filter(
    (draft) => !draft.ofChart || (draft.disabled === undefined && isHelped(draft)),
  );
  const { drafts: kept, ...settled } = settle(input, { ...proposal, drafts: worthIt }, options);
  const claimed = new Set(kept.map(({ placement }) => identityOf(placement)));
  const undecided: Undecided[] = plain
    .filter((placement) => !claimed.has(identityOf(placement)))
    .map((placement) => ({ resource: placement.resource, why: explainUndecided(placement, context) }));
  const claimedAt = new Set(kept.map(({ placement }) => placement.resource.document.index));
  const isLeft = ({ resource }: Placement): boolean => !claimedAt.has(resource.document.index);
  const left = hooks.filter(isLeft);
  const leftOthers = placements.filter(
    (one) => one.hook !== undefined && !isAwaited(one.resource.kind) && isLeft(one),
  ).length;
  return withRemaining(input, { ...settled, drafts: kept, undecided, left, leftOthers });
}

/** `helm template` and a post-render order documents differently; the proposal is the same for both. */
const compareSources = ({ resource: a }: Placement, { resource: b }: Placement): number =>
  compareBytes(a.template ?? '', b.template ?? '') ||
  compareBytes(a.baseName, b.baseName) ||
  compareKinds(a.kind, b.kind);

const identityOf = ({ resource }: Placement): string => [resource.kind, resource.namespace, resource.name].join('/');

/** True when the finding is about this hook of the chart and worth an entry. */
function isReason(finding: Finding, placement: Placement, context: CheckContext): boolean {
  if (finding.resource !== placement.resource) return false;
  const role = purposeOf(placement, context)?.role;
  return isReasonToClaim(finding, role === 'migration' || role === 'schema' || role === 'backup' || role === 'seed');
}

/** True when the entry says more than the chart does. */
const isHelped = (draft: Draft): boolean => draft.notes.size > 0;

const MAX_ROUNDS = 40;

/** Looks at the release with the proposal, cures what it finds, and looks again; what cannot be cured becomes a comment. */
function settle(input: ProposalInput, first: Proposal, options: DraftOptions): Proposal {
  let proposal = first;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { findings, plan } = order(input, formatProposal(proposal));
    const ruleAt = new Map(plan?.placements.map(({ resource, rule }) => [resource.document.index, rule?.name]));
    const about = (finding: Finding): readonly Draft[] => draftsOf(finding, proposal, ruleAt);
    let changed = false;
    // One remedy for each entry: it may be the one for what else was found.
    const cured = new Set<Draft>();
    for (const finding of findings) {
      for (const draft of about(finding)) if (!cured.has(draft) && applyRemedy(draft, finding)) cured.add(draft);
      if (finding.code === 'refs/created-too-late' && proposal.start === undefined) {
        proposal = { ...proposal, start: startBehind(proposal, input) };
        changed = true;
      }
    }
    if (changed || cured.size > 0) {
      followPlain(proposal.drafts);
      continue;
    }
    const needed = plan && bringProviders(proposal.drafts, plan, options);
    if (needed !== undefined) proposal = { ...proposal, drafts: [...needed, ...proposal.drafts] };
    else if (!disableFaulty(findings, proposal, about)) return proposal;
  }
  for (const draft of proposal.drafts) draft.disabled ??= 'it could not be settled';
  return proposal;
}

/** The drafts that a finding is about: by the hook of the config that it names, or that claims its resource. */
function draftsOf(
  { config, resource }: Finding,
  { drafts }: Proposal,
  ruleAt: ReadonlyMap<number, string | undefined>,
): readonly Draft[] {
  const name = config?.hook ?? (resource && ruleAt.get(resource.document.index));
  const index = resource?.document.index;
  return drafts.filter(
    (draft) =>
      draft.disabled === undefined &&
      (name === undefined ? draft.placement.resource.document.index === index : draft.name === name),
  );
}

/** A hook would run after the plain Jobs of its chart, so what has to come before one of them is a plain Job too. */
function followPlain(drafts: readonly Draft[]): void {
  for (const { plain, name } of drafts)
    if (plain) for (const draft of drafts) draft.after = draft.after.filter((other) => other !== name);
}

/** Comments out the entries that errors are about; true when there were any. */
function disableFaulty(
  findings: readonly Finding[],
  proposal: Proposal,
  about: (finding: Finding) => readonly Draft[],
): boolean {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return false;
  const active = proposal.drafts.filter(({ disabled }) => disabled === undefined);
  let faulty = errors.flatMap((finding) => about(finding).map((draft) => ({ draft, finding })));
  if (faulty.length === 0) {
    const copying = active.filter(({ dependencies }) => dependencies === 'copy');
    faulty = (copying.length > 0 ? copying : active).map((draft) => ({ draft, finding: first }));
  }
  for (const { draft, finding } of faulty) {
    draft.disabled ??= finding.message;
    for (const other of proposal.drafts) other.after = other.after.filter((name) => name !== draft.name);
  }
  return faulty.length > 0;
}

/** Behind every hook of the chart that the proposal leaves as it is. */
function startBehind({ drafts }: Proposal, input: ProposalInput): number {
  const claimed = new Set(drafts.map(({ placement }) => placement.resource.document.index));
  const weights = (order(input, undefined).plan?.placements ?? []).flatMap(({ hook, resource }) =>
    hook === undefined || claimed.has(resource.document.index) ? [] : [hook.weight],
  );
  return Math.floor(Math.max(0, ...weights) / 10) * 10 + 10;
}

function withRemaining(input: ProposalInput, proposal: Proposal): Proposal {
  const { findings } = order(input, formatProposal(proposal), 'all');
  return { ...proposal, remaining: findings };
}

/** The pipeline, on a config or on what the charts bring. The clock only has to be one. */
function order(input: ProposalInput, config: string | undefined, scope: 'claimed' | 'all' = 'claimed'): Outcome {
  return orderRelease({
    ...input,
    findConfig: () => {
      if (config === undefined) return undefined;
      const documents = decodeConfig(new TextEncoder().encode(config), 'hookorder.yaml');
      return 'code' in documents ? [documents] : documents;
    },
    needsConfig: false,
    scope: config === undefined ? 'all' : scope,
    severity: 'warning',
    wait: false,
    now: () => 1_700_000_000,
    isHelm3PostRender: () => false,
  });
}
