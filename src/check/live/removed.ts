/** Objects of the release that its own hooks delete with kubectl: by the time Helm applies the next revision, they are gone. */
import type { Placement } from '../../model/plan.ts';
import { once } from '../../release/release.ts';
import { baseName } from '../../scripts/arguments.ts';
import { isElsewhere, isKnown, optionOf, readKubectlLine, subjectsOf } from '../../scripts/kubectl-line.ts';
import { runsOf } from '../../waits/find.ts';
import { objectsNamed } from './named.ts';

/** By hooks that run before the release's own resources of an upgrade. */
export const removedByHooks = once((release): ReadonlySet<Placement> => {
  const removed = new Set<Placement>();
  for (const hook of release.byKind('Job', 'Pod'))
    if (hook.hook?.events.includes('pre-upgrade'))
      for (const { calls } of runsOf(hook, release))
        for (const { call } of calls) {
          const [program = '', ...args] = call.argv.map(({ text }) => text);
          const line = baseName(program) === 'kubectl' ? readKubectlLine(args) : undefined;
          if (line?.verb !== 'delete' || isElsewhere(line)) continue;
          const namespace = optionOf(line, 'namespace');
          for (const { type, name } of subjectsOf(line.words) ?? [])
            if (isKnown(name))
              for (const object of objectsNamed(
                { type, name, ...(isKnown(namespace) && { namespace }) },
                hook,
                release,
              ))
                removed.add(object);
        }
  return removed;
});
