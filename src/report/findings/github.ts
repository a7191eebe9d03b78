/**
 * Findings as workflow commands of GitHub Actions: an annotation at a line of a file of the repository, the worst first, because GitHub shows ten of each
 * kind a step. What has no such line is an annotation of the run, and its text names the template.
 */
import { type Finding, membersOf } from '../../model/finding.ts';
import { formatPath } from '../../model/json.ts';
import { inert, printable } from '../safe-text.ts';
import { type Checkout, filePlacesOf } from './location.ts';
import { NAMED } from './merge.ts';
import type { FindingsFormatter } from './report.ts';
import { worstFirst } from './sort.ts';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const;

export const formatFindingsGithub: FindingsFormatter = ({ findings }, { checkout = {} }) =>
  worstFirst(findings)
    .map((finding) => `${annotationOf(finding, checkout)}\n`)
    .join('');

function annotationOf(finding: Finding, checkout: Checkout): string {
  const [place, ...others] = filePlacesOf(finding, checkout);
  const at = place === undefined ? {} : { file: place.file, line: place.line, col: place.column };
  const written = Object.entries({ ...at, title: finding.code }).map(
    ([key, value]) => `${key}=${escapeProperty(printable(String(value)))}`,
  );
  const names = membersOf(finding);
  const { resource, path = [], source } = finding;
  const inTemplate = source === undefined && resource?.template !== undefined ? [resource.template] : [];
  const lines = [
    printable(finding.message),
    ...(names.length > NAMED + 1 ? [`all ${names.length}: ${printable(names.join(', '))}`] : []),
    ...(finding.hint === undefined ? [] : [`fix: ${printable(finding.hint)}`]),
    ...inTemplate.map((template) =>
      printable(`in ${[template, ...(path.length > 0 ? [formatPath(path)] : [])].join(', ')}`),
    ),
    ...others.map(({ file, line, what }) => printable(`${what}: ${file}:${line}`)),
  ];
  return `::${COMMANDS[finding.severity]} ${written.join(',')}::${escapeData(lines.join('\n'))}`;
}

/** As @actions/core escapes them. */
const escapeData = (text: string): string =>
  inert(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
