import { configMap, deployment, HOOK, job, pod, statefulSet } from '../documents.mjs';
import { created, does, failed, has, install, lastStatus, meanwhile, upgrade, within, worked } from './words.mjs';

/** For what Helm waits, and how long. */
export const waiting = [
  {
    name: 'waiting/kinds',
    fact: 'Helm waits for hooks that are Jobs and Pods; a hook of any other kind, a Deployment too, counts as ready at once.',
    source: 'WatchUntilReady in pkg/kube/statuswait.go; Helm 3: watchUntilReady in pkg/kube/client.go',
    findings: ['hook/not-awaited'],
    short: true,
    charts: {
      one: [
        deployment('a', { hook: 'pre-install', ready: 3 }),
        statefulSet('b', { hook: 'pre-install', ready: 3 }),
        pod('c', { hook: 'pre-install', seconds: 1 }),
        job('d', { hook: 'pre-install', seconds: 1 }),
        configMap('plain'),
      ],
    },
    run: [install('one')],
    holds: ([{ steps }]) =>
      steps.filter((step) => step.startsWith('wait')).join() === 'wait Pod/c,wait Job/d' && steps.length === 11,
  },
  {
    name: 'waiting/wait-does-not-reach-hooks',
    fact: '`--wait` does not change that: a Deployment that is a hook is still not awaited.',
    source: 'WatchUntilReady in pkg/kube/statuswait.go',
    charts: { one: [deployment('a', { hook: 'pre-install', ready: 3 }), configMap('plain')] },
    run: [install('one', '--wait')],
    holds: ([{ steps, exit }]) => exit === 0 && !steps.includes('wait Deployment/a'),
  },
  {
    name: 'waiting/plain-not-awaited',
    fact: 'Without `--wait` post-install hooks do not wait for the release: not for Deployments, not for plain Jobs.',
    source: 'performInstall in pkg/action/install.go',
    short: true,
    charts: {
      one: [deployment('app', { ready: 12 }), job('plain', { seconds: 12 }), job('post', { hook: 'post-install' })],
    },
    run: [install('one')],
    holds: ([{ steps }]) =>
      steps.includes('create Job/post') && !steps.includes('wait Deployment/app') && !steps.includes('wait Job/plain'),
  },
  {
    name: 'waiting/wait',
    fact: 'With `--wait` Helm waits for the Deployments of the release before post hooks, but not for plain Jobs.',
    source: 'Wait in pkg/kube/statuswait.go; Helm 3: pkg/kube/ready.go',
    findings: ['refs/wait-cycle'],
    short: true,
    charts: {
      one: [deployment('app', { ready: 2 }), job('plain', { seconds: 15 }), job('post', { hook: 'post-install' })],
    },
    run: [install('one', '--wait')],
    holds: (operations) =>
      does(operations[0], 'create Deployment/app', 'wait Deployment/app', 'create Job/post') &&
      !operations[0].steps.includes('wait Job/plain'),
  },
  {
    name: 'waiting/wait-for-jobs',
    fact: 'With `--wait --wait-for-jobs` Helm waits for plain Jobs too, and one that fails fails the release.',
    source: 'WaitWithJobs in pkg/kube/statuswait.go',
    charts: {
      one: [job('plain', { seconds: 2 }), job('post', { hook: 'post-install' })],
      two: [job('bad', { outcome: 'fail' }), job('plain', { seconds: 2 })],
    },
    run: [install('one', '--wait', '--wait-for-jobs'), within(20, upgrade('two', '--wait', '--wait-for-jobs'))],
    holds: ([first, second]) => does(first, 'create Job/plain', 'wait Job/plain', 'create Job/post') && failed(second),
  },
  {
    name: 'waiting/wait-fails',
    fact: 'With `--wait`, a Deployment that does not get ready fails the release at the timeout, and post hooks do not run.',
    source: 'performInstall in pkg/action/install.go',
    findings: ['refs/wait-cycle'],
    charts: { one: [deployment('app', { ready: 600 }), job('post', { hook: 'post-install' })] },
    run: [within(4, install('one', '--wait'))],
    holds: ([first]) =>
      failed(first) &&
      lastStatus(first) === 'failed' &&
      has(first, 'Deployment/app') &&
      !created(first).includes('Job/post'),
  },
  {
    name: 'waiting/failed-pod',
    fact: 'With `--wait` a plain Pod that has failed counts as ready; Helm 3 waits for it to the timeout.',
    source:
      'podConditions in kstatus (github.com/fluxcd/cli-utils): Failed is Current; Helm 3: podReady in pkg/kube/ready.go',
    charts: { one: [pod('app', { outcome: 'fail', ready: 600 }), configMap('plain')] },
    run: [within(6, install('one', '--wait'))],
    holds: ([first]) => worked(first) && first.world['Pod/app'].state === 'failed',
  },
  {
    name: 'waiting/timeout-is-per-hook',
    fact: '`--timeout` counts for each hook by itself: two hooks of five seconds each pass with a timeout of nine.',
    source: 'execHook in pkg/action/hooks.go',
    charts: {
      one: [job('a', { hook: 'pre-install', seconds: 5 }), job('b', { hook: 'pre-install', seconds: 5 })],
    },
    run: [within(9, install('one'))],
    holds: ([first]) => worked(first) && first.seconds >= 10,
  },
  {
    name: 'waiting/timeout-leaves-the-job',
    fact: 'When the time is up the release has failed, and the Job runs on.',
    source: 'execHook in pkg/action/hooks.go',
    findings: ['job/no-deadline', 'job/deadline-exceeds-timeout'],
    short: true,
    charts: { one: [job('a', { hook: 'pre-install', outcome: 'hang' }), configMap('plain')] },
    run: [within(4, install('one'))],
    holds: ([first]) =>
      failed(first) &&
      lastStatus(first) === 'failed' &&
      first.world['Job/a'].state === 'running' &&
      !has(first, 'ConfigMap/plain'),
  },
  {
    name: 'waiting/deadline',
    fact: 'A Job that its own deadline ends has failed for Helm at that moment.',
    source: 'Job controller; WatchUntilReady',
    charts: { one: [job('a', { hook: 'pre-install', outcome: 'hang', spec: { activeDeadlineSeconds: 2 } })] },
    run: [within(30, install('one'))],
    holds: ([first]) => failed(first) && first.seconds < 20 && first.world['Job/a'].state === 'failed',
  },
  {
    name: 'waiting/retries-of-a-job',
    fact: 'Helm waits through the retries of a Job, until the Job itself has failed.',
    source: 'Helm looks at the Job, not at its Pods',
    charts: { one: [job('a', { hook: 'pre-install', outcome: 'fail', spec: { backoffLimit: 1 } })] },
    run: [install('one')],
    holds: ([first]) => failed(first) && first.runs['Job/a'] === 2 && first.steps.includes('wait Job/a: failed'),
  },
  {
    name: 'waiting/pod-that-serves',
    fact: 'A hook Pod that never ends (restartPolicy Always) is awaited to the timeout, and then the release has failed.',
    source: 'WatchUntilReady in pkg/kube/statuswait.go',
    charts: { one: [pod('a', { hook: 'pre-install', restart: 'Always' })] },
    run: [within(4, install('one'))],
    holds: ([first]) => failed(first) && first.steps.includes('wait Pod/a: timeout'),
  },
  {
    name: 'waiting/suspended-job',
    fact: 'A hook Job that is suspended is awaited to the timeout.',
    source: 'WatchUntilReady in pkg/kube/statuswait.go',
    charts: { one: [job('a', { hook: 'pre-install', spec: { suspend: true } })] },
    run: [within(4, install('one'))],
    holds: ([first]) => failed(first) && first.steps.includes('wait Job/a: timeout'),
  },
  {
    name: 'waiting/job-removed-meanwhile',
    fact: 'A hook Job that is removed while Helm waits, as the TTL controller may do, is awaited to the timeout, and the release has failed.',
    source: 'helm/helm pull requests 31851 and 32586',
    findings: ['job/ttl-too-short'],
    charts: { one: [job('a', { hook: 'pre-install', outcome: 'hang' }), configMap('plain')] },
    run: [within(6, meanwhile(install('one'), { when: 'Job/a running', remove: 'Job/a' }))],
    holds: ([first]) => failed(first),
  },
  {
    name: 'waiting/ttl',
    fact: 'A hook Job with a TTL is gone some time after it ended; the next upgrade creates it anew and it runs again.',
    source: 'TTL controller',
    charts: {
      one: [
        job('a', { hook: 'pre-install,pre-upgrade', policy: 'keep', spec: { ttlSecondsAfterFinished: 12 } }),
        configMap('plain'),
      ],
    },
    run: [install('one'), { when: 'Job/a gone' }, upgrade('one')],
    holds: ([, second]) => does(second, 'create Job/a', 'wait Job/a') && second.runs['Job/a'] === 1,
  },
  {
    name: 'waiting/ttl-zero',
    fact: 'Helm sees the end of a hook Job that its TTL of 0 takes away in the same moment: its watch tells of the end before it tells of the deletion.',
    source: 'TTL controller; WatchUntilReady in pkg/kube/statuswait.go',
    charts: {
      one: [
        ...['a', 'b', 'c', 'd'].map((name) =>
          job(name, { hook: HOOK, policy: 'keep', seconds: 1, spec: { ttlSecondsAfterFinished: 0 } }),
        ),
        configMap('plain'),
      ],
    },
    run: [within(20, install('one')), within(20, upgrade('one'))],
    holds: (operations) =>
      operations.every((each) => worked(each) && each.steps.filter((step) => step.startsWith('wait')).length === 4),
  },
];
