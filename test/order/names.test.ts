import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { JobName, Rule } from '../../src/model/config.ts';
import { valueAt } from '../../src/model/json.ts';
import type { Placement } from '../../src/model/plan.ts';
import { renameJobs } from '../../src/order/names.ts';
import { releaseOf } from '../support/release.ts';

const TIMESTAMP: JobName = { suffix: 'timestamp', format: 'unix' };
const HASH: JobName = { suffix: 'hash' };
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

const job = (
  name: string,
  spec = '{ template: { spec: { containers: [{ name: m, args: [up] }] } } }',
  more = '',
): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n  annotations: { helm.sh/hook: pre-upgrade${more} }\nspec: ${spec}\n`;

function rename(text: string, rules: Readonly<Record<string, Partial<Rule>>>) {
  return renameJobs(releaseOf(text, { rules }), { now: () => 1732147200, digest });
}

const nameOf = ({ placements }: { placements: readonly Placement[] }, at = 0): string => placements[at]?.name ?? '';
const read = (placement: Placement | undefined, ...path: readonly (string | number)[]) =>
  valueAt(placement?.value(), path);

test('a timestamp is appended once, and the old name kept where tools look for it', () => {
  const long = `${'very-long-release-name-'.repeat(3)}migrate`;
  for (const { name, text, jobName, want, base } of [
    { name: 'unix', text: job('db'), jobName: TIMESTAMP, want: 'db-1732147200', base: 'db' },
    {
      name: 'utc',
      text: job('db'),
      jobName: { suffix: 'timestamp', format: 'utc' },
      want: 'db-20241121t000000z',
      base: 'db',
    },
    {
      name: 'a chart that stamps is not stamped again',
      text: job('db-1700000000'),
      jobName: TIMESTAMP,
      want: 'db-1700000000',
      base: 'db',
    },
    {
      name: 'nor is what hookorder stamped before',
      text: job('db-1700000000', undefined, ', hookorder.io/base-name: db'),
      jobName: TIMESTAMP,
      want: 'db-1700000000',
      base: 'db',
    },
    {
      name: 'a name that ends in digits is no stamp',
      text: job('db-v2-42'),
      jobName: TIMESTAMP,
      want: 'db-v2-42-1732147200',
      base: 'db-v2-42',
    },
    {
      name: 'generateName gives way to a name',
      text: job('x').replace('name: x', 'generateName: db-'),
      jobName: TIMESTAMP,
      want: 'db-1732147200',
      base: 'db',
    },
    {
      name: 'the base is cut, never the suffix',
      text: job(long),
      jobName: TIMESTAMP,
      want: `${long.slice(0, 45)}-${digest(long).slice(0, 6)}-1732147200`,
      base: long,
    },
  ] as const) {
    const { placements } = rename(text, { [/name: (\S+)/.exec(text)?.[1] ?? '']: { jobName }, '': { jobName } });
    const [placement] = placements;
    assert.equal(placement?.name, want, name);
    assert.ok(want.length <= 63, name);
    assert.equal(read(placement, 'metadata', 'name'), want, name);
    for (const key of ['hookorder.io/base-name', 'helm-diff/base-name'])
      assert.equal(read(placement, 'metadata', 'annotations', key), base, name);
  }
});

test('a hash follows what the Job would do, and nothing else', () => {
  const config = (name: string, data: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: ${data} }\n`;
  const hashed = (args: string, data: string, others = 'x', comment = ''): string => {
    const container = `{ name: m, args: [${args}], envFrom: [{ configMapRef: { name: conf } }] }`;
    const text = job('db', `{ template: { spec: { containers: [${container}] } } }`);
    return nameOf(
      rename(`${comment}${text}---\n${config('conf', data)}---\n${config('other', others)}`, { db: { jobName: HASH } }),
    );
  };
  const first = hashed('up', 'one');
  assert.match(first, /^db-[0-9a-f]{8}$/);
  assert.equal(hashed('up', 'one', 'y', '# a comment\n'), first);
  assert.notEqual(hashed('up', 'two'), first);
  assert.notEqual(hashed('down', 'one'), first);
});

test('rendering again keeps a hash', () => {
  const first = rename(job('db'), { db: { jobName: HASH } }).placements[0];
  const again = JSON.stringify(first?.value());
  assert.equal(nameOf(rename(`${again}\n`, { [first?.name ?? '']: { jobName: HASH } })), first?.name);
});

