/**
 * A look at a hook's kind, events and policy, which spares loading what asks who uses it: most hooks are Jobs, and those that `render` may
 * stop for are workloads and Services.
 */
import { isAwaited } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import { type Check, perContext } from '../../release/release.ts';
import { asksApi } from '../../waits/may-hang.ts';

const loadDeleted = () => require('./deleted.ts') as typeof import('./deleted.ts');

const SERVING = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Service']);

/** `live/deleted-on-upgrade` of what serves: an error. */
export const checkDeletedServers: Check = (placement, context) =>
  isRemade(placement) && SERVING.has(placement.resource.kind)
    ? loadDeleted().checkDeletedOnUpgrade(placement, context)
    : [];

/** The same of what those that serve use: a warning. */
export const checkDeletedObjects: Check = (placement, context) =>
  isRemade(placement) && !SERVING.has(placement.resource.kind)
    ? loadDeleted().checkDeletedOnUpgrade(placement, context)
    : [];

/** `live/kept-out`: a warning. */
export const checkKeptOut: Check = (placement, context) =>
  (require('./kept-out.ts') as typeof import('./kept-out.ts')).checkKeptOut(placement, context);

/** `live/selected`: a warning. */
export const checkSelected: Check = (placement, context) =>
  (require('./selected.ts') as typeof import('./selected.ts')).checkSelected(placement, context);

/** `live/field-conflict` and `hook/keeps-own-state`: warnings. */
export const checkConflicts: Check = (placement, context) =>
  asksApi(context) || mayPatchWebhooks(context)
    ? (require('./conflicts.ts') as typeof import('./conflicts.ts')).checkConflicts(placement, context)
    : [];

/** `live/lost-on-rollback`: a warning. */
export const checkLostOnRollback: Check = (placement, context) =>
  asksApi(context) || mayPatchWebhooks(context)
    ? (require('./conflicts.ts') as typeof import('./conflicts.ts')).checkLostOnRollback(placement, context)
    : [];

/** `live/deleted-by-hook`: a warning. */
export const checkStopped: Check = (placement, context) =>
  asksApi(context) ? (require('./stopped.ts') as typeof import('./stopped.ts')).checkStopped(placement, context) : [];

const mayPatchWebhooks = perContext(({ placements }) =>
  placements.some(({ resource }) => resource.text().includes('webhook-name')),
);

const isRemade = ({ hook, resource }: Placement): boolean =>
  hook !== undefined &&
  !isAwaited(resource.kind) &&
  hook.deletes.length > 0 &&
  hook.events.some((event) => event.endsWith('-upgrade') || event.endsWith('-rollback'));
