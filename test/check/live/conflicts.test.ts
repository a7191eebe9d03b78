/** Whether a call makes a conflict was tried with Helm 4.3 and kubectl 1.36 on a real API server, for each form that is listed here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConflicts } from '../../../src/check/live/may-be-live.ts';
import { type Metadata, object, scriptJob, stream } from '../../support/manifests.ts';
import { order } from '../../support/pipeline.ts';
import { releaseOf } from '../../support/release.ts';

const HOOK = { hook: 'post-install,post-upgrade', policy: 'before-hook-creation,hook-succeeded' };
const MAP = object('ConfigMap pond', { labels: { team: 'blue' } }, { data: { a: '1', b: '1' } });
const SECRET = object('Secret pond', {}, { data: { b: 'eA==' }, stringData: { a: 'x' } });
const SERVICE = object(
  'Service pond',
  {},
  { spec: { type: 'ClusterIP', selector: { app: 'pond' }, ports: [{ port: 80, name: 'http' }] } },
);
const DEPLOYMENT = object(
  'Deployment pond',
  {},
  {
    spec: {
      replicas: 1,
      template: { spec: { containers: [{ name: 'c', image: 'x:1', args: ['a'], env: [{ name: 'A', value: 'b' }] }] } },
    },
  },
);
const WEBHOOK = object(
  'ValidatingWebhookConfiguration pond',
  {},
  {
    webhooks: [
      {
        name: 'g.pond.example',
        failurePolicy: 'Ignore',
        clientConfig: { caBundle: 'Cg==', service: { name: 'pond' } },
      },
    ],
  },
);
const job = (script: string, metadata: Metadata = HOOK): string => scriptJob('fix', metadata, script);

/** The fields that are said to conflict. */
const found = (text: string): readonly string[] => {
  const release = releaseOf(text);
  return release.placements.flatMap((placement) =>
    checkConflicts(placement, release).map(
      ({ code, message }) =>
        `${code.startsWith('live') ? '' : `${code} `}${/changes (.*) of (\S+) \(/.exec(message)?.slice(1).join(' of ')}`,
    ),
  );
};

