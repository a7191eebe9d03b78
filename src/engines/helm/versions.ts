/**
 * In what Helm's versions differ where it matters to a run. [S] read in Helm's source, [X] seen with the real binary on a real control plane.
 */

/** The newest Helm that hookorder knows: what a run is made for unless told otherwise. */
export const NEWEST_HELM = '4.3';

export interface HelmFacts {
  /** Objects are applied server-side, so one that exists is changed; client-side, creating it fails with "already exists" [S pkg/kube/client.go]. */
  readonly appliesServerSide: boolean;
  /** A hook's deletion is awaited also without `--wait` [S Helm 3 pkg/action/hooks.go; Helm 4 pkg/kube/statuswait.go hookOnlyWaiter][X]. */
  readonly awaitsHookDeletion: boolean;
  /** Uninstall deletes only what carries the release's marks [S pkg/action/validate.go verifyOwnershipBeforeDelete]. */
  readonly uninstallAsksForOwner: boolean;
}

export function factsOf(version: string): HelmFacts {
  const [major = 4, minor = 0] = version.split('.').map(Number);
  return {
    appliesServerSide: major >= 4,
    awaitsHookDeletion: major < 4,
    uninstallAsksForOwner: major > 4 || (major === 4 && minor >= 3),
  };
}
