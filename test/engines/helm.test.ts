/** What Helm does, step by step. Each case is a release, what is done with it, and the steps in one line each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Circumstances } from '../../src/engines/engine.ts';
import { helm } from '../../src/engines/helm/simulate.ts';
import type { Run } from '../../src/engines/run.ts';
import { job as jobWith, left, lines, plain, status, stream } from './steps.ts';

const USUAL: Circumstances = { version: '4.3', wait: false, timeoutSeconds: 300 };

const job = (name: string, events: string, more = ''): string => jobWith(name, `helm.sh/hook: "${events}"${more}`);
const hook = (kind: string, name: string, events: string, more = ''): string =>
  plain(kind, name, `, annotations: { helm.sh/hook: "${events}"${more} }`);
const policy = (words: string): string => `, helm.sh/hook-delete-policy: "${words}"`;
const USES_SCRATCH = `apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec: { template: { spec: { volumes: [{ name: s, persistentVolumeClaim: { claimName: scratch } }] } } }
`;

const STEPS: readonly {
  readonly name: string;
  readonly of: readonly string[];
  readonly run: (release: ReturnType<typeof stream>) => Run;
  readonly steps: readonly string[];
  readonly left: readonly string[];
  readonly status: readonly string[];
}[] = [
  {
    name: 'an install runs pre hooks by weight and name, then the manifest by kind, then post hooks',
    of: [
      plain('Service', 's'),
      plain('ConfigMap', 'c'),
      job('b', 'pre-install'),
      job('a', 'pre-install', ', helm.sh/hook-weight: "1"'),
      job('z', 'post-install', policy('hook-succeeded')),
    ],
    run: (release) => helm.simulate(release, 'install', USUAL),
    steps: [
      'pre-install create Job/b (hook)',
      'pre-install wait Job/b (hook)',
      'pre-install create Job/a (hook)',
      'pre-install wait Job/a (hook)',
      'release create ConfigMap/c (manifest)',
      'release create Service/s (manifest)',
      'post-install create Job/z (hook)',
      'post-install wait Job/z (hook)',
      'post-install delete Job/z (hook-succeeded)',
    ],
    left: ['Job/b succeeded', 'Job/a succeeded', 'ConfigMap/c', 'Service/s'],
    status: ['1 deployed'],
  },
  {
    name: 'an upgrade deletes what the last run left before it makes the hook anew',
    of: [job('m', 'pre-install,pre-upgrade'), plain('ConfigMap', 'c')],
    run: (release) => helm.simulate(release, 'upgrade', USUAL),
    steps: [
      'pre-upgrade delete Job/m (before-hook-creation)',
      'pre-upgrade create Job/m (hook)',
      'pre-upgrade wait Job/m (hook)',
      'release update ConfigMap/c (manifest)',
    ],
    left: ['ConfigMap/c', 'Job/m succeeded'],
    status: ['1 superseded', '2 deployed'],
  },
  {
    name: 'a finished Job that nothing deletes does not run again, and nothing says so',
    of: [job('m', 'pre-install,pre-upgrade', policy('keep'))],
    run: (release) => helm.simulate(release, 'upgrade', USUAL),
    steps: ['pre-upgrade skip Job/m (already-there)', 'pre-upgrade wait Job/m (hook)'],
    left: ['Job/m succeeded'],
    status: ['1 superseded', '2 deployed'],
  },
  {
    name: 'Helm 3 fails where the last run still is',
    of: [job('m', 'pre-install,pre-upgrade', policy('keep'))],
    run: (release) => helm.simulate(release, 'upgrade', { ...USUAL, version: '3.22' }),
    steps: ['pre-upgrade create Job/m (already-exists) refused'],
    left: ['Job/m succeeded'],
    status: ['1 deployed', '2 failed'],
  },
  {
    name: 'a hook that fails is deleted by hook-failed, those before it by hook-succeeded',
    of: [job('a', 'pre-install', policy('hook-succeeded')), job('b', 'pre-install', policy('hook-failed'))],
    run: (release) => helm.simulate(release, 'install', USUAL).failAt(3, 'failed'),
    steps: [
      'pre-install create Job/a (hook)',
      'pre-install wait Job/a (hook)',
      'pre-install create Job/b (hook)',
      'pre-install wait Job/b (hook) failed',
      'pre-install delete Job/b (hook-failed)',
      'pre-install delete Job/a (hook-succeeded)',
    ],
    left: [],
    status: ['1 failed'],
  },
  {
    name: 'a hook that the API server refuses cleans nothing up',
    of: [job('a', 'pre-install', policy('hook-succeeded')), job('b', 'pre-install', policy('hook-failed'))],
    run: (release) => helm.simulate(release, 'install', USUAL).failAt(2, 'refused'),
    steps: [
      'pre-install create Job/a (hook)',
      'pre-install wait Job/a (hook)',
      'pre-install create Job/b (hook) refused',
    ],
    left: ['Job/a succeeded'],
    status: ['1 failed'],
  },
  {
    name: 'a killed client leaves the release pending and the Job running',
    of: [job('a', 'pre-install')],
    run: (release) => helm.simulate(release, 'install', USUAL).failAt(1, 'killed'),
    steps: ['pre-install create Job/a (hook)', 'pre-install wait Job/a (hook) killed'],
    left: ['Job/a running'],
    status: ['1 pending'],
  },
  {
    name: 'what became a hook is deleted as no longer part of the release, the new hook object itself',
    of: [hook('ServiceAccount', 'a', 'pre-upgrade', policy('keep'))],
    run: (release) => helm.simulate(release, 'upgrade', { ...USUAL, previous: stream(plain('ServiceAccount', 'a')) }),
    steps: ['pre-upgrade update ServiceAccount/a (hook)', 'release delete ServiceAccount/a (left-manifest)'],
    left: [],
    status: ['1 superseded', '2 deployed'],
  },
  {
    name: 'an uninstall leaves hooks, what has a resource policy, and the claims of StatefulSets',
    of: [
      job('m', 'pre-install'),
      plain('ConfigMap', 'kept', ', annotations: { helm.sh/resource-policy: keep }'),
      plain('ConfigMap', 'gone'),
      `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec: { volumeClaimTemplates: [{ metadata: { name: data } }] }
`,
    ],
    run: (release) => helm.simulate(release, 'uninstall', USUAL),
    steps: [
      'release delete StatefulSet/db (uninstall)',
      'release keep PersistentVolumeClaim/data-db-0 (claim-of-statefulset)',
      'release keep ConfigMap/kept (resource-policy)',
      'release delete ConfigMap/gone (uninstall)',
    ],
    left: ['Job/m succeeded', 'ConfigMap/kept', 'PersistentVolumeClaim/data-db-0'],
    status: [],
  },
  {
    name: 'a claim in use is applied onto its dying self, and goes away',
    of: [hook('PersistentVolumeClaim', 'scratch', 'pre-install,pre-upgrade'), USES_SCRATCH],
    run: (release) => helm.simulate(release, 'upgrade', USUAL),
    steps: [
      'pre-upgrade delete PersistentVolumeClaim/scratch (before-hook-creation)',
      'pre-upgrade update PersistentVolumeClaim/scratch (onto-dying)',
      'release update Deployment/app (manifest)',
    ],
    left: ['PersistentVolumeClaim/scratch dying', 'Deployment/app'],
    status: ['1 superseded', '2 deployed'],
  },
  {
    name: 'a claim that no running pod mounts goes at once',
    of: [hook('PersistentVolumeClaim', 'scratch', 'pre-install,pre-upgrade')],
    run: (release) => helm.simulate(release, 'upgrade', USUAL),
    steps: [
      'pre-upgrade delete PersistentVolumeClaim/scratch (before-hook-creation)',
      'pre-upgrade create PersistentVolumeClaim/scratch (hook)',
    ],
    left: ['PersistentVolumeClaim/scratch'],
    status: ['1 superseded', '2 deployed'],
  },
  {
    name: '--wait waits for the deletion, so the object is a new one',
    of: [hook('PersistentVolumeClaim', 'scratch', 'pre-install,pre-upgrade')],
    run: (release) => helm.simulate(release, 'upgrade', { ...USUAL, wait: true }),
    steps: [
      'pre-upgrade delete PersistentVolumeClaim/scratch (before-hook-creation) awaited',
      'pre-upgrade create PersistentVolumeClaim/scratch (hook)',
    ],
    left: ['PersistentVolumeClaim/scratch'],
    status: ['1 superseded', '2 deployed'],
  },
];

for (const { name, of, run, ...want } of STEPS)
  test(name, () => {
    const made = run(stream(...of));
    assert.deepEqual(
      { steps: lines(made), left: left(made), status: status(made) },
      { steps: want.steps, left: want.left, status: want.status },
    );
  });

test('a retry begins where the failed operation ended', () => {
  const release = stream(job('m', 'pre-install,pre-upgrade'), plain('ConfigMap', 'c'));
  const failed = helm.simulate(release, 'install', USUAL).failAt(1, 'failed');
  const retry = helm.simulate(release, 'upgrade', USUAL, failed.end);
  assert.deepEqual(lines(retry), [
    'pre-upgrade delete Job/m (before-hook-creation)',
    'pre-upgrade create Job/m (hook)',
    'pre-upgrade wait Job/m (hook)',
    'release create ConfigMap/c (manifest)',
  ]);
  assert.deepEqual(status(retry), ['1 superseded', '2 deployed']);
});

test('a Job with a name of its run meets no older one, also after an uninstall, when revisions are counted anew', () => {
  const release = stream(job('migrate-1732147200', 'pre-install', policy('keep')));
  const failed = helm.simulate(release, 'install', USUAL, undefined, (step) =>
    step.do === 'wait' ? 'failed' : undefined,
  );
  const gone = helm.simulate(release, 'uninstall', USUAL, failed.end);
  const again = helm.simulate(release, 'install', USUAL, gone.end);
  assert.deepEqual(status(again), ['1 deployed']);
  assert.deepEqual(left(again), ['Job/migrate-1732147200 failed', 'Job/migrate-1732147200 succeeded']);
});

test('a killed operation locks upgrades out and lets a rollback in', () => {
  const release = stream(job('m', 'pre-upgrade'));
  const killed = helm.simulate(release, 'upgrade', USUAL).failAt(1, 'killed');
  assert.deepEqual(helm.simulate(release, 'upgrade', USUAL, killed.end).stop, { because: 'locked' });
  assert.deepEqual(status(helm.simulate(release, 'rollback', USUAL, killed.end)), [
    '1 superseded',
    '2 pending',
    '3 deployed',
  ]);
});

test('what ceased to be a hook is refused before anything happens, unless it is taken over', () => {
  const previous = stream(hook('ConfigMap', 'c', 'pre-install'));
  const release = stream(plain('ConfigMap', 'c'));
  const refused = helm.simulate(release, 'upgrade', { ...USUAL, previous });
  assert.deepEqual([refused.steps.length, refused.stop?.because], [0, 'not-owned']);
  const taken = helm.simulate(release, 'upgrade', { ...USUAL, previous, takeOwnership: true });
  assert.deepEqual(lines(taken), ['release update ConfigMap/c (manifest)']);
});

test('each step carries what it changes: the worlds between follow from the steps alone', () => {
  const run = helm.simulate(stream(job('m', 'pre-install'), plain('ConfigMap', 'c')), 'install', USUAL);
  const sizes = [-1, ...run.steps.keys()].map((step) => run.worldAfter(step).size);
  assert.deepEqual(sizes, [0, 1, 1, 2]);
  assert.deepEqual([...run.worldAfter(run.steps.length - 1)], [...run.end.world]);
});
