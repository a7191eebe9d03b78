/**
 * The steps of the operation that is under way, as the simulator has them, and how far each is: from what Helm wrote down of its hooks, and from what the cluster shows.
 */
import type { Run, Step as RunStep } from '../engines/run.ts';
import type { Subject } from '../engines/world.ts';
import { isAwaited } from '../model/helm.ts';
import type { Cause } from './cause.ts';
import type { Cluster } from './cluster.ts';
import { type Look, lookAtJob, lookAtPod } from './jobs.ts';
import type { Seen } from './observations.ts';
import { type HookRecord, isPending, type Stored } from './record.ts';

/** `open`: not begun; `cancelled`: never will be; `gone`: it cannot be told how it ended. */
export type State = 'open' | 'running' | 'done' | 'failed' | 'cancelled' | 'gone';

/** One hook in one event, or the release's own resources. */
export interface Line {
  readonly phase: string;
  /** Absent for the release's own resources. */
  readonly subject?: Subject;
  /** The step of the run in which it is made, or the last one of the resources. */
  readonly at: number;
  readonly state: State;
  /** Unix seconds. */
  readonly started?: number;
  readonly ended?: number;
  readonly cause?: Cause;
  /** What it does, where nothing is wrong. */
  readonly doing?: string;
  /** The object as the cluster has it. */
  readonly seen?: Seen;
}

const MAKES: ReadonlySet<RunStep['do']> = new Set(['create', 'update', 'replace', 'skip']);

/** In run order. The release's own resources are one line between the events before and behind them. */
export function outlineOf(run: Run): readonly Pick<Line, 'phase' | 'subject' | 'at'>[] {
  const lines: { phase: string; subject?: Subject; at: number }[] = [];
  for (const [at, { phase, subject, do: deed, owner, because }] of run.steps.entries()) {
    if (phase === 'release') {
      const last = lines.find((line) => line.phase === 'release');
      if (last !== undefined) last.at = at;
      else lines.push({ phase, at });
    } else if (MAKES.has(deed) && owner === 'hook' && because !== 'unknown-event') lines.push({ phase, subject, at });
  }
  return lines;
}

/** What Helm wrote down of the hook in this operation. */
function recordOf(subject: Subject, { hooks, began = 0 }: Stored): HookRecord | undefined {
  const { kind, name } = subject.id;
  const record = hooks.find((hook) => hook.kind === kind && hook.name === name);
  // What an earlier operation left in a rollback's hooks is older. Helm's clocks have parts of seconds, and the record of an operation begins with it.
  return record?.started !== undefined && record.started >= began - 1 ? record : undefined;
}

interface Begun {
  readonly line: Pick<Line, 'phase' | 'subject' | 'at'>;
  readonly record: HookRecord | undefined;
}

export function linesOf(run: Run, stored: Stored, cluster: Cluster): readonly Line[] {
  const outline = outlineOf(run);
  const begun = outline.map((line): Begun => {
    const record = line.subject && recordOf(line.subject, stored);
    return { line, record: isOfLaterPhase(line, record, outline, stored) ? undefined : record };
  });
  const last = begun.findLastIndex(({ record }) => record !== undefined);
  const lines = begun.map((each, at) => lineOf(each, at < last, stored, cluster));
  return withRelease(lines, stored);
}

/** A hook of two events has one record: that of the later one, when a hook before that has begun too. */
function isOfLaterPhase(
  line: Pick<Line, 'phase' | 'subject' | 'at'>,
  record: HookRecord | undefined,
  outline: readonly Pick<Line, 'phase' | 'subject' | 'at'>[],
  stored: Stored,
): boolean {
  if (record === undefined) return false;
  const same = outline.filter(({ subject }) => subject?.key === line.subject?.key);
  if (same.length < 2) return false;
  const isFirst = same[0] === line;
  const between = outline.filter(({ at }) => at > (same[0]?.at ?? 0) && at < (same[1]?.at ?? 0));
  const isLater =
    stored.status === 'deployed' ||
    between.some(({ subject }) => {
      const other = subject && recordOf(subject, stored);
      return other?.started !== undefined && other.started <= (record.started ?? 0);
    });
  return isFirst ? isLater : !isLater;
}

