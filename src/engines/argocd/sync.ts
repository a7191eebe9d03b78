/**
 * One sync: phase by phase and wave by wave, all of a wave together, and nothing of the next before all of it is healthy.
 *
 * Policies that delete after success act at the end of a wholly successful sync; those that delete after a failure at the first failure, on
 * hooks that had succeeded too.
 */
import type { Json } from '../../model/json.ts';
import { valueAt } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import type { Recorder, Stopped, Taken } from '../recorder.ts';
import { type Presence, type Revision, type Subject, subjectOf } from '../world.ts';
import { type ArgoPolicy, hasOption, roleOf } from './annotations.ts';
import { hasHealthCheck } from './health.ts';
import { sortTasks, type Task, type Wave, wavesOf } from './tasks.ts';

export function sync(revision: Revision, last: Revision | undefined, recorder: Recorder): Stopped | undefined {
  const tasks = tasksOf(revision, last, recorder);
  const waves = wavesOf(tasks.filter(({ phase }) => phase !== 'SyncFail'));
  for (const subject of neverApplied(revision))
    recorder.take({ phase: 'Sync', do: 'skip', subject, because: 'no-phase', owner: 'hook' });
  const onFailure = tasks.filter(({ phase }) => phase === 'SyncFail');
  // Hooks that run only when it fails make several steps of a sync too.
  const isOneOfSeveral = waves.length + onFailure.length > 1;
  for (const [at, wave] of waves.entries()) {
    const stopped = runWave(wave, isAwaited(wave, at === waves.length - 1, isOneOfSeveral), recorder);
    if (stopped === undefined) continue;
    // A sync that is ended by hand deletes its running hooks and no others.
    if (stopped.outcome === 'killed') return stopped;
    deleteHooks(tasks, 'HookFailed', recorder);
    if (onFailure.length > 0) {
      // All at once, whatever their waves.
      runWave({ phase: 'SyncFail', wave: 0, tasks: onFailure }, () => true, recorder);
      deleteHooks(tasks, 'HookFailed', recorder);
    }
    return stopped;
  }
  deleteHooks(tasks, 'HookSucceeded', recorder);
  return undefined;
}

/** What the stream asks for, and of the objects of the last sync those that it no longer has. */
function tasksOf(revision: Revision, last: Revision | undefined, recorder: Recorder): readonly Task[] {
  const wanted = revision.placements.flatMap((placement): Task[] => {
    const role = roleOf(placement.value());
    const subject = argoSubject(placement, revision);
    return role.phases.map((phase) => ({ phase, wave: role.wave, subject, role, isPrune: false }));
  });
  const keys = new Set(wanted.map(({ subject }) => subject.key));
  const prunes = (last?.placements ?? []).flatMap((placement): Task[] => {
    const role = roleOf(placement.value());
    const subject = argoSubject(placement, last as Revision);
    // Live hooks are never pruned.
    if (role.isHook || keys.has(subject.key) || recorder.presenceOf(subject) === undefined) return [];
    return [{ phase: 'Sync', wave: role.wave, subject, role, isPrune: true }];
  });
  return sortTasks([...wanted, ...putLast(turnedRound(prunes), wanted)]);
}

/** `PruneLast=true`: after the last wave of Sync, which is 0 or later. */
function putLast(prunes: readonly Task[], wanted: readonly Task[]): readonly Task[] {
  const waves = [...wanted, ...prunes].filter(({ phase }) => phase === 'Sync').map(({ wave }) => wave);
  const last = Math.max(0, ...waves) + 1;
  return prunes.map((task) =>
    hasOption(task.subject.placement?.value() ?? {}, 'PruneLast=true') ? { ...task, wave: last } : task,
  );
}

/** Objects are pruned in the reverse order of their waves. */
function turnedRound(prunes: readonly Task[]): readonly Task[] {
  const waves = [...new Set(prunes.map(({ wave }) => wave))].sort((a, b) => a - b);
  return prunes.map((task) => ({ ...task, wave: waves.at(-1 - waves.indexOf(task.wave)) ?? task.wave }));
}

/** Objects of which every word is one that Argo CD has no phase for: tests, rollbacks, typos. */
const neverApplied = (revision: Revision): readonly Subject[] =>
  revision.placements
    .filter((placement) => {
      const { phases, atDeletion } = roleOf(placement.value());
      return phases.length === 0 && atDeletion.length === 0;
    })
    .map((placement) => argoSubject(placement, revision));

/** Which of a wave are waited for: hooks always, plain objects where a wave follows or a hook is among them. */
function isAwaited(wave: Wave, isLast: boolean, isOneOfSeveral: boolean): (task: Task) => boolean {
  const hasHook = wave.tasks.some(({ role }) => role.isHook);
  const waitsForAll = isOneOfSeveral && (!isLast || hasHook);
  return ({ role }) => role.isHook || waitsForAll;
}