const CALLS: readonly { readonly on: string; readonly call: string; readonly want?: string }[] = [
  { on: MAP, call: `kubectl patch cm pond --type=merge -p '{"data":{"a":"2"}}'`, want: 'data.a of ConfigMap/pond' },
  {
    on: MAP,
    call: `kubectl patch configmap/pond -p='{"data":{"a":"2","b":"1","c":"3"}}'`,
    want: 'data.a of ConfigMap/pond',
  },
  {
    on: MAP,
    call: `kubectl -n "$NS" patch cm pond -p "{\\"data\\":{\\"a\\":\\"$A\\"}}"`,
    want: 'data.a of ConfigMap/pond',
  },
  { on: MAP, call: `kubectl patch cm pond --type=merge -p '{"data":{"a":"1"}}'` },
  { on: MAP, call: `kubectl patch cm pond --type=merge -p '{"data":{"z":"2"}}'` },
  { on: MAP, call: `kubectl patch cm pond --type=merge -p '{"data":{"a":null}}'` },
  { on: MAP, call: `kubectl patch cm pond --type=json -p '[{"op":"remove","path":"/data/a"}]'` },
  { on: MAP, call: `kubectl patch cm pond --dry-run=server -p '{"data":{"a":"2"}}'` },
  { on: MAP, call: `kubectl patch cm other -p '{"data":{"a":"2"}}'` },
  { on: MAP, call: `kubectl patch secret pond -p '{"data":{"a":"2"}}'` },
  { on: MAP, call: `kubectl patch cm "$NAME" -p '{"data":{"a":"2"}}'` },
  { on: MAP, call: 'kubectl patch cm pond -p "$PATCH"' },
  { on: MAP, call: `kubectl --context=a patch cm pond -p '{"data":{"a":"2"}}'` },
  {
    on: MAP,
    call: `kubectl patch cm pond --field-manager=helm -p '{"data":{"a":"2"}}'`,
    want: 'data.a of ConfigMap/pond',
  },
  { on: MAP, call: 'kubectl label cm pond team=red --overwrite', want: 'metadata.labels.team of ConfigMap/pond' },
  { on: MAP, call: 'kubectl label cm pond team=blue --overwrite' },
  { on: MAP, call: 'kubectl label cm pond team-' },
  { on: MAP, call: 'kubectl label cm pond other=red' },
  { on: MAP, call: 'kubectl annotate cm pond x=y' },
  {
    on: MAP,
    call: 'kubectl create cm pond --from-literal=a=2 --dry-run=client -o yaml | kubectl apply -f -',
    want: 'data.a of ConfigMap/pond',
  },
  {
    on: MAP,
    call: 'kubectl create configmap pond --from-file=a=/tmp/a --dry-run=client -o yaml | kubectl replace -f -',
    want: 'data.a of ConfigMap/pond',
  },
  { on: MAP, call: 'kubectl create cm pond --from-literal=a=1 --dry-run=client -o yaml | kubectl apply -f -' },
  { on: MAP, call: 'kubectl create cm pond --from-literal=z=1 --dry-run=client -o yaml | kubectl apply -f -' },
  {
    on: MAP,
    call: 'kubectl create cm pond --from-literal=a=2 --dry-run=client -o yaml | kubectl apply --server-side --force-conflicts -f -',
    want: 'data.a of ConfigMap/pond',
  },
  {
    on: MAP,
    call: 'kubectl create cm pond --from-literal=a=2 --dry-run=client -o yaml | kubectl apply --server-side --field-manager=helm -f -',
  },
  {
    on: MAP,
    call: 'kubectl apply -f - <<EOF\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: pond\ndata:\n  a: "2"\n  b: "1"\nEOF',
    want: 'data.a of ConfigMap/pond',
  },
  { on: MAP, call: 'kubectl get cm pond; kubectl delete pod pond; echo kubectl label cm pond team=red' },
  { on: SECRET, call: `kubectl patch secret pond -p '{"data":{"b":"eQ=="}}'`, want: 'data.b of Secret/pond' },
  { on: SECRET, call: `kubectl patch secret pond -p '{"data":{"a":"eQ=="}}'` },
  { on: SECRET, call: `kubectl patch secret pond -p '{"stringData":{"a":"y"}}'` },
  { on: SECRET, call: `kubectl patch secret pond -p '{"stringData":{"b":"y"}}'`, want: 'data.b of Secret/pond' },
  { on: SECRET, call: `kubectl patch secret pond -p '{"stringData":{"b":"x"}}'` },
  {
    on: SECRET,
    call: 'kubectl apply -f - <<EOF\napiVersion: v1\nkind: Secret\nmetadata:\n  name: pond\nstringData:\n  b: "$B"\nEOF',
    want: 'data.b of Secret/pond',
  },
  { on: SERVICE, call: `kubectl patch svc pond -p '{"spec":{"type":"NodePort"}}'`, want: 'spec.type of Service/pond' },
  { on: SERVICE, call: `kubectl patch svc pond -p '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'` },
  { on: SERVICE, call: `kubectl patch svc pond -p '{"spec":{"ports":[{"port":81,"name":"http2"}]}}'` },
  {
    on: SERVICE,
    call: `kubectl patch svc pond --type=merge -p '{"spec":{"ports":[{"port":80,"name":"web"}]}}'`,
    want: 'spec.ports[0].name of Service/pond',
  },
  {
    on: SERVICE,
    call: `kubectl patch svc pond -p '{"spec":{"selector":{"app":"other"}}}'`,
    want: 'spec.selector.app of Service/pond',
  },
  { on: DEPLOYMENT, call: 'kubectl scale deploy/pond --replicas=3', want: 'spec.replicas of Deployment/pond' },
  { on: DEPLOYMENT, call: 'kubectl scale --replicas=0 deployment pond', want: 'spec.replicas of Deployment/pond' },
  { on: DEPLOYMENT, call: 'kubectl scale deploy/pond --replicas=1' },
  { on: DEPLOYMENT, call: 'kubectl scale sts/pond --replicas=3' },
  {
    on: DEPLOYMENT,
    call: 'kubectl set image deployment/pond c=x:2',
    want: 'spec.template.spec.containers[0].image of Deployment/pond',
  },
  {
    on: DEPLOYMENT,
    call: 'kubectl set image deployment/pond "*=x:2"',
    want: 'spec.template.spec.containers[0].image of Deployment/pond',
  },
  { on: DEPLOYMENT, call: 'kubectl set image deployment/pond d=x:2' },
  {
    on: DEPLOYMENT,
    call: 'kubectl set env deployment/pond A=c',
    want: 'spec.template.spec.containers[0].env[0].value of Deployment/pond',
  },
  { on: DEPLOYMENT, call: 'kubectl set env deployment pond B=c A-' },
  { on: DEPLOYMENT, call: 'kubectl set resources deployment pond --limits=cpu=1' },
  { on: DEPLOYMENT, call: 'kubectl rollout restart deployment/pond; kubectl rollout undo deploy/pond' },
  {
    on: DEPLOYMENT,
    call: `kubectl patch deployments.apps pond --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"x:9"}]'`,
    want: 'spec.template.spec.containers[0].image of Deployment/pond',
  },
  {
    on: DEPLOYMENT,
    call: `kubectl patch deploy pond --type=json -p '[{"op":"replace","path":"/spec/replicas","value":1}]'`,
  },
  {
    on: DEPLOYMENT,
    call: `kubectl patch deploy pond --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"c","image":"y"}}]'`,
  },
  {
    on: DEPLOYMENT,
    call: `kubectl patch deploy pond -p '{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"x:9"}]}}}}'`,
    want: 'spec.template.spec.containers[0].image of Deployment/pond',
  },
  {
    on: DEPLOYMENT,
    call: `kubectl patch deploy pond -p '{"spec":{"template":{"spec":{"containers":[{"name":"d","image":"x:9"}]}}}}'`,
  },
  {
    on: DEPLOYMENT,
    call: `kubectl patch deploy pond -p '{"spec":{"template":{"metadata":{"annotations":{"a":"b"}}}}}'`,
  },
  {
    on: WEBHOOK,
    call: `kubectl patch validatingwebhookconfiguration pond --type=json -p '[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"QUJD"}]'`,
    want: 'webhooks[0].clientConfig.caBundle of ValidatingWebhookConfiguration/pond',
  },
  {
    on: WEBHOOK,
    call: `kubectl patch validatingwebhookconfigurations pond -p '{"webhooks":[{"name":"g.pond.example","failurePolicy":"Fail"}]}'`,
    want: 'webhooks[0].failurePolicy of ValidatingWebhookConfiguration/pond',
  },
  {
    on: WEBHOOK,
    call: 'kube-webhook-certgen patch --webhook-name=pond --namespace=x --patch-failure-policy=Fail --secret-name=a',
    want: 'webhooks[0].clientConfig.caBundle and webhooks[0].failurePolicy of ValidatingWebhookConfiguration/pond',
  },
  {
    on: WEBHOOK,
    call: '/kube-webhook-certgen patch --webhook-name pond --patch-mutating=false --patch-failure-policy=Ignore',
    want: 'webhooks[0].clientConfig.caBundle of ValidatingWebhookConfiguration/pond',
  },
  { on: WEBHOOK, call: 'kube-webhook-certgen patch --webhook-name=pond --patch-validating=false' },
  { on: WEBHOOK, call: 'kube-webhook-certgen patch --webhook-name=other' },
  { on: WEBHOOK, call: 'kube-webhook-certgen create --host=pond --secret-name=a' },
  {
    on: object(
      'ValidatingWebhookConfiguration pond',
      {},
      { webhooks: [{ name: 'g.pond.example', clientConfig: { service: { name: 'pond' } } }] },
    ),
    call: 'kube-webhook-certgen patch --webhook-name=pond',
  },
];

