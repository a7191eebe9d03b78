/**
 * Whether what a hook waits for can be there while it waits, and if not, why: as the end of a sentence.
 *
 * A Service is up only if pods that it selects run by then; pods run only if what *they* wait for is there. What Helm does not
 * create in this event is looked up in availability.ts, the one theory of existence.
 */

import { type Event, hasEventOf } from '../model/helm.ts';
import { isObject, valueAt } from '../model/json.ts';
import { mayShareNamespace } from '../model/manifest.ts';
import { getOrMake } from '../model/maps.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import { isGone, mayServe, type State, stateAt } from '../release/availability.ts';
import { describeGone } from '../release/gone.ts';
import { lacksOf } from '../release/lack.ts';
import { once, type Release } from '../release/release.ts';
import { lookupOfPods, type Wait, waitsOf } from './find.ts';

export interface Obstacle {
  /** `which Helm creates after pre-install hooks` */
  readonly clause: string;
  /** What has to come earlier. */
  readonly missing: Placement;
  readonly state: State | 'itself' | 'gone';
}

const MAX_DEPTH = 4;

/** When a hook runs, and what is known of that moment: several workloads may wait for the same, and Services may have the same pods. */
interface Moment {
  readonly hook: Placement;
  readonly event: Event;
  readonly release: Release;
  /** By question, the answers by the list that is asked about. */
  readonly known: Map<string, Map<readonly Placement[], Obstacle | undefined>>;
}

const momentsOf = once((hook: Placement, release: Release) => {
  const moments = new Map<Event, Moment>();
  return (event: Event): Moment => getOrMake(moments, event, () => ({ hook, event, release, known: new Map() }));
});

/** Why none of the wait's targets can be there when `hook` runs in `event`; undefined when one may be. */
export const obstacleOf = (wait: Wait, hook: Placement, event: Event, release: Release): Obstacle | undefined =>
  obstacleAt(wait, momentsOf(hook, release)(event), 0);

function obstacleAt({ targets, dns }: Wait, moment: Moment, depth: number): Obstacle | undefined {
  return answer(moment, `${dns ? 'names' : 'targets'} ${depth}`, targets, () =>
    findObstacle(targets, dns, moment, depth),
  );
}

function answer(
  { known }: Moment,
  question: string,
  about: readonly Placement[],
  find: () => Obstacle | undefined,
): Obstacle | undefined {
  const answers = getOrMake(known, question, () => new Map<readonly Placement[], Obstacle | undefined>());
  if (!answers.has(about)) answers.set(about, find());
  return answers.get(about);
}

function findObstacle(
  targets: readonly Placement[],
  dns: boolean,
  moment: Moment,
  depth: number,
): Obstacle | undefined {
  let first: Obstacle | undefined;
  for (const target of targets) {
    const obstacle = missing(target, moment) ?? (dns && !isHeadless(target) ? undefined : notUp(target, moment, depth));
    if (obstacle === undefined) return undefined;
    first ??= obstacle;
  }
  return first;
}

function missing(target: Placement, { hook, event, release }: Moment): Obstacle | undefined {
  if (target.gone !== undefined) return { clause: describeGone(target), missing: target, state: 'gone' };
  if (target === hook) return { clause: 'which is the hook itself', missing: target, state: 'itself' };
  const state = stateAt(target, hook, event, release);
  return isGone(state)
    ? { clause: `which ${describe(state, target, hook, event)}`, missing: target, state }
    : undefined;
}

function notUp(target: Placement, moment: Moment, depth: number): Obstacle | undefined {
  if (depth > MAX_DEPTH || target.gone !== undefined) return undefined;
  if (isWorkload(target)) return podsNotUp([target], target, moment, depth);
  if (target.resource.kind !== 'Service') return undefined;
  const workloads = selectedBy(target, moment.release);
  return answer(moment, `pods ${depth}`, workloads, () => podsNotUp(workloads, target, moment, depth));
}

