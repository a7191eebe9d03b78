import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSelected } from '../../../src/check/live/selected.ts';
import { type Metadata, object, stream, workload } from '../../support/manifests.ts';
import { order } from '../../support/pipeline.ts';
import { releaseOf } from '../../support/release.ts';

type Body = Readonly<Record<string, unknown>>;
const UPGRADE = { hook: 'pre-upgrade' };
const service = (more: Body = {}, metadata: Metadata = {}): string =>
  object('Service pond', metadata, { spec: { selector: { app: 'pond' }, ports: [{ port: 80 }], ...more } });
const budget = (spec: Body, selector: Body = { matchLabels: { app: 'pond' } }): string =>
  object('PodDisruptionBudget pond', {}, { spec: { selector, ...spec } });
const template = (labels: Body, container: Body = {}, more: Body = {}): Body => ({
  metadata: { labels },
  spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x', ...container }], ...more },
});
const job = (
  metadata: Metadata = UPGRADE,
  container: Body = {},
  labels: Body = { app: 'pond', role: 'migrate' },
): string => object('Job migrate', metadata, { spec: { template: template(labels, container) } });
const pod = (metadata: Metadata, container: Body = {}): string =>
  object('Pod check', { labels: { app: 'pond' }, ...metadata }, { spec: template({}, container)['spec'] as Body });

const found = (text: string): readonly string[] => {
  const release = releaseOf(text);
  return release.placements.flatMap((placement) =>
    checkSelected(placement, release).map(({ message }) => message.replace(/^.*?\): /, '')),
  );
};

const SENDS = 'Service/pond sends requests to it while it runs';
const BLOCKS = 'PodDisruptionBudget/pond allows no eviction as long as it is there';
const COUNTS = 'PodDisruptionBudget/pond counts it as one of the app';
const PROBE = { readinessProbe: { httpGet: { path: '/', port: 80 } } };

