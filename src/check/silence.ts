/** `lint.ignore` of a config. */
import type { IgnoredFinding } from '../model/config.ts';
import { type Finding, isIgnorableWithReason } from '../model/finding.ts';
import { enteredOf } from '../model/leaving.ts';
import type { Resource } from '../model/manifest.ts';

/**
 * Warnings and infos; of errors only those that the chart brought by itself, and only with a reason. What the config claims, adds or brings upon
 * others is the config's to answer for: `render` refuses it.
 */
export function silence(
  findings: readonly Finding[],
  ignore: readonly IgnoredFinding[],
  isClaimed: (resource: Resource) => boolean,
): readonly Finding[] {
  if (ignore.length === 0) return findings;
  const isOfChart = ({ code, resource, config }: Finding): boolean =>
    isIgnorableWithReason(code) && config === undefined && resource !== undefined && !isClaimed(resource);
  return findings.flatMap((finding) => {
    const entries = ignore.filter(({ code, matches }) => code === finding.code && isFitting(finding, matches));
    if (entries.length === 0) return [finding];
    if (finding.severity !== 'error') return [];
    if (!isOfChart(finding)) return [finding];
    return entries.some(({ because }) => because !== undefined) ? [] : [withWayToIgnore(finding)];
  });
}

/** An entry whose code is mostly a warning needs no reason, and so says nothing of what it does not silence. */
function withWayToIgnore(finding: Finding): Finding {
  const { hint, cause } = finding;
  const add = (to: string | undefined): { readonly hint: string } => ({
    hint: `${to === undefined ? '' : `${to}; or `}add \`because\` to its entry of lint.ignore: here it is an error`,
  });
  return { ...finding, ...add(hint), ...(cause && { cause: { ...cause, ...(cause.hint && add(cause.hint)) } }) };
}

/** People may write what stands in the chart, or what the finding shows. */
const isFitting = ({ resource }: Finding, matches: IgnoredFinding['matches']): boolean =>
  matches === undefined || (resource !== undefined && (matches(resource) || matches(enteredOf(resource))));
