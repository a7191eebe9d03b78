/**
 * States that no control plane here can be brought into, and what they mean. Shapes are those of real clusters; the states of testdata/live are real
 * themselves (golden.test.ts).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cluster } from '../../src/live/cluster.ts';
import { diagnose, prepare } from '../../src/live/diagnose.ts';
import { lookAtJob } from '../../src/live/jobs.ts';
import { withMemory } from '../../src/live/memory.ts';
import { readObservations, type Seen } from '../../src/live/observations.ts';
import { readRecord } from '../../src/live/record.ts';
import { storedFrom } from '../../src/live/saved.ts';
import type { Diagnosis, Subject } from '../../src/live/scene.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { order } from '../support/pipeline.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0) / 1000;
/** The time so many seconds ago. */
const ago = (seconds: number): string => new Date((NOW - seconds) * 1000).toISOString().replace('.000', '');

interface HookRun {
  readonly name: string;
  readonly kind?: string;
  readonly started: number;
  readonly phase?: string;
}

interface Case {
  readonly release?: string;
  readonly status?: string;
  readonly description?: string;
  /** Seconds ago. */
  readonly began?: number;
  readonly hooks?: readonly HookRun[];
  readonly objects?: readonly JsonObject[];
  readonly wait?: boolean;
  readonly timeout?: number;
}

