/** A resource is known by what the config leaves of it, once and twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { order, rendered } from '../support/pipeline.ts';

const HEAD = 'apiVersion: hookorder.io/v1\nkind: HookOrder\n';
const config = (...hooks: readonly string[]): string =>
  `${HEAD}hooks:\n${hooks.map((hook) => `  - ${hook}\n`).join('')}`;
const account = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}${more} }\n`;
const hook = (events: string, weight = 0): string =>
  `annotations: { helm.sh/hook: "${events}", helm.sh/hook-weight: "${weight}" }`;
const job = (name: string, more = '', spec = ''): string =>
  `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
${more === '' ? '' : `  ${more}\n`}spec:
  backoffLimit: 1
  template:
    spec:
      restartPolicy: Never
${spec}      containers: [{ name: c, image: x, command: [app] }]
`;
const release = (...documents: readonly string[]): string => documents.join('---\n');
const errorsOf = (text: string, hooks: string): readonly string[] =>
  order(text, hooks, { scope: 'all' })
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ message }) => message);

const rename = (name: string): string => `patch: [{ op: replace, path: /metadata/name, value: ${name} }]`;
const LONG = 'x'.repeat(64);

test('checks see the identity that a patch leaves', () => {
  const two = release(account('pond'), account('pond', `, ${hook('pre-install', -1)}`));
  const ofHook = '{ kind: ServiceAccount, annotations: { helm.sh/hook: "*" } }';
  for (const { name, in: text, entry, want, not } of [
    {
      name: 'a duplicate as it is',
      in: two,
      entry: `{ name: sa, match: ${ofHook}, outputLogPolicy: [hook-failed] }`,
      want: /in the stream twice/,
    },
    {
      name: 'no duplicate under another name',
      in: two,
      entry: `{ name: sa, match: ${ofHook}, ${rename('pond-hook')} }`,
    },
    {
      name: 'no duplicate in another namespace',
      in: two,
      entry: `{ name: sa, match: ${ofHook}, patch: [{ op: add, path: /metadata/namespace, value: other }] }`,
    },
    {
      name: 'no duplicate as another kind',
      in: two,
      entry: `{ name: sa, match: ${ofHook}, patch: [{ op: replace, path: /kind, value: ConfigMap }] }`,
    },
    { name: 'no duplicate when it is dropped', in: two, entry: `{ name: sa, match: ${ofHook}, drop: true }` },
    {
      name: 'a duplicate by a patch',
      in: release(account('pond'), account('pond-hook', `, ${hook('pre-install,pre-upgrade', -1)}`)),
      entry: `{ name: sa, match: ${ofHook}, ${rename('pond')} }`,
      want: /ServiceAccount\/pond is in the stream twice/,
    },
    {
      name: 'too long by a patch',
      in: job('a', hook('pre-install')),
      entry: `{ name: j, match: { kind: Job }, ${rename(LONG)} }`,
      want: new RegExp(`Job/${LONG} has a name of 64 characters`),
    },
    {
      name: 'no longer too long',
      in: job(LONG, hook('pre-install')),
      entry: `{ name: j, match: { kind: Job }, ${rename('short')} }`,
    },
    {
      name: 'a hook needs what it got by that name',
      in: release(
        account('pond', `, ${hook('pre-install', -1)}`),
        job('a', hook('pre-install'), '      serviceAccountName: pond-hook\n'),
      ),
      entry: `{ name: sa, match: ${ofHook}, ${rename('pond-hook')} }`,
    },
    {
      name: 'a hook needs what comes later under its new name',
      in: release(
        account('pond', `, ${hook('pre-install', 5)}`),
        job('a', hook('pre-install'), '      serviceAccountName: pond-hook\n'),
      ),
      entry: `{ name: sa, match: ${ofHook}, ${rename('pond-hook')} }`,
      want: /Job\/a needs ServiceAccount\/pond-hook, which Helm creates later/,
    },
    {
      name: 'a patch that leaves no name',
      in: account('pond', `, ${hook('pre-install', -1)}`),
      entry: `{ name: sa, match: ${ofHook}, patch: [{ op: remove, path: /metadata/name }] }`,
      want: /without an apiVersion, a kind or a name/,
    },
    {
      name: 'a hook annotation that a patch adds beside `hook: false`',
      in: release(account('pond'), job('a', hook('pre-install'), '      serviceAccountName: pond\n')),
      entry:
        '{ name: sa, match: { kind: ServiceAccount }, hook: false, patch: [{ op: add, path: /metadata/annotations, value: { helm.sh/hook: pre-install, helm.sh/hook-weight: "-5" } }] }',
      want: /is live|may be live|becomes|hook/,
      not: /Job\/a needs/,
    },
  ] as readonly { name: string; in: string; entry: string; want?: RegExp; not?: RegExp }[]) {
    const errors = errorsOf(text, config(entry));
    if (want === undefined) assert.deepEqual(errors, [], name);
    else
      assert.ok(
        errors.some((message) => want.test(message)),
        `${name}: ${errors.join('; ')}`,
      );
    if (not !== undefined) assert.ok(!errors.some((message) => not.test(message)), `${name}: ${errors.join('; ')}`);
  }
});

test('plan and copies call a resource by the name that a patch leaves', () => {
  const text = release(account('pond'), job('migrate', '', '      serviceAccountName: pond2\n'));
  const hooks = config(
    `{ name: sa, match: { kind: ServiceAccount }, hook: false, ${rename('pond2')} }`,
    '{ name: m, match: { kind: Job }, events: [pre-install], dependencies: copy }',
  );
  const { plan, findings } = order(text, hooks);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    plan?.placements.map(({ resource, name, hook: made }) => [resource.kind, name, made !== undefined]),
    [
      ['ServiceAccount', 'pond2', false],
      ['ServiceAccount', 'pond2-hook', true],
      ['Job', 'migrate', true],
    ],
  );
  const once = rendered(text, hooks);
  assert.match(once, /copy-of: "?ServiceAccount\/pond2/);
  assert.equal(rendered(once, hooks), once);
});

test('twice is once, whatever a patch does to what the entry sets and matches', () => {
  const text = release(job('migrate', hook('pre-upgrade', 3)), account('pond', `, ${hook('pre-upgrade', -1)}`));
  const settings = 'job: { backoffLimit: 4, activeDeadlineSeconds: 100 }';
  const spec = '{ template: { spec: { restartPolicy: Never, containers: [{ name: c, image: y }] } } }';
  for (const { name, entry, defaults = '' } of [
    {
      name: 'a new spec drops what job set',
      entry: `${settings}, patch: [{ op: replace, path: /spec, value: ${spec} }]`,
    },
    { name: 'a removal of what job set', entry: `${settings}, patch: [{ op: remove, path: /spec/backoffLimit }]` },
    {
      name: 'another value than job set',
      entry: `${settings}, patch: [{ op: replace, path: /spec/backoffLimit, value: 9 }]`,
    },
    {
      name: 'a removal of what the defaults set',
      entry: 'patch: [{ op: remove, path: /spec/activeDeadlineSeconds }]',
      defaults: 'job: { activeDeadlineSeconds: 99 }',
    },
    {
      name: 'a move of what job set',
      entry: `${settings}, patch: [{ op: move, from: /spec/activeDeadlineSeconds, path: /spec/ttlSecondsAfterFinished }]`,
    },
    {
      name: 'a new weight',
      entry: 'weight: 5, patch: [{ op: replace, path: "/metadata/annotations/helm.sh~1hook-weight", value: "6" }]',
    },
    {
      name: 'a removal of the policy',
      entry:
        'deletePolicy: [hook-failed], patch: [{ op: remove, path: "/metadata/annotations/helm.sh~1hook-delete-policy" }]',
    },
    {
      name: 'all annotations anew',
      entry:
        'deletePolicy: [hook-failed], patch: [{ op: replace, path: /metadata/annotations, value: { helm.sh/hook: post-upgrade } }]',
    },
    {
      name: 'the whole metadata anew',
      entry: `${settings}, patch: [{ op: replace, path: /metadata, value: { name: other, annotations: { helm.sh/hook: post-upgrade } } }]`,
    },
    { name: 'another name', entry: rename('other') },
    { name: 'another name and a timestamp', entry: `jobName: timestamp, ${rename('other')}` },
    { name: 'another name and a hash', entry: `jobName: hash, ${settings}, ${rename('other')}` },
    {
      name: 'a new spec and a hash',
      entry: `jobName: hash, ${settings}, patch: [{ op: replace, path: /spec, value: ${spec} }]`,
    },
    {
      name: 'a new spec, a timestamp and copies',
      entry: `jobName: timestamp, dependencies: copy, patch: [{ op: replace, path: /spec, value: ${spec} }]`,
    },
    { name: 'another namespace', entry: 'patch: [{ op: add, path: /metadata/namespace, value: other }]' },
    { name: 'another kind', entry: 'patch: [{ op: replace, path: /kind, value: CronJob }]' },
    {
      name: 'an operation that cannot be repeated',
      entry: 'patch: [{ op: add, path: /spec/template/spec/containers/-, value: { name: d, image: d } }]',
    },
    {
      name: 'annotations that it matched',
      entry: 'hook: false, patch: [{ op: add, path: /metadata/labels, value: { a: b } }]',
    },
  ]) {
    const match =
      name === 'annotations that it matched' ? '{ annotations: { helm.sh/hook-weight: "3" } }' : '{ name: migrate }';
    const hooks = `${HEAD}${defaults === '' ? '' : `defaults: { ${defaults} }\n`}hooks:\n  - { name: m, match: ${match}, ${entry} }\n`;
    const once = rendered(text, hooks);
    assert.notEqual(once, text, name);
    assert.equal(rendered(once, hooks), once, name);
  }
});

test('a patch that takes the written hook annotation away is told as what it is', () => {
  for (const operation of [
    '{ op: add, path: /metadata/annotations, value: { a: b } }',
    '{ op: remove, path: /metadata/annotations/helm.sh~1hook }',
  ]) {
    const entry = `{ name: m, match: { kind: Job }, events: [pre-upgrade], patch: [${operation}] }`;
    assert.deepEqual(errorsOf(job('pond'), config(entry)), [
      '`patch` of hook "m" takes the helm.sh/hook annotation of Job/pond away again, which `events` writes',
    ]);
  }
  const kept = '{ name: m, match: { kind: Job }, patch: [{ op: add, path: /metadata/labels, value: { a: b } }] }';
  assert.deepEqual(errorsOf(job('pond'), config(kept)), [
    'hook "m" names no events, and Job/pond has no helm.sh/hook annotation to keep',
  ]);
});

test('what a patch makes wrong names the entry', () => {
  for (const { name, code, hint } of [
    {
      name: 'pond',
      code: 'name/duplicate',
      hint: 'give it another name in `patch` of hook "m", or take one of the two out',
    },
    { name: LONG, code: 'name/too-long', hint: 'write a shorter name in `patch`' },
  ]) {
    const { findings } = order(
      release(job('pond'), job('other')),
      config(`{ name: m, match: { name: other }, hook: false, ${rename(name)} }`),
      { scope: 'all' },
    );
    const [found] = findings.filter((finding) => finding.code === code);
    assert.equal(found?.hint, hint);
    assert.equal(found?.config?.hook, 'm');
  }
});
