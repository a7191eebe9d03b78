/** What there is to say of a release, also where its config makes no order: then what the charts bring, with the reasons. */
import type { Stream } from '../model/manifest.ts';
import type { Plan } from '../model/plan.ts';
import { orderRelease, type PipelineInput } from '../pipeline.ts';
import type { PlanReport } from '../report/plan/report.ts';

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
