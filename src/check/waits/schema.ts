/**
 * Waits for a schema: containers that hold on until somebody else has migrated the database, and hooks that migrate it.
 *
 * Both are told by the tools that they call and, for tools hidden in images and libraries, by what containers are called.
 */
import { type Path, valueAt } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import type { CheckContext } from '../context.ts';
import { type Container, containersOf } from '../needs/references.ts';
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

/** True for a hook that migrates, by what it is called and what it runs. */
export function migrates(hook: Placement, context: CheckContext): boolean {
  if (MIGRATES.test(hook.resource.name)) return true;
  if (containersOf(hook).some(({ name }) => MIGRATES.test(name))) return true;
  return runsOf(hook, context).some(({ calls }) => calls.some(({ call }) => MIGRATES.test(lineOf(call.argv))));
}

/**
 * Where a workload waits for a schema that this hook may make: one of the same chart or with the same image and, where both
 * show their server, of the same server.
 */
export function schemaWaitsOf(workload: Placement, hook: Placement, context: CheckContext): readonly SchemaWait[] {
  if (!areRelated(workload, hook)) return [];
  const servers = serversOf(hook, context);
  return runsOf(workload, context).flatMap(({ container, calls }): SchemaWait[] => {
    const found = calls.flatMap((one): SchemaWait[] => {
      const about = aboutOf(one, container);
      if (about === undefined || !isSameServer(serversIn(one.reading.hosts, workload, context), servers)) return [];
      const { argv, path, file } = one.call;
      return [{ container, path, words: argv.map(({ source }) => source).join(' '), about, ...(file && { file }) }];
    });
    if (found.length > 0) return found;
    const named =
      container.init && NAMED_AFTER_WAIT.test(container.name.slice(0, 100))
        ? [container.path, 'name'].flat()
        : probeOf(container);
    const isOther = !calls.every(({ reading }) => isSameServer(serversIn(reading.hosts, workload, context), servers));
    return named === undefined || isOther
      ? []
      : [{ container, path: named, words: container.name, about: 'the schema' }];
  });
}

/** Commands without which the pods of a cluster never become ready. */
const BOOTSTRAPS = /\bcockroach init\b|\bvault operator (?:init|unseal)\b/;

/** The Services of the clusters that a hook puts into operation. */
export const bootstrappedBy = (hook: Placement, context: CheckContext): readonly Placement[] =>
  runsOf(hook, context).flatMap(({ calls }) =>
    calls
      .filter(({ call }) => BOOTSTRAPS.test(lineOf(call.argv)))
      .flatMap(({ reading }) => serversIn(reading.hosts, hook, context)),
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

/** The Services that a hook speaks to. */
function serversOf(hook: Placement, context: CheckContext): readonly Placement[] {
  return runsOf(hook, context).flatMap(({ environment, calls }) => [
    ...[...environment].flatMap(([name, { value }]) =>
      serversIn([{ text: value, bare: isHostVariable(name) }], hook, context),
    ),
    ...calls.flatMap(({ reading }) => serversIn(reading.hosts, hook, context)),
  ]);
}
const serversIn = (
  texts: readonly { readonly text: string; readonly bare: boolean }[],
  { resource }: Placement,
  context: CheckContext,
): readonly Placement[] =>
  texts
    .flatMap(({ text, bare }) => servicesIn(text, bare, resource.namespace, context))
    .flatMap(({ services }) => services);
const isSameServer = (a: readonly Placement[], b: readonly Placement[]): boolean =>
  a.length === 0 || b.length === 0 || a.some((service) => b.includes(service));

const lineOf = (argv: readonly { readonly text: string }[]): string =>
  argv
    .map(({ text }) => text)
    .join(' ')
    .slice(0, 2_000);

function areRelated(a: Placement, b: Placement): boolean {
  if (a.resource.chart !== undefined && a.resource.chart === b.resource.chart) return true;
  const images = new Set(imagesOf(a));
  return imagesOf(b).some((image) => images.has(image));
}
const imagesOf = (placement: Placement): string[] =>
  containersOf(placement).map(({ value }) => String(value['image'] ?? '').replace(/@.*$|:[^/]*$/g, ''));
