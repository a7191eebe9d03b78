/**
 * The full parser: adapts the package `yaml` to the node tree, with limits against hostile input. A unit of its own, loaded for
 * the few documents that the fast parser declines.
 *
 * Scalars and their tags are resolved as Helm's YAML library does; a scalar of a tag that it does not know is its text. Helm takes
 * duplicate keys, so they are kept.
 */
import {
  Composer,
  type CST,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  Lexer,
  type Pair,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { decodeBase64 } from '../model/base64.ts';
import { PLAIN_BYTES } from '../model/bytes.ts';
import { type Entry, type Item, MAX_DEPTH, type Node, type Style, type SyntaxProblem } from './node.ts';
import { resolvePlain } from './scalar.ts';

/** One document without separators. An absent root means that there is no content. */
export function parseFull(text: string): { readonly root?: Node; readonly problems: readonly SyntaxProblem[] } {
  const tokens = tokensOf(text);
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined)
    return { problems: [{ offset: tooDeep, message: `it is nested deeper than ${MAX_DEPTH} levels` }] };
  const composer = new Composer({
    version: '1.2',
    uniqueKeys: false,
    merge: true,
    resolveKnownTags: false,
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [document] = composer.compose(tokens, true, text.length);
  const problems = (document?.errors ?? []).map((error) => ({ offset: error.pos[0], message: messageOf(error) }));
  if (problems.length > 0 || !document?.contents) return { problems };
  const before = tokens.flatMap((token) => (token.type === 'document' ? token.start : []));
  const adapter = new Adapter(text);
  const root = adapter.node(document.contents as ParsedNode, before, 0);
  if (adapter.problems.length > 0) return { problems: adapter.problems };
  return root.type === 'scalar' && root.style === 'empty' ? { problems } : { root, problems };
}

/** Instead of the package's messages that quote the text: it may be a password. */
const WITHOUT_QUOTES: readonly (readonly [RegExp, string])[] = [
  [/^Invalid escape sequence/, 'a text in double quotes has an escape that YAML does not know'],
  [/^Plain value cannot start with/, 'a value without quotes begins with a reserved character'],
  [/^Block scalar header includes/, 'there are characters behind the | or > of a block scalar'],
  [/tag/i, 'it has a tag that cannot be resolved'],
  [/directive|YAML version/, 'it has a directive that YAML does not know'],
  [/alias|anchor/i, 'it has an anchor or alias where none can be, or one without a name'],
];

/** What is wrong, without a word of the text. */
function messageOf({ message }: { readonly message: string }): string {
  const found = WITHOUT_QUOTES.find(([pattern]) => pattern.test(message));
  return found?.[1] ?? message.replace(/: ".*$/s, '');
}

/** What the lexer keeps to itself. */
interface LexerInside {
  indentNext: number;
  lex: (source: string) => Iterable<string>;
  parseQuotedScalar: () => Generator<string, unknown>;
}

/**
 * The tokens of a text. Lines inside quotes may be indented less than YAML wants: Helm writes them so, with the closing quote
 * at column 0, and reads them.
 */
function tokensOf(text: string): CST.Token[] {
  const lexer = new Lexer() as unknown as LexerInside;
  const parseQuotedScalar = lexer.parseQuotedScalar;
  lexer.parseQuotedScalar = function* () {
    const { indentNext } = lexer;
    lexer.indentNext = 0;
    const next = yield* parseQuotedScalar.call(lexer);
    lexer.indentNext = indentNext;
    return next;
  };
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of lexer.lex(text)) tokens.push(...parser.next(lexeme));
  tokens.push(...parser.end());
  return tokens;
}

/** The offset at which the nesting passes the limit. No recursion here: composing a deep tree would overflow the stack. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const stack: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH + 1) return token.offset;
    if (token.type === 'document' && token.value) stack.push({ token: token.value, depth: depth + 1 });
    if ('items' in token)
      for (const { key, value } of token.items as CST.CollectionItem[]) {
        if (key) stack.push({ token: key, depth: depth + 1 });
        if (value) stack.push({ token: value, depth: depth + 1 });
      }
  }
  return undefined;
}

type Tokens = readonly CST.SourceToken[];

const isProperty = (token: CST.SourceToken): boolean => token.type === 'anchor' || token.type === 'tag';
const endOf = (token: CST.SourceToken): number => token.offset + token.source.length;

const STYLES: Readonly<Record<string, Style>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

class Adapter {
  readonly text: string;
  readonly problems: SyntaxProblem[] = [];
  /** The latest anchor of each name so far; without a node while the text is still inside it. */
  readonly anchors = new Map<string, { node?: Node }>();

  constructor(text: string) {
    this.text = text;
  }

  /**
   * Adapts one node. `before` are the tokens between it and what announces it (a `-`, a `:`), which ends at `indicator`; an empty node
   * stands there.
   */
  node(node: ParsedNode, before: Tokens, indicator: number): Node {
    if (isAlias(node)) return this.alias(node.source, node.range[0], node.range[1]);
    const property = before.find(isProperty);
    const anchor: { node?: Node } = {};
    if (node.anchor !== undefined) this.anchors.set(node.anchor, anchor);
    anchor.node = isCollection(node)
      ? this.collection(node as YAMLMap.Parsed | YAMLSeq.Parsed, property)
      : this.scalar(node, before, indicator);
    return anchor.node;
  }

  alias(name: string, start: number, end: number): Node {
    const anchor = this.anchors.get(name);
    if (anchor?.node !== undefined)
      return { type: 'alias', target: anchor.node, start, end, outer: start, anchored: false };
    const fault = anchor === undefined ? 'has no anchor before it' : 'stands inside the value that it repeats';
    this.problems.push({ offset: start, message: `an alias ${fault}` });
    return empty(start);
  }

  scalar(node: Scalar.Parsed, before: Tokens, indicator: number): Node {
    const { source, type } = node;
    const value = scalarValue(node);
    const property = before.find(isProperty);
    const anchored = node.anchor !== undefined;
    if (type === 'PLAIN' && source === '') {
      const last = before.findLast(isProperty);
      const at = last ? endOf(last) : indicator;
      return { type: 'scalar', style: 'empty', value, start: at, end: at, outer: property?.offset ?? at, anchored };
    }
    const style = STYLES[type ?? 'PLAIN'] ?? 'plain';
    const [start] = node.range;
    const end = style === 'literal' || style === 'folded' ? this.blockEnd(start, node.range[1]) : node.range[1];
    return { type: 'scalar', style, value, start, end, outer: property?.offset ?? start, anchored };
  }

  /** The end of the last line of a block scalar that is not blank. */
  blockEnd(start: number, rangeEnd: number): number {
    const { text } = this;
    let end = rangeEnd;
    for (;;) {
      const newline = text.lastIndexOf('\n', end - 1);
      if (newline < start) return start + (/^[|>][-+0-9]*/.exec(text.slice(start, end))?.[0].length ?? 1);
      if (!/^[ \r]*$/.test(text.slice(newline + 1, end))) return text[end - 1] === '\r' ? end - 1 : end;
      end = newline;
    }
  }

  collection(node: YAMLMap.Parsed | YAMLSeq.Parsed, property: CST.SourceToken | undefined): Node {
    const flow = node.flow === true;
    // In flow style Helm's library takes `?x` for `? x`, and no other does (go-yaml scannerc.go `yaml_parser_fetch_next_token`).
    const odd = flow ? node.items.map((item) => (isPair(item) ? item.key : item)).find(isQuestion) : undefined;
    if (odd?.range) this.problems.push({ offset: odd.range[0], message: 'a value without quotes begins with `?`' });
    const anchored = node.anchor !== undefined;
    if (isMap(node)) {
      const entries = node.items.map((pair) => this.entry(pair as Pair<ParsedNode, ParsedNode | null>));
      // The pair of `[a: b]` has no braces.
      const hasBraces = flow && this.text[node.range[0]] === '{' && node.srcToken !== undefined;
      const start = hasBraces ? node.range[0] : (entries[0]?.start ?? node.range[0]);
      const end = hasBraces ? node.range[1] : (entries.at(-1)?.value.end ?? node.range[1]);
      return { type: 'map', flow, entries, start, end, outer: property?.offset ?? start, anchored };
    }
    const sources = ((node.srcToken as CST.BlockSequence | CST.FlowCollection | undefined)?.items ?? []).filter(
      (item: CST.CollectionItem) =>
        flow
          ? item.value || item.sep || item.start.some((token) => isProperty(token) || token.type === 'explicit-key-ind')
          : item.start.some((token) => token.type === 'seq-item-ind'),
    );
    const items = node.items.map((item, index): Item => {
      const source: CST.CollectionItem = sources[index] ?? { start: [] };
      const dash = flow ? undefined : source.start.find((token) => token.type === 'seq-item-ind');
      const isPair = source.sep !== undefined || source.start.some((token) => token.type === 'explicit-key-ind');
      const value = this.node(
        item as ParsedNode,
        isPair ? [] : source.start,
        dash ? dash.offset + 1 : (item as ParsedNode).range[0],
      );
      return { start: dash?.offset ?? value.outer, value };
    });
    const start = flow ? node.range[0] : (items[0]?.start ?? node.range[0]);
    const end = flow ? node.range[1] : (items.at(-1)?.value.end ?? node.range[1]);
    return { type: 'seq', flow, items, start, end, outer: property?.offset ?? start, anchored };
  }

  entry(pair: Pair<ParsedNode, ParsedNode | null>): Entry {
    const source = (pair as { srcToken?: CST.CollectionItem }).srcToken ?? { start: [] };
    const sep = source.sep ?? [];
    const colonAt = sep.findIndex((token) => token.type === 'map-value-ind');
    const colonToken = sep[colonAt];
    const first = source.start.find((token) => isProperty(token) || token.type === 'explicit-key-ind');
    const start = first?.offset ?? source.key?.offset ?? colonToken?.offset ?? pair.key.range[0];
    const key = this.node(pair.key, source.start, first?.type === 'explicit-key-ind' ? start + 1 : start);
    const colon = colonToken ? colonToken.offset + 1 : -1;
    const value = pair.value
      ? this.node(pair.value, sep.slice(colonAt + 1), colon < 0 ? key.end : colon)
      : empty(colon < 0 ? key.end : colon);
    const merge = isMergeKey(pair.key);
    return { start, key, colon, value, merge };
  }
}

const CORE = 'tag:yaml.org,2002:';
/** Tags under which Helm's YAML library looks at what a scalar looks like, in quotes or not (resolve.go). */
const RESOLVED = new Set(['bool', 'int', 'float', 'null', 'timestamp'].map((name) => CORE + name));

/** The value that Helm reads; the package's own is that of YAML 1.2. A merge key has a symbol for its value, so its text is taken. */
function scalarValue({ source, type, tag }: Scalar.Parsed): null | boolean | number | string {
  if (tag === undefined ? type === 'PLAIN' : RESOLVED.has(tag)) return resolvePlain(source);
  return tag === `${CORE}binary` ? textOfBinary(source) : source;
}

/** What is no base64 Helm refuses, so it stays as it is. */
function textOfBinary(source: string): string {
  const binary = decodeBase64(source);
  if (binary === undefined) return source;
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return PLAIN_BYTES.utf8(bytes, 0, bytes.length);
}

const isQuestion = (node: unknown): node is Scalar.Parsed =>
  isScalar(node) && node.type === 'PLAIN' && node.source?.startsWith('?') === true;

const isMergeKey = (key: ParsedNode): boolean =>
  isScalar(key) && key.source === '<<' && (key.tag === undefined ? key.type === 'PLAIN' : key.tag === `${CORE}merge`);

const empty = (at: number): Node => ({
  type: 'scalar',
  style: 'empty',
  value: null,
  start: at,
  end: at,
  outer: at,
  anchored: false,
});
