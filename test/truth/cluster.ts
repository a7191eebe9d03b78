/** What a cluster does while Helm works, and between two operations: what it refuses, how Jobs end, what comes to rest. */
import { needsOf } from '../../scripts/truth/needs.mjs';
import { lingers } from '../../src/engines/lingering.ts';
import type { Fault, Faults, Situation } from '../../src/engines/run.ts';
import type { Presence, Subject, World } from '../../src/engines/world.ts';
import { isAwaited } from '../../src/model/helm.ts';
import { isObject, type Json, valueAt } from '../../src/model/json.ts';
import type { Placement } from '../../src/model/plan.ts';
import type { Deed, Scenario, Seen } from './record.ts';

/** Whether the scenario itself makes an object, before Helm comes. */
type IsGiven = (kind: string, name: string) => boolean;

export const givenBy =
  ({ run }: Pick<Scenario, 'run'>): IsGiven =>
  (kind, name) =>
    run.some(({ apply }) => apply?.kind === kind && apply.metadata.name === name);

/** Plain Jobs are as far as they were seen: nothing waits for them. */
export function withPlainRuns(situation: Situation, { world: seen }: Pick<Seen, 'world'>): Situation {
  const world = new Map(situation.world);
  for (const [key, presence] of world) {
    const { subject, owner, run } = presence;
    const state = seen[`${subject.id.kind}/${subject.id.name}`]?.state;
    if (owner === 'release' && run === 'running' && subject.id.kind === 'Job' && state !== undefined)
      world.set(key, { ...presence, run: state });
  }
  return { ...situation, world };
}

/** When what is being deleted has gone, but for what something holds, and Jobs that no longer wait for anything are as far as they were seen. */
export function later(situation: Situation, { world: seen }: Pick<Seen, 'world'>, isGiven: IsGiven): Situation {
  const { world } = situation;
  const kept = [...world].filter(
    ([, presence]) =>
      !presence.dying || lingers(presence, world) === 'held' || hasFinalizers(presence.subject.placement),
  );
  const after = new Map(
    kept.map(([key, presence]) => {
      const { kind, name } = presence.subject.id;
      const state = seen[`${kind}/${name}`]?.state;
      return [key, state !== undefined && mayEnd(presence, world, isGiven) ? { ...presence, run: state } : presence];
    }),
  );
  return { ...situation, world: after };
}

/**
 * A Job that waited for something and may have it now. When it goes on is chance: its controller tries to make a Pod again after ever longer
 * pauses, and a Pod that was made while its account was there needs it no more.
 */
function mayEnd({ run, subject: { id, placement } }: Presence, world: World, isGiven: IsGiven): boolean {
  const spec = valueAt(placement?.value(), ['spec']);
  const isEndless =
    valueAt(spec, ['suspend']) === true ||
    valueAt(spec, ['template', 'metadata', 'annotations', 'plane/outcome']) === 'hang';
  return (
    id.kind === 'Job' && run === 'running' && !isEndless && !lacksValues(valueAt(spec, ['template']), world, isGiven)
  );
}

const hasFinalizers = (placement: Placement | undefined): boolean =>
  valueAt(placement?.value(), ['metadata', 'finalizers']) !== undefined;

/** What the cluster did to the objects: what it refused for a reason of its own, and what the stand-in for a kubelet was told to let happen. */
export function faultsOf(
  deed: Deed,
  {
    version,
    recorded,
    isGiven,
  }: { readonly version: string; readonly recorded: readonly string[]; readonly isGiven: IsGiven },
): Faults {
  return ({ do: doing, subject, because, awaited }, _, world): Fault | undefined => {
    const name = `${subject.id.kind}/${subject.id.name}`;
    if (
      doing === 'create' &&
      (isInvalid(subject) ||
        recorded.some((step) => new RegExp(`^(?:create|apply) ${name}: (?:422|404|500)`).test(step))) &&
      !isDying(world, subject)
    )
      return 'refused';
    // What another client put into it, and holds there, no manifest shows.
    if (doing === 'delete' && subject.id.kind === 'Namespace' && recorded.includes(`wait ${name}: timeout`))
      return 'timed-out';
    const isReleased = deed.meanwhile?.some(({ release }) => release !== undefined);
    if (doing === 'delete' && awaited && !isReleased && hasFinalizers(world.get(subject.key)?.subject.placement))
      return 'timed-out';
    if (doing !== 'wait') return undefined;
    const cut = deed.meanwhile?.find(({ when, kill }) => kill !== undefined && when === `${name} running`)?.kill;
    if (cut !== undefined)
      return cut === 'SIGKILL' ? 'killed' : cut === 'SIGINT' || cut === 'SIGTERM' ? 'interrupted' : undefined;
    return fateOf(subject, {
      isHook: because === 'hook',
      isHelm3: version.startsWith('3.'),
      timeout: deed.timeout ?? 300,
      world,
      isGiven,
    });
  };
}

