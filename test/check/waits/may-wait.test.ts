/** The look at words, and that it never hides a wait: see also the tables of scripts.test.ts, which ask both ways. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { podSpecOf } from '../../../src/release/references.ts';
import { readWaits, waitsOf } from '../../../src/waits/find.ts';
import { mayWait } from '../../../src/waits/may-wait.ts';
import { CORPUS } from '../../support/files.ts';
import { placementNamed, releaseOf } from '../../support/release.ts';

const SCRIPTS = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'scripts' },
  data: { 'run.sh': 'until nc -z db 1; do :; done', TOOL: 'wait-for-it' },
};
const MOUNT = { volumeMounts: [{ name: 'scripts', mountPath: '/scripts/' }] };

interface Case {
  readonly name: string;
  readonly container: object;
  readonly init?: boolean;
  readonly want: boolean;
}

const cases: readonly Case[] = [
  { name: 'one program', container: { command: ['python', 'manage.py', 'migrate'] }, want: false },
  { name: 'only an image', container: { image: 'registry/migrate:1' }, want: false },
  { name: 'one program of a shell', container: { command: ['sh', '-c', 'exec rails db:migrate'] }, want: false },
  { name: 'a loop', container: { args: ['sh', '-c', 'WHILE=1; while ! nc -z db 1; do :; done'] }, want: true },
  { name: 'a loop of another language', container: { command: ['node', '-e', 'setInterval(f, 1)'] }, want: true },
  {
    name: 'an image that is a tool',
    container: { image: 'groundnuty/k8s-wait-for:1', args: ['pod', '-lapp=db'] },
    want: true,
  },
  {
    name: 'a variable that says nothing',
    container: { command: ['sh', '-c', 'migrate $DSN'], env: [{ name: 'DSN', value: 'postgres://db' }] },
    want: false,
  },
  {
    name: 'a variable of the container',
    container: { command: ['$(TOOL)', 'db:1'], env: [{ name: 'TOOL', value: 'wait-for-it' }] },
    want: true,
  },
  {
    name: 'a variable of the stream',
    container: { command: ['$(TOOL)', 'db:1'], envFrom: [{ configMapRef: { name: 'scripts' } }] },
    want: true,
  },
  {
    name: 'a variable that no word uses',
    container: { command: ['go'], env: [{ name: 'TOOL', value: 'wait-for-it' }] },
    want: false,
  },
  { name: 'a script of the stream', container: { command: ['/scripts/run.sh'], ...MOUNT }, want: true },
  { name: 'a script beside it', container: { command: ['./run.sh'], ...MOUNT }, want: true },
  { name: 'a script that a variable names', container: { command: ['sh', '-c', '$RUN'], ...MOUNT }, want: true },
  { name: 'a mount that no word names', container: { command: ['migrate'], ...MOUNT }, want: false },
  { name: 'an init container', container: { command: ['nc', '-z', 'db', '1'] }, init: true, want: true },
];

for (const { name, container, init, want } of cases)
  test(`${want ? 'may wait' : 'surely waits for nothing'}: ${name}`, () => {
    const spec = {
      [init ? 'initContainers' : 'containers']: [{ name: 'main', image: 'app', ...container }],
      volumes: [{ name: 'scripts', configMap: { name: 'scripts' } }],
    };
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'hook' }, spec: { template: { spec } } };
    const release = releaseOf(`${stringify(SCRIPTS)}---\n${stringify(job)}`);
    assert.equal(mayWait(placementNamed(release.placements, 'Job/hook'), release), want);
  });

/** For each of the words a call that waits and has no other of them. */
const calls: readonly (readonly string[])[] = [
  ['sh', '-c', 'while ! nc -z db 1; do :; done'],
  ['sh', '-c', 'until nc -z db 1; do :; done'],
  ['sh', '-c', 'for i in 1 2; do nc -z db 1 && break; done'],
  ['ruby', '-rsocket', '-e', 'loop { TCPSocket.new("db", 1) }'],
  ['curl', '--retry', '9', 'http://db:1'],
  ['wait4x', 'tcp', 'db:1'],
  ['kubectl', 'rollout', 'status', 'sts/db'],
  ['node', '-e', 'setTimeout(() => net.connect(1, "db"), 1)'],
  ['node', '-e', 'setInterval(() => net.connect(1, "db"), 1)'],
  ['cub', 'kafka-ready', '-b', 'db:1', '1', '30'],
  ['kubernetes-entrypoint'],
  ['depends-on', '-service=db'],
];

for (const command of calls)
  test(`a look at the words does not hide ${command.join(' ')}`, () => {
    const env = [{ name: 'DEPENDENCY_SERVICE', value: 'db' }];
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'hook' },
      spec: { template: { spec: { containers: [{ name: 'main', image: 'app', command, env }] } } },
    };
    const server = ['Service', 'StatefulSet'].map((kind) => ({ apiVersion: 'v1', kind, metadata: { name: 'db' } }));
    const release = releaseOf([...server, job].map((value) => stringify(value)).join('---\n'));
    const hook = placementNamed(release.placements, 'Job/hook');
    assert.notDeepEqual(readWaits(hook, release), []);
    assert.deepEqual(waitsOf(hook, release), readWaits(hook, release));
  });

const files = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];

test('real streams: a look at the words hides no wait', { skip: files.length === 0 && 'no corpus' }, () => {
  let waiting = 0;
  let spared = 0;
  for (const file of files) {
    const release = releaseOf(readFileSync(join(CORPUS, file), 'utf8'));
    for (const placement of release.placements) {
      const waits = readWaits(placement, release);
      assert.deepEqual(waitsOf(placement, release), waits, `${file}: ${placement.name}`);
      if (waits.length > 0) waiting++;
      if (podSpecOf(placement) && !mayWait(placement, release)) spared++;
    }
  }
  assert.ok(waiting > 20 && spared > 20, `${waiting} wait, ${spared} are spared`);
});
