/**
 * Checks that what a hook needs exists when it runs: `refs/not-yet-created`, `refs/created-too-late`, `refs/already-deleted`.
 * One finding per hook and object, about the worst of the hook's events.
 *
 * Only Jobs and Pods are judged for what comes later: for hooks of other kinds Helm does not wait, so it goes on and creates
 * what they lack, and their pods then start.
 */
import { type Cause, type Finding, type FindingCode, findingOf, type Severity } from '../../model/finding.ts';
import { type Event, isAwaited } from '../../model/helm.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import { isUnreadable } from '../../model/manifest.ts';
import { addTo } from '../../model/maps.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import type { State } from '../../release/availability.ts';
import { type Lack, lacksOf } from '../../release/lack.ts';
import { referencesOf } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { providersOf } from '../../release/rights.ts';
import { needsRights } from '../../release/uses-rights.ts';
import { adviseFor } from './advice.ts';

const CODES: Readonly<Record<Exclude<State, 'there'>, FindingCode>> = {
  later: 'refs/not-yet-created',
  'other-event': 'refs/not-yet-created',
  'later-hook': 'refs/created-too-late',
  deleted: 'refs/already-deleted',
  old: 'refs/stale-on-upgrade',
};

/** What hooks need and do not find. */
export const checkNeeds: Check = (placement, release) => {
  const lacks = firstByName(placement, release, lacksOf);
  return [...lacks.values()].flatMap((lack): Finding[] => {
    const certainty = lack.need.use === 'rights' ? needsRights(placement, lack.event, release) : 'yes';
    // Where the account itself is lacking, rights that may not matter are noise.
    if (certainty === 'no' || (certainty === 'maybe' && lacks.has(lack.need.account ?? ''))) return [];
    return [reportLack(lack, placement, certainty === 'maybe' ? 'warning' : undefined)];
  });
};

type FindLacks = (user: Placement, event: Event, release: Release) => readonly Lack[];

/** Of each object that a hook needs, the first event in which it is a lack. */
export function firstByName(hook: Placement, release: Release, find: FindLacks): ReadonlyMap<string, Lack> {
  const found = new Map<string, Lack>();
  const { kind } = hook.resource;
  if (podSpecPath(kind) === undefined || kind === 'CronJob') return found;
  for (const event of hook.hook?.events ?? [])
    for (const lack of find(hook, event, release))
      if (!isSpared(lack, hook) && !found.has(lack.need.name)) found.set(lack.need.name, lack);
  return found;
}

export function reportLack(lack: Lack, user: Placement, severity?: Severity): Finding {
  const { resource, rule } = user;
  const hint = adviseFor(lack, user);
  return findingOf(CODES[lack.state], resource, lack.need.path, describe(lack, user), {
    ...(severity && { severity }),
    ...(rule && { config: { ...rule.place, hook: rule.name } }),
    mark: lack.need.name.slice(lack.need.name.indexOf('/') + 1),
    hint,
    cause: causeOf(lack, user, hint),
  });
}

/** All that one hook lacks for one reason, with one fix, is told at once. */
function causeOf(lack: Lack, user: Placement, hint: string): Cause {
  const { need, provider, state, event } = lack;
  const verb = state === 'old' ? 'reads' : 'needs';
  const message = `${formatPlacement(user)} ${verb} $all, ${describeLack(lack, provider.hook?.events)}`;
  const isByWeight =
    user.rule === undefined && provider.hook !== undefined && (state === 'later-hook' || state === 'old');
  const advice = isByWeight ? `give $all weights below ${user.hook?.weight ?? 0}` : hint.replaceAll(need.name, '$all');
  return {
    key: JSON.stringify([user.resource.document.index, user.name, event, advice]),
    member: need.name,
    message,
    hint: advice,
  };
}

function isSpared({ state, provider }: Lack, { resource, rule }: Placement): boolean {
  // It would have been copied.
  if (rule?.dependencies === 'copy' && isUnreadable(provider.value())) return true;
  if (rule?.dependencies === 'ignore' && (state === 'later' || state === 'other-event' || state === 'old')) return true;
  return state !== 'old' && state !== 'deleted' && !isAwaited(resource.kind);
}

/**
 * What plain workloads of the release need and a hook does not give them: hook-succeeded deletes it, or it comes after them while
 * `helm --wait` waits for them (`refs/wait-cycle`). The finding is the hook's, because that has to change.
 */
