/**
 * `pod/lacks-setting`: what all other pods of the release have, and a hook's pods do not: they may be pulled, placed or admitted elsewhere, or nowhere.
 *
 * Certain is only what a ResourceQuota of the release refuses: pods without the resources that it counts.
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import { isObject, type Json, type JsonObject, valueAt } from '../../model/json.ts';
import { formatResource, mayShareNamespace } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { containersOf, itemsOf, podSpecOf } from '../../release/references.ts';
import { type Check, indexBy, once, type Release } from '../../release/release.ts';

type Spec = Readonly<JsonObject>;

/** True for pods that have the setting, by its name. */
const SETTINGS: Readonly<Record<string, (spec: Spec, placement: Placement, release: Release) => boolean>> = {
  imagePullSecrets: (spec, placement, release) => isSet(spec['imagePullSecrets']) || accountPulls(placement, release),
  nodeSelector: (spec) => isSet(spec['nodeSelector']) || isSet(valueAt(spec, ['affinity', 'nodeAffinity'])),
  tolerations: (spec) => isSet(spec['tolerations']),
  runtimeClassName: (spec) => isSet(spec['runtimeClassName']),
  priorityClassName: (spec) => isSet(spec['priorityClassName']),
  securityContext: (spec, placement) =>
    isSet(spec['securityContext']) || containersOf(placement).every(({ value }) => isSet(value['securityContext'])),
};

const isSet = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && (typeof value !== 'object' || Object.keys(value).length > 0);

export const checkLacksSetting: Check = (placement, release) => {
  const { resource, hook } = placement;
  if (hook === undefined || placement.copyFor !== undefined) return [];
  // A test that does not start holds nothing up.
  if (hook.events.every((event) => event === 'test')) return [];
  const pod = podSpecOf(placement);
  if (!isAwaited(resource.kind) || pod === undefined) return [];
  return [...refusedByQuota(placement, release), ...lackingOf(placement, pod, release)];
};

function lackingOf(
  placement: Placement,
  pod: NonNullable<ReturnType<typeof podSpecOf>>,
  release: Release,
): readonly Finding[] {
  const common = commonSettings(release).get(placement.resource.chart);
  if (common === undefined) return [];
  const lacking = common.settings.filter((name) => {
    if (SETTINGS[name]?.(pod.spec, placement, release)) return false;
    return name !== 'imagePullSecrets' || registriesOf(placement).some((registry) => common.registries.has(registry));
  });
  if (lacking.length === 0) return [];
  const names = lacking.length === 1 ? lacking.join() : `${lacking.slice(0, -1).join(', ')} and ${lacking.at(-1)}`;
  const what = `no ${names}, which the other pods of the chart have (${formatResource(common.first.resource)})`;
  return [
    findingOf('pod/lacks-setting', placement.resource, pod.path, `${formatResource(placement.resource)} has ${what}`, {
      hint: `give it the same, in the chart or with a \`patch\` on /${pod.path.join('/')}`,
      cause: {
        key: JSON.stringify([placement.resource.chart, placement.rule?.name]),
        member: formatResource(placement.resource),
        message: `$all have ${what}`,
      },
    }),
  ];
}

/** What the lasting pods of a chart have in common. */
interface Common {
  readonly first: Placement;
  /** Settings that all of them have. */
  readonly settings: readonly string[];
  /** Where their images come from: Secrets for other registries do not help a hook. */
  readonly registries: ReadonlySet<string>;
}

const commonSettings = once((release): ReadonlyMap<string | undefined, Common> => {
  const workloads = release.byKind('Deployment', 'StatefulSet', 'DaemonSet').filter((each) => podSpecOf(each));
  const common = new Map<string | undefined, Common>();
  for (const [chart, pods] of indexBy(workloads, ({ resource }) => resource.chart)) {
    const [first] = pods;
    if (first === undefined) continue;
    const settings = Object.entries(SETTINGS).flatMap(([name, has]) =>
      pods.every((each) => has(podSpecOf(each)?.spec ?? {}, each, release)) ? [name] : [],
    );
    common.set(chart, { first, settings, registries: new Set(pods.flatMap(registriesOf)) });
  }
  return common;
});

const registriesOf = (placement: Placement): readonly string[] =>
  containersOf(placement).map(({ value }) => {
    const [host = '', ...path] = String(value['image'] ?? '').split('/');
    return path.length > 0 && /[.:]/.test(host)
      ? `${host}/${path.length > 1 ? (path[0] ?? '') : ''}`
      : path.length > 0
        ? host
        : 'library';
  });

const accountPulls = (placement: Placement, release: Release): boolean => {
  const spec = podSpecOf(placement)?.spec ?? {};
  const name = spec['serviceAccountName'] ?? spec['serviceAccount'];
  if (typeof name !== 'string') return false;
  return release
    .find('ServiceAccount', name, placement.resource.namespace)
    .some((account) => isSet(account.value()['imagePullSecrets']));
};

/** What a quota counts, and the word for it in a container's resources. */
const COUNTED: Readonly<Record<string, readonly ['requests' | 'limits', string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'requests.cpu': ['requests', 'cpu'],
  'requests.memory': ['requests', 'memory'],
  'limits.cpu': ['limits', 'cpu'],
  'limits.memory': ['limits', 'memory'],
};

function refusedByQuota(placement: Placement, release: Release): readonly Finding[] {
  // At the first pre-install hook the quota is not there yet; from the next revision on it is.
  const { resource, hook } = placement;
  if (hook?.events.every((event) => event === 'pre-install')) return [];
  const near = (kind: string): readonly Placement[] =>
    release.byKind(kind).filter((other) => mayShareNamespace(other.resource.namespace, resource.namespace));
  const limits = near('LimitRange').flatMap((range) =>
    itemsOf(valueAt(range.value(), ['spec', 'limits'])).map(([, item]) => item),
  );
  for (const quota of near('ResourceQuota')) {
    const hard = valueAt(quota.value(), ['spec', 'hard']);
    if (!isObject(hard) || isSet(valueAt(quota.value(), ['spec', 'scopeSelector']))) continue;
    for (const [key, [side, name]] of Object.entries(COUNTED)) {
      if (!Object.hasOwn(hard, key) || limits.some((item) => hasDefault(item, side, name))) continue;
      const bare = containersOf(placement).find(({ value }) => !hasResource(value, side, name));
      if (bare === undefined) continue;
      return [
        findingOf(
          'pod/lacks-setting',
          resource,
          bare.path,
          `${formatResource(resource)} has no ${side}.${name} in its container ${bare.name}, and ${formatResource(quota.resource)} of the release refuses such pods: the hook never starts`,
          {
            severity: 'warning',
            hint: `set \`resources.${side}.${name}\` on ${bare.name}, in the chart or with a \`patch\``,
          },
        ),
      ];
    }
  }
  return [];
}

/** A limit is a request too, where there is none. */
const hasResource = (container: Spec, side: string, name: string): boolean =>
  isSet(valueAt(container, ['resources', side, name])) || isSet(valueAt(container, ['resources', 'limits', name]));

const hasDefault = (item: Spec, side: string, name: string): boolean =>
  (side === 'limits' ? ['default', 'max'] : ['defaultRequest', 'default', 'min', 'max']).some((key) =>
    isSet(valueAt(item, [key, name])),
  );
