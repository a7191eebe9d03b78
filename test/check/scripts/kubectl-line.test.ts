import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readKubectlLine, subjectsOf } from '../../../src/scripts/kubectl-line.ts';
import { readManifests } from '../../../src/scripts/piped.ts';
import { readKubectl } from '../../../src/waits/kubectl.ts';

const LINES: readonly (readonly [
  line: string,
  verb: string,
  words: readonly string[],
  options: Readonly<Record<string, string>>,
])[] = [
  ['get pods', 'get', ['pods'], {}],
  ['-n shop get pods -o json', 'get', ['pods'], { namespace: 'shop', output: 'json' }],
  ['--namespace=shop get -ojson pods', 'get', ['pods'], { namespace: 'shop', output: 'json' }],
  ['get pods -l app=web -A', 'get', ['pods'], { selector: 'app=web', 'all-namespaces': '' }],
  ['get pods -n=shop', 'get', ['pods'], { namespace: 'shop' }],
  ['logs -f job/a', 'logs', ['job/a'], { follow: '' }],
  ['logs web -p -c app', 'logs', ['web'], { previous: '', container: 'app' }],
  ['apply -f a.yaml -R', 'apply', [], { filename: 'a.yaml', recursive: '' }],
  ['exec -it web -- sh -c get', 'exec', ['web'], { i: '' }],
  ['patch cm a -p {} --type merge', 'patch', ['cm', 'a'], { patch: '{}', type: 'merge' }],
  ['rollout status deploy/a --timeout 5s', 'rollout status', ['deploy/a'], { timeout: '5s' }],
  ['set image deploy/a c=b', 'set image', ['deploy/a', 'c=b'], {}],
  ['create secret generic a --dry-run=client', 'create secret', ['generic', 'a'], { 'dry-run': 'client' }],
  ['create -f -', 'create', [], { filename: '-' }],
  ['delete pod a --wait=false --now', 'delete', ['pod', 'a'], { wait: 'false', now: '' }],
];

for (const [line, verb, words, options] of LINES)
  test(`kubectl ${line}`, () => {
    const read = readKubectlLine(line.split(' '));
    assert.deepEqual(
      {
        verb: read.verb,
        words: read.words,
        options: Object.fromEntries([...read.options].map(([key, values]) => [key, values.at(-1)])),
      },
      { verb, words, options },
    );
  });

test('what words name', () => {
  assert.deepEqual(subjectsOf(['deploy/a', 'svc/b']), [
    { type: 'deploy', name: 'a' },
    { type: 'svc', name: 'b' },
  ]);
  assert.deepEqual(subjectsOf(['pods,services']), [{ type: 'pods' }, { type: 'services' }]);
  assert.deepEqual(subjectsOf(['pod', 'a', 'b']), [
    { type: 'pod', name: 'a' },
    { type: 'pod', name: 'b' },
  ]);
  assert.equal(subjectsOf(['\0', 'a']), undefined);
  assert.deepEqual(subjectsOf(['a'], 'pods'), [{ type: 'pods', name: 'a' }]);
});

test('to follow the logs of a Job asks for the Job', () => {
  assert.deepEqual(readKubectl(['logs', '-f', 'job/a']).targets, [{ type: 'object', kind: 'job', name: 'a' }]);
});

test('manifests in block style, in JSON, several at once; what is not plain is left out', () => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata:
  name: a # the name
  labels: { x: y }
data:
  "k": "1"
  script: |
    kind: Other
    name: other
  last: 2
---
{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "b", "namespace": "shop"}}
---
no: manifest
`;
  assert.deepEqual(
    readManifests(text).map(({ group, kind, name, namespace }) => [group, kind, name, namespace]),
    [
      ['', 'ConfigMap', 'a', undefined],
      ['apps', 'Deployment', 'b', 'shop'],
    ],
  );
  assert.deepEqual(readManifests(text)[0]?.value['data'], { k: '1', script: null, last: '2' });
});
