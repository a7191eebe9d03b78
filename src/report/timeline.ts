/**
 * What the deployer will do, for drawing: the steps of each operation, grouped by event. All plan formats, the page included, are drawn from
 * this value, so no format can show another order than the others.
 *
 * The steps are the simulator's (`engines`); nothing here knows what a deployer does. What is drawn of Helm is in timeline-helm.ts, of Argo CD in timeline-argocd.ts.
 */
import type { Run } from '../engines/run.ts';
import type { Presence } from '../engines/world.ts';
import { isAwaited } from '../model/helm.ts';
import { type Json, valueAt } from '../model/json.ts';
import { enteredOf } from '../model/leaving.ts';
import { formatPlacement, formatSource, type Hook, type Placement, type Plan } from '../model/plan.ts';
import type { InstalledChange } from './installed.ts';

export interface Timeline {
  readonly deployer: 'Helm' | 'Argo CD';
  readonly operations: readonly OperationTimeline[];
  /** The plain resources of the release. */
  readonly resources: ResourceCounts;
  /** Resources that the deployer never applies, because it does not know the words of their hook annotation. */
  readonly dropped: readonly Placement[];
  /** Objects that an upgrade deletes and makes anew because their hook's delete policy says so, by `keyOf`. */
  readonly remade: ReadonlySet<string>;
  /** What is still there after an uninstall. */
  readonly leftBehind: readonly Leftover[];
  /** Resources that the config made ordinary ones (`hook: false`), in the order of the stream. */
  readonly plain: readonly Placement[];
  /** Resources that the config takes out of the stream (`drop`). */
  readonly takenOut: readonly Placement[];
}

export interface OperationTimeline {
  /** Helm's operation, or `first sync`. */
  readonly name: string;
  readonly run: Run;
  readonly steps: readonly Step[];
  /** What it does to what is installed, where that is known. */
  readonly changes?: readonly InstalledChange[];
  /** What to know of it, where the engine says so. */
  readonly fact?: string;
}

export type Step = EventStep | ResourceStep;

export interface EventStep {
  /** Helm's event, or `PreSync wave -5`. */
  readonly event: string;
  readonly stops: readonly Stop[];
  /** They run at the same time. */
  readonly together?: boolean;
}

/** Plain resources. */
export interface ResourceStep {
  readonly resources: ResourceCounts;
  /** Those of them that the config claims. */
  readonly plain: readonly Placement[];
  /** When, where not all come at once: `Sync wave -5`. */
  readonly at?: string;
}

/** One hook in one event. */
export interface Stop {
  readonly placement: Placement;
  readonly hook: Hook;
  /** `Kind/name`, with the name with which it leaves. */
  readonly title: string;
  /** The config's hook, `copy for …`, or `chart`. */
  readonly source: string;
  readonly origin: 'config' | 'copy' | 'chart';
  readonly waits: boolean;
  /** `activeDeadlineSeconds`, where Helm waits for it. */
  readonly deadlineSeconds?: number;
  readonly ttlSeconds?: number;
  /** It does not run: the object is there already, and nothing deletes it before. */
  readonly stays?: boolean;
  /** When it is deleted, in words, where Helm's words do not fit. */
  readonly deletion?: string;
  /** Stops of the same event that must run before this one: `after` and `before` of the config, and copies that it needs. */
  readonly after: readonly Stop[];
}

export interface Leftover {
  readonly presence: Presence;
  /** `Kind/name`. */
  readonly title: string;
  /** Why: a hook belongs to no release, `helm.sh/resource-policy`, or a claim that a StatefulSet made. */
  readonly because: 'hook' | 'resource-policy' | 'claim';
  readonly ttlSeconds?: number;
}

export interface ResourceCounts {
  readonly count: number;
  /** Most frequent first, then by kind. */
  readonly byKind: readonly (readonly [kind: string, count: number])[];
}

export const isEventStep = (step: Step): step is EventStep => 'event' in step;
export const stopsOf = (operation: OperationTimeline): readonly Stop[] =>
  operation.steps.flatMap((step) => (isEventStep(step) ? step.stops : []));

export type DrawnPlan = Pick<Plan, 'placements'> &
  Partial<Pick<Plan, 'dropped'>> & {
    /** What an install has, where that is another rendering. */
    readonly atInstall?: Pick<Plan, 'placements'>;
  };

/** True when the config says so, or when `first` is a copy that `second` needs. */
export function mustRunBefore({ placement: first }: Stop, { placement: second }: Stop): boolean {
  if (first.copyFor !== undefined)
    return first.copyFor.some((user) => enteredOf(user.resource) === enteredOf(second.resource));
  const [a, b] = [first.rule, second.rule];
  return a !== undefined && b !== undefined && a !== b && (b.after.includes(a.name) || a.before.includes(b.name));
}

export function stopOf(
  placement: Placement,
  hook: Hook,
  waits = isAwaited(placement.resource.kind),
): Stop & { after: Stop[] } {
  const deadline = waits ? secondsAt(placement, 'activeDeadlineSeconds') : undefined;
  const ttl = ttlOf(placement);
  return {
    placement,
    hook,
    title: formatPlacement(placement),
    source: formatSource(placement),
    origin: placement.copyFor !== undefined ? 'copy' : placement.rule !== undefined ? 'config' : 'chart',
    waits,
    ...(deadline !== undefined && { deadlineSeconds: deadline }),
    ...(ttl !== undefined && { ttlSeconds: ttl }),
    after: [],
  };
}

/** Hooks first, in the order in which Helm made them; an object that several revisions left stands once. */
export function leftoversOf({ end }: Run): readonly Leftover[] {
  const leftovers = new Map<string, Leftover>();
  for (const presence of end.world.values()) {
    const { subject, owner, dying } = presence;
    if (dying) continue;
    const title = `${subject.id.kind}/${subject.id.name}`;
    const ttl = subject.placement && ttlOf(subject.placement);
    const because = owner === 'hook' ? 'hook' : owner === 'controller' ? 'claim' : 'resource-policy';
    leftovers.set(title, { presence, title, because, ...(ttl !== undefined && { ttlSeconds: ttl }) });
  }
  const rank = { hook: 0, 'resource-policy': 1, claim: 2 } as const;
  return [...leftovers.values()].sort((a, b) => rank[a.because] - rank[b.because]);
}

const ttlOf = (placement: Placement): number | undefined =>
  placement.resource.kind === 'Job' ? secondsAt(placement, 'ttlSecondsAfterFinished') : undefined;

function secondsAt(placement: Placement, key: string): number | undefined {
  const value: Json | undefined = valueAt(placement.value(), ['spec', key]);
  return typeof value === 'number' ? value : undefined;
}

export function countKinds(placements: readonly Placement[]): ResourceCounts {
  const counts = new Map<string, number>();
  for (const { resource } of placements) counts.set(resource.kind, (counts.get(resource.kind) ?? 0) + 1);
  const byKind = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { count: placements.length, byKind };
}
