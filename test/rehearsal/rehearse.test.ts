/** What is left when a step fails, and what comes next: each case is a release, a failure, and what is said of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Circumstances } from '../../src/engines/engine.ts';
import type { Mishap, Next } from '../../src/rehearsal/rehearsal.ts';
import { rehearse, rehearseStep } from '../../src/rehearsal/rehearse.ts';
import { job as jobWith, plain, stream } from '../engines/steps.ts';

const USUAL: Circumstances = { version: '4.3', wait: false, timeoutSeconds: 300 };

const job = (name: string, events: string, policy?: string, spec = ''): string =>
  jobWith(
    name,
    `helm.sh/hook: "${events}"${policy === undefined ? '' : `, helm.sh/hook-delete-policy: "${policy}"`}`,
    spec,
  );
const deployment = (name: string, pod = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec: { template: { spec: { ${pod}containers: [{ name: c, image: x }] } } }
`;
/** A hook Job that reads a ConfigMap of the release. */
const reading = (name: string, events: string, map: string): string =>
  job(name, events).replace('image: x', `image: x, envFrom: [{ configMapRef: { name: ${map} } }]`);

const titles = (things: readonly { readonly kind: string; readonly name: string }[]): string =>
  things.map(({ kind, name }) => `${kind}/${name}`).join(' ');

function sayNext({ operation, to, blocked, runsAgain, runsTwice, loses, leaves, oldAppNewSchema }: Next): string {
  const parts = [
    [operation, to].filter((word) => word !== null).join(' '),
    blocked === null ? 'works' : [`blocked: ${blocked.because}`, ...blocked.by].join(' '),
    ...(runsAgain.length > 0 ? [`again ${titles(runsAgain)}`] : []),
    ...(runsTwice.length > 0 ? [`twice ${titles(runsTwice)}`] : []),
    ...(loses.length > 0 ? [`loses ${loses.map((each) => `${each.what} of ${titles([each])}`).join(', ')}`] : []),
    ...(leaves.length > 0 ? [`leaves ${titles(leaves)}`] : []),
    ...(oldAppNewSchema ? ['old app on the new schema'] : []),
  ];
  return parts.join('; ');
}

function say({ then, next, wayOut, worries }: Mishap): readonly string[] {
  const { done, half, open } = then.migrations;
  return [
    `history: ${then.history.map(({ revision, status }) => `${revision} ${status}`).join(', ')}`,
    ...(then.running.length > 0 ? [`running: ${titles(then.running)}`] : []),
    ...(then.logs === null ? [] : [`logs: ${then.logs}`]),
    ...(then.leftover.length > 0 ? [`left: ${titles(then.leftover)}`] : []),
    ...(then.gone.length > 0 ? [`gone: ${titles(then.gone)}`] : []),
    `app: ${then.app ?? 'none'}, ${then.applied.done} of ${then.applied.of} applied`,
    ...(done.length > 0 ? [`migrated: ${titles(done)}`] : []),
    ...(half.length > 0 ? [`half migrated: ${titles(half)}`] : []),
    ...(open.length > 0 ? [`not migrated: ${titles(open)}`] : []),
    ...next.map(sayNext),
    ...wayOut.map(({ command }) => `do: ${command.join(' ')}`),
    `worries: ${worries.join(', ')}`,
  ];
}

