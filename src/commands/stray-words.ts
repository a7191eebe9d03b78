/**
 * Words that a post-renderer is given by mistake. Inside Helm the release comes on stdin: a file name beside it would replace the whole
 * release, and the text of `--help` would be taken for one.
 */
import { nearest } from '../model/nearest.ts';
import { UsageError } from './failures.ts';

export interface PostRendererWords {
  readonly command: string;
  readonly operands: readonly string[];
  readonly switches: ReadonlySet<string>;
}

/** Throws for everything but `render` of what Helm sends. `-` means just that. */
export function refuseStrayWords(
  { command, operands, switches }: PostRendererWords,
  commands: readonly string[],
): void {
  if (command !== 'render') throw new UsageError(sayCommand(command));
  for (const flag of ['help', 'version']) if (switches.has(flag)) throw new UsageError(sayCommand(`--${flag}`));
  const stray = operands.find((word) => word !== '-');
  if (stray !== undefined) throw new UsageError(sayStrayWord(stray, commands));
}

/** Why `word` is refused, and what was probably meant. */
export function sayStrayWord(word: string, commands: readonly string[]): string {
  if (word === '')
    return 'one of the arguments in --post-renderer-args is empty, as from a variable that is not set; leave it out or give it a value';
  if (word === 'help' || commands.includes(word)) return sayCommand(word);
  const [, flag, value] = /^(?:[\u2010-\u2015\u2212]+|-*)([a-z][a-z-]*)[= ](.+)$/s.exec(word) ?? [];
  if (flag !== undefined && value !== undefined)
    return `a post-renderer takes flags only, and "${word}" is none; did you mean --${flag}=${value}?`;
  const near = /^[a-z]+$/.test(word) ? nearest(word, commands) : undefined;
  if (near !== undefined) return sayCommand(word);
  return `a post-renderer reads what Helm sends, and the file "${word}" would replace the whole release; did you mean --config=${word}? Write --post-renderer-args=--config=${word}`;
}

const sayCommand = (word: string): string =>
  `"${word}" was given to a post-renderer, which only renders; run \`${word.startsWith('--') ? `helm hookorder ${word}` : `helm template … | helm hookorder ${word}`}\` by itself`;
