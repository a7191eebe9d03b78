/**
 * Where the fast parser stands in its text, and the tokens that are read alike wherever they stand: line ends, quoted scalars,
 * block scalars. Everything unusual is declined.
 */
import type { Scalar, Style } from './node.ts';
import { unescapeDouble } from './scalar.ts';

/** Thrown inside the fast parser, without the cost of a stack trace. */
export const DECLINED: unique symbol = Symbol('declined');

export const decline = (): never => {
  throw DECLINED;
};

export const SPACE = 0x20;
export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const HASH = 0x23;
export const DASH = 0x2d;
export const COLON = 0x3a;
export const COMMA = 0x2c;

const BLOCK_HEADER = /[|>]([1-9]?)([-+]?) *(?: #[^\r\n]*)?\r?(?:\n|$)/y;

export class Cursor {
  readonly text: string;
  at = 0;
  /** Offset of the beginning of the current line. */
  line = 0;
  /** Column of the next content when `at` stands on it, -1 at the end of the text. */
  indent = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** From the beginning of a line over blank lines and comments to the next content. */
  toContent(): void {
    const { text } = this;
    let at = this.at;
    for (;;) {
      this.line = at;
      while (text.charCodeAt(at) === SPACE) at++;
      const char = text.charCodeAt(at);
      if (char === HASH) {
        at = text.indexOf('\n', at) + 1;
        if (at === 0) break;
      } else if (char === NEWLINE) at++;
      else if (char === RETURN) at += 2;
      else if (at >= text.length) break;
      else {
        this.at = at;
        this.indent = at - this.line;
        return;
      }
    }
    this.at = text.length;
    this.indent = -1;
  }

  /** From behind a value over the blanks and the comment that may follow it, and to the next content. */
  endLine(): void {
    const { text } = this;
    const behind = this.at;
    let at = behind;
    while (text.charCodeAt(at) === SPACE) at++;
    const char = text.charCodeAt(at);
    if (char === HASH && at > behind) {
      const newline = text.indexOf('\n', at);
      at = newline < 0 ? text.length : newline + 1;
    } else if (char === NEWLINE) at++;
    else if (char === RETURN) at += 2;
    else if (at < text.length) decline();
    this.at = at;
    this.toContent();
  }

  /** True when nothing but blanks and a comment is left on the line. */
  atLineEnd(): boolean {
    const { text } = this;
    let at = this.at;
    while (text.charCodeAt(at) === SPACE) at++;
    const char = text.charCodeAt(at);
    return at >= text.length || char === NEWLINE || char === RETURN || (char === HASH && at > this.at);
  }

  isDash(): boolean {
    if (this.text.charCodeAt(this.at) !== DASH) return false;
    const next = this.text.charCodeAt(this.at + 1);
    return next === SPACE || next === NEWLINE || next === RETURN || this.at + 1 >= this.text.length;
  }

  quoted(): Scalar {
    const { text } = this;
    const start = this.at;
    const quote = text[start] ?? '';
    let at = start + 1;
    for (;;) {
      at = text.indexOf(quote, at);
      if (at < 0) decline();
      if (quote === "'") {
        if (text[at + 1] !== quote) break;
        at += 2;
      } else {
        let backslashes = 0;
        while (text[at - 1 - backslashes] === '\\') backslashes++;
        if (backslashes % 2 === 0) break;
        at++;
      }
    }
    const raw = text.slice(start + 1, at);
    this.at = at + 1;
    let content = raw;
    if (raw.includes('\n')) {
      // Helm writes lines that are indented less than their key, so indentation is not looked at.
      if (quote === '"' && /\\[ \t]*\r?\n/.test(raw)) decline();
      content = unfold(raw);
      this.line = text.lastIndexOf('\n', at) + 1;
    }
    if (quote === "'") return scalar('single', content.replaceAll("''", "'"), start, this.at);
    return scalar('double', unescapeDouble(content) ?? decline(), start, this.at);
  }

  /** A block scalar inside a block of indentation `parent`, and everything to the next content. */
  blockScalar(parent: number): Scalar {
    const { text } = this;
    const start = this.at;
    BLOCK_HEADER.lastIndex = start;
    const header = BLOCK_HEADER.exec(text) ?? decline();
    const [whole, given = '', chomp = ''] = header;
    const isLiteral = text[start] === '|';
    // At the root there is no indentation to count from.
    if (given !== '' && parent < 0) decline();
    let column = given === '' ? -1 : parent + Number(given);
    let at = start + whole.length;
    let end = start + 1 + given.length + chomp.length;
    let value = '';
    /** Line breaks since the last line with content. */
    let breaks = 0;
    let isFirst = true;
    let wasDeeper = false;
    while (at < text.length) {
      const newline = text.indexOf('\n', at);
      let stop = newline < 0 ? text.length : newline;
      if (stop > at && text.charCodeAt(stop - 1) === RETURN) stop--;
      let first = at;
      while (first < stop && text.charCodeAt(first) === SPACE) first++;
      const indent = first - at;
      if (first === stop) {
        // Blanks before the first line or beyond the indentation may or may not count; the full parser knows.
        if (indent > Math.max(column, 0)) decline();
        if (newline < 0) break;
        breaks++;
      } else {
        if (column < 0 && indent > parent) column = indent;
        if (column < 0 || indent < column) break;
        const isDeeper = indent > column || text[first] === '\t';
        if (isFirst && isDeeper && (!isLiteral || given === '')) decline();
        if (isFirst || isLiteral) value += '\n'.repeat(breaks);
        else value += foldedBreak(breaks, wasDeeper, isDeeper);
        value += text.slice(at + column, stop);
        end = stop;
        breaks = 1;
        isFirst = false;
        wasDeeper = isDeeper;
      }
      at = newline < 0 ? text.length : newline + 1;
    }
    if (isFirst && breaks > 0) decline();
    if (!isFirst) value += chomp === '-' ? '' : chomp === '+' ? '\n'.repeat(breaks) : '\n';
    this.at = at;
    this.toContent();
    if (this.indent > parent) decline();
    return scalar(isLiteral ? 'literal' : 'folded', value, start, end);
  }
}

export const scalar = (style: Style, value: Scalar['value'], start: number, end: number): Scalar => ({
  type: 'scalar',
  style,
  value,
  start,
  end,
  outer: start,
  anchored: false,
});

/** One line of several: a line break is a blank, and each blank line a line break. */
function unfold(raw: string): string {
  const lines = raw.split(/\r?\n/);
  let text = (lines[0] ?? '').replace(/(?<![ \t])[ \t]+$/, '');
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const isLast = index === lines.length - 1;
    const content = line.replace(/^[ \t]+/, '').replace(isLast ? /$/ : /(?<![ \t])[ \t]+$/, '');
    breaks++;
    if (content === '' && !isLast) continue;
    text += (breaks === 1 ? ' ' : '\n'.repeat(breaks - 1)) + content;
    breaks = 0;
  }
  return text;
}

/** What line breaks in a folded scalar are: lines that are indented deeper keep theirs, on both sides. */
function foldedBreak(breaks: number, wasDeeper: boolean, isDeeper: boolean): string {
  if (!wasDeeper && !isDeeper) return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
  return '\n'.repeat(breaks);
}
