/**
 * What the simulator says, held against what a real Helm did on a real control plane: step by step, the world afterwards, and the release.
 *
 * Both are written as lines of text, without what no simulation of one release by itself can know.
 */
import assert from 'node:assert/strict';
import { needsOf } from '../../scripts/truth/needs.mjs';
import type { Circumstances } from '../../src/engines/engine.ts';
import { helm } from '../../src/engines/helm/simulate.ts';
import { lingers } from '../../src/engines/lingering.ts';
import { type Fault, type Faults, NOTHING_INSTALLED, type Run, type Situation } from '../../src/engines/run.ts';
import type { Presence, Subject, World } from '../../src/engines/world.ts';
import { isAwaited, type Operation } from '../../src/model/helm.ts';
import { isObject, type Json, valueAt } from '../../src/model/json.ts';
import type { Placement } from '../../src/model/plan.ts';
import { placementsOf } from '../support/release.ts';
import type { Deed, Scenario, Seen } from './record.ts';

/** One operation, as it was said and as it was seen. */
export interface Compared {
  readonly do: string;
  readonly said: Told;
  readonly seen: Told;
}

export interface Told {
  readonly steps: readonly string[];
  readonly isOk: boolean;
  readonly release: readonly string[];
  readonly world: Readonly<Record<string, string>>;
}

export interface Options {
  readonly simulate?: typeof helm.simulate;
  /** What the API server refuses: what the documents tell (`refusedJob`), or also all that was refused when it was recorded. */
  readonly refusals?: 'as told' | 'as seen';
  /** What hookorder made of a chart; else what its documents say. */
  readonly placements?: ReadonlyMap<string, readonly Placement[]>;
}

/** The operations of a scenario, each simulated from where the one before it ended. */
export function compare(
  scenario: Pick<Scenario, 'charts' | 'run'> & { readonly patient?: true },
  seen: readonly Seen[],
  version: string,
  { simulate = helm.simulate, refusals = 'as told', placements }: Options = {},
): readonly Compared[] {
  let situation: Situation = NOTHING_INSTALLED;
  const deeds = scenario.run.filter(({ helm: operation }) => operation !== undefined);
  return deeds.map((deed, at) => {
    const recorded = seen[at];
    assert.ok(recorded);
    const isGiven = givenBy(scenario);
    const run = simulate(
      placements?.get(deed.chart ?? '') ?? placementsIn(scenario, deed.chart),
      operationOf(deed, situation),
      circumstancesOf(deed, version),
      situation,
      faultsOf(deed, refusals === 'as seen' ? recorded.steps : [], isGiven),
    );
    situation = scenario.patient ? later(run.end, isGiven) : run.end;
    const world = worldTexts(situation, Object.keys(recorded.world));
    const plain = plainOf(run);
    const awaitsNothing = (step: string): boolean =>
      !scenario.patient || !plain.has(/^wait ([^:]*)/.exec(step)?.[1] ?? '');
    const isHook = new Set(Object.keys(world).filter((name) => world[name] !== ''));
    return {
      do: recorded.do,
      said: {
        steps: inOrderOfKinds(stepTexts(run).filter(awaitsNothing), plain),
        isOk: run.stop === undefined,
        release: run.end.history.map(({ revision, status }) => `${revision.number} ${status}`),
        world,
      },
      seen: {
        steps: inOrderOfKinds(recordedTexts(recorded.steps).filter(awaitsNothing), plain),
        isOk: recorded.exit === 0,
        release: recorded.release.map((text) => text.replace(/pending-\w+/, 'pending')),
        world: Object.fromEntries(
          Object.entries(recorded.world)
            .filter(([name]) => !name.includes('-?'))
            // The last Pod that mounts it has not gone yet.
            .filter(([name, { going }]) => !(going && name.startsWith('PersistentVolumeClaim/') && !(name in world)))
            .map(([name, { state, going }]) => [
              name,
              `${isHook.has(name) ? (state ?? '') : ''}${going ? ' dying' : ''}`,
            ]),
        ),
      },
    };
  });
}

/** Whether the scenario itself makes an object, before Helm comes. */
type IsGiven = (kind: string, name: string) => boolean;

const givenBy =
  ({ run }: Pick<Scenario, 'run'>): IsGiven =>
  (kind, name) =>
    run.some(({ apply }) => apply?.kind === kind && apply.metadata.name === name);

