/** A config that takes a Job out of an operation of its chart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { order } from '../../support/pipeline.ts';

const job = (
  name: string,
  { annotations = '', spec = '', kind = 'Job' } = {},
): string => `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'v1'}
kind: ${kind}
metadata: { name: ${name}${annotations === '' ? '' : `, annotations: { ${annotations} }`} }
spec: { ${spec}template: { spec: { restartPolicy: Never, containers: [{ name: c, image: x }] } } }
`;
const chart = (events: string): string => `helm.sh/hook: "${events}"`;

for (const { name, stream, entry, lost } of [
  { name: 'the revision', stream: job('a-seeder-1'), entry: 'events: [post-install]', lost: 'upgrade' },
  { name: 'random letters', stream: job('a-x7k2p'), entry: 'events: [post-install]', lost: 'upgrade' },
  { name: 'a clock', stream: job('a-1732147200'), entry: 'events: [pre-install]', lost: 'upgrade' },
  { name: 'a version', stream: job('a-v1-2-3'), entry: 'events: [pre-delete]', lost: 'upgrade' },
  { name: 'a hash', stream: job('a-9b74c98'), entry: 'events: [test]', lost: 'upgrade' },
  { name: 'a fixed name', stream: job('a-seeder'), entry: 'events: [post-install]', lost: '' },
  // The numbers and letters of these names are the config's: the chart's own name is fixed.
  {
    name: 'a name by the time',
    stream: job('a-seeder'),
    entry: 'events: [post-install], jobName: timestamp',
    lost: '',
  },
  { name: 'a name by its content', stream: job('a-seeder'), entry: 'events: [post-install], jobName: hash', lost: '' },
  {
    name: 'a revision, and a name by the time',
    stream: job('a-seeder-1'),
    entry: 'events: [post-install], jobName: timestamp',
    lost: 'upgrade',
  },
  { name: 'a word', stream: job('a-build'), entry: 'events: [post-install]', lost: '' },
  {
    name: 'a TTL',
    stream: job('a-seeder', { spec: 'ttlSecondsAfterFinished: 100, ' }),
    entry: 'events: [post-install]',
    lost: 'upgrade',
  },
  { name: 'the upgrade kept', stream: job('a-seeder-1'), entry: 'events: [post-install, pre-upgrade]', lost: '' },
  { name: 'plain as before', stream: job('a-seeder-1'), entry: 'hook: false', lost: '' },
  {
    name: 'plain as before, with a TTL',
    stream: job('a-seeder', { spec: 'ttlSecondsAfterFinished: 100, ' }),
    entry: 'hook: false',
    lost: '',
  },
  {
    name: 'fewer events than the chart',
    stream: job('a', { annotations: chart('post-install,post-upgrade') }),
    entry: 'events: [post-install]',
    lost: 'upgrade',
  },
  {
    name: 'no rollback',
    stream: job('a', { annotations: chart('pre-upgrade,pre-rollback') }),
    entry: 'events: [pre-upgrade]',
    lost: 'rollback',
  },
  {
    name: 'another event of the same operation',
    stream: job('a', { annotations: chart('pre-install,pre-upgrade') }),
    entry: 'events: [post-install, post-upgrade]',
    lost: '',
  },
  {
    name: 'the events of the chart',
    stream: job('a', { annotations: chart('pre-upgrade') }),
    entry: 'weight: 3',
    lost: '',
  },
  {
    name: 'no hook any more',
    stream: job('a', { annotations: chart('pre-install,pre-upgrade') }),
    entry: 'hook: false',
    lost: 'upgrade',
  },
  {
    name: 'no hook, but a name by its content',
    stream: job('a', { annotations: chart('pre-install,pre-upgrade') }),
    entry: 'hook: false, jobName: hash',
    lost: '',
  },
  {
    name: 'another kind',
    stream: job('a-1', { kind: 'Widget' }),
    entry: 'adopt: true, events: [post-install]',
    lost: '',
  },
])
  test(`${name}: ${lost === '' ? 'runs as often' : `loses the ${lost}`}`, () => {
    const config = `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: [{ name: h, match: {}, ${entry} }]\n`.replace(
      'match: {}',
      'match: { name: "*" }',
    );
    const { findings } = order(stream, config, { scope: 'all', severity: 'warning' });
    const said = findings.filter(({ code }) => code === 'job/runs-less-often').map(({ message }) => message);
    assert.equal(said.length, lost === '' ? 0 : 1, said.join('\n'));
    if (lost !== '') assert.ok(said[0]?.includes(`no longer runs at ${lost}`), said[0]);
  });
