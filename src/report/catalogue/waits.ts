/** Explanations of waits that never end, or that may. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, OF_THE_CHART, yaml } from './explanation.ts';

export const WAITS = {
  'refs/waits-forever': {
    title: 'A hook waits for what cannot be up yet',
    what: 'A container of a pre-install hook waits, in a loop or with a tool made for it, for a Service or Job of the same release. Helm creates that after the hook is done, and the hook is never done: the install ends with the timeout.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: Service
        metadata: { name: shop-db }
        spec: { selector: { app: shop-db }, ports: [{ port: 5432 }] }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              initContainers:
                - name: wait
                  image: busybox
                  command: [sh, -c, "until nc -z shop-db 5432; do sleep 2; done"]
              containers: [{ name: migrate, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: Service
        metadata: { name: shop-db }
        spec: { selector: { app: shop-db }, ports: [{ port: 5432 }] }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: "post-install,pre-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              initContainers:
                - name: wait
                  image: busybox
                  command: [sh, -c, "until nc -z shop-db 5432; do sleep 2; done"]
              containers: [{ name: migrate, image: shop }]
      `,
    },
    resolve: 'Run it post-install; on upgrades the Service is there already.',
    ignore: OF_THE_CHART,
  },
  'refs/wait-cycle': {
    title: 'The app waits for the hook, and Helm lets the hook wait for the app',
    what: 'With `--wait`, Helm runs post-install hooks only when the Deployments are ready. The Deployment gets ready only after the migration, which is a post-install hook. Nothing moves until the timeout. Without `--wait` it works, so it is a warning then. Where a Deployment runs a program of the migration’s own image until it succeeds, or a script of it that waits for a database, nothing proves what it waits for: that is a warning too, given with `--wait` only.',
    example: {
      before: yaml`
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              initContainers:
                - name: wait
                  image: groundnuty/k8s-wait-for
                  args: [job-wr, shop-migrate]
              containers: [{ name: shop, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: "post-install,post-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: migrate, image: shop }]
      `,
      after: yaml`
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              containers: [{ name: shop, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: migrate, image: shop }]
      `,
    },
    resolve:
      'Run the migration before the app where its database is outside of the release; or make it a plain Job with a unique name (`hook: false`, `jobName: hash`); or run Helm without `--wait`.',
    ignore: 'When this release is never installed with `--wait` or `--atomic`.',
  },
  'refs/waits-for-deleted-hook': {
    title: 'A workload waits for a Job that Helm has deleted',
    what: 'The workload asks for a hook Job by its name, and hook-succeeded deletes the Job as soon as it is done. A pod that starts later, after a restart or on a new node, waits for a Job that never comes back.',
    example: {
      before: yaml`
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              initContainers:
                - name: wait
                  image: groundnuty/k8s-wait-for
                  args: [job-wr, shop-migrate]
              containers: [{ name: shop, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            helm.sh/hook: pre-install
            helm.sh/hook-delete-policy: hook-succeeded
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: migrate, image: shop }]
      `,
      after: yaml`
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              initContainers:
                - name: wait
                  image: groundnuty/k8s-wait-for
                  args: [job-wr, shop-migrate]
              containers: [{ name: shop, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            helm.sh/hook: pre-install
            helm.sh/hook-delete-policy: before-hook-creation
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: migrate, image: shop }]
      `,
    },
    resolve:
      'Use before-hook-creation alone, so that the finished Job stays, or take the wait out: Helm has waited already.',
    ignore: 'When the waiting container takes a missing Job for a finished one.',
  },
  'refs/mentions-service': {
    title: 'A hook may need a Service that is not up yet',
    what: 'The environment of a pre-install hook names a Service of the same release. No wait for it is to be seen, but a migration that connects to it fails on the first install.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: Service
        metadata: { name: shop-db }
        spec: { selector: { app: shop-db }, ports: [{ port: 5432 }] }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: migrate
                  image: shop
                  env: [{ name: DB_HOST, value: shop-db }]
      `,
      after: yaml`
        apiVersion: v1
        kind: Service
        metadata: { name: shop-db }
        spec: { selector: { app: shop-db }, ports: [{ port: 5432 }] }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: "post-install,pre-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: migrate
                  image: shop
                  env: [{ name: DB_HOST, value: shop-db }]
      `,
    },
    resolve: 'Run it post-install if it connects to the Service.',
    ignore: 'When the hook does not connect to it, for example because all containers share one environment.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
