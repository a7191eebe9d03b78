/** YAML as init writes it: one value a line, comments of at most 90 columns. */
import { wrap } from '../report/layout.ts';
import { printable } from '../report/safe-text.ts';

const WIDTH = 90;

export function comment(text: string, indent = ''): string[] {
  return wrap(printable(text), WIDTH - indent.length - 2).map((line) => `${indent}# ${line}`);
}

export const list = (words: readonly string[] | undefined): string | undefined =>
  words && `[${words.map(scalar).join(', ')}]`;

/** A mapping or a list in one line. */
export function flow(value: object): string {
  const part = (one: unknown): string => (typeof one === 'object' && one !== null ? flow(one) : scalar(one));
  if (Array.isArray(value)) return `[${value.map(part).join(', ')}]`;
  const parts = Object.entries(value).map(([key, one]) => `${scalar(key)}: ${part(one)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

/** Plain where every YAML reads it as this text, else double-quoted. */
export function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[A-Za-z][\w./-]*$/.test(value) && !/^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i.test(value);
  return isPlain || /^\/[A-Za-z/]+$/.test(value) ? value : JSON.stringify(value);
}
