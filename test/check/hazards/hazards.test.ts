/** Hazards beside the order: each class with siblings, and near misses that stay silent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingCode } from '../../../src/model/finding.ts';
import { order } from '../../support/pipeline.ts';

interface Case {
  readonly name: string;
  readonly in: readonly object[];
  /** `severity first words` of each finding of the code. */
  readonly want?: readonly string[];
  readonly config?: string;
  readonly wait?: boolean;
}

function check(code: FindingCode, cases: readonly Case[]): void {
  for (const { name, in: objects, want = [], config, wait = false } of cases)
    test(`${code}: ${name}`, () => {
      const stream = objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
      const head = 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n';
      const { findings } = order(stream, config === undefined ? undefined : head + config, {
        needsConfig: false,
        scope: 'all',
        severity: 'info',
        wait,
      });
      const found = findings.filter((finding) => finding.code === code);
      assert.deepEqual(
        found.map(
          ({ severity, message }) =>
            `${severity} ${message
              .split(' ')[0]
              ?.replace(/:$/, '')
              .replace(/-[0-9a-f]{8}$/, '-HASH')}`,
        ),
        want,
        found.map(({ message }) => message).join('\n'),
      );
      for (const { hint } of found) assert.ok(hint !== undefined && hint !== '');
    });
}

type Fields = Readonly<Record<string, unknown>>;
const hookOf = (events: string, more: Fields = {}): Fields => ({ 'helm.sh/hook': events, ...more });
const USUAL = { 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' };
const BEFORE = { 'helm.sh/hook-delete-policy': 'before-hook-creation' };
const object = (kind: string, name: string, more: Fields = {}, annotations?: Fields, apiVersion = 'v1'): object => ({
  apiVersion,
  kind,
  metadata: { name, ...(annotations && { annotations }) },
  ...more,
});
const MAIN = { name: 'c', image: 'shop:1', command: ['app', 'migrate'] };
interface JobParts {
  readonly hook?: Fields;
  readonly spec?: Fields;
  readonly pod?: Fields;
  readonly metadata?: Fields;
}
const job = (name: string, { hook, spec = {}, pod = {}, metadata }: JobParts = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, ...(hook && { annotations: hook }) },
  spec: {
    ...spec,
    template: { ...(metadata && { metadata }), spec: { restartPolicy: 'Never', containers: [MAIN], ...pod } },
  },
});
const deployment = (name: string, pod: Fields = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'shop:1' }], ...pod } },
  },
});
const UPGRADE = hookOf('pre-upgrade');
const containers = (...list: readonly Fields[]): Fields => ({ containers: [MAIN, ...list] });

check('hook/annotation-misplaced', [
  { name: 'on the pod template', in: [job('a', { metadata: { annotations: UPGRADE } })], want: ['warning Job/a'] },
  {
    name: 'a weight on the pod template of a hook',
    in: [job('a', { hook: UPGRADE, metadata: { annotations: { 'helm.sh/hook-weight': '5' } } })],
    want: ['warning Job/a'],
  },
  {
    name: 'as labels of the pods',
    in: [job('a', { metadata: { labels: { 'helm.sh/hook': 'pre-upgrade' } } })],
    want: ['warning Job/a'],
  },
  {
    name: 'as a label',
    in: [{ ...object('ConfigMap', 'a'), metadata: { name: 'a', labels: { 'helm.sh/hook': 'pre-install' } } }],
    want: ['warning ConfigMap/a'],
  },
  { name: 'a policy without a hook', in: [object('Secret', 'a', {}, BEFORE)], want: ['info Secret/a'] },
  {
    name: 'a weight without a hook',
    in: [job('a', { hook: { 'helm.sh/hook-weight': '1' } })],
    want: ['warning Job/a'],
  },
  {
    name: "on a CronJob's Jobs",
    in: [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'a' },
        spec: { jobTemplate: { metadata: { annotations: UPGRADE }, spec: {} } },
      },
    ],
    want: ['warning CronJob/a'],
  },
  { name: 'written twice, it does no harm', in: [job('a', { hook: UPGRADE, metadata: { annotations: UPGRADE } })] },
  { name: 'where it belongs', in: [job('a', { hook: UPGRADE })] },
  { name: 'other annotations of helm', in: [object('Secret', 'a', {}, { 'helm.sh/resource-policy': 'keep' })] },
  {
    name: 'the config makes the hook',
    in: [job('a', { metadata: { annotations: UPGRADE } })],
    config: '  - { name: a, match: { kind: Job }, events: [pre-upgrade] }',
  },
]);

