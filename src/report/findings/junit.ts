/**
 * Findings as JUnit XML, which every CI shows: one suite per file, one case per finding. What does not fail the run is a skipped case,
 * so that it is seen and the result is the same as the exit status.
 */

import { compareSeverity, type Finding, membersOf } from '../../model/finding.ts';
import { addTo } from '../../model/maps.ts';
import { inert, printable, xmlReferences } from '../safe-text.ts';
import { PLAIN } from '../style.ts';
import { formatFinding } from './block.ts';
import { filePlacesOf } from './location.ts';
import type { FindingsFormatter, FindingsOptions } from './report.ts';
import { fileOf, sortFindings } from './sort.ts';

export const formatFindingsJunit: FindingsFormatter = ({ findings }, options) => {
  const groups = new Map<string, Finding[]>();
  for (const finding of sortFindings(findings)) addTo(groups, suiteOf(finding, options), finding);
  const suites = [...groups].map(([file, group]) => suite(file, group, options));
  // A file without a suite is an error to some readers, and an empty suite to others.
  if (suites.length === 0)
    suites.push(
      element('testsuite', { name: 'hookorder', ...totals([], options) }, [caseOf('no findings', 'hookorder')]),
    );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'hookorder', ...totals(findings.length === 0 ? [] : sortFindings(findings), options) }, suites)}\n`;
};

/** A file of the repository; else what the chart or the stream calls it. */
const suiteOf = (finding: Finding, { checkout = {} }: FindingsOptions): string =>
  filePlacesOf(finding, checkout)[0]?.file ?? fileOf(finding) ?? 'release';

const suite = (file: string, group: readonly Finding[], options: FindingsOptions): string =>
  element(
    'testsuite',
    { name: file, ...totals(group, options) },
    group.map((finding) => {
      const outcome = fails(finding, options)
        ? element('failure', { message: finding.message, type: finding.code }, [], inert(formatFinding(finding, PLAIN)))
        : element(
            'skipped',
            { message: `${finding.severity}: ${finding.message}` },
            [],
            inert(printable(membersOf(finding).join(', '))),
          );
      return caseOf(`${finding.code}: ${finding.message}`, file, [outcome]);
    }),
  );

const caseOf = (name: string, classname: string, children: readonly string[] = []): string =>
  element('testcase', { name, classname, time: '0' }, children);

const fails = ({ severity }: Finding, { failOn }: FindingsOptions): boolean =>
  failOn !== 'never' && compareSeverity(severity, failOn) <= 0;

function totals(findings: readonly Finding[], options: FindingsOptions): Readonly<Record<string, string>> {
  const failures = findings.filter((finding) => fails(finding, options)).length;
  return {
    tests: String(Math.max(1, findings.length)),
    failures: String(failures),
    errors: '0',
    skipped: String(findings.length - failures),
    time: '0',
  };
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[] = [],
  text = '',
): string {
  const open = `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(value).replaceAll(/[\t\n\r]/g, ' ')}"`)
    .join('')}`;
  if (text !== '') return `${open}>${escapeXml(text)}</${name}>`;
  return children.length === 0 ? `${open}/>` : `${open}>\n${children.join('\n')}\n</${name}>`;
}

/** XML 1.0 has no way to write most control characters, lone surrogates and U+FFFE, not even as references. */
const escapeXml = (text: string): string =>
  xmlReferences(
    text
      .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;'),
  );
