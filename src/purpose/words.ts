/**
 * What a program does that is in no table, by the words with which it is called or named: `shopctl schema migrate`, `app db:prepare`,
 * `python -m risp.worker.migrate`, `Job/shop-db-migrate`.
 */
import type { Role } from '../knowledge/tools.generated.ts';

const MIGRATE = /^(?:auto)?migrat(?:e|es|or|ion|ions|ing)$/;
const STORE = /^(?:db|dbs|database|databases|schema|schemas|keyspace)$/;
const CREATE = /^(?:create|creates|init|initialize|initialise|bootstrap|provision|setup)$/;
const CHANGE = /^(?:upgrade|update|apply|sync|prepare|push|evolve|setup)$/;
/** A migration is looked at, undone or written here, not run. */
const OTHERWISE =
  /^(?:status|list|ls|show|check|checks|checker|wait|waiter|down|rollback|revert|undo|reset|redo|version|new|generate|make|diff|lint|validate|verify|info|pending|history|current|plan|dry|help|clean|cleanup|sweep|delete|prune|cert|certs|certgen|crd|crds|test|tests)$/;

/** Tools that do nothing but migrate, as words of a script's name: `atlas-apply.sh`, `run_alembic.sh`. */
const TOOL =
  /^(?:alembic|flyway|liquibase|atlas|goose|dbmate|prisma|knex|sequelize|typeorm|drizzle|sqitch|phinx|doctrine|ecto|aerich|schemahero|bytebase|skeema|refinery|diesel)$/;
const DOES = /^(?:apply|up|upgrade|update|deploy|run|latest|head|push|sync|start|execute|exec|do|all|job|entrypoint)$/;

/** The role that the words of one name tell: `db-migrate`, `create-schema`, `seed`, `smoke`. */
export function roleOfWords(words: readonly string[]): Role | undefined {
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  if (has(/^restores?$/)) return 'restore';
  if (has(/^(?:backups?|dump|snapshot)$/) && !has(/^(?:clean|cleanup|delete|prune|rotate|check)$/)) return 'backup';
  if (has(/^(?:smoke|smoketests?)$/)) return 'smoke';
  if (has(OTHERWISE)) return undefined;
  if (has(/^(?:seed|seeds|seeder|seeding|fixtures|loaddata)$/)) return 'seed';
  if (has(MIGRATE) || (has(TOOL) && has(DOES))) return 'migration';
  if (!has(STORE)) return undefined;
  return has(CREATE) ? 'schema' : has(CHANGE) ? 'migration' : undefined;
}

/** True for words of what looks at a migration, waits for it, or undoes it. */
export const isOtherwise = (words: readonly string[]): boolean => words.some((word) => OTHERWISE.test(word));

/** The words of a name: `shop-dbMigrate_2` gives `shop`, `db`, `migrate`, `2`. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const JUST_LOOKS = /^--(?:check|plan|list|status|dry-?run|help|version|print-only)$/;

/** How far into its arguments a program still gets commands. */
const MAX_COMMANDS = 5;
const SCRIPT = /\.(?:py|m?[jt]s|cjs|rb|php|sh|bash|pl|jar|dll|exs?|sql)$/;
/** Behind these flags stands a module or a script, behind others a value. */
const RUNS_NEXT = /^(?:-m|-jar|-c|--module|--command|--)$/;

/** The role that a call tells by its program and its commands, options and their values left out. */
export function roleOfCall(argv: readonly string[]): Role | undefined {
  const commands: string[] = [];
  for (const [index, text] of argv.slice(0, MAX_COMMANDS + 3).entries()) {
    const before = argv[index - 1] ?? '';
    if (/^-{1,2}(?:mode=|run-?)?(?:db-?)?migrat(?:e|ions?)(?:-(?:db|only|up))?$/i.test(text)) return 'migration';
    if (text.startsWith('-') || text.length > 100 || /[=\s]|:\/\//.test(text)) continue;
    if (before.startsWith('-') && !before.includes('=') && !RUNS_NEXT.test(before) && !isSwitch(before)) continue;
    // A path among the arguments is data, unless it is a script.
    if (index > 0 && text.includes('/') && !SCRIPT.test(text)) continue;
    commands.push(text.slice(text.lastIndexOf('/') + 1).replace(SCRIPT, ''));
    if (commands.length === MAX_COMMANDS) break;
  }
  if (argv.some((text) => JUST_LOOKS.test(text))) return undefined;
  for (const [index, command] of commands.entries()) {
    const own = wordsOf(command);
    // `schema create`, `db upgrade`: the first word says of what.
    const isPair = own.length === 1 && STORE.test(command);
    const said = isPair ? [...own, ...wordsOf(commands[index + 1] ?? '')] : own;
    const role = roleOfWords(said);
    if (role === undefined) continue;
    const next = commands.slice(index + 1, index + 3).flatMap(wordsOf);
    return next.some((word) => OTHERWISE.test(word)) ? undefined : role;
  }
  return undefined;
}

/** `--verbose`: what comes next is no value of it. Most long flags without `=` that are no words of settings. */
const isSwitch = (flag: string): boolean => /^-{1,2}(?:verbose|debug|quiet|yes|force|y|v|q|f|no-\S+|wait)$/.test(flag);
