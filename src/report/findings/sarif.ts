/**
 * Findings as SARIF 2.1.0, for code scanning.
 *
 * A line stands only beside the file that it counts in: a result is located in the stream when that is a file, else at its template,
 * with a line where the chart's file is at hand; the lines of a stream from a pipe and of the config are related locations.
 */

import { EXPLANATIONS } from '../../knowledge/findings.generated.ts';
import { type Finding, type FindingCode, membersOf, SEVERITIES, type Severity } from '../../model/finding.ts';
import { formatPath, type Json, type JsonObject } from '../../model/json.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Position } from '../../model/span.ts';
import { jsonText } from '../safe-text.ts';
import { isFile } from './location.ts';
import type { FindingsFormatter } from './report.ts';
import { sortFindings } from './sort.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

export const formatFindingsSarif: FindingsFormatter = ({ findings }, { version }) => {
  const sorted = sortFindings(findings);
  const codes = [...new Set(sorted.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'hookorder', version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: sorted.map((finding) => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  };
  return jsonText(log);
};

function ruleOf(code: FindingCode): JsonObject {
  const { title, what, resolve } = EXPLANATIONS[code];
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: what },
    help: { text: `${resolve}\n\n\`hookorder explain ${code}\` says more.` },
    defaultConfiguration: { level: LEVELS[SEVERITIES[code]] },
  };
}

function resultOf(finding: Finding, ruleIndex: number): JsonObject {
  const [location, ...related] = locationsOf(finding);
  const hint = finding.hint === undefined ? '' : `. Fix: ${finding.hint}`;
  const { members = [] } = finding;
  const all = [
    ...related,
    ...members.flatMap((member) =>
      locationsOf(member)
        .slice(0, 1)
        .map((place) => ({ ...place, message: { text: member.cause?.member ?? '' } })),
    ),
  ];
  return {
    ruleId: finding.code,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: finding.message + hint },
    ...(location && { locations: [{ ...location, ...logicalLocationOf(finding) }] }),
    ...(all.length > 0 && { relatedLocations: all.map((place, id) => ({ id, ...place })) }),
    ...(members.length > 0 && { properties: { members: [...membersOf(finding)] } }),
  };
}

/** The best place first. */
function locationsOf({ resource, position, config, source }: Finding): readonly JsonObject[] {
  const stream = resource?.document.stream.file;
  const template = resource?.template;
  const inStream = stream === undefined ? [] : [physical(isFile(stream) ? stream : 'stdin', position)];
  const inTemplate =
    source !== undefined ? [physical(source.file, source)] : template === undefined ? [] : [physical(template)];
  const inChart = stream !== undefined && isFile(stream) ? [...inStream, ...inTemplate] : [...inTemplate, ...inStream];
  const inConfig =
    config === undefined
      ? []
      : [{ ...physical(config.file, config), message: { text: `hook ${config.hook ?? ''}`.trim() } }];
  return [...inChart, ...inConfig];
}

const physical = (file: string, at?: Position): JsonObject => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file) },
    ...(at && { region: { startLine: at.line, startColumn: at.column } }),
  },
});

function logicalLocationOf({ resource, path }: Finding): { logicalLocations?: Json } {
  if (resource === undefined) return {};
  const name = formatResource(resource);
  const at = path === undefined || path.length === 0 ? {} : { fullyQualifiedName: `${name} ${formatPath(path)}` };
  return { logicalLocations: [{ name, kind: 'resource', ...at }] };
}

/** A relative reference: every character that means something in a URI is escaped. */
const uriOf = (file: string): string =>
  file
    .replaceAll('\\', '/')
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
