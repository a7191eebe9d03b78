/** What Helm itself tells of a release, and what its silence tells. */
import { formatDuration } from '../model/time.ts';
import type { Cause, Reading } from './cause.ts';
import { readMessage } from './messages.ts';
import { type Seen, titleOf } from './observations.ts';
import { isPending } from './record.ts';
import type { Scene } from './scene.ts';
import { isOfEarlierRun, type Line } from './steps.ts';

/** Longer than any step of Helm's between two things that it waits for, seconds. */
const QUIET = 60;
/** An object may be seen a little later than Helm writes down that it makes it. */
const SOON = 5;

/** The causes of a release that is not deployed. `own` is what the cluster shows of the line that holds it up. */
export const helmCause = (scene: Scene, own: readonly Cause[]): readonly Cause[] =>
  isPending(scene.stored) ? ofPending(scene, own) : ofFailed(scene, own);

/** The line as an object: `Job/migrate`, or the release. */
const aboutOf = ({ stored }: Scene, line: Line | undefined): string =>
  line?.subject === undefined ? `release ${stored.name}` : titleOf(line.subject.id);

function ofFailed(scene: Scene, own: readonly Cause[]): readonly Cause[] {
  const { stored, line, timeoutSeconds } = scene;
  const { description } = stored;
  const about = aboutOf(scene, line);
  const refused = refusalIn(description);
  if (refused !== undefined)
    return [{ about: refused.about ?? about, ...readingOf(refused.said), state: 'over' as const }, ...own];
  if (/context canceled|interrupt|signal/i.test(description))
    return [{ about, code: 'run/interrupted', text: 'Helm was told to stop while it waited', state: 'over' }, ...own];
  if (own.length > 0) return own;
  if (/context deadline exceeded|timed out|timeout/i.test(description))
    return [
      {
        about,
        code: 'run/timeout',
        text:
          line?.subject === undefined
            ? 'the release was not ready in time'
            : `it had not ended when Helm gave up${line.doing === undefined ? '' : `: ${line.doing}`}`,
        said: description,
        state: 'over',
        fix: `give Helm a longer --timeout than ${formatDuration(timeoutSeconds)}, or find out what takes so long`,
      },
    ];
  if (line?.subject !== undefined && line.seen === undefined && line.state === 'failed')
    return [takenAway(scene, line)];
  return description === ''
    ? []
    : [{ about, code: 'run/helm-error', text: 'Helm ended with an error', said: description, state: 'over' }];
}

const readingOf = (said: string): Reading =>
  readMessage('admission', said) ?? {
    code: 'run/rejected',
    text: 'the API server refuses it',
    said,
    state: 'over',
  };

/**
 * What the API server said when Helm sent it an object: of a hook [S pkg/action/hooks.go "warning: Hook %s %s failed"], or of the release's own
 * resources [S pkg/kube/client.go].
 */
function refusalIn(description: string): { readonly about?: string; readonly said: string } | undefined {
  const hook = /warning: Hook \S+ \S+ failed: (?:\d+ errors? occurred:\s*\*?\s*)?(.+)/s.exec(description)?.[1];
  if (hook !== undefined) return { said: hook.trim() };
  const patterns = [
    /(?:cannot|failed to) (?:patch|replace|create|apply|update) "([^"]+)" with kind ([A-Za-z]+): (.+)/s,
    /server-side apply failed for object (?:\S*\/)?(\S+) \S+, Kind=([A-Za-z]+): (.+)/s,
    /failed to create typed patch object \((?:\S*\/)?([^;]+); \S+, Kind=([A-Za-z]+)\): (.+)/s,
  ];
  for (const pattern of patterns) {
    const [, name, kind, said] = pattern.exec(description) ?? [];
    if (said !== undefined) return { about: `${kind}/${name}`, said: said.trim() };
  }
  const plain =
    /(?:failed to create resource|unable to build kubernetes objects?[^:]*|failed to (?:create|update|apply)[^:]*): (.+)/s.exec(
      description,
    )?.[1];
  return plain === undefined ? undefined : { said: plain.trim() };
}

/** Helm waited for it, it failed, and nothing is left of it. */
function takenAway({ cluster }: Scene, line: Line): Cause {
  const { id, placement } = line.subject as NonNullable<Line['subject']>;
  const events = cluster.eventsAbout(id.kind, id.name, id.namespace).filter(({ isWarning }) => isWarning);
  const said = events.at(-1)?.message;
  const byPolicy = placement?.hook?.deletes.includes('hook-failed') === true;
  return {
    about: titleOf(id),
    code: 'run/crash',
    text: byPolicy
      ? 'it has failed, and its delete policy hook-failed took it away with its log'
      : 'it has failed and is gone, with its log',
    ...(said !== undefined && { said }),
    state: 'over',
    ...(byPolicy && { fix: 'add `helm.sh/hook-output-log-policy: hook-failed`, or keep the failed run' }),
  };
}

