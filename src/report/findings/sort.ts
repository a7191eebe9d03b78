/** Findings in the order and the groups in which people read them. Nothing is said twice. */
import { compareSeverity, type Finding, type Severity } from '../../model/finding.ts';
import { compareBytes } from '../../model/helm.ts';
import { formatPath } from '../../model/json.ts';
import { addTo } from '../../model/maps.ts';
import type { Position } from '../../model/span.ts';
import { count, formatPlace } from '../layout.ts';
import { mergeCauses } from './merge.ts';

/** The file that a finding is about: that of the chart, else the template by its name, else the stream that was read, else the config. */
export const fileOf = ({ resource, config, source }: Finding): string | undefined =>
  source?.file ?? resource?.template ?? resource?.document.stream.file ?? config?.file;

/** Each cause once, by file, then by line, then by severity. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map(findings.toReversed().map((finding) => [identityOf(finding), finding]));
  return mergeCauses([...seen.values()].sort(compare)).toSorted(compare);
}

const compare = (a: Finding, b: Finding): number =>
  compareBytes(fileOf(a) ?? '', fileOf(b) ?? '') ||
  compareLines(a, b) ||
  compareSeverity(a.severity, b.severity) ||
  compareBytes(a.code, b.code) ||
  compareBytes(a.message, b.message);

/** The worst first; among equals, the order of `sortFindings`. */
export const worstFirst = (findings: readonly Finding[]): readonly Finding[] =>
  sortFindings(findings).toSorted((a, b) => compareSeverity(a.severity, b.severity));

export function groupByFile(sorted: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of sorted) addTo(groups, fileOf(finding) ?? '', finding);
  return groups;
}

const SEVERITY_NAMES = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

/** `1 error, 2 warnings`. */
export const countSeverities = (findings: readonly Finding[]): string =>
  SEVERITY_NAMES.map(
    (severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const,
  )
    .filter(([number]) => number > 0)
    .map(([number, severity]) => count(number, severity))
    .join(', ');

export const worstOf = (findings: readonly Finding[]): Severity =>
  SEVERITY_NAMES.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'info';

/** Where a finding is within its file; of a template without a file, in the stream. */
export const lineOf = (finding: Finding): Position | undefined =>
  finding.source ?? finding.position ?? (finding.resource === undefined ? finding.config : undefined);

const compareLines = (a: Finding, b: Finding): number => {
  const [at, other] = [lineOf(a), lineOf(b)];
  return (at?.line ?? 0) - (other?.line ?? 0) || (at?.column ?? 0) - (other?.column ?? 0);
};

const identityOf = (finding: Finding): string =>
  JSON.stringify([
    finding.code,
    finding.message,
    fileOf(finding),
    lineOf(finding),
    finding.path && formatPath(finding.path),
    finding.config && formatPlace(finding.config),
    finding.hint,
  ]);
