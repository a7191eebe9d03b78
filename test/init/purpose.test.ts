/** What Jobs and Pods are for, told by what they run: each recogniser with a near miss. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Purpose, purposeOf } from '../../src/purpose/purpose.ts';
import { Release } from '../../src/release/release.ts';
import { order } from '../support/pipeline.ts';

interface Runs {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly volumeMounts?: readonly object[];
}

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec: { ports: [{ port: 80 }] } };
const SCRIPTS = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'scripts' },
  data: {
    'migrate.sh': 'set -e\nuntil pg_isready; do sleep 1; done\ncd /app && exec alembic upgrade head\n',
    entry: '#!/bin/bash\nset -e\nbundle exec rake db:migrate\n',
    'docker-entrypoint.sh': '#!/bin/sh\nexec flyway migrate\n',
    'app.conf': 'entry: rake db:migrate\n',
    'look.sh': 'echo "alembic upgrade head comes later"\nalembic current\n',
  },
};

function purposeIn(runs: Runs, { kind = 'Job', name = 'work', init = [] as object[] } = {}): Purpose | undefined {
  const container = {
    name: 'main',
    image: 'acme/work:1',
    volumeMounts: [{ name: 's', mountPath: '/scripts' }],
    ...runs,
  };
  const spec = {
    restartPolicy: 'Never',
    ...(init.length > 0 && { initContainers: init }),
    containers: [container],
    volumes: [{ name: 's', configMap: { name: 'scripts' } }],
  };
  const resource =
    kind === 'Pod'
      ? { apiVersion: 'v1', kind, metadata: { name }, spec }
      : { apiVersion: 'batch/v1', kind, metadata: { name }, spec: { template: { spec } } };
  const stream = [SERVICE, SCRIPTS, resource].map((object) => JSON.stringify(object)).join('\n---\n');
  const { plan, findings } = order(stream, undefined, { needsConfig: false, scope: 'all' });
  const placement = plan?.placements.at(-1);
  assert.ok(plan !== undefined && placement !== undefined, JSON.stringify(findings));
  return purposeOf(placement, new Release(plan.placements, { timeoutSeconds: 300, wait: false }));
}

const sh = (script: string): Runs => ({ command: ['sh', '-c', script] });
const words = (line: string): Runs => ({ command: line.split(' ') });

/** `not`: what is called alike and does something else. */
const TOOLS: readonly { readonly name: string; readonly is: Runs; readonly role: string; readonly not: Runs }[] = [
  {
    name: 'alembic',
    is: words('alembic -c db/alembic.ini upgrade head'),
    role: 'migration',
    not: words('alembic current'),
  },
  {
    name: 'alembic as a module',
    is: words('python3 -m alembic upgrade head'),
    role: 'migration',
    not: words('python3 -m alembic history'),
  },
  {
    name: 'flyway',
    is: { image: 'flyway/flyway:10', args: ['-url=$(URL)', 'migrate'] },
    role: 'migration',
    not: { image: 'flyway/flyway:10', args: ['-url=$(URL)', 'info'] },
  },
  {
    name: 'liquibase',
    is: { image: 'liquibase/liquibase', args: ['--changelog-file=c.xml', 'update'] },
    role: 'migration',
    not: { image: 'liquibase/liquibase', args: ['status', '--verbose'] },
  },
  {
    name: 'atlas',
    is: { image: 'arigaio/atlas:latest', args: ['migrate', 'apply', '--url', '$(URL)'] },
    role: 'migration',
    not: { image: 'arigaio/atlas:latest', args: ['migrate', 'status'] },
  },
  {
    name: 'atlas schema',
    is: words('/atlas schema apply --auto-approve'),
    role: 'migration',
    not: words('/atlas schema inspect'),
  },
  {
    name: 'goose',
    is: words('goose -dir /m postgres $(DSN) up'),
    role: 'migration',
    not: words('goose -dir /m postgres $(DSN) status'),
  },
  {
    name: 'golang-migrate',
    is: { image: 'migrate/migrate', args: ['-path', '/m', '-database', '$(URL)', 'up'] },
    role: 'migration',
    not: { image: 'migrate/migrate', args: ['-path', '/m', '-database', '$(URL)', 'version'] },
  },
  {
    name: 'dbmate',
    is: { image: 'amacneil/dbmate', args: ['--wait', 'up'] },
    role: 'migration',
    not: { image: 'amacneil/dbmate', args: ['status'] },
  },
  {
    name: 'prisma',
    is: words('npx prisma migrate deploy'),
    role: 'migration',
    not: words('npx prisma migrate status'),
  },
  { name: 'prisma seed', is: words('npx prisma db seed'), role: 'seed', not: words('npx prisma generate') },
  {
    name: 'knex',
    is: words('node_modules/.bin/knex migrate:latest'),
    role: 'migration',
    not: words('node_modules/.bin/knex migrate:list'),
  },
  {
    name: 'sequelize',
    is: words('npx sequelize-cli db:migrate'),
    role: 'migration',
    not: words('npx sequelize-cli db:migrate:status'),
  },
  {
    name: 'typeorm',
    is: words('npx typeorm migration:run -d ds.js'),
    role: 'migration',
    not: words('npx typeorm migration:show -d ds.js'),
  },
  { name: 'drizzle', is: words('npx drizzle-kit migrate'), role: 'migration', not: words('npx drizzle-kit check') },
  {
    name: 'rails',
    is: words('bundle exec rails db:migrate'),
    role: 'migration',
    not: words('bundle exec rails db:migrate:status'),
  },
  {
    name: 'rake through sh',
    is: sh('bundle exec rake db:create && bundle exec rake db:migrate'),
    role: 'migration',
    not: sh('bundle exec rake assets:precompile'),
  },
  { name: 'rails schema', is: words('bin/rails db:schema:load'), role: 'schema', not: words('bin/rails runner x') },
  { name: 'rails seed', is: words('bin/rails db:seed'), role: 'seed', not: words('bin/rails db:version') },
  {
    name: 'django',
    is: words('python manage.py migrate --noinput'),
    role: 'migration',
    not: words('python manage.py migrate --check'),
  },
  {
    name: 'django fixtures',
    is: words('python manage.py loaddata a.json'),
    role: 'seed',
    not: words('python manage.py collectstatic'),
  },
  {
    name: 'laravel',
    is: words('php artisan migrate --force'),
    role: 'migration',
    not: words('php artisan migrate:status'),
  },
  {
    name: 'laravel seed',
    is: words('php artisan db:seed --force'),
    role: 'seed',
    not: words('php artisan queue:work'),
  },
  {
    name: 'doctrine',
    is: words('php bin/console doctrine:migrations:migrate -n'),
    role: 'migration',
    not: words('php bin/console doctrine:migrations:diff'),
  },
  { name: 'ecto', is: words('mix ecto.migrate'), role: 'migration', not: words('mix ecto.migrations') },
  {
    name: 'an Elixir release',
    is: words('/app/bin/shop eval Shop.Release.migrate'),
    role: 'migration',
    not: words('/app/bin/shop eval Shop.Cache.warm'),
  },
  { name: 'diesel', is: words('diesel migration run'), role: 'migration', not: words('diesel migration list') },
  { name: 'sqlx', is: words('sqlx migrate run'), role: 'migration', not: words('sqlx migrate info') },
  {
    name: 'sqitch',
    is: { image: 'sqitch/sqitch', args: ['deploy', '--verify'] },
    role: 'migration',
    not: { image: 'sqitch/sqitch', args: ['status'] },
  },
  {
    name: 'Entity Framework',
    is: words('dotnet ef database update'),
    role: 'migration',
    not: words('dotnet ef dbcontext info'),
  },
  {
    name: 'clickhouse-migrations',
    is: words('clickhouse-migrations migrate --host=h'),
    role: 'migration',
    not: words('clickhouse-client --query SELECT'),
  },
  {
    name: 'migrate-mongo',
    is: words('npx migrate-mongo up'),
    role: 'migration',
    not: words('npx migrate-mongo status'),
  },
  {
    name: 'mongosh with a script',
    is: words('mongosh mongodb://m/shop /m/migrations.js'),
    role: 'migration',
    not: words('mongosh mongodb://m/shop --eval db.stats()'),
  },
  {
    name: 'psql with a schema',
    is: sh('psql -v ON_ERROR_STOP=1 -f /sql/schema.sql'),
    role: 'migration',
    not: sh('psql -c "select 1"'),
  },
  {
    name: 'CREATE DATABASE',
    is: sh('mysql -h db -e "CREATE DATABASE IF NOT EXISTS shop"'),
    role: 'schema',
    not: sh('mysql -h db -e "show databases"'),
  },
  { name: 'createdb', is: words('createdb -h db shop'), role: 'schema', not: words('dropdb -h db shop') },
  { name: 'airflow', is: words('airflow db migrate'), role: 'migration', not: words('airflow db check-migrations') },
  { name: 'superset', is: sh('. /app/env; superset db upgrade'), role: 'migration', not: words('superset run') },
  {
    name: 'temporal',
    is: words('temporal-sql-tool --plugin postgres update-schema -d /s'),
    role: 'migration',
    not: words('temporal operator namespace list'),
  },
  {
    name: 'cassandra keyspaces of temporal',
    is: words('temporal-cassandra-tool create -k temporal'),
    role: 'schema',
    not: words('cqlsh -e DESCRIBE'),
  },
  { name: 'sentry', is: words('sentry upgrade --noinput'), role: 'migration', not: words('sentry run web') },
  {
    name: 'kong',
    is: { image: 'kong:3', args: ['kong', 'migrations', 'up'] },
    role: 'migration',
    not: { image: 'kong:3', args: ['kong', 'migrations', 'list'] },
  },
  {
    name: 'openfga',
    is: { image: 'openfga/openfga', args: ['migrate'] },
    role: 'migration',
    not: { image: 'openfga/openfga', args: ['run'] },
  },
  {
    name: 'harbor',
    is: words('/harbor/harbor_core -mode=migrate'),
    role: 'migration',
    not: words('/harbor/harbor_core'),
  },
  {
    name: 'zitadel init',
    is: { image: 'ghcr.io/zitadel/zitadel', args: ['init', '--config', '/c'] },
    role: 'schema',
    not: { image: 'ghcr.io/zitadel/zitadel', args: ['ready'] },
  },
  {
    name: 'zitadel setup',
    is: { image: 'ghcr.io/zitadel/zitadel', args: ['setup', '--config', '/c'] },
    role: 'migration',
    not: { image: 'ghcr.io/zitadel/zitadel', args: ['start'] },
  },
  { name: 'frappe', is: sh('bench --site=all migrate'), role: 'migration', not: sh('bench --site=all clear-cache') },
  {
    name: 'a subcommand',
    is: words('/app/shopctl schema migrate'),
    role: 'migration',
    not: words('/app/shopctl schema migrate status'),
  },
  {
    name: 'a subcommand that creates',
    is: words('shopctl schema create --if-not-exists'),
    role: 'schema',
    not: words('shopctl schema list'),
  },
  { name: 'an npm script', is: words('npm run db:migrate'), role: 'migration', not: words('npm run build') },
  {
    name: 'a python module',
    is: words('python3 -m risp.risp_worker.migrate'),
    role: 'migration',
    not: words('python3 -m risp.risp_worker.main'),
  },
  {
    name: 'a flag',
    is: words('/server --migrate-only'),
    role: 'migration',
    not: words('/server --migrations-path=/m'),
  },
  {
    name: 'a script of the image',
    is: words('sh /app/bin/migrate.sh'),
    role: 'migration',
    not: words('sh /app/bin/start.sh'),
  },
  {
    name: 'a script of a ConfigMap',
    is: words('sh /scripts/migrate.sh'),
    role: 'migration',
    not: words('sh /scripts/look.sh'),
  },
  {
    name: 'what a wait runs in the end',
    is: words('/scripts/wait-for-deps /scripts/db-migrate'),
    role: 'migration',
    not: words('/scripts/wait-for-deps db-migrate'),
  },
  { name: 'an image', is: { image: 'acme/shop-migrations:4' }, role: 'migration', not: { image: 'acme/shop:4' } },
  { name: 'pg_dump', is: sh('pg_dump -Fc > /b/x.dump'), role: 'backup', not: sh('pg_restore --list /b/x.dump') },
  {
    name: 'mysqldump',
    is: sh('mysqldump -h db --all-databases | gzip > /b/x.gz'),
    role: 'backup',
    not: sh('mysqladmin -h db ping'),
  },
  {
    name: 'velero backup',
    is: words('velero backup create pre-upgrade'),
    role: 'backup',
    not: words('velero install --crds-only --apply'),
  },
  { name: 'restic', is: words('restic backup /data'), role: 'backup', not: words('restic snapshots') },
  { name: 'pg_restore', is: words('pg_restore -d shop /b/x.dump'), role: 'restore', not: words('pg_isready -d shop') },
  {
    name: 'an index template',
    is: sh('curl -X PUT http://es:9200/_template/shop -d @t.json'),
    role: 'schema',
    not: sh('curl http://es:9200/_template/shop'),
  },
  {
    name: 'a smoke test',
    is: words('curl -fsS http://shop/healthz'),
    role: 'smoke',
    not: words('curl -X POST http://shop/reindex'),
  },
];

