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
 * Takes out the lines of a span. The line break before them goes with them, and the one behind stays, so that what is inserted
 * at the end of these lines stays apart; on the first line it is the other way round.
 */
export function removalOfLines(text: string, start: number, end: number): Edit {
  const stop = lineEnd(text, end);
  if (lineStart(text, start) > 0) return { start: previousLineEnd(text, start), end: stop, text: '' };
  const newline = text.indexOf('\n', stop);
  return { start: 0, end: newline < 0 ? text.length : newline + 1, text: '' };
}
