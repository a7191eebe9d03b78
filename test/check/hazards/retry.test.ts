/** What a retry, a rollback and an uninstall do after a failure: each class with siblings, and near misses that stay silent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingCode } from '../../../src/model/finding.ts';
import { order } from '../../support/pipeline.ts';

interface Case {
  readonly name: string;
  readonly in: readonly string[];
  /** `severity first word` of each finding of the code. */
  readonly want?: readonly string[];
  readonly config?: string;
  readonly options?: Parameters<typeof order>[2];
}

function check(code: FindingCode, cases: readonly Case[]): void {
  for (const { name, in: documents, want = [], config, options } of cases)
    test(`${code}: ${name}`, () => {
      const head = 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n';
      const { findings } = order(documents.join('---\n'), config === undefined ? undefined : head + config, {
        needsConfig: false,
        scope: 'all',
        severity: 'info',
        ...options,
      });
      const found = findings.filter((finding) => finding.code === code);
      assert.deepEqual(
        found.map(({ severity, message }) => `${severity} ${message.split(' ')[0]}`),
        want,
        found.map(({ message }) => message).join('\n'),
      );
    });
}

interface Parts {
  readonly policy?: string;
  readonly command?: string;
  readonly reads?: string;
  readonly deadline?: number;
}

const job = (name: string, events: string | undefined, parts: Parts = {}): string => {
  const { policy = 'before-hook-creation', command = 'shop work', reads, deadline } = parts;
  const annotations =
    events === undefined
      ? ''
      : `\n  annotations: { helm.sh/hook: "${events}", helm.sh/hook-delete-policy: "${policy}" }`;
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}${annotations}
spec:
  ${deadline === undefined ? 'backoffLimit: 1' : `activeDeadlineSeconds: ${deadline}`}
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: c, image: shop, command: [${command.split(' ').join(', ')}]${reads === undefined ? '' : `, envFrom: [{ configMapRef: { name: ${reads} } }]`} }
`;
};
const object = (kind: string, name: string, events?: string, policy = 'hook-succeeded'): string => `apiVersion: v1
kind: ${kind}
metadata:
  name: ${name}
