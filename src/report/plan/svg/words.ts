/** Words for pictures, which break no line by themselves: cut by an average width of letters. */
import { length } from '../../layout.ts';

export interface Line {
  readonly text: string;
  /** Its class. */
  readonly type: string;
}

export const cut = (text: string, width: number): string =>
  length(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`;

/** At most `most` lines, broken at blanks, and in names behind `-`, `.` and `/`; what does not fit ends with `…`. Nothing for no text. */
export function linesOf(text: string, type: string, width: number, most: number): readonly Line[] {
  const lines: string[] = [];
  for (const part of text.match(/[^ ./-]*[ ./-]?/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && length(last + part.trimEnd()) <= width) lines[lines.length - 1] = last + part;
    else if (part !== '') lines.push(part);
  }
  const shown = lines.slice(0, most).map((line) => cut(line.trimEnd(), width));
  if (lines.length > most) shown[most - 1] = cut(`${shown[most - 1]?.slice(0, width - 1)}…`, width);
  return shown.map((line) => ({ text: line, type }));
}
