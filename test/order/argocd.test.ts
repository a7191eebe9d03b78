/** What `render --target argocd` writes for a config: one case, one line for each resource with its annotations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { editStream } from '../../src/pipeline.ts';
import { order } from '../support/pipeline.ts';

const HEAD = 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n';
const PRESYNC = 'argocd: { phase: presync }\n';
const job = (name: string, annotations = '', more = ''): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}${annotations && `, annotations: { ${annotations} }`} }\nspec: { template: { spec: { restartPolicy: Never, ${more}containers: [{ name: c, image: x, envFrom: [{ configMapRef: { name: config } }] }] } } }\n`;
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config }\ndata: { a: b }\n';
const APP =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app }\nspec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: c, image: x }] } } }\n';
const BOTH = 'BeforeHookCreation,HookSucceeded';

function write(stream: string, hooks: string): string {
  const { stream: read, plan, findings } = order(stream, HEAD + hooks, { target: 'argocd' });
  assert.ok(read && plan, JSON.stringify(findings.map(({ message }) => message)));
  return Buffer.concat(editStream(read, plan)).toString('utf8');
}

const annotationsIn = (stream: string): readonly string[] =>
  parseAllDocuments(stream).map((document) => {
    const { kind, metadata } = document.toJS() as {
      kind: string;
      metadata: { name?: string; generateName?: string; annotations?: object };
    };
    const entries = Object.entries(metadata.annotations ?? {}).sort();
    return [
      `${kind}/${metadata.name ?? `${metadata.generateName}…`}`,
      ...entries.map(([key, value]) => `${key.replace(/^.*\//, '')}=${value}`),
    ].join(' ');
  });

const CASES: readonly {
  readonly name: string;
  readonly in: readonly string[];
  readonly hooks: string;
  readonly want: readonly string[];
}[] = [
  {
    name: 'a run before the app, and what it needs before it',
    in: [CONFIG, job('m'), APP],
    hooks: '  - { name: m, match: { kind: Job }, events: [pre-install, pre-upgrade], dependencies: copy }\n',
    want: [
      'ConfigMap/config sync-wave=-10',
      `Job/m hook=Sync hook-delete-policy=${BOTH} sync-wave=-5`,
      'Deployment/app',
    ],
  },
  {
    name: "Helm's annotations go, its weight too",
    in: [
      CONFIG,
      job('m', 'helm.sh/hook: post-install, helm.sh/hook-weight: "-20", helm.sh/hook-delete-policy: keep'),
      APP,
    ],
    hooks: '  - { name: m, match: { kind: Job }, events: [pre-install, pre-upgrade], dependencies: copy }\n',
    want: [
      'ConfigMap/config sync-wave=-10',
      `Job/m hook=Sync hook-delete-policy=${BOTH} sync-wave=-5`,
      'Deployment/app',
    ],
  },
  {
    name: 'runs without an order share a wave, `after` makes the next',
    in: [job('a'), job('b'), job('c'), CONFIG],
    hooks:
      '  - { name: a, match: { name: a }, events: [pre-install, pre-upgrade], dependencies: copy }\n  - { name: b, match: { name: b }, events: [pre-install, pre-upgrade], dependencies: copy }\n  - { name: c, match: { name: c }, events: [pre-install, pre-upgrade], after: [a], dependencies: copy }\n',
    want: [
      `Job/a hook=Sync hook-delete-policy=${BOTH} sync-wave=-5`,
      `Job/b hook=Sync hook-delete-policy=${BOTH} sync-wave=-5`,
      `Job/c hook=Sync hook-delete-policy=${BOTH} sync-wave=-4`,
      'ConfigMap/config sync-wave=-10',
    ],
  },
  {
    name: 'post events are PostSync, deletions have no wave',
    in: [job('p'), job('d'), CONFIG],
    hooks:
      '  - { name: p, match: { name: p }, events: [post-install, post-upgrade], deletePolicy: [before-hook-creation] }\n  - { name: d, match: { name: d }, events: [pre-delete] }\n',
    want: [
      'Job/p hook=PostSync hook-delete-policy=BeforeHookCreation sync-wave=0',
      `Job/d hook=PreDelete hook-delete-policy=${BOTH}`,
      'ConfigMap/config',
    ],
  },
  {
    name: '`keep` is a plain resource that neither pruning nor deletion takes',
    in: ['apiVersion: v1\nkind: Secret\nmetadata: { name: s, annotations: { helm.sh/hook: pre-install } }\n', APP],
    hooks: '  - { name: s, match: { kind: Secret }, deletePolicy: keep }\n',
    want: ['Secret/s sync-options=Prune=false,Delete=false sync-wave=-10', 'Deployment/app'],
  },
  {
    name: 'what is no run is a plain resource in an earlier wave',
    in: [
      'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: s, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }\n',
      APP,
    ],
    hooks: '  - { name: s, match: { kind: ServiceAccount } }\n',
    want: ['ServiceAccount/s sync-wave=-10', 'Deployment/app'],
  },
  {
    name: '`hook: false` takes hook annotations of both off',
    in: [
      job(
        'm',
        'helm.sh/hook: pre-install, argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookFailed',
      ),
    ],
    hooks: '  - { name: m, match: { kind: Job }, hook: false }\n',
    want: ['Job/m'],
  },
  {
    name: 'weights of the chart are an order',
    in: [
      job('a', 'helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "3"'),
      job('b', 'helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "1"'),
    ],
    hooks: '  - { name: jobs, match: { kind: Job } }\n',
    want: [
      `Job/a hook=Sync hook-delete-policy=${BOTH} sync-wave=-4`,
      `Job/b hook=Sync hook-delete-policy=${BOTH} sync-wave=-5`,
    ],
  },
  {
    name: 'a database that the run waits for comes before it, with what it needs',
    in: [
      'apiVersion: v1\nkind: Service\nmetadata: { name: db }\nspec: { selector: { app: db }, ports: [{ port: 5432 }] }\n',
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db }\nspec: { selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: c, image: postgres, envFrom: [{ configMapRef: { name: config } }] }] } } }\n',
      CONFIG,
      job(
        'm',
        '',
        'initContainers: [{ name: wait, image: busybox, command: [sh, -c, "until nc -z db 5432; do sleep 1; done"] }], ',
      ),
      APP,
    ],
    hooks: '  - { name: m, match: { kind: Job }, events: [post-install, pre-upgrade], dependencies: copy }\n',
    want: [
      'Service/db sync-wave=-10',
      'StatefulSet/db sync-wave=-10',
      'ConfigMap/config sync-wave=-10',
      `Job/m hook=Sync hook-delete-policy=${BOTH} sync-wave=-5`,
      'Deployment/app',
    ],
  },
  {
    name: 'PreSync as asked: copies before the run, originals as they are',
    in: [CONFIG, job('m'), APP],
    hooks: `  - { name: m, match: { kind: Job }, events: [pre-install, pre-upgrade], dependencies: copy }\n${PRESYNC}`,
    want: [
      'ConfigMap/config',
      `ConfigMap/config-hook hook=PreSync hook-delete-policy=${BOTH} sync-wave=-1 copy-of=ConfigMap/config`,
      `Job/m hook=PreSync hook-delete-policy=${BOTH} sync-wave=0`,
      'Deployment/app',
    ],
  },
  {
    name: 'PreSync as asked: an order makes waves, what the chart has as a hook for them is one, post events are PostSync',
    in: [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config, annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5" } }\n',
      job('a'),
      job('b'),
      job('p'),
      APP,
    ],
    hooks: `  - { name: c, match: { kind: ConfigMap } }\n  - { name: b, match: { name: b }, events: [pre-install, pre-upgrade], after: [a] }\n  - { name: a, match: { name: a }, events: [pre-install, pre-upgrade] }\n  - { name: p, match: { name: p }, events: [post-install, post-upgrade], dependencies: ignore }\n${PRESYNC}`,
    want: [
      `ConfigMap/config hook=PreSync hook-delete-policy=${BOTH} sync-wave=0`,
      `Job/a hook=PreSync hook-delete-policy=${BOTH} sync-wave=0`,
      `Job/b hook=PreSync hook-delete-policy=${BOTH} sync-wave=1`,
      `Job/p hook=PostSync hook-delete-policy=${BOTH} sync-wave=0`,
      'Deployment/app',
    ],
  },
  {
    name: 'a name for each run is made by the API server, which deletes none by name',
    in: [CONFIG, job('m'), APP],
    hooks:
      '  - { name: m, match: { name: m }, events: [pre-install, pre-upgrade], dependencies: copy, jobName: timestamp }\n',
    want: [
      'ConfigMap/config sync-wave=-10',
      'Job/m-… hook=Sync hook-delete-policy=HookSucceeded,HookFailed sync-wave=-5 base-name=m',
      'Deployment/app',
    ],
  },
  {
    name: 'a run that something calls by its name keeps it',
    in: [
      CONFIG,
      job('m'),
      APP.replace(
        'containers:',
        'initContainers: [{ name: i, image: x, command: [kubectl, logs, job/m] }], containers:',
      ),
    ],
    hooks:
      '  - { name: m, match: { name: m }, events: [pre-install, pre-upgrade], dependencies: copy, jobName: timestamp }\n',
    want: [
      'ConfigMap/config sync-wave=-10',
      `Job/m hook=Sync hook-delete-policy=${BOTH} sync-wave=-5`,
      'Deployment/app',
    ],
  },
];

for (const { name, in: stream, hooks, want } of CASES)
  test(name, () => {
    const written = write(stream.join('---\n'), hooks);
    assert.deepEqual(annotationsIn(written), want);
    assert.equal(write(written, hooks), written, 'rendering twice is once');
    const { findings } = order(written, undefined, { target: 'argocd', scope: 'all', needsConfig: false });
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
      [],
    );
  });

test('an entry for upgrades alone is told that Argo CD runs it at each sync', () => {
  const { findings } = order(
    `${CONFIG}---\n${job('m')}`,
    `${HEAD}  - { name: m, match: { kind: Job }, events: [pre-upgrade], dependencies: copy }\n`,
    {
      target: 'argocd',
      severity: 'warning',
    },
  );
  assert.deepEqual(
    findings.map(({ severity, code }) => `${severity} ${code}`),
    ['warning argocd/runs-at-each-sync'],
  );
});

/** The severities and codes of findings, and the entry that each names. */
const told = (stream: string, hooks: string): readonly string[] =>
  order(stream, HEAD + hooks, { target: 'argocd' }).findings.map(
    ({ severity, code, resource, config }) =>
      `${severity} ${code} ${resource?.kind}/${resource?.name} by ${config?.hook}`,
  );

