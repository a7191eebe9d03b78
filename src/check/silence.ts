/** `lint.ignore` of a config. */
import type { IgnoredFinding } from '../model/config.ts';
import type { Finding } from '../model/finding.ts';

/** Errors cannot be silenced one by one. */
export const silence = (findings: readonly Finding[], ignore: readonly IgnoredFinding[]): readonly Finding[] =>
  findings.filter(
    (finding) =>
      finding.severity === 'error' ||
      !ignore.some(
        ({ code, matches }) =>
          code === finding.code &&
          (matches === undefined || (finding.resource !== undefined && matches(finding.resource))),
      ),
  );
