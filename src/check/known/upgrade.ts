/**
 * The upgrade from the revision that is installed: what of it is there when the upgrade begins, and what becomes of it.
 *
 * What is there is what an install and an upgrade to that revision leave: which of their hooks ran, a manifest does not tell.
 */
import { helm } from '../../engines/helm/simulate.ts';
import type { Run } from '../../engines/run.ts';
import { type Presence, type Subject, subjectOf } from '../../engines/world.ts';
import type { Placement } from '../../model/plan.ts';
import { once, type Release } from '../../release/release.ts';

/** As Helm runs it when it is told nothing more. */
export const upgradeOf = once(
  ({ placements, circumstances }): Run => helm.simulate(placements, 'upgrade', circumstances),
);

/** What is there under the name of an object of the new revision. */
export function liveOf(placement: Placement, release: Release): Presence | undefined {
  const { world } = upgradeOf(release).start;
  return world.get(subjectIn(placement, release).key);
}

/** The object, as one of the new revision. */
export function subjectIn(placement: Placement, release: Release): Subject {
  const revisions = upgradeOf(release).start.history.map(({ revision }) => revision.rendering);
  const number = Math.max(0, ...revisions) + 1;
  return subjectOf(placement, { number, rendering: number, placements: release.placements });
}
