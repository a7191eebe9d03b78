/** No report of hookorder shows what stands in a Secret, however its text is broken: also where its kind cannot be read any more. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../support/cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder secrets '));
after(() => rmSync(FOLDER, { recursive: true }));
const CONFIG = join(FOLDER, 'config.yaml');
writeFileSync(
  CONFIG,
  'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - {name: s, match: {kind: "*"}, events: [pre-install], adopt: true, optional: true}\n',
);

/** Part of every value; what a report must not have. */
const WORD = 'Pa55w0rd';

/** What stands behind `password: `, each a way in which a template breaks a value. */
const VALUES: readonly string[] = [
  '*MyPa55w0rd',
  '&Pa55w0rd *Pa55w0rd',
  '*Pa55w0rd/x',
  '!Pa55w0rd',
  '!<Pa55w0rd',
  '!Pa55w0rd!x y',
  '!!Pa55w0rd x',
  '@Pa55w0rd',
  '`Pa55w0rd`',
  '%Pa55w0rd',
  '"Pa55w0rd',
  "'Pa55w0rd",
  '"Pa55w0rd\\q"',
  '"\\Pa55w0rd"',
  '"\\xPa55w0rd"',
  '"Pa55w0rd" x',
  "'it's Pa55w0rd'",
  '"a"Pa55w0rd"b"',
  'Pa55w0rd: x',
  'a: Pa55w0rd: b',
  '[Pa55w0rd',
  '{Pa55w0rd',
  '[a]Pa55w0rd',
  '{a}Pa55w0rd',
  ']Pa55w0rd',
  '}Pa55w0rd',
  ',Pa55w0rd',
  '|Pa55w0rd',
  '>Pa55w0rd',
  '|2Pa55w0rd\n  x',
  '|\n Pa55w0rd',
  '|\nPa55w0rd\n',
  '>-\n\tPa55w0rd',
  '- Pa55w0rd',
  '? Pa55w0rd',
  '? Pa55w0rd : x',
  '\tPa55w0rd: x',
  '\n-----BEGIN KEY-----\nPa55w0rd\n-----END KEY-----',
  '\nPa55w0rd==',
  '\nPa55w0rd:x y',
  '\n<<: Pa55w0rd',
  'x\n  <<: *Pa55w0rd',
  'x\n...\nPa55w0rd',
  'x\n  password: Pa55w0rd',
  'x\n   y: Pa55w0rd',
  'x\n y: Pa55w0rd',
  '{{ Pa55w0rd }}',
  '&Pa55w0rd &b c',
  '&a\n&b Pa55w0rd: 1\n*a Pa55w0rd',
  'Pa55w0rd\r  x: Pa55w0rd',
  'Pa55w0rd\u2028x: Pa55w0rd',
  '"x\nPa55w0rd\n  "y',
];
const HEADS: Readonly<Record<string, string>> = {
  'a Secret': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n',
  'a Secret with a quoted kind': 'apiVersion: v1\n"kind": "Secret"\nmetadata: {name: s, labels: {a: b}}\n',
  'a Secret whose kind comes last': 'apiVersion: v1\nmetadata:\n  name: s\n',
  'a Secret as a hook':
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations: {helm.sh/hook: pre-install}\n',
  'a sealed one': 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: s\n',
  'a document without a kind': 'metadata:\n  name: s\n',
};

const COMMANDS: readonly (readonly string[])[] = [
  ...['text', 'json', 'github', 'sarif', 'junit'].map((format) => ['lint', '-o', format]),
  ['plan', '-c', CONFIG],
  ['plan', '-c', CONFIG, '-o', 'json'],
  ['init'],
  ['-c', CONFIG],
  ['-c', CONFIG, '--errors=output'],
];

test('a broken value of a Secret is shown by no command and in no format', () => {
  for (const [name, head] of Object.entries(HEADS)) {
    const tail = name.includes('comes last') ? '\nkind: Secret' : '';
    const stream = VALUES.map((value) => `${head}stringData:\n  user: me\n  password: ${value}${tail}\n`).join('---\n');
    for (const command of COMMANDS) {
      const { stdout, stderr, status } = runCli(command, { input: stream });
      assert.equal(status, command.includes('--errors=output') ? 0 : 2, `${command.join(' ')} of ${name}: ${stderr}`);
      const line = (stdout + stderr).split('\n').find((each) => each.includes(WORD));
      assert.equal(line, undefined, `${command.join(' ')} of ${name}`);
    }
    const broken = JSON.parse(runCli(['lint', '-o', 'json'], { input: stream }).stdout).findings.length;
    assert.ok(broken > 35, `${name}: ${broken}`);
  }
});

test('what is known to be no Secret is shown', () => {
  const stream = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: [open\n  b: c\n';
  assert.match(runCli(['lint'], { input: stream }).stdout, /\| b: c/);
  const list = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: |\n    kind: Secret\n  b: "${WORD}\n`;
  assert.doesNotMatch(runCli(['lint'], { input: list }).stdout, /Pa55/);
});
