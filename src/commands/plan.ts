/** `hookorder plan`: what Helm will run, in order, for each operation. */
import { orderRelease } from '../pipeline.ts';
import { PLAN_FORMAT_NAMES, PLAN_FORMATS } from '../report/plan/formats.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './failures.ts';
import { EXIT, statusOf } from './outcome.ts';
import { chooseFormat, chooseStyle, deliver } from './output.ts';
import { makeRequest, readStream } from './request.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const format = chooseFormat(args, PLAN_FORMAT_NAMES);
  const source = readStream(args.files[0], system);
  if ('code' in source) throw new Refusal([source], EXIT.unusable);
  const request = makeRequest(source, args, system, { needsConfig: false, scope: 'all', severity: 'info' });
  const { plan, findings } = orderRelease(request);
  const status = statusOf(findings, args.failOn, plan !== undefined);
  if (plan === undefined || status === EXIT.unusable) throw new Refusal(findings, status);
  const report = { plan, findings, circumstances: request };
  const options = { style: chooseStyle(args, system), verbose: args.verbose };
  return deliver(PLAN_FORMATS[format](report, options), status, system);
}
