/** What a chart or a config says reaches the logs of CI systems, and is text there: no command for a runner, no steering of a terminal. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const COMMAND = '::stop-commands::x';
const LONG = 'a'.repeat(70);
/** In names, words of scripts, events, templates, keys. */
const evil = (name: string): string => `# Source: shop/templates/${COMMAND}/##[x].yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: ${JSON.stringify(name)}
  annotations: { helm.sh/hook: ${JSON.stringify(`pre-install,${name}`)}, ${JSON.stringify(name)}: x }
spec:
  template:
    spec:
      serviceAccountName: ${JSON.stringify(name)}
      containers:
        - name: c
          image: x
          envFrom: [{ configMapRef: { name: ${JSON.stringify(name)} } }]
          command:
            - |
              ::add-mask::x
              ##[group]x
            - ${JSON.stringify(name)}
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
  `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - name: ${JSON.stringify(name)}\n    match: { kind: Job }\n    events: [pre-install]\n    patch: [{ op: add, path: /metadata/labels, value: { a: ${JSON.stringify(name)} } }]\n`;

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

for (const name of NAMES)
  test(`no format says it: ${JSON.stringify(name)}`, () => {
    const text = evil(name);
    const stream = write('stream.yaml', text);
    const config = write('config.yaml', CONFIG(name));
    for (const args of runs(stream, config)) {
      const { stdout, stderr } = runCli(args, { input: text });
      const own = args.includes('github') ? /^::(error|warning|notice) [^\n]*$/ : /^(?!)/;
      if (args[0] !== 'render' || !stdout.startsWith('# Source'))
        assert.deepEqual(
          obeyed(stdout).filter((line) => !own.test(line)),
          [],
          args.join(' '),
        );
      assert.deepEqual(obeyed(stderr), [], args.join(' '));
      for (const line of obeyed(stdout).filter((each) => own.test(each)))
        assert.doesNotMatch(line, /##(vso|teamcity)?\[/, line);
      if (!args.includes('html') && !stdout.startsWith('# Source')) assert.doesNotMatch(stdout, UNSAFE, args.join(' '));
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
  const env = {
    PATH: `${FOLDER}:${process.env['PATH']}`,
    CHART: './chart',
    GITHUB_STEP_SUMMARY: join(FOLDER, 'summary'),
  };
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'action.mjs')], {
    env,
    cwd: FOLDER,
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr, /Error: x/);
  assert.deepEqual(obeyed(stderr), ['::error::helm template failed']);
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
