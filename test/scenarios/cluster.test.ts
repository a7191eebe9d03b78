/** The systems of testdata/charts through whole lives: real Helm upgrades, failures and retries against a stand-in cluster. */
import assert from 'node:assert/strict';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { ROOT } from '../support/files.ts';
import { type Helm, helmTest, type Outcome } from '../support/helm.ts';
import { NOW, pathOf, type Scenario } from './scenario.ts';

/** A release of a scenario: `upgrade` with hookorder and a clock, `upgradeAlone` without. */
interface Release {
  readonly cluster: Cluster;
  readonly helm: Helm;
  upgrade(config: string, flags?: readonly string[], now?: string): Promise<Outcome>;
  upgradeAlone(chart: string): Promise<Outcome>;
  uninstall(): Promise<Outcome>;
}

function lifeOf(name: string, scenario: Scenario, body: (release: Release) => Promise<void>): void {
  helmTest(name, ['4.2.3'], async (helm) => {
    helm.succeed(['plugin', 'install', ROOT]);
    const cluster = await startCluster();
    const run = (args: readonly string[]) => helm.start([...args, '--timeout=20s', ...cluster.flags], { cwd: ROOT });
    const upgrade = ['upgrade', '--install', scenario.release];
    try {
      await body({
        cluster,
        helm,
        upgrade: (config, flags = [], now = NOW) =>
          run([
            ...[...upgrade, pathOf(scenario, 'chart'), ...(scenario.flags ?? []), ...flags],
            '--post-renderer=hookorder',
            `--post-renderer-args=--config=testdata/charts/${scenario.name}/${config}`,
            `--post-renderer-args=--now=${now}`,
          ]),
        upgradeAlone: (chart) => run([...upgrade, pathOf(scenario, chart)]),
        uninstall: () => run(['uninstall', scenario.release]),
      });
    } finally {
      await cluster.close();
    }
  });
}

const succeeded = ({ status, stderr }: Outcome) => assert.equal(status, 0, stderr);
const callsOf = (cluster: Cluster, pattern: RegExp) => cluster.calls.filter((call) => pattern.test(call));

const SSO: Scenario = { name: 'keycloak-postgresql-ha', release: 'sso' };
const BACKUP = 'Job/sso-migration-backup-and-remove';
const RESTORE = 'Job/sso-migration-restore';
const CLAIM = 'PersistentVolumeClaim/sso-migration-backup';
const STATE = 'ConfigMap/sso-migration-state';

lifeOf('keycloak: backup and state outlive failures, retries, upgrades and the release', SSO, async (release) => {
  const { cluster, upgrade } = release;
  succeeded(await release.upgradeAlone('chart-1'));
  const lost = () => callsOf(cluster, /^delete (PersistentVolumeClaim|ConfigMap\/sso-migration-state)/);

  cluster.calls.length = 0;
  cluster.failing.add(BACKUP);
  assert.equal((await upgrade('hookorder.yaml')).status, 1, 'the backup fails');
  const creations = callsOf(cluster, /^create/).map((call) => call.slice('create '.length));
  assert.ok(creations.indexOf(CLAIM) < creations.indexOf(BACKUP) && creations.includes(STATE));
  assert.equal(creations.at(-1), BACKUP, 'and nothing of the new version was applied');
  assert.ok(cluster.existing().includes(BACKUP), 'the failed run stays');
  assert.ok(cluster.existing().includes('StatefulSet/sso-postgresql'), 'and so does the old database');

  cluster.failing.delete(BACKUP);
  cluster.failing.add(RESTORE);
  assert.equal((await upgrade('hookorder.yaml')).status, 1, 'the retry backs up, the restore fails');
  assert.ok(cluster.existing().includes('StatefulSet/sso-postgresql-ha-postgresql'));
  assert.ok(cluster.existing().includes(RESTORE));

  cluster.failing.delete(RESTORE);
  succeeded(await upgrade('hookorder.yaml'));
  assert.ok(!cluster.existing().includes(RESTORE) && !cluster.existing().includes(BACKUP));
  cluster.calls.length = 0;
  succeeded(await upgrade('hookorder.yaml', ['--set', 'keycloak.hostname=https://login.example.com']));
  assert.deepEqual(callsOf(cluster, /sso-migration-(backup|state)$/), [`apply ${CLAIM}`, `apply ${STATE}`]);
  assert.deepEqual(
    cluster.existing().filter((id) => id.endsWith('-hook')),
    [],
    'no copy is left',
  );
  assert.deepEqual(callsOf(cluster, /^delete (ServiceAccount|Role|RoleBinding)\/sso-migration$/), []);

  succeeded(await release.uninstall());
  assert.deepEqual(cluster.existing().sort(), [STATE, CLAIM].sort());
  assert.deepEqual(lost(), []);
});

const SHOP: Scenario = { name: 'ordered-release', release: 'shop' };

