import { configMap, HOOK, job, refusedJob } from '../documents.mjs';
import {
  deleted,
  does,
  failed,
  has,
  install,
  lastStatus,
  madeBy,
  meanwhile,
  retry,
  upgrade,
  within,
  worked,
} from './words.mjs';

/** The delete policies: what they mean when all goes well. `undefined` is no annotation at all. */
const POLICIES = [
  [
    undefined,
    'No policy is before-hook-creation: the object of the last run goes just before the new one is created.',
    true,
  ],
  [
    'before-hook-creation',
    'before-hook-creation deletes the object of the last run just before the new one is created.',
    false,
  ],
  ['hook-succeeded', 'hook-succeeded deletes when all hooks of the event have succeeded, in reverse order.', true],
  ['hook-failed', 'hook-failed alone leaves what succeeded, and nothing deletes it before the next run.', false],
  ['keep', 'A word that Helm does not know switches the default off: nothing deletes the object, ever.', true],
  ['before-hook-creation,hook-succeeded', 'before-hook-creation,hook-succeeded deletes at both times.', false],
  ['hook-succeeded,hook-failed', 'hook-succeeded,hook-failed deletes after each run, well or not.', false],
];

const hooks = (policy, middle = {}, make = job) => [
  job('one', { hook: HOOK, weight: 1, policy }),
  make('two', { hook: HOOK, weight: 2, policy, ...middle }),
  job('three', { hook: HOOK, weight: 3, policy }),
];

const nameOf = (policy) => (policy === undefined ? 'none' : policy.replaceAll(',', '+'));
const DELETES_AFTER = (policy) => (policy ?? '').includes('hook-succeeded');
const DELETES_FAILED = (policy) => (policy ?? '').includes('hook-failed');
const DELETES_BEFORE = (policy) => policy === undefined || policy.includes('before-hook-creation');

const success = POLICIES.map(([policy, fact, short]) => ({
  name: `policy/${nameOf(policy)}`,
  fact,
  source: 'execHook and deleteHookByPolicy in pkg/action/hooks.go',
  findings: ['hook/name-blocks-rerun'],
  short,
  charts: { one: [...hooks(policy), configMap('plain')] },
  run: [install('one'), upgrade('one')],
  holds: ([first, second]) => {
    const stays = !DELETES_AFTER(policy);
    const gone = deleted(first).join() === 'Job/three,Job/two,Job/one';
    if (!worked(first) || (stays ? deleted(first).length > 0 : !gone)) return false;
    if (stays !== has(first, 'Job/one')) return false;
    if (DELETES_BEFORE(policy) || !stays) return worked(second) && second.runs['Job/one'] === 1;
    // What a leftover does differs between versions: `leftover/…` says so.
    return second.runs['Job/one'] === undefined;
  },
}));

/** How a hook goes wrong. `chart` is what fails, `operation` how Helm is run with it. */
const FAILURES = {
  fails: { middle: { outcome: 'fail' }, operation: install('bad') },
  'times-out': { middle: { outcome: 'hang' }, operation: within(5, install('bad')) },
  refused: { make: refusedJob, operation: install('bad') },
  killed: {
    middle: { outcome: 'hang' },
    operation: meanwhile(install('bad'), { when: 'Job/two running', kill: 'SIGKILL' }),
  },
};

const SAYS = {
  fails:
    'A hook that fails: its hook-failed deletion, then hook-succeeded deletions of the hooks before it. Hooks after it do not run.',
  'times-out': 'A hook that times out is treated as one that failed, although its Job still runs.',
  refused: 'A hook that the API server refuses to create: nothing is deleted, also of the hooks before it.',
  killed: 'When Helm is killed nothing is deleted, and the release stays pending, which locks it.',
};

const failures = Object.entries(FAILURES).flatMap(([how, { middle, make, operation }]) =>
  POLICIES.map(([policy]) => ({
    name: `failure/${how}/${nameOf(policy)}`,
    fact: SAYS[how],
    policy: policy ?? 'no policy',
    source: 'execHookWithDelayedShutdown in pkg/action/hooks.go',
    short: policy === undefined || (policy === 'hook-succeeded,hook-failed' && how !== 'times-out'),
    charts: {
      bad: [...hooks(policy, middle, make), configMap('plain')],
      good: [...hooks(policy), configMap('plain')],
    },
    run: [operation, retry('good')],
    holds: ([first]) => {
      if (!failed(first) || has(first, 'Job/three') || has(first, 'ConfigMap/plain')) return false;
      const cleans = how === 'fails' || how === 'times-out';
      const wanted = [
        ...(cleans && DELETES_FAILED(policy) ? ['Job/two'] : []),
        ...(cleans && DELETES_AFTER(policy) ? ['Job/one'] : []),
      ];
      return (
        deleted(first).join() === wanted.join() &&
        lastStatus(first) === (how === 'killed' ? 'pending-install' : 'failed')
      );
    },
  })),
);

