/**
 * A parser for the YAML that people and Helm write nearly always: text in, a node tree or undefined out.
 *
 * It reads a strict subset and declines (returns undefined) whenever it is not sure: anchors, aliases, tags, merge keys,
 * complex keys, scalars over several lines, tabs, odd indentation, and everything that is invalid. What it does return equals
 * what the full parser returns for the same text.
 */
import { COLON, COMMA, Cursor, DECLINED, decline, HASH, NEWLINE, RETURN, SPACE, scalar } from './cursor.ts';
import { type Entry, type Item, MAX_DEPTH, type Mapping, type Node, type Scalar, type Sequence } from './node.ts';
import { resolvePlain } from './scalar.ts';

/** The root node of the text, or undefined: declined, or nothing there. */
export function parseFast(text: string): Node | undefined {
  // A lone CR is a line break for some readers, and a BOM is no text.
  if (text.startsWith('\ufeff') || (text.includes('\r') && /\r(?!\n)/.test(text))) return undefined;
  try {
    return new FastParser(text).parse();
  } catch (error) {
    if (error === DECLINED) return undefined;
    throw error;
  }
}

/** A word that is a key or an item of a flow collection, as most are. */
const WORD = /[A-Za-z_][\w./-]*(?=:[ \n]|[,\]}]| [\]}])/y;
/** A key that may stand without quotes, up to its colon. */
const PLAIN_KEY = /[^\s\-?:,[\]{}#&*!|>'"%@`][^\s:]*(?:(?: +(?!#)|:(?=\S))[^\s:]+)*(?=:(?:[ \r\n]|$))/y;
const FLOW_PLAIN =
  /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}]))(?:[^\s:,[\]{}]|:(?=[^\s,[\]{}]))*(?: +(?!#)(?:[^\s:,[\]{}]|:(?=[^\s,[\]{}]))+)*/y;
/**
 * An entry of one line, as most are, its line break, and the blanks of the next line: matched at once, because code that runs for the first
 * time does that much faster than many small steps.
 */
const PLAIN_ENTRY =
  /[A-Za-z_][\w./-]*:(?: (?:[\w./][\w./+,-]*(?:(?: [\w./]|:\w)[\w./+,-]*)*|"[^"\\\r\n]*"|'[^'\r\n]*'))?\n */y;
/** How a plain scalar must not begin. `-` before a character that is no space is fine. */
const INDICATORS = '?:,[]{}#&*!|>\'"%@`';

class FastParser extends Cursor {
  depth = 0;

  parse(): Node | undefined {
    this.toContent();
    if (this.indent < 0) return undefined;
    const root = this.block(-1);
    return this.indent < 0 ? root : decline();
  }

  /** The node that begins here, on a line of its own or behind a `-`, inside a block of indentation `parent`. */
  block(parent: number): Node {
    if (++this.depth > MAX_DEPTH) decline();
    const column = this.indent;
    const isDash = this.isDash();
    const first = isDash ? undefined : this.entry();
    const node = isDash ? this.sequence() : first ? this.mapping(first, column) : this.inline(parent);
    this.depth--;
    return node;
  }

  sequence(): Sequence {
    const column = this.indent;
    const start = this.at;
    const items: Item[] = [];
    let end = start;
    while (this.indent === column && this.isDash()) {
      const dash = this.at++;
      const value = this.behind(dash + 1, column, false);
      items.push({ start: dash, value });
      end = value.end;
    }
    if (this.indent > column) decline();
    return { type: 'seq', flow: false, items, start, end, outer: start, anchored: false };
  }

  mapping(first: Entry, column: number): Mapping {
    const entries = [first];
    let last = first;
    while (this.indent === column) {
      last = this.entry() ?? decline();
      entries.push(last);
    }
    if (this.indent > column) decline();
    const { start } = first;
    return { type: 'map', flow: false, entries, start, end: last.value.end, outer: start, anchored: false };
  }

  /** The entry of a block mapping that begins here, and everything to the next content; or undefined, nothing read. */
  entry(): Entry | undefined {
    const column = this.indent;
    const start = this.at;
    PLAIN_ENTRY.lastIndex = start;
    if (PLAIN_ENTRY.test(this.text)) return this.plainEntry(PLAIN_ENTRY.lastIndex);
    const key = this.key();
    if (key === undefined) return undefined;
    const colon = ++this.at;
    return { start, key, colon, value: this.behind(colon, column, true), merge: false };
  }

  /** The entry that `PLAIN_ENTRY` has matched up to `end`. */
  plainEntry(end: number): Entry {
    const { text, at: start, indent: column } = this;
    const colon = text.indexOf(':', start) + 1;
    if (colon - start > 1000) decline();
    const key = scalar('plain', resolvePlain(text.slice(start, colon - 1)), start, colon - 1);
    const newline = text.indexOf('\n', colon);
    this.line = newline + 1;
    this.at = end;
    this.indent = end - this.line;
    const next = text.charCodeAt(end);
    if (next === HASH || next === NEWLINE || next === RETURN || end >= text.length) {
      this.at = this.line;
      this.toContent();
    }
    if (newline === colon) return { start, key, colon, value: this.below(colon, column, true), merge: false };
    if (this.indent > column) decline();
    return { start, key, colon, value: plainValue(text, colon + 1, newline), merge: false };
  }

  /** What stands behind the `-` or `:` that ends at `at`, in a block of this column, and everything to the next content. */
  behind(indicator: number, column: number, isValue: boolean): Node {
    if (this.atLineEnd()) {
      this.endLine();
      return this.below(indicator, column, isValue);
    }
    while (this.text.charCodeAt(this.at) === SPACE) this.at++;
    if (isValue) return this.inline(column);
    this.indent = this.at - this.line;
    return this.block(column);
  }

  /** What stands on the lines below the `-` or `:` that ends at `indicator`: `at` is on the next content. */
  below(indicator: number, column: number, isValue: boolean): Node {
    // A sequence may stand in the same column as its key.
    if (this.indent > column || (isValue && this.indent === column && this.isDash())) return this.block(column);
    return scalar('empty', null, indicator, indicator);
  }

  /** A key and its colon, `at` then standing on the colon; or undefined, nothing read. */
  key(): Scalar | undefined {
    const { at: start, line } = this;
    const char = this.text[start];
    if (char === '"' || char === "'") {
      const key = this.quoted();
      const next = this.text.charCodeAt(this.at + 1);
      if (
        this.text.charCodeAt(this.at) === COLON &&
        (next === SPACE || next === NEWLINE || next === RETURN || this.at + 1 >= this.text.length)
      )
        return this.at - start > 1000 || start < this.line ? decline() : key;
      this.at = start;
      this.line = line;
      return undefined;
    }
    let end = wordEnd(this.text, start);
    if (end < 0 || this.text.charCodeAt(end) !== COLON) {
      PLAIN_KEY.lastIndex = start;
      if (!PLAIN_KEY.test(this.text)) return undefined;
      end = PLAIN_KEY.lastIndex;
    }
    const source = this.text.slice(start, end);
    if (source === '<<' || source.length > 1000) decline();
    this.at = start + source.length;
    return scalar('plain', resolvePlain(source), start, this.at);
  }

  /** A scalar or flow collection that begins here, and the rest of its last line. */
  inline(parent: number): Node {
    const { text } = this;
    const start = this.at;
    const char = text[start];
    let node: Node;
    if (char === '|' || char === '>') return this.blockScalar(parent);
    if (char === '"' || char === "'") node = this.quoted();
    else if (char === '[' || char === '{') node = this.flow(parent);
    else {
      let end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      let source = text.slice(start, end);
      const comment = source.indexOf(' #');
      if (comment >= 0) source = source.slice(0, comment);
      source = source.trimEnd();
      const isDash = source === '-' || source.startsWith('- ');
      if (
        INDICATORS.includes(source.charAt(0)) ||
        isDash ||
        source.includes(': ') ||
        source.endsWith(':') ||
        source.includes('\t')
      )
        decline();
      this.at = start + source.length;
      node = scalar('plain', resolvePlain(source), start, this.at);
    }
    this.endLine();
    if (this.indent > parent) decline();
    return node;
  }

  /** A flow collection. Its further lines must be indented deeper than `parent`. */
  flow(parent: number): Node {
    if (++this.depth > MAX_DEPTH) decline();
    const start = this.at++;
    const isMap = this.text[start] === '{';
    const close = isMap ? '}' : ']';
    const entries: Entry[] = [];
    const items: Item[] = [];
    for (;;) {
      this.flowSpace(parent);
      if (this.text[this.at] === close) break;
      if (isMap) entries.push(this.flowEntry(parent));
      else {
        const value = this.flowNode(parent);
        items.push({ start: value.start, value });
      }
      this.flowSpace(parent);
      if (this.text.charCodeAt(this.at) === COMMA) this.at++;
      else if (this.text[this.at] !== close) decline();
    }
    const end = ++this.at;
    this.depth--;
    const extent = { start, end, outer: start, anchored: false };
    return isMap ? { type: 'map', flow: true, entries, ...extent } : { type: 'seq', flow: true, items, ...extent };
  }

  flowEntry(parent: number): Entry {
    const line = this.line;
    const key = this.flowNode(parent);
    if (key.type !== 'scalar' || key.value === '<<') return decline();
    if (key.style !== 'plain') while (this.text.charCodeAt(this.at) === SPACE) this.at++;
    if (this.text.charCodeAt(this.at) !== COLON || line !== this.line || this.at - key.start > 1000) decline();
    const colon = ++this.at;
    this.flowSpace(parent);
    const value = this.flowNode(parent);
    return { start: key.start, key, colon, value, merge: false };
  }

  flowNode(parent: number): Node {
    const char = this.text[this.at];
    if (char === '"' || char === "'") return this.quoted();
    if (char === '[' || char === '{') return this.flow(parent);
    const start = this.at;
    this.at = wordEnd(this.text, start);
    if (this.at < 0) {
      FLOW_PLAIN.lastIndex = start;
      if (!FLOW_PLAIN.test(this.text)) decline();
      this.at = FLOW_PLAIN.lastIndex;
    }
    return scalar('plain', resolvePlain(this.text.slice(start, this.at)), start, this.at);
  }

  /** Over blanks, line breaks and comments between the tokens of a flow collection. */
  flowSpace(parent: number): void {
    const { text } = this;
    for (;;) {
      const from = this.at;
      while (text.charCodeAt(this.at) === SPACE) this.at++;
      const char = text.charCodeAt(this.at);
      if (char === HASH && this.at > from) {
        const newline = text.indexOf('\n', this.at);
        if (newline < 0) decline();
        this.at = newline;
      } else if (char === RETURN) this.at++;
      else if (char !== NEWLINE) return;
      this.at++;
      this.toContent();
      if (this.indent <= parent) decline();
    }
  }
}

/** Where the `WORD` that begins at `start` ends; -1 where none does. */
function wordEnd(text: string, start: number): number {
  WORD.lastIndex = start;
  return WORD.test(text) ? WORD.lastIndex : -1;
}

/** One word, or what stands between quotes that need no unescaping. */
function plainValue(text: string, start: number, end: number): Scalar {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") return scalar('plain', resolvePlain(text.slice(start, end)), start, end);
  return scalar(quote === '"' ? 'double' : 'single', text.slice(start + 1, end - 1), start, end);
}
