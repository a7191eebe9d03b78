/**
 * One node for another: where the new text stands, by the place of the old one.
 */
import type { Json } from '../model/json.ts';
import { columnOf, lineEnd, previousLineEnd } from '../stream/lines.ts';
import type { Node } from '../yaml/node.ts';
import type { Edit } from './edits.ts';
import { belowKey, blockText, type Format, flowText, isBlock } from './render.ts';

/** What holds a node: a key, a `-`, or nothing above it. */
export interface Slot {
  readonly of: 'root' | 'key' | 'item';
  /** Inside a flow collection. */
  readonly flow: boolean;
  /** The offset behind the `:` or `-`; -1 for none. */
  readonly indicator: number;
  /** The column of the block that the node belongs to: that of its key or its `-`. */
  readonly column: number;
}

export function replacementEdits(text: string, node: Node, value: Json, slot: Slot, format: Format): Edit[] {
  const { indicator, column } = slot;
  const isEmpty = node.outer === node.end;
  const flow = flowText(value, format, node);
  if (slot.flow || (slot.of === 'root' && node.type === 'map' && node.flow))
    return [{ start: node.outer, end: node.end, text: isEmpty ? ` ${flow}` : flow }];
  if (slot.of === 'root')
    return [{ start: node.outer, end: node.end, text: blockText(value, ' '.repeat(column), format, node) }];
  const asBlock = isBlock(value) && !isFlow(node);
  const indent = ' '.repeat(column);
  /** The new text from behind the indicator on. */
  const block =
    slot.of === 'key' ? belowKey(value, indent, format, node) : ` ${blockText(value, `${indent}  `, format, node)}`;
  const gap = text.slice(indicator, node.outer);
  if (!gap.includes('\n')) {
    if (!asBlock) return [{ start: isEmpty ? node.end : node.outer, end: node.end, text: isEmpty ? ` ${flow}` : flow }];
    if (slot.of === 'item') return [{ start: indicator, end: node.end, text: block }];
    // A comment stays on the line of its key.
    const end = lineEnd(text, node.end);
    return end === node.end
      ? [{ start: indicator, end, text: block }]
      : [
          { start: indicator, end: node.end, text: '' },
          { start: end, end, text: block },
        ];
  }
  if (asBlock) {
    const own = columnOf(text, node.outer);
    if (own > column || Array.isArray(value))
      return [{ start: node.outer, end: node.end, text: blockText(value, ' '.repeat(own), format, node) }];
  }
  if (gap.trim() === '') return [{ start: indicator, end: node.end, text: asBlock ? block : ` ${flow}` }];
  // Comments stand between the key and its value; they stay.
  const at = asBlock ? lineEnd(text, indicator) : indicator;
  return [
    { start: at, end: at, text: asBlock ? block : ` ${flow}` },
    { start: Math.max(previousLineEnd(text, node.outer), at), end: node.end, text: '' },
  ];
}

/** What stays in flow style: a collection that is not empty, and what takes the place of an alias. */
const isFlow = (node: Node): boolean =>
  node.type === 'alias' ||
  (node.type === 'map' && node.flow && node.entries.length > 0) ||
  (node.type === 'seq' && node.flow && node.items.length > 0);
