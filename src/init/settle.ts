/**
 * From drafts to a proposal that does no harm: look at the release with it, cure what is found, look again; what cannot be cured is taken back.
 *
 * Invariant of what comes out: no render has an error or a warning with the proposal that it has not without it, with `--wait` and without.
 */
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { cureHooks } from './cures.ts';
import type { Draft, Proposal } from './draft.ts';
import type { DraftOptions } from './drafts.ts';
import { bringProviders, claims } from './providers.ts';
import { applyRemedy } from './remedies.ts';
import { faultsOf, orderWith, type Render } from './render.ts';
import { formatProposal } from './text.ts';

const MAX_ROUNDS = 40;

export function settle(first: Proposal, options: DraftOptions): Proposal {
  let proposal = first;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = improve(proposal, options);
    if (next === undefined) return takeBack(proposal, options.renders);
    proposal = next;
  }
  return takeBack(proposal, options.renders);
}

/** One round: the first cure that changes something. Undefined: nothing is left to cure. */
function improve(proposal: Proposal, options: DraftOptions): Proposal | undefined {
  const config = formatProposal(proposal);
  const plans: (Plan | undefined)[] = [];
  for (const [at, { input }] of options.renders.entries())
    for (const wait of [false, true]) {
      const { findings, plan } = orderWith(input, config, wait);
      plans[at] = plan;
      const next = remedy(proposal, findings, plan, at, options);
      if (next !== undefined) return next;
    }
  for (const [at, plan] of plans.entries()) {
    const needed = plan && bringProviders(proposal.drafts, plan, at, options);
    if (needed !== undefined) return { ...proposal, drafts: [...needed, ...proposal.drafts] };
  }
  return undefined;
}

function remedy(
  proposal: Proposal,
  findings: readonly Finding[],
  plan: Plan | undefined,
  at: number,
  options: DraftOptions,
): Proposal | undefined {
  // What a weight or a policy of another hook cures needs no other events.
  const added = plan && cureHooks({ drafts: proposal.drafts, plan, findings, at, options });
  if (added !== undefined) return { ...proposal, drafts: [...added, ...proposal.drafts] };
  const about = draftsAbout(proposal, plan, at);
  // One remedy for each entry: it may be the one for what else was found.
  const cured = new Set<Draft>();
  let { start } = proposal;
  for (const finding of findings) {
    const drafts = about(finding);
    for (const draft of drafts) if (!cured.has(draft) && applyRemedy(draft, finding)) cured.add(draft);
    if (finding.code === 'refs/created-too-late' && drafts.some(({ ofChart }) => !ofChart))
      start ??= startBehind(proposal, options.renders);
  }
  if (start !== proposal.start || cured.size > 0) {
    followPlain(proposal.drafts);
    return { ...proposal, ...(start !== undefined && { start }) };
  }
  return undefined;
}

/** The drafts that a finding is about: it names their hook of the config, or this hook claims its resource. */
function draftsAbout({ drafts }: Proposal, plan: Plan | undefined, at: number): (finding: Finding) => readonly Draft[] {
  const ruleAt = new Map(plan?.placements.map(({ resource, rule }) => [resource.document.index, rule?.name]));
  return ({ config, resource }) => {
    const name = config?.hook ?? (resource && ruleAt.get(resource.document.index));
    const index = resource?.document.index;
    return drafts.filter(
      (draft) =>
        draft.disabled === undefined &&
        (name === undefined ? draft.subject.in[at]?.resource.document.index === index : draft.name === name),
    );
  };
}

/** A hook would run after the plain Jobs of its chart, so what has to come before one of them is a plain Job too. */
function followPlain(drafts: readonly Draft[]): void {
  for (const { plain, name } of drafts)
    if (plain) for (const draft of drafts) draft.after = draft.after.filter((other) => other !== name);
}

/** Behind every hook of the chart that the proposal leaves as it is. */
function startBehind({ drafts }: Proposal, renders: readonly Render[]): number {
  const weights = renders.flatMap(({ placements }, at) =>
    placements.flatMap((placement) =>
      placement.hook === undefined || drafts.some((draft) => claims(draft, placement, at))
        ? []
        : [placement.hook.weight],
    ),
  );
  return Math.floor(Math.max(0, ...weights) / 10) * 10 + 10;
}

/** Comments out the entries that do harm, one after the other, until nothing is worse than without the proposal. */
function takeBack(proposal: Proposal, renders: readonly Render[]): Proposal {
  const { drafts } = proposal;
  for (let round = 0; round <= drafts.length; round++) {
    const fault = firstFault(proposal, renders);
    if (fault === undefined) return proposal;
    const active = drafts.filter(({ disabled }) => disabled === undefined);
    const about = active.filter(
      ({ name, subject }) =>
        fault.finding.config?.hook === name ||
        subject.in[fault.at]?.resource.document.index === fault.finding.resource?.document.index,
    );
    const culprit = [...about, ...active].find((draft) => {
      draft.disabled = fault.finding.message;
      const rest = firstFault(proposal, renders);
      if (rest === undefined || rest.key !== fault.key) return true;
      delete draft.disabled;
      return false;
    });
    const taken = culprit === undefined ? active : [culprit];
    for (const draft of taken) {
      draft.disabled = fault.finding.message;
      for (const other of drafts) other.after = other.after.filter((name) => name !== draft.name);
    }
  }
  return proposal;
}

interface Fault {
  readonly finding: Finding;
  readonly at: number;
  readonly key: string;
}

function firstFault(proposal: Proposal, renders: readonly Render[]): Fault | undefined {
  const config = formatProposal(proposal);
  for (const [at, render] of renders.entries())
    for (const wait of [false, true]) {
      const [finding] = faultsOf(render, config, wait);
      if (finding !== undefined)
        return {
          finding,
          at,
          key: `${at} ${wait} ${finding.code} ${finding.resource?.document.index} ${finding.message}`,
        };
    }
  return undefined;
}