/** Passes Helm's own validation, and not that of the API server. */
const isInvalid = ({ placement }: Subject): boolean =>
  valueAt(placement?.value(), ['spec', 'template', 'spec', 'restartPolicy']) === 'Sometimes';

const isDying = (world: World, { id }: Subject): boolean =>
  [...world.values()].some(
    ({ subject, dying }) => dying && subject.id.kind === 'Namespace' && subject.id.name === id.namespace,
  );

interface Meeting {
  readonly isHook: boolean;
  readonly isHelm3: boolean;
  readonly timeout: number;
  readonly world: World;
  readonly isGiven: IsGiven;
}

function fateOf({ key, id: { kind }, placement }: Subject, meeting: Meeting): Fault | undefined {
  const { isHook, isHelm3, timeout, world, isGiven } = meeting;
  const presence = world.get(key);
  if (presence?.run === 'succeeded' || presence?.run === 'failed') return undefined;
  const value = placement?.value();
  const spec = valueAt(value, ['spec']);
  const pod = kind === 'Pod' ? value : valueAt(spec, ['template']);
  const fate = valueAt(pod, ['metadata', 'annotations']);
  const outcome = valueAt(fate, ['plane/outcome']);
  // A plain Pod need not end: it is ready when it runs. Helm 4 takes one that has failed for ready, too; Helm 3 never does.
  if (kind === 'Pod' && !isHook) return outcome === 'fail' && isHelm3 ? 'timed-out' : undefined;
  if (outcome === 'fail') return 'failed';
  const seconds = Number(valueAt(fate, [isAwaited(kind) ? 'plane/seconds' : 'plane/ready']) ?? 0);
  const serves = kind === 'Pod' && valueAt(spec, ['restartPolicy']) === undefined;
  const isEndless =
    outcome === 'hang' || valueAt(spec, ['suspend']) === true || lacksNeeds(pod, world, isGiven) || serves;
  const lasts = isEndless ? Number.POSITIVE_INFINITY : seconds;
  const deadline = valueAt(spec, ['activeDeadlineSeconds']);
  if (typeof deadline === 'number' && deadline < timeout && lasts > deadline) return 'failed';
  return lasts > timeout ? 'timed-out' : undefined;
}

/** Whether a Pod of this template waits for something that is not there, or cannot be made. */
function lacksNeeds(pod: Json | undefined, world: World, isGiven: IsGiven): boolean {
  const account = valueAt(pod, ['spec', 'serviceAccountName']);
  const lacksAccount =
    typeof account === 'string' &&
    account !== 'default' &&
    !isGiven('ServiceAccount', account) &&
    !world.has(`/ServiceAccount//${account}`);
  return lacksAccount || lacksValues(pod, world, isGiven);
}

/** ConfigMaps, Secrets and claims. */
function lacksValues(pod: Json | undefined, world: World, isGiven: IsGiven): boolean {
  const spec = valueAt(pod, ['spec']);
  if (!isObject(spec)) return false;
  return needsOf(spec).some(({ kind, name, key }) => {
    if (isGiven(kind, name)) return false;
    const there = world.get(`/${kind}//${name}`);
    if (there === undefined) return true;
    const value = there.subject.placement?.value();
    const has = (part: string): boolean => valueAt(value, [part, key ?? '']) !== undefined;
    return key !== undefined && !['data', 'stringData', 'binaryData'].some(has);
  });
}
