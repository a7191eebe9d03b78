/**
 * Plain data to YAML text that says the same to every reader: strings in double quotes with JSON's escapes, keys plain only
 * where that is safe.
 *
 * A value that stood in the document before may carry its node. Plain words of it are then written as they were: `0644` is 644
 * here and 420 for Helm, which reads YAML 1.1, and must stay what it is.
 */
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { type Node, resolved } from '../yaml/node.ts';
import { isAmbiguousPlain, isPlainKey } from '../yaml/scalar.ts';
import { findEntry } from '../yaml/value.ts';

export interface Format {
  readonly lineBreak: '\n' | '\r\n';
  /** Keys in quotes: the document is JSON. */
  readonly quoteKeys: boolean;
  /** The text that nodes point into. */
  readonly text: string;
  /** The node that said this very list or mapping. */
  readonly originOf: (value: Json[] | JsonObject) => Node | undefined;
  /**
   * For files that people keep: new keys last, plain words without quotes, texts of several lines as literal blocks. Never for what goes
   * through Helm, which loses the line break that ends a block at the end of a document (before 4.2.4).
   */
  readonly readable?: boolean;
}

/** One line of flow style. */
export function flowText(value: Json, format: Format, origin?: Node): string {
  if (!isCollection(value)) return scalarText(value, format, origin);
  const children = childrenOf(value, format, origin);
  if (Array.isArray(value)) return `[${children.map((child) => flowText(child.value, format, child.node)).join(', ')}]`;
  return `{${children.map((child) => `${child.key}: ${flowText(child.value, format, child.node)}`).join(', ')}}`;
}

/** Block style for a collection that is not empty, flow style for the rest. Further lines begin with `indent`. */
export function blockText(value: Json, indent: string, format: Format, origin?: Node): string {
  if (!isCollection(value) || !isBlock(value)) return flowText(value, format, origin);
  return childrenOf(value, format, origin)
    .map((child) =>
      Array.isArray(value)
        ? `- ${blockText(child.value, `${indent}  `, format, child.node)}`
        : behindKey(child.key, child.value, indent, format, child.node),
    )
    .join(format.lineBreak + indent);
}

/** A key and its value in block style. */
export const pairText = (key: string, value: Json, indent: string, format: Format): string =>
  behindKey(keyText(key, format.quoteKeys), value, indent, format);

function behindKey(key: string, value: Json, indent: string, format: Format, origin?: Node): string {
  if (format.readable === true && typeof value === 'string' && IS_LITERAL.test(value))
    return `${key}: ${literalText(value, `${indent}  `, format)}`;
  if (!isBlock(value)) return `${key}: ${flowText(value, format, origin)}`;
  return `${key}:${belowKey(value, indent, format, origin)}`;
}

/** Two lines or more of printable ASCII, the first neither empty nor indented, and one line break or none at the end. */
const IS_LITERAL = /^[!-~][ -~]*(?:\n+[ -~]+)*\n[ -~]*[!-~]\n?$/;

const literalText = (text: string, indent: string, { lineBreak }: Format): string =>
  [
    text.endsWith('\n') ? '|' : '|-',
    ...text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => (line === '' ? '' : indent + line)),
  ].join(lineBreak);

/** A block collection on the lines below a key that is indented by `indent`. */
export function belowKey(value: Json, indent: string, format: Format, origin?: Node): string {
  const inner = Array.isArray(value) ? indent : `${indent}  `;
  return format.lineBreak + inner + blockText(value, inner, format, origin);
}

/** True for what block style can show. */
export const isBlock = (value: Json): boolean =>
  Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;

export const keyText = (key: string, quoteKeys: boolean): string => (isPlainKey(key) && !quoteKeys ? key : quoted(key));

const isCollection = (value: Json): value is Json[] | JsonObject => typeof value === 'object' && value !== null;

interface Child {
  /** As text; empty for an item of a list. */
  readonly key: string;
  readonly value: Json;
  readonly node: Node | undefined;
}

function childrenOf(value: Json[] | JsonObject, format: Format, origin: Node | undefined): Child[] {
  const found = format.originOf(value) ?? origin;
  const node = found && resolved(found);
  if (Array.isArray(value)) {
    const items = node?.type === 'seq' ? node.items : [];
    return value.map((item, index) => ({ key: '', value: item, node: items[index]?.value }));
  }
  return Object.entries(value).map(([key, child]) => {
    const entry = node?.type === 'map' ? findEntry(node, key) : undefined;
    return {
      key: (entry && plainSource(entry.key, format.text)) ?? keyText(key, format.quoteKeys),
      value: child,
      node: entry?.value,
    };
  });
}

function scalarText(value: null | boolean | number | string, format: Format, origin: Node | undefined): string {
  const node = origin && resolved(origin);
  const source = node?.type === 'scalar' && Object.is(node.value, value) ? plainSource(node, format.text) : undefined;
  if (source !== undefined) return source;
  if (typeof value === 'string') return format.readable === true && isWord(value) ? value : quoted(value);
  if (typeof value !== 'number' || Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
}

/** True for a word that no reader takes for anything but text. */
const isWord = (text: string): boolean => /^[A-Za-z][\w.-]*(?:\/[\w.-]+)*$/.test(text) && !isAmbiguousPlain(text);

/** The text of a plain scalar that is no string, or none for every reader; undefined for any other node. */
function plainSource(node: Node, text: string): string | undefined {
  if (node.type !== 'scalar' || node.style !== 'plain' || node.outer !== node.start) return undefined;
  const source = text.slice(node.start, node.end);
  const isSimple = /^[\w.+~-][\w.+:-]*$/.test(source) && !source.endsWith(':');
  return isSimple && (typeof node.value !== 'string' || isAmbiguousPlain(source)) ? source : undefined;
}

/** JSON's escapes, and escapes for what YAML does not allow raw or takes for a line break. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
