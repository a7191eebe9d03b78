/** Explanations of hook annotations and delete policies. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, NEVER, yaml } from './explanation.ts';

export const HOOK_ANNOTATIONS = {
  'hook/unknown-event': {
    title: 'Helm drops the whole resource',
    what: 'One word in `helm.sh/hook` that Helm does not know, also an empty one, and Helm leaves the resource out: exit code 0 and one INFO line that does not name it. The migration is simply not there. `crd-install` is such a word since Helm 3.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-install,pre-upgrad
            helm.sh/hook-delete-policy: before-hook-creation
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-install,pre-upgrade
            helm.sh/hook-delete-policy: before-hook-creation
      `,
    },
    resolve:
      "Correct the word, or claim the resource in the config with `events`. A definition with `crd-install` belongs in the chart's crds folder.",
    ignore:
      'When a chart keeps crd-install for Helm 2 and has the same definition in its crds folder: `lint: { ignore: [{ code: hook/unknown-event, match: { kind: CustomResourceDefinition }, because: "…" }] }`.',
  },
  'hook/weight-not-integer': {
    title: 'Helm reads this weight as 0',
    what: 'Helm takes the weight only as a whole number in a string. Everything else, such as "1.5", "high" or an empty value, counts as 0, without a word, and the hook runs where 0 is.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-weight: "-1.5"
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-weight: "-2"
      `,
    },
    resolve: 'Write a whole number in quotes, or let the config order the hook: it replaces the weight.',
    ignore: NEVER,
  },
  'hook/annotation-not-string': {
    title: 'The API server rejects an annotation or label that is no string',
    what: '`helm template` accepts an unquoted number and even sorts by it. The API server does not: "cannot unmarshal number into Go struct field ObjectMeta.metadata.annotations of type string". The unquoted words y, yes, on, n, no and off, also with a capital or in capitals, are booleans for Helm, in annotations and labels, of the hook and of its pods.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-weight: 5
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-weight: "5"
      `,
    },
    resolve: 'Quote it: `helm.sh/hook-weight: {{ .Values.weight | quote }}`.',
    ignore: NEVER,
  },
  'hook/unknown-delete-policy': {
    title: 'A delete policy that Helm does not know',
    what: 'The word does nothing, and it switches the default off: a hook whose only policy is misspelt, or empty, is never deleted, and the next run meets the last one. `keep` as the only word is understood as the wish for just that, and is no finding.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: hook-suceeded
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: hook-succeeded
      `,
    },
    resolve:
      'Use before-hook-creation, hook-succeeded and hook-failed, or `keep` alone where Helm is never to delete it.',
    ignore: NEVER,
  },
  'hook/in-list': {
    title: 'A hook stands in a List',
    what: 'Helm looks for hooks before it looks into a `kind: List`, so an item with helm.sh/hook is created like any other resource. With any post-renderer Helm 4 unfolds `kind: List` first, and the item becomes a hook: adding hookorder changes the release. Typed lists such as `JobList`, and a List in a List, stay folded; an item in these is never a hook, unless an entry of the config claims it: then hookorder takes it out of the List.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: List
        items:
          - apiVersion: v1
            kind: ConfigMap
            metadata:
              name: shop-migrations
              annotations: { helm.sh/hook: pre-upgrade }
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-migrations
          annotations: { helm.sh/hook: pre-upgrade }
      `,
    },
    resolve: 'Write the item as a document of its own in its template, or claim it in hookorder.yaml.',
    ignore: 'When it is meant to be a hook, and the chart is never installed without a post-renderer.',
  },
  'hook/unknown-annotation': {
    title: 'A hook annotation that Helm does not read',
    what: 'An annotation begins with `helm.sh/hook` and is none of the four that Helm reads: `helm.sh/hook`, `-weight`, `-delete-policy` and `-output-log-policy`. Helm does not say so. A misspelt weight is 0, a misspelt policy is the default, and with a misspelt `helm.sh/hook` the resource is no hook at all.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-weigth: "-5"
            helm.sh/hook-delete-policy: before-hook-creation
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-weight: "-5"
            helm.sh/hook-delete-policy: before-hook-creation
      `,
    },
    resolve: 'Correct the name, or claim the resource in the config, which writes the right ones.',
    ignore: 'When another tool reads this annotation.',
  },
  'hook/unknown-log-policy': {
    title: 'A log policy that Helm does not know',
    what: '`helm.sh/hook-output-log-policy` takes hook-succeeded and hook-failed. Any other word does nothing, so the logs that it was to print are not printed.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: Pod
        metadata:
          name: shop-test
          annotations:
            helm.sh/hook: test
            helm.sh/hook-output-log-policy: failed
        spec: { restartPolicy: Never, containers: [] }
      `,
      after: yaml`
        apiVersion: v1
        kind: Pod
        metadata:
          name: shop-test
          annotations:
            helm.sh/hook: test
            helm.sh/hook-output-log-policy: hook-failed
        spec: { restartPolicy: Never, containers: [] }
      `,
    },
    resolve: 'Write hook-succeeded, hook-failed, or both.',
    ignore: NEVER,
  },
  'hook/no-delete-policy': {
    title: 'The default policy applies',
    what: 'Without a policy Helm deletes the last object of that name just before it creates the next one, and leaves it until then, also after `helm uninstall`. For a Job that is mostly right; for a ServiceAccount, a Secret or a claim that others use it is mostly not.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: shop-config
          annotations:
            helm.sh/hook: pre-upgrade
            helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
      `,
    },
    resolve: 'Say what is meant, in the chart or with `deletePolicy`.',
    ignore: 'When the default is what you want.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
