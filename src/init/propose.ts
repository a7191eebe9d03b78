/**
 * From a release to a proposal: what each Job and Pod is for, entries for those that tell, cures for hooks of the chart that break, and the
 * pipeline's own word that no render is worse with it.
 *
 * Invariant: the config that `formatProposal` makes of the result orders each render without an error that was not there, and adds no warning.
 * An entry that cannot be made to is left in it as a comment, with the reason.
 */
import type { Finding } from '../model/finding.ts';
import { compareBytes, compareKinds, isAwaited } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import { purposeOf } from '../purpose/purpose.ts';
import type { Draft, Proposal, Undecided } from './draft.ts';
import { type DraftOptions, draftOfChart, draftPlain } from './drafts.ts';
import { releaseNamesOf } from './names.ts';
import { isReasonToClaim, noteCuredByClaiming } from './remedies.ts';
import { orderWith, type ProposalInput, type Render, readRender } from './render.ts';
import { settle } from './settle.ts';
import { type Subject, subjectsOf } from './subject.ts';
import { formatProposal } from './text.ts';
import { explainUndecided } from './undecided.ts';

export type { ProposalInput } from './render.ts';

/** Others have kinds called Job too. */
const IS_KUBERNETES = /^(?:v1|batch\/\w+)$/;

/** One render, or that for install and that for upgrade. Findings: a stream cannot be read. */
export function propose(install: ProposalInput, upgrade?: ProposalInput): Proposal | readonly Finding[] {
  const inputs = upgrade === undefined ? [install] : [install, upgrade];
  const renders: Render[] = [];
  for (const [at, input] of inputs.entries()) {
    const render = readRender(input, inputs.length === 1 ? undefined : at === 0 ? 'install' : 'upgrade');
    if (!('placements' in render)) return render;
    renders.push(render);
  }
  const subjects = subjectsOf(renders);
  const names = releaseNamesOf(renders.flatMap(({ resources }) => resources));
  const options: DraftOptions = { names, renders, subjects };

  const runs = subjects.filter(isRun).sort(compareSources);
  const plain = runs.filter(({ in: all }) => all.every((placement) => placement?.hook === undefined));
  const hooks = subjects.filter(({ in: all }) => all.some((placement) => placement?.hook !== undefined));
  hooks.sort(compareSources);
  const drafts = [...draftPlain(plain, options)];
  const taken = new Set(drafts.map(({ name }) => name));
  for (const subject of hooks) {
    const reasons = reasonsFor(subject, renders);
    if (reasons.length === 0 || subject.placement.hook === undefined) continue;
    const draft = draftOfChart(subject, taken, options);
    noteCuredByClaiming(draft, reasons);
    drafts.push(draft);
  }

  const blank: Proposal = {
    documents: renders.map(({ documents: count, operation }) => ({ count, ...(operation && { operation }) })),
    timeoutSeconds: install.timeoutSeconds,
    ...(names.chart !== undefined && { chart: names.chart }),
    drafts,
    undecided: [],
    left: [],
    leftOthers: 0,
    remaining: [],
  };
  const settled = settle(blank, options);
  const proposal = withoutIdle(settled, options);
  const idle = settled.drafts.filter((draft) => !proposal.drafts.includes(draft));
  return withRest(proposal, { plain, hooks, renders, idle });
}

const isRun = ({ placement: { resource } }: Subject): boolean =>
  isAwaited(resource.kind) && IS_KUBERNETES.test(resource.apiVersion);

/** `helm template` and a post-render order documents differently; the proposal is the same for both. */
const compareSources = ({ placement: a }: Subject, { placement: b }: Subject): number =>
  compareBytes(a.resource.template ?? '', b.resource.template ?? '') ||
  compareBytes(a.resource.baseName, b.resource.baseName) ||
  compareKinds(a.resource.kind, b.resource.kind);

/** What is found about this hook of the chart and worth an entry. */
function reasonsFor(subject: Subject, renders: readonly Render[]): readonly Finding[] {
  const role = isRun(subject) ? purposeOf(subject.placement, subject.release)?.role : undefined;
  const worksOnData = role === 'migration' || role === 'schema' || role === 'backup' || role === 'seed';
  return renders.flatMap(({ findings }, at) =>
    findings.plain.filter(
      (finding) => finding.resource === subject.in[at]?.resource && isReasonToClaim(finding, worksOnData),
    ),
  );
}

