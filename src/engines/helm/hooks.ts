/**
 * The hooks of one event, as Helm runs them [S pkg/action/hooks.go execHookWithDelayedShutdown, the same in 3.22 and 4.1 to 4.3].
 *
 * One after the other by weight and name: delete what the last run left, create, wait. When all are done, hook-succeeded deletions in reverse order. When one fails while
 * it runs: its hook-failed deletion, then hook-succeeded deletions of those before it. When one is refused: no deletion at all.
 */

import { type DeletePolicy, type Event, isAwaited } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { compareRuns, type Placement } from '../../model/plan.ts';
import type { Circumstances } from '../engine.ts';
import { canBecome } from '../fixed.ts';
import { lingers } from '../lingering.ts';
import type { Recorder, Taken } from '../recorder.ts';
import type { Outcome } from '../run.ts';
import { keyOf, type Presence, type Revision, type Subject, subjectOf } from '../world.ts';
import { endClaims, makeClaims } from './claims.ts';
import type { HelmFacts } from './versions.ts';

export interface HookRun {
  readonly recorder: Recorder;
  readonly circumstances: Circumstances;
  readonly facts: HelmFacts;
  /** How objects are applied: client-side, a hook that exists cannot be created. */
  readonly serverSide: boolean;
}

/** The index of the step that stops the event; undefined when all its hooks are done. */
export function runEvent(event: Event, revision: Revision, run: HookRun): number | undefined {
  const hooks = hooksOf(event, revision);
  for (const [at, hook] of hooks.entries()) {
    const deleted = remove(hook, event, 'before-hook-creation', run);
    const created = deleted && create(hook, event, run);
    if (!created) return run.recorder.last;
    if (awaitHook(hook, event, run)) continue;
    const stopped = run.recorder.last;
    // Helm itself is gone, or has stopped waiting: nothing cleans up [X].
    if (isCut(run.recorder.steps[stopped]?.outcome)) return stopped;
    remove(hook, event, 'hook-failed', run);
    for (const earlier of hooks.slice(0, at)) remove(earlier, event, 'hook-succeeded', run);
    return stopped;
  }
  for (const hook of hooks.toReversed()) if (!remove(hook, event, 'hook-succeeded', run)) return run.recorder.last;
  return undefined;
}

const isCut = (outcome: Outcome | undefined): boolean => outcome === 'killed' || outcome === 'interrupted';

/** In run order. One that names the event twice runs twice, one run right after the other [S execHookWithDelayedShutdown][X]. */
export const hooksOf = (event: Event, revision: Revision): readonly Subject[] =>
  revision.placements
    .flatMap((placement): readonly Placement[] => {
      const { events = [], again = [] } = placement.hook ?? {};
      return events.includes(event) ? [placement, ...again.filter((each) => each === event).map(() => placement)] : [];
    })
    .sort(compareRuns)
    .map((placement) => subjectOf(placement, revision));

/** Nothing to do, and no step, where the policy does not ask for it or nothing is there. False when the deletion ends badly. */
function remove(
  subject: Subject,
  phase: Event,
  policy: DeletePolicy,
  { recorder, circumstances, facts }: HookRun,
): boolean {
  // Never deleted, whatever its policy says: that would delete all its objects.
  if (subject.id.kind === 'CustomResourceDefinition') return true;
  if (!subject.placement?.hook?.deletes.includes(policy)) return true;
  const there = recorder.presenceOf(subject);
  if (there === undefined) return true;
  const awaited = circumstances.wait || facts.awaitsHookDeletion;
  // Nothing unmounts the claim while Helm waits.
  const isHeld = awaited && lingers(there, recorder.world) === 'held';
  const isDone = recorder.take({
    phase,
    do: 'delete',
    subject: there.subject,
    because: policy,
    owner: there.owner,
    awaited,
    ...(awaited && { mayTake: circumstances.timeoutSeconds }),
    ...(isHeld && { outcome: 'timed-out' }),
  });
  if (isDone) endClaims(there.subject, phase, recorder);
  return isDone;
}

function create(subject: Subject, phase: Event, { recorder, serverSide }: HookRun): boolean {
  const isDone = recorder.take({ phase, subject, owner: 'hook', ...applied(subject, recorder, serverSide) });
  if (isDone) makeClaims(subject, phase, recorder);
  return isDone;
}

/** What creating a hook does where an object of its name may be. */
function applied(subject: Subject, recorder: Recorder, serverSide: boolean): Pick<Taken, 'do' | 'because' | 'outcome'> {
  const there = recorder.presenceOf(subject);
  if (there === undefined && isInDyingNamespace(subject, recorder))
    return { do: 'create', because: 'namespace-dying', outcome: 'refused' };
  if (there === undefined) return { do: 'create', because: 'hook' };
  if (!serverSide) return { do: 'create', because: 'already-exists', outcome: 'refused' };
  if (!canBecome(subject, there)) return { do: 'update', because: 'immutable', outcome: 'refused' };
  if (there.dying) return { do: 'update', because: 'onto-dying' };
  return isAwaited(subject.id.kind) ? { do: 'skip', because: 'already-there' } : { do: 'update', because: 'hook' };
}

/** [X "because it is being terminated"] */
const isInDyingNamespace = ({ id }: Subject, { world }: Recorder): boolean =>
  id.namespace !== undefined &&
  world.get(keyOf({ apiVersion: 'v1', kind: 'Namespace', name: id.namespace }))?.dying === true;

/** Helm waits for Jobs and Pods to finish; every other kind counts as ready at once [S pkg/kube/statuswait.go WatchUntilReady][X]. */
function awaitHook(subject: Subject, phase: Event, { recorder, circumstances: { timeoutSeconds } }: HookRun): boolean {
  if (!isAwaited(subject.id.kind)) return true;
  const there = recorder.presenceOf(subject);
  const deadline = subject.placement && valueAt(subject.placement.value(), ['spec', 'activeDeadlineSeconds']);
  return recorder.take({
    phase,
    do: 'wait',
    subject,
    because: 'hook',
    owner: 'hook',
    mayTake: typeof deadline === 'number' ? Math.min(deadline, timeoutSeconds) : timeoutSeconds,
    outcome: leftoverEnd(there),
  });
}

/** A leftover that has ended has ended, also while a finalizer holds it. One that goes away while it runs is awaited to the end [X]. */
const leftoverEnd = (there: Presence | undefined): Outcome =>
  there?.run === 'failed' ? 'failed' : there?.run === 'running' && there.dying ? 'timed-out' : 'done';
