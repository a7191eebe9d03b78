/** Says why a command failed, where somebody will read it. */
import { asYamlScalar, formatRefusal } from '../report/findings/refusal.ts';
import type { Refusal, UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import type { System } from './system.ts';

/** Returns the exit code. `toOutput`: one YAML scalar on stdout and exit 0, for Helm 4. */
export function sayFailure(failure: unknown, toOutput: boolean, version: string, system: System): number {
  const { text, status } = describe(failure, version);
  if (!toOutput) {
    system.writeStderr(`${text}\n`);
    return status;
  }
  system.writeStdout([new TextEncoder().encode(asYamlScalar(text))]);
  return EXIT.ok;
}

function describe(failure: unknown, version: string): { readonly text: string; readonly status: number } {
  const known = failure as Partial<UsageError | Refusal>;
  if (known.kind === 'usage')
    return {
      text: `hookorder: ${known.message}\n\n\`hookorder --help\` has all commands and flags.`,
      status: EXIT.unusable,
    };
  if (known.kind === 'refusal')
    return { text: formatRefusal(known.findings ?? []), status: known.status ?? EXIT.findings };
  const detail = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  return {
    text: `hookorder ${version} has a bug, and printed no manifest. Nothing was sent to the cluster.
What to report: this text, the ordering config, and the smallest manifest that shows it.

internal: ${detail}`,
    status: EXIT.bug,
  };
}
