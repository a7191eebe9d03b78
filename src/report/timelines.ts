/** The timeline of a plan, drawn for its deployer. */
import type { Circumstances } from '../engines/engine.ts';
import type { DrawnPlan, Timeline } from './timeline.ts';
import { timelineOfArgo } from './timeline-argocd.ts';
import { timelineOfHelm } from './timeline-helm.ts';

export const timelineOf = (plan: DrawnPlan, circumstances: Circumstances): Timeline =>
  circumstances.target === 'argocd' ? timelineOfArgo(plan) : timelineOfHelm(plan, circumstances);
