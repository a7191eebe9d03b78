/**
 * Helm's operations, step by step [S pkg/action/{install,upgrade,rollback,uninstall,release_testing}.go].
 *
 * Each begins in a situation and ends in one, so that operations follow each other: a retry is an upgrade that begins where the failed one ended.
 */
import { OPERATION_NAMES, type Operation } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import type { Circumstances, Engine } from '../engine.ts';
import { Recorder } from '../recorder.ts';
import { type Fault, NOTHING_INSTALLED, type Run, replay, type Situation, type Status, type Stop } from '../run.ts';
import type { Revision } from '../world.ts';
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
  fault?: { readonly step: number; readonly how: Fault },
): Run {
  const recorder = new Recorder(start.world, fault);
  const run: HookRun = { recorder, circumstances, facts: factsOf(circumstances.version) };
  const { history, stop } = PERFORM[operation](release, start, run);
  const { steps } = recorder;
  const made: Run = {
    operation,
    steps,
    start,
    // The end knows the run that leads there, and the run its end.
    get end() {
      return { world: recorder.world, history, after: made };
    },
    ...(stop && { stop }),
    worldAfter: (step) => replay(start.world, steps.slice(0, step + 1)),
    failAt: (step, how) => simulate(release, operation, circumstances, start, { step, how }),
  };
  return made;
}

/** Where an operation begins when all went well before it. */
function usualStart(release: readonly Placement[], operation: Operation, circumstances: Circumstances): Situation {
  if (operation === 'install') return NOTHING_INSTALLED;
  // A revision that nothing is known of is taken to be like the new one.
  const before = circumstances.previous ?? release;
  if (operation === 'upgrade') return simulate(before, 'install', circumstances).end;
  if (operation === 'rollback') return simulate(release, 'upgrade', circumstances).end;
  return simulate(release, 'install', circumstances).end;
}

const PERFORM: Readonly<Record<Operation, Perform>> = {
  install: (release, { history }, run) => {
    const revision = next(history, release);
    if (history.length > 0) return { history, stop: { because: 'name-in-use' } };
    return perform(
      revision,
      undefined,
      { pre: 'pre-install', post: 'post-install', ifHooksFail: 'failed' },
      history,
      run,
    );
  },
  upgrade: (release, { history }, run) => {
    const last = history.at(-1);
    if (last?.status === 'pending') return { history, stop: { because: 'locked' } };
    const base = history.findLast(({ status }) => status === 'deployed') ?? last;
    if (base === undefined || (base.status !== 'deployed' && base.status !== 'failed' && base.status !== 'superseded'))
      return { history, stop: { because: 'no-release' } };
    const revision = next(history, release);
    return perform(
      revision,
      base.revision,
      { pre: 'pre-upgrade', post: 'post-upgrade', ifHooksFail: 'failed' },
      history,
      run,
    );
  },
  // No post-renderer runs: hooks and manifest are those that were stored.
  rollback: (_release, { history }, run) => {
    const [target, last] = history.slice(-2);
    if (target === undefined || last === undefined) return { history, stop: { because: 'no-release' } };
    const revision = { ...target.revision, number: last.revision.number + 1 };
    // A rollback whose hooks fail is never recorded as failed [S pkg/action/rollback.go]: it stays pending, which locks upgrades out.
    return perform(
      revision,
      last.revision,
      { pre: 'pre-rollback', post: 'post-rollback', ifHooksFail: 'pending' },
      history,
      run,
    );
  },
  uninstall: (_release, { history }, run) => {
    const last = history.at(-1);
    if (last === undefined) return { history, stop: { because: 'no-release' } };
    const uninstalling = [...history.slice(0, -1), { ...last, status: 'uninstalling' as const }];
    const pre = runEvent('pre-delete', last.revision, run);
    if (pre !== undefined) return { history: uninstalling, stop: stopAt(pre, run) };
    const deleted = deleteManifest(manifestOf(last.revision), run);
    if (deleted !== undefined) return { history: uninstalling, stop: stopAt(deleted, run) };
    const post = runEvent('post-delete', last.revision, run);
    // Its errors are told, and the release is forgotten all the same.
    const killed = post !== undefined && run.recorder.steps[post]?.outcome === 'killed';
    return { history: killed ? uninstalling : [], ...(post !== undefined && { stop: stopAt(post, run) }) };
  },
  test: (_release, { history }, run) => {
    const last = history.at(-1);
    if (last === undefined) return { history, stop: { because: 'no-release' } };
    // `helm test` waits for deletions too, whatever it is told [S pkg/action/release_testing.go StatusWatcherStrategy].
    const stopped = runEvent('test', last.revision, { ...run, circumstances: { ...run.circumstances, wait: true } });
    return { history, ...(stopped !== undefined && { stop: stopAt(stopped, run) }) };
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
  const foreign = notOwned(manifest, new Set(before.map(({ key }) => key)), run);
  // Rollback does not ask [S pkg/action/rollback.go].
  if (foreign.length > 0 && pre !== 'pre-rollback')
    return { history, stop: { because: 'not-owned', subjects: foreign } };
  dropUnknown(revision, run);
  const end = (status: Status, stopped: number): Ending => {
    const killed = run.recorder.steps[stopped]?.outcome === 'killed';
    return { history: [...history, { revision, status: killed ? 'pending' : status }], stop: stopAt(stopped, run) };
  };
  const early = runEvent(pre, revision, run);
  if (early !== undefined) return end(ifHooksFail, early);
  const stopped = applyManifest(manifest, run) ?? prune(before, manifest, run) ?? awaitManifest(manifest, run);
  if (stopped !== undefined) return end('failed', stopped);
  const late = runEvent(post, revision, run);
  if (late !== undefined) return end(ifHooksFail, late);
  const superseded = history.map((entry) =>
    entry.status === 'deployed' ? { ...entry, status: 'superseded' as const } : entry,
  );
  return { history: [...superseded, { revision, status: 'deployed' }] };
}

function dropUnknown(revision: Revision, { recorder }: HookRun): void {
  for (const subject of droppedOf(revision))
    recorder.take({ phase: 'release', do: 'skip', subject, because: 'unknown-event', owner: 'hook' });
}

function next(history: History, placements: readonly Placement[]): Revision {
  const number = (history.at(-1)?.revision.number ?? 0) + 1;
  return { number, rendering: number, placements };
}

function stopAt(step: number, { recorder }: HookRun): Stop {
  const outcome = recorder.steps[step]?.outcome ?? 'failed';
  return { because: 'step', step, outcome: outcome === 'done' ? 'failed' : outcome };
}
