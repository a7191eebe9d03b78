import { account, claim, configMap, definition, deployment, job, secret, service, thing } from '../documents.mjs';
import { created, does, failed, has, install, test, upgrade } from './words.mjs';

/** In which order Helm does things when all goes well. */
export const order = [
  {
    name: 'order/weight-then-name',
    fact: 'Hooks of an event run one at a time, by weight and then by name. The kind does not count, and a weight that is no whole number is 0.',
    source: 'hookByWeight in pkg/action/hooks.go',
    findings: ['refs/created-too-late', 'hook/weight-not-integer'],
    short: true,
    charts: {
      one: [
        account('zzz', { hook: 'pre-install', weight: 0 }),
        job('aaa', { hook: 'pre-install' }),
        job('ccc', { hook: 'pre-install', weight: 'high' }),
        job('ten', { hook: 'pre-install', weight: 10 }),
        job('nine', { hook: 'pre-install', weight: 9 }),
        job('bbb', { hook: 'pre-install', weight: -1 }),
        configMap('plain'),
      ],
    },
    run: [install('one')],
    holds: ([first]) =>
      created(first).join() === 'Job/bbb,Job/aaa,Job/ccc,ServiceAccount/zzz,Job/nine,Job/ten,ConfigMap/plain' &&
      ['bbb', 'aaa', 'ccc', 'nine', 'ten'].every((name) => does(first, `create Job/${name}`, `wait Job/${name}`)),
  },
  {
    name: 'order/equal-names',
    fact: 'Hooks of equal weight and name run in install order of their kinds.',
    source: 'sort.Stable in pkg/action/hooks.go, over hooks that were sorted by kind',
    charts: { one: [job('same', { hook: 'pre-install' }), account('same', { hook: 'pre-install' })] },
    run: [install('one')],
    holds: ([first]) => created(first).join() === 'ServiceAccount/same,Job/same',
  },
  {
    name: 'order/one-name-in-two-events',
    fact: 'Two documents of one kind and name are two hooks where their events differ: each runs in its own, with its own weight.',
    source: 'SortManifests in pkg/release/v1/util/manifest_sorter.go makes a hook of each document',
    charts: {
      one: [
        job('same', { hook: 'pre-install', weight: 5, policy: 'before-hook-creation' }),
        job('same', { hook: 'pre-upgrade', weight: -5, policy: 'before-hook-creation' }),
        job('other', { hook: 'pre-install,pre-upgrade', policy: 'before-hook-creation' }),
        configMap('app'),
      ],
    },
    run: [install('one'), upgrade('one'), upgrade('one')],
    holds: ([first, ...others]) =>
      created(first).join() === 'Job/other,Job/same,ConfigMap/app' &&
      others.every((upgraded) => created(upgraded).slice(0, 2).join() === 'Job/same,Job/other'),
  },
  {
    name: 'order/install',
    fact: 'An install is: pre-install hooks, all other resources by kind, post-install hooks.',
    source: 'pkg/action/install.go, pkg/release/v1/util/kind_sorter.go',
    findings: ['refs/not-yet-created'],
    short: true,
    charts: {
      one: [
        job('pre', { hook: 'pre-install' }),
        job('post', { hook: 'post-install' }),
        deployment('app'),
        service('app'),
        job('plain'),
        configMap('app'),
        secret('app'),
        account('app'),
        claim('app'),
      ],
    },
    run: [install('one')],
    holds: ([first]) =>
      created(first).join() ===
      'Job/pre,ServiceAccount/app,Secret/app,ConfigMap/app,PersistentVolumeClaim/app,Service/app,Deployment/app,Job/plain,Job/post',
  },
  {
    name: 'order/upgrade',
    fact: 'An upgrade is: pre-upgrade hooks, what is new or changed by kind, deletion of what left the manifest, post-upgrade hooks. Hooks of other events do not run.',
    source: 'pkg/action/upgrade.go, update in pkg/kube/client.go',
    findings: ['refs/stale-on-upgrade'],
    short: true,
    charts: {
      one: [
        job('install-only', { hook: 'pre-install' }),
        configMap('app', { v: 1 }),
        configMap('old', { v: 1 }),
        deployment('app', { v: 1 }),
      ],
      two: [
        job('install-only', { hook: 'pre-install' }),
        job('pre', { hook: 'pre-upgrade' }),
        job('post', { hook: 'post-upgrade' }),
        configMap('app', { v: 2 }),
        configMap('new', { v: 2 }),
        deployment('app', { v: 2 }),
      ],
    },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) =>
      does(
        second,
        'create Job/pre',
        'wait Job/pre',
        'create ConfigMap/new',
        'delete ConfigMap/old',
        'create Job/post',
      ) && !created(second).includes('Job/install-only'),
  },
  {
    name: 'order/one-weight-for-all-events',
    fact: 'A resource has one weight for all its events, and a hook of two events of one operation runs twice.',
    source: 'pkg/release/v1/hook.go: one Weight',
    short: true,
    charts: {
      one: [
        job('both-late', { hook: 'pre-install,post-install', weight: 1 }),
        job('both-early', { hook: 'pre-install,post-install', weight: 0 }),
        configMap('plain'),
      ],
    },
    run: [install('one')],
    holds: ([first]) =>
      created(first).join() === 'Job/both-early,Job/both-late,ConfigMap/plain,Job/both-early,Job/both-late',
  },
  {
    name: 'order/event-twice',
    fact: 'A hook that names an event twice runs twice in it, one run right after the other; `test-success` is another name of `test`.',
    source: 'execHookWithDelayedShutdown in pkg/action/hooks.go: a hook for each of its events',
    charts: { one: [job('both', { hook: 'pre-install,pre-install' }), job('check', { hook: 'test,test-success' })] },
    run: [install('one'), test()],
    holds: ([first, second]) => first.runs['Job/both'] === 2 && second.runs['Job/check'] === 2,
  },
  {
    name: 'order/crds-folder',
    fact: 'What is in the crds folder is created before all hooks.',
    source: 'installCRDs in pkg/action/install.go',
    charts: { one: { documents: [thing('one', { hook: 'pre-install' }), configMap('plain')], crds: [definition()] } },
    run: [install('one')],
    holds: ([first]) =>
      first.exit === 0 &&
      created(first).join() === 'CustomResourceDefinition/things.RUN.example,Thing/one,ConfigMap/plain',
  },
  {
    name: 'order/crds-folder-awaited',
    fact: 'Helm waits until the API server has taken what is in the crds folder, without being told: a definition whose kind is taken already fails the install.',
    source:
      'installCRDs in pkg/action/install.go: HookOnlyStrategy is replaced; Helm 3: crdReady in pkg/kube/ready.go passes a conflict of names',
    charts: { one: { documents: [configMap('plain')], crds: [definition(), definition({ plural: 'others' })] } },
    run: [install('one')],
    holds: ([first]) => failed(first) && !has(first, 'ConfigMap/plain'),
  },
  {
    name: 'order/definition-as-hook',
    fact: 'A CustomResourceDefinition that is a hook is never deleted, whatever its policy. Client-side, that blocks the next upgrade: it exists already.',
    source: 'deleteHookByPolicy in pkg/action/hooks.go',
    charts: {
      one: [definition({ hook: 'pre-install,pre-upgrade', policy: 'before-hook-creation,hook-succeeded' })],
      two: [
        definition({ hook: 'pre-install,pre-upgrade', policy: 'before-hook-creation,hook-succeeded' }),
        configMap('plain'),
      ],
    },
    run: [install('one'), upgrade('two')],
    holds: ([first, second]) =>
      [first, second].every(({ steps }) => !steps.some((step) => step.startsWith('delete'))) &&
      second.world['CustomResourceDefinition/things.RUN.example']?.made === 1,
  },
];
