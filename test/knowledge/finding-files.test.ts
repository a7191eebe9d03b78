/** What scripts/knowledge.mjs takes for a finding's file, and what it says of one that is none. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../support/files.ts';

/** Loaded when it runs: where it stands tells it where src/knowledge is. */
const knowledge: Promise<typeof import('../../scripts/knowledge.mjs')> = import(
  pathToFileURL(join(ROOT, 'scripts', 'knowledge.mjs')).href
);

const FILE = `---
severity: warning
title: A title
otherwise:
  error: with \`--wait\`
---

## What happens

First.

    ## no heading

Second.

## Before

\`\`\`yaml
a: b
## a comment
---
c: d
\`\`\`

## After

\`\`\`yaml
a: c
\`\`\`

## Fix

Do it.

## When to ignore it

Never.
`;

test('a file is read with all its parts', async () => {
  assert.deepEqual((await knowledge).readFinding(FILE), {
    severity: 'warning',
    title: 'A title',
    otherwise: { error: 'with `--wait`' },
    what: 'First.\n\n    ## no heading\n\nSecond.',
    before: 'a: b\n## a comment\n---\nc: d',
    after: 'a: c',
    resolve: 'Do it.',
    ignore: 'Never.',
  });
});

const MISTAKES: readonly { readonly name: string; readonly change: (file: string) => string; readonly want: RegExp }[] =
  [
    { name: 'no front matter', change: (file) => file.slice(4), want: /does not begin with front matter/ },
    { name: 'an unknown key', change: (file) => file.replace('title:', 'titel:'), want: /an unknown key: titel/ },
    {
      name: 'a severity that there is not',
      change: (file) => file.replace('warning', 'fatal'),
      want: /severity is one/,
    },
    { name: 'no title', change: (file) => file.replace(' A title', ''), want: /no title/ },
    { name: 'its own severity as another', change: (file) => file.replace('  error', '  warning'), want: /no other/ },
    {
      name: 'another severity that never comes',
      change: (file) => file.replace(' with `--wait`', ''),
      want: /say when/,
    },
    {
      name: 'a section too few',
      change: (file) => file.replace('## Fix', ''),
      want: /its sections are .*they should/,
    },
    { name: 'a section too many', change: (file) => `${file}\n## More\n\nText.\n`, want: /its sections are .*More/ },
    { name: 'an empty section', change: (file) => file.replace('Do it.', ''), want: /"Fix" is empty/ },
    {
      name: 'text beside the example',
      change: (file) => file.replace('a: c\n```', 'a: c\n```\nx'),
      want: /"After" is not/,
    },
    {
      name: 'text before the sections',
      change: (file) => file.replace('\n## What', 'x\n## What'),
      want: /before the first/,
    },
  ];

for (const { name, change, want } of MISTAKES)
  test(`refused: ${name}`, async () => {
    const { readFinding } = await knowledge;
    assert.notEqual(change(FILE), FILE);
    assert.throws(() => readFinding(change(FILE)), want);
  });