const HOOK = 'argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: BeforeHookCreation';
const early = CONFIG.replace(
  'name: config',
  `name: config, annotations: { ${HOOK}, argocd.argoproj.io/sync-wave: "-1" }`,
);

test('what the config brings upon a hook that it does not claim is refused, and names the entry', () => {
  const stream = [early, job('m', HOOK), APP].join('---\n');
  assert.deepEqual(told(stream, '  - { name: app, match: { kind: Deployment }, hook: false }\n'), []);
  assert.deepEqual(told(stream, '  - { name: plain, match: { kind: ConfigMap }, hook: false }\n'), [
    'error argocd/needs-later Job/m by plain',
  ]);
  assert.deepEqual(told(stream, '  - { name: gone, match: { kind: ConfigMap }, drop: true }\n'), []);
});

test('a fault that the chart has by itself does not stop render', () => {
  const stream = [CONFIG, job('m', HOOK), APP].join('---\n');
  assert.deepEqual(told(stream, '  - { name: app, match: { kind: Deployment }, hook: false }\n'), []);
});

test('a SyncFail hook needs what is there when the first sync fails', () => {
  const notify = job('notify', 'argocd.argoproj.io/hook: SyncFail');
  const lint = (...stream: readonly string[]): readonly string[] =>
    order(stream.join('---\n'), undefined, { target: 'argocd', scope: 'all', severity: 'warning', needsConfig: false })
      .findings.filter(({ resource }) => resource?.name === 'notify')
      .map(({ severity, code }) => `${severity} ${code}`);
  const bare = (hook: string): string =>
    job('m', `argocd.argoproj.io/hook: ${hook}`).replace(', envFrom: [{ configMapRef: { name: config } }]', '');
  assert.deepEqual(lint(CONFIG, notify, bare('PreSync'), APP), ['warning argocd/needs-later']);
  assert.deepEqual(lint(CONFIG, notify, bare('PostSync'), APP), []);
  assert.deepEqual(lint(CONFIG, notify, APP), []);
  const own = CONFIG.replace('name: config', 'name: config, annotations: { argocd.argoproj.io/hook: SyncFail }');
  assert.deepEqual(lint(own, notify, bare('PreSync'), APP), []);
});
