/**
 * What a deployer does with a release, as values: the steps of one operation, and the objects that exist between them.
 *
 * An engine makes runs (`engine.ts`). Plans print steps; checks ask worlds. A step carries all that it changes, so a world is
 * nothing but the steps before it, applied to the world in which the operation began.
 */
import { addTo } from '../model/maps.ts';
import { lingers } from './lingering.ts';
import type { Presence, Revision, Subject, World } from './world.ts';

export type Status = 'pending' | 'deployed' | 'superseded' | 'failed' | 'uninstalling' | 'uninstalled';

/** Where an operation begins and ends: what exists, and what the deployer remembers, oldest revision first. */
export interface Situation {
  readonly world: World;
  readonly history: readonly {
    readonly revision: Revision;
    readonly status: Status;
    /** How its objects were applied: the next revision is applied the same way unless told otherwise. */
    readonly serverSide: boolean;
  }[];
  /** The operation that ended here. */
  readonly after?: Run;
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
  /** Client-side: the object is as it was, so nothing is written. */
  | 'unchanged'
  /** The Namespace that it is in is being deleted. */
  | 'namespace-dying'
  /** An equal object is there: a Job or Pod that has run already does not run again. */
  | 'already-there'
  /** The object is still being deleted, so what is applied now goes away with it. */
  | 'onto-dying'
  /** The run before still runs, and its deletion is not awaited: two at once. */
  | 'beside-last-run'
  /** The API server refuses: an object of this name exists (client-side apply), or a field of it cannot change. */
  | 'already-exists'
  | 'immutable'
  /** The deployer is told to wait (`--wait`). */
  | 'wait'
  /** Argo CD: the next wave comes when this one is healthy. */
  | 'wave'
  /** Argo CD: no word of its annotations has a phase, so it is never applied. */
  | 'no-phase'
  /** Argo CD: `Prune=false`, `Delete=false`, `Replace=true` with `Force=true`. */
  | 'prune-option'
  | 'delete-option'
  | 'replace-option';

export type Outcome = 'done' | Fault;

export interface Step {
  /** An event of the engine (`pre-install`), or `release` for the release's own resources. */
  readonly phase: string;
  /** Argo CD: steps of one phase and wave are taken together. */
  readonly wave?: number;
  /** `replace` deletes an object and creates it anew. */
  readonly do: 'create' | 'update' | 'replace' | 'wait' | 'delete' | 'keep' | 'skip';
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
  /** A step did not end well. What follows it is cleaning up, or what is done all the same. */
  | { readonly because: 'step'; readonly step: number; readonly outcome: Exclude<Outcome, 'done'> }
  /** Nothing is done at all: another operation holds the release. */
  | { readonly because: 'locked' }
  /** Nothing is done at all: no revision, or none that this operation can begin with. */
  | { readonly because: 'no-release' | 'name-in-use' }
  /** Nothing is done at all: these objects exist and are not the release's. */
  | { readonly because: 'not-owned'; readonly subjects: readonly Subject[] };

/** How a step goes wrong. `killed`: the client dies and leaves everything as it is; `interrupted`: it is told to stop, and says that the release has failed. */
export type Fault = 'refused' | 'failed' | 'timed-out' | 'killed' | 'interrupted';

/** Which steps go wrong, and how: asked of each step before it is taken. */
export type Faults = (step: Omit<Step, 'outcome'>, index: number, world: World) => Fault | undefined;

/** The one step of this index. */
export const faultAt =
  (step: number, how: Fault): Faults =>
  (_, index) =>
    index === step ? how : undefined;

/** A step about an object, by its index, and what it leaves of the object. */
export interface Change {
  readonly index: number;
  readonly step: Step;
  readonly presence: Presence | undefined;
}

export interface Run {
  readonly operation: string;
  readonly steps: readonly Step[];
  readonly start: Situation;
  readonly end: Situation;
  /** Absent when the operation succeeds. */
  readonly stop?: Stop;
  /** What exists after the step of this index; -1 is the beginning. */
  readonly worldAfter: (step: number) => World;
  /** The steps about the object of this key, in their order. */
  readonly changesOf: (key: string) => readonly Change[];
  /** The run that follows when the step of this index ends so. Steps before it are the same. */
  readonly failAt: (step: number, how: Fault) => Run;
}

/** One operation as an engine has performed it. */
export interface Performed extends Pick<Run, 'operation' | 'start' | 'steps'> {
  /** What exists at its end. */
  readonly world: World;
  readonly history: Situation['history'];
  readonly stop: Stop | undefined;
  /** Performs it once more from the same start. */
  readonly again: (faults: Faults) => Run;
}

export function makeRun({ operation, start, steps, world, history, stop, again }: Performed): Run {
  let changes: ReadonlyMap<string, readonly Change[]> | undefined;
  const run: Run = {
    operation,
    steps,
    start,
    // The end knows the run that leads there, and the run its end.
    get end() {
      return { world, history, after: run };
    },
    ...(stop && { stop }),
    worldAfter: (step) => {
      const after = new Map(start.world);
      for (const each of steps.slice(0, step + 1)) applyStep(after, each);
      return after;
    },
    changesOf: (key) => {
      changes ??= changesByKey(start.world, steps);
      return changes.get(key) ?? [];
    },
    failAt: (step, how) => again(faultAt(step, how)),
  };
  return run;
}

/** A run is asked about many objects at many moments. */
function changesByKey(start: World, steps: readonly Step[]): ReadonlyMap<string, readonly Change[]> {
  const changes = new Map<string, Change[]>();
  const world = new Map(start);
  for (const [index, step] of steps.entries()) {
    applyStep(world, step);
    const { key } = step.subject;
    addTo(changes, key, { index, step, presence: world.get(key) });
  }
  return changes;
}

/** The world after one more step. `world` is changed in place. */
export function applyStep(world: Map<string, Presence>, step: Step): void {
  const { subject, outcome } = step;
  const { key } = subject;
  const there = world.get(key);
  switch (step.do) {
    case 'create':
    case 'update':
    case 'replace':
      if (outcome === 'refused') return;
      world.set(key, {
        subject,
        owner: step.owner,
        ...(runs(subject) && { run: (step.do === 'replace' ? undefined : there?.run) ?? 'running' }),
        ...(there?.dying && { dying: true }),
      });
      return;
    case 'wait':
      if (there !== undefined && runs(subject)) world.set(key, { ...there, run: runAfter(outcome) });
      return;
    case 'delete':
      if (there !== undefined) endObject(world, there, step);
      return;
    case 'keep':
    case 'skip':
      return;
  }
}

const runs = ({ id }: Subject): boolean => id.kind === 'Job' || id.kind === 'Pod';

const runAfter = (outcome: Outcome): 'running' | 'succeeded' | 'failed' =>
  outcome === 'done' ? 'succeeded' : outcome === 'failed' ? 'failed' : 'running';

/** A Namespace takes along what is in it. */
function endObject(world: Map<string, Presence>, there: Presence, { awaited, outcome }: Step): void {
  // What outlasts the wait for its end is held by something that no manifest shows.
  const isAwaited = awaited === true && outcome !== 'killed';
  const isGone = isAwaited ? outcome === 'done' : lingers(there, world) === undefined;
  const { kind, name } = there.subject.id;
  const inside = kind === 'Namespace' ? [...world.values()].filter(({ subject }) => subject.id.namespace === name) : [];
  for (const presence of [there, ...inside]) {
    if (isGone) world.delete(presence.subject.key);
    else world.set(presence.subject.key, { ...presence, dying: true });
  }
}