/** Without entries that change no byte, and without hooks of the chart that an entry does not help. */
function withoutIdle(proposal: Proposal, options: DraftOptions): Proposal {
  let { drafts } = proposal;
  const drop = (isIdle: (draft: Draft) => boolean): void => {
    drafts = drafts.filter((draft) => !isIdle(draft));
  };
  drop(({ ofChart, disabled }) => ofChart && disabled !== undefined);
  const changed = changedDocuments({ ...proposal, drafts }, options.renders);
  const isNamed = ({ name }: Draft): boolean => drafts.some(({ after }) => after.includes(name));
  drop(
    (draft) =>
      draft.disabled === undefined &&
      !isNamed(draft) &&
      !draft.drop &&
      draft.subject.in.every((placement, at) => !changed[at]?.has(placement?.resource.document.index ?? -1)),
  );
  const badness = (some: readonly Draft[]): number => countFaults({ ...proposal, drafts: some }, options.renders);
  let all = badness(drafts);
  for (const draft of drafts) {
    if (!draft.ofChart || isNamed(draft)) continue;
    const others = drafts.filter((other) => other !== draft);
    const without = badness(others);
    if (without > all) continue;
    drafts = others;
    all = without;
  }
  return drafts.length === proposal.drafts.length ? proposal : settle({ ...proposal, drafts }, options);
}

/** By render, the documents that the proposal changes. */
function changedDocuments(proposal: Proposal, renders: readonly Render[]): readonly ReadonlySet<number>[] {
  const config = formatProposal(proposal);
  return renders.map(({ input }) => {
    const patches = orderWith(input, config, false).plan?.patches ?? [];
    return new Set(
      patches.filter(({ operations }) => operations.length > 0).map(({ resource }) => resource.document.index),
    );
  });
}

/** Errors count more than any number of warnings. */
function countFaults(proposal: Proposal, renders: readonly Render[]): number {
  const config = formatProposal(proposal);
  let sum = 0;
  for (const { input } of renders)
    for (const wait of [false, true])
      for (const { severity } of orderWith(input, config, wait).findings) sum += severity === 'error' ? 1_000 : 1;
  return sum;
}

interface Known {
  readonly plain: readonly Subject[];
  readonly hooks: readonly Subject[];
  readonly renders: readonly Render[];
  /** Drafts that would change nothing. */
  readonly idle: readonly Draft[];
}

/** What the proposal says nothing about, and what lint says of the release with it. */
function withRest(proposal: Proposal, { plain, hooks, renders, idle }: Known): Proposal {
  const config = formatProposal(proposal);
  const claimed = new Set(proposal.drafts.map(({ subject }) => identityOf(subject)));
  const undecided: Undecided[] = plain
    .filter((subject) => !claimed.has(identityOf(subject)))
    .map((subject) => ({
      resource: subject.placement.resource,
      why: idle.find((draft) => draft.subject === subject)?.notes.get('events') ?? explainUndecided(subject, renders),
    }));
  const left = hooks.filter((subject) => !claimed.has(identityOf(subject)));
  const isOnce = ({ code, resource }: Finding, at: number): boolean =>
    code === 'job/immutable' &&
    plain.some(
      ({ in: all, only }) => only === 'install' && all[at]?.resource.document.index === resource?.document.index,
    );
  const remaining = renders.flatMap(({ input }, at) =>
    orderWith(input, config, false).findings.filter((finding) => !isOnce(finding, at)),
  );
  const seen = new Set<string>();
  return {
    ...proposal,
    undecided,
    left: left.filter(isRun).map(hookOf),
    leftOthers: left.filter(({ placement }) => !isAwaited(placement.resource.kind)).length,
    remaining: remaining.filter(({ code, message }) => {
      const isNew = !seen.has(`${code} ${message}`);
      seen.add(`${code} ${message}`);
      return isNew;
    }),
  };
}

const hookOf = ({ placement, in: all }: Subject): Placement => all.find((one) => one?.hook !== undefined) ?? placement;

const identityOf = ({ placement: { resource } }: Subject): string =>
  [resource.kind, resource.namespace, resource.name].join('/');