${events === undefined ? '' : `  annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "-5", helm.sh/hook-delete-policy: "${policy}" }\n`}`;
const APP = `apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec: { template: { spec: { containers: [{ name: c, image: shop }] } } }
`;
const MAP = object('ConfigMap', 'settings');
const CHECK = job('check', 'pre-install');
const COPY =
  '  - { name: work, match: { kind: Job, name: work }, events: [post-install, pre-upgrade], dependencies: copy }\n';

check('retry/blocked', [
  {
    name: 'a hook of upgrades needs what a failed first install has not made',
    in: [CHECK, job('work', 'post-install,pre-upgrade', { reads: 'settings' }), MAP],
    want: ['info Job/work'],
  },
  {
    name: 'at upgrades only',
    in: [CHECK, job('work', 'pre-upgrade', { reads: 'settings' }), MAP],
    want: ['info Job/work'],
  },
  { name: 'copies are there', in: [CHECK, job('work', undefined, { reads: 'settings' }), MAP], config: COPY },
  {
    name: 'it brings its own',
    in: [
      CHECK,
      job('work', 'post-install,pre-upgrade', { reads: 'settings' }),
      object('ConfigMap', 'settings', 'pre-install,pre-upgrade', 'before-hook-creation'),
    ],
  },
  { name: 'it comes after the release', in: [CHECK, job('work', 'post-upgrade', { reads: 'settings' }), MAP] },
  { name: 'nothing can fail before the release', in: [job('work', 'pre-upgrade', { reads: 'settings' }), MAP] },
  { name: 'what it needs is no part of the release', in: [CHECK, job('work', 'pre-upgrade', { reads: 'settings' })] },
  {
    name: 'its own first run has a finding already',
    in: [CHECK, job('work', 'pre-install,pre-upgrade', { reads: 'settings' }), MAP],
  },
  {
    name: 'client-side, an account that only success takes away is in the way',
    in: [object('ServiceAccount', 'runner', 'pre-upgrade'), job('work', 'pre-upgrade')],
    options: { version: '3.22' },
    want: ['info ServiceAccount/runner'],
  },
  {
    name: 'server-side it is applied',
    in: [object('ServiceAccount', 'runner', 'pre-upgrade'), job('work', 'pre-upgrade')],
  },
  {
    name: 'client-side, with before-hook-creation',
    in: [
      object('ServiceAccount', 'runner', 'pre-upgrade', 'before-hook-creation,hook-succeeded'),
      job('work', 'pre-upgrade'),
    ],
    options: { version: '3.22' },
  },
  {
    name: 'client-side, nothing comes after it',
    in: [object('ServiceAccount', 'runner', 'pre-upgrade')],
    options: { version: '3.22' },
  },
]);

const MIGRATES = { command: 'alembic upgrade head' };
const STAMPED = (deadline: string): string =>
  `  - { name: m, match: { kind: Job, name: m }, events: [pre-upgrade], jobName: timestamp${deadline} }\n`;

check('retry/runs-twice', [
  { name: 'the last run is deleted while it goes on', in: [job('m', 'pre-upgrade', MIGRATES)], want: ['info Job/m'] },
  { name: 'at installs', in: [job('m', 'post-install,pre-upgrade', MIGRATES)], want: ['info Job/m'] },
  {
    name: 'each run has a name of its own',
    in: [job('m', undefined, MIGRATES)],
    config: STAMPED(''),
    want: ['warning Job/m-1732147200'],
  },
  {
    name: 'the chart gives each run a name',
    in: [job('m-1732147200', 'pre-upgrade', MIGRATES)],
    want: ['info Job/m-1732147200'],
  },
  {
    name: 'a name of its own, and a deadline',
    in: [job('m', undefined, MIGRATES)],
    config: STAMPED(', job: { activeDeadlineSeconds: 60 }'),
  },
  { name: 'a deadline ends it first', in: [job('m', 'pre-upgrade', { ...MIGRATES, deadline: 60 })] },
  {
    name: 'a deadline that comes too late',
    in: [job('m', 'pre-upgrade', { ...MIGRATES, deadline: 900 })],
    want: ['info Job/m'],
  },
  { name: 'it does not migrate', in: [job('report', 'pre-upgrade', { command: 'shop report' })] },
  {
    name: 'it takes old migrations away',
    in: [job('sweep', 'pre-upgrade', { command: 'kubectl delete job -l component=migrate' })],
  },
  { name: 'the next one waits for it', in: [job('m', 'pre-upgrade', { ...MIGRATES, policy: 'keep' })] },
  { name: 'a retry does not run it', in: [job('m', 'post-install', MIGRATES)] },
]);

check('rollback/old-app-new-schema', [
  { name: 'no hook of a rollback', in: [job('m', 'pre-upgrade', MIGRATES), APP], want: ['info Job/m'] },
  { name: 'after the upgrade', in: [job('m', 'post-upgrade', MIGRATES), APP], want: ['info Job/m'] },
  {
    name: 'the deployer rolls back by itself',
    in: [job('m', 'pre-upgrade', MIGRATES), APP],
    options: { rollbackOnFailure: true },
    want: ['warning Job/m'],
  },
  {
    name: 'a hook of the rollback',
    in: [job('m', 'pre-upgrade', MIGRATES), job('back', 'pre-rollback', { command: 'alembic downgrade -1' }), APP],
  },
  { name: 'it also runs at rollbacks', in: [job('m', 'pre-upgrade,pre-rollback', MIGRATES), APP] },
  { name: 'at installs only', in: [job('m', 'post-install', MIGRATES), APP] },
  { name: 'there is no app', in: [job('m', 'pre-upgrade', MIGRATES)] },
  { name: 'it only looks', in: [job('m', 'pre-upgrade', { command: 'alembic current' }), APP] },
  { name: 'it does something else', in: [job('report', 'pre-upgrade', { command: 'shop report' }), APP] },
]);
