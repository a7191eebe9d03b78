/** Explanations of what delete policies, and becoming a hook, do to an object. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, OF_THE_CHART, yaml } from './explanation.ts';

export const POLICIES = {
  'hook/name-blocks-rerun': {
    title: 'The last run is still there when the hook should run again',
    what: 'The name is fixed and nothing deletes the old Job. Where Helm creates hooks client-side (Helm 3, and releases that Helm 3 installed) the next run fails with "already exists". With server-side apply, Helm 4\'s default, an unchanged finished Job just stays finished: Helm sees it complete, and the migration silently does not run; a changed one fails with "field is immutable". With hook-succeeded alone this is the fate of the run after a failed one. It is an error for a Job or Pod of the config whose successful run stays too.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: hook-succeeded
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve:
      'Add before-hook-creation: the failed run then stays for a look at its logs until the next one starts. Or give each run a name of its own with `jobName: timestamp`.',
    ignore:
      'For a hook that runs once in the life of a release, such as pre-delete, when you remove a failed one by hand.',
  },
  'hook/delete-policy-loses-data': {
    title: 'Helm deletes data with this hook',
    what: 'A claim, a volume, a StatefulSet, a namespace or the custom resource of a database is deleted by its policy, or by the default, and what it holds goes with it: at every upgrade, or at the end of the event. helm.sh/resource-policy does not help, Helm does not look at it for hooks. An object that only pre-install creates is deleted by the next install of that name, and outlived an uninstall until then: a warning for hooks of the chart. A claim with hook-succeeded that only hooks of its own events use may be their scratch space: a warning. Nothing is lost, and nothing said, where the volume was there before: retained, on NFS, or an existing disk. A ConfigMap or Secret that a Job of the release writes into with kubectl is state as well. Definitions (CustomResourceDefinition) are safe: Helm never deletes one that is a hook.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: shop-backup
          annotations:
            helm.sh/hook: pre-install,pre-upgrade
        spec:
          accessModes: [ReadWriteOnce]
          resources: { requests: { storage: 8Gi } }
      `,
      after: yaml`
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: shop-backup
          annotations:
            helm.sh/hook: pre-install,pre-upgrade
            helm.sh/hook-delete-policy: keep
        spec:
          accessModes: [ReadWriteOnce]
          resources: { requests: { storage: 8Gi } }
      `,
    },
    resolve:
      'Set `deletePolicy: keep`, which means never; or make it an ordinary resource with helm.sh/resource-policy: keep.',
    ignore: OF_THE_CHART,
  },
  'hook/logs-lost': {
    title: 'A failure leaves no logs',
    what: 'hook-failed deletes the Job or Pod as soon as it has failed, before anybody could read why. Helm prints the logs first only if helm.sh/hook-output-log-policy says so (since Helm 3.18).',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: hook-succeeded,hook-failed
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: hook-succeeded,before-hook-creation
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve: 'Use before-hook-creation instead of hook-failed, or add `outputLogPolicy: [hook-failed]`.',
    ignore: 'When the logs go to a log collector in the cluster.',
  },
  'hook/not-awaited': {
    title: 'Helm does not wait for this kind of hook',
    what: 'Only Jobs and Pods hold up what comes next. A Deployment, a StatefulSet or a custom resource counts as ready as soon as it exists, so the next hook starts while its pods do. As a hook it is also no part of the release: no upgrade in place, no rollback, and `helm uninstall` leaves it behind.',
    example: {
      before: yaml`
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: shop-cache
          annotations:
            helm.sh/hook: pre-install
        spec: { selector: {}, template: { spec: { containers: [] } } }
      `,
      after: yaml`
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: shop-cache
        spec: { selector: {}, template: { spec: { containers: [] } } }
      `,
    },
    resolve:
      'Leave it an ordinary resource and run what needs it post-install; or let the hooks after it wait for it themselves.',
    ignore: 'When the hooks after it wait by themselves, as a migration that retries until its database answers.',
  },
  'hook/adopts-resource': {
    title: 'The upgrade deletes an object that is in use',
    what: 'The resource is an ordinary one in the chart and becomes a hook by the config. To Helm it then has left the release: the upgrade that makes it a hook deletes the live object, after the pre-upgrade hooks ran, so even the one that the hook has just created goes away. For a finished Job that is harmless. For a ServiceAccount, a ConfigMap or a Deployment it is an outage.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: config
            match: { kind: ConfigMap, name: shop-config }
            events: [pre-install, pre-upgrade]
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install, pre-upgrade]
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { DB_HOST: db.example.org }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: migrate
                  image: shop
                  envFrom: [{ configMapRef: { name: shop-config } }]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install, pre-upgrade]
            dependencies: copy
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { DB_HOST: db.example.org }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: migrate
                  image: shop
                  envFrom: [{ configMapRef: { name: shop-config } }]
      `,
    },
    resolve:
      'Leave it alone and set `dependencies: copy` on the hook that needs it. If the object was never installed as part of the release, or may go, set `adopt: true`.',
    ignore: 'With `adopt: true`, for a release that is installed for the first time.',
  },
  'hook/keeps-own-state': {
    title: 'A hook that stays has a value that a script changes',
    what: 'With `keep`, Helm 4 applies the hook to the object of the last run. A Job that gave a key of it another value owns that key since then, so the second upgrade ends with a server-side-apply conflict. `--force-conflicts` does not reach hooks: no flag resolves it. A key that the manifest does not have makes no conflict.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-state
          annotations:
            helm.sh/hook: "pre-install,pre-upgrade"
            helm.sh/hook-delete-policy: keep
        data: { last: none }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-mark
          annotations: { helm.sh/hook: post-upgrade }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: mark
                  image: kubectl
                  command:
                    - kubectl
                    - patch
                    - configmap/shop-state
                    - --type=merge
                    - -p
                    - '{"data": {"last": "2"}}'
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-state
          annotations:
            helm.sh/hook: "pre-install,pre-upgrade"
            helm.sh/hook-delete-policy: keep
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-mark
          annotations: { helm.sh/hook: post-upgrade }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: mark
                  image: kubectl
                  command:
                    - kubectl
                    - patch
                    - configmap/shop-state
                    - --type=merge
                    - -p
                    - '{"data": {"last": "2"}}'
      `,
    },
    resolve: 'Leave the keys that the script writes out of the manifest.',
    ignore: 'When the release was installed by Helm 3: there Helm does not apply hooks.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
