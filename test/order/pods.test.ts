/** `pod`: what is set, what is filled, and what a workload lends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { order, rendered } from '../support/pipeline.ts';

/** A Job, or a Deployment, with this pod spec beside its one container. */
const workload = (kind: 'Job' | 'Deployment', name: string, spec: JsonObject = {}): string =>
  JSON.stringify({
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }], ...spec } } },
  });
const config = (pod: Json, defaults?: Json, more = ''): string =>
  `apiVersion: hookorder.io/v1\nkind: HookOrder\n${defaults === undefined ? '' : `defaults: { pod: ${JSON.stringify(defaults)} }\n`}hooks:\n  - { name: a, match: { kind: Job, name: a }, events: [post-upgrade]${pod === null ? '' : `, pod: ${JSON.stringify(pod)}`}${more} }\n`;
const container = (more: JsonObject): Json => [{ name: 'c', image: 'i', ...more }];

for (const { name, job = {}, web = {}, pod = null, defaults, want } of [
  {
    name: 'what an entry sets replaces what is there',
    job: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'k' }] },
    pod: { nodeSelector: { c: 'd' } },
    want: { nodeSelector: { c: 'd' }, tolerations: [{ key: 'k' }] },
  },
  {
    name: 'what the defaults set is only for what is lacking',
    job: { nodeSelector: { a: 'b' } },
    defaults: { nodeSelector: { c: 'd' }, priorityClassName: 'p' },
    want: { nodeSelector: { a: 'b' }, priorityClassName: 'p' },
  },
  {
    name: 'an empty value is lacking',
    job: { nodeSelector: {}, tolerations: [], imagePullSecrets: null },
    web: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'k' }], imagePullSecrets: [{ name: 's' }] },
    pod: { like: 'Deployment/web' },
    want: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'k' }], imagePullSecrets: [{ name: 's' }] },
  },
  {
    name: 'the entry, then the pods, then `like`, then the defaults',
    job: { priorityClassName: 'own' },
    web: { priorityClassName: 'web', runtimeClassName: 'web', nodeSelector: { web: '1' } },
    pod: { like: 'Deployment/*', nodeSelector: { entry: '1' } },
    defaults: { runtimeClassName: 'default', tolerations: [{ key: 'default' }] },
    want: {
      priorityClassName: 'own',
      nodeSelector: { entry: '1' },
      runtimeClassName: 'web',
      tolerations: [{ key: 'default' }],
    },
  },
  {
    name: 'nodes are chosen by one of the two: a selector of its own keeps the affinity of another away',
    job: { nodeSelector: { a: 'b' } },
    web: { affinity: { nodeAffinity: { x: 1 } }, nodeSelector: { c: 'd' } },
    pod: { like: 'Deployment/web' },
    want: { nodeSelector: { a: 'b' } },
  },
  {
    name: 'the distance to other pods stays with the app',
    web: { affinity: { nodeAffinity: { x: 1 }, podAntiAffinity: { y: 1 } } },
    pod: { like: 'Deployment/web' },
    want: { affinity: { nodeAffinity: { x: 1 } } },
  },
  {
    name: 'containers of their own security context know what they need',
    job: { containers: container({ securityContext: { runAsUser: 0 } }) },
    web: { securityContext: { runAsNonRoot: true }, containers: container({ securityContext: { runAsUser: 5 } }) },
    pod: { like: 'Deployment/web' },
    want: { containers: container({ securityContext: { runAsUser: 0 } }) },
  },
  {
    name: 'a pod of its own security context keeps it for its containers',
    job: { securityContext: { runAsUser: 3 } },
    web: { securityContext: { runAsUser: 4 }, containers: container({ securityContext: { runAsUser: 5 } }) },
    pod: { like: 'Deployment/web' },
    want: { securityContext: { runAsUser: 3 } },
  },
  {
    name: 'both security contexts of a workload go together',
    web: { securityContext: { runAsUser: 4 }, containers: container({ securityContext: { privileged: false } }) },
    pod: { like: 'Deployment/web' },
    want: { securityContext: { runAsUser: 4 }, containers: container({ securityContext: { privileged: false } }) },
  },
  {
    name: 'resources are for each container, start containers too',
    job: { initContainers: container({ resources: { limits: { cpu: 9 } } }) },
    web: { containers: container({ resources: { limits: { cpu: 1 } } }) },
    pod: { like: 'Deployment/web' },
    want: {
      initContainers: container({ resources: { limits: { cpu: 9 } } }),
      containers: container({ resources: { limits: { cpu: 1 } } }),
    },
  },
] as readonly {
  readonly name: string;
  readonly job?: JsonObject;
  readonly web?: JsonObject;
  readonly pod?: Json;
  readonly defaults?: Json;
  readonly want: JsonObject;
}[])
  test(name, () => {
    const stream = `${workload('Job', 'a', job)}\n---\n${workload('Deployment', 'web', web)}\n`;
    const text = config(pod, defaults);
    const once = rendered(stream, text);
    assert.equal(rendered(once, text), once, 'rendering again changes nothing');
    const left = parse(once.split('\n---\n')[0] ?? '') as JsonObject;
    const { spec } = (left['spec'] as JsonObject)['template'] as JsonObject;
    assert.deepEqual(spec, { restartPolicy: 'Never', containers: container({}), ...want });
  });

