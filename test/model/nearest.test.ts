import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENTS } from '../../src/model/helm.ts';
import { nearest } from '../../src/model/nearest.ts';

const KEYS = [
  'name',
  'match',
  'events',
  'after',
  'before',
  'weight',
  'deletePolicy',
  'job',
  'jobName',
  'hook',
  'patch',
];
const cases: readonly {
  readonly word: string;
  readonly among?: readonly string[];
  readonly want: string | undefined;
}[] = [
  { word: 'pre-instal', among: EVENTS, want: 'pre-install' },
  { word: 'PRE-INSTALL', among: EVENTS, want: 'pre-install' },
  { word: 'postupgrade', among: EVENTS, want: 'post-upgrade' },
  { word: 'nmae', want: 'name' },
  { word: 'evnets', want: 'events' },
  { word: 'delete-policy', want: 'deletePolicy' },
  { word: 'weigth', want: 'weight' },
  { word: 'hooks', want: 'hook' },
  { word: 'zebra', want: undefined },
  { word: 'x', want: undefined },
  { word: '', want: undefined },
  { word: 'a'.repeat(100_000), want: undefined },
];
for (const { word, among = KEYS, want } of cases)
  test(`"${word.slice(0, 20)}" means ${want}`, () => assert.equal(nearest(word, among), want));

test('of equally near words the first is meant', () => assert.equal(nearest('cat', ['bat', 'hat']), 'bat'));
