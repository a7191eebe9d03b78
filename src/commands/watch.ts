/**
 * `hookorder watch NAME`: a release while Helm runs it, step by step, until it leaves its pending state. It reads the cluster and never writes.
 *
 * The cluster is asked again and again rather than watched: a look takes a fraction of a second, needs no connection that can break
 * unnoticed, and shows what was there before.
 */
import { diagnose, isOver, prepare } from '../live/diagnose.ts';
import { type Mask, maskFor } from '../live/mask.ts';
import { withMemory } from '../live/memory.ts';
import { isPending, type Stored } from '../live/record.ts';
import type { Diagnosis, Prepared, Subject } from '../live/scene.ts';
import { changesOf } from '../report/live/changes.ts';
import { screenOf } from '../report/live/screen.ts';
import { closingText } from '../report/live/why.ts';
import type { Arguments } from './arguments.ts';
import { UsageError } from './failures.ts';
import { drawingFor, type Logs, readLogs } from './live/draw.ts';
import { Screen } from './live/screen.ts';
import { Source } from './live/source.ts';
import { namespacesOf, subjectOf } from './live/subject.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import type { System } from './system.ts';
import { noRelease } from './why.ts';

/** Seconds between two looks. */
const PAUSE = 1;
/** So many looks in a row may fail before the cluster counts as out of reach. */
const PATIENCE = 10;
/** Logs that may have grown are read again after so many looks. */
const LOG_LOOKS = 5;

/** What is watched, for as long as its revision stays the same. */
interface Watched {
  readonly revision: number;
  readonly subject: Subject;
  readonly prepared: Prepared;
  readonly namespaces: readonly string[];
  readonly mask: Mask;
}

export function run(args: Arguments, system: System): number {
  const [name] = args.files;
  if (name === undefined) throw new UsageError('which release? `hookorder watch NAME`');
  const source = new Source(name, args, system);
  const first = awaitOperation(source, name, args, system);
  const logs: Logs = new Map();
  const screen = new Screen(system);
  let watched = openRevision(first, source, args, system);
  let last: Diagnosis | undefined;
  for (let look = 0; ; look++) {
    const stored = latest(source, watched.subject.current.stored, system);
    if (stored.revision !== watched.revision) watched = openRevision(stored, source, args, system);
    const current = { ...watched.subject.current, stored: { ...watched.subject.current.stored, ...newsOf(stored) } };
    const state = source.look(watched.namespaces);
    const now = withMemory(last, diagnose({ ...watched.subject, current }, watched.prepared, state));
    readLogs(now.causes, logs, source, look % LOG_LOOKS === 0);
    const drawing = drawingFor(args, system, watched.mask, logs);
    if (screen.redraws) screen.draw(screenOf(now, drawing, !isOver(now)));
    else for (const line of changesOf(last, now, drawing)) screen.add(line);
    last = now;
    if (isOver(now)) return deliver(closingText(now, drawing), statusOf(now), system);
    system.sleep(PAUSE);
  }
}

const statusOf = ({ stored: { status } }: Diagnosis): number =>
  status === 'failed' || status === 'unknown' ? EXIT.findings : EXIT.ok;

/** What a short look brings anew. */
function newsOf({ status, description, hooks, began }: Stored): Partial<Stored> {
  return { status, description, hooks, ...(began !== undefined && { began }) };
}

/** A revision that is under way. Helm may begin a little later than this command. */
function awaitOperation(source: Source, name: string, args: Arguments, system: System): Stored {
  const until = system.clock() + args.startWithin;
  let first: number | undefined;
  for (;;) {
    const stored = source.revision({ manifests: false });
    if (stored !== undefined && (isPending(stored) || (first !== undefined && stored.revision > first))) return stored;
    const isFirst = first === undefined;
    first ??= stored?.revision ?? 0;
    if (system.clock() >= until) {
      if (stored === undefined) throw new UsageError(noRelease(name, args, system));
      return stored;
    }
    if (isFirst)
      system.note(`no operation of ${name} is under way; waiting up to ${args.startWithin}s for one to begin`);
    system.sleep(PAUSE);
  }
}

function openRevision({ revision }: Stored, source: Source, args: Arguments, system: System): Watched {
  const stored = source.revision({ revision, manifests: true });
  if (stored === undefined) throw new UsageError(`revision ${revision} is gone`);
  const before = source.deployedBefore(revision);
  const previous = before === undefined ? undefined : source.revision({ revision: before, manifests: true });
  const subject = subjectOf(stored, previous, args, system, source.version);
  return {
    revision,
    subject,
    prepared: prepare(subject),
    namespaces: namespacesOf(subject),
    mask: maskFor(subject.current.placements),
  };
}

/** A look that fails is tried again: the network of a CI job has its moments. */
function latest(source: Source, known: Stored, system: System): Stored {
  for (let tries = 1; ; tries++)
    try {
      // A release that is gone has been uninstalled.
      return source.revision({ manifests: false }) ?? { ...known, status: 'uninstalled' };
    } catch (failure) {
      if (tries === PATIENCE) throw failure;
      system.sleep(PAUSE);
    }
}