check('pod/never-starts', [
  { name: 'suspended', in: [job('a', { hook: UPGRADE, spec: { suspend: true } })], want: ['warning Job/a'] },
  { name: 'no pods at a time', in: [job('a', { hook: UPGRADE, spec: { parallelism: 0 } })], want: ['warning Job/a'] },
  {
    name: 'by the config',
    in: [job('a')],
    config:
      '  - { name: a, match: { kind: Job }, events: [pre-upgrade], patch: [{ op: add, path: /spec/suspend, value: true }] }',
    want: ['warning Job/a'],
  },
  { name: 'an ordinary Job may be suspended', in: [job('a', { spec: { suspend: true } })] },
  { name: 'not suspended', in: [job('a', { hook: UPGRADE, spec: { suspend: false, parallelism: 1 } })] },
  { name: 'nothing to complete', in: [job('a', { hook: UPGRADE, spec: { parallelism: 0, completions: 0 } })] },
  {
    name: 'a gate',
    in: [job('a', { hook: UPGRADE, pod: { schedulingGates: [{ name: 'x' }] } })],
    want: ['warning Job/a'],
  },
  {
    name: 'a gate of a Pod',
    in: [
      object(
        'Pod',
        'a',
        { spec: { restartPolicy: 'Never', containers: [MAIN], schedulingGates: [{ name: 'x' }] } },
        UPGRADE,
      ),
    ],
    want: ['warning Pod/a'],
  },
  { name: 'no gates', in: [job('a', { hook: UPGRADE, pod: { schedulingGates: [] } })] },
]);

