import { claim, configMap, deployment, HOOK, job, namespace, pod } from '../documents.mjs';
import {
  created,
  does,
  failed,
  has,
  install,
  madeBy,
  meanwhile,
  retry,
  uninstall,
  upgrade,
  within,
  worked,
} from './words.mjs';

const both = (...documents) => [configMap('app'), ...documents];

/** Deletions for which nothing waits. */
const hooks = ['', '--wait'].flatMap((flag) => {
  const waits = flag === '--wait';
  const suffix = waits ? '-wait' : '';
  const flags = waits ? ['--wait'] : [];
  return [
    {
      name: `dying/finalizer${suffix}`,
      fact: waits
        ? 'With `--wait` Helm waits until a hook that it deletes is gone, here until its finalizer is.'
        : 'Without `--wait` Helm does not wait until a hook that it deletes is gone: a finalizer holds it, the new one is applied onto it, Helm reports success, and the object vanishes later.',
      source: 'hookOnlyWaiter in pkg/kube/client.go; Helm 3: WaitForDelete',
      short: !waits,
      charts: { one: both(configMap('held', { hook: HOOK, finalizer: true })) },
      run: [
        install('one', ...flags),
        meanwhile(upgrade('one', ...flags), { when: 'ConfigMap/held going', after: 3, release: 'ConfigMap/held' }),
      ],
      holds: ([, second]) =>
        waits
          ? worked(second) &&
            does(second, 'delete ConfigMap/held', 'wait ConfigMap/held: gone', 'create ConfigMap/held') &&
            has(second, 'ConfigMap/held')
          : worked(second) &&
            does(second, 'delete ConfigMap/held', 'apply ConfigMap/held') &&
            !has(second, 'ConfigMap/held'),
    },
    {
      name: `dying/running-pod${suffix}`,
      fact: waits
        ? 'With `--wait` Helm waits until the Pod of the last run has stopped, and starts a new one.'
        : 'Without `--wait` a hook Pod of the last run that needs time to stop is deleted, and Helm applies the new one onto it: it vanishes, and Helm waits for it to the timeout.',
      source: 'hookOnlyWaiter in pkg/kube/client.go',
      short: !waits,
      charts: {
        one: both(pod('run', { hook: HOOK, outcome: 'hang', grace: 2 })),
        two: both(pod('run', { hook: HOOK, outcome: 'hang', grace: 2 })),
      },
      run: [within(4, install('one', ...flags)), within(6, retry('two', ...flags))],
      holds: ([, second]) =>
        waits
          ? does(second, 'delete Pod/run', 'wait Pod/run: gone', 'create Pod/run')
          : does(second, 'delete Pod/run', 'apply Pod/run') && !has(second, 'Pod/run'),
    },
    {
      name: `dying/running-job${suffix}`,
      fact: waits
        ? 'With `--wait` too: Helm waits for the deletion of the Job, not of its Pods, which still run when the next Job starts.'
        : 'A hook Job that still runs after a timeout is deleted by the next upgrade and created anew while its Pods still stop: two at once.',
      source: 'deleteHookByPolicy in pkg/action/hooks.go: background deletion',
      short: !waits,
      charts: {
        one: both(job('run', { hook: HOOK, outcome: 'hang', grace: 8 })),
        two: both(job('run', { hook: HOOK, grace: 8 })),
      },
      run: [within(4, install('one', ...flags)), retry('two', ...flags)],
      holds: ([, second]) => worked(second) && second.runs['Job/run'] === 1 && has(second, 'Pod/run-?'),
    },
    {
      name: `dying/claim-in-use${suffix}`,
      fact: waits
        ? 'With `--wait` a claim that is a hook and in use blocks the upgrade to the timeout.'
        : 'Without `--wait` a claim that is a hook and in use is marked for deletion and applied: the upgrade succeeds, and the claim with its data goes with its last Pod.',
      source: 'PVC protection; hookOnlyWaiter in pkg/kube/client.go',
      findings: ['hook/delete-policy-loses-data'],
      charts: { one: both(claim('data', { hook: HOOK }), deployment('db', { claim: 'data' })) },
      run: [install('one'), within(8, upgrade('one', ...flags))],
      holds: ([, second]) => second.world['PersistentVolumeClaim/data']?.going === true && worked(second) !== waits,
    },
    {
      name: `dying/namespace${suffix}`,
      fact: waits
        ? 'With `--wait` Helm waits until a Namespace that is a hook, and all in it, is gone.'
        : 'Without `--wait` a Namespace that is a hook is deleted and applied while it goes, with all that is in it; a hook that is to be created in it is refused.',
      source: 'hookOnlyWaiter in pkg/kube/client.go',
      charts: {
        one: both(
          namespace('RUN-extra', { hook: HOOK }),
          configMap('inside', { hook: 'pre-upgrade', weight: 1, namespace: 'RUN-extra' }),
        ),
      },
      run: [
        install('one', ...flags),
        { apply: configMap('held', { namespace: 'RUN-extra', finalizer: true }) },
        waits
          ? meanwhile(upgrade('one', ...flags), {
              when: 'Namespace/RUN-extra going',
              after: 2,
              release: 'ConfigMap/held',
            })
          : within(15, upgrade('one')),
      ],
      holds: ([, second]) =>
        waits
          ? worked(second) && madeBy(second, 'Namespace/RUN-extra') === 2
          : failed(second) &&
            does(second, 'delete Namespace/RUN-extra', 'apply Namespace/RUN-extra', 'apply ConfigMap/inside: 403'),
    },
  ];
});

