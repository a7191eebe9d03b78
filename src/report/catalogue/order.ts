/** Explanations of orders that cannot be established. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, yaml } from './explanation.ts';

const NO_ORDER = 'Never: a release whose order could not be established is refused.';

export const ORDER = {
  'order/matches-nothing': {
    title: 'A hook of the config matches no resource',
    what: 'The migration that you put in order is not in this release: the chart renamed it, a value switched it off, or the pattern is wrong. Going on would install the app without it.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-upgrade]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migration }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migration" }
            events: [pre-upgrade]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migration }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve:
      'Correct the `match`; the message lists the Jobs and Pods that there are. If the resource may be absent, set `optional: true`.',
    ignore: NO_ORDER,
  },
  'order/claimed-twice': {
    title: 'Two hooks of the config claim one resource',
    what: 'A resource has one weight and one set of annotations, so it can belong to one hook only.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-upgrade]
          - { name: rest, match: { kind: Job }, events: [post-upgrade] }
        ---
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
            match: { kind: Job, name: "*-migrate" }
            events: [pre-upgrade]
          - name: rest
            match: { kind: Job, name: "*-seed" }
            events: [post-upgrade]
            optional: true
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve: 'Narrow the `match` of one of the two.',
    ignore: NO_ORDER,
  },
  'order/no-events': {
    title: 'A hook of the config has no events',
    what: 'The config names none, so the resource keeps its own hook annotation; and it has none. Helm would install it as an ordinary resource, out of any order.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - { name: migrate, match: { kind: Job, name: "*-migrate" } }
        ---
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
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install, pre-upgrade]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve: 'Add `events` to the hook.',
    ignore: NO_ORDER,
  },
  'order/cycle': {
    title: 'The config asks for a circle',
    what: 'Each hook of the circle would have to run before itself. The message has the whole path.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: schema
            match: { name: "*-schema" }
            events: [pre-upgrade]
            after: [migrate]
            optional: true
          - name: migrate
            match: { name: "*-migrate" }
            events: [pre-upgrade]
            after: [schema]
            optional: true
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: schema
            match: { name: "*-schema" }
            events: [pre-upgrade]
            optional: true
          - name: migrate
            match: { name: "*-migrate" }
            events: [pre-upgrade]
            after: [schema]
            optional: true
      `,
    },
    resolve: 'Take out one of the edges on the path.',
    ignore: NO_ORDER,
  },
  'order/impossible': {
    title: 'The events contradict the order asked for',
    what: 'Helm reaches the events of an operation in a fixed order: everything of pre-upgrade is over before anything of post-upgrade starts. No weight changes that.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: smoke
            match: { name: "*-smoke" }
            events: [post-upgrade]
            optional: true
          - name: migrate
            match: { name: "*-migrate" }
            events: [pre-upgrade]
            after: [smoke]
            optional: true
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { name: "*-migrate" }
            events: [pre-upgrade]
            optional: true
          - name: smoke
            match: { name: "*-smoke" }
            events: [post-upgrade]
            optional: true
      `,
    },
    resolve: 'Move one of the two to another event, or take the edge out.',
    ignore: NO_ORDER,
  },
  'order/weight-conflict': {
    title: 'A fixed weight contradicts the order',
    what: 'Helm sorts by weight. A hook with the fixed weight 50 runs after one with 10, whatever `after` says.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: schema
            match: { kind: Job, name: "*-schema" }
            events: [pre-upgrade]
            weight: 50
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-upgrade]
            weight: 10
            after: [schema]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-schema }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: schema
            match: { kind: Job, name: "*-schema" }
            events: [pre-upgrade]
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-upgrade]
            weight: 10
            after: [schema]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-schema }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve: 'Take a fixed weight out, and hookorder fits it around the others.',
    ignore: NO_ORDER,
  },
  'order/turned-round': {
    title: 'Two hooks change places, and nothing asks for it',
    what: 'The chart runs one hook before the other. Under the config they run the other way round, although no `after`, `before`, `weight` or list of hooks with `events` says so: a `patch` sets the weight, or a new name decides between equal weights. A backup may then run after the migration that it is to save from.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: backup
            match: { kind: Job, name: "*-backup" }
            patch:
              - op: replace
                path: /metadata/annotations/helm.sh~1hook-weight
                value: "5"
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-backup
          annotations: { helm.sh/hook: pre-upgrade, helm.sh/hook-weight: "-5" }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate, annotations: { helm.sh/hook: pre-upgrade } }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: backup
            match: { kind: Job, name: "*-backup" }
            weight: 5
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-backup
          annotations: { helm.sh/hook: pre-upgrade, helm.sh/hook-weight: "-5" }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate, annotations: { helm.sh/hook: pre-upgrade } }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve:
      'Say which order is meant, with `weight`, `after` or `before`. Where the order of the chart is right, take out what changes it.',
    ignore: NO_ORDER,
  },
  'order/patch-failed': {
    title: 'An operation of `patch` cannot be applied',
    what: 'RFC 6902 operations need their paths: `replace` and `remove` what is there, `add` into a parent that is there. Nothing is patched by halves.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-upgrade]
            patch: [{ op: replace, path: /spec/parallelism, value: 1 }]
        ---
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
            match: { kind: Job, name: "*-migrate" }
            events: [pre-upgrade]
            patch: [{ op: add, path: /spec/parallelism, value: 1 }]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: { name: shop-migrate }
        spec: { template: { spec: { restartPolicy: Never, containers: [] } } }
      `,
    },
    resolve: 'Correct the path. `add` sets a key whether it exists or not.',
    ignore: NO_ORDER,
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
