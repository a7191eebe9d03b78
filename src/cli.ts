/**
 * From argv to an exit code: which command, its flags, its help; and where a failure is said.
 *
 * Helm 4 shows no stderr of a post-renderer, and an exit code other than 0 hides all output, so with `--errors=output` every failure is one YAML
 * scalar on stdout and exit 0: Helm cannot take it for a manifest, stops, and prints it whole [X].
 */
import { type CommandLine, type FlagTable, parseCommandLine, sayUnknown } from './command-line.ts';
import type { Arguments } from './commands/arguments.ts';
import { CHART_FLAGS, CHART_SWITCHES, CHART_VALUES, VERSION_FORM } from './commands/chart-flags.ts';
import { UsageError } from './commands/failures.ts';
import { EXIT } from './commands/outcome.ts';
import { deliver } from './commands/output.ts';
import * as render from './commands/render.ts';
import type { System } from './commands/system.ts';
import { nearest } from './model/nearest.ts';
import { CLUSTER_VALUED, readArguments } from './read-arguments.ts';

interface Command {
  readonly run: (args: Arguments, system: System) => number;
}

/** What all commands that read a stream take. */
const STREAM = ['config', 'no-config', 'now', 'helm', 'timeout', 'wait'] as const;

/** Which revision is installed. */
const PREVIOUS = ['previous', 'previous-release'] as const;

/** What `plan` and `lint` take. */
const JUDGED = [
  ...[...STREAM, ...CHART_FLAGS, ...PREVIOUS],
  ...(['source-root', 'target', 'output', 'fail-on', 'rollback-on-failure'] as const),
] as const;

/** Which cluster a command asks. */
const CLUSTER = ['namespace', ...CLUSTER_VALUED, 'kube-as-group', 'kube-insecure-skip-tls-verify'] as const;

/** Each command, and the flags beyond `--help` and `--color` that it takes. All but `render` are loaded when they are asked for. */
const COMMANDS = {
  render: {
    flags: [...STREAM, 'target', 'fail-on', 'errors', 'report', 'as-filter'],
    files: 1,
    load: (): Command => render,
  },
  plan: {
    flags: [...JUDGED, 'verbose'],
    files: 1,
    load: () => require('./commands/plan.ts') as Command,
  },
  lint: {
    flags: JUDGED,
    files: 1,
    load: () => require('./commands/lint.ts') as Command,
  },
  diff: {
    flags: [...STREAM, ...CHART_FLAGS, ...PREVIOUS, 'target', 'output', 'exit-code', 'fail-on'],
    files: 2,
    load: () => require('./commands/diff.ts') as Command,
  },
  adopt: {
    flags: [...STREAM, ...CHART_FLAGS, 'previous', 'output', 'fail-on'],
    files: 2,
    load: () => require('./commands/adopt.ts') as Command,
  },
  rehearse: {
    flags: [...STREAM, ...CHART_FLAGS, 'target', 'output', 'operation', 'step', 'all', 'rollback-on-failure'],
    files: 1,
    load: () => require('./commands/rehearse.ts') as Command,
  },
  init: {
    flags: [...STREAM, ...CHART_FLAGS, 'target', 'rollback-on-failure', 'fix', 'write', 'overwrite'],
    files: 2,
    load: () => require('./commands/init.ts') as Command,
  },
  export: {
    flags: [...STREAM, ...CHART_FLAGS, 'to', 'helmrelease', 'kustomization', 'target', 'fail-on'],
    files: 1,
    load: () => require('./commands/export.ts') as Command,
  },
  krm: {
    flags: [...STREAM, 'target', 'fail-on'],
    files: 1,
    load: () => require('./commands/krm.ts') as Command,
  },
  watch: {
    flags: [...CLUSTER, 'start-within', 'helm', 'timeout', 'wait'],
    files: 1,
    load: () => require('./commands/watch.ts') as Command,
  },
  why: {
    flags: [...CLUSTER, 'state', 'output', 'helm', 'timeout', 'wait'],
    files: 1,
    load: () => require('./commands/why.ts') as Command,
  },
  explain: { flags: [], files: 1, load: () => require('./commands/explain.ts') as Command },
  completion: { flags: [], files: 1, load: () => require('./commands/completion.ts') as Command },
  version: { flags: [], files: 0, load: () => require('./commands/version.ts') as Command },
  schema: { flags: [], files: 0, load: () => require('./commands/schema.ts') as Command },
} as const satisfies Record<string, { flags: readonly string[]; files: number; load: () => Command }>;

type CommandName = keyof typeof COMMANDS;
const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

