/** `hookorder lint` for terminals: findings by file, errors first, each with its line, its code frame and its fix. */
import { type Finding, membersOf } from '../../model/finding.ts';
import { formatPath } from '../../model/json.ts';
import { count, formatPlace, length, padEnd, paragraph, WIDTH, wrap } from '../layout.ts';
import { printable } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { frameOf } from './frame.ts';
import { NAMED } from './merge.ts';
import type { FindingsFormatter } from './report.ts';
import { countSeverities, groupByFile, lineOf, worstFirst } from './sort.ts';

export const formatFindingsText: FindingsFormatter = ({ findings, documents }, { style, width = WIDTH }) => {
  const sorted = worstFirst(findings);
  const groups = [...groupByFile(sorted)].map(([file, group]) => [
    style.bold(printable(file === '' ? 'the release' : file)),
    ...group.flatMap((finding) => findingLines(finding, widthOfPlaces(group), style, width)),
    '',
  ]);
  return `${[...groups.flat(), summary(sorted, documents)].join('\n')}\n`;
};

/** `2 problems (1 error, 1 warning) in 148 documents`. */
function summary(findings: readonly Finding[], documents: number): string {
  const where = `in ${count(documents, 'document')}`;
  return findings.length === 0
    ? `no problems ${where}`
    : `${count(findings.length, 'problem')} (${countSeverities(findings)}) ${where}`;
}

const widthOfPlaces = (group: readonly Finding[]): number =>
  Math.max(5, ...group.map((finding) => placeOf(finding).length));

const placeOf = (finding: Finding): string => {
  const at = lineOf(finding);
  return at === undefined ? '' : `${at.line}:${at.column}`;
};

const SEVERITY = 'warning'.length;

/** Place and severity in columns, then the message with its code at the end. */
function findingLines(finding: Finding, places: number, style: Style, width: number): readonly string[] {
  const { severity, code } = finding;
  const place = padEnd(placeOf(finding), places);
  const margin = ' '.repeat(2 + places + 3 + SEVERITY + 2);
  const [first = '', ...rest] = wrap(`${printable(finding.message)} (${code})`, width - margin.length);
  const dimmed = (line: string): string => line.replace(`(${code})`, style.dim(`(${code})`));
  return [
    `  ${style.dim(place)}   ${style[severity](padEnd(severity, SEVERITY))}  ${dimmed(first)}`,
    ...rest.map((line) => margin + dimmed(line)),
    ...whereLines(finding, margin, style, width),
    ...memberLines(finding, margin, width),
    ...(finding.hint === undefined ? [] : [paragraph(`${margin}fix: `, printable(finding.hint), width)]),
  ];
}

/** All members where the message names only the first of them. */
function memberLines(finding: Finding, margin: string, width: number): readonly string[] {
  const names = membersOf(finding);
  return names.length > NAMED + 1
    ? [paragraph(`${margin}all ${names.length}: `, printable(names.join(', ')), width)]
    : [];
}

/** The line itself where it is known, else the path; and the line of the config that asked for it. */
function whereLines(finding: Finding, margin: string, style: Style, width: number): readonly string[] {
  const { path, config, resource } = finding;
  const frame = frameOf(finding, width - margin.length - 2);
  const lines: string[] = [];
  if (frame !== undefined) {
    lines.push(`${margin}${style.dim('| ')}${frame.line}`);
    if (frame.carets !== '') lines.push(`${margin}  ${style[finding.severity](frame.carets)}`);
  } else if (path !== undefined && path.length > 0) lines.push(`${margin}${style.dim(printable(formatPath(path)))}`);
  if (config !== undefined && resource !== undefined) {
    const hook = config.hook === undefined ? '' : `  hook "${config.hook}"`;
    const text = printable(formatPlace(config) + hook);
    lines.push(`${margin}${length(text) < width ? style.dim(text) : text}`);
  }
  return lines;
}
