/**
 * Argument lists: what stands before the program that is meant, and the positional parameters of scripts and functions.
 */
import type { Argument } from './call.ts';
import type { Variables } from './variables.ts';

/** Programs that run the program behind them. */
export const PREFIXES = new Set(
  'exec command builtin sudo nohup time nice ionice stdbuf env busybox timeout gosu su-exec tini dumb-init setsid chroot eatmydata'.split(
    ' ',
  ),
);

export function baseName(program: string): string {
  const name = program.slice(program.lastIndexOf('/') + 1);
  return name.includes('.') ? name.replace(/\.(?:sh|bash|py|exe)$/, '') : name;
}
export const argument = (text: string): Argument => ({ text, source: text });
export function declare(argv: readonly Argument[], variables: Variables): void {
  for (const { text } of argv) {
    const assignment = /^(\w+)=(.*)$/s.exec(text);
    if (assignment !== null) variables.set(assignment[1] ?? '', assignment[2] ?? '');
  }
}

/** `set -- a b`, `set -e` */
export function setArguments(argv: readonly Argument[], variables: Variables): void {
  if (argv.some(({ text }) => /^-[a-z]*e|^errexit$/.test(text))) exitOnError(variables);
  const dashes = argv.findIndex(({ text }) => text === '--');
  if (dashes >= 0)
    setValues(
      argv.slice(dashes + 1).map(({ text }) => text),
      variables,
    );
}

/** The positional parameters are variables named 1, 2, …, and @ for all. */
export function setValues(values: readonly string[], variables: Variables): void {
  for (let index = 1; variables.delete(String(index)); index++);
  for (const [index, value] of values.entries()) variables.set(String(index + 1), value);
  variables.set('@', values.join(' '));
}
export function valuesOf(variables: Variables): string[] {
  const values: string[] = [];
  for (let index = 1; ; index++) {
    const value = variables.get(String(index));
    if (value === undefined) return values;
    values.push(value);
  }
}

/** How many arguments belong to the prefix itself: options, assignments of `env`, the duration of `timeout`, the user of `gosu`. */
export function prefixLength(program: string, argv: readonly Argument[]): number {
  let index = 0;
  for (; index < argv.length; index++) {
    const text = argv[index]?.text ?? '';
    if (text === '--') return index + 1;
    if (program === 'env' && /^\w+=/.test(text)) continue;
    if (!text.startsWith('-')) break;
    if (/^-(?:[skutgn]|-user|-signal|-kill-after)$/.test(text) && program !== 'exec' && program !== 'command') index++;
  }
  const takesOne = program === 'timeout' || program === 'gosu' || program === 'su-exec' || program === 'chroot';
  // busybox: timeout -t 10 command
  const isDone = program === 'timeout' && argv.slice(0, index).some(({ text }) => text === '-t');
  return takesOne && !isDone ? index + 1 : index;
}

/** In a shell, too, the variable `-` holds the options. */
export const exitOnError = (variables: Variables): void => {
  variables.set('-', 'e');
};
