/**
 * What a ResourceQuota or LimitRange of the release refuses for certain: pods without an amount that has to be there, and pods that ask for
 * too much or too little. Their Job makes no pod, so Helm waits for it to its timeout.
 *
 * [S kubernetes plugin/pkg/admission/limitranger and pkg/quota/v1/evaluator/core]
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { isObject, type Json, type JsonObject, listOf, valueAt } from '../../model/json.ts';
import { formatResource, mayShareNamespace } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { type Container, containersOf, itemsOf, podSpecOf } from '../../release/references.ts';
import type { Release } from '../../release/release.ts';
import { readQuantity } from './quantity.ts';

type Side = 'requests' | 'limits';

/** What is refused, as the end of a sentence about the hook, and what the container needs instead. */
interface Refusal {
  readonly by: Placement;
  readonly container: Container;
  readonly what: string;
  readonly hint: string;
}

export function refusedByRelease(placement: Placement, release: Release): readonly Finding[] {
  const { resource, hook, rule } = placement;
  // At the first pre-install hook neither is there yet; from the next revision on they are.
  if (hook?.events.every((event) => event === 'pre-install')) return [];
  const near = (kind: string): readonly Placement[] =>
    release.byKind(kind).filter((other) => mayShareNamespace(other.resource.namespace, resource.namespace));
  const ranges = near('LimitRange').flatMap((by) =>
    itemsOf(valueAt(by.value(), ['spec', 'limits'])).map(([, limits]): Range => ({ by, limits })),
  );
  const pod: Pod = { containers: containersOf(placement), ranges, spec: podSpecOf(placement)?.spec ?? {} };
  const refusal = refusedByRange(pod) ?? refusedByQuota(pod, near('ResourceQuota'));
  if (refusal === undefined) return [];
  const { container, by, what, hint } = refusal;
  return [
    findingOf(
      'pod/lacks-setting',
      resource,
      container.path,
      `${formatResource(resource)} has ${what}, and ${formatResource(by.resource)} of the release refuses such pods: the hook never starts`,
      {
        severity: 'warning',
        hint: `${hint} of its container ${container.name}, in the chart or with a \`patch\``,
        ...(rule && { config: { ...rule.place, hook: rule.name } }),
      },
    ),
  ];
}

/** One item of a LimitRange. */
interface Range {
  readonly by: Placement;
  readonly limits: JsonObject;
}

interface Pod {
  readonly containers: readonly Container[];
  readonly spec: Readonly<JsonObject>;
  readonly ranges: readonly Range[];
}

const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== '';

const isForContainers = ({ limits }: Range): boolean => (limits['type'] ?? 'Container') === 'Container';

/** What the first LimitRange that says so gives to containers without an amount of their own; `max` and `min` are such defaults too. */
function defaultOf({ ranges }: Pod, side: Side, name: string): Json | undefined {
  const keys = side === 'limits' ? ['default', 'max'] : ['defaultRequest', 'default', 'min', 'max'];
  for (const range of ranges.filter(isForContainers))
    for (const key of keys) {
      const value = valueAt(range.limits, [key, name]);
      if (isSet(value)) return value;
    }
  return undefined;
}

/** The amount that the pod gets: a limit is a request too, where there is none. */
const amountOf = (pod: Pod, { value }: Container, side: Side, name: string): Json | undefined =>
  [
    valueAt(value, ['resources', side, name]),
    side === 'requests' ? valueAt(value, ['resources', 'limits', name]) : undefined,
    defaultOf(pod, side, name),
  ].find(isSet);

