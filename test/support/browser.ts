/**
 * Pages in a real browser: one is opened in a frame of a width, and a script looks at it. Runs where a chromium is found (`CHROMIUM`, or on
 * PATH); elsewhere `skip` is the message with which tests skip.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const browser = [process.env['CHROMIUM'] ?? '', 'chromium', 'chromium-browser', 'google-chrome']
  .filter((name) => name !== '')
  .find((name) => spawnSync(name, ['--version']).status === 0);

export const skip = browser === undefined ? 'NO CHROMIUM HERE: set CHROMIUM, or put one on PATH' : false;

/** Elements whose content is wider than they are; to be put into a script of `look`. */
export const OVERFLOWING = `
const overflowing = (selector) => [page.documentElement, ...page.querySelectorAll(selector)]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && !element.closest('.hidden, svg, pre, textarea, select, .scroll, [hidden]') && view.getComputedStyle(element).display !== 'inline')
  .map((element) => element.tagName + '.' + element.className + ' ' + element.scrollWidth + '>' + element.clientWidth);
`;

/**
 * What `script` returns about a page: the body of an async function of `page` (its document), `view` (its window) and `soon(condition)`, which waits
 * until a condition holds. `url` is a page's address; text is a page.
 */
export function look<Result>(page: string | URL, width: number, script: string): Result {
  const folder = mkdtempSync(join(tmpdir(), 'hookorder-page-'));
  try {
    if (typeof page === 'string') writeFileSync(join(folder, 'page.html'), page);
    const address = typeof page === 'string' ? 'page.html' : page.href;
    const code = `
const frame = document.querySelector('iframe');
frame.onload = async () => {
  frame.onload = null;
  const view = frame.contentWindow;
  const page = frame.contentDocument;
  const soon = async (condition) => {
    for (let tries = 0; tries < 200; tries++) {
      if (condition()) return;
      // The clock here is the browser's own, which runs ahead of what other threads do. A request takes real time.
      const request = new XMLHttpRequest();
      request.open('GET', location.href, false);
      request.send();
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('never: ' + condition);
  };
  const result = await (async () => { ${script} })().catch((error) => ({ failure: String(error.stack) }));
  document.body.textContent = 'RESULT' + btoa(unescape(encodeURIComponent(JSON.stringify(result)))) + 'END';
};`;
    writeFileSync(
      join(folder, 'wrapper.html'),
      `<!doctype html><meta charset="utf-8"><body style="margin:0"><iframe src="${address}" style="border:0;width:${width}px;height:900px"></iframe><script>${code}</script></body>`,
    );
    const run = spawnSync(
      browser ?? '',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--allow-file-access-from-files',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--window-size=1600,1000',
        '--virtual-time-budget=20000',
        '--dump-dom',
        pathToFileURL(join(folder, 'wrapper.html')).href,
      ],
      { encoding: 'utf8', timeout: 120_000, maxBuffer: 64 * 1024 * 1024 },
    );
    const [, got] = /RESULT([\w+/=]+)END/.exec(run.stdout) ?? [];
    assert.ok(got, `the browser said nothing: ${run.stderr.slice(-2000)}`);
    const result = JSON.parse(Buffer.from(got, 'base64').toString()) as Result & { readonly failure?: string };
    assert.equal(result.failure, undefined, result.failure);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
