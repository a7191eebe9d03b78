/** Changes of a text. */
import type { Span } from '../model/span.ts';
import { lineEnd, lineStart, previousLineEnd } from '../stream/lines.ts';

/** Replaces a span of the old text; an empty span inserts. */
export interface Edit extends Span {
  readonly text: string;
}

/** In the order of the text. Insertions at one place keep the order in which they were made and stand before a replacement there. */
export const sortEdits = (edits: readonly Edit[]): Edit[] =>
  [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

export const areDisjoint = (sorted: readonly Edit[]): boolean =>
  sorted.every((edit, index) => edit.start >= (sorted[index - 1]?.end ?? 0) && edit.end >= edit.start);

/** The new text. `edits` are sorted and disjoint, and count in the old text. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/**
 * Takes out the lines of a span with the line break before them. The one behind stays, so that what is inserted at the end of these
 * lines stays apart.
 */
export const removalOfLines = (text: string, start: number, end: number): Edit => ({
  start: previousLineEnd(text, start),
  end: lineEnd(text, end),
  text: '',
});

/** The same with the line break behind them: for what has nothing before it. */
export function removalOfFirstLines(text: string, start: number, end: number): Edit {
  const newline = text.indexOf('\n', lineEnd(text, end));
  return { start: lineStart(text, start), end: newline < 0 ? text.length : newline + 1, text: '' };
}
