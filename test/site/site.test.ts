/** The site as files, and the playground in a real browser, where a chromium is found. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { decodeState, encodeState } from '../../scripts/site/state.mjs';
import { CAUSE_TITLES } from '../../src/knowledge/causes.generated.ts';
import { orderRelease } from '../../src/library.ts';
import { FINDING_CODES } from '../../src/model/finding.ts';
import { look, OVERFLOWING, skip } from '../support/browser.ts';
import { COMMAND, ROOT, TESTDATA } from '../support/files.ts';

const site = mkdtempSync(join(tmpdir(), 'hookorder-site-'));
let pages: readonly string[] = [];
const make = (out: string) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts', 'site.mjs'), '--skip-build', '--out', out], { encoding: 'utf8' });
before(() => {
  const { status, stderr } = make(site);
  assert.equal(status, 0, stderr);
  pages = readdirSync(site, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.html'));
});
after(() => rmSync(site, { recursive: true, force: true }));
const textOf = (page: string): string => readFileSync(join(site, page), 'utf8');
/** Without scripts, whose texts look like markup. */
const markupOf = (page: string): string => textOf(page).replaceAll(/<script[^>]*>.*?<\/script>/gs, '');
const linksOf = (page: string): readonly string[] =>
  [...markupOf(page).matchAll(/ href="([^"]*)"/g)].map(([, href = '']) => href);

