/**
 * `live/selected`: the pods of a Job, or of a hook, have the labels by which the release finds the pods of its app.
 *
 * A Service sends requests to any running pod with its labels, more labels do not help; a PodDisruptionBudget counts it; an autoscaler
 * measures it; a DaemonSet or ReplicaSet adopts it when nothing owns it. What a Job owns is never adopted.
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { OPERATIONS } from '../../model/helm.ts';
import { isObject, type Operation, pointer, valueAt } from '../../model/json.ts';
import { mayShareNamespace } from '../../model/manifest.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { containersOf, itemsOf, podSpecOf } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import {
  keysOf,
  type Labels,
  podLabelsOf,
  podLabelsPath,
  readPlainSelector,
  readSelector,
  type Selector,
  SelectorIndex,
} from '../../release/selectors.ts';
import { selectedBy } from '../../waits/obstacles.ts';
import { patchCure } from '../cure.ts';
import { LASTING_KINDS } from './users.ts';

/** `live/selected`. */
export const checkSelected: Check = (placement, release) => {
  const { resource, rule } = placement;
  if (!runsBesideApp(placement)) return [];
  const labels = podLabelsOf(placement);
  const selections = selectionsOf(placement, labels, release);
  if (selections.length === 0) return [];
  const path = podLabelsPath(resource.kind) ?? [];
  const keys = keysToChange(selections.map(({ selector }) => selector));
  const shared = keys.map((key) => `${key}: ${labels[key]}`).join(', ');
  const whose = resource.kind === 'Pod' ? 'is a pod' : 'has pods';
  return [
    findingOf(
      'live/selected',
      resource,
      keys[0] === undefined ? path : [...path, keys[0]],
      `${formatPlacement(placement)} ${whose} with labels of the app (${shared}): ${selections.map(({ text }) => text).join(', ')}`,
      {
        ...(!selections.some(({ isGrave }) => isGrave) && { severity: 'info' as const }),
        ...adviseFor(placement, keys, labels, release),
        ...(rule && { config: { ...rule.place, hook: rule.name } }),
      },
    ),
  ];
};

/** Events in which nothing of the app has to go on working, or nothing of it is there. */
const HARMLESS = new Set<string>(['pre-install', ...OPERATIONS.uninstall]);

function runsBesideApp({ resource: { kind }, hook }: Placement): boolean {
  if (hook === undefined) return kind === 'Job' || kind === 'CronJob';
  return (kind === 'Job' || kind === 'Pod') && hook.events.some((event) => !HARMLESS.has(event));
}

interface Selection {
  readonly selector: Selector;
  /** `Service/pond sends it requests` */
  readonly text: string;
  /** Requests fail, nodes cannot be drained, or pods are deleted; not only a count that is wrong while a hook runs. */
  readonly isGrave: boolean;
}

export function selectionsOf(placement: Placement, labels: Labels, release: Release): readonly Selection[] {
  return selectors(release)
    .find(labels)
    .filter(({ owner }) => mayShareNamespace(owner.resource.namespace, placement.resource.namespace))
    .flatMap((selector): Selection[] => {
      const effect = effectOf(selector.owner, placement, release);
      if (effect === undefined) return [];
      return [{ ...effect, selector, text: `${formatPlacement(selector.owner)} ${effect.text}` }];
    });
}

