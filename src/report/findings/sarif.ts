/**
 * Findings as SARIF 2.1.0, in the way that GitHub's code scanning reads it: each result has one place with a line in a file of the repository, a
 * fingerprint that stays when lines move, and a rule with its text and its page.
 *
 * Where no file of the repository is known, the place is the template by its name, at its first line: GitHub refuses results without a place.
 */

import { EXPLANATIONS } from '../../knowledge/findings.generated.ts';
import { type Finding, type FindingCode, membersOf, SEVERITIES, type Severity } from '../../model/finding.ts';
import { formatPath, type Json, type JsonObject } from '../../model/json.ts';
import { formatResource } from '../../model/manifest.ts';
import { jsonText } from '../safe-text.ts';
import { fingerprint } from './fingerprint.ts';
import { type Checkout, type FilePlace, filePlacesOf } from './location.ts';
import type { FindingsFormatter } from './report.ts';
import { worstFirst } from './sort.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };
/** The words of GitHub for findings that are not about security. */
const PROBLEMS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'recommendation' };
const HOME = 'https://github.com/hookorder/hookorder';
/** Longer texts are cut by GitHub. */
const LONGEST_TEXT = 1024;

export const formatFindingsSarif: FindingsFormatter = ({ findings }, { version, checkout = {} }) => {
  const sorted = worstFirst(findings);
  const codes = [...new Set(sorted.map(({ code }) => code))].sort();
  const prints = new Map<string, number>();
  const results = sorted.map((finding) => {
    const print = fingerprint(finding);
    const count = (prints.get(print) ?? 0) + 1;
    prints.set(print, count);
    return resultOf(finding, codes.indexOf(finding.code), `${print}:${count}`, checkout);
  });
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'hookorder',
            version,
            semanticVersion: version,
            informationUri: HOME,
            rules: codes.map((code) => ruleOf(code, version)),
          },
        },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
  return jsonText(log);
};

function ruleOf(code: FindingCode, version: string): JsonObject {
  const { title, what, resolve } = EXPLANATIONS[code];
  const helpUri = `${HOME}/blob/v${version}/docs/findings.md#${code.replaceAll('/', '')}`;
  return {
    id: code,
    name: code,
    shortDescription: { text: title },
    fullDescription: { text: what.slice(0, LONGEST_TEXT) },
    help: {
      text: `${what}\n\n${resolve}\n\n\`hookorder explain ${code}\` says more.`,
      markdown: `${what}\n\n**Fix.** ${resolve}\n\n[More about \`${code}\`](${helpUri})`,
    },
    helpUri,
    defaultConfiguration: { level: LEVELS[SEVERITIES[code]] },
    properties: {
      tags: ['helm', code.split('/')[0] ?? code],
      precision: 'high',
      'problem.severity': PROBLEMS[SEVERITIES[code]],
    },
  };
}

function resultOf(finding: Finding, ruleIndex: number, print: string, checkout: Checkout): JsonObject {
  const [place, ...others] = filePlacesOf(finding, checkout);
  const { members = [] } = finding;
  const related = [
    ...others,
    ...members.flatMap((member) =>
      filePlacesOf(withoutConfig(member), checkout)
        .slice(0, 1)
        .map((each) => ({ ...each, what: member.cause?.member ?? each.what })),
    ),
  ];
  return {
    ruleId: finding.code,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: finding.message + (finding.hint === undefined ? '' : `. Fix: ${finding.hint}`) },
    locations: [{ ...(place === undefined ? placeByName(finding) : physical(place)), ...logicalLocationOf(finding) }],
    ...(related.length > 0 && {
      relatedLocations: related.map((each, id) => ({ id, ...physical(each), message: { text: each.what } })),
    }),
    partialFingerprints: { primaryLocationLineHash: print },
    ...(members.length > 0 && { properties: { members: [...membersOf(finding)] } }),
  };
}

/** The config's entry is that of the whole finding. */
const withoutConfig = ({ config: _, ...member }: Finding): Finding => member;

const physical = ({ file, line, column }: Pick<FilePlace, 'file' | 'line' | 'column'>): JsonObject => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, startColumn: column },
  },
});

const placeByName = ({ resource, config }: Finding): JsonObject =>
  physical({ file: resource?.template ?? config?.file ?? 'stdin', line: 1, column: 1 });

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
