/** Words for the place where they are read: what did not come about, what to type instead, and under which name. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../support/cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder-words-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(FOLDER, name), text);
  return join(FOLDER, name);
};
mkdirSync(join(FOLDER, 'chart', 'templates'), { recursive: true });
write('chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
write('chart/values.yaml', 'a: b\n');
write('chart/values-prod.yaml', 'a: b\n');
write('chart/templates/job.yaml', 'kind: {{ .Values.kind }}\n');
mkdirSync(join(FOLDER, 'templates'));
const JOB = (name: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}, annotations: { helm.sh/hook: pre-upgrade } }\n`;
write('templates/stream.yaml', JOB('a'));
write('values.yaml', JOB('a'));

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => runCli(args, { cwd: FOLDER, env });

test('a command that fails says what did not come about, and only render speaks of the cluster', () => {
  for (const [args, headline] of [
    [['render', 'absent.yaml'], /^hookorder refused this release\. Nothing was sent to the cluster\.$/m],
    [['plan', 'absent.yaml'], /^There is no plan: the release cannot be read\.$/m],
    [['diff', 'a.yaml', 'b.yaml'], /^There is nothing to compare\.$/m],
    [['init', 'absent.yaml'], /^There is no proposal\.$/m],
    [['rehearse', 'absent.yaml'], /^There is no rehearsal\.$/m],
    [['export', '--to', 'flux', 'absent.yaml'], /^Nothing is exported\.$/m],
  ] as const) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stdout + stderr, headline);
    if (args[0] !== 'render') assert.doesNotMatch(stdout + stderr, /refused|cluster/, args.join(' '));
  }
});

test('what is part of a chart is told apart from a stream, with what to type', () => {
  for (const [args, words] of [
    [['render', 'chart'], /helm template RELEASE \.\/chart \| hookorder render/],
    [['krm', './chart'], /helm template RELEASE \.\/chart \| hookorder krm/],
    [['rehearse', 'chart/Chart.yaml'], /`hookorder rehearse \.\/chart`/],
    [['lint', 'chart/templates/job.yaml'], /is a template of the chart in chart[\s\S]*`hookorder lint \.\/chart`/],
    [['plan', 'chart/values.yaml'], /is a file of the chart in chart[\s\S]*`hookorder plan \.\/chart`/],
    [['init', 'chart/values-prod.yaml'], /`hookorder init \.\/chart`/],
    [['lint', 'chart/Chart.yaml'], /`hookorder lint \.\/chart`/],
    [['plan', '-f', 'chart/values.yaml'], /write `hookorder plan CHART --values …`/],
    [['lint', './absent', '--release', 'x'], /there is no chart \.\/absent: it is a folder, a \.tgz, oci:/],
    [['lint', 'values.yaml', '--release', 'x'], /values\.yaml is none: a chart is a folder/],
  ] as const) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stdout + stderr, words, args.join(' '));
  }
});

test('a stream may have any name where no chart stands beside it', () => {
  for (const file of ['templates/stream.yaml', 'values.yaml'])
    assert.equal(run(['plan', '--no-config', file]).status, 0, file);
});

test('inside Helm, commands are told as commands of Helm, in every text for people and in no format for programs', () => {
  const env = { HELM_PLUGIN_NAME: 'hookorder-cli' };
  for (const args of [
    ['plan', '--no-config', 'values.yaml'],
    ['lint', 'chart/Chart.yaml'],
    ['init', 'absent.yaml'],
    ['explain'],
    ['lint', '--help'],
    ['plan', '-f', 'x'],
    ['rehearse', 'chart/Chart.yaml'],
  ]) {
    const { stdout, stderr } = run(args, env);
    assert.match(stdout + stderr, /helm hookorder /, args.join(' '));
    assert.doesNotMatch(stdout + stderr, /(?<!helm )`hookorder |\| hookorder /, args.join(' '));
    assert.doesNotMatch(run(args).stdout, /helm hookorder /, args.join(' '));
  }
  const json = (world: Readonly<Record<string, string>>) => run(['lint', '-o', 'sarif', 'values.yaml'], world).stdout;
  assert.equal(json(env), json({}));
  assert.match(runCli(['--errors=output', '-c', 'absent.yaml'], { input: JOB('a') }).stdout, /`helm hookorder explain/);
});

test('small things: text of diff, documents that are counted, versions in two ways', () => {
  const two = [write('old.yaml', JOB('a')), write('new.yaml', JOB('b'))];
  assert.equal(run(['diff', '-o', 'text', ...two]).stdout, run(['diff', ...two]).stdout);
  assert.doesNotMatch(run(['diff', ...two]).stdout, /chart/, 'a stream does not tell who made a hook of it');
  const empty = write('empty-first.yaml', `---\n# nothing\n---\n${JOB('a')}`);
  assert.match(run(['lint', empty]).stdout, /in 1 document$/m);
  assert.equal(run(['version']).stdout, run(['--version']).stdout);
});
