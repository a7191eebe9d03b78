import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { readWaits, waitsOf } from '../../../src/waits/find.ts';
import { placementNamed, releaseOf } from '../../support/release.ts';

interface Case {
  readonly name: string;
  /** A script of `sh -c`, or an argument list. */
  readonly run: string | readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** More fields of the container. */
  readonly container?: object;
  /** `patience Kind/name`, each once. */
  readonly want: readonly string[];
}

const FOREVER = ['for-ever Service/db'];
const FAILS = ['then-fails Service/db'];
const TRIES = ['then-goes-on Service/db'];

const service = (name: string, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 5432 }], ...spec },
});
const workload = (kind: string, name: string): object => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name, labels: { app: name } },
  spec: { template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: name }] } } },
});

const RELEASE: readonly object[] = [
  service('db'),
  service('cache', { ports: [{ port: 6379 }] }),
  workload('StatefulSet', 'db'),
  workload('Job', 'migrate'),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'scripts' },
    data: {
      'wait.sh': '#!/bin/sh\nuntil nc -z "$1" 5432; do sleep 1; done\n',
      'wait.py':
        '#!/usr/bin/env python3\nimport socket\nwhile True:\n  socket.create_connection(("db", 5432))\n  break\n',
      functions: 'wait_up() {\n  while ! nc -z $1 $2; do sleep 1; done\n}\n',
      HOST: 'db',
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'secrets' },
    data: { HOST: Buffer.from('db').toString('base64') },
    stringData: { URL: 'postgres://user:pass@db/shop' },
  },
];

function waitsIn({ run, env = {}, container = {} }: Case): string[] {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'hook', annotations: { 'helm.sh/hook': 'pre-install' } },
    spec: {
      template: {
        spec: {
          initContainers: [
            {
              name: 'prepare',
              image: 'busybox:1.36',
              command: typeof run === 'string' ? ['sh', '-c', run] : run,
              env: Object.entries(env).map(([name, value]) => ({ name, value })),
              ...container,
            },
          ],
          volumes: [
            { name: 'scripts', configMap: { name: 'scripts' } },
            { name: 'one', configMap: { name: 'scripts', items: [{ key: 'wait.sh', path: 'renamed.sh' }] } },
          ],
        },
      },
    },
  };
  const release = releaseOf([...RELEASE, job].map((value) => stringify(value)).join('---\n'));
  const hook = placementNamed(release.placements, 'Job/hook');
  const waits = waitsOf(hook, release);
  assert.deepEqual(waits, readWaits(hook, release), 'a look at the words hides none');
  return [
    ...new Set(
      waits.map(
        ({ patience, targets }) =>
          `${patience} ${targets.map(({ resource }) => `${resource.kind}/${resource.name}`).join('|')}`,
      ),
    ),
  ];
}

function check(cases: readonly Case[]): void {
  for (const one of cases) assert.deepEqual(waitsIn(one), one.want, one.name);
}