function podsNotUp(
  workloads: readonly Placement[],
  target: Placement,
  moment: Moment,
  depth: number,
): Obstacle | undefined {
  let first: Obstacle | undefined;
  for (const workload of workloads) {
    const obstacle = workload === moment.hook ? undefined : workloadObstacle(workload, target, moment, depth);
    if (obstacle === undefined) return undefined;
    first ??= obstacle;
  }
  return first;
}

function workloadObstacle(workload: Placement, target: Placement, moment: Moment, depth: number): Obstacle | undefined {
  const { hook, event, release } = moment;
  const name = formatPlacement(workload);
  const whose = workload === target ? 'which' : `whose pods (${name})`;
  const state = workload === target ? 'there' : stateAt(workload, hook, event, release);
  if (isGone(state)) return { clause: `${whose} ${describe(state, workload, hook, event)}`, missing: workload, state };
  // Pods of the previous revision are up.
  if (state === 'old' || hasEventOf([event], 'upgrade', 'uninstall')) return undefined;
  const lack = lacksOf(workload, event, release, hook).find(({ need }) => KEEPS_PODS_OUT.has(need.use));
  if (lack !== undefined) {
    const { need, provider, state } = lack;
    const verb = workload === target ? 'needs' : 'need';
    return {
      clause: `${whose} ${verb} ${need.name}, which ${describe(state, provider, hook, event)}`,
      missing: provider,
      state,
    };
  }
  for (const wait of waitsOf(workload, release)) {
    if (!wait.container.init || wait.patience === 'then-goes-on') continue;
    const obstacle = obstacleAt(wait, moment, depth + 1);
    const [cause] = wait.targets;
    if (obstacle !== undefined && cause !== undefined)
      return {
        ...obstacle,
        clause: `${whose} ${workload === target ? 'waits' : 'wait'} for ${formatPlacement(cause)}, ${obstacle.clause}`,
      };
  }
  return undefined;
}

/** Uses of objects without which no pod starts. */
const KEEPS_PODS_OUT: ReadonlySet<string> = new Set(['identity', 'env', 'volume', 'claim']);

const podsByLabel = once((release) => lookupOfPods(release.byKind(...POD_KINDS).filter(mayServe)));

/**
 * The workloads of the stream whose pods a Service selects, less the hooks that Helm waits for, which are done before the question comes. The same
 * list for Services with the same pods.
 */
export const selectedBy = once((service: Placement, release: Release): readonly Placement[] => {
  const selector = valueAt(service.value(), ['spec', 'selector']);
  if (!isObject(selector) || Object.keys(selector).length === 0) return [];
  const found = podsByLabel(release).find(selector);
  const near = found.filter(({ resource }) => mayShareNamespace(resource.namespace, service.resource.namespace));
  return near.length === found.length ? found : near;
});

const POD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job'];
const isWorkload = ({ resource }: Placement): boolean =>
  /^(?:Deployment|StatefulSet|DaemonSet|Pod)$/.test(resource.kind);
const isHeadless = (service: Placement): boolean => valueAt(service.value(), ['spec', 'clusterIP']) === 'None';

function describe(state: State, target: Placement, hook: Placement, event: Event): string {
  const events = target.hook?.events.join(' and ') ?? '';
  const verb = isWorkload(target) || target.resource.kind === 'Job' ? 'starts' : 'creates';
  switch (state) {
    case 'later':
      return `Helm ${verb} after ${event} hooks`;
    case 'later-hook':
      return `Helm ${verb} only after it in ${event} (${compareWeights(target, hook)})`;
    case 'other-event':
      return `Helm ${verb} only as a hook of ${events}`;
    case 'deleted':
      return target.hook === undefined
        ? `the uninstall has deleted by ${event}`
        : `hook-succeeded has deleted after its ${events} hooks`;
    default:
      return '';
  }
}

function compareWeights(later: Placement, earlier: Placement): string {
  const [a, b] = [later.hook?.weight ?? 0, earlier.hook?.weight ?? 0];
  return a === b ? `both have weight ${a}, and then names decide` : `weight ${a} comes after ${b}`;
}