for (const { on, call, want } of CALLS)
  test(`live/field-conflict: ${call} on ${/"kind":"(\w+)"/.exec(on)?.[1]}`, () => {
    assert.deepEqual(found(stream(on, job(call))), want === undefined ? [] : [want]);
  });

const PATCH = `kubectl patch cm pond --type=merge -p '{"data":{"a":"2"}}'`;
const KEPT = { hook: 'pre-install,pre-upgrade', policy: 'keep' };
const map = (metadata: Metadata): string => object('ConfigMap pond', metadata, { data: { a: '1' } });
const CASES: readonly { readonly name: string; readonly in: readonly string[]; readonly want?: readonly string[] }[] = [
  ...['post-install', 'pre-upgrade', 'post-upgrade', 'post-rollback'].map((hook) => ({
    name: `a hook of ${hook}`,
    in: [MAP, job(PATCH, { hook })],
    want: ['data.a of ConfigMap/pond'],
  })),
  ...['pre-install', 'pre-delete', 'post-delete'].map((hook) => ({
    name: `a hook of ${hook}, after which nothing is applied`,
    in: [MAP, job(PATCH, { hook })],
  })),
  { name: 'a plain Job', in: [MAP, job(PATCH, {})], want: ['data.a of ConfigMap/pond'] },
  {
    name: 'a CronJob',
    in: [
      MAP,
      object(
        'CronJob fix',
        {},
        {
          spec: {
            jobTemplate: {
              spec: { template: { spec: { containers: [{ name: 'c', image: 'x', command: ['sh', '-c', PATCH] }] } } },
            },
          },
        },
      ),
    ],
    want: ['data.a of ConfigMap/pond'],
  },
  {
    name: 'a mounted script',
    in: [
      MAP,
      object('ConfigMap scripts', {}, { data: { 'run.sh': PATCH } }),
      object('Job fix', HOOK, {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'c',
                  image: 'x',
                  command: ['bash', '/s/run.sh'],
                  volumeMounts: [{ name: 's', mountPath: '/s' }],
                },
              ],
              volumes: [{ name: 's', configMap: { name: 'scripts' } }],
            },
          },
        },
      }),
    ],
    want: ['data.a of ConfigMap/pond'],
  },
  {
    name: 'the arguments of the image',
    in: [
      WEBHOOK,
      object('Job fix', HOOK, {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'c',
                  image: 'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.0',
                  args: ['patch', '--webhook-name=pond'],
                },
              ],
            },
          },
        },
      }),
    ],
    want: ['webhooks[0].clientConfig.caBundle of ValidatingWebhookConfiguration/pond'],
  },
  { name: 'another namespace', in: [map({ namespace: 'a' }), job(PATCH, { ...HOOK, namespace: 'b' })] },
  { name: 'an object that is a hook, made anew each time', in: [map({ hook: 'pre-install,pre-upgrade' }), job(PATCH)] },
  { name: 'a hook that stays', in: [map(KEPT), job(PATCH)], want: ['hook/keeps-own-state data.a of ConfigMap/pond'] },
  { name: 'a hook that stays, of an install alone', in: [map({ ...KEPT, hook: 'pre-install' }), job(PATCH)] },
  { name: 'a hook that stays, without the key', in: [object('ConfigMap pond', KEPT), job(PATCH)] },
  {
    name: 'a custom resource',
    in: [
      JSON.stringify({ apiVersion: 'example.org/v1', kind: 'Pond', metadata: { name: 'pond' }, spec: { depth: 1 } }),
      job(
        `kubectl patch pond.example.org pond --type=merge -p '{"spec":{"depth":2}}'; kubectl patch ponds pond --type merge -p '{"spec":{"depth":2}}'`,
      ),
    ],
    want: ['spec.depth of Pond/pond'],
  },
];