test('loops that wait', () => {
  check([
    { name: 'until nc', run: 'until nc -z db 5432; do sleep 2; done', want: FOREVER },
    { name: 'flags behind the host', run: 'until nc -z db 5432 -w 2; do sleep 2; done', want: FOREVER },
    { name: 'while not', run: 'while ! nc -vz db 5432; do sleep 2; done', want: FOREVER },
    {
      name: 'while not, in a group',
      run: 'while ! (nc -z db 5432 && nc -z cache 6379) ; do sleep 2; done',
      want: [...FOREVER, 'for-ever Service/cache'],
    },
    {
      name: 'several lines',
      run: 'set -e\nuntil nc -z \\\n  db 5432\ndo\n  echo waiting # for db\n  sleep 1\ndone\n',
      want: FOREVER,
    },
    { name: 'mysql', run: 'until mysql -h db -u root -p"$P" -e "SELECT 1"; do sleep 2; done', want: FOREVER },
    { name: 'mysql with a glued host', run: 'until mysql -hdb -e "SELECT 1"; do sleep 2; done', want: FOREVER },
    {
      name: 'curl in quotes in quotes',
      run: [
        'bash',
        '-c',
        'while [[ "$(curl -s -o /dev/null -w \'\'%{http_code}\'\' http://db:9200)" != "200" ]]; do sleep 5; done',
      ],
      want: FOREVER,
    },
    {
      name: 'a redirect alone',
      run: ['bash', '-c', 'until printf "" 2>>/dev/null >>/dev/tcp/db/5432; do sleep 1; done'],
      want: FOREVER,
    },
    {
      name: 'perl',
      run: ['perl', '-MIO::Socket::INET', '-e', 'until(new IO::Socket::INET("db:5432")){print "waiting"; sleep 1}'],
      want: FOREVER,
    },
    { name: 'mysqladmin ping', run: 'while ! mysqladmin ping --host=db --silent; do sleep 1; done', want: FOREVER },
    { name: 'mariadb', run: 'until mariadb --host db -e ";"; do sleep 1; done', want: FOREVER },
    { name: 'psql with a URL', run: 'until psql "postgres://u:p@db:5432/x" -c "\\q"; do sleep 1; done', want: FOREVER },
    { name: 'psql with a DSN', run: 'until psql "host=db user=u" -c "select 1"; do sleep 1; done', want: FOREVER },
    {
      name: 'psql with PGHOST',
      run: 'until psql -c "select 1"; do sleep 1; done',
      env: { PGHOST: 'db' },
      want: FOREVER,
    },
    { name: 'pg_isready', run: 'until pg_isready -h db -p 5432; do sleep 1; done', want: FOREVER },
    {
      name: 'redis-cli',
      run: 'until redis-cli -h cache ping | grep PONG; do sleep 1; done',
      want: ['for-ever Service/cache'],
    },
    { name: 'mongo', run: "until mongo --host db --eval 'db.stats()'; do sleep 1; done", want: FOREVER },
    { name: 'mongosh with a URL', run: 'until mongosh mongodb://db:27017 --eval 1; do sleep 1; done', want: FOREVER },
    { name: 'curl', run: 'until curl -sf http://db:8080/health; do sleep 1; done', want: FOREVER },
    { name: 'curl without a scheme', run: 'until curl -sf db/health; do sleep 1; done', want: FOREVER },
    {
      name: 'curl in a test',
      run: 'while [ "$(curl -s -o /dev/null -w "%{http_code}" http://db/health)" != "200" ]; do sleep 1; done',
      want: FOREVER,
    },
    { name: 'curl in a double test', run: 'until [[ $(curl -s db:8080) == ok ]]; do sleep 1; done', want: FOREVER },
    { name: 'wget', run: 'until wget -qO- http://db.shop.svc:8080; do sleep 1; done', want: FOREVER },
    {
      name: 'nslookup',
      run: 'until nslookup db.shop.svc.cluster.local; do echo waiting for db; sleep 2; done;',
      want: FOREVER,
    },
    { name: 'dig', run: 'while [ -z "$(dig +short db.shop.svc.cluster.local.)" ]; do sleep 1; done', want: FOREVER },
    { name: 'getent', run: 'until getent hosts db; do sleep 1; done', want: FOREVER },
    { name: 'ping', run: 'while ! ping -c 1 db; do sleep 1; done', want: FOREVER },
    {
      name: 'a device of bash',
      run: ['bash', '-c', 'until (echo > /dev/tcp/db/5432) 2>/dev/null; do sleep 1; done'],
      want: FOREVER,
    },
    {
      name: 'a device under timeout',
      run: 'until timeout 2 bash -c "9<>/dev/tcp/${H}/${P}"\n do sleep 2\ndone',
      env: { H: 'db', P: '5432' },
      want: FOREVER,
    },
    {
      name: 'exec of a device',
      run: ['bash', '-ec', 'while ! exec 3<>/dev/tcp/db/5432; do sleep 1; done'],
      want: FOREVER,
    },
    { name: 'an unknown client', run: 'until cqlsh db 9042 -e "SHOW VERSION"; do sleep 1; done', want: FOREVER },
    {
      name: 'an unknown client with host and port',
      run: 'until kafka-topics.sh --bootstrap-server db:9092 --list; do sleep 1; done',
      want: FOREVER,
    },
    {
      name: 'a program that gets its host from the environment',
      run: 'until kong start; do sleep 1; done',
      env: { KONG_PG_HOST: 'db' },
      want: FOREVER,
    },
    {
      name: 'a program that could mean one of several hosts',
      run: 'until kong start; do sleep 1; done',
      env: { KONG_PG_HOST: 'db', REDIS_URL: 'redis://cache' },
      want: [...TRIES, 'then-goes-on Service/cache'],
    },
    { name: 'a pipe into nc', run: 'until echo ruok | nc db 2181 | grep imok; do sleep 1; done', want: FOREVER },
    {
      name: 'python in a loop',
      run: `until python -c 'import socket; socket.create_connection(("db", 5432))'; do sleep 1; done`,
      want: FOREVER,
    },
    {
      name: 'a loop around the exit code',
      run: 'nc -z db 5432\nwhile [ $? -ne 0 ]; do sleep 1; nc -z db 5432; done',
      want: FOREVER,
    },
    {
      name: 'the prefixes of people who take care',
      run: 'until sudo timeout -s KILL 5 env A=1 nc -z db 5432; do sleep 1; done',
      want: FOREVER,
    },
  ]);
});

