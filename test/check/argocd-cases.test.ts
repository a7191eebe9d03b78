/**
 * Streams with what lint says of them for Argo CD: the first line of each names the severity and the resources, one of which has it; `silent`
 * means that none of them has an error or a warning.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/files.ts';
import { order } from '../support/pipeline.ts';

const FOLDER = join(ROOT, 'testdata', 'argocd', 'cases');

for (const file of readdirSync(FOLDER)) {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  for (const [at, stream] of text.split(/^(?=# expect: )/m).entries()) {
    const [, expected = '', names = '', code] = /^# expect: (\w+) ([^(\n]*)(?:\((.*)\))?/.exec(stream) ?? [];
    const ids = names.trim().split(' ');
    test(`${file} ${at + 1}: ${expected} at ${names.trim()}`, () => {
      const { findings } = order(stream, undefined, {
        target: 'argocd',
        scope: 'all',
        severity: 'info',
        needsConfig: false,
      });
      const there = findings
        .filter(
          ({ resource, severity }) =>
            severity !== 'info' && ids.includes(`${resource?.kind}/${resource?.name || resource?.generateName}`),
        )
        .map((finding) => `${finding.severity} ${finding.code}: ${finding.message}`);
      if (expected === 'silent') return assert.deepEqual(there, []);
      const wanted = code === undefined ? expected : `${expected} ${code}`;
      assert.ok(
        there.some((line) => line.startsWith(wanted)),
        `wanted ${wanted}, found ${JSON.stringify(
          findings.map(({ severity, code: id, message }) => `${severity} ${id}: ${message}`),
          null,
          1,
        )}`,
      );
    });
  }
}
