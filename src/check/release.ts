/**
 * All checks over one release.
 *
 * Each check is listed with its possible severities. `render` stops for errors only, so it does not run a check that has no errors. The order of
 * the findings does not depend on the order of the checks.
 */
import { compareSeverity, type Finding, type Severity } from '../model/finding.ts';
import { compareBytes } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import type { Check, Release } from '../release/release.ts';
import { asksApi, mayHang } from '../waits/may-hang.ts';
import { mayWait } from '../waits/may-wait.ts';
import { checkFor } from './for-operations.ts';
import { HAZARDS } from './hazard-list.ts';
import { checkAnnotations, checkDefaultPolicy, checkUnknownAnnotations } from './hooks/annotations.ts';
import { checkDataLoss } from './hooks/data-loss.ts';
import {
  checkBackoffLimit,
  checkDeadline,
  checkImmutable,
  checkPileUp,
  checkRestartPolicy,
  checkTtl,
} from './hooks/jobs.ts';
import { checkAnchorsInLists, checkHooksInLists } from './hooks/lists.ts';
import { checkDuplicates, checkGeneratedName, checkNameLength, checkRandomName } from './hooks/names.ts';
import { checkRunsLessOften } from './hooks/operations.ts';
import { checkAdoption, checkAwaited, checkLeftovers, checkLogs } from './hooks/policies.ts';
import { checkStrings } from './hooks/strings.ts';
import { checkDashes, checkDuplicateKeys, checkReading, checkRewrites } from './hooks/text.ts';
import type { Listed } from './listed.ts';
import {
  checkConflicts,
  checkDeletedObjects,
  checkDeletedServers,
  checkKeptOut,
  checkLostOnRollback,
  checkSelected,
  checkStopped,
  checkTakes,
} from './live/may-be-live.ts';
import { checkDefinition } from './needs/definitions.ts';
import { checkNeeds, checkUsers } from './needs/existence.ts';
import { checkTakenAway } from './needs/gone.ts';
import { checkStale } from './needs/stale.ts';

/** What reads commands is as much code as all other checks together, and most hooks surely wait for nothing, or for what is there. */
const loadWaits = () => require('./waits/waits.ts') as typeof import('./waits/waits.ts');

const checkHangs: Check = (placement, release) =>
  release.circumstances.wait || (mayWait(placement, release) && mayHang(placement, release))
    ? loadWaits().checkHangs(placement, release)
    : [];
const checkWaitWarnings: Check = (placement, release) => loadWaits().checkWaitWarnings(placement, release);

const checkRights: Check = (placement, release) =>
  asksApi(release)
    ? (require('./rights/missing.ts') as typeof import('./rights/missing.ts')).checkRights(placement, release)
    : [];

