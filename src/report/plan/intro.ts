/** What a plan says first where no order can be made: that it is not the release as it would leave, and why. */
import type { Finding } from '../../model/finding.ts';
import { worstFirst } from '../findings/sort.ts';
import type { PlanReport } from './report.ts';

export interface Intro {
  /** A sentence or two. */
  readonly text: string;
  /** The errors that are the reason, told before everything else. */
  readonly errors: readonly Finding[];
}

/** Undefined for the release as it leaves hookorder. */
export function introOf({ shows, findings }: Pick<PlanReport, 'shows' | 'findings'>): Intro | undefined {
  if (shows === undefined || shows === 'release') return undefined;
  const text =
    shows === 'chart'
      ? 'No order can be made: hookorder refuses this release. This is what the charts do without a config.'
      : 'There is no plan: the release cannot be read.';
  return { text, errors: worstFirst(findings).filter(({ severity }) => severity === 'error') };
}
