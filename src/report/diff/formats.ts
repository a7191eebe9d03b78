/** The formats of `hookorder diff -o`. */

import { formatPath } from '../../model/json.ts';
import { findingsToJson } from '../findings/json.ts';
import { inert, jsonText } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { isDifferent, type ReleaseDiff } from './compare.ts';
import { formatDiffSummary } from './summary.ts';
import { formatDiffUnified } from './unified.ts';

/** `text` is the summary. */
export const DIFF_FORMAT_NAMES = ['unified', 'summary', 'text', 'json'] as const;
export type DiffFormat = (typeof DIFF_FORMAT_NAMES)[number];

export interface DiffOptions {
  readonly style: Style;
  /** Two releases: then the unified diff stands below the summary, because the order is not in it. */
  readonly acrossRuns: boolean;
}

export const DIFF_FORMATS: Readonly<Record<DiffFormat, (diff: ReleaseDiff, options: DiffOptions) => string>> = {
  unified: (diff, options) =>
    options.acrossRuns
      ? inert(
          [formatDiffSummary(diff, options), formatDiffUnified(diff, options)].filter((part) => part !== '').join('\n'),
        )
      : inert(formatDiffUnified(diff, options)),
  summary: (diff, options) => inert(formatDiffSummary(diff, options)),
  text: (diff, options) => inert(formatDiffSummary(diff, options)),
  json: formatDiffJson,
};

function formatDiffJson(diff: ReleaseDiff): string {
  const resources = diff.resources.map(({ textBefore: _, textAfter: __, paths, ...change }) => ({
    ...change,
    paths: paths.map(formatPath),
  }));
  const { order, findings, renamed, counts, withoutManifests } = diff;
  const value = {
    apiVersion: 'hookorder.io/v1',
    kind: 'Diff',
    different: isDifferent(diff),
    withoutManifests,
    order,
    findings: findingsToJson(findings),
    resources,
    renamed,
    counts,
  };
  return jsonText(value);
}
