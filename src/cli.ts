/**
 * From argv to an exit code: which command, its flags, its help; and where a failure is said.
 *
 * In a Helm 4 post-render nobody sees stderr and an exit code other than 0 hides all output, so with `--errors=output` every failure is one YAML
 * scalar on stdout and exit 0: Helm cannot take it for a manifest, stops, and prints it whole [X].
 */
import minimist from 'minimist';
import type { Arguments } from './commands/arguments.ts';
import { UsageError } from './commands/failures.ts';
import { EXIT } from './commands/outcome.ts';
import * as render from './commands/render.ts';
import type { System } from './commands/system.ts';
import { DEFAULT_TIMEOUT_SECONDS } from './model/helm.ts';
import { nearest } from './model/nearest.ts';
import { readDuration, readTime } from './model/time.ts';

interface Command {
  readonly run: (args: Arguments, system: System) => number;
}

/** Each command, and the flags beyond `--help` and `--color` that it takes. All but `render` are loaded when they are asked for. */
const COMMANDS = {
  render: {
    flags: ['config', 'now', 'fail-on', 'errors', 'report', 'timeout', 'wait'],
    files: 1,
    load: (): Command => render,
  },
  plan: {
    flags: ['config', 'now', 'output', 'fail-on', 'timeout', 'wait', 'verbose'],
    files: 1,
    load: () => require('./commands/plan.ts') as Command,
  },
  lint: {
    flags: ['config', 'now', 'output', 'fail-on', 'timeout', 'wait'],
    files: 1,
    load: () => require('./commands/lint.ts') as Command,
  },
  diff: {
    flags: ['config', 'now', 'output', 'exit-code', 'timeout', 'wait'],
    files: 2,
    load: () => require('./commands/diff.ts') as Command,
  },
  init: { flags: [], files: 2, load: () => require('./commands/init.ts') as Command },
  explain: { flags: [], files: 1, load: () => require('./commands/explain.ts') as Command },
  schema: { flags: [], files: 0, load: () => require('./commands/schema.ts') as Command },
} as const satisfies Record<string, { flags: readonly string[]; files: number; load: () => Command }>;

type CommandName = keyof typeof COMMANDS;

const STRINGS = ['config', 'now', 'output', 'fail-on', 'errors', 'report', 'timeout', 'color'];
const BOOLEANS = ['wait', 'exit-code', 'verbose', 'help', 'version'];
const ALIASES = { c: 'config', o: 'output', h: 'help', v: 'verbose' };
/** Flags that take a value, as they are written. */
const VALUED = [...STRINGS.map((flag) => `--${flag}`), '-c', '-o'];

/** Runs a command and returns the exit code; stdout and stderr are written by then. */
export function main(argv: readonly string[], system: System): number {
  try {
    return dispatch(argv, system);
  } catch (failure) {
    return fail(failure, argv, system);
  }
}

function dispatch(argv: readonly string[], system: System): number {
  const first = argv[0] ?? '';
  const named = Object.hasOwn(COMMANDS, first) ? (first as CommandName) : undefined;
  const args = minimist(argv.slice(named === undefined ? 0 : 1), {
    string: STRINGS.concat('_'),
    boolean: argv.every(isNoSwitch) ? [] : BOOLEANS,
    alias: ALIASES,
  });
  if (args['help'] === true || first === 'help')
    return printHelp(named ?? commandFor(args._[first === 'help' ? 1 : 0]), system);
  if (args['version'] === true) return print(`${HOOKORDER_VERSION}\n`, system);
  const name = named ?? 'render';
  rejectUnknown(name, args, named === undefined);
  return COMMANDS[name].load().run(readArguments(args), system);
}

/** True for a word that surely switches nothing on. minimist asks of every switch that it knows whether it is a number, at every start. */
const isNoSwitch = (word: string): boolean =>
  !word.startsWith('-') || VALUED.some((flag) => word === flag || word.startsWith(`${flag}=`));

const commandFor = (word: string | undefined): CommandName | undefined =>
  word !== undefined && Object.hasOwn(COMMANDS, word) ? (word as CommandName) : undefined;