const MIGRATE = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }
spec: { backoffLimit: 2, template: { spec: { restartPolicy: Never, containers: [{ name: main, image: x }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: main, image: x }] } } }
`;

function read(one: Case, before?: Diagnosis): Diagnosis {
  const { release = MIGRATE, status = 'pending-upgrade', description = '', began = 100, hooks, objects = [] } = one;
  const { plan, findings } = order(release, undefined, { scope: 'all', severity: 'info', needsConfig: false });
  const stored = readRecord({
    name: 'shop',
    namespace: 'n',
    version: 2,
    info: { status, description, last_deployed: ago(began) },
    hooks: (hooks ?? [{ name: 'migrate', started: 90 }]).map(({ name, kind = 'Job', started, phase = 'Running' }) => ({
      name,
      kind,
      path: 'shop/templates/a.yaml',
      last_run: { started_at: ago(started), completed_at: phase === 'Running' ? '' : ago(started - 1), phase },
    })),
  });
  const placements = plan?.placements ?? [];
  const subject: Subject = {
    current: { stored, placements, findings },
    previous: placements,
    circumstances: { version: '4.3', wait: one.wait ?? false, timeoutSeconds: one.timeout ?? 300 },
  };
  const state = readObservations([{ kind: 'List', items: objects as Json[] }], NOW);
  return withMemory(before, diagnose(subject, prepare(subject), state));
}

const meta = (name: string, uid: string, created: number, more: JsonObject = {}): JsonObject => ({
  name,
  namespace: 'n',
  uid,
  creationTimestamp: ago(created),
  ...more,
});
const job = (status: JsonObject = { active: 1 }, created = 90, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: meta('migrate', 'j', created, more),
  spec: { backoffLimit: 2 },
  status,
});
const pod = (
  status: JsonObject,
  more: JsonObject = {},
  spec: JsonObject = { nodeName: 'a', containers: [{ name: 'main' }] },
): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta('migrate-abcde', 'p', 80, { ownerReferences: [{ kind: 'Job', name: 'migrate', uid: 'j' }], ...more }),
  spec,
  status,
});
const event = (reason: string, message: string, of: 'j' | 'p' = 'p', seconds = 10, type = 'Warning'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `e${reason}${seconds}`, namespace: 'n' },
  involvedObject: {
    kind: of === 'j' ? 'Job' : 'Pod',
    name: of === 'j' ? 'migrate' : 'migrate-abcde',
    namespace: 'n',
    uid: of,
  },
  type,
  reason,
  message,
  lastTimestamp: ago(seconds),
  count: 3,
});
const failedJob: JsonObject = {
  failed: 3,
  conditions: [
    {
      type: 'Failed',
      status: 'True',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
      lastTransitionTime: ago(20),
    },
  ],
};
const doneJob: JsonObject = {
  succeeded: 1,
  completionTime: ago(20),
  conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: ago(20) }],
};
const waitingMain = (reason: string, message?: string): JsonObject => ({
  phase: 'Pending',
  containerStatuses: [
    {
      name: 'main',
      image: 'x',
      restartCount: 0,
      state: { waiting: { reason, ...(message !== undefined && { message }) } },
    },
  ],
});

const CAUSES: readonly (Case & { readonly claim: string; readonly cause: string })[] = [
  {
    claim: 'a webhook that denies the pods',
    objects: [
      job(),
      event(
        'FailedCreate',
        'Error creating: admission webhook "policy.example.org" denied the request: no limits',
        'j',
      ),
    ],
    cause: 'run/denied Job/migrate: the admission webhook policy.example.org denied it',
  },
  {
    claim: 'a webhook that is down',
    objects: [
      job(),
      event(
        'FailedCreate',
        'Error creating: Internal error occurred: failed calling webhook "w.example.org": failed to call webhook: Post "https://w.x.svc:443/": no endpoints available for service "w"',
        'j',
      ),
    ],
    cause: 'run/webhook-down Job/migrate: the admission webhook w.example.org cannot be reached',
  },
  {
    claim: 'a refusal that no rule knows is told as it is',
    objects: [job(), event('FailedCreate', 'Error creating: the moon is full', 'j')],
    cause: 'run/rejected Job/migrate: its pod cannot be made',
  },
  {
    claim: 'events of the Job of an earlier run do not count',
    objects: [
      job(),
      {
        ...event('FailedCreate', 'Error creating: admission webhook "old" denied the request: x', 'j'),
        involvedObject: { kind: 'Job', name: 'migrate', namespace: 'n', uid: 'older' },
      },
    ],
    cause: '',
  },
  {
    claim: 'a volume that is in use',
    objects: [
      job(),
      pod(waitingMain('ContainerCreating')),
      event('FailedAttachVolume', 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) app-1'),
    ],
    cause: 'run/volume Pod/migrate-abcde: its volume is in use on another node',
  },
  {
    claim: 'a mount whose reason is told before its timeout',
    objects: [
      job(),
      pod(waitingMain('ContainerCreating')),
      event('FailedMount', 'MountVolume.SetUp failed for volume "c" : configmap "c" not found', 'p', 60),
      event(
        'FailedMount',
        'Unable to attach or mount volumes: unmounted volumes=[c], unattached volumes=[c]: timed out waiting for the condition',
        'p',
        5,
      ),
    ],
    cause: 'run/reference-missing Pod/migrate-abcde: ConfigMap/c is missing, and the release does not bring it',
  },
  {
    claim: 'a sandbox that cannot be made',
    objects: [
      job(),
      pod(waitingMain('ContainerCreating')),
      event(
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: plugin type="calico" failed (add): no more addresses',
      ),
    ],
    cause: 'run/sandbox Pod/migrate-abcde: the node cannot make the network or sandbox of the pod',
  },
  {
    claim: 'an evicted pod',
    objects: [
      job(failedJob),
      pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }),
    ],
    cause: 'run/evicted Pod/migrate-abcde: the node put the pod out (Evicted), in each of 3 pods',
  },
  {
    claim: 'a pod that has failed while the Job tries again',
    objects: [
      job({ active: 0, failed: 1 }),
      pod({
        phase: 'Failed',
        containerStatuses: [
          {
            name: 'main',
            restartCount: 0,
            state: { terminated: { exitCode: 2, reason: 'Error', finishedAt: ago(5) } },
          },
        ],
      }),
    ],
    cause: 'run/crash Pod/migrate-abcde: container main ended with exit code 2; pod 1 of at most 3 has failed',
  },
  {
    claim: 'a start error with the code of the runtime',
    objects: [
      job(failedJob),
      pod({
        phase: 'Failed',
        containerStatuses: [
          {
            name: 'main',
            state: {
              terminated: {
                exitCode: 128,
                reason: 'StartError',
                message: 'exec: "migrat": executable file not found in $PATH: unknown',
              },
            },
          },
        ],
      }),
    ],
    cause: 'run/start-failed Pod/migrate-abcde: the image has no program migrat that it could run, in each of 3 pods',
  },
  {
    claim: 'a gate of the scheduler',
    objects: [
      job(),
      pod(
        {
          phase: 'Pending',
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'SchedulingGated',
              message: 'Scheduling is blocked due to non-empty scheduling gates',
            },
          ],
        },
        {},
        { containers: [] },
      ),
    ],
    cause: 'run/unschedulable Pod/migrate-abcde: its scheduling gates hold it back',
  },
  {
    claim: 'a pod that only starts is no trouble',
    objects: [job(), pod(waitingMain('ContainerCreating'))],
    cause: '',
  },
  {
    claim: 'a sidecar that runs while the main container starts is no wait',
    objects: [
      job(),
      pod(
        {
          phase: 'Pending',
          initContainerStatuses: [{ name: 'proxy', state: { running: { startedAt: ago(5) } } }],
          containerStatuses: [{ name: 'main', state: { waiting: { reason: 'PodInitializing' } } }],
        },
        {},
        { nodeName: 'a', initContainers: [{ name: 'proxy', restartPolicy: 'Always' }], containers: [{ name: 'main' }] },
      ),
    ],
    cause: '',
  },
  {
    claim: 'a Job that its TTL took',
    release: MIGRATE.replace('backoffLimit: 2', 'backoffLimit: 2, ttlSecondsAfterFinished: 1'),
    objects: [event('Completed', 'Job completed', 'j', 60, 'Normal')],
    cause: 'run/vanished Job/migrate: it has ended well, its TTL of 1s took it away, and Helm has not seen the end',
  },
  {
    claim: 'a Job that is not there yet is no trouble',
    hooks: [{ name: 'migrate', started: 2 }],
    cause: '',
  },
  {
    claim: 'a Job of an earlier operation',
    objects: [job({ active: 1 }, 4000)],
    cause: 'run/leftover Job/migrate: it is the run of an earlier operation, made 1h 5m before',
  },
  {
    claim: 'a Job that a finalizer holds',
    hooks: [],
    began: 20,
    objects: [job({}, 4000, { deletionTimestamp: ago(15), finalizers: ['example.org/held'] })],
    cause: 'run/still-deleted Job/migrate: the last run is still being deleted: it waits for example.org/held',
  },
  {
    claim: 'a Job whose last run is deleted after Helm wrote down that it begins',
    hooks: [{ name: 'migrate', started: 14 }],
    began: 20,
    objects: [job({}, 4000, { deletionTimestamp: ago(13) })],
    cause: 'run/still-deleted Job/migrate: the last run is still being deleted',
  },
  {
    claim: 'a Job that is deleted while it runs',
    hooks: [{ name: 'migrate', started: 14 }],
    began: 20,
    objects: [job({}, 14, { deletionTimestamp: ago(3) })],
    cause: 'run/still-deleted Job/migrate: it is being deleted',
  },
  {
    claim: 'a Helm that has gone while a hook ran',
    hooks: [{ name: 'migrate', started: 400 }],
    began: 410,
    objects: [
      job({ active: 1 }, 400),
      pod({ phase: 'Running', containerStatuses: [{ name: 'main', state: { running: { startedAt: ago(90) } } }] }),
    ],
    cause:
      'run/helm-gone release shop: Helm seems to have gone and left the release pending-upgrade: its step has lasted 6m 40s, and Helm gives up after 5m',
  },
  {
    claim: 'a Helm that has gone after a hook had ended, which nobody awaits',
    hooks: [{ name: 'migrate', started: 4000 }],
    began: 4010,
    release: MIGRATE.slice(0, MIGRATE.indexOf('---')),
    objects: [job({ ...doneJob, completionTime: ago(3900) }, 4000)],
    cause:
      'run/helm-gone release shop: Helm seems to have gone and left the release pending-upgrade: nothing has happened for 1h 5m',
  },
  {
    claim: 'a hook that runs within its time is no trouble',
    objects: [
      job(),
      pod({ phase: 'Running', containerStatuses: [{ name: 'main', state: { running: { startedAt: ago(90) } } }] }),
    ],
    cause: '',
  },
  {
    claim: 'a claim of the release without a volume',
    release: `${MIGRATE}---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: fast }
