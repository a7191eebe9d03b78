/**
 * One render of a chart, and what the pipeline says of it with and without a proposal.
 *
 * Invariant that init keeps by it: `newFaults` of the finished proposal is empty, for every render, with `--wait` and without.
 */

import { decodeConfig } from '../config/load.ts';
import { PLAIN_BYTES } from '../model/bytes.ts';
import { compareSeverity, type Finding, isUnusable, type Severity } from '../model/finding.ts';
import type { Resource, Source } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { type Outcome, orderRelease, type PipelineInput, readStreamOnce } from '../pipeline.ts';
import { Release } from '../release/release.ts';

export type ProposalInput = Pick<PipelineInput, keyof Source | 'version' | 'timeoutSeconds' | 'digest'>;

/** Which of Helm's operations a stream was rendered for. */
export type RenderedFor = 'install' | 'upgrade';

/** One render, as the chart made it. */
export interface Rendered {
  /** Absent: the only render, for whatever operation. */
  readonly operation?: RenderedFor;
  readonly placements: readonly Placement[];
  readonly resources: readonly Resource[];
  readonly release: Release;
}

export interface Render extends Rendered {
  readonly input: ProposalInput;
  readonly documents: number;
  /** What lint says of the chart alone, without `--wait` and with it. */
  readonly findings: Readonly<Record<'plain' | 'wait', readonly Finding[]>>;
}

/** Findings: the stream cannot be read. */
export function readRender(input: ProposalInput, operation: RenderedFor | undefined): Render | readonly Finding[] {
  const { plan, stream, findings } = orderWith(input, undefined, false);
  if (plan === undefined || stream === undefined || findings.some(isUnusable)) return findings;
  const { placements } = plan;
  return {
    input,
    ...(operation && { operation }),
    documents: stream.documents.length,
    placements,
    resources: placements.map(({ resource }) => resource),
    release: new Release(placements, { timeoutSeconds: input.timeoutSeconds, wait: false }),
    findings: { plain: findings, wait: orderWith(input, undefined, true).findings },
  };
}

/** What is parsed once stays parsed: a proposal is looked at many times. */
function contentsOf(input: ProposalInput): ReturnType<typeof readStreamOnce> {
  const known = parsed.get(input) ?? readStreamOnce(input);
  parsed.set(input, known);
  return known;
}
const parsed = new WeakMap<ProposalInput, ReturnType<typeof readStreamOnce>>();

/** The pipeline, on a config or on what the charts bring: all errors and warnings. The clock only has to be one. */
export function orderWith(
  input: ProposalInput,
  config: string | undefined,
  wait: boolean,
  scope: 'all' | 'claimed' = 'all',
): Outcome {
  const request: PipelineInput = {
    ...input,
    findConfig: () => {
      if (config === undefined) return undefined;
      const documents = decodeConfig(PLAIN_BYTES.encode(config), 'hookorder.yaml');
      return 'code' in documents ? [documents] : documents;
    },
    needsConfig: false,
    scope,
    severity: 'warning',
    wait,
    now: () => 1_700_000_000,
    unsureReader: () => undefined,
  };
  return orderRelease(request, contentsOf(input));
}

/** What speaks against a config: what `render` would refuse, and what it makes worse. What hangs with `--wait` anyway is no worse for an entry. */
export const faultsOf = (render: Render, config: string, wait: boolean): readonly Finding[] => [
  ...(wait
    ? []
    : orderWith(render.input, config, wait, 'claimed').findings.filter(({ severity }) => severity === 'error')),
  ...newFaults(render, config, wait),
];

/** Errors and warnings that are there with the config and not without it, or are worse than they were. */
function newFaults({ input, findings }: Render, config: string, wait: boolean): readonly Finding[] {
  const left = new Map<string, Severity[]>();
  for (const finding of findings[wait ? 'wait' : 'plain'])
    left.set(keyOf(finding), [...(left.get(keyOf(finding)) ?? []), finding.severity].sort(compareSeverity));
  return orderWith(input, config, wait).findings.filter((finding) => {
    const known = left.get(keyOf(finding));
    const at = known?.findIndex((severity) => compareSeverity(severity, finding.severity) <= 0) ?? -1;
    if (at >= 0) known?.splice(at, 1);
    return at < 0;
  });
}

/** Names change with a config, places in the stream do not. */
const keyOf = ({ code, resource }: Finding): string => `${code} ${resource?.document.index ?? ''}`;
