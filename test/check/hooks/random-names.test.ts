/** Names that another render of the chart changes are judged as fixed by no check, and matched by what was drawn with a word about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { order } from '../../support/pipeline.ts';

const job = (name: string, { annotations = '', spec = '' } = {}): string => `# Source: shop/templates/migrate.yaml
apiVersion: batch/v1
kind: Job
metadata: { name: ${name}${annotations === '' ? '' : `, annotations: { ${annotations} }`} }
spec: { ${spec}backoffLimit: 1, activeDeadlineSeconds: 100, template: { spec: { restartPolicy: Never, containers: [{ name: c, image: x }] } } }
`;

function codesOf(stream: string, config?: string): readonly string[] {
  const { findings } = order(stream, config, { needsConfig: false, scope: 'all', severity: 'info' });
  return findings
    .map(({ code }) => code)
    .filter((code) => code !== 'hook/no-delete-policy')
    .sort();
}

for (const { name, fixed, random } of [
  { name: 'shop-migrate-xmdyh', fixed: false, random: true },
  { name: 'shop-migrate-x7k2p', fixed: false, random: true },
  { name: 'shop-migrate-qjxzkvmwpt', fixed: false, random: true },
  { name: 'shop-3f2504e0-4f89-41d3-9a0c-0305e82c3301', fixed: false, random: true },
  { name: 'shop-migrate-20241121', fixed: false, random: false },
  { name: 'shop-migrate-48213', fixed: false, random: false },
  { name: 'shop-migrate-9b74c98', fixed: false, random: false },
  { name: 'shop-migrate-1', fixed: false, random: false },
  { name: 'shop-migrate-v1-2-3', fixed: false, random: false },
  { name: 'shop-build', fixed: true, random: false },
  { name: 'shop-db-setup', fixed: true, random: false },
  { name: 'shop-e2e-tests', fixed: true, random: false },
]) {
  test(`Job/${name} ${fixed ? 'is' : 'is not'} judged as one with a fixed name`, () => {
    assert.deepEqual(codesOf(job(name)), [...(fixed ? ['job/immutable'] : []), ...(random ? ['name/random'] : [])]);
    const policy = 'helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded';
    const isSame = fixed || /9b74c98|v1-2-3/.test(name);
    const want = [
      ...(isSame ? ['hook/name-blocks-rerun'] : []),
      ...(random ? ['job/unique-name-piles-up', 'name/random'] : []),
    ];
    assert.deepEqual(codesOf(job(name, { annotations: policy })), want);
  });
}

test('a name that is a UUID is no name by content, a checksum is one', () => {
  const ttl = 'ttlSecondsAfterFinished: 100, ';
  assert.deepEqual(codesOf(job('a-3f2504e0-4f89-41d3-9a0c-0305e82c3301', { spec: ttl })), ['name/random']);
  assert.deepEqual(codesOf(job('a-8f14e45fceea167a', { spec: ttl })), ['job/ttl-reruns']);
});

for (const { match, want } of [
  { match: '{ kind: Job, name: "*-migrate-xmdyh" }', want: ['name/random'] },
  { match: '{ kind: Job, name: shop-migrate-xmdyh }', want: ['name/random'] },
  { match: '{ kind: Job, name: /migrate-xmd/ }', want: ['name/random'] },
  { match: '{ kind: Job, name: "*-migrate-*" }', want: [] },
  { match: '{ kind: Job, template: migrate.yaml }', want: [] },
  { match: '{ kind: Job }', want: [] },
])
  test(`an entry that matches ${match} ${want.length > 0 ? 'depends on what was drawn' : 'outlives the next render'}`, () => {
    const config = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - name: m
    match: ${match}
    events: [pre-upgrade]
    deletePolicy: [before-hook-creation, hook-succeeded]
    job: { ttlSecondsAfterFinished: 600 }
`;
    assert.deepEqual(codesOf(job('shop-migrate-xmdyh'), config), want);
  });