export const checkUsers: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || placement.copyFor !== undefined || !NEEDED_KINDS.has(resource.kind)) return [];
  const isDeleted =
    hook.deletes.includes('hook-succeeded') && hook.events.some((event) => /-(install|upgrade)$/.test(event));
  const isLate = hook.events.includes('post-install') && !hook.events.includes('pre-install');
  if (!isDeleted && !isLate) return [];
  const user = plainUsers(release)
    .get(`${resource.kind}/${placement.name}`)
    ?.find((other) => isInNeed(other, placement, isDeleted) && isLeftWithout(other, placement, release));
  if (user === undefined) return [];
  const events = hook.events.join(' and ');
  const at = (code: FindingCode, message: string, hint: string, severity?: Severity): Finding =>
    findingOf(code, resource, ['metadata', 'annotations'], message, {
      hint,
      ...(severity && { severity }),
      ...(rule && { config: { ...rule.place, hook: rule.name } }),
    });
  return isDeleted
    ? [
        at(
          'refs/already-deleted',
          `${formatPlacement(placement)} is deleted when the ${events} hooks have succeeded, while ${formatPlacement(user)} needs it from then on`,
          `leave ${formatPlacement(placement)} a plain resource, or take hook-succeeded out of its delete policy`,
        ),
      ]
    : [
        at(
          'refs/wait-cycle',
          `${formatPlacement(placement)} is created by post-install hooks, which \`helm --wait\` holds back until ${formatPlacement(user)} is ready, which needs it`,
          `leave ${formatPlacement(placement)} a plain resource, or add pre-install to its events`,
          release.circumstances.wait ? 'error' : undefined,
        ),
      ];
};

/** A Job that ends is served by what is there while it runs; `helm --wait` waits neither for it nor for CronJobs. */
function isInNeed({ resource }: Placement, { hook }: Placement, isDeleted: boolean): boolean {
  const ends = resource.kind === 'Job' || resource.kind === 'Pod';
  if (!isDeleted) return !ends && resource.kind !== 'CronJob';
  return (
    !ends || (hook?.events.every((event) => event.startsWith('pre-')) === true && hook.events.includes('pre-install'))
  );
}

const NEEDED_KINDS = new Set(['ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolumeClaim']);

/** The plain workloads of the release by what they cannot do without, as `Kind/name`. */
const plainUsers = once((release) => {
  const users = new Map<string, Placement[]>();
  for (const user of release.placements) {
    const { kind } = user.resource;
    if (user.hook !== undefined || podSpecPath(kind) === undefined) continue;
    const needed = referencesOf(user).filter(({ optional }) => !optional);
    for (const name of new Set(needed.map((reference) => `${reference.kind}/${reference.name}`)))
      addTo(users, name, user);
  }
  return users;
});

/** True for a user that means this hook object and no other. */
const isLeftWithout = (user: Placement, needed: Placement, release: Release): boolean =>
  referencesOf(user).some((reference) => {
    if (reference.optional || reference.kind !== needed.resource.kind || reference.name !== needed.name) return false;
    const providers = providersOf(reference, release);
    // Another object of that name which is there in time is as good.
    const others = providers.filter((provider) => provider !== needed);
    return providers.includes(needed) && others.every(({ hook }) => hook?.deletes.includes('hook-succeeded'));
  });

function describe(lack: Lack, user: Placement): string {
  const { need, provider, state } = lack;
  const subject =
    need.use === 'rights'
      ? `${formatPlacement(user)} runs as ${need.account}, whose rights come from ${need.name}`
      : `${formatPlacement(user)} ${state === 'old' ? 'reads' : 'needs'} ${need.name}${need.relation === undefined ? '' : ` (${need.relation})`}`;
  const order = state === 'later-hook' ? `: ${compareRuns(user, provider)}` : '';
  return `${subject}, ${describeLack(lack, provider.hook?.events)}${order}`;
}

/** As the end of a sentence about one object or several. */
function describeLack({ event, state }: Lack, events: readonly Event[] | undefined): string {
  switch (state) {
    case 'later':
      return `which Helm creates after ${event} hooks`;
    case 'other-event':
      return `which Helm creates only as a hook of ${events?.join(' and ')}, not by ${event}`;
    case 'later-hook':
      return `which Helm creates later in ${event}`;
    case 'old':
      return 'which an upgrade changes only after this hook: it gets the content of the previous revision';
    case 'deleted':
      return events === undefined
        ? `which the uninstall has deleted by ${event}`
        : `a hook of ${events.join(' and ')} that hook-succeeded has deleted by ${event}`;
  }
}

function compareRuns(user: Placement, provider: Placement): string {
  const own = user.hook?.weight ?? 0;
  const other = provider.hook?.weight ?? 0;
  return own === other ? `both have weight ${own}, and then names decide` : `weight ${other} comes after ${own}`;
}
