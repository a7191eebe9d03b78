import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeConfig, type LoadedConfig, loadConfig } from '../../src/config/load.ts';
import type { Finding } from '../../src/model/finding.ts';
import { assertGolden, TESTDATA } from '../support/files.ts';

const CASES = join(TESTDATA, 'config');

for (const name of readdirSync(CASES))
  test(`${name}: exactly the expected findings`, () => {
    const folder = join(CASES, name);
    const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
    const documents = files.map((file) => decodeConfig(readFileSync(join(folder, file)), file));
    const undecoded = documents.filter((item): item is Finding => 'code' in item);
    const loaded: LoadedConfig = loadConfig(documents.flatMap((item) => ('code' in item ? [] : item)));
    const findings = [...undecoded, ...loaded.findings];
    assertGolden(join(folder, 'findings.txt'), findings.length === 0 ? 'none\n' : findings.map(format).join(''));
    assert.equal(
      loaded.config === undefined,
      loaded.findings.length > 0,
      'a config comes out exactly when nothing is wrong',
    );
  });

function format({ code, severity, message, hint, config }: Finding): string {
  assert.equal(severity, 'error');
  assert.ok(config, `${message} has no place`);
  assert.doesNotMatch(message, /\.$|!$|undefined|\[object/);
  const hook = config.hook === undefined ? '' : ` (hook "${config.hook}")`;
  const lines = [`${config.file}:${config.line}:${config.column} ${code}${hook}`, `  ${message}`];
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return `${lines.join('\n')}\n`;
}
