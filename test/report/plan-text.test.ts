import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Hook } from '../../src/model/plan.ts';
import { formatPlanText } from '../../src/report/plan/text.ts';
import { COLOURED, PLAIN } from '../../src/report/style.ts';
import { stopsOf } from '../../src/report/timeline.ts';
import { timelineOf } from '../../src/report/timelines.ts';
import { assertGolden, TESTDATA } from '../support/files.ts';
import { placementsOf } from '../support/release.ts';
import { hostileRelease, largeRelease, type Release, smallRelease, USUAL_HELM } from './fixtures.ts';

const plain = { style: PLAIN, verbose: false };

for (const [name, release] of [
  ['small', smallRelease()],
  ['large', largeRelease()],
] as const) {
  test(`the ${name} plan reads as its golden file`, () => {
    assertGolden(join(TESTDATA, 'report', `plan-${name}.txt`), formatPlanText(release, plain));
  });
  test(`the ${name} plan in full reads as its golden file`, () => {
    assertGolden(
      join(TESTDATA, 'report', `plan-${name}-verbose.txt`),
      formatPlanText(release, { ...plain, verbose: true }),
    );
  });
}

test('every line fits 80 columns', () => {
  for (const release of [smallRelease(), largeRelease(), longNames()])
    for (const verbose of [false, true])
      for (const line of formatPlanText(release, { ...plain, verbose }).split('\n'))
        assert.ok([...line].length <= 80, `${[...line].length}: ${line}`);
});

test('colour adds escape sequences and nothing else', () => {
  const release = smallRelease();
  const coloured = formatPlanText(release, { ...plain, style: COLOURED });
  assert.notEqual(coloured, formatPlanText(release, plain));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ''), formatPlanText(release, plain));
});

test('text of a chart cannot write control characters or lines', () => {
  const text = formatPlanText(hostileRelease(), { ...plain, verbose: true });
  assert.doesNotMatch(text, /(?!\n)[\p{Cc}\u202e]/u);
  assert.doesNotMatch(text, /^## heading/m);
});

test('hooks stand in the order of weight and then of the name with which they leave', () => {
  const text = ['b', 'a', 'zzz']
    .map(
      (name) =>
        `---\napiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, annotations: { helm.sh/hook: pre-install } }\n`,
    )
    .join('');
  const placements = placementsOf(text).map((placement) =>
    placement.name === 'zzz' ? { ...placement, name: 'aa' } : placement,
  );
  const install = timelineOf({ placements }, USUAL_HELM).operations[0];
  assert.deepEqual(install && stopsOf(install).map(({ title }) => title), ['Pod/a', 'Pod/aa', 'Pod/b']);
});

test('a hook with one unknown event is shown as dropped, not as run', () => {
  const text =
    '---\napiVersion: v1\nkind: Pod\nmetadata: { name: a, annotations: { helm.sh/hook: "pre-install,pre-upgrad" } }\n';
  const release = { plan: { placements: placementsOf(text) }, findings: [], circumstances: USUAL_HELM };
  assert.match(formatPlanText(release, plain), /^install {6}no hooks$/m);
  assert.match(formatPlanText(release, plain), /^Helm drops Pod\/a/m);
});

test('with --wait nobody is warned of Deployments that are not ready', () => {
  assert.match(formatPlanText(smallRelease(), plain), /without --wait/);
  assert.doesNotMatch(
    formatPlanText({ ...smallRelease(), circumstances: { ...USUAL_HELM, wait: true } }, plain),
    /without --wait/,
  );
});

function longNames(): Release {
  const name = 'a-very-long-release-name-with-a-very-long-chart-name-and-more';
  const hook: Hook = {
    events: ['pre-install', 'pre-delete'],
    weight: -100000,
    deletePolicies: [],
    deletes: [],
    logPolicies: [],
  };
  const text = `---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\nspec: { activeDeadlineSeconds: 12345 }\n`;
  const rule = { name: 'also-a-name-that-somebody-thought-about-for-a-long-time' };
  return {
    plan: { placements: placementsOf(text, { [name]: rule }).map((placement) => ({ ...placement, hook })) },
    findings: [],
    circumstances: USUAL_HELM,
  };
}
