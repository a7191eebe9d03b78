/**
 * The deletion of the application: `argocd/deletion-order`, `argocd/counts-as-run`. What its hooks lack is in needs.ts.
 */
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { type Check, once } from '../../release/release.ts';
import { found } from './found.ts';
import { roleIn } from './moments.ts';

const isRun = ({ resource }: Placement): boolean => resource.kind === 'Job' || resource.kind === 'Pod';

/** All hooks of a deletion are created at once. */
export const checkDeletionOrder: Check = (placement, release) => {
  const { atDeletion, wave } = roleIn(placement, release);
  if (!isRun(placement)) return [];
  for (const other of ofDeletion(release)) {
    const theirs = roleIn(other, release);
    const shared = atDeletion.find((phase) => theirs.atDeletion.includes(phase));
    if (shared === undefined || theirs.wave >= wave) continue;
    return [
      found(
        'argocd/deletion-order',
        placement,
        `${formatPlacement(placement)} is meant to run after ${formatPlacement(other)} (${wave} after ${theirs.wave}), but Argo CD creates all ${shared} hooks at once`,
        {
          hint: `make one Job of the two, or let ${formatPlacement(placement)} wait for what ${formatPlacement(other)} does`,
        },
      ),
    ];
  }
  return [];
};

const ofDeletion = once((release) =>
  release.placements.filter((placement) => isRun(placement) && roleIn(placement, release).atDeletion.length > 0),
);

/** What a sync leaves behind counts as run when the application is deleted. */
export const checkCountsAsRun: Check = (placement, release) => {
  const { atDeletion, phases, deletes } = roleIn(placement, release);
  if (!isRun(placement) || placement.name === '' || phases.length === 0 || !atDeletion.includes('PreDelete')) return [];
  if (deletes.includes('HookSucceeded')) return [];
  return [
    found(
      'argocd/counts-as-run',
      placement,
      `${formatPlacement(placement)} is a hook of syncs and of PreDelete, and a sync leaves it behind: at the deletion of the application it counts as done and does not run`,
      { hint: 'add HookSucceeded to its delete policy, or make two Jobs of it' },
    ),
  ];
};
