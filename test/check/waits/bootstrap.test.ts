import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { checkWaits } from '../../../src/check/waits/waits.ts';
import { releaseOf } from '../../support/release.ts';

/** A cluster whose pods are ready when a hook has put it into operation. */
function findings(command: string, { probe = true, events = 'post-install', host = 'db-0.db' } = {}): string[] {
  const labels = { app: 'db' };
  const objects = [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec: { clusterIP: 'None', selector: labels } },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        template: {
          metadata: { labels },
          spec: {
            containers: [
              { name: 'db', image: 'db', ...(probe && { readinessProbe: { httpGet: { path: '/ready' } } }) },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'init', annotations: { 'helm.sh/hook': events } },
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'init',
                image: 'db',
                command: [
                  'bash',
                  '-c',
                  `while true; do out=$(${command} --host=${host}:26257 2>&1) && break; sleep 5; done`,
                ],
              },
            ],
          },
        },
      },
    },
  ];
  const release = releaseOf(objects.map((value) => stringify(value)).join('---\n'), { wait: true });
  return release.placements
    .flatMap((placement) => checkWaits(placement, release))
    .map(({ severity, message }) => `${severity}: ${message}`);
}

test('pods that are ready when a post-install hook has bootstrapped their cluster', () => {
  assert.deepEqual(findings('cockroach init'), [
    'error: StatefulSet/db (container db) waits for Job/init, which `helm --wait` runs post-install, when it is ready',
  ]);
});

test('hooks that bootstrap nothing that pods wait for', () => {
  assert.deepEqual(findings('cockroach sql -e "select 1"'), [], 'another command');
  assert.deepEqual(findings('cockroach init', { probe: false }), [], 'no readiness probe');
  assert.deepEqual(findings('cockroach init', { host: 'elsewhere' }), [], 'another cluster');
});
