/** testdata/corpus-findings.md judges every finding on the real streams by hand; it is held equal to what lint says. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { membersOf } from '../src/model/finding.ts';
import { formatResource } from '../src/model/manifest.ts';
import { sortFindings } from '../src/report/findings/sort.ts';
import { CORPUS, TESTDATA } from './support/files.ts';
import { order } from './support/pipeline.ts';

const streams = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.yaml')) : [];
const TABLE = readFileSync(join(TESTDATA, 'corpus-findings.md'), 'utf8');

/** `severity code about` of the rows of a stream's table. */
function rowsOf(stream: string): readonly string[] {
  const [, section = ''] = TABLE.split(`\n## ${stream}\n`);
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => /^\| (?:error|warning|info) /.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim().replaceAll('`', ''))
        .join(' '),
    );
}

if (streams.length === 0) test('judged findings', { skip: 'there is no corpus on this machine' }, () => {});

for (const stream of streams)
  test(`${stream}: each finding is judged, and each that is judged is found`, () => {
    const { findings } = order(readFileSync(join(CORPUS, stream)), undefined, {
      needsConfig: false,
      scope: 'all',
      severity: 'info',
    });
    const found = sortFindings(findings).map((finding) => {
      const members = membersOf(finding);
      const about = finding.resource === undefined ? '' : formatResource(finding.resource);
      return `${finding.severity} ${finding.code} ${about}${members.length > 1 ? `, ${members.length} members` : ''}`;
    });
    assert.deepEqual([...rowsOf(stream)].sort(), [...found].sort());
  });

test('every row is judged', () => {
  const rows = TABLE.split('\n').filter((line) => /^\| (?:error|warning|info) /.test(line));
  assert.ok(rows.length > 0);
  for (const row of rows) {
    const cells = row.split('|').map((cell) => cell.trim());
    assert.equal(cells.length, 8, row);
    assert.match(cells[4] ?? '', /^(?:yes|no|depends)$/, row);
    for (const cell of cells.slice(5, 7)) assert.notEqual(cell, '', row);
  }
});
