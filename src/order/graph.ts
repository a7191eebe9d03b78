/**
 * Putting a list in an order that respects constraints and otherwise keeps the list.
 *
 * Nodes are places in the list, 0 to count - 1. Of all nodes that may come next, the one listed first does: the result is the
 * topological order that keeps closest to the list, and the same edges in any order give the same result.
 */

/** `before` comes before `after`. */
export interface Edge {
  readonly before: number;
  readonly after: number;
}

export type Sorted =
  | { readonly order: readonly number[] }
  /** Nodes of a cycle: each comes before the next, and the last before the first. */
  | { readonly cycle: readonly number[] };

export function sortByEdges(count: number, edges: readonly Edge[]): Sorted {
  const next: number[][] = Array.from({ length: count }, () => []);
  const blockers = new Array<number>(count).fill(0);
  for (const { before, after } of edges) {
    next[before]?.push(after);
    blockers[after] = (blockers[after] ?? 0) + 1;
  }
  const ready = new Heap();
  for (let node = 0; node < count; node++) if (blockers[node] === 0) ready.push(node);
  const order: number[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node);
    for (const follower of next[node] ?? []) {
      const left = (blockers[follower] ?? 0) - 1;
      blockers[follower] = left;
      if (left === 0) ready.push(follower);
    }
  }
  if (order.length === count) return { order };
  return { cycle: findCycle(next, blockers) };
}

/** Follows blocked nodes backwards: each has a blocked predecessor, so the walk must close. */
function findCycle(next: readonly (readonly number[])[], blockers: readonly number[]): readonly number[] {
  const previous = new Map<number, number>();
  for (const [node, followers] of next.entries()) {
    if ((blockers[node] ?? 0) === 0) continue;
    for (const follower of followers)
      if ((blockers[follower] ?? 0) > 0 && !previous.has(follower)) previous.set(follower, node);
  }
  const seen = new Map<number, number>();
  const walk: number[] = [];
  let node = previous.keys().next().value;
  while (node !== undefined && !seen.has(node)) {
    seen.set(node, walk.length);
    walk.push(node);
    node = previous.get(node);
  }
  const cycle = walk.slice(node === undefined ? 0 : seen.get(node)).reverse();
  // Starting at the node listed first makes the path the same however it was found.
  const start = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}

/** A binary heap of numbers, smallest first. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] as number) <= item) break;
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= last) break;
      items[at] = items[child] as number;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