`,
    hooks: [{ name: 'migrate', started: 90, phase: 'Succeeded' }],
    objects: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: meta('data', 'c', 50),
        status: { phase: 'Pending' },
      },
      {
        ...event('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found'),
        involvedObject: { kind: 'PersistentVolumeClaim', name: 'data', namespace: 'n', uid: 'c' },
      },
    ],
    cause: 'run/claim-unbound PersistentVolumeClaim/data: the claim has no volume',
  },
  {
    claim: 'a hook that its policy took away after it failed',
    status: 'failed',
    release: MIGRATE.replace('pre-upgrade" }', 'pre-upgrade", helm.sh/hook-delete-policy: hook-failed }'),
    description:
      'Upgrade "shop" failed: pre-upgrade hooks failed: resource Job/n/migrate not ready. status: Failed, message: Job Failed. failed: 1/1',
    hooks: [{ name: 'migrate', started: 90, phase: 'Failed' }],
    cause: 'run/crash Job/migrate: it has failed, and its delete policy hook-failed took it away with its log',
  },
  {
    claim: 'a conflict in the release',
    status: 'failed',
    description:
      'Upgrade "shop" failed: server-side apply failed for object n/app apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas',
    hooks: [{ name: 'migrate', started: 90, phase: 'Succeeded' }],
    cause: 'run/rejected Deployment/app: kubectl-edit has changed fields that Helm applies',
  },
  {
    claim: 'an error that nobody knows is told in the words of Helm',
    status: 'failed',
    description: 'Upgrade "shop" failed: the moon is full',
    hooks: [{ name: 'migrate', started: 90, phase: 'Succeeded' }],
    cause: 'run/helm-error release shop: Helm ended with an error',
  },
];

for (const { claim, cause, ...one } of CAUSES)
  test(claim, () => {
    const [first] = read(one).causes;
    assert.equal(first === undefined ? '' : `${first.code} ${first.about}: ${first.text}`, cause);
  });

const linesOf = (one: Case): readonly string[] =>
  read(one).lines.map(
    ({ phase, subject, state }) => `${phase} ${subject === undefined ? '*' : subject.id.name} ${state}`,
  );

const TWICE = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: "pre-upgrade,post-upgrade" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: x }] } } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: other, annotations: { helm.sh/hook: "pre-upgrade", helm.sh/hook-weight: "1" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: x }] } } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: c } }
`;

