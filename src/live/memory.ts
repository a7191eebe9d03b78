/** What an earlier look has seen of a step that a later one finds taken away: a delete policy removes a failed hook, its pods and their events. */
import type { CauseCode } from './cause.ts';
import type { Diagnosis } from './scene.ts';

/** They say that something went wrong, and not what. */
const VAGUE: readonly CauseCode[] = ['run/timeout', 'run/helm-error', 'run/interrupted', 'run/vanished'];

export function withMemory(before: Diagnosis | undefined, now: Diagnosis): Diagnosis {
  const line = now.line;
  if (before === undefined || line === undefined || line.state !== 'failed' || !isSameStep(before, now)) return now;
  const isVague = now.causes.every(
    ({ code, log }) => VAGUE.includes(code) || (code === 'run/crash' && log === undefined),
  );
  const kept = before.causes.filter(({ code }) => !VAGUE.includes(code) && code !== 'run/helm-gone');
  if (!isVague || kept.length === 0) return now;
  const own = now.causes.filter(({ code }) => code !== 'run/crash');
  return { ...now, causes: [...kept.map((cause) => ({ ...cause, state: 'over' as const })), ...own] };
}

const isSameStep = (before: Diagnosis, now: Diagnosis): boolean =>
  before.stored.revision === now.stored.revision &&
  before.line?.phase === now.line?.phase &&
  before.line?.subject?.key === now.line?.subject?.key;