for (const { name, is, role, not } of TOOLS) {
  test(`${name}: a Job that runs it is a ${role}`, () => assert.equal(purposeIn(is)?.role, role));
  test(`${name}: a Job that runs something near it is not`, () => assert.notEqual(purposeIn(not)?.role, role));
}

for (const { name, runs, as } of [
  {
    name: 'certificates',
    runs: { image: 'ingress-nginx/kube-webhook-certgen', args: ['create', '--host=x'] },
    as: 'work',
  },
  { name: 'definitions', runs: words('/velero install --crds-only --apply'), as: 'shop-upgrade-crds' },
  {
    name: 'a clean-up by kubectl',
    runs: words('kubectl delete jobs -l component=migrate'),
    as: 'shop-migration-cleanup',
  },
  {
    name: 'a wait for a migration',
    runs: { image: 'groundnuty/k8s-wait-for', args: ['job-wr', 'shop-migrate'] },
    as: 'work',
  },
  { name: 'talk about a migration', runs: sh('echo run alembic upgrade head; cp -r /app/migrations /out'), as: 'work' },
  {
    name: 'a check of migrations in a loop',
    runs: sh('until app migrate-check; do sleep 1; done; exec app serve'),
    as: 'work',
  },
  { name: 'nothing that tells', runs: {}, as: 'shop-report' },
])
  test(`${name} is nothing that init knows`, () => assert.equal(purposeIn(runs, { name: as }), undefined));