test('loops that leave from inside', () => {
  check([
    { name: 'break', run: 'while true; do nc -z db 5432 && break; sleep 2; done', want: FOREVER },
    { name: 'if and break', run: 'while :; do if nc -z db 5432; then break; fi; sleep 1; done', want: FOREVER },
    { name: 'exit', run: 'while true\ndo\n  curl -sf http://db:80 && exit 0\n  sleep 1\ndone', want: FOREVER },
    {
      name: 'a status variable',
      run: 'S=0\nwhile [ $S -eq 0 ]; do S=1\n i=0; while [ $i -lt 2 ]; do if ! nc -z "db-$i.db" 1; then S=0; fi; i=$((i+1)); done; done',
      want: FOREVER,
    },
    {
      name: 'a code that is compared',
      run: 'while true; do\ncode=$(curl -s -o /dev/null -w "%{http_code}" http://db/)\nif [ "$code" = 200 ]; then break; fi\nsleep 1\ndone',
      want: FOREVER,
    },
    {
      name: 'a status in a variable',
      run: 'RET=1\nuntil [ ${RET} -eq 0 ]; do\n  nc -z db 5432\n  RET=$?\n  sleep 1\ndone',
      want: FOREVER,
    },
    {
      name: 'a command in a variable, its status in another',
      run: 'CMD="mc alias set m http://db:9000 a b"\n$CMD\nST=$?\nuntil [ $ST = 0 ]; do n=$(expr $n + 1); [ $n -gt 9 ] && exit 1; $CMD; ST=$?; done',
      want: FAILS,
    },
    {
      name: 'a variable that is no status',
      run: 'N=1\nuntil [ $N -eq 5 ]; do\n  curl -s http://db/\n  N=$((N+1))\ndone',
      want: [],
    },
    { name: 'a loop that only looks', run: 'while true; do curl -s http://db/metrics; sleep 60; done', want: [] },
    {
      name: 'a loop that looks and never leaves',
      run: 'while true; do nc -z db 5432 && echo ok; sleep 60; done',
      want: [],
    },
    { name: 'a loop while it is up', run: 'while nc -z db 5432; do sleep 1; done', want: [] },
    { name: 'a loop until it is down', run: 'until ! nc -z db 5432; do sleep 1; done', want: [] },
    {
      name: 'while a red state is told',
      run: 'while curl -s http://db:9200/_cluster/health | grep -q red; do sleep 1; done',
      want: [],
    },
    {
      name: 'a page that is told from no answer',
      run: `while [ "$(curl -s -o /dev/null -w '%{http_code}' http://db/)" = 000 ]; do sleep 1; done`,
      want: FOREVER,
    },
    {
      name: 'a list in an echo',
      run: 'for h in $(echo $HOSTS | tr "," " "); do until nc -z ${h%%:*} 1; do sleep 1; done; done',
      env: { HOSTS: 'cache:6379,db:5432' },
      want: ['for-ever Service/cache', ...FOREVER],
    },
    {
      name: 'a word in an echo that is compared',
      run: 'if [ "$(echo $MODE | cut -c1)" = x ]; then until nc -z db 1; do sleep 1; done; fi',
      env: { MODE: 'y' },
      want: FOREVER,
    },
    {
      name: 'the arguments of a script in quotes',
      run: ['sh', '-c', 'until nc -z $0 $1; do sleep 1; done', 'db', '5432'],
      want: FOREVER,
    },
    {
      name: 'a server with its protocol',
      run: 'until sqlcmd -S tcp:db,1433 -Q "select 1"; do sleep 1; done',
      want: FOREVER,
    },
    {
      name: 'a list that is read',
      run: 'while read host; do if nc -z db 5432; then echo $host; fi; done < /hosts',
      want: [],
    },
  ]);
});