const CASES: readonly { readonly name: string; readonly in: readonly string[]; readonly want?: readonly string[] }[] = [
  ...['pre-upgrade', 'post-install', 'post-upgrade', 'pre-install,pre-upgrade', 'post-rollback'].map((hook) => ({
    name: `a Job of ${hook}`,
    in: [service(), job({ hook })],
    want: [SENDS],
  })),
  ...['pre-install', 'pre-delete', 'post-delete'].map((hook) => ({
    name: `a Job of ${hook}, when the app does not have to answer`,
    in: [service(), job({ hook })],
  })),
  { name: 'a plain Job', in: [service(), job({})], want: [SENDS] },
  {
    name: 'a CronJob',
    in: [
      service(),
      object('CronJob clean', {}, { spec: { jobTemplate: { spec: { template: template({ app: 'pond' }) } } } }),
    ],
    want: [SENDS],
  },
  { name: 'a test Pod', in: [service(), pod({ hook: 'test' })], want: [SENDS] },
  { name: 'a plain Pod is the app', in: [service(), pod({})] },
  {
    name: 'a number as the target port',
    in: [service({ ports: [{ port: 80, targetPort: 8080 }] }), job()],
    want: [SENDS],
  },
  { name: 'a named port that the pod lacks', in: [service({ ports: [{ port: 80, targetPort: 'http' }] }), job()] },
  {
    name: 'one of two ports leads in',
    in: [service({ ports: [{ port: 80, targetPort: 'http' }, { port: 81 }] }), job()],
    want: [SENDS],
  },
  {
    name: 'a named port that the pod has too',
    in: [
      service({ ports: [{ port: 80, targetPort: 'http' }] }),
      workload('Deployment pond'),
      job(UPGRADE, { ports: [{ name: 'http', containerPort: 8080 }] }),
    ],
    want: [SENDS],
  },
  {
    name: 'a Service that is made for the hook',
    in: [service({ ports: [{ port: 80, targetPort: 8080 }] }), job(UPGRADE, { ports: [{ containerPort: 8080 }] })],
  },
  { name: 'a Service that is a hook itself', in: [service({}, UPGRADE), job()] },
  { name: 'headless, without ports', in: [service({ clusterIP: 'None', ports: [] }), job()], want: [SENDS] },
  { name: 'no selector', in: [service({ selector: {} }), job()] },
  { name: 'an external name', in: [service({ type: 'ExternalName', externalName: 'a.example.org' }), job()] },
  { name: 'another value', in: [service(), job(UPGRADE, {}, { app: 'pond-migrate' })] },
  { name: 'a label too few', in: [service({ selector: { app: 'pond', role: 'web' } }), job()] },
  { name: 'no labels', in: [service(), job(UPGRADE, {}, {})] },
  { name: 'another namespace', in: [service({}, { namespace: 'a' }), job({ ...UPGRADE, namespace: 'b' })] },
  { name: 'a pod that never gets ready', in: [service(), job(UPGRADE, PROBE)] },
  {
    name: 'the same where readiness does not count',
    in: [service({ publishNotReadyAddresses: true }), job(UPGRADE, PROBE)],
    want: [SENDS],
  },
  { name: 'a budget with maxUnavailable', in: [budget({ maxUnavailable: 1 }), job()], want: [BLOCKS] },
  { name: 'a budget in percent', in: [budget({ minAvailable: '50%' }), job()], want: [BLOCKS] },
  { name: 'a budget by number', in: [budget({ minAvailable: 1 }), job()], want: [COUNTS] },
  { name: 'a budget and a bare Pod', in: [budget({ maxUnavailable: 1 }), pod({ hook: 'test' })], want: [COUNTS] },
  {
    name: 'a budget counts what a Service does not reach',
    in: [service({ ports: [{ port: 80, targetPort: 'http' }] }), budget({ minAvailable: 1 }), job()],
    want: [COUNTS],
  },
  {
    name: 'a budget by expressions',
    in: [
      budget({ minAvailable: 1 }, { matchExpressions: [{ key: 'app', operator: 'In', values: ['lake', 'pond'] }] }),
      job(),
    ],
    want: [COUNTS],
  },
  {
    name: 'a budget that leaves Jobs out',
    in: [
      budget(
        { minAvailable: 1 },
        { matchLabels: { app: 'pond' }, matchExpressions: [{ key: 'job-name', operator: 'DoesNotExist' }] },
      ),
      job(),
    ],
  },
  {
    name: 'a budget that leaves this role out',
    in: [
      budget(
        { minAvailable: 1 },
        { matchLabels: { app: 'pond' }, matchExpressions: [{ key: 'role', operator: 'NotIn', values: ['migrate'] }] },
      ),
      job(),
    ],
  },
  { name: 'a budget for all pods', in: [budget({ minAvailable: 1 }, {}), job()] },
  { name: 'a Deployment adopts no pod of a Job', in: [workload('Deployment pond'), job()] },
  {
    name: 'a Deployment adopts no bare Pod: its ReplicaSets want their hash',
    in: [workload('Deployment pond'), pod({ hook: 'test' })],
  },
  { name: 'a StatefulSet adopts none of another name', in: [workload('StatefulSet pond'), pod({ hook: 'test' })] },
  ...['DaemonSet', 'ReplicaSet'].flatMap((kind) => [
    {
      name: `a ${kind} adopts a bare Pod`,
      in: [workload(`${kind} pond`), pod({ hook: 'post-install' })],
      want: [`${kind}/pond adopts it and may delete it`],
    },
    { name: `a ${kind} adopts no pod of a Job`, in: [workload(`${kind} pond`), job()] },
  ]),
  {
    name: 'an autoscaler measures the pods of a Job',
    in: [
      workload('Deployment pond'),
      object('HorizontalPodAutoscaler pond', {}, { spec: { scaleTargetRef: { kind: 'Deployment', name: 'pond' } } }),
      job(),
    ],
    want: ['Deployment/pond makes HorizontalPodAutoscaler/pond measure it'],
  },
  {
    name: 'an autoscaler of something else',
    in: [
      workload('Deployment pond'),
      object('HorizontalPodAutoscaler lake', {}, { spec: { scaleTargetRef: { kind: 'Deployment', name: 'lake' } } }),
      job(),
    ],
  },
  {
    name: 'all selectors are one cause',
    in: [service(), budget({ minAvailable: 1 }), job()],
    want: [`${SENDS}, ${COUNTS}`],
  },
];