test('a name tells where nothing else does, and is called the weaker evidence', () => {
  assert.deepEqual(purposeIn({ image: 'acme/tool' }, { name: 'shop-db-setup' }), {
    role: 'schema',
    by: 'name',
    words: 'shop-db-setup',
  });
  assert.equal(purposeIn({ image: 'acme/tool' }, { name: 'shop-backup' })?.role, 'backup');
  assert.equal(purposeIn(words('alembic upgrade head'), { name: 'shop-backup' })?.role, 'migration');
});

test('a Pod that is called a test is one, a Pod that asks a Service of the release is a smoke test', () => {
  assert.equal(purposeIn(words('wget shop:80'), { kind: 'Pod', name: 'shop-test-connection' })?.role, 'test');
  assert.equal(purposeIn(words('wget shop:80'), { kind: 'Pod', name: 'shop-ping' })?.role, 'smoke');
  assert.equal(purposeIn(words('wget example.com:80'), { kind: 'Pod', name: 'shop-ping' }), undefined);
});

/** `s` is the volume with the scripts. */
const mounted = (mountPath: string, subPath?: string): Runs => ({
  image: 'acme/shop:1',
  volumeMounts: [{ name: 's', mountPath, ...(subPath !== undefined && { subPath }) }],
});

for (const { name, runs, role } of [
  { name: 'over the entrypoint', runs: mounted('/docker-entrypoint.sh', 'entry'), role: 'migration' },
  { name: 'over an entrypoint elsewhere', runs: mounted('/usr/local/bin/entrypoint.sh', 'entry'), role: 'migration' },
  { name: 'over a start script', runs: mounted('/app/start.sh', 'migrate.sh'), role: 'migration' },
  { name: 'with arguments', runs: { ...mounted('/entrypoint', 'entry'), args: ['web'] }, role: 'migration' },
  { name: 'in a folder, by its name', runs: mounted('/usr/local/bin'), role: 'migration' },
  { name: 'that only looks', runs: mounted('/docker-entrypoint.sh', 'look.sh'), role: undefined },
  { name: 'in a folder of scripts', runs: mounted('/opt/scripts'), role: undefined },
  { name: 'that is settings', runs: mounted('/etc/shop/run', 'app.conf'), role: undefined },
  { name: 'that is somewhere else', runs: mounted('/opt/shop/lib.sh', 'entry'), role: undefined },
  {
    name: 'beside a command',
    runs: { ...mounted('/docker-entrypoint.sh', 'entry'), command: ['shop', 'report'] },
    role: undefined,
  },
])
  test(`a script mounted ${name}: ${role ?? 'nothing that init knows'}`, () =>
    assert.equal(purposeIn(runs)?.role, role));

