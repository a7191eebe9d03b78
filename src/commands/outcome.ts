/** What a run of findings means for the exit status. */
import { compareSeverity, type Finding, isUnusable } from '../model/finding.ts';
import type { PlanReport } from '../report/plan/report.ts';
import type { Arguments } from './arguments.ts';

export const EXIT = { ok: 0, findings: 1, unusable: 2, bug: 70 } as const;

/** Of a command whose output says what is wrong: with `--fail-on never` only that nothing could be read fails. */
export function statusOfReport(
  { findings, shows }: Pick<PlanReport, 'findings' | 'shows'>,
  failOn: Arguments['failOn'],
) {
  if (failOn === 'never' && shows !== 'nothing') return EXIT.ok;
  return statusOf(findings, failOn, shows === undefined);
}

/** `planned` is false when no order could be established: that fails whatever `--fail-on` says. */
export function statusOf(findings: readonly Finding[], failOn: Arguments['failOn'], planned: boolean): number {
  if (findings.some(isUnusable)) return EXIT.unusable;
  if (!planned) return EXIT.findings;
  return failOn !== 'never' && findings.some((finding) => compareSeverity(finding.severity, failOn) <= 0)
    ? EXIT.findings
    : EXIT.ok;
}