test('every finding and every cause has its page, and every link leads to a place that is there', () => {
  for (const code of [...FINDING_CODES, ...Object.keys(CAUSE_TITLES)])
    assert.ok(pages.includes(`findings/${code}.html`), code);
  for (const page of pages)
    for (const href of linksOf(page)) {
      const document = /^https:\/\/github\.com\/hookorder\/hookorder\/blob\/main\/(docs\/[^#]+)/.exec(href)?.[1];
      if (document !== undefined) {
        assert.ok(existsSync(join(ROOT, document)), `${page}: ${href}`);
        continue;
      }
      const [path = '', hash = ''] = href.split('#');
      const file = path === '' ? join(site, page) : resolve(dirname(join(site, page)), path);
      assert.ok(existsSync(file), `${page}: ${href}`);
      if (hash !== '' && !hash.startsWith('s='))
        assert.ok(readFileSync(file, 'utf8').includes(` id="${hash}"`), `${page}: ${href}`);
    }
});

test('a page asks for nothing from the network, and its policy allows its own script and no other', () => {
  for (const page of pages) {
    assert.doesNotMatch(
      markupOf(page).replaceAll(/<a href="https:[^>]*>|<pre.*?<\/pre>|<code>.*?<\/code>/gs, ''),
      /https?:|url\(|@import| src=/,
      page,
    );
    const scripts = [...textOf(page).matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => script);
    const digests = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    assert.match(textOf(page), /default-src 'none'/);
    assert.equal(/script-src ([^;]*);/.exec(textOf(page))?.[1], digests.join(' ') || "'none'", page);
  }
});

test('a link from a finding to the playground has an example that has the finding', async () => {
  let links = 0;
  for (const code of FINDING_CODES) {
    const [link] = linksOf(`findings/${code}.html`).filter((href) => href.includes('#s='));
    if (link === undefined) continue;
    const state = await decodeState(link.slice(link.indexOf('#s=') + 3));
    const { findings } = orderRelease(state?.stream ?? '', { check: 'all', target: state?.target ?? 'helm' });
    assert.ok(
      findings.some((finding) => finding.code === code),
      code,
    );
    links++;
  }
  assert.ok(links > FINDING_CODES.length / 2, String(links));
});

test('a state survives as a link, and what is no link is nothing', async () => {
  const state = { stream: 'kind: ü€😀\n'.repeat(5000), config: '', target: 'argocd', wait: true } as const;
  const link = await encodeState(state);
  assert.match(link, /^[\w-]+$/);
  assert.deepEqual(await decodeState(link), state);
  for (const broken of ['', '%', link.slice(0, -8), await encodeState({ stream: 7 as unknown as string })])
    assert.equal(await decodeState(broken), undefined);
});

const index = (hash = ''): URL => new URL(`${pathToFileURL(join(site, 'index.html')).href}${hash}`);

for (const width of [390, 1440])
  test(`the playground at ${width} pixels: an example is drawn, refused ones say why, and nothing is too wide`, {
    skip,
  }, () => {
    const found = look<Record<string, unknown>>(
      index(),
      width,
      `${OVERFLOWING}
      const status = page.getElementById('status');
      await soon(() => status.textContent !== '');
      const first = status.textContent;
      const stops = page.querySelectorAll('#view-timeline details[name]').length;
      const wide = overflowing('body, body *');
      const example = page.getElementById('example');
      example.value = 'refused';
      example.dispatchEvent(new view.Event('change'));
      const refused = status.textContent;
      const errors = page.querySelectorAll('#view-timeline .worries .error').length;
      const links = [...page.querySelectorAll('#view-timeline a.code')].map((link) => link.getAttribute('href'));
      wide.push(...overflowing('body, body *'));
      page.querySelector('[name=view][value=changes]').click();
      const note = page.getElementById('changes-note').textContent;
      const saved = page.getElementById('save').hidden;
      const hidden = ['timeline', 'text', 'changes'].map((name) => page.getElementById('view-' + name).hidden);
      wide.push(...overflowing('body, body *'));
      return { first, stops, wide, refused, isRefused: errors > 0, links: [...new Set(links)], note, saved, hidden, hash: view.location.hash };`,
    );
    const { stops, links, ...rest } = found as { stops: number; links: readonly string[] };
    assert.ok(stops > 5);
    assert.ok(links.includes('findings/refs/not-yet-created.html'), String(links));
    for (const link of links) assert.ok(existsSync(join(site, link)), link);
    assert.deepEqual(rest, {
      first: 'In order: 9 hooks, 2 infos',
      wide: [],
      refused: 'Refused: 6 hooks, 2 errors, 2 infos',
      isRefused: true,
      note: 'Refused: nothing leaves hookorder, and Helm sends nothing to the cluster. The timeline has the errors.',
      saved: true,
      hidden: [true, true, false],
      hash: '#example=refused',
    });
  });

test('the playground shows what hookorder prints, and the link has what was typed', { skip }, async () => {
  const chart = join(TESTDATA, 'charts', 'ordered-release');
  const [stream, config] = ['golden/stream.yaml', 'hookorder.yaml'].map((file) => join(chart, file)) as [
    string,
    string,
  ];
  const run = (...words: readonly string[]): string => {
    const [program, ...args] = [...COMMAND, ...words, stream, '--config', 'hookorder.yaml'];
    return spawnSync(program, args, { cwd: chart, encoding: 'utf8' }).stdout;
  };
  const { text, patched, changed, state } = look<{
    readonly text: string;
    readonly patched: string;
    readonly changed: number;
    readonly state: string;
  }>(
    index(),
    1440,
    `await soon(() => page.getElementById('status').textContent !== '');
    page.getElementById('wait').click();
    const text = page.querySelector('#view-text pre').textContent;
    let saved;
    view.URL.createObjectURL = (blob) => { saved = blob; return '#'; };
    page.getElementById('save').click();
    const patched = await saved.text();
    const changed = page.querySelectorAll('#view-changes pre .added').length;
    page.getElementById('share').click();
    await soon(() => view.location.hash.startsWith('#s='));
    return { text, patched, changed, state: view.location.hash.slice(3) };`,
  );
  assert.equal(text, run('plan', '--color=never', '--wait'));
  assert.equal(patched, run('render'));
  assert.ok(changed > 10);
  assert.deepEqual(await decodeState(state), {
    stream: readFileSync(stream, 'utf8'),
    config: readFileSync(config, 'utf8'),
    target: 'helm',
    wait: true,
  });
});

test('a link opens what it has, files are taken, hostile text stays text, and nothing may be sent', {
  skip,
}, async () => {
  const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
  const stream = `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${JSON.stringify(evil)}\n  annotations: { helm.sh/hook: ${JSON.stringify(`pre-install,${evil}`)} }\n`;
  const found = look<Record<string, unknown>>(
    index(`#s=${await encodeState({ stream, target: 'argocd', wait: true })}`),
    390,
    `const status = page.getElementById('status');
    await soon(() => status.textContent !== '');
    const opened = page.getElementById('stream').value;
    const target = page.querySelector('[name=target]:checked').value;
    const images = page.images.length, scripts = page.scripts.length;
    let blocked = '';
    page.addEventListener('securitypolicyviolation', (event) => { blocked = event.violatedDirective; });
    await view.fetch('https://example.invalid/').catch(() => undefined);
    await soon(() => blocked !== '');
    const drop = (id, name, text) => {
      const data = new view.DataTransfer();
      data.items.add(new view.File([text], name));
      const event = new view.DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data });
      page.getElementById(id).dispatchEvent(event);
      return event.defaultPrevented;
    };
    const taken = drop('config', 'x.yaml', 'apiVersion: hookorder.io/v1\\nkind: HookOrder\\nhooks: [{}]\\n');
    await soon(() => page.getElementById('config').value !== '');
    await soon(() => status.className === 'bad');
    view.location.hash = '#s=broken';
    await soon(() => status.textContent.startsWith('The link'));
    return { opened, target, images, scripts, blocked, taken };`,
  );
  assert.deepEqual(found, {
    opened: stream,
    target: 'argocd',
    images: 0,
    scripts: 2,
    blocked: 'connect-src',
    taken: true,
  });
});

test('npm run site refuses a folder with other files, and fills its own again', () => {
  const refused = make(join(ROOT, 'docs'));
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /not of a site/);
  assert.equal(make(site).status, 0);
});
