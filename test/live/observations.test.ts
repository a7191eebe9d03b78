/** Saved states of every shape are read alike. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseValues, readObservations } from '../../src/live/observations.ts';
import type { Json } from '../../src/model/json.ts';

const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a', namespace: 'n', uid: 'u1' } };
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a-x', namespace: 'n', uid: 'u2' } };
const list = (...items: Json[]): Json => ({ apiVersion: 'v1', kind: 'List', items });

for (const { name, values } of [
  { name: 'one list', values: [list(job, pod)] },
  { name: 'a list of lists', values: [list(list(job), list(list(pod)))] },
  { name: 'an array', values: [[job, pod]] },
  { name: 'single objects', values: [job, pod] },
  {
    name: 'lists of the API, whose items do not say their kind',
    values: [
      { apiVersion: 'batch/v1', kind: 'JobList', items: [{ metadata: job.metadata }] },
      { apiVersion: 'v1', kind: 'PodList', items: [{ metadata: pod.metadata }] },
    ],
  },
  { name: 'with what is no object', values: [list(job, null, 'x', { kind: 'Job' }, pod), null, 5] },
] as const satisfies readonly { name: string; values: readonly unknown[] }[])
  test(`objects of ${name}`, () => {
    const { objects } = readObservations(values as readonly Json[], 0);
    assert.deepEqual(
      objects.map(({ kind, name: own, namespace, uid }) => [kind, own, namespace, uid]),
      [
        ['Job', 'a', 'n', 'u1'],
        ['Pod', 'a-x', 'n', 'u2'],
      ],
    );
  });

const about = { kind: 'Pod', name: 'a-x', namespace: 'n', uid: 'u2' };
for (const { name, event, last, count } of [
  {
    name: 'v1, by an old reporter',
    event: {
      apiVersion: 'v1',
      involvedObject: about,
      message: 'said',
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:01:00Z',
      count: 3,
      eventTime: null,
    },
    last: Date.UTC(2026, 0, 1, 0, 1) / 1000,
    count: 3,
  },
  {
    name: 'v1, by a new reporter',
    event: {
      apiVersion: 'v1',
      involvedObject: about,
      message: 'said',
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: '2026-01-01T00:00:00.123456Z',
      series: { count: 7, lastObservedTime: '2026-01-01T00:02:00.000000Z' },
    },
    last: Date.UTC(2026, 0, 1, 0, 2) / 1000,
    count: 7,
  },
  {
    name: 'events.k8s.io',
    event: {
      apiVersion: 'events.k8s.io/v1',
      regarding: about,
      note: 'said',
      deprecatedLastTimestamp: '2026-01-01T00:03:00Z',
      deprecatedCount: 2,
      eventTime: null,
    },
    last: Date.UTC(2026, 0, 1, 0, 3) / 1000,
    count: 2,
  },
] as const)
  test(`an event of ${name}`, () => {
    const value = { kind: 'Event', type: 'Warning', reason: 'Failed', metadata: { name: 'e' }, ...event };
    const { events, at } = readObservations([list(value as unknown as Json)], undefined);
    assert.deepEqual(events, [{ ...about, isWarning: true, reason: 'Failed', message: 'said', count, last }]);
    assert.equal(at, last, 'a state is as old as the latest time in it');
  });

test('texts one after the other are read as several values', () => {
  assert.deepEqual(parseValues('{"a": "}{"}\n{"b": [1, {"c": "\\"}"}]}\n[]\n'), [
    { a: '}{' },
    { b: [1, { c: '"}' }] },
    [],
  ]);
  assert.deepEqual(parseValues('{"a":1}{"b":2}'), [{ a: 1 }, { b: 2 }]);
});

test('what is no JSON is no state', () => {
  for (const text of ['kind: List', '{"a": ', '{]', 'Error from server'])
    assert.equal(parseValues(text), undefined, text);
});
