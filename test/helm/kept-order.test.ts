/** What a real Helm does with entries that say nothing about order, with names that would turn ties round, and with what is dropped. */
import assert from 'node:assert/strict';
import { startCluster } from '../support/cluster.ts';
import { HELM_4, helmTest, installHookorder, writeChart } from '../support/helm.ts';

const CONFIG = 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n';
const job = (name: string, weight: string | undefined): string => `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
${weight === undefined ? '' : `    helm.sh/hook-weight: ${weight}\n`}spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: main, image: x, command: [app] }] }
`;
const PLAIN = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain }\n';

for (const { name, jobs, entries, want } of [
  {
    name: 'a policy alone keeps the weights',
    jobs: [job('x-backup', '"-10"'), job('migrate', '"-5"')],
    entries: '  - { name: b, match: { name: "*-backup" }, deletePolicy: [before-hook-creation] }\n',
    want: ['x-backup', 'migrate'],
  },
  {
    name: 'one entry for all keeps the weights, absent and invalid ones too',
    jobs: [job('z', '"-1"'), job('b', '"high"'), job('c', undefined), job('a', '"1"')],
    entries: '  - { name: all, match: { kind: Job }, outputLogPolicy: [hook-failed] }\n',
    want: ['z', 'b', 'c', 'a'],
  },
  {
    name: 'names that would turn ties round',
    jobs: [job('db', undefined), job('db-0', undefined), job('db-00', undefined), job('e', '"1"')],
    entries: '  - { name: db, match: { kind: Job, name: "db*" }, jobName: timestamp }\n',
    want: ['db', 'db-0', 'db-00', 'e'],
  },
  {
    name: 'events of its own beside hooks that stay',
    jobs: [job('x-backup', '"-10"'), job('migrate', '"-5"'), job('a', '"3"')],
    entries: '  - { name: b, match: { name: "*-backup" }, events: [pre-install, pre-upgrade] }\n',
    want: ['x-backup', 'migrate', 'a'],
  },
  {
    name: 'a dropped hook does not run',
    jobs: [job('one', '"-10"'), job('two', '"-5"')],
    entries: '  - { name: b, match: { name: one }, drop: true }\n',
    want: ['two'],
  },
])
  helmTest(`run order: ${name}`, HELM_4, async (helm) => {
    const cluster = await startCluster();
    try {
      const chart = writeChart(helm, 'demo', {
        ...Object.fromEntries(jobs.map((text, at) => [`job-${at}.yaml`, text])),
        'plain.yaml': PLAIN,
      });
      const use = installHookorder(helm, CONFIG + entries);
      const { status, stderr } = await helm.start([
        'install',
        'shop',
        chart,
        '--timeout',
        '20s',
        ...cluster.flags,
        ...use,
      ]);
      assert.equal(status, 0, stderr);
      const ran = cluster.calls
        .filter((call) => call.startsWith('create Job/'))
        .map((call) => call.slice('create Job/'.length).replace(/-\d{10}$/, ''));
      assert.deepEqual(ran, want);
    } finally {
      await cluster.close();
    }
  });
