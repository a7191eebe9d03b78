/** Findings as JSON: a stable shape in which every key is always there, null where nothing is known (docs/formats.md). */

import type { Finding, FindingCode, Severity } from '../../model/finding.ts';
import { formatPath } from '../../model/json.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Place } from '../../model/span.ts';
import { jsonText } from '../safe-text.ts';
import type { FindingsFormatter } from './report.ts';
import { sortFindings } from './sort.ts';

export interface JsonFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string | null;
  /** `Kind/name`, as the stream has it. */
  readonly resource: string | null;
  readonly namespace: string | null;
  readonly template: string | null;
  readonly path: string | null;
  /** What `line` and `column` count in: the stream that was read. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** In the chart's own file; null where that is not at hand. */
  readonly source: JsonSource | null;
  readonly config: JsonPlace | null;
  /** What the finding tells together, each with its own place; empty for a finding of one thing. */
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  /** `Kind/name` of what is peculiar to it. */
  readonly name: string;
  readonly message: string;
  readonly resource: string | null;
  readonly namespace: string | null;
  readonly template: string | null;
  readonly path: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly source: JsonSource | null;
}

export interface JsonSource {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly hook: string | null;
}

export const formatFindingsJson: FindingsFormatter = ({ findings, documents }) =>
  jsonText({ documents, findings: findingsToJson(findings) });

export const findingsToJson = (findings: readonly Finding[]): readonly JsonFinding[] =>
  sortFindings(findings).map(
    ({ code, severity, message, hint, resource, path, position, config, source, members = [] }) => ({
      code,
      severity,
      message,
      hint: hint ?? null,
      resource: resource === undefined ? null : formatResource(resource),
      namespace: resource?.namespace ?? null,
      template: resource?.template ?? null,
      path: path === undefined ? null : formatPath(path),
      file: resource?.document.stream.file ?? null,
      line: position?.line ?? null,
      column: position?.column ?? null,
      source: sourceToJson(source),
      config:
        config === undefined
          ? null
          : { file: config.file, line: config.line, column: config.column, hook: config.hook ?? null },
      members: members.map(memberOf),
    }),
  );

const sourceToJson = (source: Place | undefined): JsonSource | null =>
  source === undefined ? null : { file: source.file, line: source.line, column: source.column };

const memberOf = ({ cause, message, resource, path, position, source }: Finding): JsonMember => ({
  name: cause?.member ?? '',
  message,
  resource: resource === undefined ? null : formatResource(resource),
  namespace: resource?.namespace ?? null,
  template: resource?.template ?? null,
  path: path === undefined ? null : formatPath(path),
  line: position?.line ?? null,
  column: position?.column ?? null,
  source: sourceToJson(source),
});
