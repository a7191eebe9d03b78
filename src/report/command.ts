/** A command that people can paste. */
import { printable } from './safe-text.ts';

/** Words of a POSIX shell, a flag and its value on one line. */
export function commandLines(command: readonly string[]): readonly string[] {
  const [first, ...rest] = linesOf(command);
  return [
    `  ${first}${rest.length > 0 ? ' \\' : ''}`,
    ...rest.map((line, at) => `    ${line}${at < rest.length - 1 ? ' \\' : ''}`),
  ];
}

function linesOf(command: readonly string[]): readonly string[] {
  const first = command.findIndex((word) => word.startsWith('--'));
  const flags = first < 0 ? command.length : first;
  return [command.slice(0, flags).map(quoted).join(' '), ...command.slice(flags).map(quoted)];
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${printable(word).replaceAll("'", "'\\''")}'`;
