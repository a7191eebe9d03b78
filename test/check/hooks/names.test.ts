import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDuplicates, checkGeneratedName, checkNameLength } from '../../../src/check/hooks/names.ts';
import type { Check } from '../../../src/release/release.ts';
import { Release } from '../../../src/release/release.ts';
import { placementsOf, type Rules, releaseOf } from '../../support/release.ts';

function messages(check: Check, text: string, rules: Rules = {}): string[] {
  const release = releaseOf(text, { rules });
  return release.placements.flatMap((placement) => check(placement, release)).map(({ message }) => message);
}

const document = (api: string, kind: string, metadata: string): string =>
  `---\napiVersion: ${api}\nkind: ${kind}\nmetadata: ${metadata}\n`;

test('name/too-long: each kind has its own limit', () => {
  for (const { api = 'v1', kind, length, want } of [
    { api: 'batch/v1', kind: 'Job', length: 63, want: 0 },
    { api: 'batch/v1', kind: 'Job', length: 64, want: 1 },
    { api: 'batch/v1', kind: 'CronJob', length: 52, want: 0 },
    { api: 'batch/v1', kind: 'CronJob', length: 53, want: 1 },
    { kind: 'Service', length: 64, want: 1 },
    { kind: 'Pod', length: 64, want: 0 },
    { kind: 'ConfigMap', length: 253, want: 0 },
    { kind: 'ConfigMap', length: 254, want: 1 },
    { api: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', length: 254, want: 0 },
  ])
    assert.equal(
      messages(checkNameLength, document(api, kind, `{ name: ${'a'.repeat(length)} }`)).length,
      want,
      `${kind} of ${length}`,
    );
});

test('name/too-long judges the name with which a resource leaves', () => {
  const placements = placementsOf(document('batch/v1', 'Job', '{ name: a }')).map((placement) => ({
    ...placement,
    name: 'b'.repeat(64),
  }));
  const release = new Release(placements, { timeoutSeconds: 300, wait: false });
  const [finding] = placements.flatMap((placement) => checkNameLength(placement, release));
  assert.match(finding?.message ?? '', /^Job\/b{64} has a name of 64 characters/);
});

test('name/generated: Helm works by name', () => {
  assert.deepEqual(messages(checkGeneratedName, document('batch/v1', 'Job', '{ name: a, generateName: a- }')), []);
  assert.equal(messages(checkGeneratedName, document('batch/v1', 'Job', '{ generateName: a- }')).length, 1);
  const renamed = { 'Job/': { jobName: { suffix: 'hash' } } } as const;
  assert.deepEqual(messages(checkGeneratedName, document('batch/v1', 'Job', '{ generateName: a- }'), renamed), []);
});

test('name/duplicate: two objects that are one', () => {
  const plain = document('v1', 'ServiceAccount', '{ name: a }');
  const hook = (events: string, policy = 'before-hook-creation', name = 'a'): string =>
    document(
      'v1',
      'ServiceAccount',
      `{ name: ${name}, annotations: { helm.sh/hook: "${events}", helm.sh/hook-delete-policy: "${policy}" } }`,
    );
  for (const { name, in: text, want } of [
    { name: 'two plain ones', in: plain + plain, want: 1 },
    { name: 'two names', in: plain + document('v1', 'ServiceAccount', '{ name: b }'), want: 0 },
    { name: 'two kinds', in: plain + document('v1', 'ConfigMap', '{ name: a }'), want: 0 },
    { name: 'two groups', in: plain + document('x.io/v1', 'ServiceAccount', '{ name: a }'), want: 0 },
    {
      name: 'two versions of one group are one',
      in: document('apps/v1', 'Deployment', '{ name: a }') + document('apps/v1beta1', 'Deployment', '{ name: a }'),
      want: 1,
    },
    { name: 'two namespaces', in: plain + document('v1', 'ServiceAccount', '{ name: a, namespace: b }'), want: 0 },
    {
      name: 'a cluster has one of each',
      in: document('v1', 'Namespace', '{ name: a }') + document('v1', 'Namespace', '{ name: a, namespace: b }'),
      want: 1,
    },
    { name: 'hooks of one event', in: hook('pre-install') + hook('pre-install,pre-upgrade'), want: 1 },
    { name: 'hooks of different events', in: hook('pre-install') + hook('pre-upgrade'), want: 0 },
    {
      name: 'a hook of upgrades and a plain one',
      in: plain + hook('pre-install,pre-upgrade', 'hook-succeeded'),
      want: 1,
    },
    {
      name: 'a hook that is gone when the plain one comes',
      in: plain + hook('pre-install', 'hook-succeeded'),
      want: 0,
    },
    { name: 'a hook that stays until then', in: plain + hook('pre-install'), want: 1 },
    { name: 'a hook after the plain one is gone', in: plain + hook('post-delete'), want: 0 },
    { name: 'generated names', in: document('v1', 'Pod', '{ generateName: a- }').repeat(2), want: 0 },
  ])
    assert.equal(messages(checkDuplicates, text).length, want, name);
});

test('name/duplicate belongs to what the config touched, else to the later one', () => {
  const [first, second] = placementsOf(document('v1', 'Secret', '{ name: a }').repeat(2), {});
  assert.ok(first && second);
  const found = (placements: readonly (typeof first)[]): number[] => {
    const release = new Release(placements, { timeoutSeconds: 300, wait: false });
    return placements
      .filter((placement) => checkDuplicates(placement, release).length > 0)
      .map((placement) => placements.indexOf(placement));
  };
  assert.deepEqual(found([first, second]), [1]);
  assert.deepEqual(found([{ ...first, copyFor: [] }, second]), [0]);
});
