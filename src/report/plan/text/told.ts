/** Findings, each told once: at the first hook that it is about, or at the end. Infos are only counted, unless everything is asked for. */
import type { Finding } from '../../../model/finding.ts';
import { findingsOf } from '../../facts.ts';
import { worstFirst } from '../../findings/sort.ts';
import { paragraph } from '../../layout.ts';
import { printable } from '../../safe-text.ts';
import type { Stop } from '../../timeline.ts';
import type { PlanOptions } from '../report.ts';

export class Told {
  private readonly open: Set<Finding>;
  private readonly options: PlanOptions;
  private readonly width: number;

  /** `already`: what stands above the operations. */
  constructor(findings: readonly Finding[], already: readonly Finding[], options: PlanOptions, width: number) {
    const shown = worstFirst(findings).filter(({ severity }) => options.verbose || severity !== 'info');
    const above = new Set(already);
    this.open = new Set(shown.filter((finding) => !above.has(finding)));
    this.options = options;
    this.width = width;
  }

  linesAt(stop: Stop, indent: string): readonly string[] {
    return findingsOf(stop, [...this.open]).map((finding) => this.line(finding, indent));
  }

  /** What is about no hook that was drawn. */
  rest(): readonly string[] {
    return [...this.open].map((finding) => this.line(finding, ''));
  }

  private line(finding: Finding, indent: string): string {
    this.open.delete(finding);
    const { severity, message, code } = finding;
    const text = paragraph(indent, `${severity} ${printable(message)} [${code}]`, this.width);
    return text.replace(severity, this.options.style[severity](severity));
  }
}
