/**
 * Words of a shell script: quotes, variables and substitutions, read at a cursor.
 *
 * Every function leaves the cursor behind what it read and never looks back, which keeps reading linear.
 */
import type { Part, Script, Word } from './shell-tree.ts';

export interface Cursor {
  readonly text: string;
  at: number;
  /** Reads commands up to `)` and steps over it. */
  readonly readSubstitution: () => Script;
  /** The commands of a text between backticks. */
  readonly parseInner: (text: string) => Script;
}

/** True when the text goes on with `word` here. */
export const goesOn = (cursor: Cursor, word: string): boolean => cursor.text.startsWith(word, cursor.at);

/** What a sticky pattern finds here, without moving. `beginnings`: the characters with which it can begin, for a quick look first. */
export function look(cursor: Cursor, pattern: RegExp, beginnings?: string): RegExpExecArray | null {
  if (beginnings !== undefined && !beginnings.includes(cursor.text[cursor.at] ?? ' ')) return null;
  pattern.lastIndex = cursor.at;
  return pattern.exec(cursor.text);
}

/** Steps over blanks, continued lines and comments, not over line ends. */
export function skipBlanks(cursor: Cursor): void {
  const { text } = cursor;
  for (; cursor.at < text.length; cursor.at++) {
    const char = text[cursor.at];
    if (goesOn(cursor, '\\\n')) cursor.at++;
    else if (goesOn(cursor, '\\\r\n')) cursor.at += 2;
    else if (char === '#') cursor.at = endOf(text, '\n', cursor.at) - 1;
    else if (char !== ' ' && char !== '\t' && char !== '\r') return;
  }
}

/** Characters that mean themselves, outside and inside double quotes: read at once, because a long script has tens of thousands. */
const PLAIN = /[^ \t\r\n;&|()\\'"$`<>]+/y;
const PLAIN_IN_QUOTES = /[^"\\$`]+/y;
const WORD_ENDS = ' \t\r\n;&|()';

/** Reads what a sticky pattern finds here, maybe nothing. */
function readPlain(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  if (!pattern.test(cursor.text)) return '';
  const start = cursor.at;
  cursor.at = pattern.lastIndex;
  return cursor.text.slice(start, cursor.at);
}

/** A word, or undefined at an operator, a line end or the end. */
export function readWord(cursor: Cursor): Word | undefined {
  const { text } = cursor;
  const start = cursor.at;
  const parts: Part[] = [];
  let plain = '';
  const flush = (quoted: boolean): void => {
    if (plain !== '' || quoted) parts.push({ type: 'text', text: plain, quoted });
    plain = '';
  };
  for (;;) {
    plain += readPlain(cursor, PLAIN);
    const char = text[cursor.at];
    if (char === undefined || WORD_ENDS.includes(char)) break;
    if (char === '\\') {
      if (text[cursor.at + 1] !== '\n') plain += text[cursor.at + 1] ?? '';
      cursor.at += 2;
    } else if (char === "'" || goesOn(cursor, "$'")) {
      flush(false);
      const from = cursor.at + (char === "'" ? 1 : 2);
      const end = endOf(text, "'", from);
      plain = text.slice(from, end);
      cursor.at = end + 1;
      flush(true);
    } else if (char === '"') {
      flush(false);
      readQuoted(cursor, parts);
    } else if (char === '$' || char === '`') {
      flush(false);
      parts.push(readDollar(cursor, false));
    } else {
      if (text[cursor.at + 1] !== '(') break;
      flush(false);
      parts.push(readRun(cursor, 2, true));
    }
  }
  flush(false);
  cursor.at = Math.min(cursor.at, text.length);
  return cursor.at === start ? undefined : { parts, source: text.slice(start, cursor.at) };
}

function readQuoted(cursor: Cursor, parts: Part[]): void {
  const { text } = cursor;
  let plain = '';
  const flush = (): void => {
    parts.push({ type: 'text', text: plain, quoted: true });
    plain = '';
  };
  cursor.at++;
  for (;;) {
    plain += readPlain(cursor, PLAIN_IN_QUOTES);
    const char = text[cursor.at];
    if (char === undefined || char === '"') break;
    if (char === '\\') {
      const next = text[cursor.at + 1] ?? '';
      if (next !== '\n') plain += '"\\$`'.includes(next) ? next : char + next;
      cursor.at += 2;
    } else {
      flush();
      parts.push(readDollar(cursor, true));
    }
  }
  cursor.at++;
  flush();
}

function readDollar(cursor: Cursor, quoted: boolean): Part {
  const { text } = cursor;
  const start = cursor.at;
  if (text[start] === '`') {
    let end = start + 1;
    while (end < text.length && text[end] !== '`') end += text[end] === '\\' ? 2 : 1;
    const source = text.slice(start + 1, end);
    cursor.at = end + 1;
    return { type: 'run', script: cursor.parseInner(source), source, quoted };
  }
  if (goesOn(cursor, '$((')) return { ...unknown(quoted), ...skipNested(cursor, '(', ')') };
  if (goesOn(cursor, '$(')) return readRun(cursor, 2, quoted);
  if (goesOn(cursor, '${')) {
    const { source } = skipNested(cursor, '{', '}');
    const name = /^(\w+|[@*#?$-])/.exec(source);
    if (name === null) return unknown(quoted);
    return { type: 'variable', name: name[1] ?? '', edit: source.slice(name[0].length), quoted };
  }
  const name = look(cursor, /\$([A-Za-z_]\w*|[\d@*#?$!-])/y)?.[1];
  cursor.at += 1 + (name?.length ?? 0);
  return name === undefined ? { type: 'text', text: '$', quoted } : { type: 'variable', name, edit: '', quoted };
}

const unknown = (quoted: boolean): Part => ({ type: 'variable', name: '', edit: '', quoted });

function readRun(cursor: Cursor, opening: number, quoted: boolean): Part {
  cursor.at += opening;
  const start = cursor.at;
  const script = cursor.readSubstitution();
  return { type: 'run', script, source: cursor.text.slice(start, Math.max(start, cursor.at - 1)), quoted };
}

/** Steps over `$open … close` with pairs and quotes inside it, and gives what stands between. */
function skipNested(cursor: Cursor, open: string, close: string): { readonly source: string } {
  const { text } = cursor;
  const start = cursor.at + 2;
  let level = 0;
  let at = cursor.at + 1;
  for (; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === open) level++;
    else if (char === close && --level === 0) break;
  }
  cursor.at = Math.min(at + 1, text.length);
  return { source: text.slice(start, at) };
}

const endOf = (text: string, end: string, from: number): number => {
  const found = text.indexOf(end, from);
  return found < 0 ? text.length : found;
};

export const plainWord = (text: string): Word => ({ parts: [{ type: 'text', text, quoted: false }], source: text });