/** A flag or an operand that the command does not take; without a command word, an operand may be a misspelt command. */
function rejectUnknown(name: CommandName, args: minimist.ParsedArgs, implied: boolean): void {
  const { flags, files } = COMMANDS[name];
  const known = [...flags, 'color', 'help', 'version'];
  for (const key of Object.keys(args)) {
    if (key === '_' || Object.hasOwn(ALIASES, key)) continue;
    const untouched = BOOLEANS.includes(key) && args[key] === false;
    if (known.includes(key) || untouched) continue;
    const suggestion = nearest(key, known);
    throw new UsageError(
      `\`hookorder ${name}\` has no flag ${dashed(key)}${suggestion === undefined ? '' : `; did you mean ${dashed(suggestion)}?`}`,
    );
  }
  const operands = args._;
  const word = operands[0];
  if (implied && word !== undefined && /^[a-z]+$/.test(word)) {
    const suggestion = nearest(word, Object.keys(COMMANDS));
    if (suggestion !== undefined) throw new UsageError(`there is no command "${word}"; did you mean "${suggestion}"?`);
  }
  if (operands.length > files)
    throw new UsageError(
      `\`hookorder ${name}\` takes ${files === 0 ? 'no file' : files === 1 ? 'one operand' : `${files} files`}, not ${operands.length}`,
    );
}

const dashed = (flag: string): string => (flag.length === 1 ? `-${flag}` : `--${flag}`);

function readArguments(args: minimist.ParsedArgs): Arguments {
  const now = one(args, 'now') ?? '';
  const output = one(args, 'output');
  const report = one(args, 'report');
  const timeout = one(args, 'timeout');
  return {
    files: args._,
    config: every(args, 'config'),
    ...(now !== '' && {
      now: readTime(now) ?? invalid('now', now, 'unix seconds or a time like 2026-11-21T01:45:00Z'),
    }),
    ...(output !== undefined && { output }),
    ...(report !== undefined && { report }),
    failOn: choice(args, 'fail-on', ['error', 'warning', 'never']),
    errors: choice(args, 'errors', ['stderr', 'output']),
    timeout:
      timeout === undefined
        ? DEFAULT_TIMEOUT_SECONDS
        : (readDuration(timeout) ?? invalid('timeout', timeout, 'a duration like 90s or 5m')),
    wait: args['wait'] === true,
    exitCode: args['exit-code'] === true,
    color: choice(args, 'color', ['auto', 'always', 'never']),
    verbose: args['verbose'] === true,
  };
}

const list = (value: unknown): readonly string[] =>
  value === undefined ? [] : ([] as string[]).concat(value as string[]);

function every(args: minimist.ParsedArgs, flag: string): readonly string[] {
  const values = list(args[flag]);
  if (values.includes('')) throw new UsageError(`--${flag} needs a value`);
  return values;
}

/** The last one given, as everywhere on a command line. */
const one = (args: minimist.ParsedArgs, flag: string): string | undefined => every(args, flag).at(-1);

function choice<Word extends string>(args: minimist.ParsedArgs, flag: string, words: readonly [Word, ...Word[]]): Word {
  const value = one(args, flag) ?? words[0];
  return words.find((word) => word === value) ?? invalid(flag, value, words.join(', '));
}

function invalid(flag: string, value: string, wanted: string): never {
  throw new UsageError(`--${flag} cannot be "${value}": it takes ${wanted}`);
}

function printHelp(command: CommandName | undefined, system: System): number {
  const { helpFor } = require('./help.ts') as typeof import('./help.ts');
  return print(helpFor(command), system);
}

const print = (text: string, system: System): number =>
  system.writeStdout([new TextEncoder().encode(text)]) ? EXIT.ok : EXIT.unusable;

/** Says why a command failed, on the channel that reaches somebody. */
function fail(failure: unknown, argv: readonly string[], system: System): number {
  const { sayFailure } = require('./commands/failure.ts') as typeof import('./commands/failure.ts');
  const toOutput = argv.some(
    (word, at) => word === '--errors=output' || (word === '--errors' && argv[at + 1] === 'output'),
  );
  return sayFailure(failure, toOutput, HOOKORDER_VERSION, system);
}
