/** What `init --write` says: the file, what Helm will run with it, what is left, and the command that comes next. */
import type { Finding } from '../model/finding.ts';
import { commandLines } from './command.ts';
import { formatFinding } from './findings/block.ts';
import { mergeCauses } from './findings/merge.ts';
import { paragraph } from './layout.ts';
import { inert, printable } from './safe-text.ts';
import type { Style } from './style.ts';

export interface WrittenReport {
  readonly file: string;
  /** `2 entries, which cure 1 error` */
  readonly does: string;
  /** As `plan` shows it. */
  readonly plan: string;
  /** Errors and warnings that lint still has. */
  readonly left: readonly Finding[];
  /** What is to be said of these, as a heading: `no entry cures these without harm`. */
  readonly leftTitle: string;
  /** Words. */
  readonly next: readonly string[];
  /** Behind the command, as it is: `| hookorder …`. */
  readonly rest?: string;
}

export function formatWritten(report: WrittenReport, style: Style): string {
  const left = mergeCauses(report.left);
  return inert(
    [
      paragraph('', printable(`${report.file} is written: ${report.does}. Read it, its comments say why.`)),
      '',
      report.plan.trimEnd(),
      '',
      ...(left.length === 0
        ? ['left    nothing: lint has no error and no warning']
        : [
            style.bold(`left    ${report.leftTitle}`),
            ...left.map((finding) => formatFinding(finding, style).replaceAll(/^(?=.)/gm, '  ')),
          ]),
      '',
      style.bold('next'),
      ...commandLines(report.next).map((line, at, all) =>
        at === all.length - 1 && report.rest !== undefined ? `${line} ${report.rest}` : line,
      ),
      '',
    ].join('\n'),
  );
}
