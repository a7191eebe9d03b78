/** Lines and columns of a text. */

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
