/** Questions to a release are answered once, however many checks ask them and however often. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Placement } from '../../src/model/plan.ts';
import { indexBy, once, type Release } from '../../src/release/release.ts';
import { ROOT } from '../support/files.ts';
import { releaseOf } from '../support/release.ts';

const STREAM = ['a', 'b', 'a']
  .map((name) => `---\n{ apiVersion: v1, kind: Secret, metadata: { name: ${name} } }\n`)
  .join('');

let found: string[] = [];
const names = once(({ placements }) => {
  found.push('names');
  return placements.map(({ name }) => name).join();
});
const own = once((placement: Placement, _: Release): string | undefined => {
  found.push(`own ${placement.name}`);
  return undefined;
});
const byName = once(
  (placement: Placement, other: number, release: Release) => {
    found.push(`by name ${placement.name} ${other}`);
    return `${placement.name} of ${release.placements.length}`;
  },
  ({ name }) => name,
);

test('a release answers each question once for each key, also where the answer is that there is none', () => {
  found = [];
  const release = releaseOf(STREAM);
  for (let times = 0; times < 3; times++) {
    assert.equal(names(release), 'a,b,a');
    for (const placement of release.placements) {
      assert.equal(own(placement, release), undefined);
      assert.equal(byName(placement, times, release), `${placement.name} of 3`);
    }
  }
  assert.deepEqual(found, ['names', 'own a', 'by name a 0', 'own b', 'by name b 0', 'own a']);
});

test('another release has its own answers', () => {
  const [one, other] = [releaseOf(STREAM), releaseOf(STREAM.slice(0, STREAM.lastIndexOf('---')))];
  found = [];
  assert.deepEqual([names(one), names(other), names(one)], ['a,b,a', 'a,b', 'a,b,a']);
  assert.deepEqual(found, ['names', 'names']);
});

test('kinds and names are indexes too: each placement is looked at once for all of them', () => {
  const release = releaseOf(STREAM);
  assert.equal(release.byKind('Secret'), release.byKind('Secret'));
  assert.deepEqual(release.byKind('Job', 'Secret'), release.placements);
  assert.equal(release.find('Secret', 'a', undefined).length, 2);
  assert.deepEqual([...indexBy(release.placements, ({ name }) => name).keys()], ['a', 'b']);
});

test('every question has a name at the top level of its file: one that is declared in a function is new at each call', () => {
  const source = join(ROOT, 'src');
  const declared = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== join('release', 'release.ts'))
    .flatMap((file) =>
      readFileSync(join(source, file), 'utf8')
        .split('\n')
        .filter((line) => /\bonce\(/.test(line) && !/^\s*(?:\*|\/\/|\/\*)/.test(line)),
    );
  assert.ok(declared.length > 50);
  assert.deepEqual(
    declared.filter((line) => !/^(?:export )?const \w+ = once\(/.test(line)),
    [],
  );
});
