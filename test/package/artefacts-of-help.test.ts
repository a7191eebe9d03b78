/** What is made of the help: the man page, and what `helm completion` offers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { manPage } from '../../scripts/man.mjs';
import { assertGolden, EXECUTABLE, ROOT } from '../support/files.ts';
import { VERSION } from '../support/release-artefacts.ts';

test('the man page says what the help says, and roff reads it', () => {
  const helpOf = (...args: string[]): string =>
    spawnSync(process.execPath, [EXECUTABLE, ...args, '--help'], { encoding: 'utf8' }).stdout;
  const overview = helpOf();
  const names = [...new Set([...overview.matchAll(/^ {2}hookorder \[?(\w+)/gm)].map(([, name]) => name ?? ''))];
  const page = manPage({ version: VERSION, overview, pages: names.map((name) => ({ name, text: helpOf(name) })) });
  assertGolden(join(ROOT, 'docs', 'hookorder.1'), page);
  for (const line of page.split('\n'))
    assert.doesNotMatch(line, /^(?:'|\.(?!\\"|[A-Zn]|fi))/, 'no text is taken for a request');
  const groff = spawnSync('groff', ['-man', '-Tutf8', '-ww'], { input: page, encoding: 'utf8' });
  if (groff.error === undefined) {
    assert.equal(groff.stderr, '');
    assert.match(groff.stdout, /hookorder plan/);
  }
});

test('the completion of the plugin offers the commands and flags that there are', () => {
  const help = (args: string[]) =>
    spawnSync(process.execPath, [EXECUTABLE, ...args, '--help'], { encoding: 'utf8' }).stdout.replace(
      /^Examples[\s\S]*/m,
      '',
    );
  const names = new Set([...help([]).matchAll(/^ {2}hookorder \[?(\w+)/gm)].map(([, name]) => name ?? ''));
  const blocks = [...names].map((name) => {
    const flags = [...help([name]).matchAll(/^ {2}(?:-\w, )? *--([\w-]+)/gm)].map(([, flag]) => flag ?? '');
    const offered = flags.filter((flag) => flag !== 'help' && flag !== 'version');
    return `  - name: ${name}\n    flags: [${offered.join(', ')}]\n`;
  });
  assertGolden(
    join(ROOT, 'plugins', 'cli', 'completion.yaml'),
    `# What \`helm completion\` offers after \`helm hookorder\`: long flags only, because Helm breaks on letters in this file.\nname: hookorder\ncommands:\n${blocks.join('')}`,
  );
});
