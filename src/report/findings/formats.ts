/** The formats of `hookorder lint -o`. */
import { inert } from '../safe-text.ts';
import { formatFindingsCompact } from './compact.ts';
import { formatFindingsGithub } from './github.ts';
import { formatFindingsJson } from './json.ts';
import { formatFindingsJunit } from './junit.ts';
import type { FindingsFormatter } from './report.ts';
import { formatFindingsSarif } from './sarif.ts';
import { formatFindingsText } from './text.ts';

export const FINDINGS_FORMAT_NAMES = ['text', 'compact', 'json', 'github', 'sarif', 'junit'] as const;
export type FindingsFormat = (typeof FINDINGS_FORMAT_NAMES)[number];

export const FINDINGS_FORMATS: Readonly<Record<FindingsFormat, FindingsFormatter>> = {
  text: (report, options) => inert(formatFindingsText(report, options)),
  compact: (report, options) => inert(formatFindingsCompact(report, options)),
  json: formatFindingsJson,
  github: formatFindingsGithub,
  sarif: formatFindingsSarif,
  junit: formatFindingsJunit,
};
