/**
 * A new string in the clothes of the old one: where two strings differ in some words or lines, only these change in the text, and
 * the style of the scalar stays. Undefined where that is not plainly possible.
 */

import type { Scalar } from '../yaml/node.ts';
import { isAmbiguousPlain, resolvePlain } from '../yaml/scalar.ts';
import type { Edit } from './edits.ts';

export function rewriteScalar(
  text: string,
  node: Scalar,
  next: string,
  inFlow: boolean,
  lineBreak: string,
): Edit[] | undefined {
  const old = node.value;
  if (typeof old !== 'string' || node.outer !== node.start) return undefined;
  if (node.style === 'literal') return rewriteLines(text, node, old, next, lineBreak);
  if (node.style === 'plain' && (resolvePlain(next) !== next || isAmbiguousPlain(next))) return undefined;
  return rewriteWords(text, node, old, next, inFlow);
}

/** Characters that mean nothing in any style; a comma ends a plain scalar in flow style. */
const HARMLESS = /^[\w./,-]*$/;

function rewriteWords(text: string, node: Scalar, old: string, next: string, inFlow: boolean): Edit[] | undefined {
  const isQuoted = node.style === 'single' || node.style === 'double';
  const start = isQuoted ? node.start + 1 : node.style === 'folded' ? nextLine(text, node.start) : node.start;
  const end = isQuoted ? node.end - 1 : node.end;
  const raw = [...text.slice(start, end).matchAll(/\S+/g)];
  const before = old.match(/\S+/g) ?? [];
  const after = next.match(/\S+/g) ?? [];
  if (before.length === 0 || raw.length !== before.length || after.length !== before.length) return undefined;
  if (old.split(/\S+/).join('\0') !== next.split(/\S+/).join('\0')) return undefined;
  const edits: Edit[] = [];
  for (const [index, match] of raw.entries()) {
    const from = before[index] ?? '';
    const to = after[index] ?? '';
    if (match[0] !== from) return undefined;
    if (from === to) continue;
    const head = commonStart(from, to);
    const tail = commonStart(reverse(from.slice(head)), reverse(to.slice(head)));
    const inserted = to.slice(head, to.length - tail);
    if (!HARMLESS.test(inserted)) return undefined;
    // In plain text what begins or ends a word may be an indicator (`- x`, `x:`), and so may a comma in flow style.
    if (!isQuoted && (!/^\w/.test(to) || !/\w$/.test(to) || (inFlow && inserted.includes(',')))) return undefined;
    edits.push({ start: start + match.index + head, end: start + match.index + from.length - tail, text: inserted });
  }
  return edits;
}

function rewriteLines(text: string, node: Scalar, old: string, next: string, lineBreak: string): Edit[] | undefined {
  const bodyStart = nextLine(text, node.start);
  if (bodyStart > node.end || /^\|[-+]?\d/.test(text.slice(node.start, bodyStart))) return undefined;
  const oldBody = old.replace(/\n+$/, '');
  const nextBody = next.replace(/\n+$/, '');
  if (old.length - oldBody.length !== next.length - nextBody.length) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a block scalar cannot hold
  if (/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/.test(nextBody) || /[\ud800-\udfff]/u.test(nextBody))
    return undefined;
  const before = oldBody.split('\n');
  const after = nextBody.split('\n');
  const raw = text.slice(bodyStart, node.end).split('\n');
  const column = /^ */.exec(raw[0] ?? '')?.[0].length ?? 0;
  if (raw.length !== before.length || /^[ \t]|^$/.test(after[0] ?? '') || (after.at(-1) ?? '').trim() === '')
    return undefined;
  if (
    raw.some(
      (line, index) =>
        line.slice(column).replace(/\r$/, '') !== before[index] && (before[index] !== '' || line.trim() !== ''),
    )
  )
    return undefined;
  let head = 0;
  while (head < before.length - 1 && head < after.length - 1 && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head - 1 &&
    tail < after.length - head - 1 &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  const start = raw.slice(0, head).reduce((at, line) => at + line.length + 1, bodyStart);
  const changed = raw
    .slice(head, raw.length - tail)
    .join('\n')
    .replace(/\r$/, '');
  const indent = ' '.repeat(column);
  const lines = after.slice(head, after.length - tail).map((line) => (line === '' ? '' : indent + line));
  return [{ start, end: start + changed.length, text: lines.join(lineBreak) }];
}

const nextLine = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
};

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

const reverse = (text: string): string => text.split('').reverse().join('');
