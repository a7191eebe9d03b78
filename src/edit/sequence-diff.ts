/**
 * Pairs the items of a list with the items of its new version, so that as little as possible is inserted, removed or changed.
 */
import { isEqual, type Json } from '../model/json.ts';

/** A step through both lists: an item is kept or changed, removed, or inserted. Each index counts in its own list. */
export type Step =
  | { readonly kind: 'keep'; readonly from: number; readonly to: number }
  | { readonly kind: 'remove'; readonly from: number }
  | { readonly kind: 'insert'; readonly to: number };

/** Above this product of lengths, lists are compared from their ends only. */
const MAX_CELLS = 250_000;

/** In the order of the lists. Between two items that stay, there are only removals or only insertions. */
export function alignItems(before: readonly Json[], after: readonly Json[]): Step[] {
  let head = 0;
  while (head < before.length && head < after.length && isEqual(before[head], after[head])) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    isEqual(before[before.length - 1 - tail], after[after.length - 1 - tail])
  )
    tail++;
  const steps: Step[] = [];
  for (let index = 0; index < head; index++) steps.push({ kind: 'keep', from: index, to: index });
  let from = head;
  let to = head;
  const gap = (fromEnd: number, toEnd: number): void => {
    while (from < fromEnd && to < toEnd) steps.push({ kind: 'keep', from: from++, to: to++ });
    while (from < fromEnd) steps.push({ kind: 'remove', from: from++ });
    while (to < toEnd) steps.push({ kind: 'insert', to: to++ });
  };
  for (const match of commonItems(before, after, head, tail)) {
    gap(match.from, match.to);
    steps.push({ kind: 'keep', from: from++, to: to++ });
  }
  gap(before.length - tail, after.length - tail);
  for (; from < before.length; ) steps.push({ kind: 'keep', from: from++, to: to++ });
  return steps;
}

/** The longest common subsequence of what lies between the common ends. */
function commonItems(
  before: readonly Json[],
  after: readonly Json[],
  head: number,
  tail: number,
): { from: number; to: number }[] {
  const rows = before.length - tail - head;
  const columns = after.length - tail - head;
  // Lists of one length probably changed in place.
  if (rows === columns || rows * columns > MAX_CELLS) return [];
  const lengths: number[][] = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = rows - 1; row >= 0; row--)
    for (let column = columns - 1; column >= 0; column--) {
      const cells = lengths[row] ?? [];
      cells[column] = isEqual(before[head + row], after[head + column])
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  const matches: { from: number; to: number }[] = [];
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (isEqual(before[head + row], after[head + column])) matches.push({ from: head + row++, to: head + column++ });
    else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return matches;
}
