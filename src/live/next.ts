/**
 * What a retry, a rollback and an uninstall do from where the operation ended, or would end if Helm gave up now: the rehearsal of that very step.
 */
import type { Situation, Step } from '../engines/run.ts';
import type { Operation } from '../model/helm.ts';
import type { Failure, Mishap } from '../rehearsal/rehearsal.ts';
import { rehearseStep } from '../rehearsal/rehearse.ts';
import { isPending } from './record.ts';
import type { Diagnosis, Subject } from './scene.ts';
import type { Line } from './steps.ts';

/** Undefined while the operation goes on well, and where no step is known at which it stands. */
export function nextFrom(diagnosis: Diagnosis, { current, previous, circumstances }: Subject): Mishap | undefined {
  const { line, operation, stored, run } = diagnosis;
  if (line === undefined || operation === 'rollback') return undefined;
  const failure = failureOf(diagnosis, line);
  if (failure === undefined) return undefined;
  const waits = line.subject === undefined && failure === 'timed-out';
  const all = {
    ...circumstances,
    wait: circumstances.wait || waits,
    ...(stored.serverSide !== undefined && { serverSide: stored.serverSide }),
    ...(previous && { previous }),
  };
  const start = startOf(operation, run.start, stored.revision);
  return rehearseStep(current.placements, all, {
    operation,
    isStep: (step) => isAt(step, line, failure),
    failure,
    start,
    names: { release: stored.name },
  });
}

/** How Helm's record counts its revisions, which the simulator counts from 1. */
function startOf(operation: Operation, start: Situation, revision: number): Situation {
  const offset = revision - start.history.length - (operation === 'uninstall' ? 0 : 1);
  return {
    ...start,
    history: start.history.map((entry) => ({
      ...entry,
      revision: { ...entry.revision, number: entry.revision.number + offset },
    })),
  };
}

/** The wait for it where it has been made, else its making; of the resources, any of them when the client dies. */
function isAt(step: Step, { subject, phase }: Line, failure: Failure): boolean {
  if (step.phase !== phase || (subject !== undefined && step.subject.key !== subject.key)) return false;
  if (failure === 'refused') return MAKES.has(step.do);
  return step.do === 'wait' || (subject === undefined && failure === 'killed');
}

const MAKES: ReadonlySet<string> = new Set(['create', 'update', 'replace']);

function failureOf({ stored, causes }: Diagnosis, { subject }: Line): Failure | undefined {
  const codes = causes.map(({ code }) => code);
  if (codes.includes('run/helm-gone')) return 'killed';
  // Helm is about to say so.
  if (isPending(stored)) return causes.some(({ state }) => state === 'over') ? 'failed' : stuck(causes);
  if (stored.status !== 'failed') return undefined;
  if (codes.includes('run/interrupted')) return 'interrupted';
  if (codes[0] === 'run/rejected' || codes[0] === 'run/denied') return 'refused';
  if (/deadline exceeded|timed out/.test(stored.description)) return 'timed-out';
  return subject === undefined ? 'refused' : 'failed';
}

const stuck = (causes: Diagnosis['causes']): Failure | undefined =>
  causes.some(({ state }) => state === 'stuck') ? 'timed-out' : undefined;
