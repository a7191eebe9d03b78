import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { lanesOf } from '../../src/report/lanes.ts';
import { rowsOf } from '../../src/report/plan/html/rows.ts';
import { SCRIPT, SCRIPT_HASH } from '../../src/report/plan/html/style.ts';
import { formatPlanHtml } from '../../src/report/plan/html.ts';
import { PLAIN } from '../../src/report/style.ts';
import { stopsOf } from '../../src/report/timeline.ts';
import { timelineOf } from '../../src/report/timelines.ts';
import { assertGolden, TESTDATA } from '../support/files.ts';
import { hostileRelease, largeRelease, plainRelease, smallRelease, USUAL_HELM, upgradedRelease } from './fixtures.ts';

const options = { style: PLAIN, verbose: false };
const releases = { small: smallRelease(), large: largeRelease(), hostile: hostileRelease() };

/** The markup between the script and the style sheet, read strictly: every tag closed, every attribute quoted. */
function elementsOf(page: string): { readonly name: string; readonly attributes: Record<string, string> }[] {
  const body = page
    .replace(/^<!doctype html>/, '')
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<meta ([^>]*)>/g, '<meta $1/>')
    .replace(/<script>.*?<\/script>/s, '');
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => assert.fail(error));
  parser.on('opentag', ({ name, attributes }) =>
    elements.push({ name, attributes: attributes as Record<string, string> }),
  );
  parser.write(body).close();
  return elements;
}

test('the small page reads as its golden file', () => {
  assertGolden(join(TESTDATA, 'report', 'plan-small.html'), formatPlanHtml(releases.small, options));
});

test('hostile text adds no element and no attribute', () => {
  const names = new Set(elementsOf(formatPlanHtml(releases.small, options)).map(({ name }) => name));
  for (const { name, attributes } of elementsOf(formatPlanHtml(releases.hostile, options))) {
    assert.ok(names.has(name), name);
    for (const attribute of Object.keys(attributes)) assert.doesNotMatch(attribute, /^on/);
  }
});

test('ids are unique, and every link and label points to one', () => {
  for (const release of Object.values(releases)) {
    const elements = elementsOf(formatPlanHtml(release, options));
    const ids = elements.flatMap(({ attributes }) => attributes['id'] ?? []);
    assert.equal(new Set(ids).size, ids.length);
    for (const { attributes } of elements)
      for (const target of [attributes['href']?.replace(/^#/, ''), attributes['aria-labelledby']])
        if (target !== undefined) assert.ok(ids.includes(target), target);
  }
});

test('the page asks for nothing from the network', () => {
  const page = formatPlanHtml(releases.small, options);
  assert.match(page, /default-src 'none'/);
  assert.doesNotMatch(page, /https?:|url\(|@import|src=/);
});

test('the policy allows the one script and no other', () => {
  assert.equal(SCRIPT_HASH, createHash('sha256').update(SCRIPT).digest('base64'));
});

test('rows hold the lane in run order, and none is too wide', () => {
  for (const lane of lanesOf(timelineOf(releases.large.plan, USUAL_HELM))) {
    const cells = rowsOf(lane).flatMap((row) => row.cells);
    assert.deepEqual(
      cells.flatMap((cell) => (cell.type === 'stop' ? [cell.stop] : [])),
      stopsOf(lane.operation),
    );
    for (const cell of cells) assert.ok(cell.column + cell.width <= 10);
  }
});

test('where nothing is a hook, the page says what to do, with a resource of this release', () => {
  const page = formatPlanHtml(plainRelease(), options);
  assert.match(page, /Nothing in this release is a hook/);
  assert.match(page, /match: \{ kind: Job, name: &quot;shop-db-migrate&quot; \}/);
  for (const release of Object.values(releases))
    assert.doesNotMatch(formatPlanHtml(release, options), /Nothing in this release is a hook/);
});

test('with the installed revision known, the page has before and after, and says nothing of what stays', () => {
  const page = formatPlanHtml(upgradedRelease(), options);
  const [, rows = ''] = /id="previous".*?<tbody>(.*?)<\/tbody>/s.exec(page) ?? [];
  const found = [...rows.matchAll(/<tr class="(\w+)"><th[^>]*><code>([^<]*)/g)].map(([, type, name]) => [type, name]);
  assert.deepEqual(found, [
    ['moved', 'Job/shop-db-migrate'],
    ['new', 'Pod/shop-smoke'],
  ]);
  assert.doesNotMatch(formatPlanHtml(releases.small, options), /Before and after/);
});

test('findings of one code are one entry, and equal operations one lane', () => {
  const page = formatPlanHtml(largeRelease(70), options);
  assert.equal([...page.matchAll(/<details class="group/g)].length, 3);
  assert.deepEqual(
    [...page.matchAll(/<section class="lane [^>]*aria-labelledby="([^"]*)"/g)].map(([, id]) => id),
    ['install-and-upgrade', 'rollback', 'uninstall', 'test'],
  );
});
