/** The moment after a failure: what is in the cluster, and what of it is half done. Read off the failed run and the one in which all goes well. */
import type { Run, Situation, Status, Step } from '../engines/run.ts';
import type { Presence, Subject, World } from '../engines/world.ts';
import { OPERATIONS } from '../model/helm.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import { originalOf } from '../release/originals.ts';
import type { Aftermath, Failure, Mishap } from './rehearsal.ts';
import { isSame, type Scene, thingOf } from './scene.ts';

/** `at`: the step that fails, by its index in both runs. */
export function aftermathOf(failed: Run, at: number, good: Run, scene: Scene): Aftermath {
  const { start, end } = failed;
  const before = start.world;
  return {
    history: historyOf(failed),
    running: runningHooks(end.world).map(({ subject }) => thingOf(subject)),
    logs: logsOf(failed, at),
    leftover: leftovers(failed, good).map((presence) => ({
      ...thingOf(presence.subject),
      isCopy: isCopy(presence.subject),
    })),
    gone: [...before.values()]
      .filter(({ subject: { key } }) => !end.world.has(key) && good.end.world.has(key))
      .map(({ subject }) => thingOf(subject)),
    applied: { done: countApplied(failed), of: countApplied(good) },
    app: appOf(end, start),
    migrations: migrationsOf(failed, good, scene),
  };
}

/** Made by this run of hookorder, or by an earlier one. */
const isCopy = ({ placement }: Subject): boolean => placement !== undefined && originalOf(placement) !== undefined;

/** As Helm prints them: an operation that was cut off is pending, by its name. */
export function historyOf({ operation, end }: Run): Aftermath['history'] {
  return end.history.map(({ revision: { number }, status }, at) => ({
    revision: number,
    status: status === 'pending' && at === end.history.length - 1 ? pendingName(operation, status) : status,
  }));
}

const pendingName = (operation: string, status: Status): string =>
  operation in OPERATIONS ? `${status}-${operation}` : status;

/** Jobs and Pods of hooks that go on, in the order in which they began. */
export const runningHooks = (world: World): readonly Presence[] =>
  [...world.values()].filter(({ owner, run }) => owner === 'hook' && run === 'running');

/** What a good end would have taken away, and Jobs and Pods that did not end well. */
function leftovers({ end }: Run, good: Run): readonly Presence[] {
  return [...end.world.values()].filter(
    ({ subject: { key }, owner, run }) =>
      owner === 'hook' && (!good.end.world.has(key) || run === 'failed' || run === 'running'),
  );
}

function logsOf({ steps, end }: Run, at: number): Aftermath['logs'] {
  const { subject, outcome, do: deed } = steps[at] as Step;
  const isRun = subject.id.kind === 'Job' || subject.id.kind === 'Pod';
  if (!isRun || deed !== 'wait') return null;
  if (end.world.has(subject.key)) return 'kept';
  const isPrinted = outcome !== 'killed' && outcome !== 'interrupted';
  return isPrinted && subject.placement?.hook?.logPolicies.includes('hook-failed') ? 'printed' : 'lost';
}

const CHANGES: ReadonlySet<string> = new Set(['create', 'update', 'replace', 'delete']);

/** What follows a failure, a rollback say, does not count. */
const countApplied = ({ steps, stop }: Run): number =>
  steps
    .slice(0, stop?.because === 'step' ? stop.step : undefined)
    .filter(({ owner, do: deed, because }) => owner === 'release' && CHANGES.has(deed) && because !== 'left-manifest')
    .length;

/** Which pods run: those of the rendering with which the operation began, or of the new one. */
function appOf({ world, history }: Situation, start: Situation): Aftermath['app'] {
  const renderings = new Set([...world.values()].filter(isWorkload).map(({ subject }) => subject.revision.rendering));
  if (renderings.size === 0) return null;
  if (renderings.size > 1) return 'mixed';
  const newest = Math.max(...[...history, ...start.history].map(({ revision }) => revision.rendering));
  return renderings.has(newest) && !isRunning(start, newest) ? 'new' : 'old';
}

/** True where the workloads were of this rendering already. */
const isRunning = ({ world }: Situation, rendering: number): boolean =>
  [...world.values()].some((presence) => isWorkload(presence) && presence.subject.revision.rendering === rendering);

const isWorkload = ({ owner, subject: { id }, dying }: Presence): boolean =>
  owner === 'release' && dying !== true && id.kind !== 'Job' && id.kind !== 'Pod' && podSpecPath(id.kind) !== undefined;

