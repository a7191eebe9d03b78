import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertGolden } from '../support/files.ts';
import { HELM_4, helmTest } from '../support/helm.ts';
import {
  find,
  findingsOf,
  goldenOf,
  hookOf,
  hookorder,
  objectsOf,
  pathOf,
  plainOf,
  policyOf,
  render,
  runOrder,
  type Scenario,
  template,
  variantsOf,
} from './scenario.ts';

const SSO: Scenario = { name: 'keycloak-postgresql-ha', release: 'sso', timeout: '30m' };
const KEPT = ['PersistentVolumeClaim/sso-migration-backup', 'ConfigMap/sso-migration-state'];
const HELM_POLICIES = ['before-hook-creation', 'hook-succeeded', 'hook-failed'];

helmTest('keycloak: what Helm applies, the plan and lint are as recorded', ['4.2.3'], (helm) => {
  const plain = template(helm, SSO);
  const rendered = render(helm, SSO, 'hookorder.yaml');
  assert.equal(rendered.status, 0, rendered.stderr);
  assertGolden(goldenOf(SSO, 'render.yaml'), rendered.stdout);

  const plan = hookorder(SSO, ['plan'], plain, 'hookorder.yaml');
  assert.equal(plan.status, 0, plan.stderr);
  assertGolden(goldenOf(SSO, 'plan.txt'), plan.stdout);

  const lint = hookorder(SSO, ['lint'], plain, 'hookorder.yaml');
  assert.equal(lint.status, 0, 'no error');
  assertGolden(goldenOf(SSO, 'lint.txt'), lint.stdout);
});

helmTest('keycloak: backup before, restore after, and nothing ever deletes the backup or the state', HELM_4, (helm) => {
  const before = objectsOf(template(helm, SSO));
  const after = objectsOf(render(helm, SSO, 'hookorder.yaml').stdout);

  const order = runOrder(after, 'pre-upgrade');
  assert.equal(order.at(-1), 'Job/sso-migration-backup-and-remove');
  for (const id of KEPT) {
    assert.ok(order.includes(id), `${id} is there before the Job that uses it`);
    const kept = find(after, id);
    const policies = String(policyOf(kept)).split(',');
    assert.ok(
      policies.every((policy) => policy !== '' && !HELM_POLICIES.includes(policy)),
      `${id}: ${policies}`,
    );
    assert.equal(kept['data'], undefined, 'applying it again resets nothing');
  }
  for (const copy of ['ServiceAccount/sso-migration-hook', 'Role/sso-migration-hook', 'RoleBinding/sso-migration-hook'])
    assert.ok(order.includes(copy), copy);
  assert.ok(order.includes('ConfigMap/sso-migration-scripts-hook'));
  assert.deepEqual(runOrder(after, 'post-upgrade'), ['Job/sso-migration-restore']);
  for (const event of ['pre-install', 'post-install', 'pre-rollback', 'pre-delete', 'post-delete'])
    assert.deepEqual(runOrder(after, event), [], event);

  // The Jobs use the claim itself, and the rights of the copied account are those of the original, for the same state.
  const backup = find(after, 'Job/sso-migration-backup-and-remove')['spec'].template.spec;
  assert.equal(backup.serviceAccountName, 'sso-migration-hook');
  for (const job of ['backup-and-remove', 'restore']) {
    const { volumes } = find(after, `Job/sso-migration-${job}`)['spec'].template.spec;
    assert.deepEqual(volumes.at(-1), {
      name: 'backup',
      persistentVolumeClaim: { claimName: 'sso-migration-backup' },
    });
  }
  assert.deepEqual(find(after, 'Role/sso-migration-hook')['rules'], find(before, 'Role/sso-migration')['rules']);
  assert.equal(find(after, 'Job/sso-migration-restore')['spec'].template.spec.serviceAccountName, 'sso-migration');

  // Keycloak stays down until the restore Job starts it.
  const keycloak = find(after, 'StatefulSet/sso-keycloak');
  assert.ok(!('replicas' in keycloak['spec']));
  assert.equal(hookOf(keycloak), undefined);

  const hooks = [...KEPT, 'Job/sso-migration-backup-and-remove', 'Job/sso-migration-restore'];
  assert.deepEqual(
    plainOf(after),
    plainOf(before).filter((id) => !hooks.includes(id)),
  );
  for (const id of plainOf(after))
    if (id !== 'StatefulSet/sso-keycloak') assert.deepEqual(find(after, id), find(before, id), id);
});

helmTest(
  'keycloak: lint and render refuse every variant that would lose the backup or the state',
  ['4.2.3'],
  (helm) => {
    const plain = template(helm, SSO);
    for (const variant of variantsOf(SSO)) {
      const config = `variants/${variant}`;
      const expected = /^# lint: (.+)$/m.exec(readFileSync(pathOf(SSO, config), 'utf8'))?.[1]?.split(', ') ?? [];
      const lint = hookorder(SSO, ['lint', '--output=json'], plain, config);
      const errors = findingsOf(lint).filter(({ severity }) => severity === 'error');
      assert.deepEqual([...new Set(errors.map(({ code }) => code))].sort(), expected, variant);
      assert.equal(lint.status, expected.some((code) => code.startsWith('config/')) ? 2 : 1, variant);

      const rendered = render(helm, SSO, config);
      assert.equal(rendered.status, 1, variant);
      assert.equal(rendered.stdout, '', variant);
      for (const code of expected) assert.ok(rendered.stderr.includes(code), `${variant}: ${code}`);
    }
  },
);

test('keycloak: every variant says why it is wrong and which finding refuses it', () => {
  assert.ok(variantsOf(SSO).length >= 9);
  for (const variant of variantsOf(SSO))
    assert.match(
      readFileSync(pathOf(SSO, 'variants', variant), 'utf8'),
      /^# [A-Z].+\.\n# lint: [a-z]+\/[a-z-]+(, [a-z]+\/[a-z-]+)*\n/,
      variant,
    );
});