for (const each of CASES)
  test(`live/field-conflict: ${each.name}`, () => {
    assert.deepEqual(found(stream(...each.in)), each.want ?? []);
  });

/** Each with the entry that the hint gives. */
const CURES: readonly {
  readonly name: string;
  readonly in: readonly string[];
  readonly kind: string;
  readonly want: string;
}[] = [
  {
    name: 'a plain object',
    in: [WEBHOOK, job('kube-webhook-certgen patch --webhook-name=pond')],
    kind: 'ValidatingWebhookConfiguration',
    want: 'hook: false, patch: [{op: remove, path: /webhooks/0/clientConfig/caBundle}]',
  },
  {
    name: 'a hook that stays',
    in: [map(KEPT), job(PATCH)],
    kind: 'ConfigMap',
    want: 'patch: [{op: remove, path: /data/a}]',
  },
];

for (const each of CURES)
  test(`live/field-conflict: the fix works for ${each.name}`, () => {
    const all = { scope: 'all', severity: 'info', needsConfig: false } as const;
    const conflicts = (config?: string) =>
      order(stream(...each.in), config, all).findings.filter(
        ({ code, severity }) =>
          severity === 'error' || code === 'live/field-conflict' || code === 'hook/keeps-own-state',
      );
    const [before] = conflicts();
    assert.equal([...(before?.hint ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text).join(', '), each.want);
    const entry = `{name: cure, match: {kind: ${each.kind}, name: pond}, ${each.want}}`;
    assert.deepEqual(conflicts(`apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - ${entry}\n`), []);
  });
