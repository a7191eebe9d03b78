/** `hookorder lint` for terminals: findings by file, each with its line, its code frame and its fix. */
import { type Finding, membersOf } from '../../model/finding.ts';
import { formatPath } from '../../model/json.ts';
import { count, formatPlace, length, padEnd, paragraph, WIDTH, wrap } from '../layout.ts';
import { printable } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { frameOf } from './frame.ts';
import { NAMED } from './merge.ts';
import type { FindingsFormatter } from './report.ts';
import { countSeverities, groupByFile, lineOf, sortFindings } from './sort.ts';

export const formatFindingsText: FindingsFormatter = ({ findings, documents }, { style }) => {
  const sorted = sortFindings(findings);
  const blocks = [...groupByFile(sorted)].map(([file, group]) => [
    style.bold(printable(file === '' ? 'the release' : file)),
    ...group.flatMap((finding) => findingLines(finding, columnsOf(group), style)),
    '',
  ]);
  return `${[...blocks.flat(), summary(sorted, documents)].join('\n')}\n`;
};

/** `2 problems (1 error, 1 warning) in 148 documents`. */
function summary(findings: readonly Finding[], documents: number): string {
  const where = `in ${count(documents, 'document')}`;
  return findings.length === 0
    ? `no problems ${where}`
    : `${count(findings.length, 'problem')} (${countSeverities(findings)}) ${where}`;
}

interface Columns {
  readonly place: number;
  readonly code: number;
}

const columnsOf = (group: readonly Finding[]): Columns => ({
  place: Math.max(5, ...group.map((finding) => placeOf(finding).length)),
  code: Math.max(...group.map(({ code }) => code.length)),
});

const placeOf = (finding: Finding): string => {
  const at = lineOf(finding);
  return at === undefined ? '' : `${at.line}:${at.column}`;
};

const SEVERITY = 'warning'.length;

function findingLines(finding: Finding, columns: Columns, style: Style): readonly string[] {
  const margin = ' '.repeat(2 + columns.place + 3);
  const { severity, code } = finding;
  const place = padEnd(placeOf(finding), columns.place);
  const lead = `  ${style.dim(place)}   ${style[severity](padEnd(severity, SEVERITY))}  ${padEnd(code, columns.code)}  `;
  const indent = ' '.repeat(margin.length + SEVERITY + 2 + columns.code + 2);
  const message = printable(finding.message);
  const room = WIDTH - indent.length;
  // A name that is too long for its column would run over the edge: then the message has lines for itself.
  const fits = message.split(' ').every((word) => length(word) <= room);
  const [first = '', ...rest] = wrap(message, room);
  return [
    ...(fits ? [lead + first, ...rest.map((line) => indent + line)] : [lead.trimEnd(), paragraph(margin, message)]),
    ...whereLines(finding, margin, style),
    ...memberLines(finding, margin),
    ...(finding.hint === undefined ? [] : [paragraph(`${margin}fix: `, printable(finding.hint))]),
  ];
}

/** All members where the message names only the first of them. */
function memberLines(finding: Finding, margin: string): readonly string[] {
  const names = membersOf(finding);
  return names.length > NAMED + 1 ? [paragraph(`${margin}all ${names.length}: `, printable(names.join(', ')))] : [];
}

/** The line itself where it is known, else the path; and the line of the config that asked for it. */
function whereLines(finding: Finding, margin: string, style: Style): readonly string[] {
  const { path, config, resource } = finding;
  const frame = frameOf(finding, WIDTH - margin.length - 2);
  const lines: string[] = [];
  if (frame !== undefined) {
    lines.push(`${margin}${style.dim('| ')}${frame.line}`);
    if (frame.carets !== '') lines.push(`${margin}  ${style[finding.severity](frame.carets)}`);
  } else if (path !== undefined && path.length > 0) lines.push(`${margin}${style.dim(printable(formatPath(path)))}`);
  if (config !== undefined && resource !== undefined) {
    const hook = config.hook === undefined ? '' : `  hook "${config.hook}"`;
    const text = printable(formatPlace(config) + hook);
    lines.push(`${margin}${length(text) < WIDTH ? style.dim(text) : text}`);
  }
  return lines;
}
