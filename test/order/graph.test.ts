import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Edge, sortByEdges } from '../../src/order/graph.ts';
import { runs } from '../support/property.ts';

test('keeps the list where no edge says otherwise', () => {
  for (const { name, count, edges, order } of [
    { name: 'no edges', count: 3, edges: [], order: [0, 1, 2] },
    { name: 'an edge along the list', count: 3, edges: [[0, 2]], order: [0, 1, 2] },
    { name: 'a node waits for a later one', count: 3, edges: [[2, 0]], order: [1, 2, 0] },
    {
      name: 'the same edge twice',
      count: 2,
      edges: [
        [1, 0],
        [1, 0],
      ],
      order: [1, 0],
    },
  ])
    assert.deepEqual(sortByEdges(count, edges.map(asEdge)), { order }, name);
});

test('a cycle is reported with its whole path and nothing else', () => {
  for (const { name, count, edges, cycle } of [
    { name: 'itself', count: 2, edges: [[1, 1]], cycle: [1] },
    {
      name: 'two',
      count: 3,
      edges: [
        [0, 2],
        [2, 0],
      ],
      cycle: [0, 2],
    },
    {
      name: 'a tail before and after is no part of it',
      count: 5,
      edges: [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 1],
        [3, 4],
      ],
      cycle: [1, 2, 3],
    },
  ])
    assert.deepEqual(sortByEdges(count, edges.map(asEdge)), { cycle }, name);
});

const asEdge = ([before, after]: number[]): Edge => ({ before: before ?? 0, after: after ?? 0 });
const graphs = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    edges: fc.array(fc.record({ before: fc.nat(count - 1), after: fc.nat(count - 1) }), { maxLength: 20 }),
  }),
);

test('an order respects every edge, and a cycle is a real path', () => {
  fc.assert(
    fc.property(graphs, ({ count, edges }) => {
      const sorted = sortByEdges(count, edges);
      if ('order' in sorted) {
        assert.deepEqual(
          [...sorted.order].sort((a, b) => a - b),
          Array.from({ length: count }, (_, at) => at),
        );
        for (const { before, after } of edges) assert.ok(sorted.order.indexOf(before) < sorted.order.indexOf(after));
      } else {
        const { cycle } = sorted;
        for (const [at, node] of cycle.entries()) {
          const next = cycle[(at + 1) % cycle.length];
          assert.ok(edges.some(({ before, after }) => before === node && after === next));
        }
      }
    }),
    runs(100),
  );
});

test('edges in another order give the same result', () => {
  fc.assert(
    fc.property(graphs, ({ count, edges }) => {
      const forth = sortByEdges(count, edges);
      const back = sortByEdges(count, [...edges].reverse());
      if ('order' in forth) assert.deepEqual(forth, back);
      else assert.ok('cycle' in back);
    }),
    runs(100),
  );
});
