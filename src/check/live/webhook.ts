/**
 * `webhook/not-ready`: an admission webhook of the release stands in the way of what Helm creates next, before the pods that answer it are up.
 *
 * With `--wait` the pods are up before post hooks; between two of the release's own resources Helm never waits.
 */
import { type Finding, findingOf } from '../../model/finding.ts';
import { compareKinds } from '../../model/helm.ts';
import { isObject, type Json, type JsonObject, type Path, valueAt } from '../../model/json.ts';
import { formatResource, groupOf } from '../../model/manifest.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { runOf } from '../../release/availability.ts';
import { itemsOf } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { selectedBy } from '../../waits/obstacles.ts';

const KINDS = new Set(['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']);

export const checkWebhooks: Check = (placement, release) => {
  const { resource } = placement;
  if (!KINDS.has(resource.kind) || placement.copyFor !== undefined) return [];
  for (const [index, webhook] of itemsOf(placement.value()['webhooks'])) {
    // v1beta1's default is Ignore.
    const fallback = resource.apiVersion.endsWith('v1beta1') ? 'Ignore' : 'Fail';
    if ((webhook['failurePolicy'] ?? fallback) !== 'Fail' || isSet(webhook['matchConditions'])) continue;
    const server = serverOf(webhook, release);
    if (server === undefined) continue;
    const met = release.placements.find(
      (object) => comesAfter(object, placement, server, release) && isMet(object, webhook),
    );
    if (met !== undefined) return [report(placement, ['webhooks', index], server, met)];
  }
  return [];
};

const isSet = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);

/** The workload of the release that answers; undefined where something else does, or it is up by then. */
function serverOf(webhook: JsonObject, release: Release): Placement | undefined {
  const name = valueAt(webhook, ['clientConfig', 'service', 'name']);
  if (typeof name !== 'string') return undefined;
  const space = valueAt(webhook, ['clientConfig', 'service', 'namespace']);
  const [service] = release.find('Service', name, typeof space === 'string' ? space : undefined);
  const anywhere = service ?? release.byKind('Service').find(({ resource }) => resource.name === name);
  return (
    anywhere && selectedBy(anywhere, release).find(({ resource }) => resource.kind !== 'Job' && resource.kind !== 'Pod')
  );
}

/** Whether an install creates an object after the webhook, and without having waited for its pods in between. */
function comesAfter(object: Placement, webhook: Placement, server: Placement, release: Release): boolean {
  if (object === webhook || object.copyFor !== undefined) return false;
  const [made, from, up] = [object, webhook, server].map((each) => creations(release).get(each));
  if (made === undefined || from === undefined || up === undefined || made.index < from.index) return false;
  // A webhook that is there before the release refuses the very workload that would answer.
  if (object === server) return made.phase !== from.phase;
  // Helm promises no order within a kind of the release.
  const isTogether =
    made.phase === 'release' &&
    (KINDS.has(object.resource.kind) || compareKinds(webhook.resource.kind, object.resource.kind) >= 0);
  if (made.phase === from.phase && isTogether) return false;
  const { steps } = runOf('install', release);
  return !steps.slice(Math.max(from.index, up.index), made.index).some(({ because }) => because === 'wait');
}

/** The step of an install that first creates each object. */
const creations = once((release) => {
  const found = new Map<Placement, { readonly index: number; readonly phase: string }>();
  for (const [
    index,
    {
      do: deed,
      phase,
      subject: { placement },
    },
  ] of runOf('install', release).steps.entries())
    if (deed === 'create' && placement !== undefined && !found.has(placement)) found.set(placement, { index, phase });
  return found;
});

/** Whether a webhook's rules and selectors surely take the object, or the pods that it makes. */
function isMet(object: Placement, webhook: JsonObject): boolean {
  const { resource } = object;
  if (isSet(webhook['namespaceSelector']) && !namespaceFits(webhook['namespaceSelector'], resource.namespace))
    return false;
  const own = labelsFit(webhook['objectSelector'], resource.labels);
  const kinds: readonly (readonly [group: string, plural: string])[] = [
    [groupOf(resource.apiVersion), pluralOf(resource.kind)],
  ];
  const isRun = resource.kind === 'Job';
  const podLabels = valueAt(object.value(), ['spec', 'template', 'metadata', 'labels']);
  return itemsOf(webhook['rules']).some(([, rule]) => {
    const lists = (key: string, word: string): boolean => {
      const list = rule[key];
      return Array.isArray(list) && (list.includes('*') || list.includes(word));
    };
    if (!lists('operations', 'CREATE')) return false;
    const takes = (group: string, plural: string): boolean =>
      lists('apiGroups', group) && (lists('resources', plural) || lists('resources', '*/*'));
    return (
      (own && kinds.some(([group, plural]) => takes(group, plural))) ||
      (isRun &&
        object.hook !== undefined &&
        takes('', 'pods') &&
        labelsFit(webhook['objectSelector'], isObject(podLabels) ? podLabels : {}))
    );
  });
}

const pluralOf = (kind: string): string => {
  const word = kind.toLowerCase();
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : /(?:s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
};

/** The labels of a namespace are not in the stream, but its name is one of them. What asks for others is not certain. */
function namespaceFits(selector: Json | undefined, namespace: string | undefined): boolean {
  if (isSet(valueAt(selector, ['matchLabels']))) return false;
  return itemsOf(valueAt(selector, ['matchExpressions'])).every(([, { key, operator, values }]) => {
    if (operator === 'DoesNotExist') return true;
    if (operator !== 'NotIn') return false;
    return (
      key !== 'kubernetes.io/metadata.name' ||
      namespace === undefined ||
      !(Array.isArray(values) && values.includes(namespace))
    );
  });
}

function labelsFit(selector: Json | undefined, labels: Readonly<JsonObject>): boolean {
  const wanted = valueAt(selector, ['matchLabels']);
  if (isObject(wanted) && Object.entries(wanted).some(([key, value]) => labels[key] !== value)) return false;
  return itemsOf(valueAt(selector, ['matchExpressions'])).every(([, { key, operator, values }]) => {
    const own = labels[String(key)];
    const isIn = Array.isArray(values) && own !== undefined && values.includes(own);
    if (operator === 'In') return isIn;
    if (operator === 'NotIn') return !isIn;
    return operator === 'Exists' ? own !== undefined : own === undefined;
  });
}

function report(placement: Placement, path: Path, server: Placement, met: Placement): Finding {
  const { resource, rule } = placement;
  const when =
    met.hook === undefined ? 'which Helm creates right after it' : 'a hook that runs as soon as the release is applied';
  return findingOf(
    'webhook/not-ready',
    resource,
    path,
    `${formatResource(resource)} asks ${formatPlacement(server)} about ${formatPlacement(met)}, ${when}: at the first install its pods are not up yet, and the API server refuses (failurePolicy: Fail)`,
    {
      hint:
        met.hook === undefined
          ? `let the webhook leave ${met.resource.kind} objects of the release out (\`objectSelector\`), or install ${formatPlacement(met)} afterwards`
          : `install with --wait, or let the webhook leave hooks out (\`objectSelector\`)`,
      ...(rule && { config: { ...rule.place, hook: rule.name } }),
    },
  );
}
