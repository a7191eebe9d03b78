/** Status, stdout and stderr of the executable: what scripts and people rely on. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { runCli } from '../support/cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder cli '));
after(() => rmSync(FOLDER, { recursive: true }));
const write = (name: string, text: string): string => {
  writeFileSync(join(FOLDER, name), text);
  return join(FOLDER, name);
};

const JOB = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: m, image: m }] }
`;
const HEAD = 'apiVersion: hookorder.io/v1\nkind: HookOrder\n';
const MIGRATE = `${HEAD}hooks:
  - name: migrate
    match: { kind: Job }
    events: [pre-upgrade]
    deletePolicy: [before-hook-creation, hook-succeeded]
`;
const config = write('config.yaml', MIGRATE);
const STAMPED = write('stamped.yaml', `${MIGRATE}    jobName: timestamp\n`);

test('what a command line means', () => {
  const stream = write('stream.yaml', JOB);
  for (const { name, args, input, env, status, stdout, stderr } of [
    {
      name: 'render is the command when there is none',
      args: ['-c', config],
      input: JOB,
      status: 0,
      stdout: /helm\.sh\/hook: "pre-upgrade"/,
      stderr: /^$/,
    },
    {
      name: 'a file is read instead of stdin',
      args: ['-c', config, stream],
      status: 0,
      stdout: /helm\.sh\/hook/,
      stderr: /^$/,
    },
    {
      name: 'a dash is stdin',
      args: ['render', `--config=${config}`, '-'],
      input: JOB,
      status: 0,
      stdout: /helm\.sh\/hook/,
      stderr: /^$/,
    },
    {
      name: '--now fixes the clock',
      args: ['-c', STAMPED, '--now', '1732147200'],
      input: JOB,
      status: 0,
      stdout: /name: "?migrate-1732147200"?\n/,
      stderr: /^$/,
    },
    {
      name: '--now takes RFC 3339',
      args: ['-c', STAMPED, '--now=2024-11-21T01:00:00+01:00'],
      input: JOB,
      status: 0,
      stdout: /migrate-1732147200/,
      stderr: /^$/,
    },
    {
      name: "HOOKORDER_NOW is the clock, and SOURCE_DATE_EPOCH, which is Helm's, is not",
      args: ['-c', STAMPED],
      input: JOB,
      env: { HOOKORDER_NOW: '1732147200', SOURCE_DATE_EPOCH: '1' },
      status: 0,
      stdout: /migrate-1732147200/,
      stderr: /^$/,
    },
    {
      name: 'SOURCE_DATE_EPOCH alone leaves the real clock',
      args: ['-c', STAMPED],
      input: JOB,
      env: { SOURCE_DATE_EPOCH: '1000000000' },
      status: 0,
      stdout: /migrate-(1[7-9]|[2-9])\d{8,}/,
      stderr: /^$/,
    },
    {
      name: '--now goes before HOOKORDER_NOW',
      args: ['-c', STAMPED, '--now=1732147200'],
      input: JOB,
      env: { HOOKORDER_NOW: '1' },
      status: 0,
      stdout: /migrate-1732147200/,
      stderr: /^$/,
    },
    {
      name: 'a bad HOOKORDER_NOW',
      args: ['-c', STAMPED],
      input: JOB,
      env: { HOOKORDER_NOW: 'today' },
      status: 2,
      stdout: /^$/,
      stderr: /\$HOOKORDER_NOW cannot be "today"/,
    },
    {
      name: 'a flag with its value attached',
      args: [`-c${config}`],
      input: JOB,
      status: 0,
      stdout: /helm\.sh\/hook/,
      stderr: /^$/,
    },
    { name: 'a format attached', args: ['plan', '-ojson', stream], status: 0, stdout: /"kind": "Plan"/, stderr: /^$/ },
    {
      name: 'flags before the command',
      args: ['-c', config, 'plan', stream],
      status: 0,
      stdout: /migrate/,
      stderr: /^$/,
    },
    {
      name: 'after -- a word is a file',
      args: ['-c', config, '--', stream],
      status: 0,
      stdout: /helm\.sh/,
      stderr: /^$/,
    },
    { name: 'help is no letter of a value', args: ['-hc', config], status: 0, stdout: /Commands/, stderr: /^$/ },
    {
      name: '$HOOKORDER_CONFIG names the config',
      args: [],
      input: JOB,
      env: { HOOKORDER_CONFIG: config },
      status: 0,
      stdout: /helm\.sh\/hook/,
      stderr: /^hookorder: config .*, from \$HOOKORDER_CONFIG\n$/,
    },
    {
      name: 'no config is an error that says what to do',
      args: [],
      input: JOB,
      status: 2,
      stdout: /^$/,
      stderr: /config\/missing[\s\S]*--config FILE/,
    },
    {
      name: 'a config that is not there',
      args: ['-c', join(FOLDER, 'gone.yaml')],
      input: JOB,
      status: 2,
      stdout: /^$/,
      stderr: /config\/unreadable[\s\S]*no such file/,
    },
    {
      name: 'a stream that is not there',
      args: ['-c', config, join(FOLDER, 'gone.yaml')],
      status: 2,
      stdout: /^$/,
      stderr: /input\/unreadable/,
    },
    { name: 'an empty stream', args: ['-c', config], input: '', status: 2, stdout: /^$/, stderr: /input\/empty/ },
    {
      name: 'not UTF-8',
      args: ['-c', config],
      input: Buffer.from([0x61, 0xff]),
      status: 2,
      stdout: /^$/,
      stderr: /input\/not-utf8/,
    },
    {
      name: 'invalid YAML',
      args: ['-c', config],
      input: 'kind: [\n',
      status: 2,
      stdout: /^$/,
      stderr: /input\/invalid-yaml/,
    },
    {
      name: 'an unknown flag',
      args: ['plan', '--confg', 'x'],
      status: 2,
      stdout: /^$/,
      stderr: /no flag --confg; did you mean --config\?/,
    },
    {
      name: 'an unknown command',
      args: ['lnit'],
      status: 2,
      stdout: /^$/,
      stderr: /no command "lnit"; did you mean "(lint|init)"\?/,
    },
    {
      name: 'a flag of another command',
      args: ['lint', '--exit-code'],
      status: 2,
      stdout: /^$/,
      stderr: /`hookorder lint` has no flag --exit-code/,
    },
    {
      name: 'a bad choice',
      args: ['--fail-on', 'info'],
      input: JOB,
      status: 2,
      stdout: /^$/,
      stderr: /--fail-on cannot be "info": it takes error, warning, never/,
    },
    {
      name: 'a bad time',
      args: ['--now', 'yesterday'],
      input: JOB,
      status: 2,
      stdout: /^$/,
      stderr: /--now cannot be "yesterday"/,
    },
    {
      name: 'a bad duration',
      args: ['lint', '--timeout', '5'],
      input: JOB,
      status: 2,
      stdout: /^$/,
      stderr: /--timeout cannot be "5"/,
    },
    {
      name: 'a flag without its value',
      args: ['-c'],
      input: JOB,
      status: 2,
      stdout: /^$/,
      stderr: /--config needs a value/,
    },
    { name: 'too many files', args: ['lint', 'a', 'b'], status: 2, stdout: /^$/, stderr: /takes one operand, not 2/ },
    {
      name: 'a bad format',
      args: ['plan', '-o', 'xml', stream],
      status: 2,
      stdout: /^$/,
      stderr: /--output cannot be "xml": it takes text, json/,
    },
    {
      name: 'lint works without a config, and a warning is no failure',
      args: ['lint'],
      input: JOB,
      status: 0,
      stdout: /job\/immutable/,
      stderr: /^$/,
    },
    {
      name: 'lint fails on warnings when asked',
      args: ['lint', '--fail-on', 'warning'],
      input: JOB.replace('template:', 'template:\n    metadata: { labels: { helm.sh/chart: shop-1.2.3 } }'),
      status: 1,
      stdout: /job\/immutable/,
      stderr: /^$/,
    },
    {
      name: 'plan works without a config',
      args: ['plan'],
      input: JOB,
      status: 0,
      stdout: /upgrade +no hooks/,
      stderr: /^$/,
    },
    { name: 'the version', args: ['--version'], status: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: /^$/ },
    { name: 'help', args: ['--help'], status: 0, stdout: /hookorder explain \[CODE\]/, stderr: /^$/ },
    { name: 'help of a command', args: ['lint', '-h'], status: 0, stdout: /github, sarif, junit/, stderr: /^$/ },
    { name: 'help as a word', args: ['help', 'plan'], status: 0, stdout: /mermaid, markdown, html/, stderr: /^$/ },
    { name: 'the schema', args: ['schema'], status: 0, stdout: /"HookOrder"/, stderr: /^$/ },
    {
      name: 'an explanation',
      args: ['explain', 'refs/not-yet-created'],
      status: 0,
      stdout: /refs\/not-yet-created/,
      stderr: /^$/,
    },
    {
      name: 'an unknown code',
      args: ['explain', 'refs/not-yet-creatd'],
      status: 2,
      stdout: /^$/,
      stderr: /did you mean "?`?refs\/not-yet-created/,
    },
  ] as {
    name: string;
    args: string[];
    input?: string | Buffer;
    env?: Record<string, string>;
    status: number;
    stdout: RegExp;
    stderr: RegExp;
  }[]) {
    const ran = runCli(args, { ...(input !== undefined && { input }), ...(env && { env }), cwd: FOLDER });
    assert.equal(ran.status, status, `${name}: ${ran.stderr}`);
    assert.match(ran.stdout, stdout, name);
    assert.match(ran.stderr, stderr, name);
  }
});

test('the config of the working directory is found, and named ones go before it', () => {
  const folder = mkdtempSync(join(FOLDER, 'cwd '));
  for (const name of ['.hookorder.yaml', 'hookorder.yaml']) {
    writeFileSync(
      join(folder, name),
      MIGRATE.replace('pre-upgrade', name.startsWith('.') ? 'post-upgrade' : 'pre-upgrade'),
    );
    const want = name.startsWith('.') ? /post-upgrade/ : /pre-upgrade/;
    assert.match(runCli([], { input: JOB, cwd: folder }).stdout, want);
  }
});

test('with --errors=output every failure is one YAML scalar on stdout and exit 0', () => {
  for (const args of [
    ['-c', config, '--errors=output', '--bogus'],
    ['--errors', 'output'],
    ['--errors=output', '--now', 'x'],
  ]) {
    const { status, stdout, stderr } = runCli(args, { input: JOB, cwd: FOLDER });
    assert.equal(status, 0);
    assert.equal(stderr, '');
    assert.equal(typeof parse(stdout), 'string', stdout);
  }
});

test('where the name has the real time although SOURCE_DATE_EPOCH is set, lint says so', () => {
  const stream = write('clock.yaml', JOB);
  const lint = (env: Record<string, string>, file: string, ...flags: string[]): string =>
    runCli(['lint', '-c', file, ...flags, stream], { env }).stdout;
  const epoch = { SOURCE_DATE_EPOCH: '1732147200' };
  assert.match(lint(epoch, STAMPED, '-o', 'compact'), /: info: .* \[job\/source-date-epoch\]$/m);
  for (const text of [
    lint({}, STAMPED),
    lint({ SOURCE_DATE_EPOCH: '' }, STAMPED),
    lint({ ...epoch, HOOKORDER_NOW: '1' }, STAMPED),
    lint(epoch, STAMPED, '--now=1'),
    lint(epoch, config),
  ])
    assert.doesNotMatch(text, /source-date-epoch/);
});

test('colour where it is asked for', () => {
  const stream = write('colour.yaml', JOB);
  for (const { env, args = [], want } of [
    { env: {}, want: false },
    { env: { FORCE_COLOR: '1' }, want: true },
    { env: { FORCE_COLOR: '0' }, want: false },
    { env: { FORCE_COLOR: '1', NO_COLOR: '1' }, want: false },
    { env: { FORCE_COLOR: '1' }, args: ['--color=never'], want: false },
    { env: { NO_COLOR: '1' }, args: ['--color=always'], want: true },
  ] as { env: Record<string, string>; args?: string[]; want: boolean }[])
    assert.equal(runCli(['lint', ...args, stream], { env }).stdout.includes('\u001b['), want, JSON.stringify(env));
});

test('--report has the plan and what was found, also beside a refusal', () => {
  const report = join(FOLDER, 'report.json');
  assert.equal(runCli(['-c', config, '--report', report], { input: JOB }).status, 0);
  assert.equal(JSON.parse(readFileSync(report, 'utf8')).kind, 'Plan');
  const typo = JOB.replace('name: migrate', 'name: migrate\n  annotations: { helm.sh/hook: pre-upgrad }');
  assert.equal(runCli(['-c', write('none.yaml', `${HEAD}hooks: []\n`), '--report', report], { input: typo }).status, 0);
  assert.equal(JSON.parse(readFileSync(report, 'utf8')).findings[0].code, 'hook/unknown-event');
  const unwritable = runCli(['-c', config, '--report', FOLDER], { input: JOB });
  assert.equal(unwritable.status, 2);
  assert.equal(unwritable.stdout, '');
});

test('plan -o json always parses and says what there is, also where there is no order', () => {
  const chart = JOB.replace('name: migrate', 'name: migrate\n  annotations: { helm.sh/hook: pre-upgrade }');
  const cases = [
    ['is ordered', MIGRATE, chart, 'release', 0],
    ['matches nothing', MIGRATE.replace('kind: Job', 'name: absent'), chart, 'chart', 1],
    ['is no config', `${HEAD}hooks: 1\n`, chart, 'chart', 2],
    ['meets no stream', MIGRATE, '', 'nothing', 2],
    ['meets bytes that are no text', MIGRATE, Uint8Array.of(0xc3, 0x28), 'nothing', 2],
  ] as const;
  for (const [what, text, input, shows, status] of cases) {
    const report = join(FOLDER, 'json-report.json');
    const args = ['-c', write('json.yaml', text)];
    const ran = runCli(['plan', '-o', 'json', ...args], { input });
    const plan = JSON.parse(ran.stdout);
    assert.deepEqual([ran.status, plan.kind, plan.shows], [status, 'Plan', shows], what);
    const errors = plan.findings.filter(({ severity }: { severity: string }) => severity === 'error');
    assert.equal(errors.length > 0, status !== 0, what);
    for (const { message } of errors) assert.ok(ran.stderr.includes(message.slice(0, 20)), what);
    const { hooks } = plan.operations[1]?.steps[0] ?? {};
    assert.deepEqual(
      hooks?.map(({ name }: { name: string }) => name),
      shows === 'nothing' ? undefined : ['migrate'],
      what,
    );
    runCli([...args, '--report', report], { input });
    assert.equal(JSON.parse(readFileSync(report, 'utf8')).shows, shows, what);
  }
  const absent = runCli(['plan', '-o', 'json', join(FOLDER, 'absent.yaml')]);
  assert.deepEqual([absent.status, JSON.parse(absent.stdout).shows], [2, 'nothing']);
});

test('every format of plan says what there is where there is no order, and --fail-on never is 0', () => {
  const chart = JOB.replace('name: migrate', 'name: lone-hook\n  annotations: { helm.sh/hook: pre-upgrade }');
  const cases = [
    [
      'matches nothing',
      `${HEAD}hooks:\n  - { name: m, match: { name: absent }, events: [pre-install] }\n`,
      chart,
      'No order can be made',
      1,
      0,
    ],
    ['is no config', `${HEAD}hooks: 1\n`, chart, 'No order can be made', 2, 0],
    ['meets no stream', MIGRATE, '', 'There is no plan', 2, 2],
  ] as const;
  for (const [what, text, input, words, status, never] of cases)
    for (const format of ['text', 'json', 'markdown', 'mermaid', 'html', 'svg']) {
      const args = ['plan', '-o', format, '-c', write('no-order.yaml', text)];
      const ran = runCli(args, { input });
      const where = `${what}, ${format}`;
      assert.equal(ran.status, status, where);
      assert.equal(runCli([...args, '--fail-on', 'never'], { input }).status, never, where);
      assert.equal(`${ran.stdout}${ran.stderr}`.includes(words), true, where);
      assert.equal(ran.stdout.includes(words), format !== 'json', where);
      assert.equal(ran.stdout.includes('lone-hook'), input !== '', where);
      // What goes into a file is said on stderr too; text is read at once.
      assert.equal(ran.stderr === '', format === 'text', where);
      if (format === 'json') JSON.parse(ran.stdout);
    }
});

test('faults of the chart do not stop render, faults of the config do', () => {
  const faulty = JOB.replace('name: migrate', 'name: broken\n  annotations: { helm.sh/hook: pre-upgrad }');
  assert.equal(
    runCli(['-c', write('other.yaml', MIGRATE.replace('kind: Job', 'name: migrate'))], {
      input: `${JOB}---\n${faulty}`,
    }).status,
    0,
  );
  assert.equal(runCli(['lint'], { input: faulty }).status, 1);
});

test('the plan is that of the Helm which is named', () => {
  const stream =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: keep } }\n';
  const upgrade = (version: string): unknown => {
    const { stdout } = runCli(['plan', '--no-config', '--helm', version, '-o', 'json'], { input: stream });
    const { operations } = JSON.parse(stdout) as {
      operations: { name: string; run: { do: string; because: string }[] }[];
    };
    return operations.find(({ name }) => name === 'upgrade')?.run.map(({ do: deed, because }) => `${deed} ${because}`);
  };
  assert.deepEqual(upgrade('3.22'), ['create already-exists']);
  assert.deepEqual(upgrade('4.2'), ['update hook']);
  assert.equal(runCli(['plan', '--helm', '5', '-'], { input: stream }).status, 2);
});
