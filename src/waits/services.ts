/**
 * Which Services of the stream a text means: DNS names in the forms that the cluster's resolver takes, found in URLs, DSNs,
 * `host:port` pairs and bare words.
 *
 * A word that merely contains a Service's name means nothing, and neither does a bare word where no host is expected.
 */
import { SERVICE_MAKERS } from '../knowledge/kinds.generated.ts';
import { type Json, valueAt } from '../model/json.ts';
import { groupOf, mayShareNamespace } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { indexBy, once, type Release } from '../release/release.ts';
import { UNKNOWN } from '../scripts/environment.ts';

export interface HostName {
  readonly host: string;
  readonly services: readonly Placement[];
}

/** The Services of the stream by name. Where an operator makes the Service, the resource that it makes it from. */
const servicesByName = once((release) => {
  const services = new Map(indexBy(release.byKind('Service'), ({ resource }) => resource.name));
  for (const [kind, group, suffixes] of SERVICE_MAKERS)
    for (const maker of release.byKind(kind))
      for (const suffix of groupOf(maker.resource.apiVersion) === group ? suffixes : []) {
        const name = maker.resource.name + suffix;
        if (!services.has(name)) services.set(name, [maker]);
      }
  for (const service of release.gone)
    if (service.resource.kind === 'Service' && !services.has(service.name)) services.set(service.name, [service]);
  return services;
});

/**
 * The Services that a host name means for a pod in `namespace`: `db`, `db.shop`, `db.shop.svc`, `db.shop.svc.cluster.local`, and each of
 * these with a pod's name before it (`db-0.db`). The same list for the same question.
 */
export function servicesAt(host: string, namespace: string | undefined, release: Release): readonly Placement[] {
  const services = servicesByName(release);
  if (services.size === 0) return [];
  const known = servicesByHost(release);
  const question = `${namespace ?? ''}/${host}`;
  const answer = known.get(question) ?? findServices(host, namespace, services);
  // Most words of a text are no host.
  if (answer.length > 0) known.set(question, answer);
  return answer;
}

const servicesByHost = once(() => new Map<string, readonly Placement[]>());

function findServices(
  host: string,
  namespace: string | undefined,
  services: ReadonlyMap<string, readonly Placement[]>,
): readonly Placement[] {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  const named = (from: number): readonly Placement[] => {
    const [name = '', space, svc] = labels.slice(from);
    const found = services.get(name);
    if (found === undefined || (svc !== undefined && svc !== 'svc' && svc !== UNKNOWN)) return [];
    if (svc === undefined && space !== undefined && TOP_LEVEL.test(space)) return [];
    const wanted = space === undefined ? namespace : space.includes(UNKNOWN) ? undefined : space;
    return found.filter(({ resource }) => mayShareNamespace(resource.namespace, wanted));
  };
  const isPod = labels.length > 1 && POD.test(labels[0] ?? '');
  const ofPod = isPod ? named(1) : [];
  return ofPod.length > 0 ? ofPod : named(0);
}

const POD = new RegExp(`-(?:\\d+|${UNKNOWN})$`);
const TOP_LEVEL = /^(?:com|org|net|io|dev|app|edu|gov|local|localdomain|internal|cloud|example|test)$/;
const HOST = new RegExp(`[a-z0-9${UNKNOWN}](?:[a-z0-9.${UNKNOWN}-]*[a-z0-9.${UNKNOWN}])?`, 'gi');
const MAX_TEXT = 10_000;

/** Services in a text. `bare`: the text stands where a host is expected, so it may be a host and nothing more. */
export function servicesIn(
  text: string,
  bare: boolean,
  namespace: string | undefined,
  release: Release,
): readonly HostName[] {
  const found: HostName[] = [];
  const searched = text.slice(0, MAX_TEXT);
  for (const match of searched.matchAll(HOST)) {
    const host = match[0];
    const services = servicesAt(host, namespace, release);
    if (services.length > 0 && isHost(searched, match.index, match.index + host.length, bare, services))
      found.push({ host, services });
  }
  return found;
}

function isHost(text: string, start: number, end: number, bare: boolean, services: readonly Placement[]): boolean {
  const before = text.slice(Math.max(0, start - 12), start);
  const after = text.slice(end, end + 8);
  // Part of a longer word: `shop-db_backup` is no host at all.
  if (/^\w/.test(after)) return false;
  if (/[\w/-]$/.test(before) && !/(?:\/\/|\/dev\/(?:tc|ud)p\/)$/.test(before)) return false;
  if (/\b(?:s3[an]?|gs|gcs|az|wasbs?|abfss?|file|ssm):\/\/$/.test(before)) return false;
  // In `//user:password@host`, what comes first is no host.
  if (/\/\/$/.test(before)) return !/^[^/\s?#]{0,300}@/.test(text.slice(end, end + 301));
  if (/\/dev\/(?:tc|ud)p\/$/.test(before)) return true;
  if (/\.svc(?:\.|$)/i.test(text.slice(start, end))) return true;
  // `shop-db:2024-alpine` and `shop-db:1500.2` are versions.
  const port = /^:(\d{2,5})(?!\w|[.-]\w)/.exec(after)?.[1];
  if (port !== undefined && (Number(port) >= 1000 || services.some((service) => hasPort(service, Number(port)))))
    return true;
  if (/@$/.test(before) && /\/\/[^/]*@$/.test(text.slice(0, start))) return true;
  if (/\bhost(?:name|addr)?\s*=\s*["']?$/i.test(before)) return true;
  return bare && /^(?:(?:tcp|udp):)?$/.test(text.slice(0, start)) && /^(?:[:/?,]|$)/.test(after);
}

/** True for a port that a Service has, in front or behind, or that a custom resource names, of which an operator makes a Service. */
function hasPort(service: Placement, port: number): boolean {
  const spec = service.value()['spec'];
  if (service.resource.kind !== 'Service') return hasNumber(spec, port);
  const ports = valueAt(spec, ['ports']);
  return Array.isArray(ports) && ports.some((one) => PORT_KEYS.some((key) => Number(valueAt(one, [key])) === port));
}

const PORT_KEYS = ['port', 'targetPort'];

const hasNumber = (value: Json | undefined, wanted: number): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some((item) => hasNumber(item, wanted))
    : value === wanted || value === String(wanted);
