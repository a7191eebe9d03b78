import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Hook } from '../../src/model/plan.ts';
import type { PlanReport } from '../../src/report/plan/report.ts';
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

test('every line fits the width, but for a name that is longer by itself', () => {
  for (const width of [60, 80, 120])
    for (const release of [smallRelease(), largeRelease(), longNames()])
      for (const verbose of [false, true])
        for (const line of formatPlanText(release, { ...plain, verbose, width }).split('\n'))
          assert.ok([...line].length <= width || line.trim().split(/ +/).length <= 2, `${width}: ${line}`);
});

const HOOK = (name: string, events: string, more = ''): string =>
  `---\n# Source: shop/templates/${name}.yaml\napiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, annotations: { helm.sh/hook: "${events}"${more} } }\n`;

const planOf = (text: string, more: Partial<PlanReport> = {}): string =>
  formatPlanText({ plan: { placements: placementsOf(text) }, findings: [], circumstances: USUAL_HELM, ...more }, plain);

test('equal operations and equal events are told once', () => {
  const both = planOf(HOOK('a', 'pre-install,pre-upgrade') + HOOK('b', 'post-install,post-upgrade'));
  assert.match(both, /^install and upgrade$/m);
  assert.match(both, /^ {2}pre-install, pre-upgrade\n {6}0 {2}Pod\/a /m);
  assert.equal(both.match(/^ {6}0 {2}Pod\/b /gm)?.length, 1);
  const oneEvent = planOf(
    ['a', 'b'].map((name) => HOOK(name, 'pre-install,pre-upgrade')).join('') + HOOK('c', 'post-install'),
  );
  assert.match(oneEvent, /^ {2}pre-upgrade {2}the 2 hooks of pre-install$/m);
  assert.match(planOf(HOOK('a', 'pre-install') + HOOK('b', 'pre-upgrade')), /^install$[\s\S]*^upgrade$/m);
});

test('what an upgrade does to an object that may be in use is said at its line, and what the words mean', () => {
  const map = (name: string, more: string): string =>
    HOOK(name, 'pre-install,pre-upgrade', more).replace('Pod', 'ConfigMap');
  const policy = (words: string): string => `, helm.sh/hook-delete-policy: "${words}"`;
  const text = planOf(
    map('default', '') +
      map('gone', policy('hook-succeeded')) +
      map('kept', policy('keep')) +
      HOOK('run', 'pre-install,pre-upgrade'),
  );
  const endOf = (name: string): string | undefined => new RegExp(`/${name} +chart(?: +(\\S.*))?$`, 'm').exec(text)?.[1];
  assert.deepEqual(['default', 'gone', 'kept', 'run'].map(endOf), [
    'deleted first',
    'deleted after',
    undefined,
    'waits',
  ]);
  assert.match(text, /^deleted first: an upgrade deletes/m);
  assert.match(text, /^deleted after: when the hooks/m);
  const install = planOf(map('default', '').replace(',pre-upgrade', ''));
  assert.doesNotMatch(install, /deleted/, 'only an install makes it');
});

test('a finding is told at the first hook that it is about, once; infos are counted', () => {
  const text = formatPlanText(smallRelease(), plain);
  assert.match(text, /^ {5}10 {2}Job\/shop-db-migrate[\s\S]*?\n {11}error Job\/shop-db-migrate waits for/m);
  assert.equal(text.match(/refs\/waits-forever/g)?.length, 1);
  assert.doesNotMatch(text, /no-backoff-limit/);
  assert.match(formatPlanText(smallRelease(), { ...plain, verbose: true }), /info Job\/shop-seed/);
  const [finding] = smallRelease().findings.map(({ resource: _, ...rest }) => rest);
  assert.match(
    planOf(HOOK('a', 'test'), { findings: finding ? [finding] : [] }),
    /^error Job\/shop-db-migrate/m,
    'of no hook: at the end',
  );
});

test('the headline says which release, chart, config and deployer; the end has the numbers', () => {
  const headline = (more: Partial<PlanReport>): string => planOf(HOOK('a', 'pre-install'), more).split('\n')[0] ?? '';
  assert.equal(headline({}), 'chart shop, no config, Helm 4.3');
  const named = { release: 'prod', configs: ['a.yaml', 'b.yaml'], chartVersion: '1.2.3' };
  assert.equal(headline({ named }), 'release prod, chart shop 1.2.3, config a.yaml, b.yaml, Helm 4.3');
  assert.equal(
    headline({ circumstances: { ...USUAL_HELM, target: 'argocd', version: '3.2' } }),
    'chart shop, no config, Argo CD 3.2',
  );
  const labelled = `${HOOK('a', 'pre-install').replace('name: a,', 'name: a, labels: { helm.sh/chart: shop-2.0.0_build.1 },')}`;
  assert.match(planOf(labelled), /^chart shop 2\.0\.0\+build\.1, /);
  assert.match(
    formatPlanText(smallRelease(), plain),
    /7 hooks, 13 resources\. Hooks hold up an install for 19m at most/,
  );
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
