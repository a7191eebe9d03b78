import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { SaxesParser } from 'saxes';
import type { Finding } from '../../src/model/finding.ts';
import { FINDINGS_FORMATS } from '../../src/report/findings/formats.ts';
import { type Checkout, inRepository } from '../../src/report/findings/location.ts';
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

const github = (value: Finding, checkout: Checkout = {}): string =>
  FINDINGS_FORMATS.github({ findings: [value], documents: 1 }, { ...options, checkout });
const sarifOf = (findings: readonly Finding[]): SarifRun =>
  (JSON.parse(FINDINGS_FORMATS.sarif({ findings, documents: 1 }, options)) as { runs: [SarifRun] }).runs[0];

interface SarifPlace {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: { readonly startLine: number; readonly startColumn: number };
  };
  readonly message?: { readonly text: string };
}
interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly SarifRule[] } };
  readonly results: readonly {
    readonly message: { readonly text: string };
    readonly locations: readonly SarifPlace[];
    readonly relatedLocations?: readonly SarifPlace[];
    readonly partialFingerprints: { readonly primaryLocationLineHash: string };
  }[];
}
interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly helpUri: string;
  readonly properties: {
    readonly tags: readonly string[];
    readonly precision: string;
    readonly 'problem.severity': string;
  };
}

/** The same finding, read from a file. */
function inFile(finding: Finding, file: string): Finding {
  const { resource } = finding;
  assert.ok(resource);
  const stream = { ...resource.document.stream, file };
  return { ...finding, resource: { ...resource, document: { ...resource.document, stream } } };
}

test('a finding points to a file of the repository: the config, then the template, then the stream; never to a name that is none', () => {
  const [finding] = smallRelease().findings as [Finding];
  const { config: _, ...chartOnly } = finding;
  const source = { file: 'charts/shop/templates/job.yaml', line: 4, column: 3 };
  for (const [value, want] of [
    [{ ...finding, source }, 'file=hookorder.yaml,line=12,col=5,'],
    [{ ...chartOnly, source }, 'file=charts/shop/templates/job.yaml,line=4,col=3,'],
    [inFile({ ...chartOnly, source }, 'rendered.yaml'), 'file=charts/shop/templates/job.yaml,line=4,col=3,'],
    [inFile(chartOnly, 'rendered.yaml'), 'file=rendered.yaml,line=51,col=29,'],
    [inFile(chartOnly, '/tmp/rendered.yaml'), ''],
    [inFile(chartOnly, '../rendered.yaml'), ''],
    [chartOnly, ''],
  ] as const) {
    assert.ok(github(value).startsWith(`::error ${want}title=refs/waits-forever::`), github(value));
    const [place] = sarifOf([value]).results[0]?.locations ?? [];
    const { artifactLocation, region } = place?.physicalLocation ?? {};
    const [, file = 'shop/templates/shop-db-migrate.yaml', line = '1'] = /file=(.*?),line=(\d+)/.exec(want) ?? [];
    assert.deepEqual([artifactLocation?.uri, region?.startLine], [file, Number(line)]);
  }
  assert.match(
    github(chartOnly),
    /%0Ain shop\/templates\/shop-db-migrate\.yaml, spec\.template/,
    'the text names the template',
  );
});

test('paths start at the root of the repository', () => {
  for (const [path, root, folder, want] of [
    ['hookorder.yaml', '/repo', '/repo', 'hookorder.yaml'],
    ['hookorder.yaml', '/repo', '/repo/deploy', 'deploy/hookorder.yaml'],
    ['../chart/x.yaml', '/repo', '/repo/deploy', 'chart/x.yaml'],
    ['/repo/a/b.yaml', '/repo', '/repo/deploy', 'a/b.yaml'],
    ['/repo/a/b.yaml', undefined, '/repo', 'a/b.yaml'],
    ['./a.yaml', undefined, undefined, 'a.yaml'],
    ['a.yaml', '/repo', '/elsewhere', 'a.yaml'],
    ['C:\\repo\\a\\b.yaml', 'C:\\repo', 'C:\\repo', 'a/b.yaml'],
    ['../../x.yaml', '/repo', '/repo/deploy', undefined],
    ['/tmp/x.yaml', '/repo', '/repo', undefined],
    ['/repository/x.yaml', '/repo', '/repo', undefined],
    ['/tmp/x.yaml', undefined, undefined, undefined],
    ['.', '/repo', '/repo', undefined],
  ] as const)
    assert.equal(inRepository(path, { root, folder }), want, `${path} in ${root} from ${folder}`);
});

/** docs.github.com/code-security: "SARIF support for code scanning", what it reads and its limits. */
test('SARIF has what GitHub asks for', () => {
  for (const report of [reports.small, reports.large, reports.hostile]) {
    const { tool, results } = sarifOf(report.findings);
    for (const rule of tool.driver.rules) {
      for (const text of [rule.id, rule.name]) assert.ok(text.length > 0 && text.length <= 255);
      for (const { text } of [rule.shortDescription, rule.fullDescription])
        assert.ok(text.length > 0 && text.length <= 1024, rule.id);
      assert.ok(rule.help.text.length > 0 && rule.help.markdown.includes(rule.helpUri));
      assert.ok(
        rule.properties.tags.length <= 20 &&
          ['error', 'warning', 'recommendation'].includes(rule.properties['problem.severity']),
      );
      const [page, anchor] = rule.helpUri.replace(/^.*\/docs\//, '').split('#');
      const headings = readFileSync(join(ROOT, 'docs', page ?? ''), 'utf8').match(/^#+ .*$/gm) ?? [];
      const anchors = headings.map((heading) =>
        heading
          .replace(/^#+ /, '')
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      );
      assert.ok(anchors.includes(anchor ?? ''), rule.helpUri);
    }
    assert.ok(results.length <= 5000);
    const prints = results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
    assert.equal(new Set(prints).size, prints.length, 'each result has its own');
    for (const { locations, relatedLocations = [], message } of results) {
      assert.ok(message.text.length > 0);
      assert.equal(locations.length, 1);
      for (const { physicalLocation } of [...locations, ...relatedLocations])
        assert.ok((physicalLocation.region?.startLine ?? 0) > 0);
      for (const related of relatedLocations) assert.ok(related.message?.text);
    }
  }
});

test('a fingerprint stays when lines and names of a run change, and differs for another place of the same resource', () => {
  const [finding] = smallRelease().findings as [Finding];
  const printOf = (value: Finding): string | undefined =>
    sarifOf([value]).results[0]?.partialFingerprints.primaryLocationLineHash;
  const { resource } = finding;
  assert.ok(resource);
  const moved = {
    ...finding,
    position: { line: 900, column: 1 },
    config: { ...finding.config, file: 'hookorder.yaml', line: 99, column: 1, hook: 'migrate' },
  };
  assert.equal(printOf(moved), printOf(finding));
  const renamed = { ...resource, name: `${resource.name}-1732147201`, baseName: resource.baseName };
  assert.equal(
    printOf({ ...finding, resource: renamed, message: 'Job/shop-db-migrate-1732147201 waits' }),
    printOf(finding),
  );
  assert.notEqual(printOf({ ...finding, path: ['spec', 'template'] }), printOf(finding));
  assert.notEqual(printOf({ ...finding, code: 'hook/unknown-event' }), printOf(finding));
});

test('all formats keep what hostile text says', () => {
  const { findings } = JSON.parse(FINDINGS_FORMATS.json(reports.hostile, options)) as { findings: { hint: string }[] };
  assert.deepEqual(findings.map(({ hint }) => hint).sort(), [...HOSTILE].sort());
});
