/** One failure and one way to go on: what is done on the control plane, and what was rehearsed of it. */
import { isDeepStrictEqual } from 'node:util';
import type { Run, Step } from '../../src/engines/run.ts';
import type { Subject } from '../../src/engines/world.ts';
import type { Operation } from '../../src/model/helm.ts';
import { type Aim, aimsAfter, runOf } from '../../src/rehearsal/next.ts';
import type { Mishap, Next } from '../../src/rehearsal/rehearsal.ts';
import { BEFORE, chartOf, deedOf, faultFor, type Manner, wayDeeds } from './mishaps.ts';
import type { Deed, Scenario, Seen } from './record.ts';
import { type Rehearsed, WORKLOADS } from './rehearsed.ts';
import { claimsOf } from './streams.ts';
import { type Told, told } from './texts.ts';

export interface Task {
  readonly title: string;
  readonly release: Rehearsed;
  readonly mishap: Mishap;
  /** The runs of Helm, in their order; the last but one (or the last, before a way out) fails. */
  readonly runs: readonly Run[];
  readonly deeds: readonly Deed[];
  /** `Kind/name` of what outlasted the wait for its deletion, and is let go when the failed operation has ended. */
  readonly held: readonly string[];
  /** Absent: the way out. */
  readonly next?: Next;
}

/** All that the plane can show of a release. */
export const tasksOf = (release: Rehearsed): readonly Task[] =>
  release.mishaps.flatMap((mishap) => tasksOfMishap(release, mishap));

function tasksOfMishap(release: Rehearsed, mishap: Mishap): readonly Task[] {
  const { life, scene, circumstances, nameOf, name, charts } = release;
  const { operation, step, failure, object, wayOut } = mishap;
  const good = life[operation as Operation];
  const { wait, version, timeoutSeconds: timeout } = circumstances;
  const manner: Manner = { isHelm3: version.startsWith('3.'), wait, timeout, nameOf };
  const fault = faultFor(good, step, failure, manner);
  if (fault === undefined) return [];
  const failed = good.failAt(step, failure);
  const before = BEFORE[operation as Operation].map((each) => life[each]);
  const deeds = [...before.map((run) => deedOf(run, manner)), { ...deedOf(failed, manner), ...fault }];
  const title = `${name}: ${operation} ${(good.steps[step] as Step).do} ${object.kind}/${object.name} ${failure}`;
  const runs = [...before, failed];
  const held = fault.gate?.outcome === 'hold' ? [fault.gate.object] : [];
  const freed = held.map((title): Deed => ({ release: title }));
  const onward = aimsAfter(failed, scene).map((aim, at): Task => {
    const run = runOf(aim, failed.end, scene);
    const next = mishap.next[at] as Next;
    const ends = awaitedFirst(run).map((subject) => ({ after: 2, finish: `${subject.id.kind}/${nameOf(subject)}` }));
    const all = [...deeds, ...freed, { ...deedOf(run, manner, aim), ...(ends.length > 0 && { meanwhile: ends }) }];
    return { title: `${title}, ${titleOf(aim)}`, release, mishap, runs: [...runs, run], deeds: all, held, next };
  });
  if (wayOut.length < 2) return onward;
  const titles = charts.flat().map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const number = Math.max(0, ...failed.end.history.map(({ revision }) => revision.number)) + 1;
  const way = wayDeeds(wayOut, number, titles, manner);
  const words = wayOut.map(({ command }) => command.join(' ')).join('; ');
  return [
    ...onward,
    {
      title: `${title}, way out: ${words}`,
      release,
      mishap,
      runs,
      deeds: [...deeds, ...freed, ...way],
      held,
    },
  ];
}

/** What still runs, and is awaited before anything else is done with it: it ends at last. */
const awaitedFirst = ({ steps, start }: Run): readonly Subject[] =>
  [...start.world.values()]
    .filter(({ run, owner }) => run === 'running' && owner === 'hook')
    .map(({ subject }) => subject)
    .filter(({ key }) => steps.find((step) => step.subject.key === key && step.do !== 'skip')?.do === 'wait');

const titleOf = ({ operation, to }: Aim): string => [operation, to].filter((word) => word !== undefined).join(' ');

