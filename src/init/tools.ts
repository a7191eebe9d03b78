/**
 * What Jobs and Pods of charts run: the table of the tools that create schemas, migrate, seed, back up, restore and test.
 *
 * In comes the line of one program call, out comes what it does. A tool is told by the words that make it change something:
 * `alembic current` and `flyway info` only look, `rails db:rollback` goes the other way.
 */

/** What a hook is for, in the order in which such hooks run. */
export const ROLES = ['backup', 'schema', 'migration', 'restore', 'seed', 'smoke', 'test'] as const;
export type Role = (typeof ROLES)[number];

interface Tool {
  readonly name: string;
  readonly role: Role;
  readonly pattern: RegExp;
}

/** A call of `program` with `words` among its arguments; both are parts of a regular expression. */
const calls = (role: Role, name: string, program: string, words: string): Tool => ({
  name,
  role,
  pattern: new RegExp(`(?:^|[\\s/])(?:${program})(?:\\s.*)?\\s["']?(?:${words})(?=[\\s"';]|$)`, 'i'),
});
/** A call that one word tells, wherever the program that takes it is hidden. */
const says = (role: Role, name: string, pattern: RegExp): Tool => ({ name, role, pattern });

const SQL_CLIENTS =
  'psql|mysql|mariadb|sqlcmd|sqlplus|cqlsh|clickhouse-client|clickhouse|mongosh|mongo|cockroach|isql|snowsql';

