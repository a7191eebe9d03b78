/** One line for each finding, as compilers write them: `FILE:LINE:COLUMN: SEVERITY: MESSAGE [CODE]`. The worst come first. */
import type { Finding } from '../../model/finding.ts';
import { formatPlace } from '../layout.ts';
import { printable } from '../safe-text.ts';
import type { FindingsFormatter } from './report.ts';
import { fileOf, lineOf, worstFirst } from './sort.ts';

export const formatFindingsCompact: FindingsFormatter = ({ findings }, { style }) =>
  worstFirst(findings)
    .map((finding) => {
      const { severity, message, code } = finding;
      return `${printable(placeOf(finding))}: ${style[severity](severity)}: ${printable(message)} ${style.dim(`[${code}]`)}\n`;
    })
    .join('');

function placeOf(finding: Finding): string {
  const at = lineOf(finding);
  const file = fileOf(finding) ?? 'the release';
  return at === undefined ? file : formatPlace({ file, ...at });
}
