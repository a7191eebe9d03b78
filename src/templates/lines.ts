/**
 * A template as lines: its YAML between the actions of Go's template language, as far as the indentation of the text tells.
 *
 * What an action writes is not known here, so nothing is said of it: a search ends where an action would have to be asked.
 */

export interface Line {
  /** From 1. */
  readonly number: number;
  /** An action, a part of one, a comment or nothing: no YAML of its own. */
  readonly isBlank: boolean;
  /** Blanks before the first letter; of an item of a list, before its dash. */
  readonly indent: number;
  readonly text: string;
}

export function linesOf(text: string): readonly Line[] {
  let isInside = false;
  return text.split(/\r\n|\n|\r/).map((line, at) => {
    const wasInside = isInside;
    const last = line.lastIndexOf('{{');
    isInside = last >= 0 ? line.indexOf('}}', last) < 0 : wasInside && !line.includes('}}');
    const isAction = /^\s*\{\{/.test(line) && /\}\}\s*$/.test(line) && !/^\s*\{\{[^{}]*\}\}[^{\s]*:(?:\s|$)/.test(line);
    const isBlank = wasInside || isAction || /^\s*(?:#.*)?$/.test(line);
    return { number: at + 1, isBlank, indent: line.length - line.trimStart().length, text: line };
  });
}

/** The first words of a key's line, and what stands behind it. */
export interface KeyLine {
  readonly line: Line;
  /** Of the key, also where it stands behind the dash of an item. */
  readonly indent: number;
  readonly value: string;
}

/** A line as a key of a mapping whose keys have this indent; undefined for anything else. */
export function keyAt(line: Line, indent: number): (KeyLine & { readonly key: string }) | undefined {
  if (line.isBlank) return undefined;
  const [, dashes = '', key = '', value = ''] =
    /^(\s*(?:- +)*)("[^"]*"|'[^']*'|[^\s:#{}[\]'"-][^:#{}]*?)\s*:(?:\s+(.*?)\s*)?$/.exec(line.text) ?? [];
  if (key === '' || dashes.length !== indent) return undefined;
  return { line, indent, key: key.replace(/^(["'])(.*)\1$/, '$2'), value };
}

/** A part of a template as what it can have written: text between actions is fixed, and each action writes anything. */
export function patternOf(text: string): RegExp {
  const parts = text.split(/\{\{.*?\}\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** How many letters of a text no action can change. */
export const fixedLength = (text: string): number => text.replaceAll(/\{\{.*?\}\}/g, '').length;

/** A scalar without its quotes and without a comment behind it. */
export function scalarOf(value: string): string {
  const quoted = /^"((?:\{\{.*?\}\}|[^"\\]|\\.)*)"|^'((?:\{\{.*?\}\}|[^'])*)'/.exec(value);
  return (quoted?.[1] ?? quoted?.[2] ?? value.replace(/\s+#.*$/, '')).trim();
}
