import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { waitsOf } from '../../../src/check/waits/waits.ts';
import { placementNamed, releaseOf } from '../../support/release.ts';

const RELEASE: readonly object[] = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec: { selector: { app: 'db' } } },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'db' }] } } },
  },
];

/** Whether the script insists on what it waits for, where it is not there yet. */
function insists(script: string): boolean {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'hook' },
    spec: { template: { spec: { containers: [{ name: 'main', image: 'tools', command: ['sh', '-c', script] }] } } },
  };
  const release = releaseOf([...RELEASE, job].map((value) => stringify(value)).join('---\n'));
  const waits = waitsOf(placementNamed(release.placements, 'Job/hook'), release);
  return waits.some(({ patience }) => patience !== 'then-goes-on');
}

const WAIT = 'kubectl rollout status sts/db';

test('a script that ends where nothing is there does not wait on a first install', () => {
  for (const [name, script] of Object.entries({
    'a question, or the end': `kubectl get sts db || exit 0\n${WAIT}`,
    'an end in braces': `kubectl get sts db || { echo "nothing to do"; exit 0; }\n${WAIT}`,
    'an if that is turned round': `if ! kubectl get sts db; then echo fresh; exit 0; fi\n${WAIT}`,
    'an empty answer': `if [ -z "$(kubectl get sts db -o name)" ]; then exit 0; fi\n${WAIT}`,
    'an empty answer in a variable': `A=$(kubectl get sts -l app=db)\nif [ -z "$A" ]; then exit 0; fi\n${WAIT}`,
    'an empty answer in a local variable': `f() { local A=$(kubectl get sts); if [[ -z $A ]]; then return; fi; ${WAIT}; }; f`,
    'no pods': `N=$(kubectl get pods -l app=db | wc -l); if [ "$N" -eq 0 ]; then exit 0; fi; ${WAIT}`,
    'the status of the question': `kubectl get sts db\nif [ $? -ne 0 ]; then exit 0; fi\n${WAIT}`,
    'the other branch': `if kubectl get sts db; then echo update; else exit 0; fi\n${WAIT}`,
    'a port that is asked once': 'if ! nc -z db 5432; then exit 0; fi; until pg_isready -h db; do sleep 1; done',
  }))
    assert.equal(insists(script), false, name);
});

test('a script that goes on where nothing is there waits', () => {
  for (const [name, script] of Object.entries({
    'no guard': WAIT,
    'an end where something is there': `if kubectl get secret done; then exit 0; fi\n${WAIT}`,
    'an answer that is there': `if [ -n "$(kubectl get secret done -o name)" ]; then exit 0; fi\n${WAIT}`,
    'an answer that is expected': `A=$(kubectl get job done -o name); if [ "$A" = 1 ]; then exit 0; fi\n${WAIT}`,
    'an end with an error': `kubectl get ns shop || exit 1\n${WAIT}`,
    'a guard without an end': `if ! kubectl get sts db; then echo fresh; fi\n${WAIT}`,
    'a guard behind it': `${WAIT}\nkubectl get sts db || exit 0`,
    'a setting that is empty': `if [ -z "$DEBUG" ]; then exit 0; fi\n${WAIT}`,
    'the end of another function': `f() { kubectl get sts db || return 0; echo ok; }\nf\n${WAIT}`,
  }))
    assert.equal(insists(script), true, name);
});

test('the elements of an array are hosts, each or one of them', () => {
  for (const script of [
    'H=(cache db); for h in "${H[@]}"; do until nc -z "$h" 1; do sleep 1; done; done',
    'H=(cache db); until nc -z "${H[1]}" 1; do sleep 1; done',
    'H=(db cache); for i in "${!H[@]}"; do until nc -z "${H[$i]}" 1; do sleep 1; done; done',
  ])
    assert.equal(insists(script), true, script);
  assert.equal(insists('H=(cache db); until nc -z "${H[0]}" 1; do sleep 1; done'), false);
});

test('an answer that is kept in a local variable is waited for', () => {
  const loop =
    'f() { while true; do local A=$(init --host=db:1 2>&1); if [[ $A =~ done ]]; then break; fi; sleep 5; done; }; f';
  assert.equal(insists(loop), true);
  assert.equal(insists('f() { local A=$(init --host=db:1); echo $A; }; f'), false);
});

test('modules and tools that wait for a host', () => {
  assert.equal(insists('python -m app.wait_for_db --host db'), true);
  assert.equal(insists('python -m app.waiters --host db'), false);
  assert.equal(insists('until openssl s_client -connect db:5432; do sleep 1; done'), true);
  assert.equal(insists('until openssl req -subj /CN=db:5432; do sleep 1; done'), false);
});

test('databases and buckets that are called like a Service are no hosts', () => {
  assert.equal(insists('until mongo --host db.example.com db --eval 1; do sleep 1; done'), false);
  assert.equal(insists('until mongo --host=db db --eval 1; do sleep 1; done'), true);
  assert.equal(insists('until aws s3 ls s3://db; do sleep 1; done'), false);
  assert.equal(insists('until gsutil ls gs://db/backups; do sleep 1; done'), false);
  assert.equal(insists('until client redis://db; do sleep 1; done'), true);
});

test('PHP connects to what its data source names', () => {
  assert.equal(insists(`until php -r "new PDO('mysql:host=db', 'a');"; do sleep 1; done`), true);
  assert.equal(insists(`until php -r "new PDO('sqlite:db');"; do sleep 1; done`), false);
});