function lineOf({ line, record }: Begun, isPast: boolean, stored: Stored, cluster: Cluster): Line {
  const { subject } = line;
  if (subject === undefined) return { ...line, state: 'open' };
  const seen = cluster.find(subject.id.kind, subject.id.name, subject.id.namespace);
  // What Helm does not wait for is made at once.
  const ended = isAwaited(subject.id.kind) ? record?.completed : undefined;
  const times = {
    ...(record?.started !== undefined && { started: record.started }),
    ...(ended !== undefined && { ended }),
  };
  const base = { ...line, ...times, ...(seen && { seen }) };
  if (record === undefined) {
    // A hook of two events, whose first run is past.
    return { ...base, state: isPast ? 'done' : 'open' };
  }
  if (record.phase === 'Failed') return failedLine(base, cluster);
  if (record.phase === 'Succeeded' || isPast) return { ...base, state: 'done' };
  if (!isAwaited(subject.id.kind)) return { ...base, state: isPending(stored) ? 'done' : 'gone' };
  return runningLine(base, record, stored, cluster);
}

function failedLine(base: Omit<Line, 'state'>, cluster: Cluster): Line {
  const look = base.seen && lookAt(base.seen, cluster);
  return {
    ...base,
    state: 'failed',
    ...(look?.cause && { cause: look.cause }),
    ...(look?.doing !== undefined && { doing: look.doing }),
  };
}

export const lookAt = (seen: Seen, cluster: Cluster): Look | undefined =>
  seen.kind === 'Job' ? lookAtJob(seen, cluster) : seen.kind === 'Pod' ? lookAtPod(seen, cluster) : undefined;

/** Helm waits for it, or did when it was written down last. */
function runningLine(base: Omit<Line, 'state'>, record: HookRecord, stored: Stored, cluster: Cluster): Line {
  const { seen } = base;
  const look = seen && lookAt(seen, cluster);
  const ended = look?.ended === undefined ? {} : { ended: look.ended };
  const isOld = isOfEarlierRun({
    ...(seen && { seen }),
    ...(record.started !== undefined && { started: record.started }),
  });
  if (look?.is === 'succeeded' && !isOld) return { ...base, ...ended, state: 'done' };
  if (look?.is === 'failed') return { ...base, ...ended, state: 'failed', ...(look.cause && { cause: look.cause }) };
  return {
    ...base,
    state: isPending(stored) ? 'running' : 'failed',
    // That the last run is deleted is told as Helm's step, not as trouble of this run.
    ...(look?.cause && !(isOld && seen?.deleting !== undefined) && { cause: look.cause }),
    ...(look?.doing !== undefined && { doing: look.doing }),
  };
}

/** What is seen was made before Helm wrote down that this run begins. Two seconds are the rounding of both clocks. */
export const isOfEarlierRun = ({ seen, started }: Pick<Line, 'seen' | 'started'>): boolean =>
  seen?.created !== undefined && started !== undefined && seen.created < started - 2;

/** The release's own resources are done when a hook behind them has begun; nothing else is written down of them. */
function withRelease(lines: readonly Line[], stored: Stored): readonly Line[] {
  const place = lines.findIndex(({ phase }) => phase === 'release');
  const [before, after] = place < 0 ? [lines, []] : [lines.slice(0, place), lines.slice(place + 1)];
  const isBehind = after.some(({ state }) => state !== 'open');
  const isReached = before.every(({ state }) => state === 'done');
  const hookFailed = lines.some(({ state }) => state === 'failed' || state === 'gone');
  const over = !isPending(stored);
  const deployed = stored.status === 'deployed' || stored.status === 'superseded' || stored.status === 'uninstalled';
  return lines.map((line, at) => {
    if (deployed) return line.state === 'failed' ? line : { ...line, state: 'done' as const };
    if (at === place) {
      if (isBehind) return { ...line, state: 'done' as const };
      if (over) return { ...line, state: isReached && !hookFailed ? ('failed' as const) : ('cancelled' as const) };
      return { ...line, state: isReached ? ('running' as const) : ('open' as const) };
    }
    return over && line.state === 'open' ? { ...line, state: 'cancelled' as const } : line;
  });
}