/** What is still there when a hook is created. */
const leftovers = [
  {
    name: 'leftover/unchanged',
    fact: 'A finished Job that is still there, and unchanged, does not run again, and the upgrade succeeds.',
    source: 'makeCreateApplyFunc in pkg/kube/client.go',
    findings: ['hook/name-blocks-rerun'],
    short: true,
    charts: { one: [job('a', { hook: HOOK, policy: 'keep' }), configMap('plain')] },
    run: [install('one'), upgrade('one')],
    holds: ([, second]) => worked(second) && second.runs['Job/a'] === undefined && madeBy(second, 'Job/a') === 1,
  },
  {
    name: 'leftover/changed',
    fact: 'A Job that is still there, and changed, is refused: a field is immutable.',
    source: 'API server',
    findings: ['hook/name-blocks-rerun'],
    charts: {
      one: [job('a', { hook: HOOK, policy: 'keep', image: 'one' }), configMap('plain')],
      two: [job('a', { hook: HOOK, policy: 'keep', image: 'two' }), configMap('plain')],
    },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => failed(second) && second.steps.includes('apply Job/a: 422'),
  },
  {
    name: 'leftover/failed',
    fact: 'A failed Job that is still there fails the next upgrade at once, without running.',
    source: 'WatchUntilReady in pkg/kube/statuswait.go',
    findings: ['hook/name-blocks-rerun'],
    charts: {
      one: [job('a', { hook: HOOK, policy: 'keep', outcome: 'fail' }), configMap('plain')],
    },
    run: [install('one'), retry('one')],
    holds: ([, second]) => failed(second) && second.steps.includes('apply Job/a') && second.runs['Job/a'] === undefined,
  },
  {
    name: 'leftover/running',
    fact: 'A Job that still runs after a timeout, and is kept, is awaited by the next upgrade instead of started again.',
    source: 'makeCreateApplyFunc in pkg/kube/client.go',
    charts: { one: [job('a', { hook: HOOK, policy: 'keep', seconds: 15 }), configMap('plain')] },
    run: [within(4, install('one')), retry('one')],
    holds: ([first, second]) =>
      failed(first) && worked(second) && madeBy(second, 'Job/a') === 1 && does(second, 'apply Job/a', 'wait Job/a'),
  },
  {
    name: 'leftover/configmap',
    fact: 'A ConfigMap that is a kept hook is updated.',
    source: 'makeCreateApplyFunc in pkg/kube/client.go',
    charts: {
      one: [configMap('a', { hook: HOOK, policy: 'keep', v: 1 })],
      two: [configMap('a', { hook: HOOK, policy: 'keep', v: 2 })],
    },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) =>
      worked(second) && second.world['ConfigMap/a'].v === '2' && madeBy(second, 'ConfigMap/a') === 1,
  },
  {
    name: 'leftover/client-side',
    fact: 'With `--server-side=false` what is still there stops the hook: it exists already.',
    source: 'createResource in pkg/kube/client.go',
    findings: ['hook/name-blocks-rerun'],
    charts: { one: [configMap('a', { hook: HOOK, policy: 'keep', v: 1 })] },
    run: [install('one', '--server-side=false'), upgrade('one', '--server-side=false')],
    holds: ([, second]) => failed(second) && second.steps.includes('create ConfigMap/a: 409'),
  },
];

const names = [
  {
    name: 'policy/goes-by-name',
    fact: 'before-hook-creation deletes by name: a Job whose name is new each time stays beside the next one.',
    source: 'deleteHookByPolicy in pkg/action/hooks.go',
    findings: ['job/unique-name-piles-up'],
    charts: { one: [job('a-1', { hook: HOOK })], two: [job('a-2', { hook: HOOK })] },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => has(second, 'Job/a-1') && has(second, 'Job/a-2'),
  },
  {
    name: 'policy/empty-word',
    fact: 'An empty policy annotation is a word that Helm does not know: the default is off.',
    source: 'calculateHookWeight and operateAnnotationValues in pkg/release/v1/util/manifest_sorter.go',
    findings: ['hook/unknown-delete-policy'],
    charts: { one: [configMap('a', { hook: HOOK, policy: '', v: 1 })] },
    run: [install('one'), upgrade('one')],
    holds: ([, second]) => !second.steps.some((step) => step.startsWith('delete')),
  },
  {
    name: 'policy/removed-hook-stays',
    fact: 'A hook that is no longer in the chart stays in the cluster: no upgrade deletes it.',
    source: 'hooks are not part of the manifest that update in pkg/kube/client.go compares',
    charts: { one: [job('a', { hook: HOOK }), configMap('plain')], two: [configMap('plain')] },
    run: [install('one'), upgrade('two')],
    holds: ([, second]) => worked(second) && has(second, 'Job/a'),
  },
  {
    name: 'policy/hash-reruns',
    fact: 'A hook Job whose name is a hash of its content runs again at each upgrade, unchanged, unless its policy keeps it. A plain one does not.',
    source: 'execHook in pkg/action/hooks.go',
    short: true,
    charts: {
      one: [
        job('a-5f2c', { hook: HOOK }),
        job('b-5f2c', { hook: HOOK, policy: 'hook-succeeded' }),
        job('d-5f2c', {}),
        configMap('plain'),
      ],
    },
    run: [install('one'), upgrade('one')],
    holds: ([, second]) =>
      second.runs['Job/a-5f2c'] === 1 && second.runs['Job/b-5f2c'] === 1 && second.runs['Job/d-5f2c'] === undefined,
  },
];

export const deleting = [...success, ...failures, ...leftovers, ...names];
