/**
 * `pod/lacks-setting`: what all other pods of the release have, and a hook's pods do not: they may be pulled, placed or admitted elsewhere, or nowhere.
 *
 * Certain is only what a ResourceQuota or LimitRange of the release refuses (admission.ts).
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import { type Json, type JsonObject, valueAt } from '../../model/json.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { containersOf, podSpecOf } from '../../release/references.ts';
import { type Check, indexBy, once, type Release } from '../../release/release.ts';
import { refusedByRelease } from './admission.ts';

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
  return [...refusedByRelease(placement, release), ...lackingOf(placement, pod, release)];
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
      hint: adviceFor(placement, common.first),
      cause: {
        key: JSON.stringify([placement.resource.chart, placement.rule?.name]),
        member: formatResource(placement.resource),
        message: `$all have ${what}`,
      },
    }),
  ];
}

const adviceFor = ({ rule }: Placement, model: Placement): string => {
  const like = `\`pod: { like: ${formatResource(model.resource)} }\``;
  return rule === undefined
    ? `give it the same in the chart, or claim it with an entry that has ${like}`
    : `add ${like} to hook "${rule.name}"`;
};

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
