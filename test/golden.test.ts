/**
 * One folder per case: `in.yaml` and `config.yaml` go in; `out.yaml` or `refusal.txt`, `plan.txt` and `findings.txt` come out. The folder's name is the claim.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatRefusal } from '../src/report/findings/refusal.ts';
import { formatFindingsText } from '../src/report/findings/text.ts';
import { formatPlanText } from '../src/report/plan/text.ts';
import { PLAIN } from '../src/report/style.ts';
import { USUAL_HELM } from './report/fixtures.ts';
import { assertGolden, TESTDATA } from './support/files.ts';
import { order, rendered } from './support/pipeline.ts';

const CASES = join(TESTDATA, 'cases');

for (const name of readdirSync(CASES).sort()) {
  test(name.replaceAll('-', ' '), () => {
    const file = (leaf: string): string => join(CASES, name, leaf);
    const input = readFileSync(file('in.yaml'), 'utf8');
    const config = existsSync(file('config.yaml')) ? readFileSync(file('config.yaml'), 'utf8') : undefined;
    const { stream, plan, findings } = order(input, config, { scope: 'all', severity: 'info' });
    const refusing = order(input, config).findings.filter(({ severity }) => severity === 'error');

    const output = plan !== undefined && refusing.length === 0 ? rendered(input, config) : undefined;
    golden(file('out.yaml'), output);
    golden(file('refusal.txt'), output === undefined ? `${formatRefusal(refusing)}\n` : undefined);
    golden(
      file('plan.txt'),
      plan && formatPlanText({ plan, findings, circumstances: USUAL_HELM }, { style: PLAIN, verbose: false }),
    );
    golden(
      file('findings.txt'),
      findings.length === 0
        ? undefined
        : formatFindingsText(
            { findings, documents: stream?.documents.length ?? 0 },
            { style: PLAIN, failOn: 'error', version: 'test' },
          ),
    );

    if (output !== undefined && config !== undefined)
      assert.equal(rendered(output, config), output, 'rendering the output again changes nothing');
  });
}

/** A golden file that must exist exactly when there is something to hold. */
function golden(file: string, actual: string | undefined): void {
  if (actual !== undefined) assertGolden(file, actual);
  else if (process.env['HOOKORDER_UPDATE_GOLDEN'] === '1') rmSync(file, { force: true });
  else assert.ok(!existsSync(file), `${file} is stale: nothing writes it any more`);
}
