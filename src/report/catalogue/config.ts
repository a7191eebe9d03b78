/** Explanations of what can be wrong with an ordering config, as a text: its files, keys and names. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, yaml } from './explanation.ts';

const NO_ORDER = 'Never: without a config that is understood whole there is no order to establish.';

export const CONFIG = {
  'config/missing': {
    title: 'There is no ordering config',
    what: '`render` was asked to order a release and was not told how. Passing the stream through unchanged would look like success.',
    example: {
      before: yaml`
        steps:
          - run: helm template shop ./chart | hookorder
      `,
      after: yaml`
        steps:
          - run: helm template shop ./chart | hookorder -c hookorder.yaml
      `,
    },
    resolve:
      'Give the config with `--config`, with `$HOOKORDER_CONFIG`, as hookorder.yaml in the working directory, or as a template of the chart with `kind: HookOrder`. `hookorder init` proposes one for a stream.',
    ignore: 'Never; `plan` and `lint` work without a config.',
  },
  'config/two-configs': {
    title: 'The chart carries an ordering config, and so do you',
    what: 'A chart may carry its order as a template of `kind: HookOrder`. Beside one of your own (`--config`, `$HOOKORDER_CONFIG`, a hookorder.yaml in the working directory) it is not clear which of them is meant, and taking either in silence could change images by `patch`, or switch the order off.',
    example: {
      before: yaml`
        steps:
          # the chart has templates/order.yaml
          - run: helm template shop ./chart | hookorder -c hookorder.yaml
      `,
      after: yaml`
        steps:
          # --no-config: look for none beside this one
          - run: |
              helm template shop ./chart |
                hookorder --no-config -c hookorder.yaml
      `,
    },
    resolve:
      'Use one of them. `--no-config` looks for no config, so together with `--config FILE` that file alone counts; without your own file the one of the chart does.',
    ignore: NO_ORDER,
  },
  'config/of-subchart': {
    title: 'A subchart carries an ordering config, which is not used',
    what: 'Only the chart that is released may carry the order of the release. A subchart that brings a `kind: HookOrder` document would order, patch or unhook resources of all the others. The document is taken out of the stream all the same, because the API server does not know its kind.',
    example: {
      before: yaml`
        # Source: shop/charts/db/templates/order.yaml
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: db-init
            match: { kind: Job, name: "*-db-init" }
            events: [pre-install]
      `,
      after: yaml`
        # Source: shop/templates/order.yaml
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: db-init
            match: { kind: Job, name: "*-db-init" }
            events: [pre-install]
      `,
    },
    resolve: 'Copy what you want of it into the config of your own release.',
    ignore: 'When your own config has what you want of it.',
  },
  'config/unreadable': {
    title: 'The ordering config cannot be read',
    what: 'The file does not exist, may not be read, or is not UTF-8. Inside Helm, relative paths start at the directory in which Helm was called.',
    example: {
      before: yaml`
        steps:
          - working-directory: deploy
            env: { HOOKORDER_CONFIG: deploy/hookorder.yaml }
            run: helm upgrade shop ./chart --post-renderer hookorder
      `,
      after: yaml`
        steps:
          - working-directory: deploy
            env: { HOOKORDER_CONFIG: hookorder.yaml }
            run: helm upgrade shop ./chart --post-renderer hookorder
      `,
    },
    resolve: 'Correct the path, or make it absolute.',
    ignore: NO_ORDER,
  },
  'config/invalid-yaml': {
    title: 'The ordering config is not valid YAML',
    what: 'It cannot be read as YAML, so nothing in it can be trusted.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: *-migrate }
            events: [pre-upgrade]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-upgrade]
      `,
    },
    resolve:
      'Correct it at the place that the message names. A pattern that begins with `*` needs quotes, because a bare `*` is an alias in YAML.',
    ignore: NO_ORDER,
  },
  'config/invalid-value': {
    title: 'A key of the config has a value that it cannot have',
    what: 'The value has the wrong type, is outside of its range or not one of the words allowed. Nothing is guessed, because a guess would end in the cluster.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-instal]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install]
            optional: true
      `,
    },
    resolve:
      'Write one of the values that the message names. `hookorder schema` prints the JSON Schema, with which editors complete and check the file.',
    ignore: NO_ORDER,
  },
  'config/unknown-key': {
    title: 'The config has a key that nobody reads',
    what: 'A misspelt key would do nothing, silently: `afer: [create-schema]` would let the migration run first.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            event: [pre-install]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install]
            optional: true
      `,
    },
    resolve: 'Write the key that is meant; the message names the nearest one.',
    ignore: NO_ORDER,
  },
  'config/missing-key': {
    title: 'The config lacks a key that it must have',
    what: 'Every config has `apiVersion`, `kind` and `hooks`, and every hook a `name`, by which others call it, and a `match`.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - match: { kind: Job, name: "*-migrate" }
            events: [pre-install]
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { kind: Job, name: "*-migrate" }
            events: [pre-install]
            optional: true
      `,
    },
    resolve: 'Add the key.',
    ignore: NO_ORDER,
  },
  'config/duplicate-name': {
    title: 'Two hooks of the config have one name',
    what: '`after: [migrate]` could mean either. Names are shared by all files of a config, in whatever file they stand.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { name: "*-auth-migrate" }
            events: [pre-upgrade]
            optional: true
          - name: migrate
            match: { name: "*-shop-migrate" }
            events: [pre-upgrade]
            optional: true
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate-auth
            match: { name: "*-auth-migrate" }
            events: [pre-upgrade]
            optional: true
          - name: migrate-shop
            match: { name: "*-shop-migrate" }
            events: [pre-upgrade]
            optional: true
      `,
    },
    resolve: 'Rename one, or make one hook of the two with a list of matchers.',
    ignore: NO_ORDER,
  },
  'config/unknown-hook': {
    title: 'The config names a hook that it does not have',
    what: '`after` and `before` take names of hooks of this config, not of resources. An edge to nothing would be no edge.',
    example: {
      before: yaml`
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
            after: [shop-schema]
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
    resolve:
      'Write the `name` of the hook. To order against a hook of the chart, claim that one too: a hook without `events` keeps the events and the weight that it has.',
    ignore: NO_ORDER,
  },
  'config/invalid-pattern': {
    title: 'A pattern of the config cannot be read',
    what: 'Strings in `match` are globs (`*`, `?`, `[a-z]`, `{a,b}`), and regular expressions between slashes. This one is neither.',
    example: {
      before: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { name: "/(auth|shop-migrate/" }
            events: [pre-upgrade]
            optional: true
      `,
      after: yaml`
        apiVersion: hookorder.io/v1
        kind: HookOrder
        hooks:
          - name: migrate
            match: { name: "/(auth|shop)-migrate/" }
            events: [pre-upgrade]
            optional: true
      `,
    },
    resolve: 'Close the bracket, or write the pattern as a glob.',
    ignore: NO_ORDER,
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