export const CHECKS: readonly Listed[] = [
  { check: checkDuplicateKeys, severities: ['warning', 'info'] },
  { check: checkReading, severities: ['warning'] },
  { check: checkRewrites, severities: ['warning', 'info'] },
  { check: checkDashes, severities: ['error', 'info'] },
  { check: checkAnnotations, severities: ['error'] },
  { check: checkStrings, severities: ['error'] },
  { check: checkUnknownAnnotations, severities: ['warning'] },
  { check: checkHooksInLists, severities: ['warning'] },
  { check: checkAnchorsInLists, severities: ['error'] },
  { check: checkDefaultPolicy, severities: ['info'] },
  { check: checkLeftovers, severities: ['error', 'warning', 'info'] },
  { check: checkDataLoss, severities: ['error', 'warning'], isOfOthers: true },
  { check: checkLogs, severities: ['warning', 'info'] },
  { check: checkAwaited, severities: ['warning', 'info'] },
  { check: checkAdoption, severities: ['error'], isGuess: true },
  { check: checkDeletedServers, severities: ['error'], isOfOthers: true },
  { check: checkDeletedObjects, severities: ['warning', 'info'] },
  { check: checkSelected, severities: ['warning', 'info'] },
  { check: checkKeptOut, severities: ['warning'] },
  { check: checkNeeds, severities: ['error', 'warning'], isOfOthers: true, byEvent: true },
  { check: checkTakenAway, severities: ['error'], isOfOthers: true },
  { check: checkStale, severities: ['warning', 'info'], isGuess: true },
  { check: checkUsers, severities: ['error'], isOfOthers: true },
  { check: checkDefinition, severities: ['error'], isOfOthers: true, byEvent: true },
  { check: checkHangs, severities: ['error'], isOfOthers: true, byEvent: true },
  { check: checkWaitWarnings, severities: ['warning', 'info'] },
  { check: checkRights, severities: ['warning'] },
  { check: checkConflicts, severities: ['warning'] },
  { check: checkLostOnRollback, severities: ['info'] },
  { check: checkStopped, severities: ['warning'] },
  { check: checkTakes, severities: ['warning'] },
  ...HAZARDS,
  { check: checkRestartPolicy, severities: ['error', 'warning'] },
  { check: checkDeadline, severities: ['warning', 'info'] },
  { check: checkBackoffLimit, severities: ['info'] },
  { check: checkImmutable, severities: ['warning', 'info'], isGuess: true },
  { check: checkTtl, severities: ['warning', 'info'] },
  { check: checkPileUp, severities: ['warning'] },
  { check: checkRunsLessOften, severities: ['warning'], isGuess: true },
  { check: checkNameLength, severities: ['error'] },
  { check: checkDuplicates, severities: ['error'] },
  { check: checkGeneratedName, severities: ['warning'] },
  { check: checkRandomName, severities: ['info'] },
];

/** The checks that hold for the deployer. */
export function checksOf({ circumstances: { target, isPreviousKnown } }: Release): readonly Listed[] {
  if (target === 'argocd') return (require('./argocd/release.ts') as typeof import('./argocd/release.ts')).ARGO_CHECKS;
  return isPreviousKnown ? loadKnown().withFacts(CHECKS) : CHECKS;
}

const loadKnown = () => require('./known/facts.ts') as typeof import('./known/facts.ts');

export interface CheckOptions {
  /** `claimed`: only what a rule of the config claims or hookorder adds. */
  readonly scope: 'claimed' | 'all';
  /** Leave out what is less severe than this; default `info`, nothing is left out. */
  readonly severity?: Severity;
}

/** Sorted by place in the stream, then by code; nothing is said twice. */
export function checkRelease(release: Release, { scope, severity: lowest = 'info' }: CheckOptions): readonly Finding[] {
  const isWanted = (severity: Severity): boolean => compareSeverity(severity, lowest) <= 0;
  const checks = checksOf(release).filter(({ severities }) => severities.some(isWanted));
  const findings = new Map<string, Finding>();
  for (const placement of scope === 'claimed' ? release.placements.filter(isClaimed) : release.placements)
    for (const { check } of checks)
      for (const finding of checkFor(check, placement, release))
        if (isWanted(finding.severity)) findings.set(keyOf(finding), finding);
  if (knowsGone(release) && isWanted('info'))
    for (const finding of loadKnown().goneRuns(release)) findings.set(keyOf(finding), finding);
  return [...findings.values()].sort(compareFindings);
}

/** Whether to tell what the installed revision has and this one has not. */
const knowsGone = ({ circumstances: { isPreviousKnown, target, operations } }: Release): boolean =>
  isPreviousKnown === true && target !== 'argocd' && operations?.includes('upgrade') !== false;

const isClaimed = ({ rule, copyFor }: Placement): boolean => rule !== undefined || copyFor !== undefined;

const keyOf = ({ code, message, resource, path }: Finding): string =>
  JSON.stringify([resource?.document.index, code, message, path]);

const compareFindings = (a: Finding, b: Finding): number =>
  documentOf(a) - documentOf(b) ||
  (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
  (a.position?.column ?? 0) - (b.position?.column ?? 0) ||
  compareBytes(a.code, b.code) ||
  compareBytes(a.message, b.message);

const documentOf = (finding: Finding): number => finding.resource?.document.index ?? -1;
