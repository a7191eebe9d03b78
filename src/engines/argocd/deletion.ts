/**
 * The deletion of an application with its resources: PreDelete hooks, all plain objects, PostDelete hooks [S argo-cd 3.6 controller/appcontroller.go, hook.go].
 *
 * Deletion hooks are created all at once, without waves. One that lives already, from a sync, counts as run.
 */
import { RESOURCE_POLICY } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import type { Recorder, Stopped } from '../recorder.ts';
import type { Revision, Subject } from '../world.ts';
import { type DeletionHook, hasOption, roleOf } from './annotations.ts';
import { hasHealthCheck } from './health.ts';
import { argoSubject } from './sync.ts';

export function deleteApplication(revision: Revision, recorder: Recorder): Stopped | undefined {
  return (
    runHooks('PreDelete', revision, recorder) ??
    deletePlain(revision, recorder) ??
    runHooks('PostDelete', revision, recorder)
  );
}

function runHooks(phase: DeletionHook, revision: Revision, recorder: Recorder): Stopped | undefined {
  const hooks = revision.placements
    .filter((placement) => roleOf(placement.value()).atDeletion.includes(phase))
    .map((placement) => argoSubject(placement, revision));
  const made = hooks.map((subject) => {
    const isThere = recorder.presenceOf(subject) !== undefined;
    const how = isThere
      ? ({ do: 'skip', because: 'already-there' } as const)
      : ({ do: 'create', because: 'hook' } as const);
    return { isThere, done: recorder.take({ phase, subject, owner: 'hook', ...how }) };
  });
  if (made.some(({ done }) => !done)) return recorder.stopAt(recorder.last);
  for (const [at, subject] of hooks.entries()) {
    if (made[at]?.isThere || !hasHealthCheck(subject)) continue;
    if (!recorder.take({ phase, do: 'wait', subject, because: 'hook', owner: 'hook' }))
      return recorder.stopAt(recorder.last);
  }
  // Hooks that no policy deleted are deleted with the application.
  for (const subject of hooks)
    recorder.take({ phase, do: 'delete', subject, because: 'uninstall', owner: 'hook', awaited: true });
  return undefined;
}

/** Hooks of syncs stay: they are no resources of the application. */
function deletePlain(revision: Revision, recorder: Recorder): Stopped | undefined {
  for (const placement of revision.placements) {
    const { isHook } = roleOf(placement.value());
    const subject = argoSubject(placement, revision);
    if (isHook || recorder.presenceOf(subject) === undefined) continue;
    const step = { phase: 'release', subject, owner: 'release' } as const;
    const done = staysAtDeletion(subject)
      ? recorder.take({ ...step, do: 'keep', because: 'delete-option' })
      : recorder.take({ ...step, do: 'delete', because: 'uninstall', awaited: true });
    if (!done) return recorder.stopAt(recorder.last);
  }
  return undefined;
}

/** `Delete=false`; Helm's resource policy means the same since 2.7. */
function staysAtDeletion({ placement }: Subject): boolean {
  const value = placement?.value() ?? {};
  return hasOption(value, 'Delete=false') || valueAt(value, ['metadata', 'annotations', RESOURCE_POLICY]) === 'keep';
}
