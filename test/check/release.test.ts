import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRelease } from '../../src/check/release.ts';
import { Release } from '../../src/release/release.ts';
import { releaseOf } from '../support/release.ts';

/** A chart's own hook with faults of each severity, and the same once more for the config to claim. */
const STREAM = ['chart', 'mine']
  .map(
    (name) => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { helm.sh/hook: test } }
spec: { template: { spec: { restartPolicy: Always, containers: [] } } }
`,
  )
  .join('---\n');

const found = (options: Parameters<typeof checkRelease>[1]): string[] =>
  checkRelease(releaseOf(STREAM, { rules: { mine: {} } }), options).map(
    ({ code, resource }) => `${resource?.name} ${code}`,
  );

test('all findings come in the order of the stream, then of their codes', () => {
  assert.deepEqual(found({ scope: 'all' }), [
    'chart job/no-backoff-limit',
    'chart job/no-deadline',
    'chart job/restart-always',
    'mine job/no-backoff-limit',
    'mine job/no-deadline',
    'mine job/restart-always',
  ]);
});

test("the config answers for what it claims, not for the chart's own", () => {
  assert.deepEqual(found({ scope: 'claimed', severity: 'warning' }), ['mine job/restart-always']);
});

test('checks that cannot reach the severity are spared', () => {
  assert.deepEqual(found({ scope: 'all', severity: 'error' }), ['chart job/restart-always', 'mine job/restart-always']);
});

test('nothing is said twice', () => {
  const release = releaseOf(STREAM);
  const twice = new Release([...release.placements, ...release.placements], release.circumstances);
  assert.equal(checkRelease(twice, { scope: 'all' }).filter(({ code }) => code === 'job/no-deadline').length, 2);
});
