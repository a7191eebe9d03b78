/** Checks that only few commands and releases need, loaded at need (hazards.ts). `render` stops for one of them, whose kinds are few. */
import type { Check } from '../release/release.ts';
import type { Listed } from './listed.ts';

type Hazards = typeof import('./hazards.ts');

const loadHazards = (): Hazards => require('./hazards.ts') as Hazards;

const lazily =
  (name: keyof Hazards): Check =>
  (placement, release) =>
    loadHazards()[name](placement, release);

/** What goes away at once when Helm deletes it. */
const AT_ONCE = /^(?:Job|ServiceAccount|ConfigMap|Secret|(?:Cluster)?Role(?:Binding)?)$/;

const checkDeletionAwaited: Check = (placement, release) =>
  placement.hook === undefined || (AT_ONCE.test(placement.resource.kind) && !placement.resource.says('finalizers'))
    ? []
    : loadHazards().checkDeletionAwaited(placement, release);

export const HAZARDS: readonly Listed[] = [
  { check: lazily('checkMisplaced'), severities: ['warning', 'info'] },
  { check: lazily('checkNeverStarts'), severities: ['warning'] },
  { check: lazily('checkNeverEnds'), severities: ['warning'] },
  { check: lazily('checkLacksSetting'), severities: ['warning', 'info'] },
  { check: lazily('checkCarriageReturn'), severities: ['warning'] },
  { check: lazily('checkWebhooks'), severities: ['warning'] },
  { check: checkDeletionAwaited, severities: ['error', 'warning'] },
  { check: lazily('checkNeedDeletedEarly'), severities: ['warning', 'info'] },
  { check: lazily('checkUninstallBlocked'), severities: ['info'] },
  { check: lazily('checkRetryBlocked'), severities: ['info'] },
  { check: lazily('checkRunsTwice'), severities: ['warning', 'info'] },
  { check: lazily('checkRollbackSchema'), severities: ['warning', 'info'] },
  { check: lazily('checkOperatorServices'), severities: ['warning'] },
  { check: lazily('checkCreates'), severities: ['warning'] },
  { check: lazily('checkHashReruns'), severities: ['warning'] },
  { check: lazily('checkBecomesPlain'), severities: ['info'], isGuess: true },
];