const CASES: readonly {
  readonly name: string;
  readonly of: readonly string[];
  readonly when: readonly [operation: string, phase: string, object: string, failure: Mishap['failure']];
  readonly circumstances?: Partial<Circumstances>;
  readonly says: readonly string[];
}[] = [
  {
    name: 'a migration that fails before an upgrade: the old app meets a schema that is changed half',
    of: [job('migrate', 'pre-install,pre-upgrade'), deployment('app')],
    when: ['upgrade', 'pre-upgrade', 'Job/migrate', 'failed'],
    says: [
      'history: 1 deployed, 2 failed',
      'logs: kept',
      'left: Job/migrate',
      'app: old, 0 of 1 applied',
      'half migrated: Job/migrate',
      'upgrade; works; loses logs of Job/migrate',
      'rollback 1; works; old app on the new schema',
      'uninstall; works; leaves Job/migrate',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: old-app-new-schema, leftover',
    ],
  },
  {
    name: 'a migration that outlives the timeout is started a second time by the retry',
    of: [job('migrate', 'pre-install,pre-upgrade'), deployment('app')],
    when: ['upgrade', 'pre-upgrade', 'Job/migrate', 'timed-out'],
    says: [
      'history: 1 deployed, 2 failed',
      'running: Job/migrate',
      'logs: kept',
      'left: Job/migrate',
      'app: old, 0 of 1 applied',
      'half migrated: Job/migrate',
      'upgrade; works; twice Job/migrate',
      'rollback 1; works; old app on the new schema',
      'uninstall; works; leaves Job/migrate',
      'do: kubectl wait job/migrate --for=condition=complete --timeout=1h',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: two-at-once, old-app-new-schema, still-running, leftover',
    ],
  },
  {
    name: 'a client that is killed leaves a lock, which a rollback opens',
    of: [job('migrate', 'pre-install,pre-upgrade', undefined, 'activeDeadlineSeconds: 60, '), deployment('app')],
    when: ['upgrade', 'pre-upgrade', 'Job/migrate', 'killed'],
    says: [
      'history: 1 deployed, 2 pending-upgrade',
      'running: Job/migrate',
      'logs: kept',
      'left: Job/migrate',
      'app: old, 0 of 1 applied',
      'half migrated: Job/migrate',
      'upgrade; blocked: locked',
      'rollback 1; works; old app on the new schema',
      'uninstall; works; leaves Job/migrate',
      'do: helm rollback RELEASE 1',
      'do: kubectl wait job/migrate --for=condition=complete --timeout=1h',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: old-app-new-schema, retry-blocked, still-running, leftover',
    ],
  },
  {
    name: 'a run that the next operation awaits before it starts another is no second one beside it',
    of: [job('restore', 'pre-rollback,post-rollback', 'hook-succeeded'), deployment('app')],
    when: ['rollback', 'pre-rollback', 'Job/restore', 'killed'],
    says: [
      'history: 1 superseded, 2 deployed, 3 pending-rollback',
      'running: Job/restore',
      'logs: kept',
      'left: Job/restore',
      'app: old, 0 of 1 applied',
      'upgrade; blocked: locked',
      'rollback 1; works',
      'uninstall; works; leaves Job/restore',
      'do: helm rollback RELEASE 1',
      'worries: still-running, leftover',
    ],
  },
  {
    name: 'a failed run that nothing deletes blocks each retry until it is taken away',
    of: [job('work', 'pre-upgrade', 'hook-succeeded'), deployment('app')],
    when: ['upgrade', 'pre-upgrade', 'Job/work', 'failed'],
    says: [
      'history: 1 deployed, 2 failed',
      'logs: kept',
      'left: Job/work',
      'app: old, 0 of 1 applied',
      'upgrade; blocked: left Job/work',
      'rollback 1; works',
      'uninstall; works; leaves Job/work',
      'do: kubectl delete job/work',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: retry-blocked, leftover',
    ],
  },
  {
    name: 'after a first install that failed early, a hook of the upgrade lacks what the release would have brought: only a new start helps',
    of: [
      job('check', 'pre-install'),
      reading('work', 'post-install,pre-upgrade', 'settings'),
      plain('ConfigMap', 'settings'),
      deployment('app'),
    ],
    when: ['install', 'pre-install', 'Job/check', 'failed'],
    says: [
      'history: 1 failed',
      'logs: kept',
      'left: Job/check',
      'app: none, 0 of 2 applied',
      'upgrade; blocked: lacks ConfigMap/settings',
      'rollback; blocked: no-release',
      'uninstall; works; leaves Job/check',
      'do: helm uninstall RELEASE',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: retry-blocked, leftover',
    ],
  },
  {
    name: 'a hook of the uninstall that lacks its ConfigMap is passed over',
    of: [job('check', 'pre-install'), reading('bye', 'pre-delete', 'settings'), plain('ConfigMap', 'settings')],
    when: ['install', 'pre-install', 'Job/check', 'killed'],
    says: [
      'history: 1 pending-install',
      'running: Job/check',
      'logs: kept',
      'left: Job/check',
      'app: none, 0 of 1 applied',
      'upgrade; blocked: locked',
      'rollback; blocked: no-release',
      'uninstall; blocked: lacks ConfigMap/settings; leaves Job/check Job/bye',
      'do: helm uninstall RELEASE --no-hooks',
      'do: kubectl wait job/check --for=condition=complete --timeout=1h',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: retry-blocked, uninstall-blocked, still-running, leftover',
    ],
  },
  {
    name: 'a migration after the upgrade that fails: the new app runs without it',
    of: [job('migrate', 'post-upgrade', 'before-hook-creation,hook-failed'), deployment('app')],
    when: ['upgrade', 'post-upgrade', 'Job/migrate', 'failed'],
    says: [
      'history: 1 deployed, 2 failed',
      'logs: lost',
      'app: new, 1 of 1 applied',
      'half migrated: Job/migrate',
      'upgrade; works',
      'rollback 1; works; old app on the new schema',
      'uninstall; works',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: new-app-old-schema, rollback-old-app-new-schema, logs-lost',
    ],
  },
  {
    name: 'a rollback with a hook of its own may repair the schema, so nothing is said of it',
    of: [job('migrate', 'pre-upgrade'), job('restore', 'pre-rollback'), deployment('app')],
    when: ['upgrade', 'release', 'Deployment/app', 'refused'],
    says: [
      'history: 1 deployed, 2 failed',
      'app: old, 0 of 1 applied',
      'migrated: Job/migrate',
      'upgrade; works; again Job/migrate',
      'rollback 1; works',
      'uninstall; works; leaves Job/migrate',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: old-app-new-schema',
    ],
  },
  {
    name: '--rollback-on-failure: the old app is back, and the schema is not',
    of: [job('migrate', 'pre-upgrade'), job('smoke', 'post-upgrade'), deployment('app')],
    when: ['upgrade', 'post-upgrade', 'Job/smoke', 'failed'],
    circumstances: { rollbackOnFailure: true },
    says: [
      'history: 1 superseded, 2 failed, 3 deployed',
      'logs: kept',
      'left: Job/smoke',
      'app: old, 1 of 1 applied',
      'migrated: Job/migrate',
      'upgrade; works; again Job/migrate; loses logs of Job/smoke',
      'rollback 1; works; old app on the new schema',
      'uninstall; works; leaves Job/migrate Job/smoke',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: old-app-new-schema, leftover',
    ],
  },
  {
    name: 'a Job that is done already, and sound policies: the retry is the way',
    of: [job('load', 'pre-upgrade', 'before-hook-creation,hook-succeeded'), deployment('app')],
    when: ['upgrade', 'release', 'Deployment/app', 'refused'],
    says: [
      'history: 1 deployed, 2 failed',
      'app: old, 0 of 1 applied',
      'upgrade; works; again Job/load',
      'rollback 1; works',
      'uninstall; works',
      'do: helm upgrade --install RELEASE CHART …',
      'worries: ',
    ],
  },
];

