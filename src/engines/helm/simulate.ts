/**
 * Helm's operations, step by step [S pkg/action/{install,upgrade,rollback,uninstall,release_testing}.go].
 *
 * Each begins in a situation and ends in one, so that operations follow each other: a retry is an upgrade that begins where the failed one ended.
 */
import { OPERATION_NAMES, type Operation } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import type { Circumstances, Engine } from '../engine.ts';
import { Recorder } from '../recorder.ts';
import { type Faults, makeRun, NOTHING_INSTALLED, type Run, type Situation, type Status, type Stop } from '../run.ts';
import type { Revision, Subject } from '../world.ts';
import { type HookRun, runEvent } from './hooks.ts';
import { applyManifest, awaitManifest, deleteManifest, droppedOf, manifestOf, notOwned, prune } from './manifest.ts';
import { factsOf } from './versions.ts';

type History = Situation['history'];

/** How an operation ends: what Helm remembers then, and why it stopped, if it did. */
interface Ending {
  readonly history: History;
  readonly stop?: Stop;
}

type Perform = (release: readonly Placement[], start: Situation, run: HookRun) => Ending;

export const helm: Engine<Operation> = {
  name: 'helm',
  operations: OPERATION_NAMES,
  simulate,
};

function simulate(
  release: readonly Placement[],
  operation: Operation,
  circumstances: Circumstances,
  start = usualStart(release, operation, circumstances),
  faults?: Faults,
): Run {
  const recorder = new Recorder(start.world, faults);
  const facts = factsOf(circumstances.version);
  const serverSide = circumstances.serverSide ?? start.history.at(-1)?.serverSide ?? facts.appliesServerSide;
  const run: HookRun = { recorder, circumstances, facts, serverSide };
  const { history, stop } = takeBack(operation, PERFORM[operation](release, start, run), run);
  const { steps, world } = recorder;
  const again = (others: Faults): Run => simulate(release, operation, circumstances, start, others);
  return makeRun({ operation, start, steps, world, history, stop, again });
}

/** Where an operation begins when all went well before it. */
function usualStart(release: readonly Placement[], operation: Operation, circumstances: Circumstances): Situation {
  if (operation === 'install') return NOTHING_INSTALLED;
  // A revision that nothing is known of is taken to be like the new one.
  const before = circumstances.previous ?? release;
  if (operation === 'upgrade') return installedFrom(before, circumstances);
  if (operation === 'rollback') return simulate(release, 'upgrade', circumstances).end;
  return simulate(release, 'install', circumstances).end;
}

/**
 * What is there before an upgrade. Of a revision that is known the upgrade may have come by an install or by an upgrade: then what hooks of either
 * leave is there.
 */
function installedFrom(revision: readonly Placement[], { previous: _, ...circumstances }: Circumstances): Situation {
  const installed = simulate(revision, 'install', circumstances).end;
  if (!circumstances.isPreviousKnown) return installed;
  const { stop, end } = simulate(revision, 'upgrade', circumstances, installed);
  return stop === undefined ? end : installed;
}

/** `--rollback-on-failure`: what failed is followed by a rollback to the last good revision, or by an uninstall where there is none. */
function takeBack(operation: Operation, ending: Ending, run: HookRun): Ending {
  const { rollbackOnFailure } = run.circumstances;
  const failed = ending.history.at(-1)?.status === 'failed' && ending.stop?.because === 'step';
  if (!rollbackOnFailure || !failed || (operation !== 'install' && operation !== 'upgrade')) return ending;
  const { history, stop } = ending;
  const good = history.findLast(({ status }) => status === 'deployed' || status === 'superseded');
  // An upgrade after a failed first install has nothing to go back to, and leaves everything as it is [X].
  if (operation === 'upgrade' && good === undefined) return ending;
  const after =
    good === undefined
      ? PERFORM.uninstall([], { world: run.recorder.world, history }, run)
      : rollBack(good.revision, { world: run.recorder.world, history }, run);
  return { history: after.history, ...(stop && { stop }) };
}

function rollBack(target: Revision, { history }: Situation, run: HookRun): Ending {
  const last = history.at(-1)?.revision ?? target;
  const revision = { ...target, number: last.number + 1 };
  // A rollback whose hooks fail is never recorded as failed [S pkg/action/rollback.go][X]: it stays pending, which locks upgrades out.
  return perform(revision, last, { pre: 'pre-rollback', post: 'post-rollback', ifHooksFail: 'pending' }, history, run);
}

