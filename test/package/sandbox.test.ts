/** What SECURITY.md promises of the bundle: no network, no process, no file written; configs and streams are data. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EXECUTABLE } from '../support/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hookorder sandbox '));
after(() => rmSync(folder, { recursive: true, force: true }));
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const permission = major > 23 || (major === 23 && minor >= 5) ? '--permission' : '--experimental-permission';
/** Node's own fence against writing and processes, and one of ours against the network and a changed Object.prototype. */
const FENCE = [permission, '--allow-fs-read=*', '--no-warnings', '--require'].concat(
  file(
    'fence.cjs',
    `const deny = () => { throw new Error('the network was asked for'); };
require('node:net').Socket.prototype.connect = deny;
require('node:dns').lookup = deny;
require('node:dgram').createSocket = deny;
globalThis.fetch = deny;
const before = Object.getOwnPropertyNames(Object.prototype).join();
process.on('exit', () => { if (Object.getOwnPropertyNames(Object.prototype).join() !== before) process.exitCode = 99; });
`,
  ),
);

function run(args: readonly string[], input: string, fence: readonly string[] = FENCE) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...fence, EXECUTABLE, ...args], {
    input,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

// The filename annotation of Helm 4 makes it needless to ask for the parent process.
const STREAM = `apiVersion: batch/v1
kind: Job
metadata:
  name: shop-migrate
  annotations:
    postrenderer.helm.sh/postrender-filename: 'shop/templates/job.yaml'
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: migrate, image: x}]}
`;
const config = (name: string, more = '') =>
  file(
    name,
    `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - name: migrate
    match: { kind: Job, name: "*-migrate" }
    events: [pre-install, pre-upgrade]
    deletePolicy: [before-hook-creation, hook-succeeded]
    jobName: hash
${more}`,
  );

test('every command but --report works where nothing may be written, started or connected to', () => {
  const order = config('order.yaml');
  const stream = file('stream.yaml', STREAM);
  for (const args of [
    ['render', '-c', order],
    ['plan', '-c', order, '-o', 'html'],
    ['lint', '-c', order, '--fail-on', 'never'],
    ['diff', '-c', order],
    ['diff', stream, stream],
    ['init'],
    ['explain'],
    ['schema'],
  ]) {
    const { status, stdout, stderr } = run(args, STREAM);
    assert.equal(status, 0, `${args.join(' ')}\n${stderr}`);
    assert.deepEqual({ status, stdout, stderr }, run(args, STREAM, []), args.join(' '));
  }
});

test('the fence of this test holds: a report cannot be written through it', () => {
  const args = ['render', '-c', config('order.yaml'), '--report', join(folder, 'report.json')];
  assert.notEqual(run(args, STREAM).status, 0);
  assert.equal(run(args, STREAM, []).status, 0);
});

const HOSTILE = STREAM.replace(
  'spec:\n',
  '  labels: {__proto__: x, constructor: w, toString: z}\n__proto__: {polluted: true}\nspec:\n',
);

test('keys such as __proto__ in a stream are data and stay', () => {
  const { status, stdout, stderr } = run(['render', '-c', config('order.yaml')], HOSTILE);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /__proto__: x, constructor: w, toString: z/);
  assert.match(stdout, /^__proto__: \{polluted: true\}$/m);
  for (const command of ['plan', 'lint', 'diff', 'init']) {
    const args = command === 'init' ? [command] : [command, '-c', config('order.yaml')];
    assert.notEqual(run(args, HOSTILE).status, 70, command);
    assert.notEqual(run(args, HOSTILE).status, 99, command);
  }
});

test('a config cannot reach Object.prototype by its keys or its patches', () => {
  for (const more of [
    '    patch: [{ op: add, path: /__proto__/polluted, value: "yes" }]\n',
    '    patch: [{ op: add, path: /metadata/__proto__/polluted, value: "yes" }]\n',
    '    patch: [{ op: add, path: /constructor/prototype/polluted, value: "yes" }]\n',
    '    patch: [{ op: copy, from: /metadata, path: /__proto__ }]\n',
    '    __proto__: { polluted: "yes" }\n',
    '    constructor: { prototype: { polluted: "yes" } }\n',
  ]) {
    const { status, stderr } = run(['render', '-c', config('hostile.yaml', more)], STREAM);
    assert.ok(status === 0 || status === 1 || status === 2, `${more}${status}\n${stderr}`);
  }
});

test('a pattern that would never end in another engine ends', () => {
  const name = `${'a'.repeat(50_000)}!`;
  const stream = `${STREAM}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "${name}"\n`;
  const hostile = file(
    'slow.yaml',
    `apiVersion: hookorder.io/v1
kind: HookOrder
hooks:
  - {name: a, match: {name: "/^(a+)+$/"}, hook: false, optional: true}
  - {name: b, match: {name: "*a*a*a*a*a*a*a*a*a*a*b"}, hook: false, optional: true}
  - {name: c, match: {name: "{a,aa,{a,aa}*}*{a,aa}*{a,aa}*c"}, hook: false, optional: true}
`,
  );
  const { status, stderr } = run(['render', '-c', hostile], stream);
  assert.equal(status, 0, stderr);
});
