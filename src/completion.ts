/**
 * What a shell may offer for a command line. `hookorder __complete WORDS…` prints it in the form that Helm's plugins and the programs made with the Go
 * package cobra use: a candidate a line, with its meaning behind a tab, and at the end `:4` where file names make no sense, `:0` where they do.
 */
import { type FlagTable, parseCommandLine } from './command-line.ts';
import { CHART_TEXTS } from './commands/chart-flags.ts';
import { SHELLS } from './commands/completion.ts';
import { FINDING_CODES } from './model/finding.ts';
import { OPERATION_NAMES } from './model/helm.ts';
import { TARGETS } from './model/target.ts';

export interface CompletionTable {
  readonly flags: FlagTable;
  readonly commands: Readonly<Record<string, { readonly flags: readonly string[]; readonly files: number }>>;
  /** The help of a command, or the overview. */
  readonly helpFor: (command: string | undefined) => string;
}

interface Candidate {
  readonly word: string;
  readonly about?: string;
}

const FILES = ':0';
const NO_FILES = ':4';

/** `words` are those behind the program's name, the last one as far as it is typed. */
export function complete(words: readonly string[], table: CompletionTable): string {
  const before = words.slice(0, -1);
  const typed = words.at(-1) ?? '';
  const { candidates, directive } = candidatesFor(before, typed, table);
  const lines = candidates
    .filter(({ word }) => word.startsWith(typed))
    .map(({ word, about }) => (about === undefined ? word : `${word}\t${about}`));
  return `${[...lines, directive].join('\n')}\n`;
}

interface Offer {
  readonly candidates: readonly Candidate[];
  readonly directive: typeof FILES | typeof NO_FILES;
}

const of = (words: readonly string[]): readonly Candidate[] => words.map((word) => ({ word }));

function candidatesFor(before: readonly string[], typed: string, table: CompletionTable): Offer {
  const command = commandIn(before, table);
  const open = before.includes('--') ? undefined : openFlag(before.at(-1), table);
  if (open !== undefined) return valuesOf(open, command, table);
  const [, flag, start] = /^(--([a-z-]+)=)/.exec(typed) ?? [];
  if (flag !== undefined && start !== undefined) {
    const { candidates, directive } = valuesOf(start, command, table);
    return { candidates: candidates.map(({ word }) => ({ word: flag + word })), directive };
  }
  if (typed.startsWith('-') && !before.includes('--'))
    return { candidates: flagsOf(command, table), directive: NO_FILES };
  return operandsOf(command, before, table);
}

/** The first operand that is a command. */
function commandIn(before: readonly string[], { flags, commands }: CompletionTable): string | undefined {
  const { operands } = parseCommandLine(before, flags);
  const [first] = operands;
  return first !== undefined && Object.hasOwn(commands, first) ? first : undefined;
}

/** The long name of a flag that the next word is the value of. */
function openFlag(word: string | undefined, { flags }: CompletionTable): string | undefined {
  const long = /^--([a-z-]+)$/.exec(word ?? '')?.[1];
  const short = /^-([a-z])$/.exec(word ?? '')?.[1];
  const name = long ?? (short !== undefined && Object.hasOwn(flags.short, short) ? flags.short[short] : undefined);
  return name !== undefined && flags.valued.includes(name) ? name : undefined;
}

/** Flags whose values are no files and cannot be listed. */
const FREE: readonly string[] = [
  ...['now', 'helm', 'timeout', 'start-within', 'release', 'namespace', 'step', 'previous-release', 'source-root'],
  ...CHART_TEXTS,
  ...['kube-token', 'kube-as-user', 'kube-as-group', 'kube-apiserver', 'kube-tls-server-name'],
];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  color: ['auto', 'always', 'never'],
  errors: ['stderr', 'output'],
  'fail-on': ['error', 'warning', 'never'],
  operation: OPERATION_NAMES,
  target: TARGETS,
  to: ['flux', 'kustomize'],
  'dry-run': ['client', 'server'],
};

function valuesOf(flag: string, command: string | undefined, table: CompletionTable): Offer {
  if (flag === 'output') return { candidates: of(formatsOf(command, table)), directive: NO_FILES };
  if (Object.hasOwn(VALUES, flag)) return { candidates: of(VALUES[flag] ?? []), directive: NO_FILES };
  return { candidates: [], directive: FREE.includes(flag) ? NO_FILES : FILES };
}

/** As the help lists them: `-o, --output FORMAT       text (default), json, mermaid`. */
function formatsOf(command: string | undefined, { helpFor }: CompletionTable): readonly string[] {
  const text = /--output FORMAT +([^\n;]+(?:\n {10,}[^\n;]+)*)/.exec(helpFor(command))?.[1] ?? '';
  return text
    .replaceAll(/\(default\)|[()]/g, '')
    .split(/[,\s]+| or /)
    .filter((word) => /^[a-z]+$/.test(word) && word !== 'or');
}

function flagsOf(command: string | undefined, { commands, helpFor }: CompletionTable): readonly Candidate[] {
  const name = command ?? 'render';
  const lines = helpFor(name)
    .replaceAll(/\n {20,}/g, ' ')
    .split('\n');
  const names = new Set([...(commands[name]?.flags ?? []), 'color', 'help', 'version']);
  return [...names].map((flag) => {
    const line = lines.find((each) => each.startsWith('  ') && new RegExp(`^[ -]*(?:-\\w, )?--${flag}[ ,]`).test(each));
    const about =
      line
        ?.split(/ {2,}/)
        .at(-1)
        ?.split(/[;:]/)[0]
        ?.replace(/ \([^)]*$/, '') ?? '';
    return { word: `--${flag}`, ...(/^\w/.test(about) && { about }) };
  });
}

function operandsOf(command: string | undefined, before: readonly string[], table: CompletionTable): Offer {
  if (command === undefined) {
    const isFirst = parseCommandLine(before, table.flags).operands.length === 0;
    return { candidates: isFirst ? commandsOf(table) : [], directive: FILES };
  }
  if (command === 'explain') return { candidates: of(FINDING_CODES), directive: NO_FILES };
  if (command === 'completion') return { candidates: of(SHELLS), directive: NO_FILES };
  const isName = command === 'watch' || command === 'why' || (command === 'adopt' && before.at(-1) === 'adopt');
  const takesFiles = (table.commands[command]?.files ?? 0) > 0 && !isName;
  return { candidates: [], directive: takesFiles ? FILES : NO_FILES };
}

function commandsOf({ commands, helpFor }: CompletionTable): readonly Candidate[] {
  const lines = [...helpFor(undefined).matchAll(/^ {2}hookorder \[?([a-z]+)\]?(?: +\[?[A-Z]\S*)* {2,}(.*)$/gm)];
  return Object.keys(commands).map((word) => {
    const text = lines.find(([, name]) => name === word)?.[2];
    return { word, ...(text !== undefined && { about: text }) };
  });
}