const TOOLS: readonly Tool[] = [
  // Before `migrate`, because they call it by the same word.
  calls('seed', 'prisma', 'prisma', 'db seed'),
  calls('migration', 'prisma', 'prisma', 'migrate (?:deploy|dev)|db push'),
  calls('migration', 'golang-migrate', 'migrate', '-{1,2}(?:path|source)[= ].*\\s(?:up|goto)'),
  calls('migration', 'atlas', 'atlas', '(?:migrate|schema) (?:.*\\s)?apply'),
  says('migration', 'atlas', /(?:^|\s)migrate apply(?=\s).*--(?:dir|url|env)\b/i),
  calls('migration', 'superset', 'superset', 'db upgrade'),
  calls('seed', 'superset', 'superset', 'init|load[-_]examples'),
  calls('migration', 'airflow', 'airflow(?:_execute)?', 'db (?:migrate|upgrade|init)'),
  calls('migration', 'flask', 'flask', 'db upgrade'),
  calls('migration', 'alembic', 'alembic', 'upgrade'),
  calls('migration', 'aerich', 'aerich', 'upgrade'),
  calls('migration', 'yoyo', 'yoyo', 'apply'),
  calls('migration', 'flyway', 'flyway', 'migrate'),
  calls('migration', 'liquibase', 'liquibase', 'update(?:-to-tag|-count|ToTag|Count|-testing-rollback)?'),
  calls('migration', 'goose', 'goose', 'up(?:-by-one|-to)?'),
  calls('migration', 'dbmate', 'dbmate', 'up|migrate'),
  calls('migration', 'sql-migrate', 'sql-migrate', 'up'),
  calls('migration', 'tern', 'tern', 'migrate'),
  calls('migration', 'bun', 'bun', 'db migrate'),
  calls('migration', 'knex', 'knex', 'migrate:(?:latest|up)'),
  calls('seed', 'knex', 'knex', 'seed:run'),
  calls('schema', 'sequelize', 'sequelize(?:-cli)?', 'db:create'),
  calls('migration', 'sequelize', 'sequelize(?:-cli)?', 'db:migrate'),
  calls('seed', 'sequelize', 'sequelize(?:-cli)?', 'db:seed(?::all)?'),
  calls('migration', 'typeorm', 'typeorm(?:-ts-node-\\w+)?', 'migration:run|migrations:run|schema:sync'),
  calls('migration', 'mikro-orm', 'mikro-orm', 'migration:up|schema:update'),
  calls('migration', 'drizzle', 'drizzle-kit', 'migrate|push'),
  calls('migration', 'node-pg-migrate', 'node-pg-migrate', 'up'),
  calls('migration', 'db-migrate', 'db-migrate', 'up'),
  calls('migration', 'migrate-mongo', 'migrate-mongo', 'up'),
  calls('migration', 'directus', 'directus', 'database migrate:latest|bootstrap'),
  calls('migration', 'hasura', 'hasura(?:-cli)?', '(?:migrate|metadata) apply'),
  says('seed', 'rails', /(?:^|[\s"'])(?:rails|rake)\s(?:.*\s)?db:(?:seed|fixtures:load)(?=[\s"';:]|$)/i),
  says(
    'migration',
    'rails',
    /(?:^|[\s"'/])(?:rails|rake|gitlab-rake)\s(?:.*\s)?(?:db:(?:migrate(?!:(?:status|down|redo|reset))|prepare|\w+_prepare|setup)|gitlab:db:configure)(?=[\s"';:]|$)/i,
  ),
  says(
    'schema',
    'rails',
    /(?:^|[\s"'/])(?:rails|rake)\s(?:.*\s)?db:(?:create|schema:load|structure:load)(?=[\s"';:]|$)/i,
  ),
  calls('migration', 'django', 'manage(?:\\.py)?|django-admin', 'migrate(?:_schemas)?(?!.*\\s--(?:check|plan|list))'),
  calls('seed', 'django', 'manage(?:\\.py)?|django-admin', 'loaddata|createsuperuser|seed\\w*'),
  calls('migration', 'laravel', 'artisan', '(?:\\w+:)?migrate'),
  calls('seed', 'laravel', 'artisan', 'db:seed'),
  calls(
    'migration',
    'doctrine',
    'console|doctrine(?:-migrations)?',
    '(?:doctrine:)?migrations:migrate|doctrine:schema:update',
  ),
  calls('schema', 'doctrine', 'console|doctrine', 'doctrine:(?:schema|database):create'),
  calls('seed', 'doctrine', 'console', 'doctrine:fixtures:load'),
  calls('migration', 'phinx', 'phinx', 'migrate'),
  calls('seed', 'phinx', 'phinx', 'seed:run'),
  calls('migration', 'nextcloud', 'occ', 'upgrade|db:add-missing-\\w+'),
  calls('migration', 'magento', 'magento', 'setup:upgrade|setup:db-schema:upgrade'),
  calls('migration', 'drush', 'drush', 'updatedb|updb'),
  calls('migration', 'wordpress', 'wp', 'core update-db'),
  calls('schema', 'ecto', 'mix', 'ecto\\.(?:create|setup)'),
  calls('migration', 'ecto', 'mix', 'ecto\\.migrate'),
  says('migration', 'an Elixir release', /\s(?:eval|rpc)\s.*?[\w.]+\.\w*migrat\w*/i),
  calls('schema', 'diesel', 'diesel', 'setup|database setup'),
  calls('migration', 'diesel', 'diesel', 'migration run'),
  calls('schema', 'sqlx', 'sqlx', '(?:database|db) (?:create|setup)'),
  calls('migration', 'sqlx', 'sqlx', '(?:migrate|mig) run'),
  calls('migration', 'sea-orm', 'sea-orm-cli|sea', 'migrate up'),
  calls('migration', 'refinery', 'refinery', 'migrate'),
  calls('migration', 'sqitch', 'sqitch', 'deploy'),
  calls('migration', 'Entity Framework', 'dotnet(?:-ef)?', '(?:ef )?database update'),
  says('migration', 'Entity Framework', /(?:^|[\s/])efbundle(?=\s|$)/i),
  calls('migration', 'clickhouse-migrations', 'clickhouse-migrations', 'migrate'),
  calls('schema', 'temporal', '(?:temporal|cadence)-(?:sql|cassandra)-tool', 'create(?:-database)?|setup(?:-schema)?'),
  calls('migration', 'temporal', '(?:temporal|cadence)-(?:sql|cassandra)-tool', 'update(?:-schema)?'),
  calls('migration', 'sentry', 'sentry', 'upgrade'),
  calls('seed', 'sentry', 'sentry', 'createuser'),
  calls('schema', 'snuba', 'snuba', 'bootstrap'),
  calls('migration', 'snuba', 'snuba', 'migrations migrate'),
  calls('schema', 'kong', 'kong', 'migrations bootstrap'),
  calls('migration', 'kong', 'kong', 'migrations (?:up|finish)'),
  calls('migration', 'harbor', 'harbor_core', '-{1,2}mode[= ]migrate'),
  calls('schema', 'zitadel', 'zitadel', 'init'),
  calls('migration', 'zitadel', 'zitadel', 'setup'),
  calls('seed', 'keycloak', 'kc|keycloak', 'import'),
  calls('schema', 'boundary', 'boundary', 'database init'),
  calls('migration', 'mattermost', 'mattermost', 'db migrate'),
  calls('schema', 'frappe', 'bench', 'new-site'),
  calls('migration', 'frappe', 'bench', 'migrate'),
  calls('backup', 'frappe', 'bench', 'backup'),
  says('migration', 'odoo', /(?:^|[\s/])odoo(?:-bin)?\s(?=.*--stop-after-init).*\s(?:-u|--update|-i|--init)(?=[=\s])/i),
  says('migration', 'schematool', /(?:^|[\s/])schematool\s.*-(?:upgradeSchema|initOrUpgradeSchema)/i),
  says('schema', 'schematool', /(?:^|[\s/])schematool\s.*-initSchema/i),
  calls('schema', 'pulsar', 'pulsar', 'initialize-(?:cluster|transaction-coordinator)-metadata'),
  says('schema', 'kafka', /(?:^|[\s/])kafka-topics(?:\.sh)?\s.*--create(?=\s|$)/i),
  calls('schema', 'mc', 'mc', 'mb'),
  says('schema', 'createdb', /(?:^|[\s/])createdb(?=\s|$)/i),
  calls('schema', 'mysqladmin', '(?:mysql|mariadb-)admin|mariadb-admin', 'create'),
  says(
    'schema',
    'a database client',
    new RegExp(
      `(?:^|[\\s/])(?:${SQL_CLIENTS})\\s[\\s\\S]*?\\bcreate\\s+(?:or replace\\s+)?(?:database|schema|role|user|keyspace|extension)\\b`,
      'i',
    ),
  ),
  says(
    'migration',
    'a database client',
    new RegExp(
      `(?:^|[\\s/])(?:${SQL_CLIENTS})\\s[\\s\\S]*?(?:\\b(?:create|alter)\\s+table\\b|(?:migrat|schema|ddl)[\\w-]*\\.(?:sql|cql|js)\\b)`,
      'i',
    ),
  ),
  says(
    'seed',
    'a database client',
    new RegExp(`(?:^|[\\s/])(?:${SQL_CLIENTS})\\s.*(?:seed|fixture)[\\w-]*\\.(?:sql|cql|js)\\b`, 'i'),
  ),
  says(
    'schema',
    'elasticsearch',
    /(?:^|[\s/])curl\s(?=.*(?:-X\s?PUT|--request[= ]PUT))(?=.*\/_(?:index_)?template\/)/i,
  ),
  says(
    'backup',
    'a database dump',
    /(?:^|[\s/])(?:pg_dump(?:all)?|pg_basebackup|mysqldump|mariadb-dump|mydumper|mongodump|etcdctl\s(?:.*\s)?snapshot save|influxd? backup|neo4j-admin\s(?:.*\s)?dump|clickhouse-backup\s(?:.*\s)?create|cockroach dump)(?=\s|$)/i,
  ),
  calls('backup', 'velero', 'velero', 'backup create|create backup'),
  calls('backup', 'restic', 'restic', 'backup'),
  calls('backup', 'kopia', 'kopia', 'snapshot create'),
  calls('backup', 'pgbackrest', 'pgbackrest', 'backup'),
  calls('backup', 'wal-g', 'wal-g', 'backup-push'),
  says(
    'restore',
    'a restore',
    /(?:^|[\s/])(?:pg_restore(?!.*\s(?:-l|--list)(?:\s|$))|mongorestore|myloader|restic\s(?:.*\s)?restore|velero\s(?:.*\s)?restore)(?=\s|$)/i,
  ),
];

export interface Recognised {
  readonly role: Role;
  /** What it is called, for people. */
  readonly tool: string;
}

/** Programs that the table knows well: what it does not recognise of them only looks, or goes the other way. */
const WELL_KNOWN =
  /(?:^|[\s/])(?:alembic|flyway|liquibase|atlas|goose|dbmate|sql-migrate|prisma|knex|sequelize(?:-cli)?|typeorm|drizzle-kit|migrate-mongo|rails|rake|manage\.py|manage|django-admin|artisan|phinx|mix|diesel|sqlx|sqitch|kong|airflow|superset|sentry|snuba|(?:temporal|cadence)-(?:sql|cassandra)-tool)(?=\s|$)/;

/** True for a call of such a program, near the front of the line. */
export const isWellKnown = (argv: readonly string[]): boolean =>
  WELL_KNOWN.test(argv.slice(0, 4).join(' ')) ||
  // golang-migrate has the most common name that there is.
  (argv.includes('migrate') && argv.some((text) => /^-{1,2}(?:path|source|database)$/.test(text)));

/** Lines beyond this are data, not calls. */
const MAX_LINE = 4_000;

/** What a known tool does in this line: the program's base name, then its arguments. */
export function recogniseTool(line: string): Recognised | undefined {
  const text = line.slice(0, MAX_LINE);
  const tool = TOOLS.find(({ pattern }) => pattern.test(text));
  return tool && { role: tool.role, tool: tool.name };
}
