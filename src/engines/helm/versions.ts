/**
 * In what Helm's versions differ where it matters to a run. [S] read in Helm's source, [X] seen with the real binary on a real control plane.
 */

/** The newest Helm that hookorder knows: what a run is made for unless told otherwise. */
export const NEWEST_HELM = '4.3';

export interface HelmFacts {
  /** Objects are applied server-side unless the release was applied otherwise [S pkg/action/upgrade.go getUpgradeServerSideValue][X]. */
  readonly appliesServerSide: boolean;
  /** A hook's deletion is awaited also without `--wait` [S Helm 3 pkg/action/hooks.go; Helm 4 pkg/kube/statuswait.go hookOnlyWaiter][X]. */
  readonly awaitsHookDeletion: boolean;
  /** Uninstall deletes only what carries the release's marks [S pkg/action/validate.go verifyOwnershipBeforeDelete]. */
  readonly uninstallAsksForOwner: boolean;
  /** Webhook configurations have a place in the order of kinds [S pkg/release/v1/util/kind_sorter.go]. */
  readonly listsWebhooks: boolean;
  /** With a post-renderer, seven dashes or more in a row end a document wherever they stand [X 4.1.3, 4.1.4]. */
  readonly splitsAtDashes: boolean;
  /** With a post-renderer, `|` at the end of a document that is not the last of its file becomes `|-` [X 4.2.3; not 4.1.4, 4.2.4, 4.3.2]. */
  readonly cutsFinalNewline: boolean;
  /** A rollback changes objects that exist and that the last revision did not have; 4.1 fails: "original object … not found" [X]. */
  readonly rollbackTakesOver: boolean;
}

export function factsOf(version: string): HelmFacts {
  const [major = 4, minor = 0, patch = Number.POSITIVE_INFINITY] = version.split('.').map(Number);
  return {
    appliesServerSide: major >= 4,
    awaitsHookDeletion: major < 4,
    cutsFinalNewline: major === 4 && minor === 2 && patch <= 3,
    listsWebhooks: major >= 4,
    rollbackTakesOver: major !== 4 || minor >= 2,
    splitsAtDashes: major === 4 && minor === 1,
    uninstallAsksForOwner: major > 4 || (major === 4 && minor >= 3),
  };
}