test('labels and annotations are added to those of the pods, not of the Job', () => {
  const out = rendered(workload('Job', 'a'), config({ labels: { team: 'x' }, annotations: { 'a/b': 'c' } }));
  const left = parse(out) as { metadata: JsonObject; spec: { template: { metadata: Json } } };
  assert.deepEqual(left.spec.template.metadata, { labels: { team: 'x' }, annotations: { 'a/b': 'c' } });
  assert.equal(left.metadata['labels'], undefined);
});

const codes = (stream: string, text: string): readonly string[] =>
  order(stream, text, { scope: 'all', severity: 'warning' }).findings.map(({ code }) => code);

test('a `like` that is not one workload is an error, and a default is told once', () => {
  const two = `${workload('Job', 'a')}\n---\n${workload('Deployment', 'web-1')}\n---\n${workload('Deployment', 'web-2')}\n`;
  for (const like of ['Deployment/web-*', 'Deployment/web', 'Job/a', 'Secret/x'])
    assert.deepEqual(codes(two, config({ like })), ['order/like-unclear'], like);
  const jobs = `${workload('Job', 'a')}\n---\n${workload('Job', 'b')}\n`;
  const both = `${config(null, { like: 'Deployment/x' })}  - { name: b, match: { kind: Job, name: b }, events: [post-upgrade] }\n`;
  assert.deepEqual(codes(jobs, both), ['order/like-unclear']);
});

test('a default that names one of the hooks is for the others', () => {
  const jobs = `${workload('Job', 'a')}\n---\n${workload('Job', 'b', { nodeSelector: { x: 'y' } })}\n`;
  const text = `${config(null, { like: 'Job/b' })}  - { name: b, match: { kind: Job, name: b }, events: [post-upgrade] }\n`;
  assert.match(rendered(jobs, text).split('---')[0] ?? '', /nodeSelector/);
});

test('pods that are like each other go round in a circle', () => {
  const jobs = `${workload('Job', 'a')}\n---\n${workload('Job', 'b')}\n`;
  const text = `${config({ like: 'Job/b' })}  - { name: b, match: { kind: Job, name: b }, events: [post-upgrade], pod: { like: Job/a } }\n`;
  const { findings } = order(jobs, text);
  assert.deepEqual(
    findings.map(({ message }) => message),
    ['Job/a like Job/b like Job/a: that goes round in a circle'],
  );
});

test('a workload lends what it gets itself', () => {
  const stream = `${workload('Job', 'a')}\n---\n${workload('Deployment', 'web')}\n`;
  const text = `${config({ like: 'Deployment/web' })}  - { name: web, match: { kind: Deployment }, hook: false, pod: { nodeSelector: { x: "y" } } }\n`;
  const once = rendered(stream, text);
  assert.equal(once.match(/nodeSelector/g)?.length, 2);
  assert.equal(rendered(once, text), once);
});

test('what a patch took away stays away', () => {
  const stream = `${workload('Job', 'a')}\n`;
  const text = config(
    { nodeSelector: { x: 'y' } },
    undefined,
    ', patch: [{ op: remove, path: /spec/template/spec/nodeSelector }]',
  );
  const once = rendered(stream, text);
  assert.doesNotMatch(once, /nodeSelector/);
  assert.equal(rendered(once, text), once);
});

test('settings that meet nothing are told, and those of the defaults are not', () => {
  const pod = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m }\n';
  const entry = (more: string): string =>
    `apiVersion: hookorder.io/v1\nkind: HookOrder\ndefaults: { job: { backoffLimit: 1 }, pod: { priorityClassName: p } }\nhooks: [{ name: m, match: { name: m }, hook: false${more} }]\n`;
  assert.deepEqual(codes(pod, entry('')), []);
  assert.deepEqual(codes(pod, entry(', job: { backoffLimit: 1 }')), ['order/sets-nothing']);
  assert.deepEqual(codes(pod, entry(', pod: { priorityClassName: p }')), ['order/sets-nothing']);
});
