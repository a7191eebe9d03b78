/** What a run of findings means for the exit status. */
import { compareSeverity, type Finding, isUnusable } from '../model/finding.ts';
import type { Arguments } from './arguments.ts';

export const EXIT = { ok: 0, findings: 1, unusable: 2, bug: 70 } as const;

/** `planned` is false when no order could be established: that fails whatever `--fail-on` says. */
export function statusOf(findings: readonly Finding[], failOn: Arguments['failOn'], planned: boolean): number {
  if (findings.some(isUnusable)) return EXIT.unusable;
  if (!planned) return EXIT.findings;
  return failOn !== 'never' && findings.some((finding) => compareSeverity(finding.severity, failOn) <= 0)
    ? EXIT.findings
    : EXIT.ok;
}
