/** Checks that only few commands and releases need, as one part that is loaded at need. */
export { checkBecomesPlain, checkHashReruns } from './hooks/config.ts';
export { checkDeletionAwaited, checkNeedDeletedEarly } from './hooks/deletions.ts';
export { checkMisplaced } from './hooks/misplaced.ts';
export { checkWebhooks } from './live/webhook.ts';
export { checkCarriageReturn } from './pods/carriage-return.ts';
export { checkLacksSetting } from './pods/lacks-setting.ts';
export { checkNeverEnds } from './pods/never-ends.ts';
export { checkNeverStarts } from './pods/never-starts.ts';
export { checkRetryBlocked, checkRollbackSchema, checkRunsTwice, checkUninstallBlocked } from './retry.ts';
export { checkCreates } from './waits/creates.ts';
export { checkOperatorServices } from './waits/operators.ts';