for (const each of CASES)
  test(`live/selected: ${each.name}`, () => {
    assert.deepEqual(found(stream(...each.in)), each.want ?? []);
  });

test('live/selected: a count that is wrong for a while, and a test that is looked at, are no warning', () => {
  const severities = (...objects: readonly string[]): readonly string[] => {
    const release = releaseOf(stream(...objects));
    return release.placements.flatMap((placement) => checkSelected(placement, release)).map(({ severity }) => severity);
  };
  assert.deepEqual(severities(service(), job()), ['warning']);
  assert.deepEqual(severities(budget({ maxUnavailable: 1 }), job()), ['warning']);
  assert.deepEqual(severities(budget({ minAvailable: 1 }), job()), ['info']);
  assert.deepEqual(severities(service(), pod({ hook: 'test' })), ['info']);
});

/** Each with the entry for hookorder.yaml that the hint gives. */
const CURES: readonly { readonly name: string; readonly in: readonly string[]; readonly want: string }[] = [
  {
    name: 'a hook',
    in: [service(), job()],
    want: 'patch: [{op: replace, path: /spec/template/metadata/labels/app, value: pond-hook}]',
  },
  {
    name: 'a plain Job',
    in: [service(), job({})],
    want: 'hook: false, patch: [{op: replace, path: /spec/template/metadata/labels/app, value: pond-hook}]',
  },
  {
    name: 'a test Pod',
    in: [service(), pod({ hook: 'test' })],
    want: 'patch: [{op: replace, path: /metadata/labels/app, value: pond-hook}]',
  },
  {
    name: 'a label with a slash, rather than the one of the release',
    in: [
      service({ selector: { 'app.kubernetes.io/instance': 'pond', 'app.kubernetes.io/name': 'web' } }),
      job(UPGRADE, {}, { 'app.kubernetes.io/instance': 'pond', 'app.kubernetes.io/name': 'web' }),
    ],
    want: 'patch: [{op: replace, path: /spec/template/metadata/labels/app.kubernetes.io~1name, value: web-hook}]',
  },
  {
    name: 'two selectors that have no label in common',
    in: [service(), budget({ minAvailable: 1 }, { matchLabels: { role: 'migrate' } }), job()],
    want: 'patch: [{op: replace, path: /spec/template/metadata/labels/role, value: migrate-hook}, {op: replace, path: /spec/template/metadata/labels/app, value: pond-hook}]',
  },
  {
    name: 'a value that the release selects too is not taken',
    in: [
      service(),
      object('Service hooks', {}, { spec: { selector: { app: 'pond-hook' }, ports: [{ port: 80 }] } }),
      job(),
    ],
    want: 'patch: [{op: replace, path: /spec/template/metadata/labels/app, value: pond-run}]',
  },
];

for (const each of CURES)
  test(`live/selected: the fix works for ${each.name}`, () => {
    const all = { scope: 'all', severity: 'info', needsConfig: false } as const;
    const codes = (config?: string) => order(stream(...each.in), config, all).findings;
    const hint = codes().find(({ code }) => code === 'live/selected')?.hint ?? '';
    assert.equal([...hint.matchAll(/`([^`]+)`/g)].map(([, text]) => text).join(', '), each.want);
    const after = codes(
      `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - {name: cure, match: {kind: "{Job,Pod}"}, ${each.want}}\n`,
    );
    assert.deepEqual(
      after.filter(({ code, severity }) => severity === 'error' || code === 'live/selected'),
      [],
    );
  });
