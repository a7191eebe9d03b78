/**
 * The text of a refusal: what `render` says instead of a stream. Inside Helm it is all that users see, as one YAML scalar that
 * Helm cannot take for a manifest and prints whole (model/helm.ts has the contract, test/helm the proof).
 */
import type { Finding } from '../../model/finding.ts';
import { count, paragraph, WIDTH } from '../layout.ts';
import { PLAIN, type Style } from '../style.ts';
import { formatFinding } from './block.ts';
import { countSeverities, worstFirst } from './sort.ts';

const SHOWN = 10;
/** Helm prints the scalar indented by two. */
const WIDTH_IN_HELM = WIDTH - 2;

export const REFUSED = 'hookorder refused this release. Nothing was sent to the cluster.';

export const formatRefusal = (findings: readonly Finding[]): string => formatErrors(REFUSED, findings);

/** `headline`, then the first findings, the worst first, and how many there are. */
export function formatErrors(
  headline: string,
  findings: readonly Finding[],
  style: Style = PLAIN,
  width = WIDTH_IN_HELM,
): string {
  const sorted = worstFirst(findings);
  const shown = sorted.slice(0, SHOWN);
  const hidden = sorted.slice(SHOWN);
  const first = sorted[0];
  const more = first === undefined ? '' : ` \`hookorder explain ${first.code}\` says more.`;
  return [
    paragraph('', headline, width).split('\n').map(style.bold).join('\n'),
    ...shown.map((finding) => formatFinding(finding, style, width)),
    ...(hidden.length === 0
      ? []
      : [
          `and ${count(hidden.length, 'finding')} more (${countSeverities(hidden)}): \`hookorder lint\` shows all of them.`,
        ]),
    paragraph('', `${countSeverities(sorted)}.${more}`, width),
  ].join('\n\n');
}

/**
 * One literal block scalar that says `text`. Characters that YAML writers would escape are replaced, because one of them makes
 * Helm print the whole text as a single quoted line: control characters, tabs, and everything outside the Basic Multilingual Plane.
 */
export function asYamlScalar(text: string): string {
  const lines = text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => line.replaceAll('\t', '  ').replaceAll(UNPRINTABLE, '\ufffd').trimEnd());
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return '""\n';
  const indicator = lines[0]?.startsWith(' ') ? '|2-' : '|-';
  return `${indicator}\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
}

const UNPRINTABLE = /[\p{Cc}\p{Cs}\u{10000}-\u{10ffff}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;
