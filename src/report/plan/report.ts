/** What every format of `hookorder plan` is made of. */
import type { Finding } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import type { Style } from '../style.ts';

export interface PlanReport {
  readonly plan: Pick<Plan, 'placements'>;
  readonly findings: readonly Finding[];
}

export interface PlanOptions {
  readonly style: Style;
  /** Every policy, config line and fact in full. */
  readonly verbose: boolean;
  /** Whether Helm will be run with `--wait`. */
  readonly wait: boolean;
}

export type PlanFormatter = (report: PlanReport, options: PlanOptions) => string;
