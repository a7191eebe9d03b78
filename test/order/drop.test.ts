/** `drop: true` takes documents out of the stream, and nothing else changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../config/configs.ts';
import { order, rendered } from '../support/pipeline.ts';

const HEAD = 'apiVersion: hookorder.io/v1\nkind: HookOrder\n';
const drop = (name: string): string =>
  `${HEAD}hooks:\n  - { name: x, match: { kind: ConfigMap, name: "${name}" }, drop: true }\n`;
const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} } # kept\n`;

test('a dropped document leaves with its separator and its comments, the rest stays as bytes', () => {
  const [a, b, c] = [map('a'), `# about b\n${map('b')}`, map('c').trimEnd()];
  for (const { name, in: text, match, want } of [
    { name: 'the first', in: `${a}---\n${b}---\n${c}`, match: 'a', want: `---\n${b}---\n${c}` },
    { name: 'the first, with a separator', in: `---\n${a}---\n${b}`, match: 'a', want: `---\n${b}` },
    { name: 'one between', in: `${a}---\n${b}---\n${c}`, match: 'b', want: `${a}---\n${c}` },
    { name: 'the last', in: `${a}---\n${b}---\n${c}`, match: 'c', want: `${a}---\n${b}` },
    { name: 'several', in: `${a}---\n${b}---\n${c}`, match: '[ac]', want: `---\n${b}` },
    { name: 'with CRLF', in: `${a}---\n${b}`.replaceAll('\n', '\r\n'), match: 'b', want: a.replaceAll('\n', '\r\n') },
    { name: 'the only one', in: a, match: 'a', want: '# hookorder took every document of this stream out\n' },
    {
      name: 'an item of a List',
      in: `apiVersion: v1\nkind: List\nitems:\n- ${map('a').trimEnd().replaceAll('\n', '\n  ')}\n- ${map('b').trimEnd().replaceAll('\n', '\n  ')}\n`,
      match: 'a',
      want: `apiVersion: v1\nkind: List\nitems:\n- ${map('b').trimEnd().replaceAll('\n', '\n  ')}\n`,
    },
    { name: 'what is not there', in: a, match: 'z', want: a },
  ]) {
    const once = rendered(text, drop(match));
    assert.equal(once, want, name);
    if (name !== 'the only one') assert.equal(rendered(once, drop(match)), once, `${name}: twice`);
  }
});

test('what drops nothing is a warning: an earlier run may have done it', () => {
  const { plan, findings } = order(map('a'), drop('z'), { scope: 'all', severity: 'info' });
  assert.ok(plan);
  assert.deepEqual(
    findings.map(({ code, severity }) => [code, severity]),
    [['order/matches-nothing', 'warning']],
  );
});

test('the plan has what is dropped apart', () => {
  const { plan } = order(`${map('a')}---\n${map('b')}`, drop('a'));
  assert.deepEqual(
    plan?.dropped.map(({ name, rule }) => [name, rule?.name]),
    [['a', 'x']],
  );
  assert.deepEqual(
    plan?.placements.map(({ name }) => name),
    ['b'],
  );
});

test('drop beside a key that has no meaning with it is a mistake', () => {
  for (const key of [
    'events: [pre-install]',
    'after: [yy]',
    'before: [yy]',
    'weight: 1',
    'deletePolicy: keep',
    'outputLogPolicy: [hook-failed]',
    'jobName: hash',
    'job: { backoffLimit: 1 }',
    'hook: false',
    'adopt: true',
    'patch: [{ op: remove, path: /a }]',
    'dependencies: copy',
  ]) {
    const { findings } = load(
      `${HEAD}hooks:\n  - { name: x, match: { kind: Job }, drop: true, ${key} }\n  - { name: yy, match: { kind: Pod }, events: [test] }\n`,
    );
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['config/invalid-value'],
      key,
    );
    assert.match(findings[0]?.message ?? '', /drop: true/, key);
  }
  for (const key of ['optional: true', 'dependencies: ignore'])
    assert.deepEqual(
      load(`${HEAD}hooks:\n  - { name: x, match: { kind: Job }, drop: true, ${key} }\n`).findings,
      [],
      key,
    );
  const named = load(
    `${HEAD}hooks:\n  - { name: x, match: { kind: Job }, drop: true }\n  - { name: yy, match: { kind: Pod }, events: [test], after: [x] }\n`,
  );
  assert.match(named.findings[0]?.message ?? '', /"after" names "x", which has `drop: true`/);
});
