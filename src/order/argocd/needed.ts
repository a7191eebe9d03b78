/**
 * All that a run needs of the stream before it can end well: what its pods need by name, what it waits for and names as a host, the pods behind
 * that, and what those need in turn.
 */
import type { Placement } from '../../model/plan.ts';
import { needsOf } from '../../release/needs.ts';
import type { Release } from '../../release/release.ts';
import { runsOf, waitsOf } from '../../waits/find.ts';
import { selectedBy } from '../../waits/obstacles.ts';
import { isHostVariable } from '../../waits/programs.ts';
import { servicesIn } from '../../waits/services.ts';

/** In no order, without the run itself. */
export function neededBy(run: Placement, release: Release): ReadonlySet<Placement> {
  const found = new Set<Placement>([run]);
  const visit = (user: Placement, isRun: boolean): void => {
    const direct = [
      ...needsOf(user, release).flatMap(({ providers, optional }) => (optional ? [] : providers)),
      // What a database names as a host is itself, or what it does without while it starts.
      ...(isRun ? awaitedBy(user, release) : []),
    ];
    for (const each of direct) {
      if (found.has(each) || each.gone !== undefined) continue;
      found.add(each);
      visit(each, false);
      if (each.resource.kind !== 'Service') continue;
      for (const workload of selectedBy(each, release)) {
        if (found.has(workload)) continue;
        found.add(workload);
        visit(workload, false);
      }
    }
  };
  visit(run, true);
  found.delete(run);
  return found;
}

const awaitedBy = (run: Placement, release: Release): readonly Placement[] => [
  ...waitsOf(run, release).flatMap(({ targets }) => targets),
  ...runsOf(run, release).flatMap(({ environment }) =>
    [...environment].flatMap(([name, { value }]) =>
      servicesIn(value, isHostVariable(name), run.resource.namespace, release).flatMap(({ services }) => services),
    ),
  ),
];
