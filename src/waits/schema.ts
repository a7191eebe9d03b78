/**
 * Waits for a schema: containers that hold on until another program has migrated the database, and hooks that migrate it.
 *
 * Both are told by the tools that they call and, for tools hidden in images and libraries, by what containers are called.
 */
import { type Path, valueAt } from '../model/json.ts';
import type { Placement } from '../model/plan.ts';
import { type Container, containersOf } from '../release/references.ts';
import type { Release } from '../release/release.ts';
import { baseName } from '../scripts/arguments.ts';
import { type ContainerRun, runsOf, type Wait } from './find.ts';
import { isHostVariable } from './programs.ts';
import { servicesIn } from './services.ts';

export interface SchemaWait extends Pick<Wait, 'container' | 'path' | 'file' | 'words'> {
  /** In a word: `the migrations`, `the schema`. */
  readonly about: string;
}

/** Tools and functions that fail or block until migrations have run. */
const ASKS_FOR_MIGRATIONS =
  /check[-_]migrations|wait[-_]for[-_](?:\w*[-_])?migrat|db[:_]abort_if_pending_migrations|db:migrate:status|migrate --check\b|migrate status|migrate:status|showmigrations|\balembic (?:current|check)\b|flyway (?:validate|info)|liquibase status|check[-_]schema|schema[-_]check|verify[-_]schema|migration pending|pending[-_]migrations|migrations?[-_](?:complete|done|ready)/i;
/** What a query in a loop asks for when it asks for a schema. */
const ASKS_FOR_TABLES =
  /information_schema|system_schema|schema_migrations|schema_version|flyway_schema|alembic_version|django_migrations|pg_tables|pg_class|to_regclass|show tables|\\dt|select\b[^;]*\bfrom\b(?!\s+dual)|describe (?:keyspace|table)/i;
const CLIENTS = /^(?:psql|mysql|mariadb|cqlsh|mongo|mongosh|clickhouse-client|sqlcmd|sqlplus)$/;
/** An index of Elasticsearch or OpenSearch, not one of their own pages (`/_cluster/health`). */
const INDEX_URL = /^https?:\/\/(?:[^/]*(?:elastic|opensearch)[^/]*|[^/]+:9200)\/[a-z0-9]/i;
const NAMED_AFTER_WAIT =
  /(?:wait|check|ensure).*(?:migrat|schema|keyspace|database-init|db-init|index)|(?:migrat|schema).*(?:wait|check|ready)/i;
const MIGRATES =
  /migrat|schema|alembic|flyway|liquibase|db[:_-](?:setup|seed|init|create|prepare|upgrade)|(?:init|setup|create|upgrade|prepare)[-_:]?db\b|\bdb\s+(?:init|upgrade|migrate|setup)|create[-_]?(?:database|keyspace|index)|index[-_]setup|(?:setup|init|create)[-_](?:db|database|schema|store|index)|-X PUT|airflow_initialize/i;

/** True for a hook that migrates, judged by its name and its commands. */
export function migrates(hook: Placement, release: Release): boolean {
  if (MIGRATES.test(hook.resource.name)) return true;
  if (containersOf(hook).some(({ name }) => MIGRATES.test(name))) return true;
  return runsOf(hook, release).some(({ calls }) => calls.some(({ call }) => MIGRATES.test(lineOf(call.argv))));
}

/** Where a workload waits for a schema, and the servers that it may be on: in each list one, or it is unknown. */
interface Ask {
  readonly wait: SchemaWait;
  readonly servers: readonly (readonly Placement[])[];
}

/** A workload that waits for a schema. */
export interface Asker {
  readonly placement: Placement;
  readonly asks: readonly Ask[];
  readonly images: ReadonlySet<string>;
}

const MAY_ASK = /wait|check|migrat|schema|until|keyspace/i;

/** Those of the workloads that wait for a schema of whomever. */
export function askersAmong(workloads: Iterable<Placement>, release: Release): readonly Asker[] {
  const askers: Asker[] = [];
  for (const placement of workloads) {
    // A look at the text spares parsing.
    if (!MAY_ASK.test(placement.resource.text())) continue;
    const asks = asksOf(placement, release);
    if (asks.length > 0) askers.push({ placement, asks, images: new Set(imagesOf(placement)) });
  }
  return askers;
}

/**
 * The askers that wait for a schema that this hook may make: of the same chart or with the same image and, where both show their server, with
 * the same server.
 */
