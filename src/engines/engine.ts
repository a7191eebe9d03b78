/**
 * The contract of a deployer: Helm is one, Argo CD another.
 *
 * Everything that hookorder says about what happens in a cluster comes from `simulate`. A fact about a deployer belongs in its own
 * folder, beside the versions for which it holds and its source.
 */
import type { Operation } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import type { Target } from '../model/target.ts';
import type { Faults, Run, Situation } from './run.ts';

/** What the deployer is told besides the release. */
export interface Circumstances {
  /** Who deploys; absent: Helm. The version is the deployer's. */
  readonly target?: Target;
  /** Its version: `4.3`, `4.3.2`. */
  readonly version: string;
  /** Whether it waits for the release's own resources. */
  readonly wait: boolean;
  /** The longest that it waits for one thing, in seconds. */
  readonly timeoutSeconds: number;
  /** Of plain Jobs too, that they end (`--wait-for-jobs`). */
  readonly waitForJobs?: boolean;
  /** Objects that exist and are not the release's are taken over instead of refused (`--take-ownership`). */
  readonly takeOwnership?: boolean;
  /** What fails is taken back: an upgrade by a rollback, an install by an uninstall (`--rollback-on-failure`, Helm 3: `--atomic`). */
  readonly rollbackOnFailure?: boolean;
  /** How objects are applied, where the user says so (`--server-side`). */
  readonly serverSide?: boolean;
  /** The revision to which a rollback goes; absent: the one before the last. */
  readonly rollbackTo?: number;
  /** The operations that have this release; absent: all. Others run what another rendering has. */
  readonly operations?: readonly Operation[];
  /** The revision that is installed; absent: it is assumed to be like the new one. */
  readonly previous?: readonly Placement[];
  /** True where `previous` is what is installed, and not what such a chart would have installed. */
  readonly isPreviousKnown?: boolean;
}

export interface Engine<Operation extends string = string> {
  readonly name: string;
  readonly operations: readonly Operation[];
  /**
   * Never throws. Without `start`, an operation begins where the operations that come before it in the life of a release end well:
   * an upgrade after an install of `previous`.
   */
  readonly simulate: (
    release: readonly Placement[],
    operation: Operation,
    circumstances: Circumstances,
    start?: Situation,
    faults?: Faults,
  ) => Run;
}