const PERFORM: Readonly<Record<Operation, Perform>> = {
  install: (release, start, run) => {
    const { history } = start;
    const revision = next(release, start);
    if (history.length > 0) return { history, stop: { because: 'name-in-use' } };
    return perform(
      revision,
      undefined,
      { pre: 'pre-install', post: 'post-install', ifHooksFail: 'failed' },
      history,
      run,
    );
  },
  upgrade: (release, start, run) => {
    const { history } = start;
    const last = history.at(-1);
    if (last?.status === 'pending') return { history, stop: { because: 'locked' } };
    const base = history.findLast(({ status }) => status === 'deployed') ?? last;
    if (base === undefined || (base.status !== 'deployed' && base.status !== 'failed' && base.status !== 'superseded'))
      return { history, stop: { because: 'no-release' } };
    const revision = next(release, start);
    return perform(
      revision,
      base.revision,
      { pre: 'pre-upgrade', post: 'post-upgrade', ifHooksFail: 'failed' },
      history,
      run,
    );
  },
  // No post-renderer runs: hooks and manifest are those that were stored.
  rollback: (_release, start, run) => {
    const { rollbackTo } = run.circumstances;
    const target =
      rollbackTo === undefined
        ? start.history.at(-2)
        : start.history.find(({ revision }) => revision.number === rollbackTo);
    if (target === undefined) return { history: start.history, stop: { because: 'no-release' } };
    return rollBack(target.revision, start, run);
  },
  uninstall: (_release, { history }, run) => {
    const last = history.at(-1);
    if (last === undefined) return { history, stop: { because: 'no-release' } };
    const uninstalling = [...history.slice(0, -1), { ...last, status: 'uninstalling' as const }];
    // Hooks of an uninstall are applied server-side by every Helm 4 [S pkg/action/uninstall.go][X].
    const hooks = { ...run, serverSide: run.facts.appliesServerSide };
    const pre = runEvent('pre-delete', last.revision, hooks);
    if (pre !== undefined) return { history: uninstalling, stop: run.recorder.stopAt(pre) };
    const deleted = deleteManifest(manifestOf(last.revision), run);
    if (deleted !== undefined) return { history: uninstalling, stop: run.recorder.stopAt(deleted) };
    const post = runEvent('post-delete', last.revision, hooks);
    // Its errors are told, and the release is forgotten all the same.
    const killed = post !== undefined && run.recorder.steps[post]?.outcome === 'killed';
    return { history: killed ? uninstalling : [], ...(post !== undefined && { stop: run.recorder.stopAt(post) }) };
  },
  test: (_release, { history }, run) => {
    const last = history.at(-1);
    if (last === undefined) return { history, stop: { because: 'no-release' } };
    // `helm test` waits for deletions too, whatever it is told [S pkg/action/release_testing.go StatusWatcherStrategy].
    const stopped = runEvent('test', last.revision, { ...run, circumstances: { ...run.circumstances, wait: true } });
    return { history, ...(stopped !== undefined && { stop: run.recorder.stopAt(stopped) }) };
  },
};

interface Shape {
  readonly pre: 'pre-install' | 'pre-upgrade' | 'pre-rollback';
  readonly post: 'post-install' | 'post-upgrade' | 'post-rollback';
  readonly ifHooksFail: Status;
}

/** What install, upgrade and rollback share: pre hooks, the manifest, what left it, the wait, post hooks. */
function perform(
  revision: Revision,
  base: Revision | undefined,
  { pre, post, ifHooksFail }: Shape,
  history: History,
  run: HookRun,
): Ending {
  const manifest = manifestOf(revision);
  const before = base === undefined ? [] : manifestOf(base);
  const foreign = notOwned(manifest, keysOf(before), run);
  // Rollback does not ask [S pkg/action/rollback.go].
  if (foreign.length > 0 && pre !== 'pre-rollback')
    return { history, stop: { because: 'not-owned', subjects: foreign } };
  dropUnknown(revision, run);
  const isNew = pre === 'pre-install' && manifest.every((subject) => run.recorder.presenceOf(subject) === undefined);
  const mode = isNew ? 'create' : 'update';
  const end = (status: Status, stopped: number, isRefused = false): Ending => {
    const killed = run.recorder.steps[stopped]?.outcome === 'killed';
    const entry = { revision, status: killed ? ('pending' as const) : status, serverSide: run.serverSide };
    // A rollback that cannot apply its resources gives up the revision before it too; one that waits in vain does not [S pkg/action/rollback.go][X].
    const isGivenUp = pre === 'pre-rollback' && entry.status === 'failed' && isRefused;
    const before = isGivenUp ? [...history.slice(0, -1), ...history.slice(-1).map(supersede)] : history;
    return { history: [...before, entry], stop: run.recorder.stopAt(stopped) };
  };
  const early = runEvent(pre, revision, run);
  if (early !== undefined) return end(ifHooksFail, early);
  const known = pre === 'pre-rollback' && !run.facts.rollbackTakesOver ? { known: keysOf(before) } : {};
  const refused = applyManifest(manifest, { ...known, mode }, run) ?? prune(before, manifest, run);
  if (refused !== undefined) return end('failed', refused, true);
  const stopped = awaitManifest(manifest, run);
  if (stopped !== undefined) return end('failed', stopped);
  const late = runEvent(post, revision, run);
  if (late !== undefined) return end(ifHooksFail, late);
  // What was deployed, and what an upgrade began with, also where that had failed [X].
  const superseded = history.map((entry) =>
    entry.status === 'deployed' || (entry.revision === base && pre === 'pre-upgrade') ? supersede(entry) : entry,
  );
  return { history: [...superseded, { revision, status: 'deployed', serverSide: run.serverSide }] };
}

const supersede = (entry: History[number]): History[number] => ({ ...entry, status: 'superseded' });

const keysOf = (subjects: readonly Subject[]): ReadonlySet<string> => new Set(subjects.map(({ key }) => key));

function dropUnknown(revision: Revision, { recorder }: HookRun): void {
  for (const subject of droppedOf(revision))
    recorder.take({ phase: 'release', do: 'skip', subject, because: 'unknown-event', owner: 'hook' });
}

/** The next number, and a rendering of its own: after an uninstall numbers begin anew, and what hooks left is of older renderings. */
function next(placements: readonly Placement[], { history, world }: Situation): Revision {
  const number = (history.at(-1)?.revision.number ?? 0) + 1;
  let rendering = number;
  for (const { subject } of world.values()) rendering = Math.max(rendering, subject.revision.rendering + 1);
  return { number, rendering, placements };
}
