/** `init --fix` over many streams: real ones, parts of them under other names, generated ones and charts. Nothing gets worse, and nearly all is cured. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { CORPUS, ROOT } from '../support/files.ts';
import { helmTest } from '../support/helm.ts';
import { runs } from '../support/property.ts';
import { codesOf, type FixCase, soundFix } from './fix.ts';
import { type Renders, renders } from './releases.ts';

/** The larger half of the corpus takes minutes: it is for long searches. */
const isLong = Number(process.env['HOOKORDER_RUNS'] ?? 1) > 1;
const files = readdirSync(CORPUS)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, text: readFileSync(join(CORPUS, name), 'utf8') }))
  .filter(({ text }) => isLong || text.length < 100_000);

/** The same release under another name: the first word of most names, where it stands alone. */
function renamed(text: string): string {
  const words = [...text.matchAll(/^ {2}name: "?([a-z]+)(?=[-"\s])/gm)].map(([, word = '']) => word);
  const count = (word: string): number => words.filter((one) => one === word).length;
  const [release = 'none'] = [...new Set(words)].sort((a, b) => count(b) - count(a));
  return text.replaceAll(new RegExp(`(?<![\\w/.@-])${release}(?=[-\\s"',:]|$)(?![:-]?/)`, 'gm'), 'x1-other');
}

/** Part of the documents: what is left refers to what is not there. */
const without = (text: string, rest: number): string =>
  text
    .split(/^---$/m)
    .filter((_, index) => index % 3 !== rest)
    .join('---');

const VARIANTS: Readonly<Record<string, (text: string) => string>> = {
  'under another name': renamed,
  'less every third document': (text) => without(text, 0),
  'less the next of three': (text) => without(text, 1),
};

for (const { name, text } of files)
  for (const [variant, change] of Object.entries(VARIANTS))
    test(`${name} ${variant}: no harm, and no error is left, for Helm and for Argo CD`, () => {
      const install = change(text);
      if (!/^kind:/m.test(install)) return;
      for (const target of ['helm', 'argocd'] as const) {
        const { left, text: config } = soundFix({ install, target });
        assert.deepEqual(codesOf(left.filter(({ severity }) => severity === 'error')), [], `${target}\n${config}`);
      }
    });

/** How many of the generated releases have errors, and how many of those have none left. */
function searched(casesOf: (all: Renders) => readonly FixCase[], count: number): { before: number; after: number } {
  let before = 0;
  let after = 0;
  fc.assert(
    fc.property(renders, (all) => {
      for (const about of casesOf(all)) {
        const { cured, left } = soundFix(about);
        const isError = ({ severity }: { readonly severity: string }): boolean => severity === 'error';
        if (![...cured, ...left].some(isError)) continue;
        before++;
        if (left.some(isError)) after++;
      }
    }),
    runs(count),
  );
  return { before, after };
}

test('generated releases: no harm, and most of those with errors have none left', () => {
  const { before, after } = searched(({ install }) => (install === '' ? [] : [{ install }]), 40);
  assert.ok(before > 10 && after * 4 <= before, `${after} of ${before} have errors left`);
});

test('generated charts with two renders: no harm, and most of those with errors have none left', () => {
  const { before, after } = searched(
    ({ install, upgrade }) => (install === '' || upgrade === '' ? [] : [{ install, upgrade }]),
    30,
  );
  assert.ok(before > 10 && after * 4 <= before, `${after} of ${before} have errors left`);
});

const CHARTS = join(ROOT, 'testdata', 'charts');
for (const folder of readdirSync(CHARTS))
  helmTest(`chart ${folder}: no harm, and nothing is left that is an error`, ['4.3.2'], (helm) => {
    const entries = readdirSync(join(CHARTS, folder));
    const chart = entries.includes('Chart.yaml') ? join(CHARTS, folder) : join(CHARTS, folder, 'chart');
    const values =
      entries.includes('values.yaml') && chart !== join(CHARTS, folder)
        ? ['-f', join(CHARTS, folder, 'values.yaml')]
        : [];
    const [install, upgrade] = [[], ['--is-upgrade']].map((more) =>
      helm.succeed(['template', 'shop', chart, ...values, ...more], { cwd: ROOT }),
    ) as [string, string];
    for (const target of ['helm', 'argocd'] as const) {
      const about = target === 'helm' ? { install, upgrade } : { install };
      const { left } = soundFix({ ...about, target });
      assert.deepEqual(codesOf(left.filter(({ severity }) => severity === 'error')), []);
    }
  });