const FLAGS: FlagTable = {
  valued: [
    ...['config', 'now', 'helm', 'target', 'output', 'fail-on', 'errors', 'report', 'timeout', 'color'],
    ...['to', 'helmrelease', 'kustomization'],
    ...['state', 'start-within', 'namespace', 'kube-as-group', ...CLUSTER_VALUED],
    ...['release', 'previous', 'previous-release', 'source-root', 'operation', 'step'],
    ...CHART_VALUES.filter((flag) => flag !== 'version'),
  ],
  switches: [
    ...['no-config', 'wait', 'as-filter', 'exit-code', 'verbose', 'help', 'version', 'is-upgrade'],
    'kube-insecure-skip-tls-verify',
    ...CHART_SWITCHES,
    ...['all', 'rollback-on-failure', 'fix', 'write', 'overwrite'],
  ],
  either: { version: VERSION_FORM },
  short: { c: 'config', o: 'output', h: 'help', v: 'verbose', f: 'values', n: 'namespace', a: 'api-versions' },
};

/** Runs a command and returns the exit code; stdout and stderr are written by then. */
export function main(argv: readonly string[], system: System): number {
  try {
    return dispatch(argv, system);
  } catch (failure) {
    return fail(failure, argv, system);
  }
}

function dispatch(argv: readonly string[], system: System): number {
  if (argv[0] === '__complete') return printCompletion(argv.slice(1), system);
  const line = parseCommandLine(argv, FLAGS);
  const named = line.plainOperands > 0 ? asCommand(line.operands[0]) : undefined;
  const name = named ?? 'render';
  if (line.mistake !== undefined) throw new UsageError(line.mistake);
  if (line.unknown !== undefined) throw new UsageError(sayUnknown(name, line.unknown, flagsOf(name)));
  const operands = line.operands.slice(named === undefined ? 0 : 1);
  if (isPostRenderer(argv)) {
    const { refuseStrayWords } = require('./commands/stray-words.ts') as typeof import('./commands/stray-words.ts');
    refuseStrayWords({ command: name, operands, switches: line.switches }, COMMAND_NAMES);
  }
  const asksForHelp = named === undefined && line.plainOperands > 0 && operands[0] === 'help';
  if (line.switches.has('help') || asksForHelp)
    return printHelp(named ?? asCommand(operands[asksForHelp ? 1 : 0]), system);
  if (line.switches.has('version')) return print(`${HOOKORDER_VERSION}\n`, system);
  rejectUnknown(name, line, operands, named === undefined);
  return COMMANDS[name].load().run(readArguments(name, line, operands), system);
}

const asCommand = (word: string | undefined): CommandName | undefined => COMMAND_NAMES.find((name) => name === word);

const flagsOf = (name: CommandName): readonly string[] => [...COMMANDS[name].flags, 'color', 'help', 'version'];

/** True for the command line of plugin.yaml: stdin is what Helm 4 sends, and Helm shows only what stdout says. */
const isPostRenderer = (argv: readonly string[]): boolean =>
  argv.some((word, at) => word === '--errors=output' || (word === '--errors' && argv[at + 1] === 'output'));

/** A flag or an operand that the command does not take; without a command word, an operand may be a misspelt command. */
function rejectUnknown(name: CommandName, line: CommandLine, operands: readonly string[], implied: boolean): void {
  const known = flagsOf(name);
  for (const flag of line.given) if (!known.includes(flag)) throw new UsageError(sayUnknown(name, `--${flag}`, known));
  const { files } = COMMANDS[name];
  const word = operands[0];
  if (implied && word !== undefined && /^[a-z]+$/.test(word)) {
    const suggestion = nearest(word, COMMAND_NAMES);
    if (suggestion !== undefined) throw new UsageError(`there is no command "${word}"; did you mean "${suggestion}"?`);
  }
  if (operands.length > files)
    throw new UsageError(
      `\`hookorder ${name}\` takes ${files === 0 ? 'no file' : files === 1 ? 'one operand' : `${files} files`}, not ${operands.length}`,
    );
}

function printHelp(command: CommandName | undefined, system: System): number {
  const { helpFor } = require('./help.ts') as typeof import('./help.ts');
  const { helpAsTyped } = require('./commands/words.ts') as typeof import('./commands/words.ts');
  const text = helpFor(command);
  // The overview is a table, and says both forms.
  return print(command === undefined ? text : helpAsTyped(text, system), system);
}

/** What a shell asks for while a command line is typed. */
function printCompletion(words: readonly string[], system: System): number {
  const { complete } = require('./completion.ts') as typeof import('./completion.ts');
  const { helpFor } = require('./help.ts') as typeof import('./help.ts');
  return print(
    complete(words, { flags: FLAGS, commands: COMMANDS, helpFor: (name) => helpFor(asCommand(name)) }),
    system,
  );
}

const print = (text: string, system: System): number => deliver(text, EXIT.ok, system);

/** Says why a command failed, on the channel that is read. */
function fail(failure: unknown, argv: readonly string[], system: System): number {
  const { sayFailure } = require('./commands/failure.ts') as typeof import('./commands/failure.ts');
  const command = asCommand(parseCommandLine(argv, FLAGS).operands[0]) ?? 'render';
  return sayFailure(failure, { command, toOutput: isPostRenderer(argv), version: HOOKORDER_VERSION }, system);
}
