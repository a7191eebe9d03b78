import assert from 'node:assert/strict';
import { assertGolden } from '../support/files.ts';
import { HELM_4, helmTest } from '../support/helm.ts';
import {
  find,
  goldenOf,
  hookOf,
  hookorder,
  NOW,
  objectsOf,
  pathOf,
  plainOf,
  policyOf,
  render,
  runOrder,
  type Scenario,
  template,
} from './scenario.ts';

const ORDERS: Scenario = { name: 'atlas-migration', release: 'orders' };
const WITH_SWEEP: Scenario = { ...ORDERS, flags: ['--values', pathOf(ORDERS, 'values.yaml')] };
const JOB = `Job/orders-migrate-${NOW}`;

helmTest('atlas-migration: what Helm applies, the plan and lint are as recorded', ['4.2.3'], (helm) => {
  const plain = template(helm, WITH_SWEEP);
  const rendered = render(helm, WITH_SWEEP, 'hookorder.yaml');
  assert.equal(rendered.status, 0, rendered.stderr);
  assertGolden(goldenOf(ORDERS, 'render.yaml'), rendered.stdout);

  const plan = hookorder(ORDERS, ['plan'], plain, 'hookorder.yaml');
  assert.equal(plan.status, 0, plan.stderr);
  assertGolden(goldenOf(ORDERS, 'plan.txt'), plan.stdout);

  const lint = hookorder(ORDERS, ['lint'], plain, 'hookorder.yaml');
  assert.equal(lint.status, 0, 'no error');
  assertGolden(goldenOf(ORDERS, 'lint.txt'), lint.stdout);
});

helmTest('atlas-migration: a unique Job with its own pull secret and URL, whose failed runs go', HELM_4, (helm) => {
  const before = objectsOf(template(helm, WITH_SWEEP));
  const after = objectsOf(render(helm, WITH_SWEEP, 'hookorder.yaml').stdout);
  const migrate = find(after, JOB);

  assert.equal(hookOf(migrate), 'pre-install,pre-upgrade');
  assert.equal(policyOf(migrate), 'before-hook-creation,hook-succeeded', 'a failed run stays');
  assert.equal(hookOf(migrate, 'helm.sh/hook-output-log-policy'), 'hook-failed');
  assert.equal(hookOf(migrate, 'hookorder.io/base-name'), 'orders-migrate');
  assert.equal(hookOf(migrate, 'helm-diff/base-name'), 'orders-migrate');
  assert.equal(migrate['spec'].ttlSecondsAfterFinished, 86400, 'and goes after a day');
  assert.equal(migrate['spec'].backoffLimit, 0);

  // Before the first install there is neither pull secret nor database URL: the Job has copies, and they come first.
  for (const event of ['pre-install', 'pre-upgrade']) {
    const order = runOrder(after, event);
    assert.equal(order.at(-1), JOB);
    for (const copy of ['Secret/orders-registry-hook', 'Secret/orders-db-hook']) assert.ok(order.includes(copy), copy);
    for (const copy of ['ServiceAccount', 'Role', 'RoleBinding'])
      assert.ok(order.indexOf(`${copy}/orders-sweeper-hook`) < order.indexOf('Job/orders-sweep'), copy);
    assert.ok(order.indexOf('Job/orders-sweep') < order.indexOf(JOB), 'earlier failed runs go first');
  }
  const pod = migrate['spec'].template.spec;
  assert.deepEqual(pod.imagePullSecrets, [{ name: 'orders-registry-hook' }]);
  assert.equal(pod.containers[0].env[0].valueFrom.secretKeyRef.name, 'orders-db-hook');
  assert.deepEqual(pod.containers[0].args.slice(0, 2), ['migrate', 'apply']);
  for (const name of ['orders-registry', 'orders-db']) {
    const { data, type } = find(before, `Secret/${name}`) as unknown as { data: unknown; type: unknown };
    const copy = find(after, `Secret/${name}-hook`);
    assert.deepEqual([copy['data'], copy['type']], [data, type], `the copy of ${name} has its content`);
  }
  const binding = find(after, 'RoleBinding/orders-sweeper-hook');
  assert.equal(binding['roleRef'].name, 'orders-sweeper-hook');
  assert.equal(binding['subjects'][0].name, 'orders-sweeper-hook');

  assert.deepEqual(
    plainOf(after),
    plainOf(before).filter((id) => !id.startsWith('Job/')),
  );
  for (const id of plainOf(after)) assert.deepEqual(find(after, id), find(before, id), id);

  // The sweep finds earlier runs by labels, which the new name leaves alone.
  const selector = /--selector=(\S+)/.exec(
    find(after, 'Job/orders-sweep')['spec'].template.spec.containers[0].command.join(' '),
  );
  for (const pair of (selector?.[1] ?? 'none').split(',')) {
    const [key = '', value] = pair.split('=');
    assert.equal(migrate.metadata.labels?.[key], value);
  }
});

helmTest('atlas-migration: without the sweep the TTL alone cleans up', ['4.2.3'], (helm) => {
  const rendered = render(helm, ORDERS, 'hookorder.yaml');
  assert.equal(rendered.status, 0, rendered.stderr);
  const objects = objectsOf(rendered.stdout);
  assert.deepEqual(runOrder(objects, 'pre-install'), ['Secret/orders-db-hook', 'Secret/orders-registry-hook', JOB]);
  assert.equal(find(objects, JOB)['spec'].ttlSecondsAfterFinished, 86400);
});