/** Of several containers at once; undefined where one of them has none, or it cannot be read. */
function sumOf(pod: Pod, side: Side, name: string): number | undefined {
  const amounts = pod.containers
    .filter(({ init }) => !init)
    .map((each) => readQuantity(amountOf(pod, each, side, name)));
  return amounts.reduce<number | undefined>(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
}

const SIDES = { max: 'limits', min: 'requests' } as const;

function refusedByRange(pod: Pod): Refusal | undefined {
  for (const range of pod.ranges) {
    const { by, limits } = range;
    for (const bound of ['max', 'min'] as const)
      for (const [name, value] of Object.entries(isObject(limits[bound]) ? limits[bound] : {})) {
        const limit = readQuantity(value);
        if (limit === undefined) continue;
        const found = (isForContainers(range) ? beyond : limits['type'] === 'Pod' ? podBeyond : undefined)?.(
          pod,
          bound,
          name,
          limit,
        );
        if (found !== undefined) return { by, ...found };
      }
  }
  return undefined;
}

type Bound = keyof typeof SIDES;
type Beyond = Omit<Refusal, 'by'>;
const isBeyond = (bound: Bound, amount: number | undefined, limit: number): boolean =>
  amount !== undefined && (bound === 'max' ? amount > limit : amount < limit);

/** One container against a bound for containers: a request has to keep within both. */
function beyond(pod: Pod, bound: Bound, name: string, limit: number): Beyond | undefined {
  for (const container of pod.containers)
    for (const side of ['limits', 'requests'] as const) {
      const own = valueAt(container.value, ['resources', side, name]);
      if (!isSet(own) || !isBeyond(bound, readQuantity(own), limit)) continue;
      return {
        container,
        what: `${side}.${name} of ${String(own)} in its container ${container.name}`,
        hint: `set \`resources.${side}.${name}\` ${bound === 'max' ? 'lower' : 'higher'} in the resources`,
      };
    }
  return undefined;
}

/** All containers against a bound for pods, which also wants each to have an amount. */
function podBeyond(pod: Pod, bound: Bound, name: string, limit: number): Beyond | undefined {
  const side = SIDES[bound];
  const main = pod.containers.filter(({ init }) => !init);
  const bare = main.find((each) => !isSet(amountOf(pod, each, side, name)));
  // With an amount in one container only, the others count as nothing.
  if (bare !== undefined)
    return main.some((each) => isSet(amountOf(pod, each, side, name))) ? undefined : lacking(bare, side, name);
  const [first] = main;
  const sum = sumOf(pod, side, name);
  if (first === undefined || !isBeyond(bound, sum, limit)) return undefined;
  return {
    container: first,
    what: `${side}.${name} of its containers that are ${bound === 'max' ? 'more' : 'less'} than a pod may have`,
    hint: `set \`resources.${side}.${name}\` ${bound === 'max' ? 'lower' : 'higher'} in the resources`,
  };
}

const lacking = (container: Container, side: Side, name: string): Beyond => ({
  container,
  what: `no ${side}.${name} in its container ${container.name}`,
  hint: `set \`resources.${side}.${name}\` in the resources`,
});

/** What a quota counts, and the word for it in a container's resources. */
const COUNTED: Readonly<Record<string, readonly [Side, string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'requests.cpu': ['requests', 'cpu'],
  'requests.memory': ['requests', 'memory'],
  'limits.cpu': ['limits', 'cpu'],
  'limits.memory': ['limits', 'memory'],
};

function refusedByQuota(pod: Pod, quotas: readonly Placement[]): Refusal | undefined {
  for (const quota of quotas) {
    const spec = valueAt(quota.value(), ['spec']);
    const hard = valueAt(spec, ['hard']);
    if (!isObject(hard) || isSet(valueAt(spec, ['scopeSelector'])) || !isCounted(pod, valueAt(spec, ['scopes'])))
      continue;
    for (const [key, [side, name]] of Object.entries(COUNTED)) {
      if (!Object.hasOwn(hard, key)) continue;
      const bare = pod.containers.find((each) => !isSet(amountOf(pod, each, side, name)));
      if (bare !== undefined) return { by: quota, ...lacking(bare, side, name) };
      const [first] = pod.containers;
      const limit = readQuantity(hard[key]);
      if (first === undefined || limit === undefined || !isBeyond('max', sumOf(pod, side, name), limit)) continue;
      return {
        by: quota,
        container: first,
        what: `more ${side}.${name} than ${key}: ${String(hard[key])}`,
        hint: `set \`resources.${side}.${name}\` lower in the resources`,
      };
    }
  }
  return undefined;
}

/** Whether a quota of these scopes counts the pod. */
function isCounted({ containers, spec }: Pod, scopes: Json | undefined): boolean {
  const isTerminating = typeof spec['activeDeadlineSeconds'] === 'number';
  const holds: Readonly<Record<string, boolean>> = {
    Terminating: isTerminating,
    NotTerminating: !isTerminating,
    NotBestEffort: containers.some(({ value }) =>
      ['requests', 'limits'].some((side) => isObject(valueAt(value, ['resources', side]))),
    ),
  };
  return listOf(scopes).every((scope) => holds[String(scope)] === true);
}
