/** `hookorder plan`: what Helm will run, in order, for each operation. */
import { rehearse } from '../rehearsal/rehearse.ts';
import { PLAN_FORMAT_NAMES, PLAN_FORMATS } from '../report/plan/formats.ts';
import type { PlanReport } from '../report/plan/report.ts';
import type { RehearsalReport } from '../report/rehearsal/report.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './failures.ts';
import { judgeGiven } from './judge.ts';
import { EXIT, statusOf } from './outcome.ts';
import { chooseFormat, chooseStyle, deliver } from './output.ts';
import { NOTHING_READ } from './plan-report.ts';
import { operationsOf } from './rehearse.ts';
import { ALL, makeRequest } from './request.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const format = chooseFormat(args, PLAN_FORMAT_NAMES);
  const report = look(args, system);
  const { findings, shows } = report;
  const status = statusOf(findings, args.failOn, shows === undefined);
  const isRefused = shows !== undefined || status === EXIT.unusable;
  // A program that reads JSON gets some in any case.
  if (isRefused && format !== 'json') throw new Refusal(findings, status);
  const options = { style: chooseStyle(args, system), verbose: args.verbose };
  const shown = format === 'html' ? { ...report, rehearsal: rehearsalOf(report, args) } : report;
  const delivered = deliver(PLAN_FORMATS[format](shown, options), status, system);
  if (isRefused) throw new Refusal(findings, delivered);
  return delivered;
}

function rehearsalOf({ plan, findings, circumstances }: PlanReport, args: Arguments): RehearsalReport {
  return {
    rehearsal: rehearse(plan.placements, circumstances),
    operations: operationsOf(args),
    timeoutSeconds: args.timeout,
    errors: findings.filter(({ severity }) => severity === 'error').length,
  };
}

function look(args: Arguments, system: System): PlanReport {
  const judged = judgeGiven(args, system);
  if (!('code' in judged)) return judged.report;
  const circumstances = makeRequest({ file: '', read: () => new Uint8Array() }, args, system, ALL);
  return { ...NOTHING_READ, findings: [judged], circumstances };
}