const placementsIn = (scenario: Pick<Scenario, 'charts'>, chart: string | undefined): readonly Placement[] =>
  placementsOf(
    (scenario.charts[chart ?? '']?.documents ?? []).map((document) => JSON.stringify(document)).join('\n---\n'),
  );

/**
 * What is no hook in any step. Plain objects are awaited together and by chance seen to end, so that no line of a wait can be held against
 * another: what failed shows in what comes after.
 */
function plainOf({ steps }: Run): ReadonlySet<string> {
  const hooks = new Set(steps.filter(({ phase }) => phase !== 'release').map(({ subject }) => subject.key));
  return new Set(
    steps.filter(({ subject }) => !hooks.has(subject.key)).map(({ subject: { id } }) => `${id.kind}/${id.name}`),
  );
}

/** When what is being deleted has gone, but for what something holds, and Jobs that lacked something have ended if they lack it no more. */
function later(situation: Situation, isGiven: IsGiven): Situation {
  const { world } = situation;
  const kept = [...world].filter(([, presence]) => {
    const { dying, subject } = presence;
    return (
      !dying || (subject.id.kind !== 'Pod' && (lingers(presence, world) === 'held' || hasFinalizers(subject.placement)))
    );
  });
  const after = new Map(kept.map(([key, presence]) => [key, resumed(presence, world, isGiven)]));
  return { ...situation, world: after };
}

function resumed(presence: Presence, world: World, isGiven: IsGiven): Presence {
  const template = valueAt(presence.subject.placement?.value(), ['spec', 'template']);
  const spec = valueAt(template, ['spec']);
  const waited = isObject(spec) && needsOf(spec).length > 0;
  const isEndless = valueAt(template, ['metadata', 'annotations', 'plane/outcome']) === 'hang';
  const ends = presence.run === 'running' && waited && !isEndless && !lacksNeeds(template, world, isGiven);
  return ends ? { ...presence, run: 'succeeded' } : presence;
}

const hasFinalizers = (placement: Placement | undefined): boolean =>
  valueAt(placement?.value(), ['metadata', 'finalizers']) !== undefined;

/** `upgrade --install` is an install where there is no release. */
const operationOf = ({ helm: operation, flags }: Deed, { history }: Situation): Operation =>
  flags?.includes('--install') && history.length === 0 ? 'install' : (operation as Operation);

function circumstancesOf(deed: Deed, version: string): Circumstances {
  const has = (flag: string): boolean => deed.flags?.includes(flag) ?? false;
  return {
    version: deed.with ?? version,
    wait: has('--wait') || has('--rollback-on-failure'),
    waitForJobs: has('--wait-for-jobs'),
    rollbackOnFailure: has('--rollback-on-failure'),
    timeoutSeconds: deed.timeout ?? 300,
    takeOwnership: has('--take-ownership'),
    ...(has('--server-side=false') && { serverSide: false }),
    ...(deed.to !== undefined && { rollbackTo: deed.to }),
  };
}

/** What the cluster did to the objects: what it refused for a reason of its own, and what the stand-in for a kubelet was told to let happen. */
function faultsOf(deed: Deed, recorded: readonly string[], isGiven: IsGiven): Faults {
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
    return fateOf(subject, { isHook: because === 'hook', timeout: deed.timeout ?? 300, world, isGiven });
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
  readonly timeout: number;
  readonly world: World;
  readonly isGiven: IsGiven;
}

function fateOf({ key, id: { kind }, placement }: Subject, meeting: Meeting): Fault | undefined {
  const { isHook, timeout, world, isGiven } = meeting;
  const presence = world.get(key);
  if (presence?.run === 'succeeded' || presence?.run === 'failed') return undefined;
  const value = placement?.value();
  const spec = valueAt(value, ['spec']);
  const pod = kind === 'Pod' ? value : valueAt(spec, ['template']);
  const fate = valueAt(pod, ['metadata', 'annotations']);
  const outcome = valueAt(fate, ['plane/outcome']);
  if (outcome === 'fail') return 'failed';
  // A plain Pod need not end: it is ready when it runs.
  if (kind === 'Pod' && !isHook) return undefined;
  const seconds = Number(valueAt(fate, [isAwaited(kind) ? 'plane/seconds' : 'plane/ready']) ?? 0);
  const serves = kind === 'Pod' && valueAt(spec, ['restartPolicy']) === undefined;
  const isEndless =
    outcome === 'hang' || valueAt(spec, ['suspend']) === true || lacksNeeds(pod, world, isGiven) || serves;
  const lasts = isEndless ? Number.POSITIVE_INFINITY : seconds;
  const deadline = valueAt(spec, ['activeDeadlineSeconds']);
  if (typeof deadline === 'number' && deadline < timeout && lasts > deadline) return 'failed';
  return lasts > timeout ? 'timed-out' : undefined;
}