for (const { claim, lines, ...one } of [
  {
    claim: 'a hook that runs holds back what comes after it',
    objects: [job()],
    lines: ['pre-upgrade migrate running', 'release * open'],
  },
  {
    claim: 'a hook that has ended in the cluster is done, also before Helm says so',
    objects: [job(doneJob)],
    lines: ['pre-upgrade migrate done', 'release * running'],
  },
  {
    claim: 'what failed cancels the rest',
    status: 'failed',
    hooks: [{ name: 'migrate', started: 90, phase: 'Failed' }],
    objects: [job(failedJob)],
    lines: ['pre-upgrade migrate failed', 'release * cancelled'],
  },
  {
    claim: 'what an earlier operation left in the record does not count',
    hooks: [{ name: 'migrate', started: 5000, phase: 'Succeeded' }],
    lines: ['pre-upgrade migrate open', 'release * open'],
  },
  {
    claim: 'a deployed release is done',
    status: 'deployed',
    hooks: [{ name: 'migrate', started: 90, phase: 'Succeeded' }],
    lines: ['pre-upgrade migrate done', 'release * done'],
  },
  {
    claim: 'a hook of two events, in the first',
    release: TWICE,
    hooks: [{ name: 'migrate', started: 50 }],
    objects: [job({ active: 1 }, 50)],
    lines: ['pre-upgrade migrate running', 'pre-upgrade other open', 'release * open', 'post-upgrade migrate open'],
  },
  {
    claim: 'a hook of two events, in the second',
    release: TWICE,
    hooks: [
      { name: 'migrate', started: 20 },
      { name: 'other', started: 60, phase: 'Succeeded' },
    ],
    objects: [job({ active: 1 }, 20)],
    lines: ['pre-upgrade migrate done', 'pre-upgrade other done', 'release * done', 'post-upgrade migrate running'],
  },
] satisfies readonly (Case & { readonly claim: string; readonly lines: readonly string[] })[])
  test(claim, () => assert.deepEqual(linesOf(one), lines));

