import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../src/model/json.ts';
import { applyPatch } from '../../src/model/json-patch.ts';
import { edit, manifestOf, oracle } from './support.ts';

interface Case {
  readonly name: string;
  readonly in: string;
  readonly patch: readonly Operation[];
  readonly want: string;
}

const hook: Operation = { op: 'add', path: '/metadata/annotations/helm.sh~1hook', value: 'pre-install' };
const weight: Operation = { op: 'add', path: '/metadata/annotations/helm.sh~1hook-weight', value: '10' };
const annotations: Operation = { op: 'add', path: '/metadata/annotations', value: { 'helm.sh/hook': 'test' } };
const removeB: Operation = { op: 'remove', path: '/b' };

const cases: readonly Case[] = [
  {
    name: 'annotations come before the first one, in the order of their operations',
    in: 'kind: Job\nmetadata:\n  annotations:\n    # about a\n    a: "1" # one\n    # last\n  name: x\n',
    patch: [hook, weight],
    want: 'kind: Job\nmetadata:\n  annotations:\n    # about a\n    helm.sh/hook: "pre-install"\n    helm.sh/hook-weight: "10"\n    a: "1" # one\n    # last\n  name: x\n',
  },
  {
    name: 'absent annotations come before the first key of metadata',
    in: 'metadata:\n    name: x\n    labels: {}\n',
    patch: [annotations],
    want: 'metadata:\n    annotations:\n      helm.sh/hook: "test"\n    name: x\n    labels: {}\n',
  },
  {
    name: 'null annotations with a comment below',
    in: 'metadata:\n  annotations:\n    # nothing yet\n  name: x\n',
    patch: [annotations],
    want: 'metadata:\n  annotations:\n    helm.sh/hook: "test"\n    # nothing yet\n  name: x\n',
  },
  {
    name: 'null annotations with a comment behind',
    in: 'metadata:\n  annotations: # nothing yet\n  name: x\n',
    patch: [annotations],
    want: 'metadata:\n  annotations: # nothing yet\n    helm.sh/hook: "test"\n  name: x\n',
  },
  {
    name: 'annotations that are an empty flow mapping, with a comment behind',
    in: 'metadata:\n  annotations: {} # none\n  name: x\n',
    patch: [annotations],
    want: 'metadata:\n  annotations: # none\n    helm.sh/hook: "test"\n  name: x\n',
  },
  {
    name: 'annotations in flow style stay in flow style',
    in: "metadata: {name: x, annotations: {a: 'b'}} # c\n",
    patch: [hook, weight],
    want: 'metadata: {name: x, annotations: {helm.sh/hook: "pre-install", helm.sh/hook-weight: "10", a: \'b\'}} # c\n',
  },
  {
    name: 'metadata in flow style over several lines',
    in: 'metadata: {\n  name: x,\n  labels: {}\n  }\n',
    patch: [{ op: 'add', path: '/metadata/namespace', value: 'n' }],
    want: 'metadata: {\n  namespace: "n",\n  name: x,\n  labels: {}\n  }\n',
  },
  {
    name: 'a JSON document stays JSON',
    in: '{\n  "kind": "Job",\n  "metadata": {"name": "x"}\n}\n',
    patch: [annotations, { op: 'add', path: '/spec', value: { a: [1, true] } }],
    want: '{\n  "spec": {"a": [1, true]},\n  "kind": "Job",\n  "metadata": {"annotations": {"helm.sh/hook": "test"}, "name": "x"}\n}\n',
  },
  {
    name: 'inserted lines end as the lines of the document',
    in: 'metadata:\r\n  annotations:\r\n    a: b\r\n',
    patch: [hook, { op: 'add', path: '/spec', value: { x: { z: 1 } } }],
    want: 'spec:\r\n  x:\r\n    z: 1\r\nmetadata:\r\n  annotations:\r\n    helm.sh/hook: "pre-install"\r\n    a: b\r\n',
  },
  {
    name: 'a missing final newline stays missing',
    in: 'a: 1\nb: [x]\nc:\n- y',
    patch: [
      { op: 'add', path: '/c/-', value: 'z' },
      { op: 'replace', path: '/a', value: 2 },
    ],
    want: 'a: 2\nb: [x]\nc:\n- y\n- "z"',
  },
  {
    name: 'a block scalar that shows hook annotations is only text',
    in: 'metadata:\n  annotations:\n    note: |\n      metadata:\n        annotations:\n          helm.sh/hook: no\n      --- no\n    b: c\n',
    patch: [hook],
    want: 'metadata:\n  annotations:\n    helm.sh/hook: "pre-install"\n    note: |\n      metadata:\n        annotations:\n          helm.sh/hook: no\n      --- no\n    b: c\n',
  },
  {
    name: 'of duplicate keys the last one is replaced',
    in: 'a: 1\nb: x\na: 2\n',
    patch: [{ op: 'replace', path: '/a', value: 3 }],
    want: 'a: 1\nb: x\na: 3\n',
  },
  { name: 'of duplicate keys all are removed', in: 'b: 1\na: x\nb: 2\n', patch: [removeB], want: 'a: x\n' },
  {
    name: 'the only entry of a mapping leaves braces',
    in: 'a:\n  b: 1\n',
    patch: [{ op: 'remove', path: '/a/b' }],
    want: 'a: {}\n',
  },
  {
    name: 'the only item of a list leaves brackets',
    in: 'a:\n- 1\nb: 2\n',
    patch: [{ op: 'remove', path: '/a/0' }],
    want: 'a: []\nb: 2\n',
  },
  {
    name: 'comments between a key and what leaves stay',
    in: 'a: # one\n  # two\n  b: 1 # three\nc: 2\n',
    patch: [{ op: 'remove', path: '/a/b' }],
    want: 'a: {} # one\n  # two # three\nc: 2\n',
  },
  {
    name: 'the first key beside a dash leaves the dash to the next',
    in: 'l:\n  - a: 1\n    b: 2\n    c: 3\n',
    patch: [
      { op: 'remove', path: '/l/0/a' },
      { op: 'remove', path: '/l/0/b' },
    ],
    want: 'l:\n  - c: 3\n',
  },
  {
    name: 'a key is added beside a dash',
    in: 'l:\n- name: x\n  image: y\n',
    patch: [{ op: 'add', path: '/l/0/env', value: [{ name: 'A', value: 'b' }] }],
    want: 'l:\n- env:\n  - name: "A"\n    value: "b"\n  name: x\n  image: y\n',
  },
  {
    name: 'lists grow at the end, in the middle and at the front',
    in: 'l:\n  - a # one\n  - c\nm: 1\n',
    patch: [
      { op: 'add', path: '/l/-', value: { d: 1, e: [] } },
      { op: 'add', path: '/l/1', value: 'b' },
      { op: 'add', path: '/l/0', value: 'z' },
    ],
    want: 'l:\n  - "z"\n  - a # one\n  - "b"\n  - c\n  - d: 1\n    e: []\nm: 1\n',
  },
  {
    name: 'a list in flow style grows in flow style',
    in: 'l: [a, c, ]\n',
    patch: [
      { op: 'add', path: '/l/-', value: 'd' },
      { op: 'add', path: '/l/1', value: 'b' },
    ],
    want: 'l: [a, "b", c, "d", ]\n',
  },
  {
    name: 'an alias to a node that changes keeps the old value',
    in: 'a: &x\n  k: 1\nb: *x\nc: {d: *x}\n',
    patch: [{ op: 'replace', path: '/a/k', value: 2 }],
    want: 'a: &x\n  k: 2\nb: {k: 1}\nc: {d: {k: 1}}\n',
  },
  {
    name: 'an alias that changes is replaced by its new value',
    in: 'a: &x {k: 1}\nb: *x # b\n',
    patch: [{ op: 'add', path: '/b/l', value: 2 }],
    want: 'a: &x {k: 1}\nb: {k: 1, l: 2} # b\n',
  },
  {
    name: 'an alias whose anchor leaves keeps the value',
    in: 'b: &x {k: 1}\nc: *x\n',
    patch: [removeB],
    want: 'c: {k: 1}\n',
  },
  {
    name: 'a merged key is overridden, and its source stays',
    in: 'a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  m: 3\n',
    patch: [{ op: 'replace', path: '/b/k', value: 9 }],
    want: 'a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 9\n  m: 3\n',
  },
  {
    name: 'a key comes behind the last merge, which would beat it from below',
    in: 'metadata:\n  annotations:\n    a: b\n    <<: {helm.sh/hook: bogus} # c\n    # d\n  name: x\n',
    patch: [hook, weight],
    want: 'metadata:\n  annotations:\n    a: b\n    <<: {helm.sh/hook: bogus} # c\n    helm.sh/hook: "pre-install"\n    helm.sh/hook-weight: "10"\n    # d\n  name: x\n',
  },
  {
    name: 'a key comes between the last merge and what follows it',
    in: 'metadata:\n  annotations:\n    <<: {helm.sh/hook: a}\n    <<: {helm.sh/hook: b}\n    c: d\n',
    patch: [hook],
    want: 'metadata:\n  annotations:\n    <<: {helm.sh/hook: a}\n    <<: {helm.sh/hook: b}\n    helm.sh/hook: "pre-install"\n    c: d\n',
  },
  {
    name: 'a key comes behind a merge at the end of a flow mapping',
    in: 'x: &l {helm.sh/hook: bogus}\nmetadata: {annotations: {a: b, <<: *l}}\n',
    patch: [hook],
    want: 'x: &l {helm.sh/hook: bogus}\nmetadata: {annotations: {a: b, <<: *l, helm.sh/hook: "pre-install"}}\n',
  },
  {
    name: 'a key comes behind a merge of several lines',
    in: 'metadata:\n  annotations:\n    <<:\n    - helm.sh/hook: a\n      note: |\n        text\n    - {b: c}\n\nspec: {}\n',
    patch: [hook],
    want: 'metadata:\n  annotations:\n    <<:\n    - helm.sh/hook: a\n      note: |\n        text\n    - {b: c}\n    helm.sh/hook: "pre-install"\n\nspec: {}\n',
  },
  {
    name: 'a key above a merge that beats it is not written into: the mapping is written out',
    in: 'metadata:\n  annotations:\n    helm.sh/hook: test\n    <<: {helm.sh/hook: bogus}\n',
    patch: [hook],
    want: 'metadata:\n  annotations:\n    helm.sh/hook: "pre-install"\n',
  },
  {
    name: 'a key below a merge is changed where it stands',
    in: 'metadata:\n  annotations:\n    <<: {helm.sh/hook: bogus, z: "1"}\n    helm.sh/hook: test\n',
    patch: [hook],
    want: 'metadata:\n  annotations:\n    <<: {helm.sh/hook: bogus, z: "1"}\n    helm.sh/hook: pre-install\n',
  },
  {
    name: 'a setting of a Job comes behind the merge that has another',
    in: 'spec:\n  <<: {backoffLimit: 6}\n',
    patch: [{ op: 'replace', path: '/spec/backoffLimit', value: 2 }],
    want: 'spec:\n  <<: {backoffLimit: 6}\n  backoffLimit: 2\n',
  },
  {
    name: 'a name that is merged is overridden behind the merge',
    in: 'x: &m {name: old, labels: {a: b}}\nmetadata:\n  <<: *m\n',
    patch: [{ op: 'replace', path: '/metadata/name', value: 'new' }],
    want: 'x: &m {name: old, labels: {a: b}}\nmetadata:\n  <<: *m\n  name: "new"\n',
  },
  {
    name: 'an alias for annotations is written out',
    in: 'x: &a {b: c}\nmetadata:\n  annotations: *a\n',
    patch: [hook],
    want: 'x: &a {b: c}\nmetadata:\n  annotations: {b: "c", helm.sh/hook: "pre-install"}\n',
  },
  {
    name: 'a merge whose source changes keeps what it merged',
    in: 'a: &x {k: 1}\nb:\n  <<: *x\n  m: 3\n',
    patch: [{ op: 'replace', path: '/a/k', value: 9 }],
    want: 'a: &x {k: 9}\nb:\n  <<: {k: 1}\n  m: 3\n',
  },
  {
    name: 'a merged key that leaves takes the merge with it',
    in: 'a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  m: 3\n',
    patch: [{ op: 'remove', path: '/b/k' }],
    want: 'a: &x {k: 1, l: 2}\nb:\n  l: 2\n  m: 3\n',
  },
  {
    name: 'what Helm reads otherwise is written as it was: octal modes, yes and no, numbers of twenty digits',
    in: 'a: &x {mode: 0644, on: yes, id: 12345678901234567890}\nb: *x\nc: {<<: *x, d: 1}\n',
    patch: [
      { op: 'remove', path: '/a/mode' },
      { op: 'remove', path: '/c/id' },
      { op: 'copy', from: '/b', path: '/e' },
    ],
    want: 'e:\n  mode: 0644\n  on: yes\n  id: 12345678901234567890\na: &x {on: yes, id: 12345678901234567890}\nb: {mode: 0644, on: yes, id: 12345678901234567890}\nc: {mode: 0644, on: yes, d: 1}\n',
  },
  {
    name: 'the first keys leave while others come',
    in: 'a: 1\nb: 2\n# c\nc:\n  # d\n  d: 1\n  # e\n  e: 2\n',
    patch: [
      { op: 'remove', path: '/a' },
      removeB,
      { op: 'remove', path: '/c/d' },
      { op: 'add', path: '/c/f', value: [1] },
    ],
    want: '# c\nc:\n  # d\n  # e\n  f:\n  - 1\n  e: 2\n',
  },
  {
    name: 'a list whose last item keeps its blank lines grows all the same',
    in: 'a:\n- |+\n  x\n\nb: 1\n',
    patch: [{ op: 'add', path: '/a/-', value: 'y' }],
    want: 'a:\n- "x\\n\\n"\n- "y"\n\nb: 1\n',
  },
  {
    name: 'a rename in a script changes one word of it',
    in: 'command:\n- sh\n- -c\n- |\n  # wait\n  kubectl wait job/shop-migrate --timeout=1m\n\n  echo done\nx: 1\n',
    patch: [
      {
        op: 'replace',
        path: '/command/2',
        value: '# wait\nkubectl wait job/shop-migrate-17 --timeout=1m\n\necho done\n',
      },
    ],
    want: 'command:\n- sh\n- -c\n- |\n  # wait\n  kubectl wait job/shop-migrate-17 --timeout=1m\n\n  echo done\nx: 1\n',
  },
  {
    name: 'lines come into a literal scalar',
    in: 'a: |-\n    one\n    two\n',
    patch: [{ op: 'replace', path: '/a', value: 'one\n  and a half\n\ntwo' }],
    want: 'a: |-\n    one\n      and a half\n\n    two\n',
  },
  {
    name: 'a rename in a folded scalar changes one word of it',
    in: 'a: >\n  wait for\n  job x-y\n\n  now\nb: 1\n',
    patch: [{ op: 'replace', path: '/a', value: 'wait for job x-z9\nnow\n' }],
    want: 'a: >\n  wait for\n  job x-z9\n\n  now\nb: 1\n',
  },
  {
    name: 'a rename keeps the quotes',
    in: "a: 'it''s x'\nb: \"x\\ty x\"\nc: x\nd: [x, 'x']\n",
    patch: [
      { op: 'replace', path: '/c', value: 'z' },
      { op: 'replace', path: '/d/1', value: 'y,z' },
    ],
    want: "a: 'it''s x'\nb: \"x\\ty x\"\nc: z\nd: [x, 'y,z']\n",
  },
  {
    name: 'text that YAML 1.1 takes for something else gets quotes',
    in: 'a: on\nb: yes\nc: 1\n',
    patch: [
      { op: 'replace', path: '/a', value: 'on' },
      { op: 'replace', path: '/c', value: '010' },
    ],
    want: 'a: "on"\nb: yes\nc: "010"\n',
  },
  {
    name: 'strings of several lines and odd characters are escaped',
    in: 'a: 1\n',
    patch: [{ op: 'add', path: '/on', value: 'x\n"y"\u2028\u0085' }],
    want: '"on": "x\\n\\"y\\"\\u2028\\u0085"\na: 1\n',
  },
  {
    name: 'an explicit key',
    in: '? a\n: b\n? "c d"\n: - e\n',
    patch: [
      { op: 'replace', path: '/a', value: 'x y' },
      { op: 'add', path: '/c d/0', value: 1 },
    ],
    want: '? a\n: "x y"\n? "c d"\n: - 1\n  - e\n',
  },
  {
    name: 'nothing of two operations that cancel out',
    in: 'a:   1\n',
    patch: [
      { op: 'add', path: '/b', value: 1 },
      { op: 'move', from: '/b', path: '/c' },
      { op: 'remove', path: '/c' },
      { op: 'test', path: '/a', value: 1 },
    ],
    want: 'a:   1\n',
  },
  {
    name: 'move and copy',
    in: 'a:\n  x: 1\nb: {}\n',
    patch: [
      { op: 'copy', from: '/a', path: '/b/c' },
      { op: 'move', from: '/a/x', path: '/d' },
    ],
    want: 'd: 1\na: {}\nb:\n  c:\n    x: 1\n',
  },
  {
    name: 'a block mapping becomes a list and a list becomes a mapping',
    in: 'a:\n  b: 1\nc:\n- 1\n',
    patch: [
      { op: 'replace', path: '/a', value: [1, 2] },
      { op: 'replace', path: '/c', value: { d: 1 } },
    ],
    want: 'a:\n  - 1\n  - 2\nc:\n  d: 1\n',
  },
  {
    name: 'quotes that end at column 0 stay as Helm wrote them',
    in: "data:\n  x: 'a\n\n'\n  b: 1\nmetadata:\n  name: y\n",
    patch: [annotations, { op: 'remove', path: '/data/b' }],
    want: 'data:\n  x: \'a\n\n\'\nmetadata:\n  annotations:\n    helm.sh/hook: "test"\n  name: y\n',
  },
];

for (const { name, in: text, patch, want } of cases)
  test(`edit: ${name}`, () => {
    const edited = edit(text, ...patch);
    assert.equal(edited, want);
    const patched = applyPatch(manifestOf(text).value, patch);
    assert.ok('value' in patched);
    // The package refuses quotes that end at column 0.
    if (!/^'$/m.test(text)) assert.deepEqual(oracle(edited), patched.value);
  });

test('a patch that cannot be applied is a bug of the caller', () => {
  assert.throws(() => edit('a: 1\n', removeB), { name: 'UnprovenEdit', message: /operation 0 .* nothing at \/b/ });
});
