import assert from 'node:assert/strict';
import { assertGolden } from '../support/files.ts';
import { HELM_4, helmTest } from '../support/helm.ts';
import {
  findingsOf,
  goldenOf,
  hookOf,
  hookorder,
  idOf,
  objectsOf,
  plainOf,
  render,
  runOrder,
  type Scenario,
  template,
} from './scenario.ts';

const OPTSCALE: Scenario = { name: 'optscale-migrations', release: 'optscale', timeout: '10m' };

/** What each migration waits for, as the chart's wait containers say. */
const WAITS: Readonly<Record<string, readonly string[]>> = {
  auth: ['elk', 'etcd-client', 'mariadb'],
  'rest-api': ['elk', 'etcd-client', 'mariadb'],
  herald: ['elk', 'etcd-client', 'mariadb', 'rabbitmq'],
  'jira-bus': ['etcd-client', 'mariadb'],
  slacker: ['elk', 'etcd-client', 'mariadb'],
  katara: ['elk', 'etcd-client', 'mariadb'],
  'risp-worker': ['clickhouse', 'etcd-client'],
  'metroculus-worker': ['clickhouse', 'etcd-client'],
  'gemini-worker': ['clickhouse', 'etcd-client'],
  'insider-worker': ['etcd-client', 'mongo'],
  diworker: ['etcd-client', 'mongo', 'rabbitmq', 'restapi'],
};
const SERVICES = Object.keys(WAITS);
const jobOf = (service: string): string => `Job/${service}-migrations`;

helmTest('optscale: what Helm applies, the plan and lint are as recorded', ['4.2.3'], (helm) => {
  const plain = template(helm, OPTSCALE);
  for (const [config, prefix] of [
    ['hookorder.yaml', ''],
    ['hookorder.plain-jobs.yaml', 'plain-jobs.'],
  ] as const) {
    const rendered = render(helm, OPTSCALE, config);
    assert.equal(rendered.status, 0, rendered.stderr);
    assertGolden(goldenOf(OPTSCALE, `${prefix}render.yaml`), rendered.stdout);

    const plan = hookorder(OPTSCALE, ['plan'], plain, config);
    assert.equal(plan.status, 0, plan.stderr);
    assertGolden(goldenOf(OPTSCALE, `${prefix}plan.txt`), plan.stdout);

    const lint = hookorder(OPTSCALE, ['lint'], plain, config);
    assert.equal(lint.status, 0, 'no error');
    assertGolden(goldenOf(OPTSCALE, `${prefix}lint.txt`), lint.stdout);
  }
});

helmTest(
  'optscale: with the published hooks lint names each Job that waits for ever, and for what',
  ['4.2.3'],
  (helm) => {
    const plain = template(helm, OPTSCALE);
    const lint = hookorder(OPTSCALE, ['lint'], plain, 'hookorder.published.yaml');
    assert.equal(lint.status, 1);
    assertGolden(goldenOf(OPTSCALE, 'published.lint.txt'), lint.stdout);

    const found = findingsOf(hookorder(OPTSCALE, ['lint', '--output=json'], plain, 'hookorder.published.yaml'));
    const errors = found.filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      errors
        .map(({ code, message }) => {
          const job = /^(Job\/\S+)/.exec(message)?.[1];
          const service = /(Service\/[\w-]+)/.exec(message)?.[1];
          return `${code} ${job} ${service}`;
        })
        .sort(),
      SERVICES.flatMap((service) =>
        (WAITS[service] ?? []).map((wait) => `refs/waits-forever ${jobOf(service)} Service/${wait}`),
      ).sort(),
    );

    const rendered = render(helm, OPTSCALE, 'hookorder.published.yaml');
    assert.equal(rendered.status, 1, 'Helm does not begin what cannot end');
    assert.equal(rendered.stdout, '');
  },
);

helmTest('optscale: after the release, one migration at a time, each after what it depends on', HELM_4, (helm) => {
  const before = objectsOf(template(helm, OPTSCALE));
  const after = objectsOf(render(helm, OPTSCALE, 'hookorder.yaml').stdout);
  for (const event of ['pre-install', 'pre-upgrade']) assert.deepEqual(runOrder(after, event), [], event);
  for (const event of ['post-install', 'post-upgrade']) {
    const order = runOrder(after, event);
    assert.deepEqual([...order].sort(), SERVICES.map(jobOf).sort(), event);
    for (const [first, then] of [
      ['auth', 'rest-api'],
      ['auth', 'herald'],
      ['rest-api', 'herald'],
      ['rest-api', 'katara'],
      ['rest-api', 'risp-worker'],
      ['rest-api', 'diworker'],
      ['insider-worker', 'diworker'],
    ] as const)
      assert.ok(order.indexOf(jobOf(first)) < order.indexOf(jobOf(then)), `${first} before ${then}`);
  }
  // All of them Jobs, so Helm waits for each; and no two at the same weight.
  const hooks = after.filter((object) => hookOf(object) !== undefined);
  assert.equal(new Set(hooks.map((hook) => hookOf(hook, 'helm.sh/hook-weight'))).size, SERVICES.length);
  assert.deepEqual(
    plainOf(after),
    plainOf(before).filter((id) => !id.startsWith('Job/')),
  );
});

helmTest('optscale: plain Jobs run again only when what they do has changed', HELM_4, (helm) => {
  const jobs = (...flags: string[]) => {
    const rendered = render(helm, { ...OPTSCALE, flags }, 'hookorder.plain-jobs.yaml');
    assert.equal(rendered.status, 0, rendered.stderr);
    return objectsOf(rendered.stdout).filter(({ kind }) => kind === 'Job');
  };
  const first = jobs();
  assert.equal(first.length, SERVICES.length);
  for (const job of first) {
    assert.match(job.metadata.name, /-migrations-[0-9a-f]{8}$/);
    assert.deepEqual(
      Object.keys(job.metadata.annotations ?? {}).filter((key) => key.startsWith('helm.sh/hook')),
      [],
    );
    assert.ok(!('ttlSecondsAfterFinished' in job['spec']), 'a Job that went by itself would run again');
  }
  const ids = (objects: typeof first) => objects.map(idOf).sort();
  assert.deepEqual(ids(jobs()), ids(first), 'an unchanged release runs nothing');

  // A new registry is a new image for all of them: new names, no immutable field.
  const moved = jobs('--set', 'registry=registry.example.org/optscale');
  for (const id of ids(moved)) assert.ok(!ids(first).includes(id), id);

  // A new image of ClickHouse is no change of any migration.
  assert.deepEqual(ids(jobs('--set', 'clickhouse.image=docker.io/clickhouse/clickhouse-server:24.9')), ids(first));

  // Each migration that runs at the same time has a database of its own.
  const databases = first.map((job) => job['spec'].template.spec.containers[0].env[0].value);
  assert.equal(new Set(databases).size, databases.length);
});
