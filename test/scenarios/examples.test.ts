/** docs/examples: configs and outputs that are shown are the files, and each command works by copy and paste. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/files.ts';
import { type Helm, helmTest } from '../support/helm.ts';
import { fencesOf, refreshed } from './documents.ts';

const FOLDER = join(ROOT, 'docs', 'examples');
const PAGES = readdirSync(FOLDER).filter((file) => file.endsWith('.md'));
const SETUP = 'npm ci && npm run build\nhelm plugin install .\nhelm plugin install plugins/cli\n';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

for (const page of PAGES)
  test(`docs/examples/${page} shows the files as they are`, () => {
    const text = readFileSync(join(FOLDER, page), 'utf8');
    const current = refreshed(text, read);
    if (process.env['HOOKORDER_UPDATE_GOLDEN'] === '1') return writeFileSync(join(FOLDER, page), current);
    assert.equal(text, current, 'npm test -- --update brings them in');
    assert.ok(
      fencesOf(text).some(({ from }) => /\/hookorder(?:\.\w+)?\.yaml$/.test(from ?? '')),
      'it shows its config',
    );
    for (const { info, from, line } of fencesOf(text))
      if (/^(yaml|text)/.test(info)) assert.ok(from !== undefined, `${page}:${line} is shown from a file`);
    for (const fence of fencesOf(text).filter(({ info }) => info === 'sh setup')) assert.equal(fence.text, SETUP);
  });

for (const page of PAGES)
  helmTest(`docs/examples/${page}: the commands work by copy and paste`, ['4.2.3'], (helm) => {
    for (const plugin of ['.', 'plugins/cli']) helm.succeed(['plugin', 'install', plugin], { cwd: ROOT });
    const bin = join(helm.folder, 'bin');
    mkdirSync(bin);
    symlinkSync(helm.binary, join(bin, 'helm'));
    for (const { info, text, line } of fencesOf(readFileSync(join(FOLDER, page), 'utf8'))) {
      const [language, word] = info.split(' ');
      if (language !== 'sh' || word === 'setup' || word === 'cluster') continue;
      const { status, stderr, stdout } = runShell(helm, bin, text);
      assert.equal(status, Number(word?.slice('exit='.length) ?? 0), `${page}:${line}\n${text}\n${stdout}${stderr}`);
    }
  });

const runShell = (helm: Helm, bin: string, script: string) =>
  spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...helm.env,
      PATH: [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      TMPDIR: helm.folder,
    },
  });

test('a fence is found with what it shows and where', () => {
  const page = 'a\n<!-- from x.yaml -->\n```yaml\nold: 1\n```\n\n```sh exit=1\nfalse\n```\n';
  assert.deepEqual(
    fencesOf(page).map(({ info, text, from, line }) => ({ info, text, from, line })),
    [
      { info: 'yaml', text: 'old: 1\n', from: 'x.yaml', line: 4 },
      { info: 'sh exit=1', text: 'false\n', from: undefined, line: 8 },
    ],
  );
  assert.equal(
    refreshed(page, (file) => `${file}\n`),
    page.replace('old: 1', 'x.yaml'),
  );
  assert.deepEqual(
    fencesOf('```yaml\n```\n').map(({ text }) => text),
    [''],
  );
});
