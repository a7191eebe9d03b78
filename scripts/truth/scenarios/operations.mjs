import {
  account,
  claimSpec,
  configMap,
  deployment,
  HOOK,
  job,
  refusedJob,
  service,
  statefulSet,
} from '../documents.mjs';
import {
  created,
  deleted,
  does,
  failed,
  has,
  install,
  lastStatus,
  madeBy,
  meanwhile,
  retry,
  rollback,
  test,
  uninstall,
  upgrade,
  within,
  worked,
} from './words.mjs';

/** Rollback, uninstall, test, and what a failure or a killed Helm leaves for the next operation. */
const usual = [
  {
    name: 'operation/rollback',
    fact: 'A rollback runs the hooks of the revision that it goes back to, as they were stored; those of install and upgrade do not run.',
    source: 'pkg/action/rollback.go',
    short: true,
    charts: {
      one: [
        job('restore', { hook: 'pre-rollback', v: 1 }),
        job('after', { hook: 'post-rollback', v: 1 }),
        job('up', { hook: HOOK }),
        configMap('app', { v: 1 }),
        configMap('old', { v: 1 }),
      ],
      two: [job('other', { hook: 'pre-rollback', v: 2 }), configMap('app', { v: 2 }), configMap('new', { v: 2 })],
    },
    run: [install('one'), upgrade('two'), rollback(1)],
    holds: ([, , third]) =>
      does(
        third,
        'create Job/restore',
        'wait Job/restore',
        'create ConfigMap/old',
        'delete ConfigMap/new',
        'create Job/after',
      ) &&
      !created(third).some((object) => ['Job/other', 'Job/up'].includes(object)) &&
      third.world['ConfigMap/app'].v === '1',
  },
  {
    name: 'operation/rollback-fails',
    fact: 'A rollback whose hook fails stays pending, which locks upgrades out; another rollback passes.',
    source: 'performRollback in pkg/action/rollback.go: an error of a hook is returned before the status is set',
    charts: {
      one: [job('restore', { hook: 'pre-rollback', outcome: 'fail' }), configMap('app', { v: 1 })],
      two: [configMap('app', { v: 2 })],
    },
    run: [install('one'), upgrade('two'), rollback(1), upgrade('two'), rollback(2)],
    holds: ([, , third, fourth, fifth]) =>
      failed(third) && lastStatus(third) === 'pending-rollback' && failed(fourth) && worked(fifth),
  },
  {
    name: 'operation/rollback-waits-in-vain',
    fact: 'A rollback that waits for its resources in vain has failed, and the revision before it stays deployed. One whose resources are refused supersedes it.',
    source: 'performRollback in pkg/action/rollback.go',
    charts: {
      one: [configMap('app'), job('endless', { outcome: 'hang' })],
      two: [configMap('app')],
    },
    run: [install('one'), upgrade('two'), within(5, rollback(1, '--wait', '--wait-for-jobs'))],
    holds: ([, , third]) => failed(third) && third.release.join() === '1 superseded,2 deployed,3 failed',
  },
  {
    name: 'operation/uninstall',
    fact: 'An uninstall is: pre-delete hooks, deletion of the release in reverse order of kinds, post-delete hooks. Objects of hooks stay.',
    source: 'pkg/action/uninstall.go',
    short: true,
    charts: {
      one: [
        job('pre', { hook: 'pre-delete' }),
        job('post', { hook: 'post-delete' }),
        job('install', { hook: 'pre-install' }),
        configMap('hook', { hook: 'pre-install' }),
        deployment('app'),
        service('app'),
        configMap('app'),
        account('app'),
      ],
    },
    run: [install('one'), uninstall()],
    holds: ([, second]) =>
      does(second, 'create Job/pre', 'wait Job/pre', 'delete Service/app', 'create Job/post') &&
      deleted(second).length === 4 &&
      ['Job/pre', 'Job/post', 'Job/install', 'ConfigMap/hook'].every((object) => has(second, object)) &&
      !has(second, 'Deployment/app') &&
      second.release.length === 0,
  },
  {
    name: 'operation/uninstall-fails',
    fact: 'When a pre-delete hook fails nothing is deleted and the release is left as uninstalling; a second uninstall tries again.',
    source: 'pkg/action/uninstall.go',
    charts: { one: [job('pre', { hook: 'pre-delete', outcome: 'fail' }), configMap('app')] },
    run: [install('one'), uninstall(), uninstall(), upgrade('one')],
    holds: ([, second, third]) =>
      failed(second) && has(second, 'ConfigMap/app') && lastStatus(second) === 'uninstalling' && failed(third),
  },
  {
    name: 'operation/post-delete-fails',
    fact: 'When a post-delete hook fails the uninstall says so, although everything is deleted, and the release is forgotten.',
    source: 'pkg/action/uninstall.go',
    charts: { one: [job('post', { hook: 'post-delete', outcome: 'fail' }), configMap('app')] },
    run: [install('one'), uninstall()],
    holds: ([, second]) => failed(second) && !has(second, 'ConfigMap/app') && second.release.length === 0,
  },
  {
    name: 'operation/post-delete-needs',
    fact: 'Post-delete hooks run when everything else is gone, so one that uses a ServiceAccount of the release gets no Pod and times out.',
    source: 'pkg/action/uninstall.go',
    findings: ['refs/already-deleted'],
    charts: { one: [account('app'), job('post', { hook: 'post-delete', account: 'app' })] },
    run: [install('one'), within(4, uninstall())],
    holds: ([, second]) => failed(second) && second.runs['Job/post'] === undefined,
  },
  {
    name: 'operation/uninstall-after-failed-install',
    fact: 'After an install that failed before its resources, a pre-delete hook that needs one of them blocks the uninstall.',
    source: 'pkg/action/uninstall.go',
    charts: {
      one: [
        job('pre', { hook: 'pre-install', outcome: 'fail' }),
        job('bye', { hook: 'pre-delete', needs: 'app' }),
        configMap('app'),
      ],
    },
    run: [install('one'), within(4, uninstall())],
    holds: ([first, second]) => failed(first) && failed(second) && lastStatus(second) === 'uninstalling',
  },
  {
    name: 'operation/uninstall-foreign',
    fact: 'An uninstall deletes only what carries the marks of the release: an object whose marks were taken away stays.',
    source: 'verifyOwnershipBeforeDelete in pkg/action/validate.go',
    charts: { one: [configMap('app'), configMap('other')] },
    run: [
      install('one'),
      { patch: 'ConfigMap/other', with: { metadata: { labels: null, annotations: null } } },
      uninstall(),
    ],
    holds: ([, second]) => worked(second) && !has(second, 'ConfigMap/app') && has(second, 'ConfigMap/other'),
  },
  {
    name: 'operation/test',
    fact: '`helm test` runs the hooks of the event test, and waits for them; a test that fails makes it fail. Without a policy the last run is deleted first.',
    source: 'pkg/action/release_testing.go',
    short: true,
    charts: {
      one: [
        job('check', { hook: 'test' }),
        job('broken', { hook: 'test', weight: 1, outcome: 'fail' }),
        configMap('app'),
      ],
    },
    run: [install('one'), test(), test()],
    holds: ([first, second, third]) =>
      created(first).join() === 'ConfigMap/app' &&
      failed(second) &&
      does(second, 'create Job/check', 'wait Job/check', 'create Job/broken', 'wait Job/broken: failed') &&
      does(third, 'delete Job/check', 'create Job/check'),
  },
  {
    name: 'operation/test-logs',
    fact: '`helm test --logs` works with a test that is a Job.',
    source: 'GetPodLogs in pkg/action/release_testing.go',
    charts: { one: [job('check', { hook: 'test' }), configMap('app')] },
    run: [install('one'), test('--logs')],
    holds: ([, second]) => worked(second),
  },
  {
    name: 'operation/no-hooks',
    fact: 'With `--no-hooks` no hook runs, and nothing of hooks is deleted.',
    source: 'pkg/action',
    charts: { one: [job('a', { hook: 'pre-install,pre-upgrade,pre-delete' }), configMap('app')] },
    run: [install('one', '--no-hooks'), upgrade('one', '--no-hooks'), uninstall('--no-hooks')],
    holds: (operations) =>
      operations.every((each) => worked(each) && !each.steps.some((step) => step.includes('Job/a'))),
  },
  {
    name: 'operation/resource-policy',
    fact: '`helm.sh/resource-policy: keep` spares a resource of the release from upgrades and uninstalls. For hooks it is not looked at.',
    source: 'pkg/kube/client.go update; pkg/action/resource_policy.go; not in hooks.go',
    short: true,
    charts: {
      one: [
        configMap('left', { keep: true }),
        configMap('app', { keep: true }),
        job('hook', { hook: `${HOOK},pre-delete`, keep: true }),
        configMap('gone'),
      ],
      two: [
        configMap('app', { keep: true }),
        job('hook', { hook: `${HOOK},pre-delete`, keep: true }),
        configMap('gone'),
      ],
    },
    run: [install('one'), upgrade('two'), uninstall()],
    holds: ([, second, third]) =>
      has(second, 'ConfigMap/left') &&
      madeBy(second, 'Job/hook') === 2 &&
      has(third, 'ConfigMap/app') &&
      madeBy(third, 'Job/hook') === 3 &&
      !has(third, 'ConfigMap/gone'),
  },
  {
    name: 'operation/claims-of-statefulsets',
    fact: 'The claims of a StatefulSet stay after the uninstall: Helm never owned them.',
    source: 'StatefulSet controller',
    charts: {
      one: [statefulSet('db', { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }] } })],
    },
    watch: ['PersistentVolumeClaim/data-db-0'],
    run: [install('one', '--wait'), uninstall('--wait')],
    holds: ([first, second]) =>
      has(first, 'PersistentVolumeClaim/data-db-0') &&
      has(second, 'PersistentVolumeClaim/data-db-0') &&
      !has(second, 'StatefulSet/db'),
  },
  {
    name: 'operation/claims-of-statefulset-hooks',
    fact: 'The claims of a StatefulSet that is a hook stay too, when the hook is deleted and after the uninstall.',
    source: 'StatefulSet controller',
    charts: {
      one: [
        statefulSet('db', {
          hook: HOOK,
          spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }] },
        }),
        job('use', { hook: HOOK, weight: 1, seconds: 2 }),
        configMap('app'),
      ],
    },
    watch: ['PersistentVolumeClaim/data-db-0'],
    run: [install('one'), upgrade('one'), uninstall()],
    holds: ([, second, third]) =>
      madeBy(second, 'StatefulSet/db') === 2 &&
      madeBy(second, 'PersistentVolumeClaim/data-db-0') === 1 &&
      has(third, 'PersistentVolumeClaim/data-db-0'),
  },
];

