/**
 * What Jobs and Pods of charts run: tools that create schemas, migrate, seed, back up, restore and test (knowledge/tools.yaml).
 *
 * In comes the line of one program call, out comes what it does. A tool is told by the words that make it change something:
 * `alembic current` and `flyway info` only look, `rails db:rollback` goes the other way.
 */
import { type Role, TOOLS } from '../knowledge/tools.generated.ts';

export interface Recognised {
  readonly role: Role;
  /** What it is called, for people. */
  readonly tool: string;
}

/** Programs that the table knows well: calls that no row recognises only read, or undo a migration. */
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
  const found = TOOLS.find(({ pattern }) => pattern.test(text));
  return found && { role: found.role, tool: found.tool };
}
