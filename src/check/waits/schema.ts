/**
 * Waits for a schema: containers that hold on until somebody else has migrated the database, and hooks that migrate it.
 *
 * Both are told by the tools that they call and, for tools hidden in images and libraries, by what containers are called.
 */
import type { Placement } from '../../model/plan.ts';
import type { CheckContext } from '../context.ts';
import { containersOf } from '../references.ts';
import { runsOf, type Wait } from './find.ts';

export interface SchemaWait extends Pick<Wait, 'container' | 'path' | 'file' | 'words'> {
  /** In a word: migrations, the schema. */
  readonly about: string;
}

/** Tools and functions that fail or block until migrations have run. */
const ASKS_FOR_MIGRATIONS =
  /check[-_]migrations|wait[-_]for[-_](?:\w*[-_])?migrat|db[:_]abort_if_pending_migrations|db:migrate:status|migrate --check\b|migrate status|migrate:status|showmigrations|\balembic (?:current|check)\b|flyway (?:validate|info)|liquibase status|check[-_]schema|schema[-_]check|verify[-_]schema|migration pending|pending[-_]migrations|migrations?[-_](?:complete|done|ready)/i;
/** What a query in a loop asks for when it asks for a schema. */
const ASKS_FOR_TABLES =
  /information_schema|system_schema|schema_migrations|schema_version|flyway_schema|alembic_version|django_migrations|pg_tables|pg_class|to_regclass|show tables|\\dt|select\b[^;]*\bfrom\b|describe (?:keyspace|table)/i;
const CLIENTS = /^(?:psql|mysql|mariadb|cqlsh|mongo|mongosh|clickhouse-client|sqlcmd|sqlplus)$/;
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

/** Where a workload waits for a schema that this hook may make: one of the same chart, or with the same image. */
export function schemaWaitsOf(workload: Placement, hook: Placement, context: CheckContext): readonly SchemaWait[] {
  if (!/wait|check|migrat|schema|until|keyspace/i.test(JSON.stringify(workload.value()['spec'] ?? ''))) return [];
  if (!areRelated(workload, hook)) return [];
  return runsOf(workload, context).flatMap(({ container, calls }) => {
    const found = calls.flatMap(({ call, reading }): SchemaWait[] => {
      const line = lineOf(call.argv);
      const program = call.argv[0]?.text ?? '';
      const isQuery = CLIENTS.test(program) && call.patience !== undefined && ASKS_FOR_TABLES.test(line);
      const isCheck = ASKS_FOR_MIGRATIONS.test(line) && (container.init || call.patience !== undefined);
      // A looked-up index or table behind HTTP: the path tells that more is wanted than a server that answers.
      const isIndex =
        call.patience !== undefined &&
        reading.hosts.some(({ text }) => /^https?:\/\/[^/]+\/[\w.-]*(?:index|_v\d|visibility)/i.test(text));
      if (!isQuery && !isCheck && !isIndex) return [];
      const words = call.argv.map(({ source }) => source).join(' ');
      return [
        {
          container,
          path: call.path,
          words,
          about: isCheck ? 'migrations' : isIndex ? 'the index' : 'the schema',
          ...(call.file !== undefined && { file: call.file }),
        },
      ];
    });
    if (found.length > 0 || !container.init || !NAMED_AFTER_WAIT.test(container.name)) return found;
    return [{ container, path: [...container.path, 'name'], words: container.name, about: 'the schema' }];
  });
}

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
