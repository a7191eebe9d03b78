/**
 * Who uses an object of the release all the time, not only while a hook runs: workloads that last, and what sends traffic to a Service.
 *
 * In: a release. Out: for each object its first lasting user. A Job, a test and whatever else ends is no user here.
 */
import { isObject, type Json, type JsonObject, valueAt } from '../../model/json.ts';
import { groupOf, mayShareNamespace } from '../../model/manifest.ts';
import { addTo } from '../../model/maps.ts';
import type { Placement } from '../../model/plan.ts';
import { makersOf } from '../../release/makers.ts';
import { itemsOf, referencesOf, textOf } from '../../release/references.ts';
import { once, type Release } from '../../release/release.ts';
import { type Identity, identityOf, providersOf } from '../../release/rights.ts';
import { selectedBy } from '../../waits/obstacles.ts';

/** Workloads whose pods run between the operations of Helm. */
export const LASTING_KINDS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
]);

/** A CronJob's pods come and go, and come again. */
const isWorkload = ({ resource }: Placement): boolean =>
  LASTING_KINDS.has(resource.kind) || resource.kind === 'CronJob';

export const lastingWorkloads = once(({ placements }) =>
  placements.filter((placement) => placement.hook === undefined && isWorkload(placement)),
);

/** By object, the first lasting workload whose manifest names it; for a maker of Secrets, its Secret. */
export const usersByObject = once((release): ReadonlyMap<Placement, Placement> => {
  const users = new Map<Placement, Placement>();
  const add = (object: Placement, user: Placement): void => {
    if (!users.has(object)) users.set(object, user);
  };
  for (const user of lastingWorkloads(release))
    for (const reference of referencesOf(user)) {
      const found = providersOf(reference, release);
      for (const object of found.length > 0 ? found : makersOf(reference, release)) add(object, user);
    }
  for (const ingress of release.byKind('Ingress'))
    if (ingress.hook === undefined)
      for (const [, tls] of itemsOf(valueAt(ingress.value(), ['spec', 'tls']))) {
        const name = textOf(tls['secretName']);
        const { namespace } = ingress.resource;
        if (name === undefined) continue;
        const secrets = release.find('Secret', name, namespace);
        const reference = { kind: 'Secret', apiGroup: '', name, path: [], optional: true, use: 'volume' as const };
        const makers =
          secrets.length > 0 ? secrets : makersOf({ ...reference, ...(namespace && { namespace }) }, release);
        for (const object of makers) add(object, ingress);
      }
  return users;
});

/** The accounts that lasting workloads run as, each with the first of them. */
export const accountsInUse = once((release): ReadonlyMap<string, { identity: Identity; user: Placement }> => {
  const accounts = new Map<string, { identity: Identity; user: Placement }>();
  for (const user of lastingWorkloads(release)) {
    const identity = identityOf(user);
    if (identity === undefined) continue;
    const key = `${identity.namespace ?? ''}/${identity.name}`;
    if (!accounts.has(key)) accounts.set(key, { identity, user });
  }
  return accounts;
});

/** What sends traffic to a Service by its name, in the manifests that say so. */
export function trafficTo(service: Placement, release: Release): Placement | undefined {
  return (senders(release).get(service.resource.name) ?? []).find(({ resource: { namespace, kind } }) =>
    // Webhooks and API services name the namespace of the Service, or a release's that the stream does not tell.
    kind === 'Ingress' || kind === 'StatefulSet' ? mayShareNamespace(namespace, service.resource.namespace) : true,
  );
}

const senders = once(({ placements }): ReadonlyMap<string, readonly Placement[]> => {
  const index = new Map<string, Placement[]>();
  for (const placement of placements) {
    if (placement.hook !== undefined) continue;
    const names = SENDERS[placement.resource.kind]?.(placement.value()) ?? [];
    for (const name of new Set(names.flatMap((each) => textOf(each) ?? []))) addTo(index, name, placement);
  }
  return index;
});

type Read = (value: JsonObject) => readonly (Json | undefined)[];

const readWebhooks: Read = (value) =>
  itemsOf(value['webhooks']).map(([, webhook]) => valueAt(webhook, ['clientConfig', 'service', 'name']));
const readRoute: Read = (value) =>
  itemsOf(valueAt(value, ['spec', 'rules'])).flatMap(([, rule]) =>
    itemsOf(rule['backendRefs']).map(([, backend]) => backend['name']),
  );
const backendOf = (backend: Json | undefined): Json | undefined =>
  isObject(backend) ? (valueAt(backend, ['service', 'name']) ?? backend['serviceName']) : undefined;

/** By kind, the names of Services in it. */
const SENDERS: Readonly<Record<string, Read | undefined>> = {
  Ingress: (value) => [
    backendOf(valueAt(value, ['spec', 'defaultBackend']) ?? valueAt(value, ['spec', 'backend'])),
    ...itemsOf(valueAt(value, ['spec', 'rules'])).flatMap(([, rule]) =>
      itemsOf(valueAt(rule, ['http', 'paths'])).map(([, path]) => backendOf(path['backend'])),
    ),
  ],
  HTTPRoute: readRoute,
  GRPCRoute: readRoute,
  TCPRoute: readRoute,
  TLSRoute: readRoute,
  Route: (value) => [valueAt(value, ['spec', 'to', 'name'])],
  ValidatingWebhookConfiguration: readWebhooks,
  MutatingWebhookConfiguration: readWebhooks,
  APIService: (value) => [valueAt(value, ['spec', 'service', 'name'])],
  StatefulSet: (value) => [valueAt(value, ['spec', 'serviceName'])],
};

/** What leads traffic from outside to a Service of the release behind which a lasting workload stands: that workload. */
export function servedBy(route: Placement, release: Release): Placement | undefined {
  if (!/^(?:Ingress|(?:HTTP|GRPC|TCP|TLS)?Route)$/.test(route.resource.kind)) return undefined;
  return (SENDERS[route.resource.kind]?.(route.value()) ?? [])
    .flatMap((name) => release.find('Service', textOf(name) ?? '', route.resource.namespace))
    .flatMap((service) => lastingBehind(service, release) ?? [])[0];
}

/** The workload behind a Service that lasts: plain, or a hook that nothing deletes at the end of its event. */
export const lastingBehind = (service: Placement, release: Release): Placement | undefined =>
  selectedBy(service, release).find(
    ({ hook, resource }) => LASTING_KINDS.has(resource.kind) && !hook?.deletes.includes('hook-succeeded'),
  );

export const isOfGroup = ({ resource }: Placement, group: string): boolean => groupOf(resource.apiVersion) === group;

const MAX_NAMES = 5;

/** `a, b and c`, and of many the first. */
export function listNames(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return names.length > MAX_NAMES
    ? `${names.slice(0, MAX_NAMES - 1).join(', ')} and ${names.length - MAX_NAMES + 1} more`
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
