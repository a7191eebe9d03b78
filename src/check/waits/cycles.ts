/**
 * Workloads that wait for what a hook does, while Helm makes the hook wait for the workloads or deletes the hook: `refs/wait-cycle`
 * and `refs/waits-for-deleted-hook`.
 *
 * Called for the hook, because that is what a config may move; the finding points into the workload.
 */
import type { Event } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import type { Check } from '../../release/release.ts';
import { waitsOf } from '../../waits/find.ts';
import { LASTING, runsByTarget, waitersFor, workloadsByTarget } from '../../waits/waiters.ts';
import { formatPlace, reportWait } from './report.ts';

const POSTS: readonly Event[] = ['post-install', 'post-upgrade'];
const MAX_NAMES = 3;

/** Helm waits for the workloads before it runs post hooks; they wait for the hook. */
export const checkWaitCycle: Check = (placement, release) => {
  const { hook, resource } = placement;
  const events = POSTS.filter(
    (event) => hook?.events.includes(event) && !hook.events.includes(event.replace('post', 'pre') as Event),
  );
  if (events.length === 0) return [];
  const waiters = waitersFor(placement, release);
  const [first] = waiters;
  if (first === undefined) return [];
  const [place, ...names] = waiters.map((waiter) => formatPlacement(waiter.placement));
  const shown = [`${place} (${formatPlace(first.wait)})`, ...names];
  const are = waiters.length > 1 ? 'they are' : 'it is';
  const all = listNames(waiters.map((waiter) => formatPlacement(waiter.placement)));
  const plain =
    resource.kind === 'Job'
      ? 'a plain Job with a name of its own for each run (`hook: false`, `jobName: hash`)'
      : 'a plain resource (`hook: false`)';
  return [
    reportWait({
      code: 'refs/wait-cycle',
      severity: release.circumstances.wait ? 'error' : undefined,
      message: `${listNames(shown)} ${waiters.length > 1 ? 'wait' : 'waits'} for ${first.for}, which \`helm --wait\` runs ${events.join(' and ')}, when ${are} ready`,
      hint: `make ${formatPlacement(placement)} ${plain}, or install without --wait`,
      // Several Jobs that make one schema hold up the same workloads.
      cause: {
        key: `${all} ${events}`,
        member: formatPlacement(placement),
        message: `\`helm --wait\` runs $all ${events.join(' and ')}, when ${all} ${waiters.length > 1 ? 'are' : 'is'} ready, and ${waiters.length > 1 ? 'they wait' : 'it waits'} for what these do`,
        hint: `make $all ${resource.kind === 'Job' ? 'plain Jobs with a name of their own for each run (`hook: false`, `jobName: hash`)' : 'plain resources (`hook: false`)'}, or install without --wait`,
      },
      hook: placement,
      resource: first.placement.resource,
      wait: first.wait,
    }),
  ];
};

/** Who waits for a Job by its name when hook-succeeded or a TTL has removed it. */
export const checkDeletedHook: Check = (placement, release) => {
  const { hook, resource } = placement;
  if (hook === undefined || resource.kind !== 'Job') return [];
  const ttl = valueAt(placement.value(), ['spec', 'ttlSecondsAfterFinished']);
  const isDeleted = hook.deletes.includes('hook-succeeded');
  if (!isDeleted && typeof ttl !== 'number') return [];
  const runs = isDeleted ? (runsByTarget(release).get(placement) ?? []) : [];
  const users = [
    ...(workloadsByTarget(release).get(placement) ?? []),
    ...runs.filter((run) => isLaterRun(run, placement)),
  ];
  for (const user of users) {
    const wait = waitsOf(user, release).find(({ targets }) => targets.includes(placement));
    if (wait === undefined) continue;
    const gone = isDeleted
      ? 'which hook-succeeded deletes when it is done'
      : `which its TTL removes ${String(ttl)} s after it is done`;
    const effect =
      user.hook === undefined && LASTING.includes(user.resource.kind) ? ': a pod that starts later waits for ever' : '';
    return [
      reportWait({
        code: 'refs/waits-for-deleted-hook',
        message: `${formatPlacement(user)} (${formatPlace(wait)}) waits for ${formatPlacement(placement)}, ${gone}${effect}`,
        hint: isDeleted
          ? `give ${formatPlacement(placement)} the delete policy before-hook-creation alone, or let ${formatPlacement(user)} wait for what the Job does instead`
          : `let ${formatPlacement(user)} wait for what the Job does, not for the Job`,
        hook: placement,
        resource: user.resource,
        wait,
      }),
    ];
  }
  return [];
};

/** Plain Jobs, and hooks of other events: in its own event the hook is still there. */
const isLaterRun = (run: Placement, { hook }: Placement): boolean =>
  run.hook === undefined || run.hook.events.some((event) => !hook?.events.includes(event));

function listNames(names: readonly string[]): string {
  if (names.length > MAX_NAMES) return `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`;
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}
