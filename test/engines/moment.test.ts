/** What exists before a step is taken, and why something does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helm } from '../../src/engines/helm/simulate.ts';
import { existenceOf } from '../../src/engines/moment.ts';
import type { Operation } from '../../src/model/helm.ts';
import { job, plain, stream } from './steps.ts';

const USUAL = { version: '4.3', wait: false, timeoutSeconds: 300 };

const RELEASE = stream(
  plain('ConfigMap', 'plain'),
  plain('ConfigMap', 'kept', ', annotations: { helm.sh/resource-policy: keep }'),
  plain('ConfigMap', 'late', ', annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "5" }'),
  plain(
    'ConfigMap',
    'brief',
    ', annotations: { helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded }',
  ),
  plain('ConfigMap', 'probe', ', annotations: { helm.sh/hook: test }'),
  job('asks', 'helm.sh/hook: "pre-install,post-install,pre-upgrade,pre-delete,post-delete"'),
);

/** `there 1`: with the content of revision 1. */
function existence(name: string, operation: Operation, phase: string): string {
  const run = helm.simulate(RELEASE, operation, USUAL);
  const step = run.steps.findIndex(
    (each) => each.phase === phase && each.subject.id.name === 'asks' && each.do === 'create',
  );
  assert.notEqual(step, -1);
  const found = existenceOf(`/ConfigMap//${name}`, { run, step });
  if (found.is === 'there') return `there ${found.presence.subject.revision.number}`;
  return [found.deleted && `deleted by ${found.deleted.because}`, found.later && `later in ${found.later.phase}`]
    .filter((word) => word !== undefined)
    .join(', ');
}

for (const [name, operation, phase, want] of [
  ['plain', 'install', 'pre-install', 'later in release'],
  ['plain', 'install', 'post-install', 'there 1'],
  ['plain', 'upgrade', 'pre-upgrade', 'there 1'],
  ['plain', 'uninstall', 'pre-delete', 'there 1'],
  ['plain', 'uninstall', 'post-delete', 'deleted by uninstall'],
  ['kept', 'uninstall', 'post-delete', 'there 1'],
  ['late', 'install', 'pre-install', 'later in pre-install'],
  ['late', 'upgrade', 'pre-upgrade', 'there 1'],
  ['brief', 'install', 'post-install', 'deleted by hook-succeeded'],
  ['brief', 'upgrade', 'pre-upgrade', 'deleted by hook-succeeded'],
  ['probe', 'install', 'post-install', ''],
] as const)
  test(`${name} when a ${phase} hook runs: ${want || 'no operation before it makes it'}`, () => {
    assert.equal(existence(name, operation, phase), want);
  });
