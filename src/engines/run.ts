/**
 * What a deployer does with a release, as values: the steps of one operation, and the objects that exist between them.
 *
 * An engine makes runs (`engine.ts`). Plans print steps; checks ask worlds. A step carries all that it changes, so a world is
 * nothing but the steps before it, applied to the world in which the operation began.
 */

import { isClusterScoped, stemOf } from '../model/kubernetes.ts';
import { groupOf } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { lingers } from './lingering.ts';

/** The name of an object, complete enough to look it up in a cluster. `namespace` is absent for cluster-scoped kinds and where the manifest names none. */
export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** One object of one revision. */
export interface Subject {
  readonly id: ObjectId;
  /** Equal exactly for the same object of a cluster. */
  readonly key: string;
  /** Absent for an object that a controller makes: a claim of a StatefulSet. */
  readonly placement?: Placement;
  readonly revision: Revision;
}

export type Status = 'pending' | 'deployed' | 'superseded' | 'failed' | 'uninstalling' | 'uninstalled';

/** A revision of the release, as its deployer remembers it. */
export interface Revision {
  readonly number: number;
  /** The number of the revision for which its manifests were rendered: a rollback stores an old rendering under a new number. */
  readonly rendering: number;
  readonly placements: readonly Placement[];
}

/** An object that exists. */
export interface Presence {
  readonly subject: Subject;
  /** Who applied it last: a hook object carries no mark of its release. */
  readonly owner: 'release' | 'hook' | 'controller';
  /** How far a Job or Pod is; absent for everything else. */
  readonly run?: 'running' | 'succeeded' | 'failed';
  /** Its deletion was asked for and nothing waited for the end: it goes away by itself, whatever is applied onto it. */
  readonly dying?: boolean;
}

export type World = ReadonlyMap<string, Presence>;

/** Where an operation begins and ends: what exists, and what the deployer remembers, oldest revision first. */
export interface Situation {
  readonly world: World;
  readonly history: readonly { readonly revision: Revision; readonly status: Status }[];
}

export const NOTHING_INSTALLED: Situation = { world: new Map(), history: [] };

/** Why a step is done. A reason belongs to one engine where a comment says so. */
export type Reason =
  /** It is a hook of this event. */
  | 'hook'
  /** It is in the manifest of the new revision. */
  | 'manifest'
  /** A delete policy, by its word. */
  | 'before-hook-creation'
  | 'hook-succeeded'
  | 'hook-failed'
  /** Helm: it was in the manifest of the revision before and is not in the new one. */
  | 'left-manifest'
  | 'uninstall'
  /** `helm.sh/resource-policy: keep`. */
  | 'resource-policy'
  /** Helm 4.3: it does not carry the marks of the release. */
  | 'not-owned'
  /** The controller of StatefulSets made the claim and nothing deletes it. */
  | 'claim-of-statefulset'
  /** Helm: an event that it does not know, so the object is neither a hook nor released. */
  | 'unknown-event'
  /** An equal object is there: a Job or Pod that has run already does not run again. */
  | 'already-there'
  /** The object is still being deleted, so what is applied now goes away with it. */
  | 'onto-dying'
  /** The run before still runs, and its deletion is not awaited: two at once. */
  | 'beside-last-run'
  /** The API server refuses: an object of this name exists (client-side apply), or a field of it cannot change. */
  | 'already-exists'
  | 'immutable'
  /** Told by the deployer to wait (`--wait`). */
  | 'wait';

export type Outcome = 'done' | 'refused' | 'failed' | 'timed-out' | 'killed';

export interface Step {
  /** An event of the engine (`pre-install`), or `release` for the release's own resources. */
  readonly phase: string;
  readonly do: 'create' | 'update' | 'wait' | 'delete' | 'keep' | 'skip';
  readonly subject: Subject;
  readonly because: Reason;
  /** As whose object it is applied. */
  readonly owner: Presence['owner'];
  /** The longest that it may take, in seconds; absent for what nothing waits for. */
  readonly mayTake?: number;
  /** Of a deletion: whether the deployer waits until the object is gone. */
  readonly awaited?: boolean;
  readonly outcome: Outcome;
}

/** Why an operation ends before its end. */
export type Stop =
  /** A step did not end well; it is the last one that is not cleaning up. */
  | { readonly because: 'step'; readonly step: number; readonly outcome: Exclude<Outcome, 'done'> }
  /** Nothing is done at all: another operation holds the release. */
  | { readonly because: 'locked' }
  /** Nothing is done at all: no revision, or none that this operation can begin with. */
  | { readonly because: 'no-release' | 'name-in-use' }
  /** Nothing is done at all: these objects exist and are not the release's. */
  | { readonly because: 'not-owned'; readonly subjects: readonly Subject[] };

/** How a step goes wrong. */
export type Fault = 'refused' | 'failed' | 'timed-out' | 'killed';

export interface Run {
  readonly operation: string;
  readonly steps: readonly Step[];
  readonly start: Situation;
  readonly end: Situation;
  /** Absent when the operation succeeds. */
  readonly stop?: Stop;
  /** What exists after the step of this index; -1 is the beginning. */
  readonly worldAfter: (step: number) => World;
  /** The run that follows when the step of this index ends so. Steps before it are the same. */
  readonly failAt: (step: number, how: Fault) => Run;
}

export function subjectOf(placement: Placement, revision: Revision): Subject {
  const { apiVersion, kind, namespace } = placement.resource;
  const id = { apiVersion, kind, ...(namespace !== undefined && { namespace }), name: placement.name };
  const key = keyOf(id);
  return { id, key: hasNameOfItsRun(placement) ? `${key}#${revision.rendering}` : key, placement, revision };
}

/** Two renderings of such an object are two objects, also where the stream of only one is known. */
const hasNameOfItsRun = ({ resource, rule, name }: Placement): boolean =>
  resource.kind === 'Job' && (rule?.jobName.suffix === 'timestamp' || stemOf(name) !== undefined);

/** Without the version of the API: the same object is read under each of them. */
export const keyOf = ({ apiVersion, kind, namespace, name }: ObjectId): string =>
  `${groupOf(apiVersion)}/${kind}/${isClusterScoped(kind) ? '' : (namespace ?? '')}/${name}`;

/** What exists after these steps. */
export function replay(start: World, steps: readonly Step[]): World {
  const world = new Map(start);
  for (const step of steps) applyStep(world, step);
  return world;
}

/** The world after one more step. `world` is changed in place. */
export function applyStep(world: Map<string, Presence>, step: Step): void {
  const { subject, outcome } = step;
  const { key } = subject;
  const there = world.get(key);
  switch (step.do) {
    case 'create':
    case 'update':
      if (outcome === 'refused') return;
      world.set(key, {
        subject,
        owner: step.owner,
        ...(runs(subject) && { run: there?.run ?? 'running' }),
        ...(there?.dying && { dying: true }),
      });
      return;
    case 'wait':
      if (there !== undefined && runs(subject)) world.set(key, { ...there, run: runAfter(outcome) });
      return;
    case 'delete':
      if (there === undefined) return;
      if (step.awaited === true || !lingers(there, world)) world.delete(key);
      else world.set(key, { ...there, dying: true });
      return;
    case 'keep':
    case 'skip':
      return;
  }
}

const runs = ({ id }: Subject): boolean => id.kind === 'Job' || id.kind === 'Pod';

const runAfter = (outcome: Outcome): 'running' | 'succeeded' | 'failed' =>
  outcome === 'done' ? 'succeeded' : outcome === 'failed' ? 'failed' : 'running';
