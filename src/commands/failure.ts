/** Says why a command failed, where it will be read. */

import { asYamlScalar, formatErrors, REFUSED } from '../report/findings/refusal.ts';
import { inert } from '../report/safe-text.ts';
import type { OutputFault, Refusal, UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import type { System } from './system.ts';
import { asTyped } from './words.ts';

export interface Ran {
  readonly command: string;
  /** One YAML scalar on stdout and exit 0, for Helm 4. */
  readonly toOutput: boolean;
  /** Of hookorder. */
  readonly version: string;
}

/** Returns the exit code. */
export function sayFailure(failure: unknown, ran: Ran, system: System): number {
  const { text: said, status, isOfOutput } = describe(failure, ran);
  const { toOutput } = ran;
  const text = inert(asTyped(said, toOutput ? { env: { HELM_PLUGIN_NAME: 'hookorder' } } : system));
  if (toOutput && !isOfOutput) {
    const written = system.writeStdout([system.bytes.encode(asYamlScalar(text))]);
    if (written === 'done') return EXIT.ok;
  }
  system.writeStderr(`${text}\n`);
  return status;
}

/** What did not come about; of `render`, that nothing was sent. */
const HEADLINES: Readonly<Record<string, string>> = {
  adopt: 'There is no checklist.',
  diff: 'There is nothing to compare.',
  export: 'Nothing is exported.',
  init: 'There is no proposal.',
  plan: 'There is no plan.',
  lint: 'Nothing was checked.',
  rehearse: 'There is no rehearsal.',
  watch: 'There is nothing to watch.',
  why: 'There is nothing to explain.',
};

interface Description {
  readonly text: string;
  readonly status: number;
  /** True when stdout itself is at fault, so that nothing more can be said there. */
  readonly isOfOutput?: true;
}

function describe(failure: unknown, { command, version }: Ran): Description {
  const known = failure as Partial<UsageError | Refusal | OutputFault>;
  if (known.kind === 'output')
    return {
      text: `hookorder: standard output cannot be written: ${known.message}. Nothing that came out may be used.`,
      status: EXIT.unusable,
      isOfOutput: true,
    };
  if (known.kind === 'usage')
    return {
      text: `hookorder: ${known.message}\n\n\`hookorder --help\` has all commands and flags.`,
      status: EXIT.unusable,
    };
  if (known.kind === 'refusal')
    return {
      text: formatErrors(HEADLINES[command] ?? REFUSED, known.findings ?? []),
      status: known.status ?? EXIT.findings,
    };
  const stack = failure instanceof Error ? (failure.stack ?? '') : '';
  // Not every engine says in the stack what went wrong.
  const detail = stack.startsWith(String(failure)) ? stack : `${String(failure)}\n${stack}`.trimEnd();
  return {
    text: `hookorder ${version} has a bug, and printed no manifest. Nothing was sent to the cluster.
What to report: this text, the ordering config, and the smallest manifest that shows it.

internal: ${detail}`,
    status: EXIT.bug,
  };
}
