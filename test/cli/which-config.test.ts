/** Which config counts, and that two of them never meet in silence. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../support/cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hookorder configs '));
after(() => rmSync(FOLDER, { recursive: true }));
const JOB =
  'apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: m, image: m }] } } }\n';
const configOf = (event: string): string =>
  `apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: [{ name: m, match: { kind: Job }, events: [${event}], deletePolicy: [hook-succeeded, before-hook-creation] }]\n`;
const write = (folder: string, name: string, text: string): string => {
  mkdirSync(join(FOLDER, folder), { recursive: true });
  writeFileSync(join(FOLDER, folder, name), text);
  return join(FOLDER, folder, name);
};
write('with', 'hookorder.yaml', configOf('post-install'));
write('without', 'x', '');
mkdirSync(join(FOLDER, 'broken', 'hookorder.yaml'), { recursive: true });
write('names', 'mine.yaml', configOf('pre-upgrade'));
const MINE = join(FOLDER, 'names', 'mine.yaml');

/** A stream with the Job and a config of the template. */
const from = (template: string | undefined, config = configOf('test')): string =>
  `${template === undefined ? '' : `# Source: ${template}\n`}${config}---\n# Source: shop/templates/job.yaml\n${JOB}`;
const marked = (template: string): string =>
  configOf('test').replace(
    'kind: HookOrder',
    `kind: HookOrder\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: '${template}'`,
  );
const ROOT = 'shop/templates/order.yaml';
const SUB = 'shop/charts/db/templates/order.yaml';

