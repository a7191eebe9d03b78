/**
 * The shortest way from a failure to a good end, found by trying: what stops a run says what to do first, and the simulator says whether
 * that is enough.
 */
import type { Run, Situation } from '../engines/run.ts';
import type { Presence } from '../engines/world.ts';
import { runningHooks } from './aftermath.ts';
import { type Aim, lastGood, obstacleOf, runOf, twiceIn } from './next.ts';
import type { Deed } from './rehearsal.ts';
import { isSame, type Scene } from './scene.ts';

/** What stands for names that a stream does not tell. */
export interface Names {
  readonly release: string;
  readonly chart: string;
}

interface State {
  readonly situation: Situation;
  readonly deeds: readonly Deed[];
  readonly aim: Aim;
}

/** Empty where nothing was found. */
export function wayOut(failed: Run, aim: Aim, scene: Scene, names: Names): readonly Deed[] {
  let state: State = { situation: failed.end, deeds: [], aim };
  for (let left = MAX_DEEDS; left > 0; left--) {
    const run = runOf(state.aim, state.situation, scene);
    const late = lateIn(run);
    if (run.stop === undefined && late.length === 0)
      return [...state.deeds, { command: commandOf(state.aim, names), because: 'again' }];
    const better = late.length > 0 ? waitFor(late, state) : remedy(run, state, scene, names);
    if (better === undefined) return [];
    state = better;
  }
  return [];
}

const MAX_DEEDS = 5;

/** The last runs of what a run would start a second time. */
function lateIn(run: Run): readonly Presence[] {
  if (twiceIn(run).length === 0) return [];
  return runningHooks(run.start.world).filter(({ subject }) =>
    run.steps.some((step) => step.do === 'create' && isSame(step.subject, subject)),
  );
}

function waitFor(late: readonly Presence[], state: State): State {
  const world = new Map(state.situation.world);
  for (const presence of late) world.set(presence.subject.key, { ...presence, run: 'succeeded' });
  const deeds = late.map(
    ({ subject: { id } }): Deed => ({
      command: ['kubectl', 'wait', ...spaceOf(id), `job/${id.name}`, '--for=condition=complete', '--timeout=1h'],
      because: 'still-running',
    }),
  );
  return { ...state, situation: { ...state.situation, world }, deeds: [...state.deeds, ...deeds] };
}

function remedy(run: Run, state: State, scene: Scene, names: Names): State | undefined {
  const { stop } = run;
  if (stop?.because === 'not-owned' && state.aim.takeOwnership !== true)
    return { ...state, aim: { ...state.aim, takeOwnership: true } };
  const obstacle = obstacleOf(run);
  if (obstacle !== undefined && isDisposable(obstacle)) return remove(obstacle, state);
  const good = lastGood(state.situation);
  const isLocked = stop?.because === 'locked' && good !== undefined;
  if (isLocked && state.aim.operation !== 'rollback') {
    const back: Aim = { operation: 'rollback', to: good.revision.number };
    const rolledBack = runOf(back, state.situation, scene);
    if (rolledBack.stop === undefined) return after(rolledBack, back, 'unlock', state, names);
  }
  // An uninstall has no more to lose, and a release that was never good has nothing.
  const isOver = state.aim.operation === 'uninstall' || good === undefined || stop?.because === 'no-release';
  return isOver ? startOver(state, scene, names) : undefined;
}

/** A run of the past, or what only helps one: no data is lost with it. */
const isDisposable = ({ subject: { id }, owner }: Presence): boolean =>
  owner === 'hook' && id.kind !== 'PersistentVolumeClaim' && id.kind !== 'Namespace';

function remove(obstacle: Presence, state: State): State {
  const { id, key } = obstacle.subject;
  const world = new Map(state.situation.world);
  world.delete(key);
  const command = ['kubectl', 'delete', ...spaceOf(id), `${id.kind.toLowerCase()}/${id.name}`];
  return {
    ...state,
    situation: { ...state.situation, world },
    deeds: [...state.deeds, { command, because: 'in-the-way' }],
  };
}

/** Uninstall, without hooks where a hook is in the way. */
function startOver(state: State, scene: Scene, names: Names): State | undefined {
  if (state.situation.history.length === 0) return undefined;
  const away: Aim = { operation: 'uninstall' };
  const bare: Aim = { ...away, noHooks: true };
  if (state.aim.operation === 'uninstall') return state.aim.noHooks ? undefined : { ...state, aim: bare };
  for (const aim of [away, bare]) {
    const run = runOf(aim, state.situation, scene);
    if (run.end.history.length === 0) return after(run, aim, 'start-over', state, names);
  }
  return undefined;
}

const after = (run: Run, aim: Aim, because: Deed['because'], state: State, names: Names): State => ({
  ...state,
  situation: run.end,
  deeds: [...state.deeds, { command: commandOf(aim, names), because }],
});

const spaceOf = ({ namespace }: { readonly namespace?: string }): readonly string[] =>
  namespace === undefined ? [] : ['-n', namespace];

function commandOf({ operation, to, takeOwnership, noHooks }: Aim, { release, chart }: Names): readonly string[] {
  switch (operation) {
    case 'upgrade':
      return ['helm', 'upgrade', '--install', release, chart, ...(takeOwnership ? ['--take-ownership'] : []), '…'];
    case 'rollback':
      return ['helm', 'rollback', release, ...(to === undefined ? [] : [String(to)])];
    case 'sync':
      return ['argocd', 'app', 'sync', release];
    case 'deletion':
      return ['argocd', 'app', 'delete', release];
    default:
      return ['helm', operation, release, ...(noHooks ? ['--no-hooks'] : [])];
  }
}
