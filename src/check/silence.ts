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
  return findings.filter(
    (finding) =>
      !ignore.some(
        ({ code, matches, because }) =>
          code === finding.code &&
          (finding.severity !== 'error' || (because !== undefined && isOfChart(finding))) &&
          (matches === undefined || (finding.resource !== undefined && isMatched(finding.resource, matches))),
      ),
  );
}

/** People may write what stands in the chart, or what the finding shows. */
const isMatched = (resource: Resource, matches: (resource: Resource) => boolean): boolean =>
  matches(resource) || matches(enteredOf(resource));
