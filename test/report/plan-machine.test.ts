import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareHooks } from '../../src/model/helm.ts';
import { formatPlanJson, type JsonPlan } from '../../src/report/plan/json.ts';
import { formatPlanMarkdown } from '../../src/report/plan/markdown.ts';
import { formatPlanMermaid } from '../../src/report/plan/mermaid.ts';
import { PLAIN } from '../../src/report/style.ts';
import { assertGolden, TESTDATA } from '../support/files.ts';
import { hostileRelease, largeRelease, smallRelease } from './fixtures.ts';

const options = { style: PLAIN, verbose: false };
const releases = { small: smallRelease(), large: largeRelease(), hostile: hostileRelease() };

for (const [name, release] of Object.entries(releases)) {
  const golden = (extension: string): string => join(TESTDATA, 'report', `plan-${name}.${extension}`);
  test(`the ${name} plan as JSON, mermaid and Markdown reads as its golden files`, () => {
    assertGolden(golden('json'), formatPlanJson(release, options));
    assertGolden(golden('mmd'), formatPlanMermaid(release, options));
    assertGolden(golden('md'), formatPlanMarkdown(release, options));
  });
}

test('JSON has every operation, every event, every key, and run order', () => {
  const plan = JSON.parse(formatPlanJson(releases.small, options)) as JsonPlan;
  assert.deepEqual(
    plan.operations.map(({ name, steps }) => [
      name,
      ...steps.map((step) => ('event' in step ? step.event : 'resources')),
    ]),
    [
      ['install', 'pre-install', 'resources', 'post-install'],
      ['upgrade', 'pre-upgrade', 'resources', 'post-upgrade'],
      ['rollback', 'pre-rollback', 'resources', 'post-rollback'],
      ['uninstall', 'pre-delete', 'resources', 'post-delete'],
      ['test', 'test'],
    ],
  );
  const hooks = plan.operations.flatMap(({ steps }) => steps.flatMap((step) => ('event' in step ? [step.hooks] : [])));
  for (const list of hooks) assert.deepEqual(list, list.toSorted(compareHooks));
  assert.equal(new Set(hooks.flat().map((hook) => Object.keys(hook).join())).size, 1);
});

test('the base name of a renamed Job stays, and its name is the one Helm sees', () => {
  const plan = JSON.parse(formatPlanJson(releases.small, options)) as JsonPlan;
  const [step] = plan.operations[0]?.steps ?? [];
  const migrate = step && 'hooks' in step ? step.hooks.at(-1) : undefined;
  assert.equal(migrate?.name, 'shop-db-migrate-1732147200');
  assert.equal(migrate?.baseName, 'shop-db-migrate');
});

test('hostile names write no markup into Markdown and no syntax into mermaid', () => {
  const whole = formatPlanMarkdown(releases.hostile, options);
  const fences = [...whole.matchAll(/^```mermaid\n(.*?)\n```$/gms)].map(([, diagram = '']) => diagram);
  assert.ok(fences.length > 0);
  const markdown = whole.replaceAll(/^```mermaid\n.*?\n```$/gms, '');
  const tags = new Set(markdown.match(/<[^>]*>/g));
  assert.deepEqual(
    [...tags].sort(),
    ['</b>', '</code>', '</details>', '</summary>', '<b>', '<br>', '<code>', '<details open>', '<details>', '<summary>']
      .filter((tag) => tags.has(tag))
      .sort(),
  );
  assert.doesNotMatch(markdown, /\]\(|`|^## /m);
  for (const label of [...fences, formatPlanMermaid(releases.hostile, options)].join('\n').matchAll(/\(?\[+"(.*?)"\]/g))
    assert.match(label[1] ?? '', /^(?:[\p{L}\p{N} ._/,:≤-]|#\d+;|<br\/>)*$/u);
});

test('every row of a table in Markdown has the cells of its head', () => {
  for (const release of Object.values(releases)) {
    let cells = 0;
    for (const line of formatPlanMarkdown(release, options).split('\n')) {
      if (!line.startsWith('|')) cells = 0;
      else if (cells === 0) cells = line.split('|').length;
      else assert.equal(line.split('|').length, cells, line);
    }
  }
});
