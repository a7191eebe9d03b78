/**
 * How a command ends when it cannot deliver. These three are thrown, because they end the work wherever it stands; everything else
 * that is thrown is a bug.
 *
 * Told apart by `kind`: lazily loaded units have classes of their own.
 */
import type { Finding } from '../model/finding.ts';

/** What the user typed cannot be done; the message says what to type instead. */
export class UsageError extends Error {
  readonly kind = 'usage';
}

/** stdout cannot be written, for this reason: what was to be delivered is lost. */
export class OutputFault extends Error {
  readonly kind = 'output';
}

/** There is nothing to deliver, for these reasons. */
export class Refusal extends Error {
  readonly kind = 'refusal';
  readonly findings: readonly Finding[];
  readonly status: number;

  constructor(findings: readonly Finding[], status: number) {
    super('refused');
    this.findings = findings;
    this.status = status;
  }
}