function ofPending(scene: Scene, own: readonly Cause[]): readonly Cause[] {
  const { line } = scene;
  const gone = helmIsGone(scene);
  const rest = gone === undefined ? [] : [gone];
  if (own.length > 0) return [...own, ...rest];
  const waits = line === undefined ? undefined : (lastRunDies(line) ?? vanished(scene, line) ?? leftover(scene, line));
  return [...(waits === undefined ? [] : [waits]), ...rest];
}

/** Helm deletes the last run before it makes the next, and with `--wait` (Helm 3: always) waits until it is gone. */
function lastRunDies(line: Line): Cause | undefined {
  const { state, seen } = line;
  if (seen?.deleting === undefined || !(state === 'open' || isOfEarlierRun(line))) return undefined;
  return {
    about: titleOf(seen),
    code: 'run/still-deleted',
    text: `the last run is still being deleted${finalizersOf(seen)}`,
    since: seen.deleting,
    state: 'slow',
  };
}

function finalizersOf({ value }: Seen): string {
  const metadata = value['metadata'];
  const list =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata['finalizers'] : undefined;
  return Array.isArray(list) && list.length > 0 ? `: it waits for ${list.join(', ')}` : '';
}

/** Helm waits for a Job that is not there: it does so until its timeout. */
function vanished({ cluster, at, stored }: Scene, line: Line): Cause | undefined {
  const { subject, state, seen, started = at } = line;
  if (subject === undefined || state !== 'running' || seen !== undefined || at - started < SOON) return undefined;
  const { id, placement } = subject;
  const events = cluster.eventsAbout(id.kind, id.name, id.namespace);
  const ended = events.find(({ reason, last = 0 }) => reason === 'Completed' && last >= started - 1);
  const ttl = ttlOf(placement?.value());
  const how =
    ttl !== undefined && ended !== undefined
      ? `it has ended well, its TTL of ${ttl}s took it away, and Helm has not seen the end`
      : `it is not there${ttl === undefined ? '' : ` (its TTL is ${ttl}s)`}, and Helm still waits for it`;
  return {
    about: titleOf(id),
    code: 'run/vanished',
    text: how,
    state: 'stuck',
    since: ended?.last ?? started,
    fix:
      ttl === undefined
        ? `find out who deletes it in namespace ${id.namespace ?? stored.namespace}`
        : 'make ttlSecondsAfterFinished minutes, or leave it out and let the delete policy clean up',
  };
}

function ttlOf(value: unknown): number | undefined {
  const spec = (value as { spec?: { ttlSecondsAfterFinished?: unknown } } | undefined)?.spec;
  return typeof spec?.ttlSecondsAfterFinished === 'number' ? spec.ttlSecondsAfterFinished : undefined;
}

/** What Helm waits for was there before it was made: the run of an earlier operation. */
function leftover({ at }: Scene, { seen, started, state }: Line): Cause | undefined {
  if (state !== 'running' || seen?.created === undefined || started === undefined) return undefined;
  if (seen.created >= started - SOON) return undefined;
  return {
    about: titleOf(seen),
    code: 'run/leftover',
    text: `it is the run of an earlier operation, made ${formatDuration(started - seen.created)} before`,
    since: started,
    state: at - started > QUIET ? 'stuck' : 'slow',
    fix: `delete ${titleOf(seen)}, and add before-hook-creation to the delete policy of the hook`,
  };
}

/** Nothing happens any more that Helm would wait for. */
function helmIsGone(scene: Scene): Cause | undefined {
  const { lines, at, stored, timeoutSeconds } = scene;
  const [running] = lines.filter(({ state }) => state === 'running');
  const ends = lines.flatMap(({ ended, started }) => ended ?? started ?? []);
  const since = running?.started ?? Math.max(...ends, stored.began ?? at);
  const quiet = at - since;
  const limit = running === undefined ? QUIET : timeoutSeconds + QUIET;
  if (quiet <= limit) return undefined;
  const what =
    running === undefined
      ? `nothing has happened for ${formatDuration(quiet)}`
      : `its step has lasted ${formatDuration(quiet)}, and Helm gives up after ${formatDuration(timeoutSeconds)}`;
  return {
    about: `release ${stored.name}`,
    code: 'run/helm-gone',
    text: `Helm seems to have gone and left the release ${stored.status}: ${what}`,
    since,
    state: 'stuck',
    fix:
      running === undefined
        ? 'make sure that no Helm runs, then follow what is said below'
        : 'if Helm runs with a longer --timeout, say so with --timeout; else follow what is said below',
  };
}
