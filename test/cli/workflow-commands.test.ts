/** What a chart or a config says reaches the logs of CI systems, and is text there: no command for a runner, no steering of a terminal. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DIFF_FORMAT_NAMES } from '../../src/report/diff/formats.ts';
import { FINDINGS_FORMAT_NAMES } from '../../src/report/findings/formats.ts';
import { PLAN_FORMAT_NAMES } from '../../src/report/plan/formats.ts';
import { inert, jsonText, printable } from '../../src/report/safe-text.ts';
import { runCli } from '../support/cli.ts';
import { ROOT } from '../support/files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder commands '));
after(() => rmSync(FOLDER, { recursive: true }));
const write = (name: string, text: string): string => {
  writeFileSync(join(FOLDER, name), text);
  return join(FOLDER, name);
};

/** As GitHub's runner reads a log: the lines that it obeys. */
const obeyed = (log: string): readonly string[] =>
  log.split(/\r\n|\r|\n/).filter((line) => {
    const text = line.replace(/^[\s\u0085\u180e\u200b]+/, '');
    return (text.startsWith('::') && text.indexOf('::', 2) > 0) || /##(vso|teamcity)?\[/i.test(line);
  });
const UNSAFE = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0001}-\u{e007f}]/u;

/** In double quotes, with escapes: bare, U+0085 is a line break to Helm. */
const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const COMMAND = '::stop-commands::x';
const LONG = 'a'.repeat(70);
/** In names, words of scripts, events, templates, keys. */
const evil = (name: string): string => `# Source: shop/templates/${COMMAND}/##[x].yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: ${quoted(name)}
  annotations: { helm.sh/hook: ${quoted(`pre-install,${name}`)}, ${quoted(name)}: x }
spec:
  template:
    spec:
      serviceAccountName: ${quoted(name)}
      containers:
        - name: c
          image: x
          envFrom: [{ configMapRef: { name: ${quoted(name)} } }]
          command:
            - |
              ::add-mask::x
              ##[group]x
            - ${quoted(name)}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: m }
data:
  text: |
      ::add-path::/x
    \t::add-path::/x
    ##vso[task.setvariable variable=x]y
    ##teamcity[x]
`;
const NAMES = [
  `${LONG} ${COMMAND}`,
  `${LONG} ##[x]`,
  COMMAND,
  '##[error]x',
  '##vso[x]y',
  ` \u00a0${COMMAND}`,
  `x\r${COMMAND}`,
  `x\n${COMMAND}`,
  `x\u0085${COMMAND}`,
  `x\u2028${COMMAND}`,
  `x\u009b31m\u202e\u2066\u061c\u200f\u001b]0;x\u0007\u{e0041}`,
];
const CONFIG = (name: string): string =>
  `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - name: ${quoted(name)}\n    match: { kind: Job }\n    events: [pre-install]\n    patch: [{ op: add, path: /metadata/labels, value: { a: ${quoted(name)} } }]\n`;

const runs = (stream: string, config: string): readonly (readonly string[])[] => [
  ...FINDINGS_FORMAT_NAMES.flatMap((format) => [
    ['lint', '-o', format, stream],
    ['lint', '-c', config, '-o', format, stream],
  ]),
  ...PLAN_FORMAT_NAMES.flatMap((format) => [
    ['plan', '-o', format, stream],
    ['plan', '-v', '-c', config, '-o', format, stream],
  ]),
  ...DIFF_FORMAT_NAMES.map((format) => ['diff', '-c', config, '-o', format, stream]),
  ['render', '-c', config, '--errors=output', '-'],
];