const OWNER_KINDS = ['Service', 'PodDisruptionBudget', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

/** Of plain objects: what a hook makes for its own pods is meant to select them. */
const selectors = once((release) => {
  const owners = release.byKind(...OWNER_KINDS, 'ReplicationController');
  return new SelectorIndex(
    owners
      .filter(({ hook }) => hook === undefined)
      .flatMap((owner) => {
        const value = valueAt(owner.value(), ['spec', 'selector']);
        const isPlain = owner.resource.kind === 'Service' || owner.resource.kind === 'ReplicationController';
        return (isPlain ? readPlainSelector(owner, value) : readSelector(owner, value)) ?? [];
      }),
  );
});

type Effect = Pick<Selection, 'text' | 'isGrave'>;

/** What the owner of a selector does to a pod that it selects; undefined where that harms nothing. */
function effectOf(owner: Placement, pod: Placement, release: Release): Effect | undefined {
  const isBare = pod.resource.kind === 'Pod';
  // Who runs tests looks on while they run.
  const isTest = pod.hook?.events.every((event) => event === 'test') === true;
  switch (owner.resource.kind) {
    case 'Service':
      return isEndpoint(owner, pod, release)
        ? { text: 'sends requests to it while it runs', isGrave: !isTest }
        : undefined;
    case 'PodDisruptionBudget':
      return effectOfBudget(owner, isBare);
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'ReplicationController':
      // It has no owner, so a controller whose selector fits takes it over, and deletes what is too many.
      return isBare ? { text: 'adopts it and may delete it', isGrave: true } : undefined;
    default:
      return effectOfScaler(owner, release);
  }
}

/**
 * A budget in percent, or with maxUnavailable, asks each pod's controller how many pods it wants. A Job cannot say, so the budget allows no
 * eviction as long as the pod is there, finished or not [kubernetes pkg/controller/disruption].
 */
function effectOfBudget(budget: Placement, isBare: boolean): Effect {
  const spec = valueAt(budget.value(), ['spec']);
  const asks = valueAt(spec, ['maxUnavailable']) !== undefined || String(valueAt(spec, ['minAvailable'])).endsWith('%');
  return asks && !isBare
    ? { text: 'allows no eviction as long as it is there', isGrave: true }
    : { text: 'counts it as one of the app', isGrave: false };
}

/** An autoscaler measures all pods that the selector of its target selects [kubernetes pkg/controller/podautoscaler]. */
function effectOfScaler(target: Placement, release: Release): Effect | undefined {
  const scaler = release
    .byKind('HorizontalPodAutoscaler')
    .find(
      (each) =>
        valueAt(each.value(), ['spec', 'scaleTargetRef', 'name']) === target.name &&
        valueAt(each.value(), ['spec', 'scaleTargetRef', 'kind']) === target.resource.kind &&
        mayShareNamespace(each.resource.namespace, target.resource.namespace),
    );
  return scaler === undefined ? undefined : { text: `makes ${formatPlacement(scaler)} measure it`, isGrave: false };
}

/** Whether a Service takes the pod for one of its endpoints: it counts as ready, and a port leads into it. */
function isEndpoint(service: Placement, pod: Placement, release: Release): boolean {
  const spec = valueAt(service.value(), ['spec']);
  if (!isObject(spec) || spec['type'] === 'ExternalName') return false;
  const containers = containersOf(pod).filter(({ init, value }) => !init || value['restartPolicy'] === 'Always');
  const isProbed =
    containers.some(({ value }) => isObject(value['readinessProbe'])) ||
    itemsOf(podSpecOf(pod)?.spec['readinessGates']).length > 0;
  // A probe was written for the app: what does not serve never passes it.
  if (isProbed && spec['publishNotReadyAddresses'] !== true) return false;
  const own = containers.flatMap(({ value }) => itemsOf(value['ports']).map(([, port]) => port));
  const ports = itemsOf(spec['ports']).map(([, port]) => port);
  const leadsIn = ports.some(
    ({ targetPort }) =>
      typeof targetPort !== 'string' || /^\d+$/.test(targetPort) || own.some(({ name }) => name === targetPort),
  );
  if (!leadsIn && !(ports.length === 0 && spec['clusterIP'] === 'None')) return false;
  // With a port of its own, and no workload beside it, it is what the Service was made for.
  const serves = own.some(({ containerPort, name }) =>
    ports.some(({ port, targetPort }) => [containerPort, name].includes(targetPort ?? port)),
  );
  return !serves || selectedBy(service, release).some(({ resource: { kind } }) => LASTING_KINDS.has(kind));
}

/** Labels that all objects of a release share, and other things go by. */
const COMMON = /(?:^|\/)(?:instance|release|managed-by|heritage|chart|version|part-of|tenant|environment|env)$/;
const USUAL = ['app.kubernetes.io/component', 'component', 'role', 'tier', 'app.kubernetes.io/name', 'app', 'k8s-app'];

/** Few labels with which the pods leave all selectors. */
function keysToChange(found: readonly Selector[]): readonly string[] {
  const keys: string[] = [];
  let left = found;
  while (left.length > 0) {
    const rank = (key: string): number =>
      left.filter((selector) => keysOf(selector).includes(key)).length * 100 -
      (COMMON.test(key) ? 50 : USUAL.includes(key) ? USUAL.indexOf(key) : USUAL.length);
    const [best] = [...new Set(left.flatMap(keysOf))].sort((a, b) => rank(b) - rank(a));
    if (best === undefined) break;
    keys.push(best);
    left = left.filter((selector) => !keysOf(selector).includes(best));
  }
  return keys;
}

function adviseFor(
  placement: Placement,
  keys: readonly string[],
  labels: Labels,
  release: Release,
): Required<Pick<Finding, 'hint' | 'cure'>> {
  const path = podLabelsPath(placement.resource.kind) ?? [];
  const suffix = ['-hook', '-run', '-once'].find((each) => {
    const changed = { ...labels, ...Object.fromEntries(keys.map((key) => [key, renamed(labels[key], each)])) };
    return selectionsOf(placement, changed, release).length === 0;
  });
  const operations = keys.map(
    (key): Operation => ({
      op: 'replace',
      path: pointer([...path, key]),
      value: renamed(labels[key], suffix ?? '-hook'),
    }),
  );
  const { keys: patch, cure } = patchCure(placement, operations);
  const hint =
    placement.rule === undefined
      ? `give it another label: claim ${formatPlacement(placement)} in hookorder.yaml with ${patch}`
      : `add ${patch} to this hook`;
  return { hint, cure };
}

/** Values of labels have at most 63 characters. */
const renamed = (value: string | undefined, suffix: string): string =>
  `${(value ?? '').slice(0, 63 - suffix.length)}${suffix}`.replace(/^-/, '');
