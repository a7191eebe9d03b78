/**
 * What a pre-upgrade hook reads that belongs to a server which runs on while the release is upgraded: the password that the server was
 * started with, not the one that this upgrade brings.
 *
 * A server is a workload of the release that the hook speaks to; where the hook shows no host at all, one that runs a known database or broker. A
 * workload of the hook's own image is the app, whose new configuration the hook wants.
 */
import { isObject, type Json } from '../model/json.ts';
import type { Placement } from '../model/plan.ts';
import { containersOf, type Reference, referencesOf } from '../release/references.ts';
import { once, type Release } from '../release/release.ts';
import { providersOf } from '../release/rights.ts';
import { dataOf, UNKNOWN } from '../scripts/environment.ts';
import { runsOf } from './find.ts';
import { selectedBy } from './obstacles.ts';
import { isHostVariable } from './programs.ts';
import { imagesOf, serversOf } from './schema.ts';
import { LASTING } from './waiters.ts';

/** The server of the release that runs with what the hook reads by this reference; undefined where the new content is the right one. */
export const runningServerOf = once(findServer);

function findServer(reference: Reference, hook: Placement, release: Release): Placement | undefined {
  const [original] = contentMeant(reference, release);
  if (original === undefined) return undefined;
  // Programs share configuration that tells them where others are; what is in a ConfigMap is agreed only with a database.
  const isServer = (server: Placement): boolean => original.resource.kind === 'Secret' || isDatabase(server);
  return serversFor(hook, release).find(
    (server) =>
      isServer(server) &&
      (reference.keys === undefined
        ? sharesWhole(server, original, release)
        : sharesKeys(server, original, reference.keys, release)),
  );
}

function sharesKeys(server: Placement, original: Placement, keys: readonly string[], release: Release): boolean {
  const read = keysRead(server, original, release);
  return keys.length > 0 && keys.every((key) => has(read, key) || knowsPassword(server, original, key, release));
}

/**
 * Of what a hook takes whole, the server has to read all; but of a Secret with the password of a database, nothing matters as much as that: the
 * hook fails with the new one, and mostly works with what else is old.
 */
function sharesWhole(server: Placement, original: Placement, release: Release): boolean {
  const keys = [...dataOf(original).keys()];
  const read = keysRead(server, original, release);
  if (keys.length > 0 ? keys.every((key) => has(read, key)) : read !== undefined) return true;
  const isSecret = original.resource.kind === 'Secret' && isDatabase(server);
  return isSecret && (read !== undefined || keys.some((key) => knowsPassword(server, original, key, release)));
}

/** Keys, or all of them. */
type Keys = ReadonlySet<string> | 'all';
const has = (keys: Keys | undefined, key: string): boolean => keys === 'all' || keys?.has(key) === true;

const contentMeant = (reference: Reference, release: Release): readonly Placement[] =>
  isContent(reference) ? providersOf(reference, release).filter(({ hook }) => hook === undefined) : [];

const isContent = ({ kind, use }: Reference): boolean =>
  (kind === 'ConfigMap' || kind === 'Secret') && (use === 'env' || use === 'volume');

/** The servers that a hook speaks to; where it shows no host, the databases of the release. */
const serversFor = once((hook: Placement, release: Release): readonly Placement[] => {
  const images = new Set(imagesOf(hook));
  const isApp = (workload: Placement): boolean =>
    imagesOf(workload).some((image) => images.has(image) && !DATA_SERVER.test(image));
  const spoken = serversOf(hook, release).flatMap((target) =>
    target.resource.kind === 'Service' ? selectedBy(target, release) : [target],
  );
  const found = spoken.length > 0 || showsHost(hook, release) ? spoken : databases(release);
  return [...new Set(found)].filter((server) => server.hook === undefined && server !== hook && !isApp(server));
});

const DATA_SERVER =
  /(?:^|[/_-])(?:postgres(?:ql)?|postgis|timescaledb|pgvector|mysql|mariadb|percona|mongo(?:db)?|redis|valkey|keydb|dragonfly|rabbitmq|kafka|zookeeper|nats|cassandra|scylla|clickhouse|elasticsearch|opensearch|solr|minio|etcd|influxdb|cockroach|couchdb|neo4j|openldap|db|database)(?:$|[/:@_-])/i;

/** By its image; what has no containers is a custom resource of which an operator makes the server. */
const isDatabase = (server: Placement): boolean =>
  containersOf(server).length === 0 || imagesOf(server).some((image) => DATA_SERVER.test(image));

const databases = once((release) => release.byKind(...LASTING).filter(isDatabase));

/** True where a hook says of some host that it speaks to it, in the stream or outside. */
const showsHost = (hook: Placement, release: Release): boolean =>
  runsOf(hook, release).some(
    ({ environment, calls }) =>
      [...environment].some(([name, { value }]) => isHostVariable(name) && value !== '' && !value.includes(UNKNOWN)) ||
      calls.some(({ reading }) => reading.hosts.some(({ text, bare }) => bare || text.includes('://'))),
  );

/** What a server reads of a ConfigMap or Secret; undefined for nothing. */
function keysRead(server: Placement, original: Placement, release: Release): Keys | undefined {
  if (containersOf(server).length === 0) return namesSecret(server.value(), original.resource.name) ? 'all' : undefined;
  const references = referencesOf(server).filter(
    (reference) => isContent(reference) && providersOf(reference, release).includes(original),
  );
  if (references.length === 0) return undefined;
  return references.some(({ keys }) => keys === undefined)
    ? 'all'
    : new Set(references.flatMap(({ keys }) => keys ?? []));
}

/** A custom resource of which an operator makes the server: `superuserSecret: {name: db}`, `passwordSecretRef`. */
const namesSecret = (value: Json | undefined, name: string, isSecret = false): boolean =>
  isObject(value) || Array.isArray(value)
    ? Object.entries(value).some(([key, item]) => namesSecret(item, name, isSecret || /secret|password/i.test(key)))
    : isSecret && value === name;

/** A shorter one may stand anywhere by chance. */
const MIN_PASSWORD = 8;

/** True where a key of the Secret has a password in it, as a connection string has, that the server reads from another place. */
function knowsPassword(server: Placement, original: Placement, key: string, release: Release): boolean {
  if (original.resource.kind !== 'Secret') return false;
  const value = dataOf(original).get(key)?.() ?? '';
  return [...passwordsOf(server, release)].some((password) => value.includes(password));
}

/** The passwords that a server reads from Secrets of the stream. */
const passwordsOf = once((server: Placement, release: Release): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const reference of referencesOf(server))
    for (const secret of reference.kind === 'Secret' ? contentMeant(reference, release) : [])
      for (const [key, value] of dataOf(secret)) {
        const isRead = reference.keys === undefined || reference.keys.includes(key);
        if (isRead && /pass|pwd|token|secret|credential/i.test(key) && value().length >= MIN_PASSWORD)
          found.add(value());
      }
  return found;
});
