import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { Finding } from '../../src/model/finding.ts';
import { formatFinding } from '../../src/report/findings/block.ts';
import { asYamlScalar, formatRefusal } from '../../src/report/findings/refusal.ts';
import { formatFindingsText } from '../../src/report/findings/text.ts';
import { COLOURED, PLAIN } from '../../src/report/style.ts';
import { assertGolden, TESTDATA } from '../support/files.ts';
import { runs } from '../support/property.ts';
import { HOSTILE, hostileRelease, largeRelease, smallRelease } from './fixtures.ts';

const options = { style: PLAIN, failOn: 'error', version: '1.2.3' } as const;
const golden = (name: string): string => join(TESTDATA, 'report', name);

const CONFIG_FINDING: Finding = {
  code: 'config/unknown-key',
  severity: 'error',
  message: 'hook "migrate" has the unknown key "evnts"',
  hint: 'write `events`',
  config: { file: 'hookorder.yaml', line: 3, column: 7, hook: 'migrate' },
};

test('findings are grouped by file, with frame, config line and fix', () => {
  const findings = [...smallRelease().findings, CONFIG_FINDING];
  assertGolden(golden('findings-small.txt'), formatFindingsText({ findings, documents: 19 }, options));
});

test('many findings read as their golden file', () => {
  const { findings } = largeRelease();
  assertGolden(golden('findings-large.txt'), formatFindingsText({ findings, documents: 100 }, options));
});

test('a finding that is reported twice is shown once', () => {
  const { findings } = smallRelease();
  const once = formatFindingsText({ findings, documents: 1 }, options);
  assert.equal(formatFindingsText({ findings: [...findings, ...findings].reverse(), documents: 1 }, options), once);
});

test('nothing found is said in words', () => {
  assert.equal(formatFindingsText({ findings: [], documents: 1 }, options), 'no problems in 1 document\n');
});

test('lines fit 80 columns, and colour adds nothing but escape sequences', () => {
  for (const { findings } of [smallRelease(), largeRelease()]) {
    const text = formatFindingsText({ findings, documents: 3 }, options);
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    const coloured = formatFindingsText({ findings, documents: 3 }, { ...options, style: COLOURED });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ''), text);
  }
});

test('carets stand under the marked words, also in a long line', () => {
  for (const before of ['', 'x'.repeat(30), 'x '.repeat(200)])
    for (const after of ['', ' y'.repeat(200)]) {
      const finding: Finding = {
        ...CONFIG_FINDING,
        frame: { line: `   ${before}nc -z elk${after}`, mark: 'nc -z elk' },
      };
      const lines = formatFindingsText({ findings: [finding], documents: 1 }, options).split('\n');
      const at = lines.findIndex((line) => line.includes('^'));
      const carets = lines[at] ?? '';
      const marked = (lines[at - 1] ?? '').slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1);
      assert.equal(marked, 'nc -z elk');
      assert.ok((lines[at - 1] ?? '').length <= 80);
    }
});

test('the line of a Secret is never shown', () => {
  const resource = { ...smallRelease().plan.placements[0]?.resource, kind: 'Secret' } as NonNullable<
    Finding['resource']
  >;
  const finding: Finding = { ...CONFIG_FINDING, resource, frame: { line: 'password: hunter2' } };
  assert.doesNotMatch(formatFindingsText({ findings: [finding], documents: 1 }, options), /hunter2/);
});

test('a finding is the block that the contract shows', () => {
  const blocks = [...smallRelease().findings, CONFIG_FINDING].map((finding) => formatFinding(finding, PLAIN));
  assertGolden(golden('findings-blocks.txt'), `${blocks.join('\n\n')}\n`);
});

test('a refusal says whose it is, what to do, and shows errors first', () => {
  assertGolden(golden('refusal-small.txt'), `${formatRefusal([...smallRelease().findings].reverse())}\n`);
});

test('a refusal shows ten findings and counts the others', () => {
  const text = formatRefusal(largeRelease().findings);
  assert.equal(text.match(/^(error|warning|info)\[/gm)?.length, 10);
  assert.match(text, /^and 2 findings more \(2 infos\): `hookorder lint` shows all of them\.$/m);
  assert.match(text, /^4 errors, 4 warnings, 4 infos\. `hookorder explain refs\/not-yet-created` says\s+more\.$/m);
});

const scalarOf = (text: string): unknown => {
  const documents = parseAllDocuments(asYamlScalar(text));
  assert.equal(documents.length, 1);
  const [document] = documents;
  assert.ok(document !== undefined && 'errors' in document);
  assert.deepEqual(document.errors, []);
  return document.toJS();
};

test('a refusal is one YAML scalar that says the same', () => {
  for (const { findings } of [smallRelease(), largeRelease()])
    assert.equal(scalarOf(formatRefusal(findings)), formatRefusal(findings));
});

test('text of any kind becomes one YAML scalar', () => {
  for (const { text, want } of [
    { text: 'a\n---\nb: c\n...\n# d', want: 'a\n---\nb: c\n...\n# d' },
    { text: '  indented\nnot', want: '  indented\nnot' },
    { text: '\n\n  after blank lines\n\n', want: '  after blank lines' },
    { text: 'trailing   \r\n\ttab', want: 'trailing\n  tab' },
    { text: '', want: '' },
    { text: ' \n ', want: '' },
    { text: 'a\u0000b 🚀 \u2028c', want: 'a\ufffdb \ufffd\nc' },
    ...HOSTILE.map((text) => ({ text, want: undefined })),
    { text: formatRefusal(hostileRelease().findings), want: undefined },
  ]) {
    const got = scalarOf(text);
    if (want === undefined) assert.equal(typeof got, 'string', text);
    else assert.equal(got, want);
  }
});

test('no text makes anything but a scalar', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom('\n', '---', ' ', '\t', ': ', '- ', '#'), fc.string({ unit: 'binary' }))),
      (parts) => {
        const scalar = scalarOf(parts.join(''));
        assert.equal(typeof scalar, 'string');
        assert.equal(scalarOf(scalar as string), scalar);
      },
    ),
    runs(100),
  );
});
