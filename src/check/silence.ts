/** `lint.ignore` of a config. */
import type { IgnoredFinding } from '../model/config.ts';
import type { Finding } from '../model/finding.ts';
import { enteredOf } from '../model/leaving.ts';
import type { Resource } from '../model/manifest.ts';

/** Errors cannot be silenced one by one. */
export const silence = (findings: readonly Finding[], ignore: readonly IgnoredFinding[]): readonly Finding[] =>
  findings.filter(
    (finding) =>
      finding.severity === 'error' ||
      !ignore.some(
        ({ code, matches }) =>
          code === finding.code &&
          (matches === undefined || (finding.resource !== undefined && isMatched(finding.resource, matches))),
      ),
  );

/** People may write what stands in the chart, or what the finding shows. */
const isMatched = (resource: Resource, matches: (resource: Resource) => boolean): boolean =>
  matches(resource) || matches(enteredOf(resource));
