import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { SaxesParser } from 'saxes';
import type { Finding } from '../../src/model/finding.ts';
import { FINDINGS_FORMATS } from '../../src/report/findings/formats.ts';
import { PLAIN } from '../../src/report/style.ts';
import { assertGolden, ROOT, TESTDATA } from '../support/files.ts';
import { HOSTILE, hostileRelease, largeRelease, smallRelease } from './fixtures.ts';

const options = { style: PLAIN, failOn: 'error', version: '1.2.3' } as const;
const reports = {
  small: { findings: smallRelease().findings, documents: 19 },
  large: { findings: largeRelease().findings, documents: 100 },
  hostile: { findings: hostileRelease().findings, documents: 19 },
  none: { findings: [], documents: 1 },
};

for (const [name, report] of Object.entries(reports))
  for (const [format, extension] of [
    ['json', 'json'],
    ['github', 'github.txt'],
    ['sarif', 'sarif.json'],
    ['junit', 'junit.xml'],
  ] as const)
    test(`${name} findings as ${format} read as their golden file`, () => {
      assertGolden(
        join(TESTDATA, 'report', `findings-${name}.${extension}`),
        FINDINGS_FORMATS[format](report, options),
      );
    });

test('SARIF is valid by the official schema', () => {
  const file = join(ROOT, 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  // Draft 4, of which the schema uses nothing that later drafts took away.
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
  for (const report of Object.values(reports)) {
    const log: unknown = JSON.parse(FINDINGS_FORMATS.sarif(report, options));
    assert.ok(validate(log), JSON.stringify(validate.errors));
  }
  assert.equal(validate({ version: '2.1.0', runs: [{}] }), false, 'the schema says no where it should');
});

test('every URI in SARIF is a URI reference', () => {
  const uris = [...FINDINGS_FORMATS.sarif(reports.hostile, options).matchAll(/"uri": "(.*)"/g)].map(
    (match) => match[1] ?? '',
  );
  assert.ok(uris.length > 0);
  for (const uri of uris) assert.match(uri, /^(?:[\w.!~*'()/-]|%[0-9A-F]{2})+$/);
});

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** A strict parse: what is not well-formed throws. */
function parseXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open: Element[] = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => assert.fail(error));
  parser.on('opentag', (tag) => {
    const element = { name: tag.name, attributes: tag.attributes as Record<string, string>, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  return root.children[0] ?? root;
}

test('JUnit is well-formed, has the usual elements, and its totals are true', () => {
  for (const report of Object.values(reports)) {
    const suites = parseXml(FINDINGS_FORMATS.junit(report, options));
    assert.equal(suites.name, 'testsuites');
    const cases = suites.children.flatMap((suite) => {
      assert.equal(suite.name, 'testsuite');
      assert.equal(suite.attributes['tests'], String(suite.children.length));
      return suite.children;
    });
    const outcomes = cases.flatMap((item) => {
      assert.equal(item.name, 'testcase');
      assert.deepEqual(Object.keys(item.attributes), ['name', 'classname', 'time']);
      return item.children.map(({ name }) => name);
    });
    assert.equal(suites.attributes['tests'], String(cases.length));
    assert.equal(suites.attributes['failures'], String(outcomes.filter((name) => name === 'failure').length));
    assert.equal(suites.attributes['skipped'], String(outcomes.filter((name) => name === 'skipped').length));
    assert.ok(cases.length > 0);
  }
});

test('JUnit fails on what --fail-on fails on', () => {
  for (const { failOn, failures } of [
    { failOn: 'error', failures: '4' },
    { failOn: 'warning', failures: '8' },
    { failOn: 'info', failures: '12' },
    { failOn: 'never', failures: '0' },
  ] as const)
    assert.equal(
      parseXml(FINDINGS_FORMATS.junit(reports.large, { ...options, failOn })).attributes['failures'],
      failures,
    );
});

test('a GitHub annotation is one line whose text cannot end it or open another', () => {
  for (const report of [reports.small, reports.large, reports.hostile])
    for (const line of FINDINGS_FORMATS.github(report, options).trimEnd().split('\n'))
      assert.match(
        line,
        /^::(error|warning|notice) (?:(?:file|line|col|title)=(?:[^%:,\r\n]|%(?:25|0D|0A|3A|2C))+,?)+::(?:[^%\r\n]|%(?:25|0D|0A))+$/,
      );
});

test('a line number stands only beside the file that it counts in', () => {
  const [finding] = smallRelease().findings as [Finding];
  const { config: _, ...chartOnly } = finding;
  const github = (value: Finding): string => FINDINGS_FORMATS.github({ findings: [value], documents: 1 }, options);
  assert.match(github(finding), /file=hookorder\.yaml,line=12,col=5/);
  assert.match(github(chartOnly), /file=shop\/templates\/shop-db-migrate\.yaml,title=/);
  const { resource } = chartOnly;
  assert.ok(resource);
  const stream = { ...resource.document.stream, file: 'rendered.yaml' };
  const inFile = {
    ...chartOnly,
    resource: { ...resource, document: { ...resource.document, stream } },
  };
  assert.match(github(inFile), /file=rendered\.yaml,line=51,col=29/);
  const sarif = FINDINGS_FORMATS.sarif({ findings: [inFile], documents: 1 }, options);
  assert.match(
    sarif,
    /"locations": \[\s*\{\s*"physicalLocation": \{\s*"artifactLocation": \{\s*"uri": "rendered\.yaml"\s*\},\s*"region": \{\s*"startLine": 51,\s*"startColumn": 29/,
  );
});

test('all formats keep what hostile text says', () => {
  const { findings } = JSON.parse(FINDINGS_FORMATS.json(reports.hostile, options)) as { findings: { hint: string }[] };
  assert.deepEqual(findings.map(({ hint }) => hint).sort(), [...HOSTILE].sort());
});
