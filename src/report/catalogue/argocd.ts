/** Explanations of what a release does under Argo CD; found with `--target argocd`. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, yaml } from './explanation.ts';

const OF_ARGO =
  'An error cannot be silenced. `lint --target argocd` says it of a chart; `render` is stopped by it only where the config claims the resource.';

export const ARGOCD = {
  'argocd/needs-later': {
    title: 'A sync waits for what needs something that comes later',
    what: 'Argo CD applies phase after phase (PreSync, Sync, PostSync) and in them wave after wave, and goes on only when all of a wave is healthy. A PreSync hook that needs a plain ConfigMap, account or Secret runs before it, whatever their waves say: at the first sync its pod never starts, and no timeout ends that. The same holds for what stands in a later wave of the same phase.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { argocd.argoproj.io/hook: PreSync }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: c
                  image: shop
                  envFrom: [{ configMapRef: { name: shop-config } }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations: { argocd.argoproj.io/sync-wave: "-10" }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            argocd.argoproj.io/hook: Sync
            argocd.argoproj.io/sync-wave: "-5"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: c
                  image: shop
                  envFrom: [{ configMapRef: { name: shop-config } }]
      `,
    },
    resolve:
      'Make it a Sync hook in a wave after what it needs and before the app, and give what it needs an earlier wave. `render --target argocd` writes that for what a config claims.',
    ignore: OF_ARGO,
  },
  'argocd/waits-forever': {
    title: 'The app waits for a hook that Argo CD runs after the app',
    what: 'A PostSync hook runs when everything of the Sync phase is healthy. A Deployment that waits for it never gets healthy, so nothing moves: `helm --wait`, which no flag switches off. The same holds between waves.',
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
                  image: kubectl
                  command:
                    - kubectl
                    - wait
                    - --for=condition=complete
                    - job/shop-migrate
              containers: [{ name: web, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { argocd.argoproj.io/hook: PostSync }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
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
                  image: kubectl
                  command:
                    - kubectl
                    - wait
                    - --for=condition=complete
                    - job/shop-migrate
              containers: [{ name: web, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            argocd.argoproj.io/hook: Sync
            argocd.argoproj.io/sync-wave: "-5"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Run it as a Sync hook in a wave before that of the workload.',
    ignore: OF_ARGO,
  },
  'argocd/names-later-service': {
    title: 'A hook names a Service that is not up when it runs',
    what: 'The Job gets the name of a Service whose pods come in a later phase or wave. If it connects there, it fails at the first sync; later syncs find the old pods.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: Service
        metadata: { name: shop-db }
        spec: { selector: { app: shop-db }, ports: [{ port: 5432 }] }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop-db }
        spec:
          selector: { matchLabels: { app: shop-db } }
          template:
            metadata: { labels: { app: shop-db } }
            spec: { containers: [{ name: web, image: shop }] }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { argocd.argoproj.io/hook: PreSync }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: c
                  image: shop
                  env: [{ name: DB_HOST, value: shop-db }]
      `,
      after: yaml`
        apiVersion: v1
        kind: Service
        metadata:
          name: shop-db
          annotations: { argocd.argoproj.io/sync-wave: "-10" }
        spec: { selector: { app: shop-db }, ports: [{ port: 5432 }] }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: shop-db
          annotations: { argocd.argoproj.io/sync-wave: "-10" }
        spec:
          selector: { matchLabels: { app: shop-db } }
          template:
            metadata: { labels: { app: shop-db } }
            spec: { containers: [{ name: web, image: shop }] }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            argocd.argoproj.io/hook: Sync
            argocd.argoproj.io/sync-wave: "-5"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: c
                  image: shop
                  env: [{ name: DB_HOST, value: shop-db }]
      `,
    },
    resolve: 'Run it as a Sync hook in a wave after the database.',
    ignore: 'When it never connects there.',
  },
  'argocd/claim-unbound': {
    title: 'A claim stands in an earlier wave than its first pod',
    what: 'A wave ends when its claims are Bound. A claim of a class with WaitForFirstConsumer is bound when a pod uses it, and that pod comes in a later wave: the sync waits for ever. For a class that is not in the stream it is a warning.',
    example: {
      before: yaml`
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: { name: disk }
        provisioner: disk.example
        volumeBindingMode: WaitForFirstConsumer
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: shop-data
          annotations: { argocd.argoproj.io/sync-wave: "-2" }
        spec:
          storageClassName: disk
          accessModes: [ReadWriteOnce]
          resources: { requests: { storage: 1Gi } }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              volumes:
                - name: data
                  persistentVolumeClaim: { claimName: shop-data }
              containers: [{ name: web, image: shop }]
      `,
      after: yaml`
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: { name: disk }
        provisioner: disk.example
        volumeBindingMode: WaitForFirstConsumer
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: { name: shop-data }
        spec:
          storageClassName: disk
          accessModes: [ReadWriteOnce]
          resources: { requests: { storage: 1Gi } }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              volumes:
                - name: data
                  persistentVolumeClaim: { claimName: shop-data }
              containers: [{ name: web, image: shop }]
      `,
    },
    resolve: 'Give the claim the wave of its first pod.',
    ignore: 'When the class binds at once. The error, of a class in the stream, cannot be silenced.',
  },
  'argocd/remade': {
    title: 'Each sync deletes it and makes it anew, while it is in use',
    what: 'Without a policy that it knows Argo CD deletes a hook before each sync and creates it again: Helm’s way to say “never delete” (`keep`) means that too. The app goes on with an account, binding or Secret that is gone for a moment and new afterwards; a claim in use hangs the sync, data is lost. Between syncs hooks are not healed. An error for data and for what is meant to stay, else a warning.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: shop-data
          annotations:
            helm.sh/hook: pre-install
            helm.sh/hook-delete-policy: keep
        spec:
          storageClassName: disk
          accessModes: [ReadWriteOnce]
          resources: { requests: { storage: 1Gi } }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              volumes:
                - name: data
                  persistentVolumeClaim: { claimName: shop-data }
              containers: [{ name: web, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: shop-data
          annotations:
            argocd.argoproj.io/sync-options: "Prune=false,Delete=false"
        spec:
          storageClassName: disk
          accessModes: [ReadWriteOnce]
          resources: { requests: { storage: 1Gi } }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              volumes:
                - name: data
                  persistentVolumeClaim: { claimName: shop-data }
              containers: [{ name: web, image: shop }]
      `,
    },
    resolve:
      'Make it a plain resource (`hook: false`), with `Prune=false,Delete=false` where it has to stay; `deletePolicy: keep` does that with `--target argocd`.',
    ignore: 'Where what uses it can do without it for a moment. The error cannot be silenced.',
  },
  'argocd/deleted-in-use': {
    title: 'HookSucceeded deletes what the app needs',
    what: 'HookSucceeded deletes the hook at the end of each successful sync. The workloads that use it start no pod after that.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop
          annotations:
            helm.sh/hook: "pre-install,pre-upgrade"
            helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              serviceAccountName: shop
              containers: [{ name: web, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: shop }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              serviceAccountName: shop
              containers: [{ name: web, image: shop }]
      `,
    },
    resolve: 'Make it a plain resource (`hook: false`).',
    ignore: OF_ARGO,
  },
  'argocd/protects-nothing': {
    title: 'Words that protect no hook',
    what: '`keep`, `Prune=false`, `Delete=false` and `helm.sh/resource-policy` do nothing for a hook of Argo CD: it is deleted before the next one is created.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-seed
          annotations:
            helm.sh/hook: "post-install,post-upgrade"
            helm.sh/hook-delete-policy: keep
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-seed
          annotations:
            helm.sh/hook: "post-install,post-upgrade"
            helm.sh/hook-delete-policy: before-hook-creation
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Write the policy that counts, or make it a plain resource.',
    ignore: 'When losing the old run is no harm.',
  },
  'argocd/never-applied': {
    title: 'A hook of nothing',
    what: 'No word of its hook annotation is one that Argo CD knows, so it is neither a hook of a sync nor a plain resource: it is never created. Argo’s words are PreSync, Sync, PostSync, SyncFail, Skip, PreDelete and PostDelete, and case counts.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { argocd.argoproj.io/hook: presync }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { argocd.argoproj.io/hook: PreSync }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Write the word as Argo CD has it.',
    ignore: OF_ARGO,
  },
  'argocd/never-runs-again': {
    title: 'A hook with a fixed name that is not deleted before it runs',
    what: 'Without BeforeHookCreation Argo CD applies the hook onto the one that is there. Unchanged, it counts as done with its old result, a failure too; changed, the API server refuses it. With HookFailed alone that happens after the first success, with HookSucceeded alone after a failure.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            argocd.argoproj.io/hook: PreSync
            argocd.argoproj.io/hook-delete-policy: HookFailed
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            argocd.argoproj.io/hook: PreSync
            argocd.argoproj.io/hook-delete-policy: "BeforeHookCreation,HookSucceeded"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Add BeforeHookCreation.',
    ignore: OF_ARGO,
  },
  'argocd/unknown-word': {
    title: 'A word that Argo CD does not know',
    what: 'Argo CD ignores words of hook and policy annotations that it does not know, and the rest counts. Helm’s rollback and test events are among them, and so are words in other letters.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            argocd.argoproj.io/hook: Sync
            argocd.argoproj.io/hook-delete-policy: hookSucceeded
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            argocd.argoproj.io/hook: Sync
            argocd.argoproj.io/hook-delete-policy: "BeforeHookCreation,HookSucceeded"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Write the word as Argo CD has it, or take it out.',
    ignore: 'When Helm uses the same chart, and the word is for Helm.',
  },
  'argocd/wave-not-integer': {
    title: 'A wave that is no number',
    what: 'Argo CD takes only integers for waves. It ignores anything else, and Helm’s weight, or 0, counts.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations: { argocd.argoproj.io/sync-wave: first }
        data: { a: b }
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations: { argocd.argoproj.io/sync-wave: "-10" }
        data: { a: b }
      `,
    },
    resolve: 'Write an integer in quotes.',
    ignore: 'Never: the wave does nothing.',
  },
  'argocd/wave-overrules-weight': {
    title: 'A wave that turns the order of weights off',
    what: 'Where both are given the wave counts. Jobs that weights put one after the other run at the same time in one wave, or the other way round.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-schema
          annotations:
            helm.sh/hook: "post-install,post-upgrade"
            helm.sh/hook-weight: "1"
            argocd.argoproj.io/sync-wave: "3"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-seed
          annotations:
            helm.sh/hook: "post-install,post-upgrade"
            helm.sh/hook-weight: "2"
            argocd.argoproj.io/sync-wave: "3"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-schema
          annotations:
            helm.sh/hook: "post-install,post-upgrade"
            helm.sh/hook-weight: "1"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-seed
          annotations:
            helm.sh/hook: "post-install,post-upgrade"
            helm.sh/hook-weight: "2"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Take the waves off: weights are waves then. Or write the order in waves.',
    ignore: 'When the order does not matter.',
  },
  'argocd/policies-add-up': {
    title: 'Delete policies of both kinds',
    what: 'Argo CD’s and Helm’s delete policies on one hook add up: a policy that the author replaced is still in force.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            helm.sh/hook: "pre-install,pre-upgrade"
            helm.sh/hook-delete-policy: hook-failed
            argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations:
            helm.sh/hook: "pre-install,pre-upgrade"
            argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Keep one of them.',
    ignore: 'When both are wanted.',
  },
  'argocd/runs-at-each-sync': {
    title: 'It runs more often than with Helm',
    what: 'Argo CD knows neither install nor upgrade: a hook of one of them runs at every sync, the first one too.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-seed
          annotations: { helm.sh/hook: post-install }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-seed
          annotations: { helm.sh/hook: "post-install,post-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve:
      'Let it do nothing when its work is done, or make it a plain Job with a name that follows its content (`hook: false`, `jobName: hash`).',
    ignore: 'When it can run any number of times.',
  },
  'argocd/ttl': {
    title: 'A Job that removes itself',
    what: 'Git still asks for a plain Job that its TTL has removed: the application is OutOfSync, and self-heal or the next sync runs it again. A hook that goes within seconds may be gone before Argo CD sees it end.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-setup-9c41d7e2, annotations: { a: b } }
        spec:
          ttlSecondsAfterFinished: 120
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-setup-9c41d7e2, annotations: { a: b } }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Take ttlSecondsAfterFinished out.',
    ignore: 'When the Job can run any number of times and the application may be OutOfSync.',
  },
  'argocd/replaced': {
    title: 'A Job that sync-options replace',
    what: '`Replace=true` alone replaces the Job at each sync, which the API server refuses: an error. With `Force=true` it is deleted and started anew at each sync, also while it runs and when nothing has changed: a warning.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-backfill
          annotations:
            argocd.argoproj.io/sync-options: "Force=true,Replace=true"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-backfill
          annotations: { argocd.argoproj.io/hook: Sync }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Take the options off and give the Job a name that follows its content, or make it a hook.',
    ignore: 'When it should run anew at each sync.',
  },
  'argocd/only-hooks': {
    title: 'Nothing but hooks',
    what: 'Argo CD compares no hooks with Git. An application of hooks only is always Synced, so automatic sync never starts it.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-upload
          annotations: { argocd.argoproj.io/hook: Sync }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-upload
          annotations: { argocd.argoproj.io/hook: Sync }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Make the Job a plain one whose name follows its content.',
    ignore: 'When every sync is started by hand or by a pipeline.',
  },
  'argocd/deletion-lacks': {
    title: 'A deletion hook that needs what is gone',
    what: 'PostDelete hooks run when all plain resources are deleted. One that needs a plain account or Secret never starts, and the application cannot be deleted.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-cleanup
          annotations:
            helm.sh/hook: post-delete
            helm.sh/hook-delete-policy: before-hook-creation
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: c
                  image: shop
                  envFrom: [{ configMapRef: { name: shop-config } }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-cleanup
          annotations:
            helm.sh/hook: pre-delete
            helm.sh/hook-delete-policy: before-hook-creation
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: c
                  image: shop
                  envFrom: [{ configMapRef: { name: shop-config } }]
      `,
    },
    resolve: 'Make what it needs a PostDelete hook too, or run it as a PreDelete hook (Argo CD 3.3).',
    ignore: OF_ARGO,
  },
  'argocd/deletion-order': {
    title: 'An order of deletion hooks',
    what: 'Argo CD creates all hooks of a deletion at once; weights and waves say nothing there.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-drain
          annotations:
            helm.sh/hook: post-delete
            helm.sh/hook-delete-policy: before-hook-creation
            helm.sh/hook-weight: "1"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-drop
          annotations:
            helm.sh/hook: post-delete
            helm.sh/hook-delete-policy: before-hook-creation
            helm.sh/hook-weight: "2"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-drop
          annotations:
            helm.sh/hook: post-delete
            helm.sh/hook-delete-policy: before-hook-creation
            helm.sh/hook-weight: "2"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Make one Job of them, or let the later one wait.',
    ignore: 'When the order does not matter.',
  },
  'argocd/counts-as-run': {
    title: 'A Job of syncs that should run at the deletion too',
    what: 'What lives already counts as run when the application is deleted. A Job that a sync leaves behind does not run as a PreDelete hook.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-sweep
          annotations:
            helm.sh/hook: "post-install,post-upgrade,pre-delete"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { a: b }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-sweep
          annotations:
            helm.sh/hook: "post-install,post-upgrade,pre-delete"
            helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{ name: c, image: shop }]
      `,
    },
    resolve: 'Add HookSucceeded to its policy, or make two Jobs of it.',
    ignore: 'When it need not run at the deletion.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
