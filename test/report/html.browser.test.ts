/**
 * The page in a real browser: that nothing overflows, that the script runs under the page's own policy, and that text of a chart
 * stays text. Runs where a chromium is found (`CHROMIUM`, or on PATH).
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatPlanHtml } from '../../src/report/plan/html.ts';
import { PLAIN } from '../../src/report/style.ts';
import { hostileRelease, largeRelease, smallRelease } from './fixtures.ts';

const names = [process.env['CHROMIUM'] ?? '', 'chromium', 'chromium-browser', 'google-chrome'].filter(
  (name) => name !== '',
);
const browser = names.find((name) => spawnSync(name, ['--version']).status === 0);
const skip = browser === undefined ? 'no chromium: set CHROMIUM or put one on PATH' : false;

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

/** Opens the page in a frame of each width, and says what is there. */
const MEASURE = `
const frame = document.querySelector('iframe');
frame.onload = () => {
  const page = frame.contentDocument;
  const view = frame.contentWindow;
  const overflowing = (selector) => [page.documentElement, ...page.querySelectorAll(selector)]
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && !element.closest('.hidden, svg') && view.getComputedStyle(element).display !== 'inline')
    .map((element) => element.tagName + '.' + element.className + ' ' + element.scrollWidth + '>' + element.clientWidth);
  const summaries = [...page.querySelectorAll('details[name] > summary')];
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
  view.onhashchange = () => {
    const result = {
      overflowing: found, outside, opensOnFocus, closesOnEscape,
      opensByLink: page.querySelector(':target').closest('details').open,
      scripts: page.scripts.length, images: page.images.length, cards: summaries.length,
    };
    document.body.textContent = 'RESULT' + JSON.stringify(result) + 'END';
  };
  page.querySelector('.finding a').click();
};
`;

function measure(page: string, width: number): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-page-'));
  try {
    writeFileSync(join(folder, 'page.html'), page);
    const wrapper = `<!doctype html><meta charset="utf-8"><body style="margin:0"><iframe src="page.html" style="border:0;width:${width}px;height:900px"></iframe><script>${MEASURE}</script></body>`;
    writeFileSync(join(folder, 'wrapper.html'), wrapper);
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--allow-file-access-from-files',
      `--user-data-dir=${join(folder, 'profile')}`,
    ];
    const run = spawnSync(
      browser ?? '',
      [
        ...flags,
        '--window-size=1600,1000',
        '--virtual-time-budget=10000',
        '--dump-dom',
        `file://${join(folder, 'wrapper.html')}`,
      ],
      { encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
    );
    const [, json] = /RESULT(.*)END/s.exec(run.stdout) ?? [];
    assert.ok(json, `the browser measured nothing: ${run.stderr.slice(-2000)}`);
    const text = json
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&nbsp;', '\u00a0')
      .replaceAll('&amp;', '&');
    return JSON.parse(text) as Measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const options = { style: PLAIN, verbose: false };
for (const [name, release] of [
  ['five hooks', smallRelease()],
  ['forty hooks', largeRelease()],
  ['hostile names', hostileRelease()],
] as const)
  for (const width of [360, 800, 1440])
    test(`${name} at ${width} pixels: nothing overflows, cards stay on the page, focus and links open one`, {
      skip,
    }, () => {
      const { cards, ...measured } = measure(formatPlanHtml(release, options), width);
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
