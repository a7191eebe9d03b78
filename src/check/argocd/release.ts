/** All checks of a release that Argo CD deploys: the checks for Argo CD, and the checks that hold for Helm too. */
import type { Check, Release } from '../../release/release.ts';
import { checkImmutable, checkRestartPolicy } from '../hooks/jobs.ts';
import { checkNameLength } from '../hooks/names.ts';
import { checkStrings } from '../hooks/strings.ts';
import { checkDuplicateKeys } from '../hooks/text.ts';
import type { Listed } from '../listed.ts';
import { checkClaims } from './claims.ts';
import { checkCountsAsRun, checkDeletionOrder } from './deletion.ts';
import { checkInUse, checkKept } from './in-use.ts';
import { roleIn } from './moments.ts';
import { checkArgoNeeds, checkDeletionNeeds, checkSyncFailNeeds } from './needs.ts';
import { checkArgoTtl, checkOnlyHooks, checkReplaced, checkRunsAgain } from './runs.ts';
import { checkArgoMentions, checkArgoWaits } from './waits.ts';
import { checkArgoWords, checkWavesAndWeights } from './words.ts';

/** Of plain Jobs only: what Argo CD makes a hook is made anew, what it replaces has a finding of its own. */
const checkPlainJobs: Check = (placement, release: Release) =>
  roleIn(placement, release).isHook || checkReplaced(placement, release).length > 0
    ? []
    : checkImmutable(placement, release);

export const ARGO_CHECKS: readonly Listed[] = [
  { check: checkDuplicateKeys, severities: ['warning'] },
  { check: checkStrings, severities: ['error'] },
  { check: checkArgoWords, severities: ['error', 'warning', 'info'] },
  { check: checkWavesAndWeights, severities: ['warning'] },
  { check: checkArgoNeeds, severities: ['error', 'warning'], isOfOthers: true },
  { check: checkSyncFailNeeds, severities: ['warning'] },
  { check: checkArgoWaits, severities: ['error'], isOfOthers: true },
  { check: checkArgoMentions, severities: ['warning'] },
  { check: checkClaims, severities: ['error', 'warning'], isOfOthers: true },
  { check: checkInUse, severities: ['error', 'warning'], isOfOthers: true },
  { check: checkKept, severities: ['warning'] },
  { check: checkRunsAgain, severities: ['error'] },
  { check: checkArgoTtl, severities: ['warning'] },
  { check: checkReplaced, severities: ['error', 'warning'] },
  { check: checkPlainJobs, severities: ['warning'] },
  { check: checkOnlyHooks, severities: ['warning'] },
  { check: checkDeletionNeeds, severities: ['error', 'warning'], isOfOthers: true },
  { check: checkDeletionOrder, severities: ['warning'] },
  { check: checkCountsAsRun, severities: ['warning'] },
  { check: checkRestartPolicy, severities: ['error', 'warning'] },
  { check: checkNameLength, severities: ['error'] },
];