export const scenarioOf = ({
  release: { charts, given },
  deeds,
}: Task): Pick<Scenario, 'charts' | 'run'> & { readonly watch: readonly string[] } => ({
  charts: Object.fromEntries(charts.map((documents, at) => [chartOf(at + 1), { documents }])),
  run: [...given.map((apply): Deed => ({ apply })), ...deeds],
  watch: claimsOf(charts[0] ?? []),
});

/** What happened otherwise than it was rehearsed. */
export function differencesOf(task: Task, seen: readonly Seen[]): readonly string[] {
  const { runs, release, next, mishap, held } = task;
  const { nameOf } = release;
  // Whether it is still there when the next operation would delete it is chance.
  const settled = (all: Told): Told => ({
    ...all,
    steps: all.steps.filter((step) => !held.includes(step.replace(/^delete /, ''))),
  });
  const mishapAt = BEFORE[mishap.operation as Operation].length;
  const found = runs.flatMap((run, at) => {
    const recorded = seen[at] as Seen;
    const both = told(run, recorded, { nameOf, isPatient: true });
    const [said, saw] = at === mishapAt ? [both.said, both.seen] : [settled(both.said), settled(both.seen)];
    const title = `${recorded.do}${recorded.error === undefined ? '' : ` (${recorded.error})`}`;
    return isDeepStrictEqual(said, saw)
      ? []
      : [`${title}: said ${JSON.stringify(said)}`, `  seen ${JSON.stringify(saw)}`];
  });
  if (next === undefined) return [...found, ...endOf(seen)];
  const [failed, after] = seen.slice(-2) as [Seen, Seen];
  return [...found, ...aboutFailure(task, failed), ...aboutNext(next, failed, after)];
}

/** A way out ends well. */
function endOf(seen: readonly Seen[]): readonly string[] {
  const last = seen.at(-1);
  return last?.exit === 0 ? [] : [`the way out fails: ${last?.do}: ${last?.error}`];
}

function aboutFailure({ mishap: { then, operation }, release: { charts } }: Task, seen: Seen): readonly string[] {
  const { release, world } = seen;
  const history = then.history.map(({ revision, status }) => `${revision} ${status}`);
  const plain = (charts[0] ?? []).filter(
    ({ kind, metadata }) => WORKLOADS.has(kind) && metadata.annotations?.['helm.sh/hook'] === undefined,
  );
  const marks = new Set(plain.flatMap(({ kind, metadata }) => world[`${kind}/${metadata.name}`]?.v ?? []));
  const app = marks.size > 1 ? 'mixed' : operation === 'upgrade' ? (marks.has('2') ? 'new' : 'old') : then.app;
  return [
    ...(isDeepStrictEqual(history, release) ? [] : [`history: said ${history.join(', ')}; seen ${release.join(', ')}`]),
    ...(then.app === null || then.app === app ? [] : [`app: said ${then.app}; seen ${app}`]),
  ];
}

function aboutNext({ works, blocked, runsAgain, runsTwice }: Next, failed: Seen, after: Seen): readonly string[] {
  const isStarted = (title: string): boolean => (after.runs?.[title] ?? 0) > 0;
  const isRunning = (title: string): boolean => failed.world[title]?.state === 'running';
  const plain = (things: Next['runsAgain']): readonly string[] =>
    things.filter(({ isNameOfRun }) => !isNameOfRun).map(({ kind, name }) => `${kind}/${name}`);
  const reason = blocked === null ? undefined : REASONS[blocked.because];
  return [
    ...(works === (after.exit === 0)
      ? []
      : [`next: said ${works ? 'works' : blocked?.because}; seen ${after.error ?? 'works'}`]),
    ...(reason === undefined || reason.test(after.error ?? '')
      ? []
      : [`blocked by ${blocked?.because}: seen ${after.error}`]),
    ...plain(runsAgain)
      .filter((title) => !isStarted(title))
      .map((title) => `${title} does not run again`),
    ...plain(runsTwice)
      .filter((title) => !isStarted(title) || !isRunning(title))
      .map((title) => `${title} does not run twice`),
    ...Object.keys(failed.world)
      .filter((title) => isRunning(title) && isStarted(title) && title.startsWith('Job/'))
      .filter((title) => !plain(runsTwice).includes(title))
      .map((title) => `${title} runs twice`),
  ];
}

const REASONS: Readonly<Partial<Record<NonNullable<Next['blocked']>['because'], RegExp>>> = {
  locked: /another operation .* is in progress/,
  'no-release': /has no deployed releases|not found|no revision|has no \d+ version/,
  'not-owned': /ownership/,
};