/** Only installs and upgrades take a schema forward. */
export function migrationsOf(failed: Run, good: Run, scene: Scene): Aftermath['migrations'] {
  const found: Record<'done' | 'half' | 'open', Subject[]> = { done: [], half: [], open: [] };
  if (failed.operation === 'install' || failed.operation === 'upgrade' || failed.operation.endsWith('sync'))
    for (const { subject, do: deed, because } of good.steps) {
      const { placement } = subject;
      if (deed !== 'wait' || because !== 'hook' || placement === undefined || !scene.migrates(placement)) continue;
      if (Object.values(found).some((list) => list.some((each) => isSame(each, subject)))) continue;
      found[progressOf(subject, failed)].push(subject);
    }
  return {
    done: found.done.map(thingOf),
    half: found.half.map(thingOf),
    open: found.open.map(thingOf),
  };
}

function progressOf(subject: Subject, { steps }: Run): 'done' | 'half' | 'open' {
  const own = steps.filter((step) => step.subject.key === subject.key);
  if (own.some(({ do: deed, outcome }) => deed === 'wait' && outcome === 'done')) return 'done';
  const began = own.some(({ do: deed, outcome }) => MAKES.has(deed) && outcome !== 'refused');
  return began ? 'half' : 'open';
}

const MAKES: ReadonlySet<string> = new Set(['create', 'update', 'replace', 'skip']);

/** The steps of a run that can fail, each with the ways in which it can. Of plain resources one stands for all that are alike. */
export function failuresOf(
  run: Run,
  scene: Scene,
): readonly (Pick<Mishap, 'step' | 'alike'> & { readonly failures: readonly Failure[] })[] {
  const found: { step: number; alike: number; failures: readonly Failure[] }[] = [];
  let last = '';
  for (const [step, taken] of run.steps.entries()) {
    const failures = isOver(step, run) ? [] : waysOf(taken, run, scene);
    if (failures.length === 0) continue;
    const { subject, owner } = taken;
    // Plain resources of one kind come one after the other, and which of them fails makes little difference.
    const group = owner === 'hook' || subject.id.kind === 'Job' ? '' : `${taken.do} ${subject.id.kind}`;
    const before = found.at(-1);
    if (group !== '' && group === last && before !== undefined) before.alike++;
    else found.push({ step, alike: 1, failures });
    last = group;
  }
  return found;
}

/** A wait for an earlier run that has ended ends at once, and as that did. */
function isOver(at: number, { steps, changesOf }: Run): boolean {
  const { do: deed, subject, owner } = steps[at] as Step;
  const endsOnce = subject.id.kind === 'Job' || (subject.id.kind === 'Pod' && owner === 'hook');
  if (deed !== 'wait' || !endsOnce) return false;
  const before = changesOf(subject.key).findLast(({ index }) => index < at)?.presence?.run;
  return before === 'succeeded' || before === 'failed';
}

function waysOf(step: Step, run: Run, { circumstances }: Scene): readonly Failure[] {
  const { do: deed, subject, because, mayTake, awaited, phase } = step;
  const isArgo = circumstances.target === 'argocd';
  if (deed === 'create' || deed === 'update' || deed === 'replace') {
    if (because === 'claim-of-statefulset') return [];
    const isAwaited = run.steps.some(
      (other) => other.do === 'wait' && other.phase === phase && other.subject === subject,
    );
    return isAwaited || isArgo ? ['refused'] : ['refused', 'killed'];
  }
  if (deed === 'delete') {
    if (isArgo) return [];
    if (because === 'uninstall') return ['killed'];
    return awaited && phase !== 'release' ? ['timed-out'] : [];
  }
  if (deed !== 'wait') return [];
  // A sync waits as long as it takes, and one that is terminated deletes hooks, which the engine does not tell.
  if (isArgo) return ['failed'];
  // With `--wait`, Helm 4 takes a plain Pod that has failed for ready, and Helm 3 waits on [X].
  const fails = subject.id.kind === 'Job' || (subject.id.kind === 'Pod' && step.owner === 'hook');
  // A deadline of its own ends it first.
  const outlives = mayTake === undefined || mayTake >= circumstances.timeoutSeconds;
  return [
    ...(fails ? (['failed'] as const) : []),
    ...(outlives ? (['timed-out'] as const) : []),
    ...stopsOf(run.operation),
    'killed',
  ];
}

/** Helm listens to signals in installs and upgrades only [S pkg/cmd/install.go, upgrade.go]; elsewhere they kill it. */
const stopsOf = (operation: string): readonly Failure[] =>
  operation === 'install' || operation === 'upgrade' ? ['interrupted'] : [];
