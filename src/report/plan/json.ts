/**
 * A plan as JSON: a stable shape in which every key is always there, null where nothing is known (docs/formats.md). Saved plans are
 * what `hookorder diff OLD NEW` compares, so `JsonPlan` is also an input.
 */

import type { Run, Step as RunStep } from '../../engines/run.ts';
import type { ObjectId } from '../../engines/world.ts';
import { isClusterScoped } from '../../model/kubernetes.ts';
import type { Resource } from '../../model/manifest.ts';
import { formatSource } from '../../model/plan.ts';
import type { Target } from '../../model/target.ts';
import { afterOf } from '../facts.ts';
import { findingsToJson, type JsonFinding, type JsonPlace } from '../findings/json.ts';
import { jsonText } from '../safe-text.ts';
import { isEventStep, type Leftover, type ResourceCounts, type Step, type Stop } from '../timeline.ts';
import { timelineOf } from '../timelines.ts';
import { aboutOf } from './about.ts';
import type { PlanFormatter, PlanReport, Shown } from './report.ts';

export interface JsonPlan {
  readonly apiVersion: 'hookorder.io/v1';
  readonly kind: 'Plan';
  /** Who deploys, where it is not Helm. */
  readonly target?: Target;
  readonly shows: Shown;
  readonly about: JsonAbout;
  /** Empty when the stream cannot be read. */
  readonly operations: readonly JsonOperation[];
  /** What is still there after an uninstall. */
  readonly leftBehind: readonly JsonLeftover[];
  /** What the config takes out of the stream (`drop`), by which of its hooks. */
  readonly dropped: readonly (JsonObjectId & { readonly hook: string })[];
  readonly findings: readonly JsonFinding[];
}

export interface JsonAbout {
  /** Its name, where the command line tells it. */
  readonly release: string | null;
  /** The root charts. */
  readonly charts: readonly string[];
  /** Of the only chart. */
  readonly chartVersion: string | null;
  /** The files of the config, or `of the chart`. */
  readonly config: string | null;
  readonly deployer: 'Helm' | 'Argo CD';
  /** Of the deployer. */
  readonly version: string;
}

export interface JsonOperation {
  /** Helm's, or `first sync`, `sync`, `failed sync`, `deletion`. */
  readonly name: string;
  readonly steps: readonly JsonStep[];
  /** Hook by hook what Helm does, and of the release's own resources what is more than to create or update them. */
  readonly run: readonly JsonDeed[];
  /** Why it ends before its end; null where it succeeds. */
  readonly stop: JsonStop | null;
}

export interface JsonStop {
  /** `step`: what `run` has last does not end well. */
  readonly because: 'step' | 'locked' | 'no-release' | 'name-in-use' | 'not-owned';
  /** What is at fault. */
  readonly objects: readonly JsonObjectId[];
}

export interface JsonDeed extends JsonObjectId {
  readonly phase: string;
  /** With Argo CD. */
  readonly wave?: number;
  readonly do: RunStep['do'];
  readonly because: RunStep['because'];
  readonly mayTakeSeconds: number | null;
  /** Of a deletion: whether Helm waits until the object is gone. */
  readonly awaited: boolean | null;
}

export interface JsonObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

export interface JsonLeftover extends JsonObjectId {
  readonly because: Leftover['because'];
  readonly ttlSeconds: number | null;
}

export type JsonStep =
  | JsonEventStep
  | {
      readonly resources: { readonly count: number; readonly byKind: Readonly<Record<string, number>> };
      /** With Argo CD: `Sync wave -5`. */
      readonly at?: string;
    };

export interface JsonEventStep {
  /** Helm's, or `PreSync wave -5`. */
  readonly event: string;
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

export const formatPlanJson: PlanFormatter = (report) => jsonText(planToJson(report));

export function planToJson(report: PlanReport): JsonPlan {
  const { plan, shows = 'release', findings, circumstances } = report;
  const { operations, leftBehind, takenOut } = shows === 'nothing' ? NOTHING_KNOWN : timelineOf(plan, circumstances);
  return {
    apiVersion: 'hookorder.io/v1',
    kind: 'Plan',
    ...(circumstances.target === 'argocd' && { target: circumstances.target }),
    shows,
    about: aboutToJson(report),
    operations: operations.map(({ name, steps, run }) => ({
      name,
      steps: steps.map(stepToJson),
      run: run.steps.filter(isTold).map(deedToJson),
      stop: stopToJson(run),
    })),
    leftBehind: leftBehind.map(({ presence, because, ttlSeconds }) => ({
      ...idToJson(presence.subject.id),
      because,
      ttlSeconds: ttlSeconds ?? null,
    })),
    dropped: takenOut.map((placement) => ({
      ...idToJson(identityOf(placement.resource)),
      hook: formatSource(placement),
    })),
    findings: findingsToJson(findings),
  };
}

function aboutToJson(report: PlanReport): JsonAbout {
  const { release = null, charts, chartVersion = null, config = null, deployer, version } = aboutOf(report);
  return { release, charts, chartVersion, config, deployer, version };
}

const NOTHING_KNOWN = { operations: [], leftBehind: [], takenOut: [] };

function stopToJson({ stop, steps }: Run): JsonStop | null {
  if (stop === undefined) return null;
  const last = stop.because === 'step' ? steps[stop.step] : undefined;
  const subjects = stop.because === 'not-owned' ? stop.subjects : last === undefined ? [] : [last.subject];
  return { because: stop.because, objects: subjects.map(({ id }) => idToJson(id)) };
}

/** The counts tell what is applied with the release. */
const isTold = ({ phase, do: deed, outcome }: RunStep): boolean =>
  phase !== 'release' || (deed !== 'create' && deed !== 'update') || outcome !== 'done';

const deedToJson = ({ phase, wave, do: deed, subject, because, mayTake, awaited }: RunStep): JsonDeed => ({
  phase,
  ...(wave !== undefined && { wave }),
  do: deed,
  ...idToJson(subject.id),
  because,
  mayTakeSeconds: mayTake ?? null,
  awaited: awaited ?? null,
});

const identityOf = ({ apiVersion, kind, namespace, name }: Resource): ObjectId => ({
  apiVersion,
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

const idToJson = ({ apiVersion, kind, namespace, name }: ObjectId): JsonObjectId => ({
  apiVersion,
  kind,
  namespace: isClusterScoped(kind) ? null : (namespace ?? null),
  name,
});

const stepToJson = (step: Step): JsonStep =>
  isEventStep(step)
    ? { event: step.event, hooks: step.stops.map(hookToJson) }
    : { resources: countsToJson(step.resources), ...(step.at !== undefined && { at: step.at }) };

/** `Object.fromEntries` defines own properties, so that a kind called `__proto__` is a key like any other. */
const countsToJson = ({ count, byKind }: ResourceCounts) => ({ count, byKind: Object.fromEntries(byKind) });

function hookToJson(stop: Stop): JsonHook {
  const { resource, name, rule } = stop.placement;
  return {
    weight: stop.hook.weight,
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    namespace: isClusterScoped(resource.kind) ? null : (resource.namespace ?? null),
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