lifeOf('ordered-release: install, a failed migration, its retry and the end', SHOP, async ({ cluster, ...release }) => {
  succeeded(await release.upgrade('hookorder.yaml'));
  const order = ['Job/shop-create-schema', 'Job/shop-db-migrate', 'Deployment/shop', 'Pod/shop-smoke'];
  assert.deepEqual(
    callsOf(cluster, /^create (Job|Pod|Deployment)/).map((call) => call.slice('create '.length)),
    order,
  );
  const live = ['Deployment/shop', 'Service/shop', 'ConfigMap/shop-config', 'Secret/shop-db'];
  live.push('ServiceAccount/shop-migrator', 'PersistentVolumeClaim/shop-backup');
  assert.deepEqual(cluster.existing().sort(), [...live].sort(), 'no hook and no copy is left');

  cluster.calls.length = 0;
  cluster.failing.add('Job/shop-db-migrate');
  assert.equal((await release.upgrade('hookorder.yaml', ['--set', 'image.tag=5.2.0'])).status, 1);
  assert.deepEqual(callsOf(cluster, /Deployment/), [], 'the app is not touched');
  assert.ok(cluster.existing().includes('Job/shop-db-migrate'), 'the failed run stays for its logs');
  cluster.failing.clear();
  succeeded(await release.upgrade('hookorder.yaml', ['--set', 'image.tag=5.2.0']));
  assert.deepEqual(cluster.existing().sort(), [...live].sort());

  for (const id of live)
    assert.deepEqual(callsOf(cluster, new RegExp(`^delete ${id}$`)), [], `${id} was never deleted`);
  cluster.calls.length = 0;
  succeeded(await release.uninstall());
  assert.equal(callsOf(cluster, /Job|Pod/)[0], 'create Job/shop-backup');
  assert.ok(cluster.calls.indexOf('create Job/shop-backup') < cluster.calls.indexOf('delete Deployment/shop'));
  assert.deepEqual(cluster.existing(), ['PersistentVolumeClaim/shop-backup']);
});

const ORDERS: Scenario = {
  name: 'atlas-migration',
  release: 'orders',
  flags: ['--values', pathOf({ name: 'atlas-migration', release: 'orders' }, 'values.yaml')],
};

lifeOf(
  'atlas-migration: a failed run stays under its own name and blocks nobody',
  ORDERS,
  async ({ cluster, ...release }) => {
    const failed = 'Job/orders-migrate-1732147200';
    cluster.failing.add(failed);
    assert.equal((await release.upgrade('hookorder.yaml')).status, 1);
    assert.ok(cluster.existing().includes(failed));
    assert.equal(cluster.find('Job', 'orders-migrate-1732147200')?.spec?.['ttlSecondsAfterFinished'], 86400);
    assert.deepEqual(callsOf(cluster, /Deployment/), []);

    cluster.calls.length = 0;
    succeeded(await release.upgrade('hookorder.yaml', [], '1732150800'));
    assert.deepEqual(callsOf(cluster, /Job/), [
      'create Job/orders-sweep',
      'create Job/orders-migrate-1732150800',
      'delete Job/orders-migrate-1732150800',
      'delete Job/orders-sweep',
    ]);
    // The sweep would have removed the failed run; this cluster runs no containers.
    assert.deepEqual(
      cluster.existing().filter((id) => /^Job|-hook$/.test(id)),
      [failed],
    );
  },
);

const OPTSCALE: Scenario = { name: 'optscale-migrations', release: 'optscale' };

lifeOf('optscale: hooks run one by one, after everything they wait for', OPTSCALE, async ({ cluster, upgrade }) => {
  succeeded(await upgrade('hookorder.yaml'));
  const calls = callsOf(cluster, /^create/);
  const firstJob = calls.findIndex((call) => call.startsWith('create Job/'));
  assert.equal(calls.length - firstJob, 11);
  for (const call of calls.slice(firstJob)) assert.match(call, /^create Job\//);
  assert.ok(calls.indexOf('create Job/diworker-migrations') > calls.indexOf('create Job/rest-api-migrations'));
  assert.deepEqual(
    cluster.existing().filter((id) => id.startsWith('Job/')),
    [],
  );
});

lifeOf('optscale: plain Jobs run once for each content, and no field is immutable', OPTSCALE, async (release) => {
  const { cluster, upgrade } = release;
  succeeded(await upgrade('hookorder.plain-jobs.yaml'));
  const jobs = () => cluster.existing().filter((id) => id.startsWith('Job/'));
  const first = jobs();
  assert.equal(first.length, 11);
  cluster.calls.length = 0;
  succeeded(await upgrade('hookorder.plain-jobs.yaml', [], '1732150800'));
  assert.deepEqual(callsOf(cluster, /^(create|delete)/), []);
  succeeded(await upgrade('hookorder.plain-jobs.yaml', ['--set', 'registry=registry.example.org/optscale']));
  assert.equal(callsOf(cluster, /^create Job/).length, 11);
  assert.equal(callsOf(cluster, /^delete Job/).length, 11);
  assert.equal(jobs().length, 11, 'the old ones are gone');
});
