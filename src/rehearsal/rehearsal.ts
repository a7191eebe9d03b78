/**
 * What is left when a step of an operation fails, and what comes next: a value that reports print and that JSON can hold.
 *
 * Nothing here knows what a deployer does: each line is read off runs of the simulator (`engines`), the failed one and those that begin
 * where it ended. A stream does not tell what happens inside a database: `migrations` says which hooks began and which ended.
 */
import type { Target } from '../model/target.ts';

export interface Rehearsal {
  readonly target: Target;
  /** The deployer's version: `4.3`. */
  readonly version: string;
  /** Worst first; equal ones in run order. */
  readonly mishaps: readonly Mishap[];
  /** What an operation that ended well can be followed by. */
  readonly afterwards: readonly Afterwards[];
}

/** How a step goes wrong. `interrupted`: the deployer is told to stop (SIGINT, SIGTERM), and still says that the release has failed. */
export type Failure = 'refused' | 'failed' | 'timed-out' | 'interrupted' | 'killed';

export interface Thing {
  readonly apiVersion: string;
  readonly kind: string;
  /** Null: the release's, or the kind has none. */
  readonly namespace: string | null;
  readonly name: string;
  /** Each run has a name of its own, so this one is only an example. */
  readonly isNameOfRun: boolean;
}

/** One step that fails in one way. */
export interface Mishap {
  readonly operation: string;
  /** An event, or `release`. */
  readonly phase: string;
  /** Of the run of the operation in which all goes well: the index of the step. */
  readonly step: number;
  readonly object: Thing;
  /** How many objects of this kind the step stands for; above 1 for the release's own resources only. */
  readonly alike: number;
  readonly failure: Failure;
  readonly then: Aftermath;
  /** What each operation does from here. */
  readonly next: readonly Next[];
  /** The shortest way to a good end that the simulator found; empty where it found none. */
  readonly wayOut: readonly Deed[];
  /** What is bad about it, worst first. */
  readonly worries: readonly Worry[];
}

/** The moment after the failure. */
export interface Aftermath {
  /** What the deployer remembers, oldest first; empty when it has forgotten the release. */
  readonly history: readonly { readonly revision: number; readonly status: string }[];
  /** Jobs and Pods of hooks that go on. */
  readonly running: readonly Thing[];
  /** Where the logs of a Job or Pod that failed are: in the cluster, in the deployer's output, nowhere. Null for what has no logs. */
  readonly logs: 'kept' | 'printed' | 'lost' | null;
  /** Objects of hooks that a good end would have taken away. */
  readonly leftover: readonly (Thing & { readonly isCopy: boolean })[];
  /** Objects that were there before, and that a good end would have put back or kept. */
  readonly gone: readonly Thing[];
  /** Of the release's own resources, how many are applied (deleted, in an uninstall). */
  readonly applied: { readonly done: number; readonly of: number };
  /** Which pods the workloads of the release run: those of the revision before, of the new one, some of each; null: there are none. */
  readonly app: 'old' | 'new' | 'mixed' | null;
  /** Hooks that change a schema, by how far they are. */
  readonly migrations: {
    readonly done: readonly Thing[];
    readonly half: readonly Thing[];
    readonly open: readonly Thing[];
  };
}

export interface Next {
  readonly operation: string;
  /** The revision to which a rollback goes; null for everything else. */
  readonly to: number | null;
  readonly works: boolean;
  /** Null when it works. */
  readonly blocked: Blocked | null;
  /** Jobs and Pods that had succeeded in the failed operation and run again. */
  readonly runsAgain: readonly Thing[];
  /** Jobs that it starts while their last run still goes on. */
  readonly runsTwice: readonly Thing[];
  /** Objects with data that it deletes, and failed runs that it deletes with their logs. */
  readonly loses: readonly (Thing & { readonly what: 'data' | 'logs' })[];
  /** What is still there at its end of hooks; asked of an uninstall only. */
  readonly leaves: readonly Thing[];
  /** It puts the old app on a schema that the failed operation has changed, or may have. */
  readonly oldAppNewSchema: boolean;
}

export interface Blocked {
  /**
   * `locked`: the deployer takes an operation to be going on. `no-release`: there is nothing that it can begin with. `not-owned`: objects exist that
   * are not the release's. `left`: an object of an earlier run is in the way. `lacks`: a hook needs what is not there.
   */
  readonly because: 'locked' | 'no-release' | 'not-owned' | 'left' | 'lacks';
  /** Where it stops; null where nothing begins. */
  readonly at: Thing | null;
  /** `Kind/name` of what is in the way, or of what lacks. */
  readonly by: readonly string[];
}

/** A command, word by word; `RELEASE`, `CHART` and `…` stand for what the stream does not tell. */
export interface Deed {
  readonly command: readonly string[];
  readonly because: 'again' | 'still-running' | 'in-the-way' | 'unlock' | 'start-over';
}

export type Worry =
  /** No way out was found. */
  | 'stuck'
  /** The next upgrade starts a Job that still runs. */
  | 'two-at-once'
  /** The new app runs, and the schema that it needs is not made, or only half. */
  | 'new-app-old-schema'
  /** Objects that were there are gone. */
  | 'gone'
  /** The old app runs, and the schema is changed already, or half. */
  | 'old-app-new-schema'
  /** Old and new pods at once. */
  | 'mixed'
  /** The same operation again does not do. */
  | 'retry-blocked'
  | 'uninstall-blocked'
  | 'rollback-blocked'
  /** A rollback leads to the old app on a changed schema. */
  | 'rollback-old-app-new-schema'
  | 'logs-lost'
  | 'still-running'
  | 'leftover';

/** What an operation that ended well can be followed by. */
export interface Afterwards {
  readonly operation: string;
  readonly next: readonly Next[];
}
