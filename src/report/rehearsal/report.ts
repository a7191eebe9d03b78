/** What every format of `hookorder rehearse` is made of. */
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import type { Style } from '../style.ts';

export interface RehearsalReport {
  readonly rehearsal: Rehearsal;
  /** All operations of the deployer, in the order in which they happen to a release. */
  readonly operations: readonly string[];
  /** Seconds. */
  readonly timeoutSeconds: number;
  /** How many findings say that the order does not work even when nothing fails. */
  readonly errors: number;
}

export interface RehearsalOptions {
  readonly style: Style;
  /** Each outcome by itself. */
  readonly all: boolean;
}

export type RehearsalFormatter = (report: RehearsalReport, options: RehearsalOptions) => string;
