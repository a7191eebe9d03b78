import { account, configMap, HOOK, job } from '../documents.mjs';
import { does, failed, has, install, madeBy, rollback, uninstall, upgrade, worked } from './words.mjs';

const both = (...documents) => [configMap('app'), ...documents];

/** A plain resource that becomes a hook, and back. */
const adopting = [
  {
    name: 'adopt/pre-upgrade',
    fact: 'A resource of the release that becomes a pre-upgrade hook is deleted by that upgrade: the hook is applied, and then goes with what left the manifest.',
    source: 'update in pkg/kube/client.go: originals.Difference(targets)',
    findings: ['hook/adopts-resource'],
    short: true,
    charts: { one: both(account('db')), two: both(account('db', { hook: HOOK })) },
    run: [install('one'), upgrade('two'), upgrade('two')],
    holds: ([, second, third]) =>
      worked(second) && !has(second, 'ServiceAccount/db') && madeBy(third, 'ServiceAccount/db') === 3,
  },
  {
    name: 'adopt/job',
    fact: 'A plain Job that becomes a pre-upgrade hook runs as a hook and is deleted afterwards.',
    source: 'update in pkg/kube/client.go',
    findings: ['hook/adopts-resource'],
    charts: { one: both(job('migrate')), two: both(job('migrate', { hook: HOOK })) },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => worked(second) && second.runs['Job/migrate'] === 1 && !has(second, 'Job/migrate'),
  },
  {
    name: 'adopt/unchanged-job',
    fact: 'Without before-hook-creation a plain Job that becomes a hook, and is as it was, does not run: the hook is applied onto the finished Job.',
    source: 'makeCreateApplyFunc in pkg/kube/client.go; Helm 3: create',
    findings: ['hook/adopts-resource'],
    charts: {
      one: both(job('migrate')),
      two: both(job('migrate', { hook: HOOK, policy: 'hook-succeeded' })),
    },
    run: [install('one'), upgrade('two'), upgrade('two')],
    holds: ([, second, third]) =>
      worked(second) && second.runs['Job/migrate'] === undefined && third.runs['Job/migrate'] === 1,
  },
  {
    name: 'adopt/changed-job',
    fact: 'Without before-hook-creation a plain Job that becomes a changed hook stops the upgrade, and each retry: its fields are immutable.',
    source: 'makeCreateApplyFunc in pkg/kube/client.go; Helm 3: create',
    findings: ['hook/adopts-resource'],
    charts: {
      one: both(job('migrate')),
      two: both(job('migrate', { hook: HOOK, policy: 'hook-succeeded', image: 'y' })),
    },
    run: [install('one'), upgrade('two'), upgrade('two')],
    holds: ([, second, third]) => failed(second) && failed(third) && third.steps.length === 1,
  },
  {
    name: 'adopt/kept',
    fact: 'The delete policy `keep` does not spare a resource that becomes a hook: it leaves the manifest and is deleted all the same.',
    source: 'update in pkg/kube/client.go: originals.Difference(targets)',
    findings: ['hook/adopts-resource'],
    charts: { one: both(configMap('state')), two: both(configMap('state', { hook: HOOK, policy: 'keep' })) },
    run: [install('one'), upgrade('two'), upgrade('two')],
    holds: ([, second, third]) =>
      worked(second) && !has(second, 'ConfigMap/state') && madeBy(third, 'ConfigMap/state') === 3,
  },
  {
    name: 'adopt/kept-client-side',
    fact: 'In a release that is written client-side such a hook stops the upgrade, and each retry: the object exists already.',
    source: 'createResource in pkg/kube/client.go',
    findings: ['hook/adopts-resource'],
    charts: { one: both(configMap('state')), two: both(configMap('state', { hook: HOOK, policy: 'keep' })) },
    run: [install('one', '--server-side=false'), upgrade('two'), upgrade('two')],
    holds: ([, second, third]) =>
      failed(second) && does(second, 'create ConfigMap/state: 409') && does(third, 'create ConfigMap/state: 409'),
  },
  {
    name: 'adopt/with-others',
    fact: 'What became a hook and what left the manifest are deleted at the same point: after what is new or changed, before the post-upgrade hooks.',
    source: 'update in pkg/kube/client.go: originals.Difference(targets)',
    findings: ['hook/adopts-resource'],
    charts: {
      one: both(account('db'), configMap('old')),
      two: both(account('db', { hook: HOOK }), configMap('new'), job('post', { hook: 'post-upgrade' })),
    },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) =>
      ['ServiceAccount/db', 'ConfigMap/old'].every((each) =>
        does(second, 'create ConfigMap/new', `delete ${each}`, 'create Job/post'),
      ),
  },
  {
    name: 'adopt/resource-policy',
    fact: 'A resource with `helm.sh/resource-policy: keep` that becomes a pre-upgrade hook, and keeps that annotation, is spared.',
    source: 'update in pkg/kube/client.go asks the live object',
    charts: { one: both(account('db', { keep: true })), two: both(account('db', { keep: true, hook: HOOK })) },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => worked(second) && has(second, 'ServiceAccount/db'),
  },
  {
    name: 'adopt/post-upgrade',
    fact: 'A resource that becomes a post-upgrade hook is deleted first and then created as a hook, so it stays.',
    source: 'pkg/action/upgrade.go',
    charts: { one: both(account('db')), two: both(account('db', { hook: 'post-install,post-upgrade' })) },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => worked(second) && madeBy(second, 'ServiceAccount/db') === 2,
  },
  {
    name: 'adopt/rollback',
    fact: 'A rollback to before the change creates the resource again as a part of the release.',
    source: 'pkg/action/rollback.go',
    charts: { one: both(account('db')), two: both(account('db', { hook: HOOK })) },
    run: [install('one'), upgrade('two'), rollback(1), uninstall()],
    holds: ([, , third, fourth]) =>
      worked(third) && has(third, 'ServiceAccount/db') && !has(fourth, 'ServiceAccount/db'),
  },
  {
    name: 'adopt/failed',
    fact: 'When the hook fails the upgrade ends before anything is deleted, so the object stays; the next upgrade that succeeds deletes it.',
    source: 'pkg/action/upgrade.go',
    charts: {
      one: both(account('db')),
      bad: both(account('db', { hook: HOOK }), job('pre', { hook: HOOK, weight: 1, outcome: 'fail' })),
      good: both(account('db', { hook: HOOK }), job('pre', { hook: HOOK, weight: 1 })),
    },
    run: [install('one'), upgrade('bad'), upgrade('good')],
    holds: ([, second, third]) => has(second, 'ServiceAccount/db') && worked(third) && !has(third, 'ServiceAccount/db'),
  },
];

