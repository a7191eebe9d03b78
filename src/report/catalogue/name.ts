/** Explanations of names, and of the size of a release. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, NEVER, yaml } from './explanation.ts';

export const NAMES = {
  'name/too-long': {
    title: 'The API server rejects this name',
    what: "A Job's name becomes a label of its pods and may have 63 characters, a CronJob's 52, a Service's and a Namespace's 63, most others 253. Helm finds out in the middle of the release. Names that hookorder makes are cut to fit.",
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: CronJob
        metadata: { name: shop-production-europe-west-nightly-report-of-all-orders }
        spec: { schedule: "0 3 * * *", jobTemplate: {} }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: CronJob
        metadata: { name: shop-production-nightly-report }
        spec: { schedule: "0 3 * * *", jobTemplate: {} }
      `,
    },
    resolve: 'Shorten the release name, or set `fullnameOverride` in the values.',
    ignore: NEVER,
  },
  'name/duplicate': {
    title: 'Two documents are one object',
    what: 'Kind, group, namespace and name are the same. Of two ordinary resources Helm applies one over the other, or fails with "already exists". A hook with the name of an ordinary resource deletes and replaces the live object. Hooks of different events may share a name.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: shop }
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop
          annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
      `,
      after: yaml`
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: shop }
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: shop-migrator
          annotations: { helm.sh/hook: "pre-install,pre-upgrade" }
      `,
    },
    resolve:
      'Rename one, or take one out. Where the hook one is there because a Job needs it early, `dependencies: copy` does that under another name.',
    ignore: NEVER,
  },
  'name/generated': {
    title: 'Helm does not know the name of this object',
    what: 'With generateName the API server makes the name up. Helm 4 applies, finds and deletes by name, so the release fails with "resource name may not be empty", for a hook as for an ordinary resource. Helm 3 can create such an object once, and never finds it again.',
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata: { generateName: shop-migrate- }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job }
            events: [post-install, pre-upgrade]
            jobName: timestamp
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { generateName: shop-migrate- }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve: 'Give it a name. `jobName: timestamp` makes one for each run that Helm knows.',
    ignore: 'When the stream is for `kubectl create` and not for Helm.',
  },
  'name/random': {
    title: 'A name ends in letters that look drawn by chance',
    what: 'The name ends in letters and digits as `randAlphaNum`, `uuidv4` and `generateName` make them. Each render then has another name, so an entry that matches these letters matches nothing the next time, and what hookorder says of names that stay the same does not hold. One render cannot prove it; `hookorder init INSTALL UPGRADE` sees two.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate-x7k2p" }
            events: [pre-upgrade]
        ---
        # Source: shop/templates/migrate.yaml
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate-x7k2p }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, template: migrate.yaml }
            events: [pre-upgrade]
        ---
        # Source: shop/templates/migrate.yaml
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate-x7k2p }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve: 'Match the Job by `template` or by labels, or write `*` in place of the letters that were drawn.',
    ignore: 'When the letters are a word of yours, and each render has them.',
  },
  'name/mention-not-renamed': {
    title: 'A renamed Job is called by its old name',
    what: 'References that are plainly meant follow a rename: `resourceNames` of Roles, `job/NAME` in commands and arguments. Here the name stands where it could mean something else, in a variable or a ConfigMap, and was left alone. If it is the Job, whoever reads it looks for a Job that is not there.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job }
            events: [pre-install]
            jobName: timestamp
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-scripts }
        data:
          wait.sh: kubectl wait --for=condition=complete job/shop-migrate
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - { name: migrate, match: { kind: Job }, events: [pre-install] }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-scripts }
        data:
          wait.sh: kubectl wait --for=condition=complete job/shop-migrate
      `,
    },
    resolve:
      'Find the Job by a label instead, write it as `job/NAME` in a command or an argument, or keep the name with `jobName: keep`.',
    ignore: 'When the word does not mean the Job.',
  },
  'release/list-anchor': {
    title: 'An alias in a List loses its anchor',
    what: 'The items of a `kind: List` share an anchor (`&labels` in one, `*labels` in another). Without a post-renderer that is fine. With any post-renderer Helm 4 makes a document of each item first; an anchor does not reach from one document to the next, and Helm stops with "unknown anchor". An anchor within one item, or in a typed list such as `ConfigMapList`, does no harm.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: List
        items:
          - apiVersion: v1
            kind: ConfigMap
            metadata: { name: shop-a, labels: &labels { app: shop } }
          - apiVersion: v1
            kind: ConfigMap
            metadata: { name: shop-b, labels: *labels }
      `,
      after: yaml`
        apiVersion: v1
        kind: List
        items:
          - apiVersion: v1
            kind: ConfigMap
            metadata: { name: shop-a, labels: { app: shop } }
          - apiVersion: v1
            kind: ConfigMap
            metadata: { name: shop-b, labels: { app: shop } }
      `,
    },
    resolve: 'Write the value out in the template, with a named template of Helm where it is long.',
    ignore: NEVER,
  },
  'release/too-large': {
    title: 'The release may not fit into its Secret',
    what: 'Helm stores the whole release, compressed, in one Secret, and the API server takes 1 MiB. Copies count. Above that, install and upgrade fail with "Too long: must have at most 1048576 bytes", after the stream is made and before anything is created.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          # reads a Secret with large files, of which each hook would get a copy
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install]
            dependencies: copy
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [post-install]
      `,
    },
    resolve:
      'Take large files out of ConfigMaps and Secrets, split the release, or store releases in SQL (`HELM_DRIVER=sql`).',
    ignore: 'When Helm stores releases somewhere else than in Secrets or ConfigMaps.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
