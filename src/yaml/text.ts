/** Lines and columns of a document's text, for edits. */
import type { Edit } from './edits.ts';

/** UTF-16 units between the beginning of the line and an offset. */
export const columnOf = (text: string, at: number): number => at - lineStart(text, at);

export const lineStart = (text: string, at: number): number => (at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1);

/** The end of the line on which an offset stands, before its line break. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  if (newline < 0) return text.length;
  return newline > at && text[newline - 1] === '\r' ? newline - 1 : newline;
}

/** The line break before the line on which an offset stands; 0 on the first line. */
export function previousLineEnd(text: string, at: number): number {
  const start = lineStart(text, at);
  if (start === 0) return 0;
  return text[start - 2] === '\r' ? start - 2 : start - 1;
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
