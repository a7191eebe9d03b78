/** `hookorder plan`: what Helm will run, in order, for each operation. */
import { PLAN_FORMAT_NAMES, PLAN_FORMATS } from '../report/plan/formats.ts';
import type { PlanReport } from '../report/plan/report.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './failures.ts';
import { EXIT, statusOf } from './outcome.ts';
import { chooseFormat, chooseStyle, deliver } from './output.ts';
import { NOTHING_READ, tell } from './plan-report.ts';
import { makeRequest, readStream } from './request.ts';
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
  const delivered = deliver(PLAN_FORMATS[format](report, options), status, system);
  if (isRefused) throw new Refusal(findings, delivered);
  return delivered;
}

function look(args: Arguments, system: System): PlanReport {
  const source = readStream(args.files[0], system);
  const request = makeRequest('code' in source ? UNREAD : source, args, system, {
    needsConfig: false,
    scope: 'all',
    severity: 'info',
  });
  return 'code' in source ? { ...NOTHING_READ, findings: [source], circumstances: request } : tell(request).report;
}

const UNREAD = { file: '', read: () => new Uint8Array() };
