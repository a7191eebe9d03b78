/** Explanations of settings of Jobs. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, NEVER, yaml } from './explanation.ts';

export const JOBS = {
  'job/restart-always': {
    title: 'The API server rejects this Job, or this Pod never ends',
    what: 'A Job\'s pods may have restartPolicy Never or OnFailure. Always is what a missing one means, and a Job with it is refused: "Unsupported value: Always". A Pod that is a hook may have it, but then its containers start again whenever they end: it never succeeds, and Helm waits for just that until its timeout. Where only `helm test` runs the Pod, this is a warning.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate-1 }
        spec:
          template: { spec: { containers: [{ name: migrate, image: shop }] } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate-1 }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: migrate, image: shop }]
      `,
    },
    resolve:
      'Set Never, which leaves the pod of each try with its logs, or OnFailure, which restarts the container in place.',
    ignore: NEVER,
  },
  'job/no-deadline': {
    title: 'Nothing but --timeout stops this hook',
    what: 'When a migration hangs, Helm waits for its timeout and marks the release as failed. The Job knows nothing of that and goes on; it may well change the schema while somebody rolls back.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          activeDeadlineSeconds: 240
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
    },
    resolve: "Set activeDeadlineSeconds below Helm's `--timeout`, in the chart or with `job`.",
    ignore: 'When a migration that was started must end by itself, however long it takes.',
  },
  'job/deadline-exceeds-timeout': {
    title: "The Job may outlive Helm's patience",
    what: 'Helm applies `--timeout` (5m unless given) to each hook. A hook that is still running then has failed for Helm, while its own deadline lets it go on. Helm starts to count first, so a deadline that equals the timeout, or ends less than 5 s or 2 % before it, is never reached either, and why the Job failed is lost.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          activeDeadlineSeconds: 600
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          activeDeadlineSeconds: 240
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
    },
    resolve: 'Run Helm with a longer `--timeout` and tell hookorder the same, or shorten the deadline.',
    ignore: 'When you run Helm with a longer timeout, and say so with `hookorder lint --timeout`.',
  },
  'job/no-backoff-limit': {
    title: 'A failing hook is tried seven times',
    what: "Without backoffLimit, Kubernetes retries six times, after 10, 20, 40 seconds and so on up to minutes. That is longer than Helm's default timeout, and a migration that fails half-way runs again on what it left.",
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          backoffLimit: 1
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
    },
    resolve: 'Set backoffLimit to what the work can stand, in the chart or with `job`.',
    ignore: 'When the Job may safely run again and again, as one that only waits for its database.',
  },
  'job/immutable': {
    title: 'An upgrade that changes this Job fails',
    what: 'It is an ordinary resource of the release with a fixed name, and a Job\'s pod template cannot be changed. The first upgrade with a new image ends with "field is immutable"; one without a change does not run it again.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: shop-migrate }
            events: [post-install, pre-upgrade]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve:
      'Make it a hook. Or leave it plain and give it a new name with each change: `hook: false` and `jobName: hash`.',
    ignore: 'When the Job never changes, or a TTL has removed it long before the next upgrade.',
  },
  'job/ttl-too-short': {
    title: 'Helm 4 may miss that this Job has finished',
    what: 'Helm 4 waits until it sees the hook complete. If the TTL controller removes the Job first, Helm finds nothing, waits until `--timeout` and fails the release (helm issues 31851 and 32586). A TTL of 0 invites that; below a minute a watch that broke and came back may be too late.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          ttlSecondsAfterFinished: 0
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          ttlSecondsAfterFinished: 600
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
    },
    resolve: 'Leave the TTL out where a delete policy cleans up, or make it minutes.',
    ignore: 'With Helm 3, which takes a hook that has gone for a finished one.',
  },
  'job/ttl-reruns': {
    title: 'The TTL makes this Job run at every upgrade',
    what: 'A name by content is there so that an unchanged Job does not run again. But once the TTL controller has removed it, Helm misses a resource of the release and creates it at the next upgrade, whatever that changes.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate-5f0c1e2a }
        spec:
          ttlSecondsAfterFinished: 3600
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate-5f0c1e2a }
        spec:
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
    },
    resolve: 'Take the TTL out. Helm removes the old Job itself when the name changes.',
    ignore: 'When running it again does no harm.',
  },
  'job/unique-name-piles-up': {
    title: 'Each run leaves a Job that nobody removes',
    what: 'Helm deletes hooks by name, so before-hook-creation never finds the last run of a Job whose name is new each time, and hook-succeeded leaves the failed ones. Without a TTL they stay until somebody deletes them.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate-1732147200
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: hook-succeeded
        spec:
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate-1732147200
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: hook-succeeded
        spec:
          ttlSecondsAfterFinished: 86400
          template: { spec: { restartPolicy: Never, containers: [] } }
      `,
    },
    resolve: 'Set ttlSecondsAfterFinished. `jobName: timestamp` and `hash` do so by themselves.',
    ignore: 'When something else cleans up.',
  },
  'job/source-date-epoch': {
    title: 'The time in a name is not that of $SOURCE_DATE_EPOCH',
    what: 'Helm 4.3 reads $SOURCE_DATE_EPOCH itself, to make packages reproducible, and CI systems set it to the time of the commit. As the clock of hookorder it would give every run of a commit the same name, and a migration that has to run again would meet the finished Job of the run before. So the clock is `--now`, then $HOOKORDER_NOW, then the real time.',
    example: {
      before: yaml`
        env: { SOURCE_DATE_EPOCH: "1732147200" }
        steps:
          - run: hookorder render -c hookorder.yaml rendered.yaml
      `,
      after: yaml`
        env: { SOURCE_DATE_EPOCH: "1732147200", HOOKORDER_NOW: "1732147200" }
        steps:
          - run: hookorder render -c hookorder.yaml rendered.yaml
      `,
    },
    resolve: 'Set HOOKORDER_NOW, or give `--now`, where two renderings must have the same names, as in a diff.',
    ignore: 'When each run is meant to have a name of its own, which is what `jobName: timestamp` is for.',
  },
  'job/runs-less-often': {
    title: 'The config takes a Job out of an operation in which the chart runs it',
    what: 'A plain Job whose name carries the revision, a clock, a hash or random letters is another Job at each upgrade, so Helm creates and runs it then; so is one that a TTL has removed. As a hook it runs in its events only. Nothing fails: the work is just not done any more. The same goes for a hook of the chart that gets fewer events.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: seed
            match: { kind: Job, name: "*-seeder-*" }
            events: [post-install]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-seeder-1 }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: seed
            match: { kind: Job, name: "*-seeder-*" }
            events: [post-install, post-upgrade]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-seeder-1 }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve: 'Add the upgrade to the events of the hook.',
    ignore: 'When it is meant to run once, and the chart ran it too often.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
