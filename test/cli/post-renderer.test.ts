/** The command line of plugin.yaml with words that do not belong there: each of them is refused, as one YAML scalar. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { runCli } from '../support/cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder post-renderer '));
after(() => rmSync(FOLDER, { recursive: true }));
const job = (name: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: m, image: m }] } } }\n`;
const CONFIG =
  'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks:\n  - { name: m, match: { kind: Job }, events: [pre-upgrade], deletePolicy: [before-hook-creation, hook-succeeded] }\n';
for (const [name, text] of [
  ['hookorder.yaml', CONFIG],
  ['only.yaml', job('other')],
  ['plan', job('other')],
] as const)
  writeFileSync(join(FOLDER, name), text);

const run = (...args: string[]) =>
  runCli(['render', '--errors=output', ...args], {
    input: job('of-helm'),
    cwd: FOLDER,
    env: { HELM_PLUGIN_NAME: 'hookorder' },
  });

for (const { args, want } of [
  { args: ['only.yaml'], want: /"only\.yaml" would replace the whole release; did you mean --config=only\.yaml\?/ },
  { args: ['./only.yaml'], want: /--config=\.\/only\.yaml/ },
  { args: ['gone.yaml'], want: /--config=gone\.yaml/ },
  { args: ['--', 'only.yaml'], want: /--config=only\.yaml/ },
  { args: ['render', 'only.yaml'], want: /"render" was given to a post-renderer/ },
  { args: ['--wait', 'only.yaml', '--fail-on=never'], want: /--config=only\.yaml/ },
  { args: ['-', 'only.yaml'], want: /--config=only\.yaml/ },
  { args: ['only.yaml', 'hookorder.yaml'], want: /--config=only\.yaml/ },
  { args: ['-c', 'hookorder.yaml', 'only.yaml'], want: /--config=only\.yaml/ },
  { args: ['--errors=stderr', 'only.yaml'], want: /--config=only\.yaml/ },
  {
    args: ['plan'],
    want: /"plan" was given to a post-renderer, which only renders; run\s+`helm template … \| helm hookorder plan`/,
  },
  { args: ['lint', 'only.yaml'], want: /"lint" was given/ },
  { args: ['plna'], want: /"plna" was given/ },
  { args: ['help'], want: /"help" was given/ },
  { args: ['--help'], want: /`helm hookorder --help`/ },
  { args: ['-h'], want: /`helm hookorder --help`/ },
  { args: ['--version'], want: /`helm hookorder --version`/ },
  { args: [''], want: /is empty/ },
  { args: ['config=only.yaml'], want: /did you mean --config=only\.yaml\?/ },
  { args: ['–config=only.yaml'], want: /did you mean --config=only\.yaml\?/ },
  { args: ['config only.yaml'], want: /did you mean --config=only\.yaml\?/ },
  { args: ['--config only.yaml'], want: /came as one word; write --config=only\.yaml/ },
  { args: ['-c only.yaml'], want: /came as one word; write --config=only\.yaml/ },
  { args: ['--confg=x'], want: /did you mean --config\?/ },
  { args: ['--config'], want: /--config needs a value/ },
  { args: ['--output=json'], want: /has no flag --output/ },
])
  test(`refused: ${JSON.stringify(args)}`, () => {
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    const text: unknown = parse(stdout);
    assert.equal(typeof text, 'string', stdout);
    assert.match((text as string).replaceAll(/\s+/g, ' '), new RegExp(want.source.replaceAll('\\s+', ' ')));
  });

test('what belongs there is understood', () => {
  for (const args of [
    [],
    ['-'],
    ['-chookorder.yaml'],
    ['--config', 'hookorder.yaml'],
    ['--config=hookorder.yaml', '--wait', '--now=1'],
  ]) {
    const { status, stdout } = run(...args);
    assert.equal(status, 0);
    assert.match(stdout, /helm\.sh\/hook/, args.join(' '));
    assert.match(stdout, /name: of-helm/, args.join(' '));
  }
});

test('the command plugin takes files', () => {
  const env = { HELM_PLUGIN_NAME: 'hookorder-cli' };
  assert.match(runCli(['render', 'only.yaml'], { cwd: FOLDER, env }).stdout, /name: other/);
  assert.match(runCli(['plan', 'only.yaml'], { cwd: FOLDER, env }).stdout, /other/);
});
