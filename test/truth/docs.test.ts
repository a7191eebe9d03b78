/** docs/helm-facts.md comes from the record, so it says nothing that was not seen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { factsPage } from '../../scripts/truth/docs.mjs';
import { assertGolden, ROOT } from '../support/files.ts';
import { readRecord } from './record.ts';

test('docs/helm-facts.md is what was recorded', () => {
  const template = readFileSync(join(ROOT, 'scripts', 'truth', 'helm-facts.md'), 'utf8');
  assertGolden(join(ROOT, 'docs', 'helm-facts.md'), factsPage(template, readRecord()));
});
