/**
 * Words and lines for terminals: wrapping, counting, durations. Text in, text out.
 *
 * Invariant: no line is longer than asked for, except a single word that is longer by itself: names and paths stay whole, so
 * that they can be copied.
 */

import type { Place } from '../model/span.ts';

/** What everything for terminals fits into. */
export const WIDTH = 80;

/** Lines of whole words; a no-break space holds words together. `first` is the width of the first line where it differs. */
export function wrap(text: string, width: number, first = width): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const room = lines.length === 0 ? first : width;
    if (line === '') line = word;
    else if (length(line) + 1 + length(word) <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((text) => text.replaceAll('\u00a0', ' '));
}

/** A paragraph whose first line begins with `lead` and whose others are indented to the end of it. */
export function paragraph(lead: string, text: string, width = WIDTH): string {
  const indent = ' '.repeat(length(lead));
  return wrap(text, width - length(lead))
    .map((line, index) => (index === 0 ? lead : indent) + line)
    .join('\n');
}

/** Code points: names are ASCII, and what else charts write is rarely wider. */
export const length = (text: string): number => (isAscii(text) ? text.length : [...text].length);
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - length(text)));

/** `1 Job`, `2 Jobs`, `2 policies`. */
export const count = (number: number, noun: string): string => `${number} ${number === 1 ? noun : plural(noun)}`;
export const plural = (noun: string): string =>
  /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;

/** The first few of a list, and how many more: `a, b, 3 more`. */
export const some = (items: readonly string[], shown: number): string =>
  items.length <= shown + 1 ? items.join(', ') : `${items.slice(0, shown).join(', ')}, ${items.length - shown} more`;

/** `4m`, `24h`, `90s`: the largest unit that gives a whole number. */
export function formatSeconds(seconds: number): string {
  if (seconds !== 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds !== 0 && seconds % 60 === 0) return `${seconds / 60}m`;
  return `${seconds}s`;
}

/** `hookorder.yaml:12:5`, as editors and terminals make links of it. */
export const formatPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
