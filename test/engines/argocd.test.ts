/** What Argo CD does, step by step: phases, waves, kinds, policies, what is never applied, deletion. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArgoOperation, argocd } from '../../src/engines/argocd/simulate.ts';
import type { Circumstances } from '../../src/engines/engine.ts';
import type { Run } from '../../src/engines/run.ts';
import { job, left, lines, plain, type Release, stream } from './steps.ts';

const USUAL: Circumstances = { version: '3.6', wait: false, timeoutSeconds: 0 };
const during =
  (operation: ArgoOperation) =>
  (release: Release): Run =>
    argocd.simulate(release, operation, USUAL);
const SYNC = 'argocd.argoproj.io';

const CASES: readonly {
  readonly name: string;
  readonly of: readonly string[];
  readonly run: (release: Release) => Run;
  readonly steps: readonly string[];
  readonly left: readonly string[];
}[] = [
  {
    name: "Helm's pre events are PreSync, its post events PostSync, whatever the operation",
    of: [job('pre', 'helm.sh/hook: pre-upgrade'), plain('ConfigMap', 'c'), job('post', 'helm.sh/hook: post-install')],
    run: during('first sync'),
    steps: [
      'PreSync 0 create Job/pre (hook)',
      'PreSync 0 wait Job/pre (hook)',
      'Sync 0 create ConfigMap/c (manifest)',
      'PostSync 0 create Job/post (hook)',
      'PostSync 0 wait Job/post (hook)',
    ],
    left: ['Job/pre succeeded', 'ConfigMap/c', 'Job/post succeeded'],
  },
  {
    name: 'hooks of one wave run together, by kind and name',
    of: [
      job('b', 'helm.sh/hook: pre-install'),
      job('a', 'helm.sh/hook: pre-install'),
      plain('ConfigMap', 'z', ', annotations: { helm.sh/hook: pre-install }'),
    ],
    run: during('first sync'),
    steps: [
      'PreSync 0 create ConfigMap/z (hook)',
      'PreSync 0 create Job/a (hook)',
      'PreSync 0 create Job/b (hook)',
      'PreSync 0 wait Job/a (hook)',
      'PreSync 0 wait Job/b (hook)',
    ],
    left: ['ConfigMap/z', 'Job/a succeeded', 'Job/b succeeded'],
  },
  {
    name: 'keep means delete and make anew at each sync',
    of: [plain('Secret', 's', ', annotations: { helm.sh/hook: pre-install, helm.sh/hook-delete-policy: keep }')],
    run: during('sync'),
    steps: ['PreSync 0 delete Secret/s (before-hook-creation) awaited', 'PreSync 0 create Secret/s (hook)'],
    left: ['Secret/s'],
  },
  {
    name: 'a hook that lacks BeforeHookCreation does not run again',
    of: [job('m', `${SYNC}/hook: PreSync, ${SYNC}/hook-delete-policy: HookFailed`)],
    run: during('sync'),
    steps: ['PreSync 0 skip Job/m (already-there)', 'PreSync 0 wait Job/m (hook)'],
    left: ['Job/m succeeded'],
  },
  {
    name: 'HookSucceeded acts at the end of the whole sync',
    of: [job('m', `${SYNC}/hook: PreSync, ${SYNC}/hook-delete-policy: HookSucceeded`), plain('ConfigMap', 'c')],
    run: during('first sync'),
    steps: [
      'PreSync 0 create Job/m (hook)',
      'PreSync 0 wait Job/m (hook)',
      'Sync 0 create ConfigMap/c (manifest)',
      'PreSync 0 delete Job/m (hook-succeeded) awaited',
    ],
    left: ['ConfigMap/c'],
  },
  {
    name: 'tests and rollbacks are never applied',
    of: [job('t', 'helm.sh/hook: test'), job('r', 'helm.sh/hook: post-rollback')],
    run: during('first sync'),
    steps: ['Sync skip Job/t (no-phase)', 'Sync skip Job/r (no-phase)'],
    left: [],
  },
  {
    name: "a word of Argo's replaces Helm's events, not Helm's weight and policies",
    of: [
      job(
        'm',
        `${SYNC}/hook: Sync, helm.sh/hook: post-install, helm.sh/hook-weight: "-20", helm.sh/hook-delete-policy: hook-succeeded`,
      ),
      plain('ConfigMap', 'c'),
    ],
    run: during('first sync'),
    steps: [
      'Sync -20 create Job/m (hook)',
      'Sync -20 wait Job/m (hook)',
      'Sync 0 create ConfigMap/c (manifest)',
      'Sync -20 delete Job/m (hook-succeeded) awaited',
    ],
    left: ['ConfigMap/c'],
  },
  {
    name: 'a weight makes a wave of a plain resource, which is waited for',
    of: [
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app, annotations: { helm.sh/hook-weight: "-1" } }\n`,
      plain('ConfigMap', 'c'),
    ],
    run: during('first sync'),
    steps: [
      'Sync -1 create Deployment/app (manifest)',
      'Sync -1 wait Deployment/app (wave)',
      'Sync 0 create ConfigMap/c (manifest)',
    ],
    left: ['Deployment/app', 'ConfigMap/c'],
  },
  {
    name: 'a Namespace moves to the phase and wave of its first user',
    of: [
      plain('Namespace', 'pond'),
      job('m', `${SYNC}/hook: PreSync, ${SYNC}/sync-wave: "3"`).replace('name: m,', 'name: m, namespace: pond,'),
    ],
    run: during('first sync'),
    steps: [
      'PreSync 3 create Namespace/pond (manifest)',
      'PreSync 3 create Job/m (hook)',
      'PreSync 3 wait Job/m (hook)',
    ],
    left: ['Namespace/pond', 'Job/m succeeded'],
  },
  {
    name: 'a failed sync deletes what has HookFailed, also what had succeeded, and runs SyncFail hooks',
    of: [
      job('a', `${SYNC}/hook: PreSync, ${SYNC}/sync-wave: "1", ${SYNC}/hook-delete-policy: HookFailed`),
      job('b', `${SYNC}/hook: PreSync, ${SYNC}/sync-wave: "2", ${SYNC}/hook-delete-policy: HookSucceeded`),
      job('f', `${SYNC}/hook: SyncFail`),
    ],
    run: (release) => during('first sync')(release).failAt(3, 'failed'),
    steps: [
      'PreSync 1 create Job/a (hook)',
      'PreSync 1 wait Job/a (hook)',
      'PreSync 2 create Job/b (hook)',
      'PreSync 2 wait Job/b (hook) failed',
      'PreSync 1 delete Job/a (hook-failed) awaited',
      'SyncFail 0 create Job/f (hook)',
      'SyncFail 0 wait Job/f (hook)',
    ],
    left: ['Job/b failed', 'Job/f succeeded'],
  },
  {
    name: 'a deletion leaves hooks of syncs and what has Delete=false',
    of: [
      job('m', `${SYNC}/hook: PreSync`),
      plain('ConfigMap', 'kept', `, annotations: { ${SYNC}/sync-options: "Prune=false,Delete=false" }`),
      plain('ConfigMap', 'gone'),
      job('bye', 'helm.sh/hook: post-delete'),
    ],
    run: during('deletion'),
    steps: [
      'release keep ConfigMap/kept (delete-option)',
      'release delete ConfigMap/gone (uninstall) awaited',
      'PostDelete create Job/bye (hook)',
      'PostDelete wait Job/bye (hook)',
      'PostDelete delete Job/bye (uninstall) awaited',
    ],
    left: ['ConfigMap/kept', 'Job/m succeeded'],
  },
];

for (const { name, of, run, ...want } of CASES)
  test(name, () => {
    const made = run(stream(...of));
    assert.deepEqual({ steps: lines(made), left: left(made) }, want);
  });
