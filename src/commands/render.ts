/**
 * `hookorder render`: the post-renderer. A patched stream goes to stdout, or a refusal goes where people will see it; never both.
 */
import { editStream, orderRelease } from '../pipeline.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './failures.ts';
import { EXIT, statusOf } from './outcome.ts';
import { makeRequest, readStream } from './request.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const source = readStream(args.files[0], system);
  if ('code' in source) throw new Refusal([source], EXIT.unusable);
  const severity = args.failOn === 'never' ? 'error' : args.failOn;
  const request = makeRequest(source, args, system, {
    needsConfig: true,
    scope: 'claimed',
    severity,
    onlyChanges: true,
  });
  const { stream, plan, findings } = orderRelease(request);
  if (args.report !== undefined) {
    const { writeReport } = require('./report.ts') as typeof import('./report.ts');
    writeReport(args.report, request, system);
  }
  const status = statusOf(findings, args.failOn, plan !== undefined);
  if (status !== EXIT.ok || stream === undefined || plan === undefined) throw new Refusal(findings, status);
  return system.writeStdout(editStream(stream, plan)) ? EXIT.ok : EXIT.unusable;
}
