/**
 * The page in a real browser: that nothing overflows, that the script runs under the page's own policy, and that text of a chart
 * stays text.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlanHtml } from '../../src/report/plan/html.ts';
import { PLAIN } from '../../src/report/style.ts';
import { look, OVERFLOWING, skip } from '../support/browser.ts';
import { hostileRelease, largeRelease, smallRelease } from './fixtures.ts';

interface Measured {
  readonly overflowing: readonly string[];
  readonly scripts: number;
  readonly images: number;
  readonly cards: number;
  readonly opensOnFocus: boolean;
  readonly closesOnEscape: boolean;
  readonly opensByLink: boolean;
  readonly outside: readonly string[];
}

const MEASURE = `
${OVERFLOWING}
const summaries = [...page.querySelectorAll('details[name] > summary')];
for (const box of page.querySelectorAll('details:not([name])')) box.open = true;
const found = overflowing('body, body *');
const outside = [];
for (const summary of summaries) {
  summary.parentElement.open = true;
  const card = summary.parentElement.querySelector('.card').getBoundingClientRect();
  if (card.left < 0 || card.right > view.innerWidth) outside.push(summary.title);
  // A card lies over the page, so only what is in it has to fit.
  found.push(...overflowing('.card, .card *'));
  summary.parentElement.open = false;
}
// A key before the focus, so that the browser takes it for a focus by keyboard.
page.body.dispatchEvent(new view.KeyboardEvent('keydown', { key: 'Tab', bubbles: true }));
summaries[0].focus({ focusVisible: true });
const opensOnFocus = summaries[0].parentElement.open;
page.body.dispatchEvent(new view.KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
const closesOnEscape = !summaries[0].parentElement.open;
page.querySelector('.group a[href^="#"]').click();
await soon(() => page.querySelector(':target')?.closest('details').open);
return {
  overflowing: found, outside, opensOnFocus, closesOnEscape, opensByLink: true,
  scripts: page.scripts.length, images: page.images.length, cards: summaries.length,
};
`;

const options = { style: PLAIN, verbose: false };
for (const [name, release] of [
  ['five hooks', smallRelease()],
  ['forty hooks', largeRelease()],
  ['seventy findings', largeRelease(70)],
  ['hostile names', hostileRelease()],
] as const)
  for (const width of [360, 390, 800, 1440])
    test(`${name} at ${width} pixels: nothing overflows, cards stay on the page, focus and links open one`, {
      skip,
    }, () => {
      const { cards, ...measured } = look<Measured>(formatPlanHtml(release, options), width, MEASURE);
      assert.ok(cards > 5);
      assert.deepEqual(measured, {
        overflowing: [],
        outside: [],
        opensOnFocus: true,
        closesOnEscape: true,
        opensByLink: true,
        scripts: 1,
        images: 0,
      });
    });