const failing = [
  {
    name: 'after/first-install-fails',
    fact: 'After a failed first install, `helm upgrade --install` is an upgrade: hooks that are only pre-install do not run.',
    source: 'pkg/cmd/upgrade.go',
    short: true,
    charts: {
      bad: [
        job('once', { hook: 'pre-install' }),
        job('post', { hook: 'post-install', outcome: 'fail' }),
        configMap('app'),
      ],
      good: [job('once', { hook: 'pre-install' }), job('post', { hook: 'post-install' }), configMap('app')],
    },
    run: [install('bad'), retry('good')],
    holds: ([first, second]) =>
      failed(first) && has(first, 'ConfigMap/app') && worked(second) && !created(second).includes('Job/once'),
  },
  {
    name: 'after/install-again',
    fact: 'After a failed first install, `helm install` is refused: the name is in use.',
    source: 'availableName in pkg/action/install.go',
    charts: { bad: [job('pre', { hook: 'pre-install', outcome: 'fail' }), configMap('app')] },
    run: [install('bad'), install('bad')],
    holds: ([, second]) => failed(second) && second.steps.length === 0,
  },
  {
    name: 'after/pre-upgrade-fails',
    fact: 'A pre-upgrade hook that fails leaves the resources of the release as they were.',
    source: 'pkg/action/upgrade.go',
    short: true,
    charts: {
      one: [configMap('app', { v: 1 })],
      bad: [job('pre', { hook: 'pre-upgrade', outcome: 'fail' }), configMap('app', { v: 2 })],
    },
    run: [install('one'), upgrade('bad')],
    holds: ([, second]) =>
      failed(second) && second.world['ConfigMap/app'].v === '1' && second.release.join() === '1 deployed,2 failed',
  },
  {
    name: 'after/post-upgrade-fails',
    fact: 'A post-upgrade hook that fails comes too late: the new resources are in place, and the release has failed.',
    source: 'pkg/action/upgrade.go',
    charts: {
      one: [configMap('app', { v: 1 })],
      bad: [job('post', { hook: 'post-upgrade', outcome: 'fail' }), configMap('app', { v: 2 })],
    },
    run: [install('one'), upgrade('bad'), rollback(1)],
    holds: ([, second, third]) =>
      failed(second) &&
      second.world['ConfigMap/app'].v === '2' &&
      worked(third) &&
      third.world['ConfigMap/app'].v === '1',
  },
  {
    name: 'after/resource-refused',
    fact: 'A plain resource that the API server refuses fails the upgrade after its pre hooks; what was applied stays, and post hooks do not run.',
    source: 'update in pkg/kube/client.go',
    charts: {
      one: [configMap('app', { v: 1 }), job('fixed', { image: 'one' })],
      bad: [
        job('pre', { hook: 'pre-upgrade' }),
        configMap('app', { v: 2 }),
        job('fixed', { image: 'two' }),
        job('post', { hook: 'post-upgrade' }),
      ],
    },
    run: [install('one'), upgrade('bad')],
    holds: ([, second]) =>
      failed(second) &&
      second.world['ConfigMap/app'].v === '2' &&
      created(second).includes('Job/pre') &&
      !created(second).includes('Job/post'),
  },
  {
    name: 'after/refused-at-install',
    fact: 'At a first install a plain resource that the API server refuses stops nothing else: all of the release is sent, and then the install has failed.',
    source: 'perform in pkg/kube/client.go',
    charts: {
      one: [configMap('app'), refusedJob('bad'), job('good'), job('post', { hook: 'post-install' })],
    },
    run: [install('one')],
    holds: ([first]) =>
      failed(first) && has(first, 'Job/good') && has(first, 'ConfigMap/app') && !has(first, 'Job/post'),
  },
  {
    name: 'after/refused-at-upgrade',
    fact: 'At an upgrade a resource that cannot be changed does not stop those after it, and one that cannot be created does. In both cases nothing that left the manifest is deleted.',
    source: 'update in pkg/kube/client.go',
    charts: {
      one: [job('fixed', { image: 'one' }), configMap('old')],
      changed: [job('fixed', { image: 'two' }), job('good')],
      created: [refusedJob('bad'), job('good')],
    },
    run: [install('one'), upgrade('created'), upgrade('changed')],
    holds: ([, second, third]) =>
      failed(second) &&
      !has(second, 'Job/good') &&
      has(second, 'ConfigMap/old') &&
      failed(third) &&
      has(third, 'Job/good') &&
      has(third, 'ConfigMap/old'),
  },
  {
    name: 'after/rollback-on-failure',
    fact: 'With `--rollback-on-failure` (Helm 3: `--atomic`) a failed upgrade is followed by a rollback, whose hooks are those of rollback.',
    source: 'failRelease in pkg/action/upgrade.go',
    short: true,
    charts: {
      one: [job('back', { hook: 'pre-rollback' }), configMap('app', { v: 1 })],
      bad: [
        job('back', { hook: 'pre-rollback' }),
        job('post', { hook: 'post-upgrade', outcome: 'fail' }),
        configMap('app', { v: 2 }),
      ],
    },
    run: [install('one'), upgrade('bad', '--rollback-on-failure')],
    holds: ([, second]) =>
      failed(second) &&
      does(second, 'create Job/post', 'wait Job/post: failed', 'create Job/back') &&
      second.world['ConfigMap/app'].v === '1' &&
      lastStatus(second) === 'deployed',
  },
  {
    name: 'after/rollback-on-failure-without-good',
    fact: 'After a failed first install there is nothing to go back to: an upgrade with `--rollback-on-failure` that fails too takes nothing back.',
    source: 'failRelease in pkg/action/upgrade.go: unable to find a previously successful release',
    charts: {
      bad: [configMap('app'), job('post', { hook: 'post-install,post-upgrade', outcome: 'fail' })],
    },
    run: [install('bad'), upgrade('bad', '--rollback-on-failure')],
    holds: ([, second]) =>
      failed(second) && has(second, 'ConfigMap/app') && second.release.join() === '1 failed,2 failed',
  },
  {
    name: 'after/rollback-on-failure-of-install',
    fact: 'With `--rollback-on-failure` a failed install is uninstalled, with its pre-delete and post-delete hooks; objects of hooks stay.',
    source: 'failRelease in pkg/action/install.go',
    charts: {
      bad: [
        job('pre', { hook: 'pre-install' }),
        job('post', { hook: 'post-install', outcome: 'fail' }),
        job('bye', { hook: 'pre-delete' }),
        configMap('app'),
      ],
    },
    run: [install('bad', '--rollback-on-failure')],
    holds: ([first]) =>
      failed(first) &&
      created(first).includes('Job/bye') &&
      !has(first, 'ConfigMap/app') &&
      has(first, 'Job/pre') &&
      first.release.length === 0,
  },
  {
    name: 'after/cleanup-on-fail',
    fact: 'With `--cleanup-on-fail` a failed upgrade deletes the resources that it created, also when only a post hook failed; what it changed stays changed.',
    source: 'failRelease in pkg/action/upgrade.go',
    charts: {
      one: [configMap('app', { v: 1 })],
      bad: [
        configMap('app', { v: 2 }),
        configMap('new', { v: 2 }),
        job('post', { hook: 'post-upgrade', outcome: 'fail' }),
      ],
    },
    run: [install('one'), upgrade('bad', '--cleanup-on-fail')],
    holds: ([, second]) => failed(second) && !has(second, 'ConfigMap/new') && second.world['ConfigMap/app'].v === '2',
  },
  ...['SIGINT', 'SIGTERM', 'SIGKILL'].map((signal) => ({
    name: `after/${signal.toLowerCase()}`,
    fact:
      signal === 'SIGKILL'
        ? 'A Helm that is killed (SIGKILL) leaves the release pending: an upgrade is refused, a rollback to the last good revision is the way out.'
        : `A Helm that is interrupted (${signal}) while a pre-upgrade hook runs marks the release as failed; the Job runs on.`,
    source: 'pkg/cmd/upgrade.go',
    short: signal === 'SIGKILL',
    charts: {
      one: [configMap('app', { v: 1 })],
      two: [job('pre', { hook: 'pre-upgrade', outcome: 'hang', policy: 'hook-failed' }), configMap('app', { v: 2 })],
      three: [configMap('app', { v: 3 })],
    },
    run: [
      install('one'),
      meanwhile(upgrade('two'), { when: 'Job/pre running', kill: signal }),
      upgrade('three'),
      rollback(1),
    ],
    holds: ([, second, third, fourth]) =>
      signal === 'SIGKILL'
        ? lastStatus(second) === 'pending-upgrade' && failed(third) && third.steps.length === 0 && worked(fourth)
        : lastStatus(second) === 'failed' && second.world['Job/pre']?.state === 'running' && worked(third),
  })),
  {
    name: 'after/killed-install',
    fact: 'A killed first install locks the release too; `helm upgrade --install` is refused, `helm uninstall` is the way out.',
    source: 'pkg/action/upgrade.go',
    charts: {
      one: [job('pre', { hook: 'pre-install', outcome: 'hang' }), configMap('app')],
      two: [configMap('app')],
    },
    run: [
      meanwhile(install('one'), { when: 'Job/pre running', kill: 'SIGKILL' }),
      retry('two'),
      uninstall(),
      install('two'),
    ],
    holds: ([first, second, third, fourth]) =>
      lastStatus(first) === 'pending-install' && failed(second) && worked(third) && worked(fourth),
  },
  {
    name: 'after/copies-go-while-the-job-runs',
    fact: 'After a timeout Helm deletes hooks with hook-succeeded that came before, such as copies of a ConfigMap, while the Job that needs them still runs.',
    source: 'execHookWithDelayedShutdown in pkg/action/hooks.go',
    short: true,
    charts: {
      one: [
        configMap('copy', { hook: HOOK, weight: -1, policy: 'before-hook-creation,hook-succeeded' }),
        job('run', { hook: HOOK, needs: 'copy', outcome: 'hang' }),
      ],
    },
    run: [within(4, install('one'))],
    holds: ([first]) => failed(first) && !has(first, 'ConfigMap/copy') && first.world['Job/run'].state === 'running',
  },
  {
    name: 'after/refused-leaves-copies',
    fact: 'When a hook is refused, copies that came before it stay, also after the uninstall.',
    source: 'execHookWithDelayedShutdown in pkg/action/hooks.go: shutdownNoOp',
    charts: {
      one: [
        configMap('copy', { hook: HOOK, weight: -1, policy: 'before-hook-creation,hook-succeeded' }),
        configMap('Not-A-Name', { hook: HOOK }),
      ],
    },
    run: [install('one'), uninstall()],
    holds: ([first, second]) => failed(first) && has(first, 'ConfigMap/copy') && has(second, 'ConfigMap/copy'),
  },
];

export const operations = [...usual, ...failing];
