/** Explanations of what a hook does to objects that are in use. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, yaml } from './explanation.ts';

export const LIVE = {
  'live/deleted-on-upgrade': {
    title: 'An upgrade deletes an object that is in use',
    what: 'Helm deletes a hook before it creates it anew: with before-hook-creation, and also when there is no delete policy. That is right for a Job. A Deployment loses its pods at each upgrade, a Service its address. A ServiceAccount comes back under the same name with another uid, so the API server refuses the tokens of pods that still run. A Role or RoleBinding is missing for a moment, and for longer when the upgrade fails there. A Secret that a controller makes of a hook (ExternalSecret, SealedSecret, VaultStaticSecret) goes with it. A ConfigMap or Secret is missing for a moment only, so that is an info.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop
          annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
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
              containers: [{ name: shop, image: shop }]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: account
            match: { kind: ServiceAccount, name: shop }
            hook: false
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop
          annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
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
              containers: [{ name: shop, image: shop }]
      `,
    },
    resolve:
      '`hook: false` makes the object a plain one; Helm then changes it in place. Give the hooks that need it before the release exists `dependencies: copy`. Where the release is installed already, the first upgrade needs `helm upgrade --take-ownership`, because Helm does not own what a hook made. What cannot be copied and has to be there early, as a database that a pre-install Job talks to, can have `deletePolicy: keep`: with server-side apply, the default of Helm 4, Helm then changes it in place too, but leaves it behind at an uninstall.',
    ignore:
      'When a short outage at each upgrade is fine. For workloads and Services, where it is an error, it takes a reason (`because`).',
  },
  'live/hook-becomes-plain': {
    title: 'Helm refuses to take over what was a hook',
    what: 'A hook belongs to no release, so Helm does not know its object as its own. When the next release has the same object as a plain resource, the upgrade finds it in the cluster and stops: "exists and cannot be imported into the current release: invalid ownership metadata". `hookorder diff OLD NEW` tells it, because both releases are known there. A hook that hook-succeeded deletes is not there any more, and so does not matter.',
    example: {
      before: yaml`
        # the old release
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop
          annotations: { helm.sh/hook: pre-install }
      `,
      after: yaml`
        # the new release, upgraded to with --take-ownership
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: shop }
      `,
    },
    resolve: 'Upgrade once with `helm upgrade --take-ownership`, or delete the object before the upgrade.',
    ignore: 'When the hook never ran in this cluster, or its object was deleted since.',
  },
  'live/selected': {
    title: 'The release takes a pod of a hook for one of its app',
    what: 'A Service sends requests to every running pod that has its labels, and pods of a Job without a readiness probe count as ready at once: while the migration runs, a share of the requests fails. More labels do not help, a selector asks only for its own. A PodDisruptionBudget counts the pod; in percent or with maxUnavailable it allows no eviction at all as long as a pod of a Job is there, finished or not. An autoscaler measures all pods that its target selects. A bare Pod is adopted by a DaemonSet or ReplicaSet whose selector fits.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: Service
        metadata: { name: shop }
        spec:
          selector: { app: shop }
          ports: [{ port: 80 }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          template:
            metadata: { labels: { app: shop, role: migrate } }
            spec:
              restartPolicy: Never
              containers: [{ name: migrate, image: shop }]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            patch:
              - op: replace
                path: /spec/template/metadata/labels/app
                value: shop-migrate
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: shop }
        spec:
          selector: { app: shop }
          ports: [{ port: 80 }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          template:
            metadata: { labels: { app: shop, role: migrate } }
            spec:
              restartPolicy: Never
              containers: [{ name: migrate, image: shop }]
      `,
    },
    resolve:
      "Give the pods of the hook another value of the label that tells the app's pods apart. Look for NetworkPolicies that let the hook through by that label.",
    ignore: 'When the hook serves the same as the app, so that a request to its pod is answered.',
  },
  'live/kept-out': {
    title: 'A NetworkPolicy keeps a hook from what it talks to',
    what: "A NetworkPolicy of the release guards the pods behind a Service that the hook names, and none of its rules fits the labels of the hook's pods; or it guards the hook's pods and does not let them out to there, or to the name servers on port 53. Labels of the Job do not count, only those of its pod template. Connections then time out. In pre-install there is no policy yet, so the first install works and the first upgrade does not.",
    example: {
      before: yaml`
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: shop-db }
        spec:
          podSelector: { matchLabels: { app: shop-db } }
          ingress:
            - from: [{ podSelector: { matchLabels: { db-client: "true" } } }]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: shop-db }
        spec:
          selector: { app: shop-db }
          ports: [{ port: 5432 }]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: { name: shop-db }
        spec:
          selector: { matchLabels: { app: shop-db } }
          template:
            metadata: { labels: { app: shop-db } }
            spec:
              containers: [{ name: db, image: postgres }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          template:
            metadata: { labels: { app: shop-migrate } }
            spec:
              restartPolicy: Never
              containers:
                - name: migrate
                  image: shop
                  env: [{ name: DB_HOST, value: shop-db }]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: shop-migrate }
            patch:
              - op: add
                path: /spec/template/metadata/labels/db-client
                value: "true"
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: { name: shop-db }
        spec:
          podSelector: { matchLabels: { app: shop-db } }
          ingress:
            - from: [{ podSelector: { matchLabels: { db-client: "true" } } }]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: shop-db }
        spec:
          selector: { app: shop-db }
          ports: [{ port: 5432 }]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: { name: shop-db }
        spec:
          selector: { matchLabels: { app: shop-db } }
          template:
            metadata: { labels: { app: shop-db } }
            spec:
              containers: [{ name: db, image: postgres }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          template:
            metadata: { labels: { app: shop-migrate } }
            spec:
              restartPolicy: Never
              containers:
                - name: migrate
                  image: shop
                  env: [{ name: DB_HOST, value: shop-db }]
      `,
    },
    resolve:
      "Give the hook's pods the label by which the policy lets the app in, or let the policy take in the hook too.",
    ignore:
      'When the network of the cluster does not enforce NetworkPolicies, or when another policy lets the hook through.',
  },
  'live/field-conflict': {
    title: 'A script changes a field that Helm applies',
    what: 'Helm 4 applies server-side: the API server keeps for each field who set it last. A hook that gives a field of the manifest another value takes the field over, and the next `helm upgrade` ends with "conflict occurred while applying". A field that the manifest does not have, a field that the script removes, and one that gets the value that the manifest has make no conflict. `--field-manager=helm` helps only `kubectl apply --server-side`: for `kubectl patch` it is another owner of that name.',
    example: {
      before: yaml`
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: { name: shop }
        webhooks:
          - name: guard.shop.example
            clientConfig:
              caBundle: Cg==
              service: { name: shop, namespace: shop }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-ca
          annotations: { helm.sh/hook: "post-install,post-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: certgen
                  image: kube-webhook-certgen
                  command: [kube-webhook-certgen]
                  args: [patch, --webhook-name=shop, --patch-mutating=false]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: webhook
            match: { kind: ValidatingWebhookConfiguration, name: shop }
            hook: false
            patch:
              - op: remove
                path: /webhooks/0/clientConfig/caBundle
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: { name: shop }
        webhooks:
          - name: guard.shop.example
            clientConfig:
              caBundle: Cg==
              service: { name: shop, namespace: shop }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-ca
          annotations: { helm.sh/hook: "post-install,post-upgrade" }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: certgen
                  image: kube-webhook-certgen
                  command: [kube-webhook-certgen]
                  args: [patch, --webhook-name=shop, --patch-mutating=false]
      `,
    },
    resolve:
      'Leave the field out of the manifest, so that the script alone owns it. Where the manifest needs it, run `helm upgrade --force-conflicts`: Helm then sets the value of the manifest again, and the hook its own after that.',
    ignore: 'When Helm runs with --force-conflicts or --server-side=false, or is Helm 3.',
  },
  'live/deleted-by-hook': {
    title: 'A hook stops the app and does not wait until it has stopped',
    what: '`kubectl scale --replicas=0` and `kubectl delete deployment` come back at once. The pods end later: each has its grace period, 30 seconds unless it says otherwise. A migration that should have the database for itself then runs beside the old app.',
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
              containers: [{ name: shop, image: shop }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: migrate
                  image: shop
                  command:
                    - sh
                    - -ec
                    - |
                      kubectl scale deployment/shop --replicas=0
                      shop migrate
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
          annotations: { helm.sh/hook: pre-upgrade }
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: migrate
                  image: shop
                  command:
                    - sh
                    - -ec
                    - |
                      kubectl scale deployment/shop --replicas=0
                      kubectl wait --for=delete pod -l app=shop --timeout=120s
                      shop migrate
      `,
    },
    resolve:
      'Wait in the script, or in a hook that runs after it: `kubectl wait --for=delete pod -l …`. `kubectl delete --cascade=foreground` waits by itself.',
    ignore: 'When what comes next may run beside the old pods.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