const leaving = [
  {
    name: 'leave/refused',
    fact: 'A hook that becomes a plain resource, and whose object is still there, stops the upgrade before anything is done: it carries no mark of the release.',
    source: 'existingResourceConflict in pkg/action/validate.go',
    short: true,
    charts: { one: both(account('db', { hook: HOOK })), two: both(account('db'), job('pre', { hook: HOOK })) },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => failed(second) && second.steps.length === 0 && /ownership/.test(second.error),
  },
  {
    name: 'leave/take-ownership',
    fact: '`--take-ownership` lets it pass, and the object stays as it is.',
    source: 'pkg/action/upgrade.go TakeOwnership',
    charts: { one: both(account('db', { hook: HOOK })), two: both(account('db')) },
    run: [install('one'), upgrade('two', '--take-ownership'), uninstall()],
    holds: ([, second, third]) =>
      worked(second) && madeBy(second, 'ServiceAccount/db') === 1 && !has(third, 'ServiceAccount/db'),
  },
  {
    name: 'leave/deleted-hook',
    fact: 'A hook whose object is gone becomes a plain resource without more.',
    source: 'existingResourceConflict in pkg/action/validate.go',
    charts: { one: both(account('db', { hook: HOOK, policy: 'hook-succeeded' })), two: both(account('db')) },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => worked(second) && madeBy(second, 'ServiceAccount/db') === 2,
  },
  {
    name: 'leave/job',
    fact: 'A hook Job that becomes a plain Job is refused in the same way; with `--take-ownership` the finished Job is taken over and does not run.',
    source: 'pkg/action/upgrade.go TakeOwnership',
    charts: { one: both(job('migrate', { hook: HOOK })), two: both(job('migrate')) },
    run: [install('one'), upgrade('two'), upgrade('two', '--take-ownership')],
    holds: ([, second, third]) =>
      failed(second) && worked(third) && third.runs['Job/migrate'] === undefined && madeBy(third, 'Job/migrate') === 1,
  },
  {
    name: 'leave/changed-job',
    fact: 'A hook Job that becomes a plain Job with other Pods is refused with `--take-ownership` too: its fields are immutable.',
    source: 'pkg/action/upgrade.go TakeOwnership',
    findings: ['live/hook-becomes-plain'],
    charts: { one: both(job('migrate', { hook: HOOK })), two: both(job('migrate', { image: 'y' })) },
    run: [install('one'), upgrade('two'), upgrade('two', '--take-ownership')],
    holds: ([, second, third]) => failed(second) && second.steps.length === 0 && failed(third),
  },
  {
    name: 'leave/without-post-renderer',
    fact: 'An upgrade that leaves out what made a resource a hook is refused while the hook is there; once the object is deleted it passes.',
    source: 'existingResourceConflict in pkg/action/validate.go',
    findings: ['live/without-post-renderer'],
    charts: {
      one: both(job('migrate', { hook: HOOK, policy: 'before-hook-creation' })),
      two: both(job('migrate')),
    },
    run: [install('one'), upgrade('two'), { remove: 'Job/migrate' }, upgrade('two')],
    holds: ([, second, third]) => failed(second) && worked(third) && third.runs['Job/migrate'] === 1,
  },
  {
    name: 'leave/plain-job-changes',
    fact: 'A plain Job that stays plain and changes its Pods stops the upgrade, after the pre-upgrade hooks: its fields are immutable.',
    source: 'API server',
    findings: ['job/immutable'],
    charts: {
      one: both(job('migrate')),
      two: both(job('migrate', { image: 'y' }), job('pre', { hook: HOOK })),
    },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) =>
      failed(second) && does(second, 'create Job/pre', 'wait Job/pre') && has(second, 'Job/migrate'),
  },
  {
    name: 'leave/rollback',
    fact: 'A rollback asks for no mark: one to a revision in which a hook object was plain takes the object over.',
    source: 'pkg/action/rollback.go',
    charts: {
      one: both(account('db')),
      two: both(account('db', { hook: HOOK })),
      three: both(account('db', { hook: HOOK }), configMap('more')),
    },
    run: [install('one'), upgrade('two'), upgrade('three'), rollback(1)],
    holds: ([, , third, fourth]) =>
      has(third, 'ServiceAccount/db') && worked(fourth) && madeBy(fourth, 'ServiceAccount/db') === 3,
  },
];

export const moving = [...adopting, ...leaving];