for (const { name, of, when, circumstances, says } of CASES)
  test(name, () => {
    const [operation, phase, object, failure] = when;
    const mishap = rehearseStep(
      stream(...of),
      { ...USUAL, ...circumstances },
      {
        operation,
        failure,
        isStep: ({ phase: at, do: deed, subject: { id } }) =>
          at === phase && `${id.kind}/${id.name}` === object && (failure === 'refused') === (deed !== 'wait'),
      },
    );
    assert.ok(mishap !== undefined);
    assert.deepEqual(say(mishap), says);
  });

const POD = `apiVersion: v1
kind: Pod
metadata: { name: once }
spec: { restartPolicy: Never, containers: [{ name: c, image: x }] }
`;

for (const { name, of, circumstances = {}, want } of [
  {
    name: 'a kept Job that has run is not run again, so its wait cannot go wrong at an upgrade',
    of: [job('work', 'pre-install,pre-upgrade', 'keep')],
    want: { install: ['refused', 'failed', 'timed-out', 'interrupted', 'killed'], upgrade: [] },
  },
  {
    name: 'a plain Pod that fails is ready for --wait',
    of: [POD],
    circumstances: { wait: true },
    want: {
      install: ['refused', 'timed-out', 'interrupted', 'killed'],
      upgrade: ['refused', 'timed-out', 'interrupted', 'killed'],
    },
  },
])
  test(name, () => {
    const { mishaps } = rehearse(stream(...of), { ...USUAL, ...circumstances }, { operations: ['install', 'upgrade'] });
    const failures = (operation: string): readonly string[] =>
      mishaps.filter((each) => each.operation === operation).map(({ failure }) => failure);
    assert.deepEqual(
      { install: new Set(failures('install')), upgrade: new Set(failures('upgrade')) },
      { install: new Set(want.install), upgrade: new Set(want.upgrade) },
    );
  });

test('a rehearsal is JSON, and its worst comes first', () => {
  const rehearsal = rehearse(stream(job('migrate', 'pre-install,pre-upgrade'), deployment('app')), USUAL);
  assert.deepEqual(JSON.parse(JSON.stringify(rehearsal)), rehearsal);
  assert.equal(rehearsal.mishaps[0]?.worries[0], 'two-at-once');
});

test('a deadline below the timeout leaves no run that times out', () => {
  const short = stream(job('migrate', 'pre-upgrade', undefined, 'activeDeadlineSeconds: 60, '));
  const { mishaps } = rehearse(short, USUAL);
  assert.ok(mishaps.length > 0);
  assert.deepEqual(
    mishaps.filter(({ failure }) => failure === 'timed-out'),
    [],
  );
});
