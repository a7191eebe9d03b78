/** Objects of the release that its own hooks delete with kubectl: by the time Helm applies the next revision, they are gone. */
import type { Placement } from '../../model/plan.ts';
import { once } from '../../release/release.ts';
import { isElsewhere, kubectlLineOf } from '../../scripts/kubectl-line.ts';
import { runsOf } from '../../waits/find.ts';
import { objectsOfLine } from './named.ts';

/** By hooks that run before the release's own resources of an upgrade. */
export const removedByHooks = once((release): ReadonlySet<Placement> => {
  const removed = new Set<Placement>();
  for (const hook of release.byKind('Job', 'Pod'))
    if (hook.hook?.events.includes('pre-upgrade'))
      for (const { calls } of runsOf(hook, release))
        for (const { call } of calls) {
          const line = kubectlLineOf(call);
          if (line?.verb !== 'delete' || isElsewhere(line)) continue;
          for (const object of objectsOfLine(line, hook, release)) removed.add(object);
        }
  return removed;
});