test('no command says it, in no format', () => {
  const text = NAMES.map(evil).join('---\n');
  const stream = write('stream.yaml', text);
  const one = write('one.yaml', CONFIG(NAMES[0] as string));
  const many = NAMES.slice(1).map((name, at) => write(`config-${at}.yaml`, CONFIG(name)));
  for (const args of [
    ...runs(stream, one),
    ...many.flatMap((config) => [
      ['lint', '-c', config, stream],
      ['plan', '-v', '-c', config, stream],
      ['render', '-c', config, '--errors=output'],
    ]),
  ]) {
    const { stdout, stderr } = runCli(args, { input: text });
    assert.ok(stdout.length + stderr.length > 0, args.join(' '));
    assert.deepEqual(obeyed(stderr), [], args.join(' '));
    // A stream is no text for people.
    if (stdout.startsWith('# Source')) continue;
    const own = args.includes('github') ? /^::(error|warning|notice) [^\n]*$/ : /^(?!)/;
    assert.deepEqual(
      obeyed(stdout).filter((line) => !own.test(line)),
      [],
      args.join(' '),
    );
    assert.doesNotMatch(stdout, /##(vso|teamcity)?\[/i, args.join(' '));
    if (!args.includes('html')) assert.doesNotMatch(stdout, UNSAFE, args.join(' '));
  }
});

test('what a command line has in it', () => {
  for (const args of [
    [`x${COMMAND}\n${COMMAND}`],
    ['-o', `\n${COMMAND}`, 'plan'],
    [`--\n${COMMAND}`],
    ['explain', `\n${COMMAND}`],
    ['-c', `\n${COMMAND}`],
    ['lint', '##[x]'],
  ])
    assert.deepEqual(obeyed(runCli(args, { cwd: FOLDER }).stderr), [], JSON.stringify(args));
});

test('machines read the very characters', () => {
  const name = `x\u0085\u009b\u202e\u{e0041}##[x]`;
  const stream = write('stream.yaml', evil(name));
  const json = runCli(['lint', '-o', 'json', stream]).stdout;
  assert.ok(JSON.parse(json).findings.some(({ resource }: { resource: string }) => resource === `Job/${name}`));
  const sarif = runCli(['lint', '-o', 'sarif', stream]).stdout;
  assert.ok(JSON.stringify(JSON.parse(sarif)).includes(JSON.stringify(`Job/${name}`).slice(1, -1)));
  assert.match(runCli(['lint', '-o', 'junit', stream]).stdout, /x&#x85;&#x9b;&#x202e;&#xe0041;#&#x23;\[x\]/);
  const report = join(FOLDER, 'report.json');
  runCli([
    'render',
    '-c',
    write('none.yaml', 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: []\n'),
    '--report',
    report,
    stream,
  ]);
  assert.doesNotMatch(readFileSync(report, 'utf8'), UNSAFE);
});

test('the action prints what Helm says as text', () => {
  write(
    'helm',
    `#!/bin/sh\nprintf 'Error: x\\n::add-path::/x\\n  ::set-env name=a::b\\n##[x]\\n\\r::stop-commands::x\\n' >&2\nexit 1\n`,
  );
  spawnSync('chmod', ['+x', join(FOLDER, 'helm')]);
  mkdirSync(join(FOLDER, 'chart'));
  const env = {
    PATH: `${FOLDER}:${process.env['PATH']}`,
    CHART: './chart',
    GITHUB_STEP_SUMMARY: join(FOLDER, 'summary'),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'action.mjs')], {
    env,
    cwd: FOLDER,
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr, /failed: x/);
  assert.deepEqual(
    obeyed(stdout + stderr).map((line) => line.slice(0, 36)),
    ['::error title=input/not-rendered::./'],
  );
});

test('near misses stay as they are', () => {
  for (const text of [
    '::1 localhost',
    'a ::b::c',
    'std::vector::x',
    'x: ::',
    '## [x]',
    '# [x]',
    '#[derive]',
    '## heading',
    '::',
    'héllo – “x” 👩‍💻 نص',
  ])
    assert.equal(inert(text), text);
  assert.equal(printable('héllo – “x” 日本 👩‍💻 می‌خواهم'), 'héllo – “x” 日本 👩‍💻 می‌خواهم');
  assert.equal(jsonText({ a: '#a [b]', c: 'é👩‍💻' }), '{\n  "a": "#a [b]",\n  "c": "é👩‍💻"\n}\n');
});
