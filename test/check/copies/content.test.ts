/** A copy has of a ConfigMap or Secret what the hooks read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { rendered } from '../../support/pipeline.ts';

const config = (more = ''): string => `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - { name: j, match: { kind: Job }, events: [pre-install, pre-upgrade], dependencies: copy${more} }
`;
const job = (spec: string, name = 'j'): string =>
  `---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\nspec: { template: { spec: { restartPolicy: Never, ${spec} } } }\n`;
const SECRET = `---
apiVersion: v1
kind: Secret
metadata: { name: s }
data:
  # of the server
  root: cm9vdA==   # never
  user: dXNlcg==   # theirs
  host: aG9zdA==
stringData: { port: "5432", user: u }
`;
const env = (...keys: string[]): string =>
  `{ name: c, env: [${keys.map((key) => `{ name: X, valueFrom: { secretKeyRef: { name: s, key: ${key} } } }`).join(', ')}] }`;
const containers = (...list: string[]): string => `containers: [${list.join(', ')}]`;

/** The keys of the copies, by field, in one word each. */
function copied(text: string, settings?: string): string[] {
  const output = rendered(text, config(settings));
  assert.equal(rendered(output, config(settings)), output, 'twice is once');
  return parseAllDocuments(output).flatMap((document) => {
    const value = document.toJS() as Record<string, Record<string, unknown>>;
    const annotations = value['metadata']?.['annotations'] as Record<string, string> | undefined;
    if (annotations?.['hookorder.io/copy-of'] === undefined) return [];
    const fields = ['data', 'stringData', 'binaryData'].flatMap((field) =>
      value[field] === undefined ? [] : [`${field}=${Object.keys(value[field]).join('+')}`],
    );
    return [[`${value['kind'] as unknown as string}/${value['metadata']?.['name'] as string}`, ...fields].join(' ')];
  });
}

const ALL = 'Secret/s-hook data=root+user+host stringData=port+user';

