/**
 * How work grows, counted and not timed: what is read and parsed depends on what the config claims, not on the size of the stream,
 * and many rules over many resources do not multiply.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkRelease } from '../../src/check/release.ts';
import { decodeConfig } from '../../src/config/load.ts';
import { readResources } from '../../src/manifests/resources.ts';
import { type Bytes, PLAIN_BYTES } from '../../src/model/bytes.ts';
import type { Rule } from '../../src/model/config.ts';
import type { Resource } from '../../src/model/manifest.ts';
import { copyDependencies } from '../../src/order/copies/copies.ts';
import { matchRules } from '../../src/order/match.ts';
import { orderRelease, type PipelineInput } from '../../src/pipeline.ts';
import { Release } from '../../src/release/release.ts';
import { runs } from '../support/property.ts';
import { placementsOf } from '../support/release.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const plain = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  text: "${'of '.repeat(300)}"\n`;
const job = (name: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\nspec:\n  backoffLimit: 1\n  activeDeadlineSeconds: 60\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: c\n        image: i\n`;

const CONFIG = `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - name: jobs
    match: { kind: Job }
    events: [post-install]
    optional: true
`;

const input = (stream: string): PipelineInput => ({
  read: () => encode(stream),
  file: 'in.yaml',
  findConfig: () => {
    const documents = decodeConfig(encode(CONFIG), 'config.yaml');
    return 'code' in documents ? [documents] : documents;
  },
  needsConfig: true,
  onlyChanges: true,
  scope: 'claimed',
  severity: 'error',
  version: '4.3',
  timeoutSeconds: 300,
  wait: false,
  now: () => assert.fail('no name needs a clock'),
  digest: () => assert.fail('no name needs a hash'),
  unsureReader: () => undefined,
});

/** Runs `work` with a codec that counts the bytes of text that it decodes. */
function countDecoded<T>(work: (codec: Bytes) => T): { readonly bytes: number; readonly result: T } {
  let bytes = 0;
  const utf8: Bytes['utf8'] = (all, start, end) => {
    bytes += Math.max(end - start, 0);
    return PLAIN_BYTES.utf8(all, start, end);
  };
  const result = work({ ...PLAIN_BYTES, utf8 });
  return { result, bytes };
}

test('what no rule claims is not decoded, however much of it there is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 5 }), (others, jobs) => {
      const documents = [
        ...Array.from({ length: others }, (_, at) => plain(`c${at}`)),
        ...Array.from({ length: jobs }, (_, at) => job(`j${at}`)),
      ];
      const { bytes, result } = countDecoded((codec) => orderRelease({ ...input(documents.join('---\n')), codec }));
      assert.ok(result.plan);
      // Names and metadata are decoded of every resource, texts of the claimed ones only.
      const names = (others + jobs) * 50;
      const texts = jobs * (job('j0').length + 100) + CONFIG.length;
      assert.ok(bytes <= names + texts, `${bytes} bytes for ${others} others and ${jobs} Jobs`);
    }),
    runs(50),
  );
});

test('a release with nothing to order has a plan that changes nothing', () => {
  const { plan, findings } = orderRelease(input(plain('a')));
  assert.deepEqual(plan, { placements: [], patches: [], copies: [], dropped: [], removed: [] });
  assert.deepEqual(findings, []);
});

test('rules that name a resource each look at that one only', () => {
  const count = 300;
  const stream = Array.from({ length: count }, (_, at) => job(`j${at}`)).join('---\n');
  const release = readResources(input(stream));
  assert.ok('resources' in release);
  let looks = 0;
  const rules = Array.from({ length: count }, (_, at) => ({
    name: `r${at}`,
    kinds: ['Job'],
    names: [`j${at}`],
    patch: [],
    optional: false,
    matches: (resource: Resource) => {
      looks++;
      return resource.name === `j${at}`;
    },
  })) as unknown as readonly Rule[];
  const { ruleOf, findings } = matchRules(rules, release.resources, (text) => text);
  assert.equal(ruleOf.size, count);
  assert.deepEqual(findings, []);
  assert.equal(looks, count);
});