const done = words('echo done');
for (const { name, init, role } of [
  { name: 'migration-job', init: { image: 'acme-migrate:1', command: ['./atlas-apply.sh'] }, role: 'migration' },
  { name: 'first', init: { image: 'acme:1', command: ['./atlas-apply.sh'] }, role: 'migration' },
  { name: 'first', init: { image: 'acme:1', command: ['sh', '/app/run_alembic.sh'] }, role: 'migration' },
  { name: 'first', init: { image: 'acme/shop-migrations:1', command: ['./run.sh'] }, role: 'migration' },
  { name: 'db-migrations', init: { image: 'acme:1', command: ['./go'] }, role: 'migration' },
  { name: 'first', init: { image: 'acme:1', command: ['./atlas-status.sh'] }, role: undefined },
  { name: 'wait-for-migration', init: { image: 'acme:1', command: ['./wait.sh'] }, role: undefined },
  { name: 'migrate-config', init: { image: 'busybox', command: ['cp', '-r', '/a', '/b'] }, role: undefined },
  { name: 'check-migrations', init: { image: 'acme-migrate:1', command: ['./look'] }, role: undefined },
] as const)
  test(`an init container ${name} with ${init.command.join(' ')}: ${role ?? 'nothing that init knows'}`, () => {
    assert.equal(purposeIn(done, { init: [{ name, ...init }] })?.role, role);
  });
