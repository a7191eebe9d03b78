/**
 * Plain data to YAML text that says the same to every reader: strings in double quotes with JSON's escapes, keys plain only
 * where that is safe.
 */
import { isObject, type Json } from '../model/json.ts';
import { isPlainKey } from './scalar.ts';

export interface Format {
  readonly lineBreak: '\n' | '\r\n';
  /** Keys in quotes: the document is JSON. */
  readonly quoteKeys: boolean;
}

/** One line of flow style. */
export function flowText(value: Json, quoteKeys: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, quoteKeys)).join(', ')}]`;
  if (!isObject(value)) return scalarText(value);
  const entries = Object.entries(value).map(
    ([key, child]) => `${keyText(key, quoteKeys)}: ${flowText(child, quoteKeys)}`,
  );
  return `{${entries.join(', ')}}`;
}

/** Block style for a collection that is not empty, flow style for the rest. Further lines begin with `indent`. */
export function blockText(value: Json, indent: string, format: Format): string {
  const separator = format.lineBreak + indent;
  if (!isBlock(value)) return flowText(value, format.quoteKeys);
  if (Array.isArray(value)) return value.map((item) => `- ${blockText(item, `${indent}  `, format)}`).join(separator);
  return Object.entries(value as object)
    .map(([key, child]) => pairText(key, child, indent, format))
    .join(separator);
}

/** A key and its value in block style. */
export function pairText(key: string, value: Json, indent: string, format: Format): string {
  const name = keyText(key, format.quoteKeys);
  if (!isBlock(value)) return `${name}: ${flowText(value, format.quoteKeys)}`;
  return `${name}:${belowKey(value, indent, format)}`;
}

/** A block collection on the lines below a key that is indented by `indent`. */
export function belowKey(value: Json, indent: string, format: Format): string {
  const inner = Array.isArray(value) ? indent : `${indent}  `;
  return format.lineBreak + inner + blockText(value, inner, format);
}

/** True for what block style can show. */
export const isBlock = (value: Json): boolean =>
  Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;

export const keyText = (key: string, quoteKeys: boolean): string => (isPlainKey(key) && !quoteKeys ? key : quoted(key));

/** JSON's escapes, and escapes for what YAML does not allow raw or takes for a line break. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function scalarText(value: null | boolean | number | string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'number' || Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
}