test('ten thousand documents and a thousand rules are a release like another', () => {
  const count = 1000;
  const rules = Array.from(
    { length: count },
    (_, at) =>
      `  - name: r${at}\n    match: { kind: Job, name: j${at} }\n    events: [post-install]\n${at === 0 ? '' : `    after: [r${at - 1}]\n`}`,
  );
  const config = `${CONFIG.slice(0, CONFIG.indexOf('hooks:'))}hooks:\n${rules.join('')}`;
  const documents = Array.from({ length: 10 * count }, (_, at) =>
    at % 10 === 0 ? job(`j${at / 10}`) : plain(`c${at}`),
  );
  const { plan, findings } = orderRelease({
    ...input(documents.join('---\n')),
    findConfig: () => {
      const read = decodeConfig(encode(config), 'config.yaml');
      return 'code' in read ? [read] : read;
    },
  });
  assert.deepEqual(findings, []);
  const weights = plan?.placements.flatMap(({ hook }) => hook?.weight ?? []);
  assert.deepEqual(
    weights,
    Array.from({ length: count }, (_, at) => 10 * at),
  );
});

/** Parts that have to do with one another, each with names of its own: all that checks look for in a release. */
const part = (at: number): string => `apiVersion: v1
kind: ServiceAccount
metadata: { name: a${at} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: r${at} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: b${at} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: r${at} }
subjects: [{ kind: ServiceAccount, name: a${at} }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: c${at} }
---
apiVersion: v1
kind: Service
metadata: { name: s${at} }
spec: { selector: { app: d${at} } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: d${at} }
spec:
  template:
    metadata: { labels: { app: d${at} } }
    spec:
      initContainers:
      - { name: wait-for-schema, image: i${at}, command: [kubectl, wait, --for=condition=complete, job/migrate-${at}] }
      containers: [{ name: c, image: i, envFrom: [{ configMapRef: { name: c${at} } }] }]
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate-${at}
  annotations: { helm.sh/hook: "EVENTS", helm.sh/hook-delete-policy: hook-succeeded }
spec:
  template:
    spec:
      serviceAccountName: a${at}
      initContainers:
      - { name: w, image: kubectl, command: [sh, -c, "until nc -z s${at} 80 && kubectl get pod -l app=d${at}; do sleep 1; done"] }
      containers: [{ name: c, image: i${at}, args: [migrate], envFrom: [{ configMapRef: { name: c${at} } }] }]
---
apiVersion: v1
kind: Secret
metadata:
  name: x${at}
  annotations: { helm.sh/hook: "EVENTS", helm.sh/hook-delete-policy: hook-succeeded }
`;

/** How often somebody reads a field of a placement while checks and copies are made for so many parts. */
function countLooks(parts: number, events: string, wait: boolean, nameOf = (at: number): number => at): number {
  let looks = 0;
  const stream = Array.from({ length: parts }, (_, at) => part(nameOf(at)).replaceAll('EVENTS', events)).join('---\n');
  const rules = Object.fromEntries(
    Array.from({ length: parts }, (_, at) => [`migrate-${at}`, { dependencies: 'copy' as const }]),
  );
  const watched = placementsOf(stream, rules).map(
    (placement) =>
      new Proxy(placement, {
        get: (target, key): unknown => {
          looks++;
          return Reflect.get(target, key);
        },
      }),
  );
  const release = new Release(watched, { timeoutSeconds: 300, wait });
  checkRelease(release, { scope: 'all' });
  copyDependencies(release);
  return looks;
}

for (const wait of [true, false])
  for (const events of ['pre-install,pre-upgrade', 'post-install,post-upgrade'])
    test(`checks of ${events} hooks look at twice as much in a release twice as large${wait ? ', with --wait' : ''}`, () => {
      const [one, two, four] = [20, 40, 80].map((parts) => countLooks(parts, events, wait));
      assert.ok(one && two && four);
      // Linear growth keeps the ratio of increments at two; with as little as one look at each other part it would be well above.
      assert.ok((four - two) / (two - one) < 2.1, `${one}, ${two}, ${four} looks`);
    });

for (const events of ['pre-install,pre-upgrade', 'post-install,post-upgrade'])
  test(`where all parts have the same names, each ${events} hook looks at each thing that a name may mean, no more`, () => {
    const [one, two, four] = [10, 20, 40].map((parts) => countLooks(parts, events, true, () => 0));
    assert.ok(one && two && four);
    assert.ok((four - two) / (two - one) < 4.2, `${one}, ${two}, ${four} looks`);
  });
