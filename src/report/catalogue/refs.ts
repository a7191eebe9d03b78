/** Explanations of what a hook needs and does not find. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, OF_THE_CHART, yaml } from './explanation.ts';

export const REFERENCES = {
  'refs/not-yet-created': {
    title: 'A hook needs what Helm creates after it',
    what: 'A pre-install hook runs before anything else of the release exists. A Job whose ServiceAccount is missing gets no pod, one whose ConfigMap or Secret is missing gets a pod that never starts; both end with the timeout, and the first install fails. After that the object is there or not by chance, so the chart seems to work for everybody who has it already.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install]
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
            events: [pre-install]
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
      '`dependencies: copy` gives the hook copies of its own, made before it and deleted after it. Copies of Secrets are hooks, so `helm install --dry-run --hide-secret` shows them: it hides Secrets of the manifest only. Or run it post-install. What has state, such as a claim, cannot be copied.',
    ignore: `${OF_THE_CHART} If the object was created by hand before, say \`dependencies: ignore\`.`,
  },
  'refs/created-too-late': {
    title: 'A hook needs a hook that runs after it',
    what: 'Both are hooks of one event, but Helm sorts by weight and then by name, not by kind: the ServiceAccount "shop-migrator" comes after the Job "shop-migrate" of the same weight, although the documentation says otherwise.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop-migrator
          annotations: { helm.sh/hook: pre-install }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-install }
        spec:
          template:
            spec:
              restartPolicy: Never
              serviceAccountName: shop-migrator
              containers: []
      `,
      after: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop-migrator
          annotations: { helm.sh/hook: pre-install, helm.sh/hook-weight: "-1" }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-install }
        spec:
          template:
            spec:
              restartPolicy: Never
              serviceAccountName: shop-migrator
              containers: []
      `,
    },
    resolve: 'Give what is needed a lower weight, or list it first in the config.',
    ignore: OF_THE_CHART,
  },
  'refs/stale-on-upgrade': {
    title: 'A pre-upgrade hook reads the old configuration',
    what: 'The ConfigMap or Secret exists from the last revision, and this upgrade changes it only after the pre-upgrade hooks. The migration of the new version runs with the old database host, the old password, the old script. What a server of the release runs with, such as the password of its database, a hook that speaks to it reads rightly: nothing is said of that, and it is not copied.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { DB_HOST: db.example.org }
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
                  envFrom: [{ configMapRef: { name: shop-config } }]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            dependencies: copy
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { DB_HOST: db.example.org }
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
                  envFrom: [{ configMapRef: { name: shop-config } }]
      `,
    },
    resolve: '`dependencies: copy` gives the hook a copy with the new content.',
    ignore:
      'When the old content is what the hook should see, such as the password that the running database still has.',
  },
  'refs/taken-away': {
    title: 'The config takes away what another resource needs',
    what: 'An entry with `drop` takes an object out of the stream, or a `patch` gives it another name, kind or namespace. What names it finds nothing then: pods do not start, and bindings give no rights.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: not wanted
            match: { kind: ConfigMap, name: shop-env }
            drop: true
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-env }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              containers:
                - name: web
                  envFrom: [{ configMapRef: { name: shop-env } }]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: not wanted
            match: { kind: ConfigMap, name: shop-env }
            drop: true
            dependencies: ignore # it exists outside of the release
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-env }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec:
          selector: { matchLabels: { app: shop } }
          template:
            metadata: { labels: { app: shop } }
            spec:
              containers:
                - name: web
                  envFrom: [{ configMapRef: { name: shop-env } }]
      `,
    },
    resolve:
      'Keep the object, let its users name another one, or say with `dependencies: ignore` that it exists outside of the release.',
    ignore: 'Never: the config itself brings it about.',
  },
  'refs/already-deleted': {
    title: 'A hook needs what has been deleted by then',
    what: "Post-delete hooks run when uninstall has deleted the release's own ServiceAccounts, ConfigMaps and Secrets. The Job gets no pod, and `helm uninstall` waits for the timeout. The same happens to a workload that needs an object which hook-succeeded has deleted.",
    example: {
      before: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: shop-cleanup }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-cleanup
          annotations: { helm.sh/hook: post-delete }
        spec:
          template:
            spec:
              restartPolicy: Never
              serviceAccountName: shop-cleanup
              containers: []
      `,
      after: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: shop-cleanup }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-cleanup
          annotations: { helm.sh/hook: pre-delete }
        spec:
          template:
            spec:
              restartPolicy: Never
              serviceAccountName: shop-cleanup
              containers: []
      `,
    },
    resolve: 'Run it pre-delete, or make what it needs post-delete hooks too, with lower weights.',
    ignore: OF_THE_CHART,
  },
  'refs/copy-loses-identity': {
    title: 'A copy is not trusted as its original is',
    what: 'A cloud role trusts a ServiceAccount by its name and namespace; an operator fills a Secret by its name. `dependencies: copy` makes `<name>-hook`, which the outside does not know: the hook gets "access denied", or an empty Secret. A hook that runs before install and upgrade and speaks to a server of the release reads the copy also before an upgrade: then with the password that the server gets only after it.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install]
            dependencies: copy
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop
          annotations:
            eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/shop"
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec:
          template:
            spec: { restartPolicy: Never, serviceAccountName: shop, containers: [] }
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [post-install]
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop
          annotations:
            eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/shop"
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec:
          template:
            spec: { restartPolicy: Never, serviceAccountName: shop, containers: [] }
      `,
    },
    resolve:
      "Let the role trust the copy's name too (`system:serviceaccount:NAMESPACE:shop-hook`), create the ServiceAccount outside of the release, or run the hook post-install.",
    ignore: 'When the hook does not use that trust, or the role trusts the copy already.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
