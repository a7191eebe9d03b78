/** Explanations of what can be wrong with a manifest stream. */
import type { FindingCode } from '../../model/finding.ts';
import { type Explanation, NEVER, yaml } from './explanation.ts';

export const INPUT = {
  'input/unreadable': {
    title: 'The stream cannot be read',
    what: 'The file does not exist, is a folder, or may not be read. Nothing was done.',
    example: {
      before: yaml`
        steps:
          - run: hookorder lint rendered.yaml  # nobody has written it yet
      `,
      after: yaml`
        steps:
          - run: helm template shop ./chart > rendered.yaml
          - run: hookorder lint rendered.yaml
      `,
    },
    resolve: 'Correct the path, or pipe the stream in: `helm template shop ./chart | hookorder lint`.',
    ignore: NEVER,
  },
  'input/empty': {
    title: 'The stream is empty',
    what: 'There is no document in it. Most often the command before the pipe failed: `helm template` prints its error on stderr and nothing on stdout. Helm also takes an empty answer of a post-renderer for a failure.',
    example: {
      before: yaml`
        steps:
          - run: helm template shop ./chrat | hookorder lint
      `,
      after: yaml`
        steps:
          - shell: bash  # with pipefail, so that the first failure counts
            run: |
              set -o pipefail
              helm template shop ./chart | hookorder lint
      `,
    },
    resolve: 'Look at what the command before the pipe says.',
    ignore: NEVER,
  },
  'input/not-utf8': {
    title: 'The stream is not UTF-8',
    what: 'YAML is UTF-8, and so is everything that Helm writes. A byte that is not would leave as another one, so hookorder refuses to touch the stream. Usual reasons: a template saved as Latin-1, a binary file in `data` instead of `binaryData`, a PowerShell that redirects as UTF-16.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-files }
        data:
          logo.png: "…the bytes of the file…"
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-files }
        binaryData:
          logo.png: iVBORw0KGgo=
      `,
    },
    resolve: 'Save the template as UTF-8, and put binary files into `binaryData` with `b64enc`.',
    ignore: NEVER,
  },
  'input/invalid-yaml': {
    title: 'A document is not valid YAML',
    what: 'Helm parses every document too and stops at this one. Documents that no rule and no check has to read are not parsed, so `lint`, which reads all, may find more than `render`.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config
        data: { DB_HOST: shop-db }
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { DB_HOST: shop-db }
      `,
    },
    resolve:
      'Correct the template at the place that the message names; a missing `quote` or a wrong `nindent` is the usual reason.',
    ignore: NEVER,
  },
  'input/not-a-resource': {
    title: 'A document is no Kubernetes object',
    what: 'It has no kind or no name. It passes through as it is, and no rule can match it. Helm sends it to the API server, which rejects it, or stops before. The items of a List are resources of their own.',
    example: {
      before: yaml`
        apiVersion: v1
        metadata: { name: shop-config }
        data: { DB_HOST: shop-db }
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data: { DB_HOST: shop-db }
      `,
    },
    resolve: 'Give it what it lacks, or let the template print nothing.',
    ignore: 'When the stream is not for Helm, such as a values file that came along in a pipe.',
  },
  'input/helm3-post-render': {
    title: 'Helm 3 takes the hooks out before it post-renders',
    what: "Helm 3 reads hook annotations first and runs the post-renderer on the rest. A hook annotation that is added then comes too late: the Job would be installed as an ordinary resource, at the same time as everything else. The chart's own hooks never reach the post-renderer at all. Helm 4 reads the annotations after post-rendering.\n\nA stream does not tell whether Helm 3 will read the answer, so hookorder looks at the programs that it runs below: a Helm of any name with `--post-renderer` (`helm template` is fine: it installs nothing), Terraform, OpenTofu and Pulumi, whose providers have Helm 3 inside, any other program that is built with Helm. What cannot be seen is refused as well: a container whose input comes from outside it, processes that the system hides.",
    example: {
      before: yaml`
        steps:
          - run: helm3 upgrade --install shop ./chart --post-renderer hookorder
      `,
      after: yaml`
        steps:
          - run: helm4 upgrade --install shop ./chart --post-renderer hookorder
      `,
    },
    resolve:
      'Use Helm 4. With Helm 3, a config that only makes plain resources of hooks, or names of Jobs unique, still works. When no Helm 3 and no Terraform reads the output, as in a pipeline that ends in `kubectl apply`, in Argo CD or in a file, say so with `--as-filter`, or with HOOKORDER_AS_FILTER=1 for that one command.',
    ignore: NEVER,
  },
  'input/duplicate-key': {
    title: 'A key stands more than once in its mapping',
    what: 'YAML forbids it, Helm lets it through and takes the last one. The others are lost without a word, for example the resource limits above a second `resources:`. Stricter tools, kustomize among them, refuse such a document.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data:
          DB_HOST: shop-db
          DB_HOST: localhost
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-config }
        data:
          DB_HOST: localhost
      `,
    },
    resolve:
      'Find the template that prints the key twice, often a value that is merged with a default, and take out the one that does not count.',
    ignore: 'When the last one is what you want and the chart is not yours.',
  },
  'input/read-two-ways': {
    title: 'Helm may read another resource here than others do',
    what: "Between Helm and the API server a document is read by four libraries. kyaml puts an annotation into it before a post-renderer and takes it out afterwards: it knows no merge keys and looks at the first of doubled keys only. Go's JSON takes `Annotations` for `annotations`, and the API server does not. go-yaml ends a line at a lone carriage return and at three Unicode characters. hookorder reads what Helm reads, and says where that is not what the text shows. It refuses (as an error, exit 2) to change such a document, because what leaves must mean the same to all.",
    example: {
      before: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          Annotations: { helm.sh/hook: pre-upgrade }
      `,
      after: yaml`
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: shop-migrate
          annotations: { helm.sh/hook: pre-upgrade }
      `,
    },
    resolve:
      'Write the part that the message names out in the template: once, in its own case, without a merge key or an alias, with plain line breaks.',
    ignore: 'Never for a hook; for other resources, when you have looked at what Helm installs.',
  },
  'input/helm-rewrites-text': {
    title: 'Helm changes this text once any post-renderer is in use',
    what: 'With a post-renderer, Helm 4 parses and prints each document twice, whatever the post-renderer does. Up to 4.2.3 a `|` or `>` scalar that ends a document loses its final newline, unless the document is the last of its file, and a folded scalar (`>`) with indented lines gains blank lines each time. A shell command that goes on after a `\\` breaks by that. hookorder cannot prevent it: the text is changed before it comes and after it has left.',
    example: {
      before: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-script }
        data:
          run.sh: >-
            migrate up
              --verbose
      `,
      after: yaml`
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: shop-script }
        data:
          run.sh: |-
            migrate up --verbose
      `,
    },
    resolve:
      'Write the text with `|` instead of `>`. Where a final newline matters, put another key behind the scalar or the document last in its template file.',
    ignore:
      'When nothing reads the final newline or the blank lines: most scripts and configuration files do not mind.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
