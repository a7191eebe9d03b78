import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { explainCommand, run } from '../../src/commands/explain.ts';
import type { System } from '../../src/commands/system.ts';
import { EXPLANATIONS } from '../../src/knowledge/findings.generated.ts';
import { FINDING_CODES, type FindingCode, SEVERITIES } from '../../src/model/finding.ts';
import type { Target } from '../../src/model/target.ts';
import { NODE_BYTES } from '../../src/world/node-bytes.ts';
import { assertGolden, ROOT, TESTDATA } from '../support/files.ts';
import { formatFindingsDoc } from '../support/findings-doc.ts';
import { order } from '../support/pipeline.ts';

/** Faults that no single stream can show: of files, of pipes, of sizes, of two releases. */
const NOT_IN_A_STREAM: readonly FindingCode[] = [
  'input/unreadable',
  'input/not-rendered',
  'input/empty',
  'input/not-utf8',
  'input/helm3-post-render',
  'config/missing',
  'config/two-configs',
  'config/unreadable',
  'job/source-date-epoch',
  'release/too-large',
  'live/hook-becomes-plain',
  'live/without-post-renderer',
];

const found = (stream: string, target: Target): readonly FindingCode[] =>
  order(`${stream}\n`, undefined, { target, scope: 'all', severity: 'info', needsConfig: false }).findings.map(
    ({ code }) => code,
  );

/** Of exports: test/export/flux.test.ts. */
const isOfExport = (code: FindingCode): boolean => /^(?:export|flux)\//.test(code);

for (const code of FINDING_CODES.filter((each) => !NOT_IN_A_STREAM.includes(each) && !isOfExport(each)))
  test(`the example of ${code} has it before, and not after`, () => {
    const { before, after } = EXPLANATIONS[code].example;
    const target = code.startsWith('argocd/') ? 'argocd' : 'helm';
    assert.ok(found(before, target).includes(code), `before: ${found(before, target)}`);
    // What cures one fault under Argo CD may bring no other.
    const others = target === 'argocd' ? found(after, target).filter((each) => each.startsWith('argocd/')) : [];
    assert.ok(!found(after, target).includes(code) && others.length === 0, `after: ${found(after, target)}`);
  });

test('docs/findings.md is what src/knowledge/findings says', () => {
  assertGolden(join(ROOT, 'docs', 'findings.md'), formatFindingsDoc());
});

test('every code has a section in docs/findings.md, and every section a code', () => {
  const sections = [...formatFindingsDoc().matchAll(/^### (\S+)$/gm)].map(([, code]) => code);
  assert.deepEqual([...sections].sort(), [...FINDING_CODES].sort());
});

test('docs/helm-facts.md names only codes that there are', () => {
  const facts = readFileSync(join(ROOT, 'docs', 'helm-facts.md'), 'utf8');
  const named = [...facts.matchAll(/`((?:input|config|order|hook|refs|job|name|release)\/[a-z0-9-]+)`/g)].map(
    ([, code]) => code,
  );
  assert.ok(named.length > 20);
  assert.deepEqual(
    named.filter((code) => !FINDING_CODES.some((each) => each === code)),
    [],
  );
});

test('a finding of a case has a severity that its code names', () => {
  const undeclared = new Set<string>();
  let seen = 0;
  for (const folder of readdirSync(join(TESTDATA, 'cases'))) {
    const file = join(TESTDATA, 'cases', folder, 'findings.txt');
    for (const [, severity = '', code = ''] of existsSync(file)
      ? readFileSync(file, 'utf8').matchAll(
          /^ +(?:\d+:\d+ +)?(error|warning|info) [\s\S]*?\(([a-z0-9]+\/[a-z0-9-]+)\)$/gm,
        )
      : []) {
      seen++;
      const known = FINDING_CODES.find((each) => each === code);
      assert.ok(known, code);
      const other = EXPLANATIONS[known].otherwise ?? '';
      if (SEVERITIES[known] !== severity && !new RegExp(`(?:^|, )${severity} `).test(other))
        undeclared.add(`${severity}[${code}]`);
    }
  }
  assert.ok(seen > 20, `${seen}`);
  assert.deepEqual([...undeclared], []);
});

test('explain fits 80 columns', () => {
  for (const code of [undefined, ...FINDING_CODES])
    for (const line of explainCommand(code).text.split('\n')) assert.ok(line.length <= 80, `${code}: ${line}`);
});

test('explain finds a code as people write it', () => {
  for (const word of ['refs/waits-forever', 'error[refs/waits-forever]', 'REFS/waits-forever'])
    assert.match(explainCommand(word).text, /^error\[refs\/waits-forever\] A hook waits for what cannot be up yet\b/);
});

test('explain without a code lists all of them', () => {
  const { text, status } = explainCommand();
  assert.equal(status, 0);
  for (const code of FINDING_CODES) assert.ok(text.includes(`  ${code} `), code);
});

test('explain names the nearest code, and fails', () => {
  assert.deepEqual(explainCommand('refs/wait-forever'), {
    text: 'there is no finding "refs/wait-forever"; did you mean "refs/waits-forever"?',
    status: 2,
  });
  assert.equal(explainCommand('immutable').text, 'there is no finding "immutable"; did you mean "job/immutable"?');
  assert.equal(explainCommand('weather').text, 'there is no finding "weather"; `hookorder explain` lists all');
});

test('the command prints to stdout, and an unknown code is a mistake of usage', () => {
  const written: Uint8Array[] = [];
  const system = {
    env: {},
    bytes: NODE_BYTES,
    writeStdout: (chunks: readonly Uint8Array[]) => {
      written.push(...chunks);
      return 'done';
    },
    isStdoutClosed: () => false,
  } as Partial<System> as System;
  const args = (files: readonly string[]): Parameters<typeof run>[0] => ({ files }) as Parameters<typeof run>[0];
  assert.equal(run(args(['job/immutable']), system), 0);
  assert.equal(Buffer.concat(written).toString(), explainCommand('job/immutable').text);
  assert.throws(() => run(args(['job/imutable']), system), { kind: 'usage', message: /did you mean "job\/immutable"/ });
});