function runWave({ tasks }: Wave, isAwaited: (task: Task) => boolean, recorder: Recorder): Stopped | undefined {
  for (const task of tasks.filter(({ isPrune }) => isPrune))
    if (!prune(task, recorder)) return recorder.stopAt(recorder.last);
  const wanted = tasks.filter(({ isPrune }) => !isPrune);
  for (const task of wanted)
    if (!deleteHook(task, 'BeforeHookCreation', recorder)) return recorder.stopAt(recorder.last);
  for (const task of wanted) if (!apply(task, recorder)) return recorder.stopAt(recorder.last);
  // What fails does not end the wave: that ends when nothing of it runs any more.
  let stopped: Stopped | undefined;
  for (const task of wanted) {
    if (!isAwaited(task) || !hasHealthCheck(task.subject) || awaitHealth(task, recorder)) continue;
    stopped ??= recorder.stopAt(recorder.last);
    if (stopped.outcome === 'killed') return stopped;
  }
  return stopped;
}

function prune({ phase, wave, subject }: Task, recorder: Recorder): boolean {
  const there = recorder.presenceOf(subject);
  if (there === undefined) return true;
  const step = { phase, wave, subject, owner: there.owner } as const;
  return hasOption(subject.placement?.value() ?? {}, 'Prune=false')
    ? recorder.take({ ...step, do: 'keep', because: 'prune-option' })
    : recorder.take({ ...step, do: 'delete', because: 'left-manifest', awaited: true });
}

function deleteHook({ phase, wave, subject, role }: Task, policy: ArgoPolicy, recorder: Recorder): boolean {
  const there = recorder.presenceOf(subject);
  if (!role.isHook || !role.deletes.includes(policy) || there === undefined) return true;
  return recorder.take({
    phase,
    wave,
    do: 'delete',
    subject,
    because: REASONS[policy],
    owner: there.owner,
    awaited: true,
  });
}

const REASONS = {
  BeforeHookCreation: 'before-hook-creation',
  HookSucceeded: 'hook-succeeded',
  HookFailed: 'hook-failed',
} as const;

/** Hooks that have run, whatever their phase. */
function deleteHooks(tasks: readonly Task[], policy: ArgoPolicy, recorder: Recorder): void {
  for (const task of tasks) {
    if (recorder.presenceOf(task.subject)?.run === 'running') continue;
    deleteHook(task, policy, recorder);
  }
}

function apply({ phase, wave, subject, role }: Task, recorder: Recorder): boolean {
  const owner = role.isHook ? 'hook' : 'release';
  return recorder.take({ phase, wave, subject, owner, ...applied(subject, role.isHook, recorder.presenceOf(subject)) });
}

/** What is applied onto an object of its name. A hook that is still there counts by the result that it has. */
function applied(
  subject: Subject,
  isHook: boolean,
  there: Presence | undefined,
): Pick<Taken, 'do' | 'because' | 'outcome'> {
  const reason = isHook ? 'hook' : 'manifest';
  if (there === undefined) return { do: 'create', because: reason };
  const options = subject.placement?.value() ?? {};
  const isReplaced = hasOption(options, 'Replace=true');
  if (subject.id.kind === 'Job') {
    if (isReplaced && hasOption(options, 'Force=true')) return { do: 'replace', because: 'replace-option' };
    if (isReplaced || !isSameTemplate(subject, there))
      return { do: 'update', because: 'immutable', outcome: 'refused' };
    if (isHook) return { do: 'skip', because: 'already-there' };
  }
  return { do: 'update', because: reason };
}

function isSameTemplate(subject: Subject, there: Presence): boolean {
  if (subject.placement === there.subject.placement) return true;
  const template = (of: Subject): Json | undefined => valueAt(of.placement?.value(), ['spec', 'template']);
  return JSON.stringify(template(subject)) === JSON.stringify(template(there.subject));
}

/** There is no timeout: only a Job's own deadline ends it. */
function awaitHealth({ phase, wave, subject, role }: Task, recorder: Recorder): boolean {
  const there = recorder.presenceOf(subject);
  const deadline = subject.id.kind === 'Job' && valueAt(subject.placement?.value(), ['spec', 'activeDeadlineSeconds']);
  return recorder.take({
    phase,
    wave,
    do: 'wait',
    subject,
    because: role.isHook ? 'hook' : 'wave',
    owner: role.isHook ? 'hook' : 'release',
    ...(typeof deadline === 'number' && { mayTake: deadline }),
    outcome: there?.run === 'failed' ? 'failed' : 'done',
  });
}

/** A hook with a generateName is a new object in each sync. */
export function argoSubject(placement: Placement, revision: Revision): Subject {
  const subject = subjectOf(placement, revision);
  const { generateName } = placement.resource;
  if (subject.id.name !== '' || generateName === undefined) return subject;
  return {
    ...subject,
    id: { ...subject.id, name: `${generateName}…` },
    key: `${subject.key}${generateName}#${revision.number}`,
  };
}
