/** Explanations of what the account of a hook may not do. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, yaml } from './explanation.ts';

export const RIGHTS = {
  'rights/missing-verb': {
    title: 'A script asks the API server for what its account may not',
    what: 'The Job runs kubectl as a ServiceAccount of the release, and the Roles that the release binds to it lack a verb or a resource. Most calls then fail with "forbidden". `kubectl wait` and `kubectl rollout status` list and watch, and without these verbs they try again until the timeout: so does `kubectl delete`, which waits until a pod, claim or namespace is gone, unless it is told `--wait=false`. `kubectl patch`, `label`, `scale` and `rollout restart` get the object first, `apply` gets, creates and patches, `scale` patches `deployments/scale`, `exec` creates `pods/exec`. A rule with resourceNames never allows to list all, or to create.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: fix }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: { name: fix }
        rules:
          - apiGroups: [""]
            resources: [persistentvolumeclaims]
            verbs: [get, list, delete]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: { name: fix }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: fix }
        subjects: [{ kind: ServiceAccount, name: fix }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: fix
          annotations: { helm.sh/hook: post-upgrade }
        spec:
          template:
            spec:
              serviceAccountName: fix
              restartPolicy: Never
              containers:
                - name: fix
                  image: kubectl
                  command: [kubectl, wait, --for=delete, pvc/old]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: rights
            match: { kind: Role, name: fix }
            hook: false
            patch:
              - op: add
                path: /rules/-
                value:
                  apiGroups: [""]
                  resources: [persistentvolumeclaims]
                  verbs: [watch]
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: fix }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: { name: fix }
        rules:
          - apiGroups: [""]
            resources: [persistentvolumeclaims]
            verbs: [get, list, delete]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: { name: fix }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: fix }
        subjects: [{ kind: ServiceAccount, name: fix }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: fix
          annotations: { helm.sh/hook: post-upgrade }
        spec:
          template:
            spec:
              serviceAccountName: fix
              restartPolicy: Never
              containers:
                - name: fix
                  image: kubectl
                  command: [kubectl, wait, --for=delete, pvc/old]
      `,
    },
    resolve: 'Add a rule with the missing verbs to the Role, in the chart or with `patch`.',
    ignore: 'When something outside of the release gives the account more rights.',
  },
  'rights/not-bound': {
    title: 'A script asks the API server, and its account has no rights',
    what: 'The Job runs kubectl as a ServiceAccount that the release makes, and no RoleBinding or ClusterRoleBinding of the release names it: a subject with another name or namespace, or a binding that the values switched off. Every call fails with "forbidden".',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: fix }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: fix
          annotations: { helm.sh/hook: post-upgrade }
        spec:
          template:
            spec:
              serviceAccountName: fix
              restartPolicy: Never
              containers:
                - name: fix
                  image: kubectl
                  command: [kubectl, rollout, restart, deployment/shop]
      `,
      after: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: fix }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: { name: fix }
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: ClusterRole
          name: edit
        subjects: [{ kind: ServiceAccount, name: fix }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: fix
          annotations: { helm.sh/hook: post-upgrade }
        spec:
          template:
            spec:
              serviceAccountName: fix
              restartPolicy: Never
              containers:
                - name: fix
                  image: kubectl
                  command: [kubectl, rollout, restart, deployment/shop]
      `,
    },
    resolve: 'Bind the account to a Role that allows what the script does.',
    ignore: 'When the account gets its rights outside of the release.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
