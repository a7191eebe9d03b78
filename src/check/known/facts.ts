/** Where the installed revision is known, these checks say as facts what others can only guess. */
import type { Listed } from '../listed.ts';
import { checkChangedJob, checkRunsNoMore } from './jobs.ts';
import { checkReallyStale } from './stale.ts';
import { checkBecameHook, checkBecamePlain } from './turns.ts';

export { goneRuns } from './jobs.ts';
export { checkWithout } from './without.ts';

const FACTS: readonly Listed[] = [
  { check: checkBecameHook, severities: ['error', 'info'] },
  { check: checkBecamePlain, severities: ['error'] },
  { check: checkChangedJob, severities: ['error', 'warning', 'info'] },
  { check: checkRunsNoMore, severities: ['warning'] },
  { check: checkReallyStale, severities: ['warning'] },
];

export const withFacts = (checks: readonly Listed[]): readonly Listed[] => [
  ...checks.filter(({ isGuess }) => !isGuess),
  ...FACTS,
];
