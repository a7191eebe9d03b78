/**
 * Findings as workflow commands of GitHub Actions: an annotation at the line of the config, of the chart's file or of the stream, if that is a
 * file of the repository. A template whose file is not at hand has no line, so its annotation stands at the top of the file.
 */
import { type Finding, membersOf } from '../../model/finding.ts';
import { formatPlace } from '../layout.ts';
import { inert, printable } from '../safe-text.ts';
import { isFile } from './location.ts';
import { NAMED } from './merge.ts';
import type { FindingsFormatter } from './report.ts';
import { sortFindings } from './sort.ts';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const;

export const formatFindingsGithub: FindingsFormatter = ({ findings }) =>
  sortFindings(findings)
    .map((finding) => `${annotationOf(finding)}\n`)
    .join('');

function annotationOf(finding: Finding): string {
  const properties = { ...placeOf(finding), title: finding.code };
  const written = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeProperty(printable(String(value)))}`,
  );
  const names = membersOf(finding);
  const lines = [
    printable(finding.message),
    ...(names.length > NAMED + 1 ? [`all ${names.length}: ${printable(names.join(', '))}`] : []),
    ...(finding.hint === undefined ? [] : [`fix: ${printable(finding.hint)}`]),
    ...(finding.config === undefined ? [] : [`config: ${printable(formatPlace(finding.config))}`]),
  ];
  return `::${COMMANDS[finding.severity]} ${written.join(',')}::${escapeData(lines.join('\n'))}`;
}

function placeOf({ resource, position, config, source }: Finding): { file?: string; line?: number; col?: number } {
  const stream = resource?.document.stream.file;
  if (stream !== undefined && position !== undefined && isFile(stream))
    return { file: stream, line: position.line, col: position.column };
  if (config === undefined && source !== undefined) return { file: source.file, line: source.line, col: source.column };
  if (config !== undefined) return { file: config.file, line: config.line, col: config.column };
  return resource?.template === undefined ? {} : { file: resource.template };
}

/** As @actions/core escapes them. */
const escapeData = (text: string): string =>
  inert(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