const PROXY = { name: 'proxy', image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.1' };
check('pod/never-ends', [
  { name: 'a database proxy', in: [job('a', { hook: UPGRADE, pod: containers(PROXY) })], want: ['warning Job/a'] },
  {
    name: 'an agent',
    in: [job('a', { hook: UPGRADE, pod: containers({ name: 'logs', image: 'fluent/fluent-bit:3' }) })],
    want: ['warning Job/a'],
  },
  {
    name: 'a container that is probed',
    in: [job('a', { hook: UPGRADE, pod: containers({ name: 'x', image: 'x', livenessProbe: {} }) })],
    want: ['warning Job/a'],
  },
  {
    name: 'sleep infinity',
    in: [job('a', { hook: UPGRADE, pod: containers({ name: 'x', image: 'x', command: ['sleep', 'infinity'] }) })],
    want: ['warning Job/a'],
  },
  {
    name: 'tail -f, alone',
    in: [
      job('a', {
        hook: UPGRADE,
        pod: { containers: [{ name: 'x', image: 'x', command: ['sh', '-c', 'app migrate && tail -f /dev/null'] }] },
      }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'an endless loop',
    in: [
      job('a', {
        hook: UPGRADE,
        pod: containers({ name: 'x', image: 'x', command: ['sh', '-c', 'while true; do sync; sleep 5; done'] }),
      }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'an ordinary init container that serves',
    in: [job('a', { hook: UPGRADE, pod: { initContainers: [PROXY] } })],
    want: ['warning Job/a'],
  },
  {
    name: 'a mesh',
    in: [job('a', { hook: UPGRADE, metadata: { annotations: { 'sidecar.istio.io/inject': 'true' } } })],
    want: ['warning Job/a'],
  },
  {
    name: 'a mesh by a label',
    in: [job('a', { hook: UPGRADE, metadata: { labels: { 'sidecar.istio.io/inject': 'true' } } })],
    want: ['warning Job/a'],
  },
  {
    name: 'another mesh',
    in: [job('a', { hook: UPGRADE, metadata: { annotations: { 'linkerd.io/inject': 'enabled' } } })],
    want: ['warning Job/a'],
  },
  {
    name: 'an agent for secrets',
    in: [job('a', { hook: UPGRADE, metadata: { annotations: { 'vault.hashicorp.com/agent-inject': 'true' } } })],
    want: ['warning Job/a'],
  },
  {
    name: 'a Pod',
    in: [object('Pod', 'a', { spec: { restartPolicy: 'Never', ...containers(PROXY) } }, hookOf('post-install'))],
    want: ['warning Pod/a'],
  },
  {
    name: "a vault's agent of its own",
    in: [
      job('a', {
        hook: UPGRADE,
        pod: containers({ name: 'v', image: 'hashicorp/vault:1', args: ['agent', '-config=/c'] }),
      }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'the same, told to end',
    in: [
      job('a', {
        hook: UPGRADE,
        pod: containers({ name: 'v', image: 'hashicorp/vault:1', args: ['agent', '-config=/c', '-exit-after-auth'] }),
      }),
    ],
  },
  {
    name: 'a proxy to the API server',
    in: [job('a', { hook: UPGRADE, pod: containers({ name: 'k', image: 'kubectl', command: ['kubectl', 'proxy'] }) })],
    want: ['warning Job/a'],
  },
  {
    name: 'the same in the background',
    in: [
      job('a', {
        hook: UPGRADE,
        pod: {
          containers: [{ ...MAIN, command: ['sh', '-c', 'kubectl port-forward svc/a 80 & sleep 2; curl localhost'] }],
        },
      }),
    ],
  },
  {
    name: 'a native side-car',
    in: [job('a', { hook: UPGRADE, pod: { initContainers: [{ ...PROXY, restartPolicy: 'Always' }] } })],
  },
  {
    name: 'the work tells it to quit',
    in: [
      job('a', {
        hook: UPGRADE,
        pod: {
          containers: [
            { ...MAIN, command: ['sh', '-c', 'app migrate; curl -X POST localhost:9091/quitquitquit'] },
            PROXY,
          ],
        },
      }),
    ],
  },
  {
    name: 'the image of a proxy does the work',
    in: [job('a', { hook: UPGRADE, pod: { containers: [{ name: 'c', image: 'nginx:1', command: ['nginx', '-t'] }] } })],
  },
  {
    name: 'no injection',
    in: [job('a', { hook: UPGRADE, metadata: { annotations: { 'sidecar.istio.io/inject': 'false' } } })],
  },
  {
    name: 'an agent that fills in first',
    in: [
      job('a', {
        hook: UPGRADE,
        metadata: {
          annotations: {
            'vault.hashicorp.com/agent-inject': 'true',
            'vault.hashicorp.com/agent-pre-populate-only': 'true',
          },
        },
      }),
    ],
  },
  {
    name: 'a loop that can be left',
    in: [
      job('a', {
        hook: UPGRADE,
        pod: {
          containers: [
            { name: 'c', image: 'x', command: ['sh', '-c', 'while true; do nc -z db 1 && break; sleep 1; done'] },
          ],
        },
      }),
    ],
  },
  {
    name: 'a wait of some seconds',
    in: [
      job('a', {
        hook: UPGRADE,
        pod: { containers: [{ name: 'c', image: 'x', command: ['sh', '-c', 'sleep 30; app migrate'] }] },
      }),
    ],
  },
  { name: 'an ordinary Job', in: [job('a', { pod: containers(PROXY) })] },
  {
    name: 'two that work',
    in: [job('a', { hook: UPGRADE, pod: containers({ name: 'x', image: 'x', command: ['app', 'seed'] }) })],
  },
]);

const TOLERATIONS = { tolerations: [{ key: 'a', value: 'b' }] };
const QUOTA = object('ResourceQuota', 'q', { spec: { hard: { 'limits.memory': '4Gi' } } });
const limited = { containers: [{ ...MAIN, resources: { limits: { memory: '1Gi' } } }] };
const range = (bounds: Fields, type = 'Container'): object =>
  object('LimitRange', 'l', { spec: { limits: [{ type, ...bounds }] } });
check('pod/lacks-setting', [
  { name: 'tolerations', in: [deployment('web', TOLERATIONS), job('a', { hook: UPGRADE })], want: ['info Job/a'] },
  {
    name: 'a node selector',
    in: [deployment('web', { nodeSelector: { a: 'b' } }), job('a', { hook: UPGRADE })],
    want: ['info Job/a'],
  },
  {
    name: 'pull secrets for the same registry',
    in: [
      deployment('web', {
        imagePullSecrets: [{ name: 's' }],
        containers: [{ name: 'c', image: 'r.example/shop/web:1' }],
      }),
      job('a', { hook: UPGRADE, pod: { containers: [{ name: 'c', image: 'r.example/shop/db:1' }] } }),
    ],
    want: ['info Job/a'],
  },
  {
    name: 'a security context',
    in: [deployment('web', { securityContext: { runAsNonRoot: true } }), job('a', { hook: UPGRADE })],
    want: ['info Job/a'],
  },
  { name: 'a quota refuses it', in: [QUOTA, job('a', { hook: UPGRADE })], want: ['warning Job/a'] },
  { name: 'it has the same', in: [deployment('web', TOLERATIONS), job('a', { hook: UPGRADE, pod: TOLERATIONS })] },
  {
    name: 'the others do not agree',
    in: [deployment('web', TOLERATIONS), deployment('api'), job('a', { hook: UPGRADE })],
  },
  {
    name: 'another registry',
    in: [
      deployment('web', {
        imagePullSecrets: [{ name: 's' }],
        containers: [{ name: 'c', image: 'r.example/shop/web:1' }],
      }),
      job('a', { hook: UPGRADE, pod: { containers: [{ name: 'c', image: 'bitnami/kubectl:1' }] } }),
    ],
  },
  {
    name: 'the account brings the pull secrets',
    in: [
      object('ServiceAccount', 's', { imagePullSecrets: [{ name: 's' }] }),
      deployment('web', { imagePullSecrets: [{ name: 's' }] }),
      job('a', { hook: UPGRADE, pod: { serviceAccountName: 's' } }),
    ],
  },
  {
    name: 'more than the quota has',
    in: [
      object('ResourceQuota', 'q', { spec: { hard: { 'limits.memory': '512Mi' } } }),
      job('a', { hook: UPGRADE, pod: limited }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'a quota for other pods',
    in: [
      object('ResourceQuota', 'q', { spec: { hard: { 'limits.memory': '4Gi' }, scopes: ['NotTerminating'] } }),
      job('a', { hook: UPGRADE, pod: { activeDeadlineSeconds: 60 } }),
    ],
  },
  {
    name: 'above a limit for containers',
    in: [range({ max: { memory: '512Mi' } }), job('a', { hook: UPGRADE, pod: limited })],
    want: ['warning Job/a'],
  },
  { name: 'just at it', in: [range({ max: { memory: '1024Mi' } }), job('a', { hook: UPGRADE, pod: limited })] },
  {
    name: 'below a minimum',
    in: [range({ min: { memory: '2Gi' } }), job('a', { hook: UPGRADE, pod: limited })],
    want: ['warning Job/a'],
  },
  {
    name: 'above a limit for pods',
    in: [
      range({ max: { memory: '1Gi' } }, 'Pod'),
      job('a', {
        hook: UPGRADE,
        pod: { containers: [...limited.containers, { ...limited.containers[0], name: 'd' }] },
      }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'nothing where a limit for pods is',
    in: [range({ max: { memory: '1Gi' } }, 'Pod'), job('a', { hook: UPGRADE })],
    want: ['warning Job/a'],
  },
  { name: 'a limit for containers is a default', in: [range({ max: { memory: '1Gi' } }), job('a', { hook: UPGRADE })] },
  {
    name: 'an amount that cannot be read',
    in: [range({ max: { memory: 'much' } }), job('a', { hook: UPGRADE, pod: limited })],
  },
  {
    name: 'limits of another namespace',
    in: [
      { ...range({ max: { memory: '1Mi' } }), metadata: { name: 'l', namespace: 'x' } },
      { ...job('a', { hook: UPGRADE, pod: limited }), metadata: { name: 'a', namespace: 'y', annotations: UPGRADE } },
    ],
  },
  { name: 'a limit is there', in: [QUOTA, job('a', { hook: UPGRADE, pod: limited })] },
  {
    name: 'a default is there',
    in: [
      QUOTA,
      object('LimitRange', 'l', { spec: { limits: [{ type: 'Container', default: { memory: '1Gi' } }] } }),
      job('a', { hook: UPGRADE }),
    ],
  },
  { name: 'before the first quota', in: [QUOTA, job('a', { hook: hookOf('pre-install') })] },
  {
    name: 'a quota of counts',
    in: [object('ResourceQuota', 'q', { spec: { hard: { pods: '4' } } }), job('a', { hook: UPGRADE })],
  },
]);

check('hook/name-blocks-rerun', [
  {
    name: 'an account that a stopped run leaves',
    in: [
      object('ServiceAccount', 's', {}, hookOf('pre-upgrade', { 'helm.sh/hook-delete-policy': 'hook-succeeded' })),
      job('a', { hook: hookOf('pre-upgrade', USUAL) }),
    ],
    want: ['info ServiceAccount/s,'],
  },
  {
    name: 'beside nothing that runs',
    in: [object('ServiceAccount', 's', {}, hookOf('pre-upgrade', { 'helm.sh/hook-delete-policy': 'hook-succeeded' }))],
  },
  {
    name: 'deleted before the next',
    in: [
      object('ServiceAccount', 's', {}, hookOf('pre-upgrade', USUAL)),
      job('a', { hook: hookOf('pre-upgrade', USUAL) }),
    ],
  },
]);

const CRLF = '#!/bin/sh\r\nexec app\r\n';
const mounting = (name: string): Fields => ({
  volumes: [{ name: 's', configMap: { name } }],
  containers: [{ ...MAIN, command: ['/s/run.sh'] }],
});
check('script/carriage-return', [
  {
    name: 'a mounted script',
    in: [
      object('ConfigMap', 's', { data: { 'run.sh': CRLF } }),
      job('a', { hook: hookOf('post-upgrade'), pod: mounting('s') }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'in a Secret',
    in: [
      object('Secret', 's', { data: { 'x.sh': Buffer.from(CRLF).toString('base64') } }),
      job('a', { hook: hookOf('post-upgrade'), pod: { volumes: [{ name: 's', secret: { secretName: 's' } }] } }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'in the command',
    in: [
      job('a', {
        hook: UPGRADE,
        pod: { containers: [{ ...MAIN, command: ['sh', '-c', 'set -e\r\napp migrate\r\n'] }] },
      }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'a file without an ending, run by a shell',
    in: [
      object('ConfigMap', 's', { data: { step: 'exec app\r\n' } }),
      job('a', {
        hook: UPGRADE,
        pod: { ...mounting('s'), containers: [{ ...MAIN, command: ['bash', '-e', '/s/step'] }] },
      }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'the first line of another language, which the kernel reads',
    in: [
      object('ConfigMap', 's', { data: { 'x.py': '#!/usr/bin/env python\r\nrun()\r\n' } }),
      job('a', { hook: UPGRADE, pod: { ...mounting('s'), containers: [{ ...MAIN, command: ['/s/x.py'] }] } }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'another language',
    in: [
      object('ConfigMap', 's', { data: { 'x.py': '#!/usr/bin/env python\r\nrun()\r\n' } }),
      job('a', { hook: UPGRADE, pod: { ...mounting('s'), containers: [{ ...MAIN, command: ['python', '/s/x.py'] }] } }),
    ],
  },
  {
    name: 'a file that a program reads',
    in: [
      object('ConfigMap', 's', { data: { 'x.sql': 'select 1;\r\n' } }),
      job('a', {
        hook: UPGRADE,
        pod: { ...mounting('s'), containers: [{ ...MAIN, command: ['sh', '-c', 'psql -f /s/x.sql'] }] },
      }),
    ],
  },
  {
    name: 'LF',
    in: [
      object('ConfigMap', 's', { data: { 'run.sh': '#!/bin/sh\nexec app\n' } }),
      job('a', { hook: hookOf('post-upgrade'), pod: mounting('s') }),
    ],
  },
  {
    name: 'no script',
    in: [
      object('ConfigMap', 's', { data: { 'notes.txt': 'a\r\nb\r\n' } }),
      job('a', { hook: hookOf('post-upgrade'), pod: mounting('s') }),
    ],
  },
  {
    name: 'a script that no hook runs',
    in: [object('ConfigMap', 's', { data: { 'run.sh': CRLF } }), deployment('web', mounting('s'))],
  },
  {
    name: 'the words of another program',
    in: [job('a', { hook: UPGRADE, pod: { containers: [{ ...MAIN, command: ['app', '--header=a: b\r\nc: d'] }] } })],
  },
]);

const service = object('Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 443 }] } });
const webhook = (parts: Fields = {}, kind = 'ValidatingWebhookConfiguration'): object => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'w' },
  webhooks: [
    {
      name: 'w.shop.example',
      clientConfig: { service: { name: 'web', namespace: 'x' } },
      rules: [{ apiGroups: ['shop.example'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['carts'] }],
      ...parts,
    },
  ],
});
const cart = object('Cart', 'c', {}, undefined, 'shop.example/v1');
const PODS = { rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['pods'] }] };
const operations = { rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] };
check('webhook/not-ready', [
  {
    name: 'a custom resource of the release',
    in: [deployment('web'), service, webhook(), cart],
    want: ['warning ValidatingWebhookConfiguration/w'],
  },
  {
    name: 'one that changes',
    in: [deployment('web'), service, webhook({}, 'MutatingWebhookConfiguration'), cart],
    want: ['warning MutatingWebhookConfiguration/w'],
  },
  {
    name: 'the pods of a hook',
    in: [deployment('web'), service, webhook(operations), job('a', { hook: hookOf('post-install') })],
    want: ['warning ValidatingWebhookConfiguration/w'],
  },
  {
    name: 'hooks in their order',
    in: [
      deployment('web'),
      service,
      { ...webhook(), metadata: { name: 'w', annotations: hookOf('post-install', { 'helm.sh/hook-weight': '1' }) } },
      { ...cart, metadata: { name: 'c', annotations: hookOf('post-install', { 'helm.sh/hook-weight': '2' }) } },
    ],
    want: ['warning ValidatingWebhookConfiguration/w'],
  },
  {
    name: 'hooks in the other order',
    in: [
      deployment('web'),
      service,
      { ...webhook(), metadata: { name: 'w', annotations: hookOf('post-install', { 'helm.sh/hook-weight': '2' }) } },
      { ...cart, metadata: { name: 'c', annotations: hookOf('post-install', { 'helm.sh/hook-weight': '1' }) } },
    ],
  },
  { name: 'failurePolicy Ignore', in: [deployment('web'), service, webhook({ failurePolicy: 'Ignore' }), cart] },
  { name: 'other resources', in: [deployment('web'), service, webhook(), object('ConfigMap', 'c')] },
  {
    name: 'updates only',
    in: [
      deployment('web'),
      service,
      webhook({ rules: [{ apiGroups: ['shop.example'], operations: ['UPDATE'], resources: ['carts'] }] }),
      cart,
    ],
  },
  {
    name: 'the object is left out',
    in: [deployment('web'), service, webhook({ objectSelector: { matchLabels: { checked: 'yes' } } }), cart],
  },
  {
    name: 'only namespaces that ask for it',
    in: [deployment('web'), service, webhook({ namespaceSelector: { matchLabels: { checked: 'yes' } } }), cart],
  },
  { name: 'a server outside', in: [webhook(), cart] },
  {
    name: 'with --wait the pods are up before hooks',
    in: [deployment('web'), service, webhook(operations), job('a', { hook: hookOf('post-install') })],
    wait: true,
  },
  {
    name: 'hooks before the webhook',
    in: [deployment('web'), service, webhook(PODS), job('a', { hook: hookOf('pre-install') })],
  },
]);

const claimHook = object('PersistentVolumeClaim', 'p', {}, hookOf('pre-install,pre-upgrade', BEFORE));
const mountsClaim = deployment('web', { volumes: [{ name: 'p', persistentVolumeClaim: { claimName: 'p' } }] });
const finalized = (hook: Fields): object => ({
  ...object('Cart', 'c', {}, undefined, 'shop.example/v1'),
  metadata: { name: 'c', annotations: hook, finalizers: ['a/b'] },
});
check('release/dash-line', [
  {
    name: 'in a script',
    in: [object('ConfigMap', 'c', { data: { 'run.sh': '# -------\napp\n' } })],
    want: ['info ConfigMap/c'],
  },
  { name: 'six are read well', in: [object('ConfigMap', 'c', { data: { 'run.sh': '# ------\napp\n' } })] },
  {
    name: 'what Helm has sent is past it',
    in: [
      object('ConfigMap', 'c', { data: { a: '-------' } }, { 'postrenderer.helm.sh/postrender-filename': 'a.yaml' }),
    ],
  },
]);

check('hook/deletion-not-awaited', [
  {
    name: 'a Namespace',
    in: [object('Namespace', 'n', {}, hookOf('pre-install,pre-upgrade', BEFORE))],
    want: ['error Namespace/n'],
  },
  { name: 'a claim in use', in: [claimHook, mountsClaim], want: ['error PersistentVolumeClaim/p'] },
  { name: 'finalizers', in: [finalized(hookOf('pre-install,pre-upgrade', BEFORE))], want: ['warning Cart/c'] },
  {
    name: 'a Pod without a deadline',
    in: [object('Pod', 'a', { spec: { restartPolicy: 'Never', containers: [MAIN] } }, UPGRADE)],
    want: ['warning Pod/a'],
  },
  {
    name: 'a Pod with a deadline',
    in: [
      object('Pod', 'a', { spec: { restartPolicy: 'Never', activeDeadlineSeconds: 60, containers: [MAIN] } }, UPGRADE),
    ],
  },
  { name: 'with --wait', in: [object('Namespace', 'n', {}, hookOf('pre-install,pre-upgrade', BEFORE))], wait: true },
  { name: 'install only', in: [object('Namespace', 'n', {}, hookOf('pre-install', BEFORE))] },
  {
    name: 'kept',
    in: [object('Namespace', 'n', {}, hookOf('pre-install,pre-upgrade', { 'helm.sh/hook-delete-policy': 'keep' }))],
  },
  { name: 'gone at once', in: [object('ConfigMap', 'n', {}, hookOf('pre-install,pre-upgrade', BEFORE))] },
]);

const account = (hook: Fields): object => object('ServiceAccount', 's', {}, hook);
const EARLY = hookOf('pre-upgrade', { ...USUAL, 'helm.sh/hook-weight': '-1' });
const asAccount = { serviceAccountName: 's' };
check('hook/need-deleted-early', [
  {
    name: 'a Job that is kept',
    in: [account(EARLY), job('a', { hook: hookOf('pre-upgrade', BEFORE), pod: asAccount })],
    want: ['warning Job/a'],
  },
  {
    name: 'a Job that may run longer than Helm waits',
    in: [
      account(EARLY),
      job('a', { hook: hookOf('pre-upgrade', USUAL), spec: { activeDeadlineSeconds: 900 }, pod: asAccount }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'policies that are alike',
    in: [account(EARLY), job('a', { hook: hookOf('pre-upgrade', USUAL), pod: asAccount })],
    want: ['info Job/a'],
  },
  {
    name: 'a ConfigMap',
    in: [
      object('ConfigMap', 's', {}, EARLY),
      job('a', { hook: hookOf('pre-upgrade', BEFORE), pod: { volumes: [{ name: 's', configMap: { name: 's' } }] } }),
    ],
    want: ['warning Job/a'],
  },
  {
    name: 'a deadline ends it first',
    in: [
      account(EARLY),
      job('a', { hook: hookOf('pre-upgrade', BEFORE), spec: { activeDeadlineSeconds: 100 }, pod: asAccount }),
    ],
  },
  {
    name: 'no second try',
    in: [account(EARLY), job('a', { hook: hookOf('pre-upgrade', BEFORE), spec: { backoffLimit: 0 }, pod: asAccount })],
  },
  {
    name: 'it is deleted before the next one only',
    in: [
      account(hookOf('pre-upgrade', { ...BEFORE, 'helm.sh/hook-weight': '-1' })),
      job('a', { hook: hookOf('pre-upgrade', BEFORE), pod: asAccount }),
    ],
  },
  {
    name: 'an ordinary account',
    in: [object('ServiceAccount', 's'), job('a', { hook: hookOf('pre-upgrade', BEFORE), pod: asAccount })],
  },
]);

const CHECK_FIRST = job('check', { hook: hookOf('pre-install') });
check('uninstall/blocked', [
  {
    name: 'an account',
    in: [object('ServiceAccount', 's'), CHECK_FIRST, job('bye', { hook: hookOf('pre-delete'), pod: asAccount })],
    want: ['info Job/bye'],
  },
  {
    name: 'nothing can fail before the release is there',
    in: [object('ServiceAccount', 's'), job('bye', { hook: hookOf('pre-delete'), pod: asAccount })],
  },
  {
    name: 'it brings its own',
    in: [
      account(hookOf('pre-delete', { 'helm.sh/hook-weight': '-1' })),
      CHECK_FIRST,
      job('bye', { hook: hookOf('pre-delete'), pod: asAccount }),
    ],
  },
  { name: 'it needs nothing', in: [CHECK_FIRST, job('bye', { hook: hookOf('pre-delete') })] },
  {
    name: 'an upgrade has it',
    in: [
      object('ServiceAccount', 's'),
      job('check', { hook: UPGRADE }),
      job('bye', { hook: hookOf('pre-delete'), pod: asAccount }),
    ],
  },
]);

const until = (host: string): Fields => ({
  containers: [{ ...MAIN, command: ['sh', '-c', `until nc -z ${host} 5432; do sleep 1; done; app migrate`] }],
});
const database = (name: string, hook?: Fields): object => object('Postgresbase', name, {}, hook, 'db.example.com/v1');
check('refs/waits-forever', [
  {
    name: 'the Service of an operator',
    in: [database('orders-db'), job('a', { hook: hookOf('pre-install'), pod: until('orders-db') })],
    want: ['warning Job/a'],
  },
  {
    name: 'with a suffix',
    in: [database('orders-db'), job('a', { hook: hookOf('pre-install,pre-upgrade'), pod: until('orders-db-rw') })],
    want: ['warning Job/a'],
  },
  {
    name: 'with a namespace',
    in: [database('orders-db'), job('a', { hook: hookOf('pre-install'), pod: until('orders-db.shop.svc') })],
    want: ['warning Job/a'],
  },
  {
    name: 'another name',
    in: [database('orders-db'), job('a', { hook: hookOf('pre-install'), pod: until('ordersdb') })],
  },
  {
    name: 'a host outside',
    in: [database('orders-db'), job('a', { hook: hookOf('pre-install'), pod: until('orders-db.example.com') })],
  },
  {
    name: 'the resource is there before',
    in: [
      database('orders-db', hookOf('pre-install', { 'helm.sh/hook-weight': '-5' })),
      job('a', { hook: hookOf('pre-install'), pod: until('orders-db') }),
    ],
  },
  {
    name: 'after the release',
    in: [database('orders-db'), job('a', { hook: hookOf('post-install'), pod: until('orders-db') })],
  },
  {
    name: 'a resource that serves nothing',
    in: [
      object('Certificate', 'orders-db', {}, undefined, 'cert-manager.io/v1'),
      job('a', { hook: hookOf('pre-install'), pod: until('orders-db') }),
    ],
  },
]);

const HASH =
  '  - { name: a, match: { kind: Job }, events: [pre-install, pre-upgrade], jobName: hash, deletePolicy: POLICY }';
check('job/hash-reruns', [
  {
    name: 'deleted before the next',
    in: [job('a')],
    config: HASH.replace('POLICY', '[before-hook-creation]'),
    want: ['warning Job/a-HASH'],
  },
  { name: 'kept', in: [job('a')], config: HASH.replace('POLICY', 'keep') },
  {
    name: 'an ordinary Job',
    in: [job('a')],
    config: '  - { name: a, match: { kind: Job }, hook: false, jobName: hash }',
  },
  {
    name: 'installs only',
    in: [job('a')],
    config: HASH.replace('POLICY', '[hook-succeeded]').replace(', pre-upgrade', ''),
  },
]);

const PLAIN = '  - { name: a, match: { kind: "*" }, hook: false }';
check('live/hook-becomes-plain', [
  {
    name: 'an account of the chart',
    in: [account(hookOf('pre-install,pre-upgrade', BEFORE))],
    config: PLAIN,
    want: ['info ServiceAccount/s'],
  },
  { name: 'hook-succeeded has deleted it', in: [account(hookOf('pre-install', USUAL))], config: PLAIN },
  { name: 'it was no hook', in: [object('ServiceAccount', 's')], config: PLAIN },
  { name: 'a test never stays', in: [account(hookOf('test'))], config: PLAIN },
]);

const state = object('ConfigMap', 'state', { data: { phase: 'none' } });
const writer = (events: string): object =>
  job('a', {
    hook: hookOf(events),
    pod: {
      containers: [
        {
          ...MAIN,
          image: 'kubectl',
          command: ['sh', '-ec', `kubectl patch configmap state -p '{"data":{"phase":"ready"}}'`],
        },
      ],
    },
  });
check('live/lost-on-rollback', [
  { name: 'after upgrades only', in: [state, writer('post-install,post-upgrade')], want: ['info Job/a'] },
  { name: 'after rollbacks too', in: [state, writer('post-install,post-upgrade,post-rollback')] },
  {
    name: 'a field that the manifest leaves out',
    in: [object('ConfigMap', 'state', { data: { other: 'x' } }), writer('post-install,post-upgrade')],
  },
]);

const creating = (events: string, command: string): object =>
  job('a', {
    hook: hookOf(events),
    pod: { containers: [{ name: 'c', image: 'postgres:16', command: ['sh', '-c', command] }] },
  });
const app = (host: string, more: Fields = { readinessProbe: { httpGet: { path: '/ready', port: 80 } } }): object =>
  deployment('web', { containers: [{ name: 'c', image: 'shop:1', env: [{ name: 'DB_HOST', value: host }], ...more }] });
check('refs/wait-cycle', [
  { name: 'a database', in: [app('db'), creating('post-install', 'createdb -h db shop')], want: ['warning Job/a'] },
  {
    name: 'by SQL',
    in: [app('db'), creating('post-install,post-upgrade', 'psql -h db -c "CREATE DATABASE shop"')],
    want: ['warning Job/a'],
  },
  { name: 'another host', in: [app('cache'), creating('post-install', 'createdb -h db shop')] },
  { name: 'ready as soon as it runs', in: [app('db', {}), creating('post-install', 'createdb -h db shop')] },
  { name: 'before the release', in: [app('db'), creating('pre-install,post-install', 'createdb -h db shop')] },
  { name: 'a query', in: [app('db'), creating('post-install', 'psql -h db -c "SELECT 1"')] },
]);
