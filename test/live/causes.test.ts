/** Each cause has a page, in `explain` and in docs/causes.md. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { explainCommand } from '../../src/commands/explain.ts';
import { CAUSE_TEXTS, CAUSE_TITLES } from '../../src/knowledge/causes.generated.ts';
import { assertGolden, ROOT } from '../support/files.ts';

const CODES = Object.keys(CAUSE_TITLES) as (keyof typeof CAUSE_TITLES)[];

const INTRODUCTION = `# Causes

Why a step of a running operation does not go on, as \`watch\` and \`why\` tell it ([watch.md](watch.md)). \`hookorder explain CODE\` prints the same in a terminal.

<!-- Made from src/knowledge/causes by \`npm test -- --update test/live/causes\`. -->`;

const anchorOf = (code: string): string => code.replace('/', '');

function section(code: (typeof CODES)[number]): string {
  const { what, resolve, lint } = CAUSE_TEXTS[code];
  const links = lint.map((each) => `[\`${each}\`](findings.md#${anchorOf(each)})`).join(', ');
  return [
    `## ${code}`,
    `**${CAUSE_TITLES[code]}.**`,
    what,
    `**Fix.** ${resolve}`,
    ...(lint.length === 0 ? [] : [`\`lint\` tells it beforehand as ${links}.`]),
  ].join('\n\n');
}

test('docs/causes.md is what src/knowledge/causes says', () => {
  const table = [
    '| code | |',
    '| --- | --- |',
    ...CODES.map((code) => `| [\`${code}\`](#${anchorOf(code)}) | ${CAUSE_TITLES[code]} |`),
  ];
  assertGolden(
    join(ROOT, 'docs', 'causes.md'),
    `${[INTRODUCTION, table.join('\n'), ...CODES.map(section)].join('\n\n')}\n`,
  );
});

for (const code of CODES)
  test(`explain ${code}`, () => {
    const { text, status } = explainCommand(code);
    assert.equal(status, 0);
    assert.ok(text.startsWith(`[${code}]`));
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  });

test('explain lists the causes, and finds a misspelt one', () => {
  const { text } = explainCommand();
  for (const code of CODES) assert.ok(text.includes(`  ${code} `), code);
  assert.match(explainCommand('run/qouta').text, /did you mean "run\/quota"/);
});
