/**
 * Waits that can never end: `refs/waits-forever`, `refs/mentions-service`, and with cycles.ts `refs/wait-cycle` and
 * `refs/waits-for-deleted-hook`.
 *
 * Only hooks that Helm waits for are judged: a Deployment that is a hook may wait for what comes after it. How waits are found
 * is in find.ts, when things are there in obstacles.ts.
 */

import { type Event, isAwaited } from '../../model/helm.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { adviseForGone } from '../../release/gone.ts';
import type { Check, Release } from '../../release/release.ts';
import { runsStore } from '../../waits/databases.ts';
import { type Wait, waitsOf } from '../../waits/find.ts';
import { type Obstacle, obstacleOf, selectedBy } from '../../waits/obstacles.ts';
import { splitHint } from '../needs/advice.ts';
import { checkDeletedHook, checkWaitCycle } from './cycles.ts';
import { checkMayCycle } from './may-cycle.ts';
import { mentionsOf } from './mentions.ts';
import { formatPlace, reportWait } from './report.ts';

export { type Wait, waitsOf } from '../../waits/find.ts';

/** All four codes for one placement. */
export const checkWaits: Check = (placement, release) => [
  ...checkHangs(placement, release),
  ...checkWaitWarnings(placement, release),
];

/** What stops a release: `refs/waits-forever`, and cycles when Helm is run with `--wait`. */
export const checkHangs: Check = (placement, release) => {
  if (placement.hook === undefined || placement.copyFor !== undefined) return [];
  return [
    ...checkForever(placement, release),
    ...(release.circumstances.wait ? checkWaitCycle(placement, release) : []),
  ];
};

/** The rest, which reads more of the stream. */
export const checkWaitWarnings: Check = (placement, release) => {
  if (placement.hook === undefined || placement.copyFor !== undefined) return [];
  return [
    ...checkMentions(placement, release),
    ...(release.circumstances.wait ? checkMayCycle(placement, release) : checkWaitCycle(placement, release)),
    ...checkDeletedHook(placement, release),
  ];
};

const MAX_NAMES = 3;

interface Hang {
  readonly wait: Wait;
  readonly event: Event;
  readonly obstacle: Obstacle;
}

/** The first wait for each target that cannot be there. */
function hangsOf(placement: Placement, release: Release): ReadonlyMap<Placement, Hang> {
  const hangs = new Map<Placement, Hang>();
  if (!isAwaited(placement.resource.kind)) return hangs;
  for (const wait of waitsOf(placement, release)) {
    const [target] = wait.targets;
    const known = target && hangs.get(target);
    if (target === undefined || (known !== undefined && known.wait.patience !== 'then-goes-on')) continue;
    const hang = findHang(wait, placement, release);
    if (hang !== undefined) hangs.set(target, hang);
  }
  return hangs;
}

const checkForever: Check = (placement, release) =>
  [...hangsOf(placement, release)].flatMap(([target, { wait, event, obstacle }]) => {
    if (wait.patience === 'then-goes-on') return [];
    const until = wait.patience === 'then-fails' ? ' until it gives up' : '';
    return [
      reportWait({
        code: 'refs/waits-forever',
        message: `${formatPlacement(placement)} (${formatPlace(wait)}) waits${until} for ${formatPlacement(target)}, ${obstacle.clause}`,
        hint: adviseFor(placement, event, obstacle),
        hook: placement,
        resource: placement.resource,
        wait,
      }),
    ];
  });

/** One finding for all Services that a pre-install hook names. */
const checkMentions: Check = (placement, release) => {
  if (!isAwaited(placement.resource.kind) || !placement.hook?.events.includes('pre-install')) return [];
  const hangs = hangsOf(placement, release);
  const isTried = (service: Placement): boolean => hangs.get(service)?.wait.patience === 'then-goes-on';
  const waited = new Set([...hangs.keys()].filter((service) => !isTried(service)));
  const mentions = mentionsOf(placement, waited, release);
  const [first] = mentions;
  if (first === undefined) return [];
  const names = mentions.slice(0, MAX_NAMES).map(({ service, where }) => `${formatPlacement(service)} (${where})`);
  const more = mentions.length > MAX_NAMES ? ` and ${mentions.length - MAX_NAMES} more` : '';
  const verb = isTried(first.service) ? 'tries for a while to reach' : 'names';
  return [
    reportWait({
      code: 'refs/mentions-service',
      message: `${formatPlacement(placement)} (${formatPlace(first)}) ${verb} ${names.join(', ')}${more}, ${first.clause}`,
      hint: `run ${formatPlacement(placement)} post-install if it connects there`,
      severity: mentions.some(({ service }) => mayBeStore(service, release)) ? undefined : 'info',
      hook: placement,
      resource: placement.resource,
      wait: first,
    }),
  ];
};

/** A hook that gets the address of a database connects to it; that of another server may be there for all pods of the chart. */
const mayBeStore = (service: Placement, release: Release): boolean => {
  const servers = selectedBy(service, release);
  return servers.length === 0 || servers.some(runsStore);
};

function findHang(wait: Wait, placement: Placement, release: Release): Hang | undefined {
  for (const event of placement.hook?.events ?? []) {
    const obstacle = obstacleOf(wait, placement, event, release);
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
  if (state === 'gone') return adviseForGone(missing, placement);
  if (state === 'later-hook' && missing !== placement)
    return rule !== undefined && rule === missing.rule
      ? splitHint(rule.name, formatPlacement(missing))
      : rule !== undefined && missing.rule !== undefined
        ? `list hook "${missing.rule.name}" before hook "${rule.name}", or add \`after: [${missing.rule.name}]\` to it`
        : `give ${formatPlacement(missing)} a lower weight than ${formatPlacement(placement)} has`;
  if (state === 'later') return 'run it post-install and post-upgrade, or take the wait out';
  if (state === 'deleted')
    return missing.hook === undefined
      ? 'run it pre-delete, or take the wait out'
      : `take hook-succeeded out of the delete policy of ${formatPlacement(missing)}`;
  return `add ${event} to the events of ${formatPlacement(missing)} with a lower weight than ${formatPlacement(placement)} has, or take the wait out`;
}
