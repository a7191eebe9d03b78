/** What every format of `hookorder lint` is made of. */
import type { Finding, Severity } from '../../model/finding.ts';
import type { Style } from '../style.ts';
import type { Checkout } from './location.ts';

export interface FindingsReport {
  readonly findings: readonly Finding[];
  /** How many documents were read. */
  readonly documents: number;
}

export interface FindingsOptions {
  readonly style: Style;
  /** Columns that a line may have; 80 unless a terminal is wider or narrower. */
  readonly width?: number;
  /** The lowest severity that fails (`--fail-on`). */
  readonly failOn: Severity | 'never';
  /** The repository, for formats that point into it. */
  readonly checkout?: Checkout;
  /** The version of hookorder, for formats that name their tool. */
  readonly version: string;
}

export type FindingsFormatter = (report: FindingsReport, options: FindingsOptions) => string;