test('loops that give up', () => {
  check([
    { name: 'under timeout it fails', run: "timeout 300 bash -c 'until nc -z db 5432; do sleep 1; done'", want: FAILS },
    {
      name: 'under timeout and forgiven',
      run: "timeout 30 sh -c 'until nc -z db 5432; do sleep 1; done' || true",
      want: TRIES,
    },
    { name: 'forgiven but endless', run: 'until nc -z db 5432; do sleep 1; done || true', want: FOREVER },
    {
      name: 'a counter that goes on',
      run: 'for i in $(seq 1 30); do nc -z db 5432 && break; sleep 1; done\nmigrate',
      want: TRIES,
    },
    {
      name: 'a counter that fails',
      run: 'for i in 1 2 3; do nc -z db 5432 && exit 0; sleep 1; done; exit 1',
      want: FAILS,
    },
    { name: 'a counter of C', run: 'for ((i=0;i<9;i++)); do nc -z db 5432 && break; sleep 1; done', want: TRIES },
    {
      name: 'a counter in the condition',
      run: 'i=0; until nc -z db 5432 || [ $i -ge 30 ]; do i=$((i+1)); sleep 1; done',
      want: TRIES,
    },
    {
      name: 'a counter in the condition that fails',
      run: 'i=0\nwhile ! nc -z db 5432 && [ $i -lt 30 ]; do i=$((i+1)); sleep 1; done\n[ $i -lt 30 ] || exit 1',
      want: FAILS,
    },
    {
      name: 'a deadline in the body',
      run: 'until nc -z db 5432; do sleep 1; if [ $((n++)) -gt 9 ]; then exit 1; fi; done',
      want: FAILS,
    },
    {
      name: 'a deadline that breaks',
      run: 'until nc -z db 5432; do n=$((n+1)); [ $n -gt 9 ] && break; sleep 1; done',
      want: TRIES,
    },
    {
      name: 'an exit that is a success',
      run: 'until nc -z db 5432; do n=$((n+1)); [ $n -gt 9 ] && exit 0; sleep 1; done',
      want: TRIES,
    },
    {
      name: 'a break of a loop inside',
      run: 'until nc -z db 5432; do for i in 1 2; do sleep 1; break; done; done',
      want: FOREVER,
    },
    { name: 'a check that stands alone', run: 'nc -z db 5432', want: FAILS },
    { name: 'a check as the command', run: ['pg_isready', '-h', 'db'], want: FAILS },
    { name: 'a check that may fail', run: 'nc -z db 5432 || true', want: [] },
    { name: 'a check that is asked', run: 'if nc -z db 5432; then echo yes; fi', want: [] },
    { name: 'one request is no wait', run: 'curl -sf http://db/setup', want: [] },
    { name: 'a client is no wait', run: 'psql -h db -c "create database x"', want: [] },
    {
      name: 'one request of a container that is called after waiting',
      run: ['mongosh', '--host', 'db', '--eval', 'db.version()'],
      container: { name: 'wait-for-mongo' },
      want: FAILS,
    },
    {
      name: 'a program of such a container that names no host',
      run: ['/app/prepare'],
      env: { DB_HOST: 'db' },
      container: { name: 'wait-for-mesh' },
      want: [],
    },
    { name: 'a ping', run: ['mongosh', '--host', 'db', '--eval', 'db.runCommand({ping: 1})'], want: FAILS },
    { name: 'a request for health', run: ['wget', '-qO-', 'http://db:8080/healthz'], want: FAILS },
    { name: 'curl that tries again', run: 'curl --retry 30 --retry-connrefused http://db/', want: FAILS },
  ]);
});

