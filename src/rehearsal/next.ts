/** What an operation does that begins where another one failed. */
import type { Circumstances } from '../engines/engine.ts';
import type { Run, Situation, Step } from '../engines/run.ts';
import type { Presence, Subject } from '../engines/world.ts';
import { runningHooks } from './aftermath.ts';
import type { Aftermath, Blocked, Next, Thing } from './rehearsal.ts';
import { isSame, nameOf, type Scene, thingOf } from './scene.ts';

/** An operation that is about to begin. */
export interface Aim {
  readonly operation: string;
  /** Of a rollback. */
  readonly to?: number;
  readonly takeOwnership?: boolean;
  readonly noHooks?: boolean;
}

/** The run of an aim. `helm upgrade --install` of a release that Helm does not know is an install. */
export function runOf({ operation, to, takeOwnership, noHooks }: Aim, begin: Situation, scene: Scene): Run {
  const start = noHooks === true ? withoutHooks(begin) : begin;
  const more: Partial<Circumstances> = {
    // The retry is told here; what it would take back is no matter of it.
    rollbackOnFailure: false,
    ...(to !== undefined && { rollbackTo: to }),
    ...(takeOwnership !== undefined && { takeOwnership }),
  };
  const isInstall = operation === 'upgrade' && start.history.length === 0;
  return scene.attempt(isInstall ? 'install' : operation, start, more);
}

/** `--no-hooks`: no hook runs. */
const withoutHooks = (situation: Situation): Situation => ({
  ...situation,
  history: situation.history.map((entry) => ({
    ...entry,
    revision: { ...entry.revision, placements: entry.revision.placements.filter(({ hook }) => hook === undefined) },
  })),
});

/** What people do after an operation, wherever it ended: the same again, back, or away. */
export function aimsAfter(failed: Run, scene: Scene): readonly Aim[] {
  if (scene.circumstances.target === 'argocd') return [{ operation: 'sync' }, { operation: 'deletion' }];
  const to = failed.operation === 'rollback' ? targetOf(failed) : lastGood(failed.end)?.revision.number;
  return [
    { operation: 'upgrade' },
    { operation: 'rollback', ...(to !== undefined && { to }) },
    { operation: 'uninstall' },
    ...(failed.operation === 'test' ? [{ operation: 'test' }] : []),
  ];
}

/** The revision to which a rollback was on its way: the one whose rendering it stored anew. */
const targetOf = ({ start, end }: Run): number | undefined => {
  const rendering = end.history.at(-1)?.revision.rendering;
  return start.history.find(({ revision }) => revision.rendering === rendering)?.revision.number;
};

/** The last revision that was deployed, before the one that failed. */
export const lastGood = ({ history }: Situation): Situation['history'][number] | undefined =>
  history.slice(0, -1).findLast(({ status }) => status === 'deployed' || status === 'superseded');

export function nextOf(aim: Aim, failed: Run, migrations: Aftermath['migrations'], scene: Scene): Next {
  const run = runOf(aim, failed.end, scene);
  const blocked = blockedOf(run, scene);
  const started = startsOf(run);
  return {
    operation: aim.operation,
    to: aim.to ?? null,
    works: run.stop === undefined,
    blocked,
    runsAgain: unique(
      started.filter((subject) => failed.steps.some((step) => isSame(step.subject, subject) && isDone(step))),
    ),
    runsTwice: twiceIn(run),
    loses: lossesOf(run),
    leaves: aim.operation === 'uninstall' || aim.operation === 'deletion' ? hooksIn(run.end) : [],
    oldAppNewSchema:
      aim.operation === 'rollback' &&
      run.stop?.because !== 'no-release' &&
      migrations.done.length + migrations.half.length > 0 &&
      !started.some(({ id }) => id.kind === 'Job' || id.kind === 'Pod'),
  };
}

const isDone = ({ do: deed, because, outcome }: Step): boolean =>
  deed === 'wait' && because === 'hook' && outcome === 'done';

/** A hook of two events of one operation stands once. */
const unique = (subjects: readonly Subject[]): readonly Thing[] => [
  ...new Map(subjects.map((subject) => [subject.key, thingOf(subject)])).values(),
];

/** Jobs and Pods of hooks that a run makes. */
const startsOf = ({ steps }: Run): readonly Subject[] => steps.filter(isStart).map(({ subject }) => subject);

function isStart({ do: deed, because, subject, outcome }: Step): boolean {
  const isMade = (deed === 'create' || deed === 'replace') && outcome !== 'refused';
  return isMade && because !== 'manifest' && (subject.id.kind === 'Job' || subject.id.kind === 'Pod');
}

/** What it starts beside its last run: a Job's deletion leaves its pods some time, and a name of its own leaves the Job. */
export const twiceIn = (run: Run): readonly Thing[] => unique(besideLastRun(run));

/** A run that was awaited first has ended. */
function besideLastRun({ steps, start }: Run): readonly Subject[] {
  const running = runningHooks(start.world).filter(({ subject }) => subject.id.kind === 'Job');
  const isAwaited = (subject: Subject, at: number): boolean =>
    steps.slice(0, at).some((step) => step.do === 'wait' && step.outcome === 'done' && isSame(step.subject, subject));
  return steps.flatMap((step, at) => {
    const { subject } = step;
    const runs = isStart(step) && running.some((presence) => isSame(presence.subject, subject));
    return runs && !isAwaited(subject, at) ? [subject] : [];
  });
}

const HOLDS_DATA: ReadonlySet<string> = new Set([
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Namespace',
  'CustomResourceDefinition',
]);

function lossesOf(run: Run): Next['loses'] {
  const lost = new Map<string, Thing & { readonly what: 'data' | 'logs' }>();
  for (const { do: deed, subject } of run.steps) {
    if (deed !== 'delete') continue;
    const there = run.start.world.get(subject.key);
    if (HOLDS_DATA.has(subject.id.kind)) lost.set(subject.key, { ...thingOf(subject), what: 'data' });
    else if (there?.run === 'failed' && there.owner === 'hook')
      lost.set(subject.key, { ...thingOf(subject), what: 'logs' });
  }
  return [...lost.values()];
}

const hooksIn = ({ world }: Situation): readonly Thing[] =>
  [...world.values()]
    .filter(({ owner, dying }) => owner === 'hook' && dying !== true)
    .map(({ subject }) => thingOf(subject));

function blockedOf(run: Run, scene: Scene): Blocked | null {
  const { stop } = run;
  if (stop === undefined) return null;
  if (stop.because === 'not-owned')
    return { because: 'not-owned', at: null, by: stop.subjects.map(({ id }) => nameOf(id)) };
  if (stop.because === 'locked') return { because: 'locked', at: null, by: [] };
  if (stop.because !== 'step') return { because: 'no-release', at: null, by: [] };
  const step = run.steps[stop.step] as Step;
  const lacks = scene.lacks(step, run.worldAfter(stop.step));
  const at = thingOf(step.subject);
  if (lacks.length > 0) return { because: 'lacks', at, by: lacks };
  const inTheWay = obstacleOf(run);
  return { because: 'left', at, by: inTheWay === undefined ? [] : [nameOf(inTheWay.subject.id)] };
}

/** What of an earlier run a run stops at. */
export function obstacleOf(run: Run): Presence | undefined {
  if (run.stop?.because !== 'step') return undefined;
  return run.start.world.get((run.steps[run.stop.step] as Step).subject.key);
}
