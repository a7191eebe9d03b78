/**
 * Waits that can never end: `refs/waits-forever`, `refs/mentions-service`, and with wait-cycles.ts `refs/wait-cycle` and
 * `refs/waits-for-deleted-hook`.
 *
 * Only hooks that Helm waits for are judged: a Deployment that is a hook may wait for what comes after it. How waits are found
 * is in waits/find.ts, when things are there in wait-obstacles.ts.
 */
import type { Finding } from '../model/finding.ts';
import { type Event, isAwaited } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
import type { Check, CheckContext } from './context.ts';
import { checkDeletedHook, checkWaitCycle } from './wait-cycles.ts';
import { mentionsOf } from './wait-mentions.ts';
import { nameOf, type Obstacle, obstacleOf } from './wait-obstacles.ts';
import { formatPlace, reportWait } from './wait-report.ts';
import { type Wait, waitsOf } from './waits/find.ts';

export { type Wait, waitsOf } from './waits/find.ts';

/** All four codes for one placement. */
export const checkWaits: Check = (placement, context) => {
  if (placement.hook === undefined || placement.copyFor !== undefined) return [];
  return [
    ...checkHook(placement, context),
    ...checkWaitCycle(placement, context),
    ...checkDeletedHook(placement, context),
  ];
};

interface Hang {
  readonly wait: Wait;
  readonly event: Event;
  readonly obstacle: Obstacle;
}

function checkHook(placement: Placement, context: CheckContext): readonly Finding[] {
  const { hook, resource } = placement;
  if (hook === undefined || !isAwaited(resource.kind)) return [];
  const hangs = new Map<Placement, Hang>();
  const tried = new Map<Placement, Hang>();
  for (const wait of waitsOf(placement, context)) {
    const [target] = wait.targets;
    const hang = target && findHang(wait, placement, context);
    if (target === undefined || hang === undefined || hangs.has(target)) continue;
    (wait.patience === 'then-goes-on' ? tried : hangs).set(target, hang);
  }
  const findings = [...hangs].map(([target, { wait, event, obstacle }]) =>
    reportWait({
      code: 'refs/waits-forever',
      message: `${nameOf(placement)} (${formatPlace(wait)}) waits${wait.patience === 'then-fails' ? ' until it gives up' : ''} for ${nameOf(target)}, ${obstacle.clause}`,
      hint: adviseFor(placement, event, obstacle),
      hook: placement,
      resource,
      wait,
    }),
  );
  if (!hook.events.includes('pre-install')) return findings;
  const mentions = mentionsOf(placement, new Set(hangs.keys()), context);
  const [first] = mentions;
  if (first === undefined) return findings;
  const names = mentions.slice(0, 3).map(({ service, where }) => `${nameOf(service)} (${where})`);
  const more = mentions.length > 3 ? ` and ${mentions.length - 3} more` : '';
  const isTried = tried.has(first.service);
  return [
    ...findings,
    reportWait({
      code: 'refs/mentions-service',
      message: `${nameOf(placement)} (${formatPlace(first)}) ${isTried ? 'tries for a while to reach' : 'names'} ${names.join(', ')}${more}, ${first.clause}`,
      hint: `run ${nameOf(placement)} post-install if it connects there`,
      hook: placement,
      resource,
      wait: first,
    }),
  ];
}

function findHang(wait: Wait, placement: Placement, context: CheckContext): Hang | undefined {
  for (const event of placement.hook?.events ?? []) {
    const obstacle = obstacleOf(wait, placement, event, context);
    if (obstacle === undefined) continue;
    // A finished Job that was deleted is the other hook's finding, see checkDeletedHook.
    if (obstacle.state === 'deleted' && obstacle.missing.hook !== undefined && obstacle.missing.resource.kind === 'Job')
      continue;
    return { wait, event, obstacle };
  }
  return undefined;
}

function adviseFor(placement: Placement, event: Event, { missing, state }: Obstacle): string {
  const { rule } = placement;
  if (state === 'itself') return 'take the wait out';
  if (state === 'later-hook' && missing !== placement)
    return rule !== undefined && missing.rule !== undefined
      ? `list hook "${missing.rule.name}" before hook "${rule.name}", or add \`after: [${missing.rule.name}]\` to it`
      : `give ${nameOf(missing)} a lower weight than ${nameOf(placement)} has`;
  if (state === 'later') return 'run it post-install and post-upgrade, or take the wait out';
  if (state === 'deleted')
    return missing.hook === undefined
      ? 'run it pre-delete, or take the wait out'
      : `take hook-succeeded out of the delete policy of ${nameOf(missing)}`;
  return `add ${event} to the events of ${nameOf(missing)} with a lower weight than ${nameOf(placement)} has, or take the wait out`;
}