test('tools that wait', () => {
  const image = (image: string, ...args: string[]): Pick<Case, 'run' | 'container'> => ({
    run: [],
    container: { image, args, command: undefined },
  });
  check([
    { name: 'wait-for-it', run: ['/wait-for-it.sh', 'db:5432', '-t', '60'], want: FAILS },
    { name: 'wait-for-it for ever', run: './wait-for-it.sh -t 0 db:5432 -- migrate', want: FOREVER },
    { name: 'wait-for-it, host and port apart', run: 'wait-for-it --host=db --port=5432', want: FAILS },
    {
      name: 'the command behind the wait is not waited for',
      run: 'wait-for-it other:1 -- run --peer db:5432',
      want: [],
    },
    { name: 'wait-for', run: 'wait-for db:5432 -- echo up', want: FAILS },
    {
      name: 'wait-for-it, and what is cut out of a variable',
      run: `wait-for-it.sh $(echo "$BROKER" | cut -d/ -f3) --timeout=20`,
      env: { BROKER: 'amqp://db:5672/vhost' },
      want: FAILS,
    },
    {
      name: 'kubernetes-entrypoint',
      run: ['kubernetes-entrypoint'],
      env: {
        DEPENDENCY_SERVICE: 'other:db,cache,elsewhere',
        DEPENDENCY_JOBS_JSON: '[{"name":"migrate","namespace":null},{"labels":{"app":"db"}}]',
        DEPENDENCY_POD_JSON: '',
      },
      want: ['for-ever Service/db', 'for-ever Service/cache', 'for-ever Job/migrate'],
    },
    {
      name: 'depends-on',
      ...image('opsfleet/depends-on', '-service=db', '-job', 'migrate'),
      want: ['for-ever Service/db', 'for-ever Job/migrate'],
    },
    { name: 'an image that is called wait', ...image('dokku/wait', '-c', 'db:5432'), want: FAILS },
    { name: 'cub', run: 'cub kafka-ready -b db:9092 1 30', want: FAILS },
    { name: 'wait-for-port', run: 'wait-for-port --host=db --state=inuse --timeout=120 5432;', want: FAILS },
    {
      name: 'dockerize',
      run: ['dockerize', '-wait', 'tcp://db:5432', '-timeout', '60s', 'run', '--to', 'http://cache:80'],
      want: FAILS,
    },
    { name: 'wait4x', run: ['wait4x', 'http', 'http://db:8080/ready', '--timeout', '5m'], want: FAILS },
    { name: 'wait4x for mysql', run: ['wait4x', 'mysql', 'u:p@tcp(db:3306)/x', '-t', '0'], want: FOREVER },
    { name: 'wait4x the other way', run: ['wait4x', 'tcp', 'db:5432', '--invert-check'], want: [] },
    { name: 'wait-on', run: ['npx-wait-on', 'tcp:db:5432'], want: FAILS },
    { name: 'an image that waits', ...image('ghcr.io/acme/wait-for-it:1', 'db:5432'), want: FAILS },
    { name: 'an image of wait4x', ...image('wait4x/wait4x:2', 'tcp', 'db:5432'), want: FAILS },
    {
      name: 'a library function and its variables',
      run: '. /lib.sh\nairflow_wait_for_db_connection',
      env: { AIRFLOW_DATABASE_HOST: 'db', AIRFLOW_REDIS_HOST: 'cache' },
      want: FAILS,
    },
    {
      name: 'k8s-wait-for a job',
      ...image('groundnuty/k8s-wait-for:v2.0', 'job-wr', 'migrate'),
      want: ['for-ever Job/migrate'],
    },
    {
      name: 'k8s-wait-for pods',
      ...image('groundnuty/k8s-wait-for:v2.0', 'pod', '-lapp=db'),
      want: ['for-ever StatefulSet/db'],
    },
    { name: 'k8s-wait-for a service', ...image('groundnuty/k8s-wait-for@sha256:0', 'service', 'db'), want: FOREVER },
    {
      name: 'kubectl wait for a job',
      run: 'kubectl wait --for=condition=complete --timeout=300s job/migrate',
      want: ['then-fails Job/migrate'],
    },
    {
      name: 'kubectl wait for ever',
      run: 'kubectl -n shop wait jobs.batch migrate --for condition=complete --timeout=-1s',
      want: ['for-ever Job/migrate'],
    },
    {
      name: 'kubectl wait for pods',
      run: ['kubectl', 'wait', 'pod', '--selector=app=db', '--for=condition=Ready'],
      want: ['then-fails StatefulSet/db'],
    },
    {
      name: 'kubectl wait for a pod of a StatefulSet',
      run: 'kubectl wait pod/db-0 --for=condition=Ready',
      want: ['then-fails StatefulSet/db'],
    },
    {
      name: 'a command of Django',
      run: 'python manage.py wait_for_db && python manage.py migrate',
      env: { DB_HOST: 'db' },
      want: FAILS,
    },
    { name: 'npx', run: 'npx wait-on tcp:db:5432', want: FAILS },
    {
      name: 'docker-compose-wait',
      run: '/wait && migrate',
      env: { WAIT_HOSTS: 'db:5432,other:1', DB_HOST: 'cache' },
      want: FAILS,
    },
    {
      name: 'kubectl where something was found',
      run: 'if kubectl get sts db; then kubectl rollout status sts/db; fi',
      want: ['then-goes-on StatefulSet/db'],
    },
    {
      name: 'kubectl behind a look',
      run: 'kubectl get sts db && kubectl rollout status sts/db',
      want: ['then-goes-on StatefulSet/db'],
    },
    { name: 'kubectl wait for deletion', run: 'kubectl wait --for=delete job/migrate', want: [] },
    { name: 'kubectl rollout status', run: 'kubectl rollout status sts/db', want: ['then-fails StatefulSet/db'] },
    {
      name: 'kubectl rollout status, forgiven',
      run: 'kubectl rollout status sts/db || true',
      want: ['then-goes-on StatefulSet/db'],
    },
    { name: 'kubectl rollout restart', run: 'kubectl rollout restart sts/db', want: [] },
    {
      name: 'kubectl get in a loop',
      run: "until kubectl get job migrate -o jsonpath='{.status.succeeded}' | grep 1; do sleep 1; done",
      want: ['for-ever Job/migrate'],
    },
    {
      name: 'kubectl get endpoints in a test',
      run: 'until [ -n "$(kubectl get ep db -o name)" ]; do sleep 1; done',
      want: FOREVER,
    },
    {
      name: 'kubectl get until nothing is left',
      run: 'while [[ $(kubectl get pods -l app=db --no-headers | tee /dev/stderr | wc -l) -gt 0 ]]; do sleep 5; done',
      want: [],
    },
    {
      name: 'kubectl get until a state is over',
      run: `while [ "$(kubectl get job migrate -o jsonpath='{.status.active}')" = "1" ]; do sleep 5; done`,
      want: [],
    },
    {
      name: 'kubectl get until there are some',
      run: 'while [ "$(kubectl get pods -l app=db -o name | wc -l)" -lt 1 ]; do sleep 5; done',
      want: ['for-ever StatefulSet/db'],
    },
    {
      name: 'kubectl get until there is an answer',
      run: 'while [ ! -n "$(kubectl get ep db -o name)" ]; do sleep 1; done',
      want: FOREVER,
    },
    { name: 'kubectl get once', run: 'kubectl get job migrate', want: [] },
    {
      name: 'kubectl in an image',
      ...image('bitnami/kubectl:1', 'wait', '--for=condition=complete', 'job/migrate'),
      want: ['then-fails Job/migrate'],
    },
    {
      name: 'python that loops',
      run: [
        'python3',
        '-c',
        'import socket, os, time\nwhile True:\n  try:\n    socket.create_connection((os.environ["DB_HOST"], 5432)); break\n  except OSError: time.sleep(1)',
      ],
      env: { DB_HOST: 'db' },
      want: FOREVER,
    },
    {
      name: 'python from a here-document',
      run: 'python - <<EOF\nimport socket\nwhile True:\n  socket.create_connection(("db", 1)); break\nEOF',
      want: FOREVER,
    },
    {
      name: 'node that loops',
      run: [
        'node',
        '-e',
        "const n=require('net');(function f(){n.connect(5432,'db').on('error',()=>setTimeout(f,1000))})()",
      ],
      want: FOREVER,
    },
    {
      name: 'python that only connects',
      run: ['python', '-c', 'import socket; socket.create_connection(("db", 1))'],
      want: [],
    },
  ]);
});

