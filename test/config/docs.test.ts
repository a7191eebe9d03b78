import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import schema from '../../src/config/schema.json';
import { EVENTS } from '../../src/model/helm.ts';
import { ROOT } from '../support/files.ts';
import { load } from './configs.ts';

const TEXT = readFileSync(join(ROOT, 'docs', 'config.md'), 'utf8');

for (const { 1: block = '', index } of TEXT.matchAll(/^```yaml\n(.*?)^```$/gms)) {
  const line = TEXT.slice(0, index).split('\n').length;
  test(`docs/config.md: the example at line ${line} is valid`, () => {
    const { config, findings } = load(block);
    assert.deepEqual(findings, []);
    assert.ok(config);
  });
}

test('docs/config.md: every key and every word of the format is told', () => {
  const { hook, matcher, defaults, weights, job, pod, helm, argocd } = schema.definitions;
  const keys = [schema, hook, matcher, defaults, weights, job, pod, helm, argocd].flatMap(({ properties }) =>
    Object.keys(properties),
  );
  for (const word of [...keys, ...EVENTS]) assert.ok(TEXT.includes(`\`${word}\``), `${word} is missing`);
});

test('docs/config.md: every hook key has a section, and every link inside leads to one', () => {
  const sections = [...TEXT.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
  for (const key of Object.keys(schema.definitions.hook.properties))
    assert.ok(
      sections.some((section) => section.split('-').includes(key.toLowerCase())),
      `${key} has no section`,
    );
  for (const [, anchor = ''] of TEXT.matchAll(/\]\(#([^)]+)\)/g))
    assert.ok(sections.includes(anchor), `#${anchor} leads nowhere`);
});