export function schemaWaitsFor(
  hook: Placement,
  askers: readonly Asker[],
  release: Release,
): readonly { readonly placement: Placement; readonly wait: SchemaWait }[] {
  const servers = serversOf(hook, release);
  const images = imagesOf(hook);
  const { chart } = hook.resource;
  return askers.flatMap((asker) => {
    const { placement, asks } = asker;
    const isSameChart = chart !== undefined && chart === placement.resource.chart;
    if (!isSameChart && !images.some((image) => asker.images.has(image))) return [];
    const ask = asks.find((one) => one.servers.every((some) => isSameServer(some, servers)));
    return ask === undefined ? [] : [{ placement, wait: ask.wait }];
  });
}

/** What a call says comes before what a container's name says. */
const asksOf = (workload: Placement, release: Release): Ask[] =>
  runsOf(workload, release).flatMap(({ container, calls }): Ask[] => {
    const serversOfCall = ({ reading }: (typeof calls)[number]): readonly Placement[] =>
      serversIn(reading.hosts, workload, release);
    const asks = calls.flatMap((one): Ask[] => {
      const about = aboutOf(one, container);
      if (about === undefined) return [];
      const { argv, path, file } = one.call;
      const words = argv.map(({ source }) => source).join(' ');
      return [{ wait: { container, path, words, about, ...(file && { file }) }, servers: [serversOfCall(one)] }];
    });
    const named =
      container.init && NAMED_AFTER_WAIT.test(container.name.slice(0, 100))
        ? [container.path, 'name'].flat()
        : probeOf(container);
    if (named === undefined) return asks;
    const wait = { container, path: named, words: container.name, about: 'the schema' };
    return [...asks, { wait, servers: calls.map(serversOfCall) }];
  });

/** Commands without which the pods of a cluster never become ready. */
const BOOTSTRAPS = /\bcockroach init\b|\bvault operator (?:init|unseal)\b/;

/** The Services of the clusters that a hook puts into operation. */
export const bootstrappedBy = (hook: Placement, release: Release): readonly Placement[] =>
  runsOf(hook, release).flatMap(({ calls }) =>
    calls
      .filter(({ call }) => BOOTSTRAPS.test(lineOf(call.argv)))
      .flatMap(({ reading }) => serversIn(reading.hosts, hook, release)),
  );

/** What of a schema a call insists on. */
function aboutOf({ call, reading }: ContainerRun['calls'][number], container: Container): string | undefined {
  const line = lineOf(call.argv);
  const program = baseName(call.argv[0]?.text ?? '');
  if (ASKS_FOR_MIGRATIONS.test(line) && (container.init || call.patience !== undefined)) return 'the migrations';
  if (call.patience === undefined) return undefined;
  if (CLIENTS.test(program) && ASKS_FOR_TABLES.test(line)) return 'the schema';
  return reading.hosts.some(({ text }) => INDEX_URL.test(text)) ? 'the index' : undefined;
}

/** A readiness or startup probe that fails until migrations have run. */
function probeOf(container: Container): Path | undefined {
  for (const probe of ['startupProbe', 'readinessProbe']) {
    const command = valueAt(container.value, [probe, 'exec', 'command']);
    if (Array.isArray(command) && ASKS_FOR_MIGRATIONS.test(command.join(' '))) return [...container.path, probe];
  }
  return undefined;
}

/** The Services that a hook speaks to, as far as its environment and its commands show them. */
export function serversOf(hook: Placement, release: Release): readonly Placement[] {
  return runsOf(hook, release).flatMap(({ environment, calls }) => [
    ...[...environment].flatMap(([name, { value }]) =>
      serversIn([{ text: value, bare: isHostVariable(name) }], hook, release),
    ),
    ...calls.flatMap(({ reading }) => serversIn(reading.hosts, hook, release)),
  ]);
}
const serversIn = (
  texts: readonly { readonly text: string; readonly bare: boolean }[],
  { resource }: Placement,
  release: Release,
): readonly Placement[] =>
  texts
    .flatMap(({ text, bare }) => servicesIn(text, bare, resource.namespace, release))
    .flatMap(({ services }) => services);
const isSameServer = (a: readonly Placement[], b: readonly Placement[]): boolean =>
  a.length === 0 || b.length === 0 || a.some((service) => b.includes(service));

const lineOf = (argv: readonly { readonly text: string }[]): string =>
  argv
    .map(({ text }) => text)
    .join(' ')
    .slice(0, 2_000);

export const imagesOf = (placement: Placement): string[] =>
  containersOf(placement).map(({ value }) => String(value['image'] ?? '').replace(/@.*$|:[^/]*$/g, ''));
