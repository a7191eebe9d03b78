/**
 * A look at a hook's kind, events and policy, which spares loading what asks who uses it: most hooks are Jobs, and those that `render` may
 * stop for are workloads and Services.
 */
import { hasEventOf, isAwaited } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import { type Check, once } from '../../release/release.ts';
import { asksApi } from '../../waits/may-hang.ts';

const loadDeleted = () => require('./deleted.ts') as typeof import('./deleted.ts');

const SERVING = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Service']);

/** `live/deleted-on-upgrade` of what serves: an error. */
export const checkDeletedServers: Check = (placement, release) =>
  isRemade(placement) && SERVING.has(placement.resource.kind)
    ? loadDeleted().checkDeletedOnUpgrade(placement, release)
    : [];

/** The same of what those that serve use: a warning. */
export const checkDeletedObjects: Check = (placement, release) =>
  isRemade(placement) && !SERVING.has(placement.resource.kind)
    ? loadDeleted().checkDeletedOnUpgrade(placement, release)
    : [];

/** `live/kept-out`: a warning. */
export const checkKeptOut: Check = (placement, release) =>
  (require('./kept-out.ts') as typeof import('./kept-out.ts')).checkKeptOut(placement, release);

/** `live/selected`: a warning. */
export const checkSelected: Check = (placement, release) =>
  (require('./selected.ts') as typeof import('./selected.ts')).checkSelected(placement, release);

/** `live/field-conflict` and `hook/keeps-own-state`: warnings. */
export const checkConflicts: Check = (placement, release) =>
  asksApi(release) || mayPatchWebhooks(release)
    ? (require('./conflicts.ts') as typeof import('./conflicts.ts')).checkConflicts(placement, release)
    : [];

/** `live/lost-on-rollback`: an info. */
export const checkLostOnRollback: Check = (placement, release) =>
  asksApi(release) || mayPatchWebhooks(release)
    ? (require('./conflicts.ts') as typeof import('./conflicts.ts')).checkLostOnRollback(placement, release)
    : [];

/** `live/deleted-by-hook`: a warning. */
export const checkStopped: Check = (placement, release) =>
  asksApi(release) ? (require('./stopped.ts') as typeof import('./stopped.ts')).checkStopped(placement, release) : [];

/** The same of what is no workload. */
export const checkTakes: Check = (placement, release) =>
  placement.hook !== undefined && (asksApi(release) || /\brm\b|-delete\b/.test(placement.resource.text()))
    ? (require('./takes.ts') as typeof import('./takes.ts')).checkTakes(placement, release)
    : [];

const mayPatchWebhooks = once(({ placements }) => placements.some(({ resource }) => resource.says('webhook-name')));

const isRemade = ({ hook, resource }: Placement): boolean =>
  hook !== undefined &&
  !isAwaited(resource.kind) &&
  hook.deletes.length > 0 &&
  hasEventOf(hook.events, 'upgrade', 'rollback');