test('a hook with a unique name gets a time to live, a plain Job does not: Helm would run it again', () => {
  const ttl = (rule: Partial<Rule>, text = job('db')) =>
    read(rename(text, { db: { jobName: TIMESTAMP, ...rule } }).placements[0], 'spec', 'ttlSecondsAfterFinished');
  assert.equal(ttl({}), 86_400);
  assert.equal(ttl({}, job('db', '{ ttlSecondsAfterFinished: 60 }')), 60);
  assert.equal(ttl({ plain: true }), undefined);
});

const pod = (container: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec: { containers: [${container}] }\n`;
const CONTAINER = ['spec', 'containers', 0];

test('what surely means the Job follows it', () => {
  for (const { name, text, path, want } of [
    {
      name: 'kubectl wait job/NAME',
      text: pod('{ args: [kubectl, wait, job/db] }'),
      path: [...CONTAINER, 'args', 2],
      want: 'job/db-1732147200',
    },
    {
      name: 'an argument of its own after job',
      text: pod('{ args: [job-wr, db] }'),
      path: [...CONTAINER, 'args', 1],
      want: 'db-1732147200',
    },
    {
      name: 'in a script, with flags between',
      text: pod('{ command: [sh, -c, "kubectl delete job --ignore-not-found db; echo db"] }'),
      path: [...CONTAINER, 'command', 2],
      want: 'kubectl delete job --ignore-not-found db-1732147200; echo db',
    },
    {
      name: 'with its group, twice',
      text: pod('{ args: ["jobs.batch/db and job db"] }'),
      path: [...CONTAINER, 'args', 0],
      want: 'jobs.batch/db-1732147200 and job db-1732147200',
    },
    {
      name: 'resourceNames about jobs',
      text: 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: r }\nrules: [{ resources: [jobs], resourceNames: [other, db] }]\n',
      path: ['rules', 0, 'resourceNames', 1],
      want: 'db-1732147200',
    },
  ]) {
    const { placements, findings } = rename(`${job('db')}---\n${text}`, { db: { jobName: TIMESTAMP } });
    assert.equal(read(placements[1], ...path), want, name);
    assert.deepEqual(findings, [], name);
  }
});

test('what may mean the Job is reported, and what only looks like it is left alone', () => {
  for (const { name, text, codes } of [
    {
      name: 'a variable called …JOB…',
      text: pod('{ env: [{ name: WAIT_JOB, value: db }] }'),
      codes: ['name/mention-not-renamed'],
    },
    {
      name: 'a line that talks of the job',
      text: pod('{ command: [sh, -c, "JOB=db; kubectl wait job $JOB"] }'),
      codes: ['name/mention-not-renamed'],
    },
    {
      name: 'a script in a ConfigMap',
      text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: kubectl wait job/db }\n',
      codes: ['name/mention-not-renamed'],
    },
    { name: 'a variable with that value', text: pod('{ env: [{ name: HOST, value: db }] }'), codes: [] },
    { name: 'a longer name', text: pod('{ args: [job/db-two, job/a-db, "job db.svc"] }'), codes: [] },
    {
      name: 'a ServiceAccount of the same name',
      text: 'apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec: { serviceAccountName: db, containers: [] }\n',
      codes: [],
    },
    {
      name: 'resourceNames about something else',
      text: 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: r }\nrules: [{ resources: [secrets], resourceNames: [db] }]\n',
      codes: [],
    },
  ]) {
    const { findings, patches } = rename(`${job('db')}---\n${text}`, { db: { jobName: TIMESTAMP } });
    assert.deepEqual(
      findings.map((finding) => finding.code),
      codes,
      name,
    );
    assert.deepEqual(
      patches.map((patch) => patch.resource.kind),
      ['Job'],
      name,
    );
  }
});

test('a Job that mentions another is hashed with its new name', () => {
  const waiting = job('b', '{ template: { spec: { containers: [{ name: m, args: [wait, job/db] }] } } }');
  const names = (args: string): string =>
    nameOf(
      rename(`${waiting}---\n${job('db', `{ template: { spec: { containers: [{ name: m, args: [${args}] }] } } }`)}`, {
        db: { jobName: HASH },
        b: { jobName: HASH },
      }),
    );
  assert.notEqual(names('one'), names('two'));
});
