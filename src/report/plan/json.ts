/**
 * A plan as JSON: a stable shape in which every key is always there, null where nothing is known (docs/formats.md). Saved plans are
 * what `hookorder diff OLD NEW` compares, so `JsonPlan` is also an input.
 */
import type { Event, Operation } from '../../model/helm.ts';
import { afterOf } from '../facts.ts';
import { findingsToJson, type JsonFinding, type JsonPlace } from '../findings/json.ts';
import { isEventStep, type ResourceCounts, type Step, type Stop, timelineOf } from '../timeline.ts';
import type { PlanFormatter, PlanReport } from './report.ts';

export interface JsonPlan {
  readonly apiVersion: 'hookorder.io/v1';
  readonly kind: 'Plan';
  readonly operations: readonly { readonly name: Operation; readonly steps: readonly JsonStep[] }[];
  readonly findings: readonly JsonFinding[];
}

export type JsonStep =
  | JsonEventStep
  | { readonly resources: { readonly count: number; readonly byKind: Readonly<Record<string, number>> } };

export interface JsonEventStep {
  readonly event: Event;
  readonly hooks: readonly JsonHook[];
}

export interface JsonHook {
  readonly weight: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly baseName: string;
  /** The config's hook, `copy for …`, or `chart`. */
  readonly hook: string;
  readonly origin: 'config' | 'copy' | 'chart';
  /** The words of the annotation; empty when there is none, which Helm takes for before-hook-creation. */
  readonly deletePolicy: readonly string[];
  readonly waits: boolean;
  readonly deadlineSeconds: number | null;
  readonly ttlSeconds: number | null;
  readonly after: readonly string[];
  readonly template: string | null;
  readonly config: Omit<JsonPlace, 'hook'> | null;
}

export const formatPlanJson: PlanFormatter = (report) => `${JSON.stringify(planToJson(report), null, 2)}\n`;

export const planToJson = ({ plan, findings }: PlanReport): JsonPlan => ({
  apiVersion: 'hookorder.io/v1',
  kind: 'Plan',
  operations: timelineOf(plan).operations.map(({ name, steps }) => ({ name, steps: steps.map(stepToJson) })),
  findings: findingsToJson(findings),
});

const stepToJson = (step: Step): JsonStep =>
  isEventStep(step)
    ? { event: step.event, hooks: step.stops.map(hookToJson) }
    : { resources: countsToJson(step.resources) };

/** `Object.fromEntries` defines own properties, so that a kind called `__proto__` is a key like any other. */
const countsToJson = ({ count, byKind }: ResourceCounts) => ({ count, byKind: Object.fromEntries(byKind) });

function hookToJson(stop: Stop): JsonHook {
  const { resource, name, rule } = stop.placement;
  return {
    weight: stop.hook.weight,
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    namespace: resource.namespace ?? null,
    name,
    baseName: stop.origin === 'copy' ? name : resource.baseName,
    hook: stop.source,
    origin: stop.origin,
    deletePolicy: stop.hook.deletePolicies,
    waits: stop.waits,
    deadlineSeconds: stop.deadlineSeconds ?? null,
    ttlSeconds: stop.ttlSeconds ?? null,
    after: afterOf(stop),
    template: resource.template ?? null,
    config: rule === undefined ? null : { file: rule.place.file, line: rule.place.line, column: rule.place.column },
  };
}

/** True for what `planToJson` wrote, also in another version of it that still has the parts that a comparison reads. */
export function isJsonPlan(value: unknown): value is JsonPlan {
  const plan = value as Partial<JsonPlan> | null;
  if (typeof plan !== 'object' || plan?.kind !== 'Plan' || !Array.isArray(plan.operations)) return false;
  return plan.operations.every(
    ({ steps }) =>
      Array.isArray(steps) &&
      steps.every((step) => ('event' in step ? Array.isArray(step.hooks) : isRecord(step.resources?.byKind))),
  );
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;
