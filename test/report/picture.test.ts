/** The README's picture is what `plan -o svg` draws of the example: `npm test -- --update test/report/picture` draws it anew. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { formatPlanSvg } from '../../src/report/plan/svg.ts';
import { PLAIN } from '../../src/report/style.ts';
import { assertGolden, COMMAND, ROOT, TESTDATA } from '../support/files.ts';
import { hostileRelease, largeRelease, smallRelease } from './fixtures.ts';

test('the picture in the README is of the example as it is', () => {
  const [program, ...args] = [...COMMAND, 'plan', 'golden/stream.yaml', '-c', 'hookorder.yaml', '-o', 'svg'];
  const cwd = join(TESTDATA, 'charts', 'ordered-release');
  const { stdout, status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assertGolden(join(ROOT, 'docs', 'images', 'ordered-release.svg'), stdout);
});

const releases = { small: smallRelease(), large: largeRelease(), hostile: hostileRelease() };
const draw = (release: (typeof releases)['small']): string =>
  formatPlanSvg(release, { style: PLAIN, width: 80, verbose: false });

test('a picture is XML, asks for nothing, has no script, and hostile text adds no element', () => {
  const namesOf = (text: string): ReadonlySet<string> => {
    const names = new Set<string>();
    const parser = new SaxesParser();
    parser.on('error', (error) => assert.fail(error));
    parser.on('opentag', ({ name }) => names.add(name));
    parser.write(text).close();
    return names;
  };
  const usual = namesOf(draw(releases.small));
  for (const release of Object.values(releases)) {
    const picture = draw(release);
    for (const name of namesOf(picture)) assert.ok(usual.has(name), name);
    assert.doesNotMatch(picture.replace('http://www.w3.org/2000/svg', ''), /https?:|url\(|@import|href/);
  }
});

test('every hook is in the picture, and no word is outside of it', () => {
  const picture = draw(releases.large);
  for (const { resource, hook } of releases.large.plan.placements)
    if (hook !== undefined) assert.ok(picture.includes(resource.name.slice(-6)), resource.name);
  const [, width = '', height = ''] = /viewBox="0 0 (\d+) (\d+)"/.exec(picture) ?? [];
  for (const [, x = ''] of picture.matchAll(/<text [^>]*x="(\d+)"/g)) assert.ok(Number(x) < Number(width));
  assert.ok(Number(height) > 500);
});