test('variables, functions and scripts', () => {
  const mount = (name: string, mountPath: string, subPath?: string): object => ({
    volumeMounts: [{ name, mountPath, ...(subPath !== undefined && { subPath }) }],
  });
  check([
    {
      name: 'a variable of the container',
      run: 'until nc -z $DB_HOST 1; do sleep 1; done',
      env: { DB_HOST: 'db' },
      want: FOREVER,
    },
    {
      name: 'a variable of Kubernetes',
      run: 'until nc -z $(DB_HOST) 1; do sleep 1; done',
      env: { DB_HOST: 'db' },
      want: FOREVER,
    },
    {
      name: 'variables made of variables',
      run: 'until curl http://$ADDR; do sleep 1; done',
      env: { H: 'db', ADDR: '$(H):80' },
      want: FOREVER,
    },
    {
      name: 'an escaped variable',
      run: 'until curl http://$ADDR; do sleep 1; done',
      env: { H: 'db', ADDR: '$$(H):80' },
      want: [],
    },
    { name: 'a default', run: 'until nc -z ${DB_HOST:-db} 1; do sleep 1; done', want: FOREVER },
    {
      name: 'a default that is not used',
      run: 'until nc -z ${DB_HOST:-db} 1; do sleep 1; done',
      env: { DB_HOST: 'elsewhere' },
      want: [],
    },
    { name: 'a default of a default', run: 'until nc -z "${A:-${B:-db}}" 1; do sleep 1; done', want: FOREVER },
    { name: 'an assignment', run: 'HOST=db; PORT=1\nuntil nc -z "$HOST" "$PORT"; do sleep 1; done', want: FOREVER },
    { name: 'an export', run: 'export PGHOST=db PGPORT=1; until pg_isready; do sleep 1; done', want: FOREVER },
    {
      name: 'a cut',
      run: 'until nc -z ${ADDR%%:*} ${ADDR##*:}; do sleep 1; done',
      env: { ADDR: 'db:5432' },
      want: FOREVER,
    },
    {
      name: 'a list',
      run: 'for h in db cache; do until nc -z $h 1; do sleep 1; done; done',
      want: [...FOREVER, 'for-ever Service/cache'],
    },
    {
      name: 'a list in a variable',
      run: 'for h in $HOSTS; do until nc -z ${h%:*} 1; do sleep 1; done; done',
      env: { HOSTS: 'db:1 cache:2' },
      want: [...FOREVER, 'for-ever Service/cache'],
    },
    {
      name: 'an array',
      run: ['bash', '-c', 'H=(db cache); for h in "${H[@]}"; do until nc -z $h 1; do sleep 1; done; done'],
      want: [...FOREVER, 'for-ever Service/cache'],
    },
    { name: 'an unknown namespace', run: 'until nc -z db.$NS.svc 1; do sleep 1; done', want: FOREVER },
    { name: 'an unknown host', run: 'until nc -z $HOST 1; do sleep 1; done', want: [] },
    {
      name: 'a default by hand',
      run: 'if [ -z "$HOST" ]; then HOST=db; fi\nuntil nc -z $HOST 1; do sleep 1; done',
      want: FOREVER,
    },
    {
      name: 'a branch that does not run',
      run: 'if [ "$KIND" = postgres ]; then until nc -z db 1; do sleep 1; done; fi',
      env: { KIND: 'mysql' },
      want: [],
    },
    {
      name: 'a branch that runs',
      run: 'if [[ $KIND != mysql ]]; then until nc -z db 1; do sleep 1; done; fi',
      env: { KIND: 'postgres' },
      want: FOREVER,
    },
    {
      name: 'a branch of which nobody knows',
      run: 'if [ "$KIND" = postgres ]; then until nc -z db 1; do sleep 1; done; fi',
      want: FOREVER,
    },
    {
      name: 'an else branch',
      run: 'if test -n "$KIND"; then true; else until nc -z db 1; do sleep 1; done; fi',
      env: { KIND: 'x' },
      want: [],
    },
    {
      name: 'an arm of a case',
      run: ['sh', '-c', 'case "$1" in wait) until nc -z db 1; do sleep 1; done;; *) true;; esac', '--', 'wait'],
      want: FOREVER,
    },
    {
      name: 'another arm of a case',
      run: [
        'sh',
        '-c',
        'case "$1" in wait) until nc -z db 1; do sleep 1; done;; run | start) true;; esac',
        '--',
        'run',
      ],
      want: [],
    },
    {
      name: 'an arm for all else',
      run: ['sh', '-c', 'case $1 in run) true;; *) until nc -z db 1; do sleep 1; done; esac', '--', 'x'],
      want: FOREVER,
    },
    {
      name: 'in the background',
      run: '(until nc -z db 1; do sleep 1; done) &\nmigrate',
      want: ['then-goes-on Service/db'],
    },
    { name: 'a function', run: 'w() { until nc -z "$1" "$2"; do sleep 1; done; }\nw db 5432', want: FOREVER },
    {
      name: 'a function in the condition',
      run: 'function up {\n  nc -z db 5432\n}\nuntil up; do sleep 1; done',
      want: FOREVER,
    },
    { name: 'a function that nobody calls', run: 'w() { until nc -z db 1; do sleep 1; done; }\necho w', want: [] },
    { name: 'a function that calls itself', run: 'w() { nc -z db 1 || w; }\nw', want: [] },
    { name: 'arguments of sh -c', run: ['sh', '-c', 'until nc -z $1 1; do sleep 1; done', '--', 'db'], want: FOREVER },
    { name: 'set --', run: 'set -- db; until nc -z $1 1; do sleep 1; done', want: FOREVER },
    { name: 'eval', run: 'C="nc -z db 1"; until eval "$C"; do sleep 1; done', want: FOREVER },
    {
      name: 'options of the shell',
      run: ['/bin/bash', '-euo', 'pipefail', '-c', 'until nc -z db 1; do sleep 1; done'],
      want: FOREVER,
    },
    {
      name: 'a mounted script',
      run: ['/scripts/wait.sh', 'db'],
      container: mount('scripts', '/scripts/'),
      want: FOREVER,
    },
    {
      name: 'a mounted script by its interpreter',
      run: 'bash /scripts/wait.sh db && migrate',
      container: mount('scripts', '/scripts'),
      want: FOREVER,
    },
    {
      name: 'a mounted script by its key and path',
      run: ['sh', '/s/renamed.sh', 'db'],
      container: mount('one', '/s'),
      want: FOREVER,
    },
    {
      name: 'a key that the volume leaves out',
      run: ['sh', '/s/wait.sh', 'db'],
      container: mount('one', '/s'),
      want: [],
    },
    {
      name: 'a mounted file',
      run: ['/usr/bin/w', 'db'],
      container: mount('scripts', '/usr/bin/w', 'wait.sh'),
      want: FOREVER,
    },
    {
      name: 'a mounted script in another language',
      run: ['/scripts/wait.py'],
      container: mount('scripts', '/scripts'),
      want: FOREVER,
    },
    {
      name: 'a library that is read',
      run: '. /scripts/functions; wait_up db 1',
      container: mount('scripts', '/scripts'),
      want: FOREVER,
    },
    { name: 'a script that is not mounted', run: ['/scripts/wait.sh', 'db'], want: [] },
    {
      name: 'a key of a ConfigMap',
      run: 'until nc -z $H 1; do sleep 1; done',
      container: { env: [{ name: 'H', valueFrom: { configMapKeyRef: { name: 'scripts', key: 'HOST' } } }] },
      want: FOREVER,
    },
    {
      name: 'a key of a Secret',
      run: 'until nc -z $H 1; do sleep 1; done',
      container: { env: [{ name: 'H', valueFrom: { secretKeyRef: { name: 'secrets', key: 'HOST' } } }] },
      want: FOREVER,
    },
    {
      name: 'all keys with a prefix',
      run: 'until psql "$DB_URL" -c "select 1"; do sleep 1; done',
      container: { envFrom: [{ prefix: 'DB_', secretRef: { name: 'secrets' } }] },
      want: FOREVER,
    },
    { name: 'a here-document for a shell', run: 'sh <<"EOF"\nuntil nc -z db 1; do sleep 1; done\nEOF', want: FOREVER },
    { name: 'the variables of Services', run: 'until nc -z $DB_SERVICE_HOST 1; do sleep 1; done', want: FOREVER },
  ]);
});

