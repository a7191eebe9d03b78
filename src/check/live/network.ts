/**
 * NetworkPolicies as the cluster reads them: which of them guard a pod, and whether one of their rules lets a connection through
 * [kubernetes.io/docs/concepts/services-networking/network-policies].
 *
 * What the stream does not tell lets through: the labels of namespaces, addresses.
 */
import { isObject, type Json, type JsonObject, valueAt } from '../../model/json.ts';
import { mayShareNamespace } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { containersOf, itemsOf } from '../../release/references.ts';
import { once, type Release } from '../../release/release.ts';
import { type Labels, readLabels, readSelector, selects } from '../../release/selectors.ts';

export type Direction = 'ingress' | 'egress';

/** A pod that sends or receives. */
export interface End {
  readonly labels: Labels;
  readonly namespace: string | undefined;
}

/** Ports that lead to one and the same place: numbers, and names of container ports. */
export type Ports = readonly (number | string)[];

/** Other kinds of policies let through what NetworkPolicies do not name. */
const OTHER_KINDS = [
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'AdminNetworkPolicy',
  'GlobalNetworkPolicy',
];

const policies = once((release): readonly Placement[] =>
  OTHER_KINDS.some((kind) => release.byKind(kind).length > 0) ? [] : release.byKind('NetworkPolicy'),
);

/** The policies that guard a pod in one direction; without one that surely does, everything comes through. */
export function policiesFor(pod: End, direction: Direction, release: Release): readonly Placement[] {
  const found = policies(release).filter(
    (policy) =>
      isGuarding(policy, direction) &&
      mayShareNamespace(policy.resource.namespace, pod.namespace) &&
      isSelected(policy, valueAt(policy.value(), ['spec', 'podSelector']), pod.labels),
  );
  return found.some(({ hook, resource }) => hook === undefined && resource.namespace === pod.namespace) ? found : [];
}

function isGuarding(policy: Placement, direction: Direction): boolean {
  const types = valueAt(policy.value(), ['spec', 'policyTypes']);
  if (Array.isArray(types) && types.length > 0) return types.some((type) => String(type).toLowerCase() === direction);
  return direction === 'ingress' || valueAt(policy.value(), ['spec', 'egress']) !== undefined;
}

/** An empty selector selects all. */
function isSelected(owner: Placement, selector: Json | undefined, labels: Labels): boolean {
  const read = readSelector(owner, selector);
  return read === undefined || selects(read, labels);
}

/** The rules of a policy in a direction. */
const rulesOf = (policy: Placement, direction: Direction): readonly JsonObject[] =>
  itemsOf(valueAt(policy.value(), ['spec', direction])).map(([, rule]) => rule);

const peersOf = (rule: JsonObject, direction: Direction): readonly JsonObject[] =>
  itemsOf(rule[direction === 'ingress' ? 'from' : 'to']).map(([, peer]) => peer);

/** Whether one of the policies lets a pod through to, or from, the other end. */
export const letsThrough = (found: readonly Placement[], direction: Direction, other: End, ports: Ports): boolean =>
  found.some((policy) =>
    rulesOf(policy, direction).some((rule) => {
      const peers = peersOf(rule, direction);
      const isPeer = peers.length === 0 || peers.some((peer) => matchesPeer(peer, policy, other));
      return isPeer && matchesPorts(rule, ports);
    }),
  );

/** Whether one of the policies lets a pod out to what is no pod of its namespace: name servers, the API server. */
export const letsOut = (found: readonly Placement[], ports: Ports): boolean =>
  found.some((policy) =>
    rulesOf(policy, 'egress').some((rule) => {
      const peers = peersOf(rule, 'egress');
      const isWide =
        peers.length === 0 || peers.some((peer) => isObject(peer['ipBlock']) || 'namespaceSelector' in peer);
      return isWide && matchesPorts(rule, ports);
    }),
  );

function matchesPeer(peer: JsonObject, policy: Placement, { labels, namespace }: End): boolean {
  if (isObject(peer['ipBlock'])) return true;
  if (isObject(peer['namespaceSelector'])) {
    const name = valueAt(peer['namespaceSelector'], ['matchLabels', 'kubernetes.io/metadata.name']);
    if (typeof name === 'string' && namespace !== undefined && name !== namespace) return false;
  } else if (!mayShareNamespace(policy.resource.namespace, namespace)) return false;
  return isSelected(policy, peer['podSelector'], labels);
}

function matchesPorts(rule: JsonObject, ports: Ports): boolean {
  const own = itemsOf(rule['ports']).map(([, port]) => port);
  if (own.length === 0 || ports.length === 0) return true;
  return own.some(({ port, endPort }) => {
    if (port === undefined || port === null) return true;
    const last = typeof endPort === 'number' ? endPort : Number(port);
    return ports.some((each) => each === port || (typeof each === 'number' && Number(port) <= each && each <= last));
  });
}

/** The labels of each rule by which a pod gets in, where labels are all that it asks for. */
export const labelsLetIn = (found: readonly Placement[]): readonly Labels[] =>
  found.flatMap((policy) =>
    rulesOf(policy, 'ingress').flatMap((rule) =>
      peersOf(rule, 'ingress').flatMap((peer): Labels[] => {
        const labels = readLabels(valueAt(peer['podSelector'], ['matchLabels']));
        const isPlain =
          !('namespaceSelector' in peer) && valueAt(peer['podSelector'], ['matchExpressions']) === undefined;
        return isPlain && Object.keys(labels).length > 0 ? [labels] : [];
      }),
    ),
  );

/** Where a Service's ports lead in a pod, as numbers and names; none where that cannot be told. */
export function portsBehind(service: Placement, workload: Placement): Ports {
  const own = containersOf(workload).flatMap(({ value }) => itemsOf(value['ports']).map(([, port]) => port));
  const ports = itemsOf(valueAt(service.value(), ['spec', 'ports'])).flatMap(([, { port, targetPort }]) => {
    const target = targetPort ?? port;
    const known = own.filter((each) => each['containerPort'] === target || each['name'] === target);
    return [target, ...known.flatMap((each) => [each['containerPort'], each['name']])];
  });
  const found = ports.flatMap((port) => (typeof port === 'number' || typeof port === 'string' ? [port] : []));
  // A name that no container explains may be any number.
  return found.every((port) => typeof port === 'string') ? [] : [...new Set(found)];
}