for (const { name, input = JOB, cwd = 'without', args = [], env = {}, want, refused, says = /^$/ } of [
  { name: '--config', args: ['-c', MINE], want: 'pre-upgrade' },
  { name: '--config before the working directory', cwd: 'with', args: ['-c', MINE], want: 'pre-upgrade' },
  {
    name: 'the variable',
    env: { HOOKORDER_CONFIG: MINE },
    want: 'pre-upgrade',
    says: /config .*mine\.yaml, from \$HOOKORDER_CONFIG/,
  },
  {
    name: 'the working directory',
    cwd: 'with',
    want: 'post-install',
    says: /^hookorder: config hookorder\.yaml, found in the working directory\n$/,
  },
  {
    name: 'the chart',
    input: from(ROOT),
    want: 'test',
    says: /^hookorder: config of the chart, shop\/templates\/order\.yaml\n$/,
  },
  { name: 'a document without a template', input: from(undefined), want: 'test', says: /config of the chart, <stdin>/ },
  {
    name: 'a folder charts below templates',
    input: from('shop/templates/charts/order.yaml'),
    want: 'test',
    says: /of the chart/,
  },
  { name: 'a chart called charts', input: from('charts/templates/order.yaml'), want: 'test', says: /of the chart/ },
  { name: "the chart, by Helm 4's mark", input: `${marked(ROOT)}---\n${JOB}`, want: 'test', says: /of the chart/ },

  {
    name: 'the chart and --config',
    input: from(ROOT),
    args: ['-c', MINE],
    refused: /two ordering configs: .*mine\.yaml, and the one that the chart carries in shop\/templates\/order\.yaml/,
  },
  {
    name: 'the chart and the variable',
    input: from(ROOT),
    env: { HOOKORDER_CONFIG: MINE },
    refused: /two ordering configs: .*mine\.yaml \(from \$HOOKORDER_CONFIG\)/,
  },
  {
    name: 'the chart and the working directory',
    input: from(ROOT),
    cwd: 'with',
    refused: /two ordering configs: hookorder\.yaml \(found in the working directory\), and/,
  },
  {
    name: 'a document without a template and --config',
    input: from(undefined),
    args: ['-c', MINE],
    refused: /two ordering configs/,
  },
  {
    name: 'an empty order of the chart and a file',
    input: from(ROOT, 'apiVersion: hookorder.io/v1\nkind: HookOrder\nhooks: []\n'),
    cwd: 'with',
    refused: /two ordering configs/,
  },
  {
    name: 'a List of the chart and a file',
    input: from(
      ROOT,
      `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: hookorder.io/v1\n    kind: HookOrder\n    metadata: { name: o }\n    hooks: []\n`,
    ),
    cwd: 'with',
    refused: /two ordering configs/,
  },

  {
    name: 'a subchart, and nothing else',
    input: from(SUB),
    refused: /config\/missing.*config of the subchart db is not used/,
  },
  {
    name: 'a subchart of a subchart',
    input: from('shop/charts/a/charts/b/templates/o.yaml'),
    refused: /config\/missing.*subchart b is not used/,
  },
  {
    name: "a subchart, by Helm 4's mark, whatever its comment says",
    input: `# Source: ${ROOT}\n${marked(SUB)}---\n${JOB}`,
    refused: /config\/missing/,
  },
  {
    name: 'a subchart that gives itself out as the chart',
    input: from(SUB, `# Source: ${ROOT}\n${configOf('test')}`),
    refused: /config\/missing/,
  },
  { name: 'a subchart and a file', input: from(SUB), args: ['-c', MINE], want: 'pre-upgrade' },
  {
    name: 'a subchart and the working directory',
    input: from(SUB),
    cwd: 'with',
    want: 'post-install',
    says: /found in the working directory/,
  },
  {
    name: 'a subchart and the chart',
    input: `${from(SUB)}---\n# Source: ${ROOT}\n${configOf('pre-install')}`,
    want: 'pre-install',
    says: /of the chart/,
  },

  { name: '--no-config', cwd: 'with', args: ['--no-config'], refused: /config\/missing/ },
  {
    name: '--no-config and the variable',
    env: { HOOKORDER_CONFIG: MINE },
    args: ['--no-config'],
    refused: /config\/missing/,
  },
  { name: '--no-config and the chart', input: from(ROOT), args: ['--no-config'], refused: /config\/missing/ },
  {
    name: '--no-config with a file: the file alone',
    input: from(ROOT),
    cwd: 'with',
    args: ['--no-config', '-c', MINE],
    want: 'pre-upgrade',
  },
  {
    name: 'one that is there and cannot be read',
    cwd: 'broken',
    refused: /config\/unreadable.*hookorder\.yaml cannot be read/,
  },
] as {
  name: string;
  input?: string;
  cwd?: string;
  args?: string[];
  env?: Record<string, string>;
  want?: string;
  refused?: RegExp;
  says?: RegExp;
}[])
  test(name, () => {
    const ran = runCli(args, { input, cwd: join(FOLDER, cwd), env });
    const errors = ran.stderr.replaceAll(/\s+/g, ' ');
    assert.equal(ran.status, refused === undefined ? 0 : 2, ran.stderr);
    assert.doesNotMatch(ran.stdout, /HookOrder/);
    if (refused !== undefined) {
      assert.match(errors, refused);
      assert.equal(ran.stdout, '');
    } else {
      assert.match(ran.stdout, new RegExp(`helm\\.sh/hook: "${want}"`));
      assert.match(ran.stderr, says);
    }
  });

test('plan, lint and diff say it too, and --no-config shows what the charts bring', () => {
  const cwd = join(FOLDER, 'with');
  for (const command of ['plan', 'lint', 'diff'])
    assert.match(runCli([command], { input: JOB, cwd }).stderr, /^hookorder: config hookorder\.yaml, found/, command);
  for (const command of ['plan', 'lint'])
    assert.equal(runCli([command, '--no-config'], { input: JOB, cwd }).stderr, '', command);
  assert.match(runCli(['plan', '--no-config'], { input: JOB, cwd }).stdout, /install +no hooks/);
  assert.match(runCli(['plan'], { input: JOB, cwd }).stdout, /post-install/);
  assert.match(runCli(['lint', '--no-config'], { input: from(SUB), cwd }).stdout, /config\/of-subchart/);
});

test('inside Helm the note is left out', () => {
  const ran = runCli(['render', '--errors=output'], { input: JOB, cwd: join(FOLDER, 'with') });
  assert.equal(ran.stderr, '');
  assert.match(ran.stdout, /post-install/);
});
