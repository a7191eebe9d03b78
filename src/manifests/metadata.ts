/**
 * The metadata that nearly every resource has, read line by line without a tree: single values, and labels and annotations
 * with values of one line. Undefined for anything else, which the parsers then read to the same result.
 */
import { isHeadKey } from '../model/go-json.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { resolvePlain } from '../yaml/scalar.ts';

const KEY = /^[A-Za-z][\w./-]*$/;
/** No character that means something in YAML, except where it cannot. */
const PLAIN = /^[\w./](?:[\w./+,-]|:(?=\w)| (?=[\w./]))*$/;

/** Lines of a `metadata:` block, its first line included. */
export function readMetadata(text: string): JsonObject | undefined {
  const metadata: JsonObject = {};
  /** The mapping that the current lines belong to, and the indentation of its keys; -1 until its first key. */
  let inner: JsonObject | undefined;
  let innerIndent = -1;
  let indent = -1;
  let innerKey = '';
  for (let at = text.indexOf('\n') + 1; at > 0 && at < text.length; ) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const next = end + 1;
    if (text.charCodeAt(end - 1) === 0x0d) end--;
    let start = at;
    while (text.charCodeAt(start) === 0x20) start++;
    const column = start - at;
    at = next;
    if (start >= end || text.charCodeAt(start) === 0x23) continue;
    const quote = text[start];
    const isQuoted = quote === '"' || quote === "'";
    const colon = isQuoted ? text.indexOf(quote, start + 1) + 1 : text.indexOf(':', start);
    if (colon <= 0 || colon >= end || text.charCodeAt(colon) !== 0x3a) return undefined;
    const key = isQuoted ? text.slice(start + 1, colon - 1) : text.slice(start, colon);
    // The keys that are no strings (`true:`) are letters only, and rare.
    if (!KEY.test(key) || (!isQuoted && typeof resolvePlain(key) !== 'string')) return undefined;
    if (inner !== undefined && column === innerIndent && Object.hasOwn(inner, key)) return undefined;
    const isEmpty = colon + 1 === end;
    if (indent < 0) indent = column;
    if (column === indent) {
      // A key without a value holds null, unless lines below it say more.
      if (column === 0 || Object.hasOwn(metadata, key) || (isHeadKey(key, 'metadata') ?? key) !== key) return undefined;
      inner = undefined;
      if (isEmpty) {
        inner = {};
        innerIndent = -1;
        innerKey = key;
        metadata[key] = null;
        continue;
      }
    } else {
      if (inner === undefined || column < indent || isEmpty) return undefined;
      if (innerIndent < 0) {
        innerIndent = column;
        metadata[innerKey] = inner;
      } else if (column !== innerIndent) return undefined;
    }
    const value = text.charCodeAt(colon + 1) === 0x20 ? readValue(text, colon + 2, end) : undefined;
    if (value === undefined) return undefined;
    (inner ?? metadata)[key] = value;
  }
  return indent < 0 ? undefined : metadata;
}

function readValue(text: string, start: number, end: number): Json | undefined {
  const quote = text[start];
  if (quote === "'" || quote === '"') {
    if (text.indexOf(quote, start + 1) !== end - 1 || end - start < 2) return undefined;
    const value = text.slice(start + 1, end - 1);
    return quote === '"' && value.includes('\\') ? undefined : value;
  }
  const source = text.slice(start, end);
  return PLAIN.test(source) ? resolvePlain(source) : undefined;
}