test('names that are no wait', () => {
  check([
    { name: 'a comment', run: '# until nc -z db 5432; do sleep 1; done\nmigrate', want: [] },
    { name: 'a text', run: 'echo "until nc -z db 5432; do sleep 1; done"', want: [] },
    {
      name: 'a text in a loop',
      run: 'until test -f /ready; do echo "waiting for http://db:5432"; sleep 1; done',
      want: [],
    },
    { name: 'a here-document for a file', run: 'cat > /x <<EOF\nuntil nc -z db 5432; do sleep 1; done\nEOF', want: [] },
    { name: 'a longer name', run: 'until nc -z db-archive 5432; do sleep 1; done', want: [] },
    { name: 'a longer name behind', run: 'until nc -z shop-db 5432; do sleep 1; done', want: [] },
    { name: 'a host outside', run: 'until nc -z db.example.com 5432; do sleep 1; done', want: [] },
    { name: 'a host outside that has the namespace form', run: 'until nc -z db.com 5432; do sleep 1; done', want: [] },
    { name: 'a database of that name', run: 'until psql -h elsewhere -d db; do sleep 1; done', want: [] },
    { name: 'a user of that name', run: 'until mysql -u db -h elsewhere; do sleep 1; done', want: [] },
    { name: 'a file of that name', run: 'until [ -f db ]; do sleep 1; done', want: [] },
    { name: 'a path', run: 'until curl http://elsewhere/db; do sleep 1; done', want: [] },
    { name: 'localhost', run: 'until pg_isready -h 127.0.0.1; do sleep 1; done', env: { DB_HOST: 'db' }, want: [] },
    {
      name: 'a client of localhost',
      run: 'until redis-cli ping; do sleep 1; done',
      env: { REDIS_HOST: 'cache' },
      want: [],
    },
    { name: 'sleep', run: 'sleep 30; echo db', want: [] },
    { name: 'the builtin wait', run: 'migrate db:5432 & wait', want: [] },
    {
      name: 'a sidecar',
      run: 'until nc -z db 5432; do sleep 1; done',
      container: { restartPolicy: 'Always' },
      want: [],
    },
    { name: 'broken quotes', run: 'until nc -z "db 5432; do sleep 1; done', want: [] },
    { name: 'nothing', run: [], want: [] },
  ]);
});

test('DNS names', () => {
  const waits = (host: string): string[] =>
    waitsIn({ name: '', run: `until nc -z ${host} 1; do sleep 1; done`, want: [] });
  for (const host of [
    'db',
    'DB',
    'db.',
    'db.shop',
    'db.shop.svc',
    'db.shop.svc.cluster.local',
    'db.shop.svc.cluster.local.',
    'db-0.db',
    'db-12.db.shop.svc',
  ])
    assert.deepEqual(waits(host), FOREVER, host);
  for (const host of ['db-0', 'x.db', 'db.shop.example.com', 'db_0', '10.0.0.1', 'db.io', 'my-db.db2', 'db.shop.pod'])
    assert.deepEqual(waits(host), [], host);
});
