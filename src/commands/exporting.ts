/** What all exports have in common: the plan or its refusal, what is said beside the export, and files of the user's. */
import { readUserFile, type UserFile } from '../export/file.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { Outcome } from '../pipeline.ts';
import { formatFinding } from '../report/findings/block.ts';
import { mergeCauses } from '../report/findings/merge.ts';
import { inert } from '../report/safe-text.ts';
import { PLAIN } from '../report/style.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './failures.ts';
import { EXIT, statusOf } from './outcome.ts';
import type { System } from './system.ts';

export interface Planned {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
}

/** Throws the refusal of a release without an order. */
export function planned({ plan, findings }: Outcome): Planned {
  if (plan === undefined) throw new Refusal(findings, statusOf(findings, 'error', false));
  return { plan, findings };
}

/** Throws for what must not be exported; says the rest on stderr, beside what is exported. */
export function report(findings: readonly Finding[], { failOn }: Arguments, system: System): void {
  const merged = mergeCauses(findings);
  const status = statusOf(merged, failOn, true);
  if (status !== EXIT.ok) throw new Refusal(merged, status);
  for (const finding of merged)
    if (/^(?:export|flux)\//.test(finding.code)) system.writeStderr(`${inert(formatFinding(finding, PLAIN))}\n\n`);
}

/** A file of the user's into which the export goes. */
export function readOwn(path: string, system: System): UserFile {
  const bytes = system.readFile(path);
  const code = 'input/unreadable';
  if ('error' in bytes)
    throw new Refusal(
      [{ code, severity: SEVERITIES[code], message: `${path} cannot be read: ${bytes.error}` }],
      EXIT.unusable,
    );
  const file = readUserFile(bytes, path, system.bytes);
  if ('stream' in file) return file;
  throw new Refusal(file, EXIT.unusable);
}
