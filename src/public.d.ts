/** The types of the package `hookorder`, as they are published (dist/library.d.ts). src/library.ts implements them. */

/** A text with the name that findings call it by. */
export interface NamedContent {
  readonly name: string;
  readonly content: string | Uint8Array;
}

export type Content = string | Uint8Array | NamedContent;

/** Who deploys the release. */
export type Target = 'helm' | 'argocd';

/** How the release is deployed. What is absent `helm` of the config says, if it does. */
export interface Circumstances {
  /** Default: `helm`. */
  readonly target?: Target;
  /** Of the target, such as `4.2`. Default: the newest that hookorder knows. */
  readonly version?: string;
  /** Whether the target waits for the release's own resources (`--wait`). Default: false. */
  readonly wait?: boolean;
  /** The longest that the target waits for one thing (`--timeout`). Default: 300. */
  readonly timeoutSeconds?: number;
}

export interface OrderOptions extends Circumstances {
  /** Ordering configs, in order. Default: the config that the stream itself carries, if any. */
  readonly config?: Content | readonly Content[];
  /** Leave out of account the config that the stream carries (`--no-config`). */
  readonly ignoreChartConfig?: boolean;
  /** Whose faults count: those that the config is answerable for, as in `render`, or all, as in `lint`. Default: `config`. */
  readonly check?: 'config' | 'all';
  /** The lowest severity that refuses the release. Default: `error`. */
  readonly failOn?: 'error' | 'warning' | 'never';
  /** The time for unique names: a Date, or unix seconds. Default: the clock. */
  readonly now?: Date | number;
}

/** What hookorder has to say. docs/findings.md explains each code. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** One sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | null;
  /** `Kind/name`, as the stream has it. */
  readonly resource: string | null;
  readonly namespace: string | null;
  readonly template: string | null;
  readonly path: string | null;
  /** The stream, and the place in it, from 1. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The place in the config. */
  readonly config: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly hook: string | null;
  } | null;
}

export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent where the manifest names none. */
  readonly namespace?: string;
  readonly name: string;
}

/** A resource as it leaves. */
export interface PlacedResource extends ObjectId {
  /** The name that stays the same from release to release. */
  readonly baseName: string;
  readonly template?: string;
  /** The hook of the config that claims it. */
  readonly rule?: string;
  /** It is a copy that hookorder made for a hook. */
  readonly isCopy: boolean;
  /** Absent for what is no hook. */
  readonly hook?: {
    readonly events: readonly string[];
    readonly weight: number;
    readonly deletePolicies: readonly string[];
  };
}

export interface OrderedRelease {
  /** The patched stream in UTF-8. Absent exactly when the release is refused: then `findings` say why. */
  readonly output?: Uint8Array;
  readonly findings: readonly Finding[];
  /** In the order of the stream; empty when no order could be established. */
  readonly resources: readonly PlacedResource[];
}

export type Fault = 'refused' | 'failed' | 'timed-out' | 'killed' | 'interrupted';

export interface Step {
  /** An event, such as `pre-install`, or `release` for the release's own resources. */
  readonly phase: string;
  readonly do: 'create' | 'update' | 'replace' | 'wait' | 'delete' | 'keep' | 'skip';
  readonly object: ObjectId;
  /** Why, in a word: `hook`, `manifest`, a delete policy, … */
  readonly because: string;
  /** The longest that it may take. */
  readonly mayTakeSeconds?: number;
  /** Of a deletion: whether the target waits until the object is gone. */
  readonly isAwaited?: boolean;
  readonly outcome: 'done' | Fault;
}

/** What a target does in one operation. */
export interface Run {
  readonly operation: string;
  readonly steps: readonly Step[];
  /** Absent when the operation succeeds. `step` is the index of the step that did not end well, where there is one. */
  readonly stop?: { readonly because: string; readonly step?: number };
  /** The objects that exist after the step of this index; -1 is before the first. */
  objectsAfter(step: number): readonly ObjectId[];
  /** The run that follows when the step of this index ends so. The steps before it are the same. */
  failAt(step: number, how: Fault): Run;
}

/** Helm's operations, and Argo CD's. */
export type Operation = 'install' | 'upgrade' | 'rollback' | 'uninstall' | 'test' | 'first sync' | 'sync' | 'deletion';

export interface SimulateOptions extends Circumstances {
  /** The release that is installed. Default: one like the new release. */
  readonly previous?: OrderedRelease;
  /** The run before this one, such as a failed one: this operation begins where that ended. */
  readonly after?: Run;
}

/**
 * Orders the hooks of a release: a stream of manifests, as `helm template` prints it. The same bytes and names as `hookorder render`.
 * Pure but for the default of `now`. Never throws for what is wrong with the release or the config.
 */
export declare function orderRelease(stream: Content, options?: OrderOptions): OrderedRelease;

/**
 * What the target does with a release that `orderRelease` ordered. Without `target` and the like, those of `orderRelease` hold.
 * Throws a TypeError for an operation that the target does not have, and for a release that has no order.
 */
export declare function simulate(release: OrderedRelease, operation: Operation, options?: SimulateOptions): Run;
