/** What every format of `hookorder plan` is made of. */
import type { Circumstances } from '../../engines/engine.ts';
import type { Finding } from '../../model/finding.ts';
import type { RehearsalReport } from '../rehearsal/report.ts';
import type { Style } from '../style.ts';
import type { DrawnPlan } from '../timeline.ts';

/** `chart`: what the charts bring by themselves, because the config makes no order. `nothing`: the stream cannot be read. Findings have the reason. */
export type Shown = 'release' | 'chart' | 'nothing';

/** What only the command line and the files beside it tell. */
export interface Named {
  readonly release?: string;
  /** The files of the config; none when no config is used, or the chart carries it. */
  readonly configs: readonly string[];
  /** Of the chart that was rendered. */
  readonly chartVersion?: string;
}

export interface PlanReport {
  /** Of `nothing`, no placements. */
  readonly plan: DrawnPlan;
  /** What `plan` is; absent: the release as it leaves hookorder. */
  readonly shows?: Shown;
  readonly findings: readonly Finding[];
  /** What Helm is run with. */
  readonly circumstances: Circumstances;
  /** What the command line tells of it. */
  readonly named?: Named;
  /** What is left when a step goes wrong; only the page shows it. */
  readonly rehearsal?: RehearsalReport;
}

export interface PlanOptions {
  readonly style: Style;
  /** Columns that a line may have; 80 unless a terminal is wider or narrower. */
  readonly width?: number;
  /** Every policy, config line and fact in full. */
  readonly verbose: boolean;
}

export type PlanFormatter = (report: PlanReport, options: PlanOptions) => string;