/** Whether a Pod of this template waits for something that is not there. */
function lacksNeeds(pod: Json | undefined, world: World, isGiven: IsGiven): boolean {
  const spec = valueAt(pod, ['spec']);
  if (!isObject(spec)) return false;
  const account = valueAt(spec, ['serviceAccountName']);
  const isThere = (kind: string, name: string): boolean => isGiven(kind, name) || world.has(`/${kind}//${name}`);
  if (typeof account === 'string' && account !== 'default' && !isThere('ServiceAccount', account)) return true;
  return needsOf(spec).some(({ kind, name, key }) => {
    if (isGiven(kind, name)) return false;
    const there = world.get(`/${kind}//${name}`);
    if (there === undefined) return true;
    const value = there.subject.placement?.value();
    const has = (part: string): boolean => valueAt(value, [part, key ?? '']) !== undefined;
    return key !== undefined && !['data', 'stringData', 'binaryData'].some(has);
  });
}

/**
 * As the record writes it. It has no waits for what is ready or done when Helm looks, and of objects of one kind no order.
 */
function stepTexts(run: Run): readonly string[] {
  const done = new Set<string>();
  return run.steps.flatMap(({ do: doing, subject: { id, key }, outcome, because }, at): readonly string[] => {
    const name = `${id.kind}/${id.name}`;
    if (because === 'claim-of-statefulset' || because === 'unchanged' || because === 'unknown-event') return [];
    // Helm itself refuses: the API server hears nothing.
    if (because === 'not-owned') return [];
    if ((because === 'already-there' || because === 'onto-dying') && run.worldAfter(at).get(key)?.run !== 'running')
      done.add(key);
    switch (doing) {
      case 'keep':
        return [];
      case 'create':
        return [outcome === 'refused' ? `${name} refused` : `create ${name}`];
      case 'delete':
        return [`delete ${name}`, ...(outcome === 'timed-out' ? [`wait ${name}: timeout`] : [])];
      case 'wait':
        if (outcome === 'killed' || outcome === 'interrupted' || done.has(key)) return [];
        if (!isAwaited(id.kind) && outcome === 'done') return [];
        return [`wait ${name}${outcome === 'failed' ? ': failed' : outcome === 'timed-out' ? ': timeout' : ''}`];
      default:
        return [outcome === 'refused' ? `${name} refused` : `apply ${name}`];
    }
  });
}

const recordedTexts = (steps: readonly string[]): readonly string[] =>
  steps
    .filter((step) => !/: (?:not there|gone)$/.test(step))
    .filter((step) => !/^wait (?!Job|Pod)\S+$/.test(step))
    .map((step) => step.replace(/^patch /, 'apply ').replace(/^\w+ (.*): \d{3}$/, '$1 refused'));

/**
 * The release's own objects are applied and deleted in an order of kinds only; hooks one by one. What Helm writes of one object in two
 * requests, to become its field manager, is one step.
 */
export function inOrderOfKinds(steps: readonly string[], plain: ReadonlySet<string>): readonly string[] {
  const groupOf = (step: string): string | undefined => {
    const [, verb = 'apply', name = ''] = /^(?:(\w+) )?([^ :]+)/.exec(step) ?? [];
    return plain.has(name) ? `${verb === 'create' ? 'apply' : verb} ${name.replace(/\/.*/, '')}` : undefined;
  };
  const groups: string[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && groupOf(step) !== undefined && groupOf(last[0]) === groupOf(step)) last.push(step);
    else groups.push([step]);
  }
  return groups.flatMap((group) => [...new Set(group.sort())]);
}

/** Whether plain Jobs have ended by then is nothing that Helm waits for; the record has no objects that went while it looked. */
function worldTexts({ world }: Situation, recorded: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    [...world.values()]
      .filter(({ subject: { id }, dying }) => !dying || recorded.includes(`${id.kind}/${id.name}`))
      .map(({ subject: { id }, run, dying, owner }) => [
        `${id.kind}/${id.name}`,
        `${owner === 'hook' ? (run ?? '') : ''}${dying ? ' dying' : ''}`,
      ]),
  );
}
