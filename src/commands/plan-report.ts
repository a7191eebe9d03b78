/** What there is to say of a release, also where its config makes no order: then what the charts bring, with the reasons. */
import { argocd } from '../engines/argocd/simulate.ts';
import type { Circumstances } from '../engines/engine.ts';
import { OPERATION_NAMES } from '../model/helm.ts';
import type { Stream } from '../model/manifest.ts';
import type { Plan } from '../model/plan.ts';
import { orderRelease, type PipelineInput } from '../pipeline.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import type { PlanReport } from '../report/plan/report.ts';
import type { RehearsalReport } from '../report/rehearsal/report.ts';

export interface Told {
  readonly report: PlanReport;
  /** Absent for what is no stream. */
  readonly stream?: Stream;
  /** What leaves hookorder; absent where no order could be found. */
  readonly ordered?: { readonly stream: Stream; readonly plan: Plan };
}

export function tell(request: PipelineInput): Told {
  const { stream, plan, findings, circumstances } = orderRelease(request);
  const about = { findings, circumstances };
  if (stream !== undefined && plan !== undefined)
    return { report: { plan, ...about }, stream, ordered: { stream, plan } };
  const own = ofChart(request, about);
  return {
    report: own === undefined ? { ...NOTHING_READ, ...about } : { plan: own, shows: 'chart', ...about },
    ...(stream && { stream }),
  };
}

/** What the charts bring by themselves, deployed as the config says. */
export const ofChart = (
  request: PipelineInput,
  { circumstances }: Pick<PlanReport, 'circumstances'>,
): Plan | undefined =>
  orderRelease({ ...request, ...circumstances, findConfig: () => undefined, needsConfig: false }).plan;

export const NOTHING_READ = { plan: { placements: [] }, shows: 'nothing' } as const;

/** What is left when a step of that goes wrong. */
export function rehearsalOf({ plan, findings, circumstances }: PlanReport): RehearsalReport {
  return {
    rehearsal: rehearse(plan.placements, circumstances, { atInstall: plan.atInstall?.placements }),
    operations: operationsOf(circumstances),
    timeoutSeconds: circumstances.timeoutSeconds,
    errors: findings.filter(({ severity }) => severity === 'error').length,
  };
}

/** Those of the deployer, in the order in which they happen to a release. */
export const operationsOf = ({ target }: Pick<Circumstances, 'target'>): readonly string[] =>
  target === 'argocd' ? argocd.operations : OPERATION_NAMES;
