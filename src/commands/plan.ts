/** `hookorder plan`: what Helm will run, in order, for each operation. */
import { formatErrors } from '../report/findings/refusal.ts';
import { PLAN_FORMAT_NAMES, PLAN_FORMATS } from '../report/plan/formats.ts';
import { introOf } from '../report/plan/intro.ts';
import type { PlanReport } from '../report/plan/report.ts';
import { inert } from '../report/safe-text.ts';
import type { Arguments } from './arguments.ts';
import { judgeGiven } from './judge.ts';
import { statusOfReport } from './outcome.ts';
import { chooseFormat, chooseStyle, chooseWidth, deliver } from './output.ts';
import { NOTHING_READ, rehearsalOf } from './plan-report.ts';
import { ALL, makeRequest } from './request.ts';
import type { System } from './system.ts';
import { asTyped } from './words.ts';

export function run(args: Arguments, system: System): number {
  const format = chooseFormat(args, PLAN_FORMAT_NAMES);
  const report = look(args, system);
  const options = { style: chooseStyle(args, system), width: chooseWidth(system), verbose: args.verbose };
  const shown = format === 'html' ? { ...report, rehearsal: rehearsalOf(report) } : report;
  const text = PLAN_FORMATS[format](shown, options);
  const isForPeople = format === 'text' || format === 'markdown';
  const status = deliver(isForPeople ? asTyped(text, system) : text, statusOfReport(report, args.failOn), system);
  // A page or a diagram that goes into a file is not read at once.
  const intro = format === 'text' ? undefined : introOf(report);
  if (intro !== undefined) system.writeStderr(`${inert(asTyped(formatErrors(intro.text, intro.errors), system))}\n`);
  return status;
}

function look(args: Arguments, system: System): PlanReport {
  const judged = judgeGiven(args, system);
  if (!('code' in judged)) return judged.report;
  const circumstances = makeRequest({ file: '', read: () => new Uint8Array() }, args, system, ALL);
  return { ...NOTHING_READ, findings: [judged], circumstances };
}