const others = [
  {
    name: 'dying/finished-job',
    fact: 'A finished Job of the last run that a finalizer holds has finished: without `--wait` the next run is applied onto it, Helm takes it for done, and nothing runs.',
    source: 'newCustomJobStatusReader in internal/statusreaders: the conditions come before the deletion',
    charts: { one: both(job('held', { hook: HOOK, finalizer: true })) },
    run: [install('one'), within(15, upgrade('one'))],
    holds: ([, second]) =>
      worked(second) &&
      does(second, 'delete Job/held', 'apply Job/held') &&
      second.runs['Job/held'] === undefined &&
      second.world['Job/held'].going === true,
  },
  {
    name: 'dying/client-side',
    fact: 'In a release that is written client-side, a hook whose last run still goes is refused: it exists already.',
    source: 'createResource in pkg/kube/client.go',
    charts: { one: both(configMap('held', { hook: HOOK, finalizer: true })) },
    run: [install('one', '--server-side=false'), within(15, upgrade('one', '--server-side=false'))],
    holds: ([, second]) => failed(second) && does(second, 'delete ConfigMap/held', 'create ConfigMap/held: 409'),
  },
  {
    name: 'dying/namespace-alone',
    fact: 'Without `--wait` an upgrade with a Namespace that is a hook succeeds while the Namespace goes, and it vanishes later.',
    source: 'hookOnlyWaiter in pkg/kube/client.go',
    charts: { one: both(namespace('RUN-extra', { hook: HOOK })) },
    run: [
      install('one'),
      { apply: configMap('held', { namespace: 'RUN-extra', finalizer: true }) },
      within(15, upgrade('one')),
    ],
    holds: ([, second]) => worked(second) && second.world['Namespace/RUN-extra']?.going === true,
  },
  {
    name: 'dying/hook-succeeded',
    fact: 'A hook-succeeded deletion is not awaited without `--wait`: Helm goes on while a finalizer holds the object.',
    source: 'hookOnlyWaiter in pkg/kube/client.go',
    charts: { one: both(configMap('held', { hook: HOOK, policy: 'hook-succeeded', finalizer: true })) },
    run: [within(20, meanwhile(install('one'), { when: 'ConfigMap/held going', after: 3, release: 'ConfigMap/held' }))],
    holds: ([first]) => worked(first) && !first.steps.includes('wait ConfigMap/held: gone'),
  },
  {
    name: 'dying/pruned',
    fact: 'What leaves the manifest is deleted without waiting, under each flag: Helm goes on while a finalizer holds the object.',
    source: 'update in pkg/kube/client.go',
    charts: {
      one: both(configMap('held', { finalizer: true })),
      two: both(job('post', { hook: 'post-upgrade' })),
    },
    run: [install('one'), upgrade('two', '--wait'), { release: 'ConfigMap/held' }],
    holds: ([, second]) => worked(second) && second.world['ConfigMap/held']?.going === true,
  },
  {
    name: 'dying/uninstall',
    fact: 'An uninstall without `--wait` does not wait either; post-delete hooks run while the release still goes.',
    source: 'pkg/action/uninstall.go',
    charts: { one: both(configMap('held', { finalizer: true }), job('post', { hook: 'post-delete' })) },
    run: [install('one'), uninstall(), { release: 'ConfigMap/held' }],
    holds: ([, second]) =>
      worked(second) && created(second).includes('Job/post') && second.world['ConfigMap/held']?.going === true,
  },
  {
    name: 'dying/test',
    fact: '`helm test` waits until the test of the last run is gone, without being told.',
    source: 'pkg/action/release_testing.go: StatusWatcherStrategy',
    charts: { one: both(pod('check', { hook: 'test', outcome: 'hang', grace: 2 })) },
    run: [install('one'), within(4, { helm: 'test' }), within(6, { helm: 'test' })],
    holds: ([, , third]) => does(third, 'delete Pod/check', 'wait Pod/check: gone', 'create Pod/check'),
  },
];

export const dying = [...hooks, ...others];
