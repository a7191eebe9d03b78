/** What every format of `hookorder plan` is made of. */
import type { Circumstances } from '../../engines/engine.ts';
import type { Finding } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import type { Style } from '../style.ts';

export interface PlanReport {
  readonly plan: Pick<Plan, 'placements'>;
  readonly findings: readonly Finding[];
  /** What Helm is run with. */
  readonly circumstances: Circumstances;
}

export interface PlanOptions {
  readonly style: Style;
  /** Every policy, config line and fact in full. */
  readonly verbose: boolean;
}

export type PlanFormatter = (report: PlanReport, options: PlanOptions) => string;
