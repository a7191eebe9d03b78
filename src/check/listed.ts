/** A check, as the list of a deployer's checks has it. */
import type { Severity } from '../model/finding.ts';
import type { Check } from '../release/release.ts';

export interface Listed {
  readonly check: Check;
  readonly severities: readonly Severity[];
  /** Its errors may come from what is done to other resources. */
  readonly isOfOthers?: boolean;
  /** It judges each event of a hook by itself, and tells the first error of each object. */
  readonly byEvent?: boolean;
  /** It guesses what the installed revision tells, where that is known (known/facts.ts). */
  readonly isGuess?: boolean;
}
