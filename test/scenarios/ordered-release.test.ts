import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertGolden } from '../support/files.ts';
import { HELM_4, helmTest, installScript } from '../support/helm.ts';
import {
  find,
  findingsOf,
  goldenOf,
  hookOf,
  hookorder,
  idOf,
  objectsOf,
  pathOf,
  plainOf,
  policyOf,
  render,
  runOrder,
  type Scenario,
  template,
  weightOf,
} from './scenario.ts';

const SHOP: Scenario = { name: 'ordered-release', release: 'shop' };

helmTest('ordered-release: what Helm applies, the plan and lint are as recorded', ['4.2.3'], (helm) => {
  const plain = template(helm, SHOP);
  const rendered = render(helm, SHOP, 'hookorder.yaml');
  assert.equal(rendered.status, 0, rendered.stderr);
  assertGolden(goldenOf(SHOP, 'render.yaml'), rendered.stdout);

  const plan = hookorder(SHOP, ['plan'], plain, 'hookorder.yaml');
  assert.equal(plan.status, 0, plan.stderr);
  assertGolden(goldenOf(SHOP, 'plan.txt'), plan.stdout);

  const lint = hookorder(SHOP, ['lint'], plain, 'hookorder.yaml');
  assert.equal(lint.status, 0, 'no error');
  assertGolden(goldenOf(SHOP, 'lint.txt'), lint.stdout);
});

helmTest('ordered-release: schema, migration, app, smoke test; a backup before delete; tests apart', HELM_4, (helm) => {
  const before = objectsOf(template(helm, SHOP));
  const after = objectsOf(render(helm, SHOP, 'hookorder.yaml').stdout);
  const jobsOf = (event: string) => runOrder(after, event).filter((id) => /^(Job|Pod)\//.test(id));

  assert.deepEqual(jobsOf('pre-install'), ['Job/shop-create-schema', 'Job/shop-db-migrate']);
  assert.deepEqual(jobsOf('pre-upgrade'), ['Job/shop-create-schema', 'Job/shop-db-migrate']);
  assert.deepEqual(runOrder(after, 'post-install'), ['Pod/shop-smoke']);
  assert.deepEqual(runOrder(after, 'post-upgrade'), ['Pod/shop-smoke']);
  assert.deepEqual(runOrder(after, 'pre-delete'), ['Job/shop-backup']);
  assert.deepEqual(runOrder(after, 'test'), ['Pod/shop-test-api', 'Pod/shop-test-checkout']);

  // What the hooks read is there before them, as copies of their own.
  for (const event of ['pre-install', 'pre-upgrade'])
    assert.deepEqual(runOrder(after, event).slice(0, 3).sort(), [
      'ConfigMap/shop-config-hook',
      'Secret/shop-db-hook',
      'ServiceAccount/shop-migrator-hook',
    ]);
  for (const job of ['Job/shop-create-schema', 'Job/shop-db-migrate']) {
    const text = JSON.stringify(find(after, job)['spec']);
    for (const name of ['shop-config', 'shop-db', 'shop-migrator'])
      assert.ok(!text.includes(`"${name}"`), `${job} ${name}`);
  }

  // No live object is deleted: all that was plain is plain and as it was, but for the Jobs and Pods of the config.
  const hooks = ['Job/shop-backup', 'Job/shop-create-schema', 'Job/shop-db-migrate', 'Pod/shop-smoke'];
  hooks.push('Pod/shop-test-api', 'Pod/shop-test-checkout');
  assert.deepEqual(
    plainOf(after),
    plainOf(before).filter((id) => !hooks.includes(id)),
  );
  for (const id of plainOf(after)) assert.deepEqual(find(after, id), find(before, id), id);

  for (const hook of after.filter((object) => hookOf(object) !== undefined)) {
    assert.match(String(weightOf(hook)), /^-?\d+$/);
    assert.equal(typeof weightOf(hook), 'string', `the weight of ${idOf(hook)} is quoted`);
    assert.equal(typeof policyOf(hook), 'string', `${idOf(hook)} has a delete policy`);
    if (/Job|Pod/.test(hook.kind)) assert.equal(hookOf(hook, 'helm.sh/hook-output-log-policy'), 'hook-failed');
  }
});

helmTest('ordered-release: each mistake of the hand-written hooks is found', ['4.2.3'], (helm) => {
  // What Helm hands to a post-renderer still has the Job with the misspelt event; what it prints has not.
  const seen = join(helm.folder, 'seen.yaml');
  installScript(
    helm,
    'tee',
    `require('node:fs').writeFileSync(${JSON.stringify(seen)}, input); process.stdout.write(input);`,
  );
  const printed = helm.succeed(['template', 'shop', pathOf(SHOP, 'mistakes'), '--post-renderer=tee']);
  const stream = readFileSync(seen, 'utf8');
  assert.ok(stream.includes('shop-db-migrate') && !printed.includes('shop-db-migrate'), 'Helm drops it with exit 0');

  const lint = hookorder(SHOP, ['lint'], stream);
  assert.equal(lint.status, 1);
  assertGolden(goldenOf(SHOP, 'mistakes.lint.txt'), lint.stdout);
  const mistakes = findingsOf(hookorder(SHOP, ['lint', '--output=json'], stream));
  for (const [code, resource] of [
    ['hook/annotation-not-string', 'Job/shop-create-schema'],
    ['hook/unknown-event', 'Job/shop-db-migrate'],
    ['hook/no-delete-policy', 'Pod/shop-smoke'],
  ] as const)
    assert.deepEqual(
      mistakes.filter((finding) => finding.code === code).map(({ message }) => message.split(' ')[0]),
      [resource],
    );

  // With a config that claims these hooks, Helm itself refuses the release; a pipe says that one of them is missing.
  const refused = render(helm, SHOP, 'hookorder.mistakes.yaml', 'mistakes');
  assert.equal(refused.status, 1);
  assert.equal(refused.stdout, '');
  assert.match(refused.stderr, /hook\/unknown-event\W+Job\/shop-db-migrate/);
  const piped = hookorder(SHOP, ['lint'], printed, 'hookorder.mistakes.yaml');
  assert.equal(piped.status, 1);
  assert.match(piped.stdout, /order\/matches-nothing/);
});