test('what an earlier look has seen explains what a policy has taken away', () => {
  const policy = MIGRATE.replace('pre-upgrade" }', 'pre-upgrade", helm.sh/hook-delete-policy: hook-failed }');
  const crashed = pod({
    phase: 'Failed',
    containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 2, reason: 'Error' } } }],
  });
  const before = read({ release: policy, objects: [job(failedJob), crashed] });
  const after = read(
    { release: policy, status: 'failed', hooks: [{ name: 'migrate', started: 90, phase: 'Failed' }] },
    before,
  );
  assert.equal(after.causes[0]?.text, 'container main ended with exit code 2, in each of 3 pods');
});

test('pods that the account may not see are not taken to be missing', () => {
  const cluster = new Cluster(readObservations([job()], NOW, ['pods (forbidden)']), 'n');
  assert.equal(lookAtJob(cluster.state.objects[0] as Seen, cluster).doing, 'its pods cannot be seen');
});

test('a saved state without a record: what stands behind the newest hook is of an earlier operation', () => {
  const release = `${MIGRATE}---
apiVersion: v1
kind: Pod
metadata: { name: smoke, annotations: { helm.sh/hook: "post-install,post-upgrade" } }
spec: { containers: [{ name: main, image: x }] }
`;
  const { plan } = order(release, undefined, { scope: 'all', severity: 'info', needsConfig: false });
  const old = { apiVersion: 'v1', kind: 'Pod', metadata: meta('smoke', 's', 5000), status: { phase: 'Succeeded' } };
  const app = { apiVersion: 'v1', kind: 'Pod', metadata: meta('app-1-x', 'a', 5000), status: { phase: 'Running' } };
  const stored = storedFrom(plan?.placements ?? [], readObservations([job(), old, app], NOW));
  assert.equal(stored.status, 'pending-upgrade');
  assert.deepEqual(
    stored.hooks.map(({ name, phase }) => [name, phase]),
    [['migrate', 'Running']],
  );
});

for (const { claim, want, ...one } of [
  {
    claim: 'a retry is told to be refused where Helm has gone',
    objects: [job({ active: 1 }, 4000)],
    hooks: [{ name: 'migrate', started: 4000 }],
    began: 4010,
    want: [false, 'locked'],
  },
  {
    claim: 'a retry beside a Job that goes on is told',
    status: 'failed',
    description: 'Upgrade "shop" failed: pre-upgrade hooks failed: context deadline exceeded',
    hooks: [{ name: 'migrate', started: 90, phase: 'Failed' }],
    objects: [job()],
    want: [true, 'migrate'],
  },
] satisfies readonly (Case & { readonly claim: string; readonly want: readonly unknown[] })[])
  test(claim, () => {
    const upgrade = read(one).next?.next.find(({ operation }) => operation === 'upgrade');
    assert.deepEqual([upgrade?.works, upgrade?.blocked?.because ?? upgrade?.runsTwice[0]?.name], want);
  });