for (const { name, in: text, want } of [
  { name: 'one key', in: job(containers(env('host'))) + SECRET, want: ['Secret/s-hook data=host'] },
  {
    name: 'a key that two fields have',
    in: job(containers(env('user'))) + SECRET,
    want: ['Secret/s-hook data=user stringData=user'],
  },
  {
    name: 'keys of several containers',
    in: job(`initContainers: [${env('port')}], ${containers(env('host'), env('user'))}`) + SECRET,
    want: ['Secret/s-hook data=user+host stringData=port+user'],
  },
  {
    name: 'keys of two hooks',
    in: job(containers(env('host'))) + job(containers(env('port')), 'k') + SECRET,
    want: ['Secret/s-hook data=host stringData=port'],
  },
  {
    name: 'a hook that takes all beside one that names keys',
    in: job(containers(env('host'))) + job(containers('{ envFrom: [{ secretRef: { name: s } }] }'), 'k') + SECRET,
    want: [ALL],
  },
  { name: 'a key that is not there', in: job(containers(env('none'))) + SECRET, want: ['Secret/s-hook'] },
  {
    name: 'all of it in the environment',
    in: job(containers('{ envFrom: [{ secretRef: { name: s } }] }')) + SECRET,
    want: [ALL],
  },
  {
    name: 'all of it beside a key',
    in: job(containers(env('host'), '{ envFrom: [{ secretRef: { name: s } }] }')) + SECRET,
    want: [ALL],
  },
  { name: 'a whole volume', in: job('volumes: [{ name: v, secret: { secretName: s } }]') + SECRET, want: [ALL] },
  {
    name: 'a volume without items',
    in: job('volumes: [{ name: v, secret: { secretName: s, items: [] } }]') + SECRET,
    want: [ALL],
  },
  {
    name: 'items of a volume',
    in:
      job(
        'volumes: [{ name: v, secret: { secretName: s, items: [{ key: host, path: x }, { key: port, path: y }] } }]',
      ) + SECRET,
    want: ['Secret/s-hook data=host stringData=port'],
  },
  {
    name: 'items of a projected volume',
    in:
      job(
        'volumes: [{ name: v, projected: { sources: [{ secret: { name: s, items: [{ key: host, path: x }] } }] } }]',
      ) + SECRET,
    want: ['Secret/s-hook data=host'],
  },
  {
    name: 'all of a projected volume',
    in: job('volumes: [{ name: v, projected: { sources: [{ secret: { name: s } }] } }]') + SECRET,
    want: [ALL],
  },
  {
    name: 'what a volume driver reads',
    in: job('volumes: [{ name: v, csi: { driver: x, nodePublishSecretRef: { name: s } } }]') + SECRET,
    want: [ALL],
  },
  { name: 'a pull secret', in: job('imagePullSecrets: [{ name: s }]') + SECRET, want: [ALL] },
  {
    name: 'a type that has its keys',
    in:
      job(containers(env('username'))) +
      SECRET.replace('data:\n', 'type: kubernetes.io/basic-auth\ndata:\n  username: dQ==\n'),
    want: ['Secret/s-hook data=username+root+user+host stringData=port+user'],
  },
  {
    name: 'Opaque',
    in: job(containers(env('host'))) + SECRET.replace('data:\n', 'type: Opaque\ndata:\n'),
    want: ['Secret/s-hook data=host'],
  },
  {
    name: 'an own type',
    in: job(containers(env('host'))) + SECRET.replace('data:\n', 'type: helm.sh/x\ndata:\n'),
    want: ['Secret/s-hook data=host'],
  },
  {
    name: 'a ConfigMap',
    in:
      job(containers('{ env: [{ name: X, valueFrom: { configMapKeyRef: { name: c, key: a } } }] }')) +
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: b, b: c }\nbinaryData: { d: ZA== }\n',
    want: ['ConfigMap/c-hook data=a'],
  },
  {
    name: 'another Secret of which a key of that name is read',
    in:
      job(containers(env('host'), '{ env: [{ name: X, valueFrom: { secretKeyRef: { name: t, key: root } } }] }')) +
      SECRET +
      SECRET.replace('name: s', 'name: t'),
    want: ['Secret/s-hook data=host', 'Secret/t-hook data=root'],
  },
  {
    name: 'Secrets that pods of its account may mount, and do not',
    in:
      job(`serviceAccountName: a, ${containers(env('host'))}`) +
      `---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: a }\nsecrets: [{ name: s }]\n${SECRET}`,
    want: ['ServiceAccount/a-hook', 'Secret/s-hook data=host'],
  },
  {
    name: 'the pull secret of its account',
    in:
      job(`serviceAccountName: a, ${containers(env('host'))}`) +
      `---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: a }\nimagePullSecrets: [{ name: s }]\n${SECRET}`,
    want: ['ServiceAccount/a-hook', ALL],
  },
])
  test(`a copy has what is read: ${name}`, () => assert.deepEqual(copied(text), want));

test('what stays in a copy keeps its text', () => {
  const output = rendered(job(containers(env('user'))) + SECRET, config());
  const copy = output.slice(output.indexOf('hookorder.io/copy-of'));
  assert.match(copy, /data:\n[^:]*user: dXNlcg== {3}# theirs\nstringData: \{ user: u \}\n$/);
  assert.doesNotMatch(copy, /cm9vdA|aG9zdA|5432|never/);
  assert.ok(output.includes(SECRET.slice(SECRET.indexOf('kind'))), 'the original is as it was');
});

test('a name by hash follows what is copied, and nothing else', () => {
  const nameOf = (secret: string): string | undefined =>
    /name: (j-[0-9a-f]{8})/.exec(rendered(job(containers(env('host'))) + secret, config(', jobName: hash')))?.[1];
  const first = nameOf(SECRET);
  assert.ok(first !== undefined);
  assert.equal(nameOf(SECRET.replace('cm9vdA==', 'b3RoZXI=')), first, 'a key that the Job does not read');
  assert.notEqual(nameOf(SECRET.replace('aG9zdA==', 'b3RoZXI=')), first, 'a key that it reads');
  assert.deepEqual(copied(job(containers(env('host'))) + SECRET, ', jobName: hash'), ['Secret/s-hook data=host']);
});
