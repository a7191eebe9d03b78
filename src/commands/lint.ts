/** `hookorder lint`: what is broken or risky in a release's hooks. Findings are its output, whatever they are. */
import { checkStoredSize, orderRelease } from '../pipeline.ts';
import { FINDINGS_FORMAT_NAMES, FINDINGS_FORMATS } from '../report/findings/formats.ts';
import type { Arguments } from './arguments.ts';
import { statusOf } from './outcome.ts';
import { chooseFormat, chooseStyle, deliverVerdict } from './output.ts';
import { makeRequest, readStream } from './request.ts';
import type { System } from './system.ts';

export function run(args: Arguments, system: System): number {
  const format = chooseFormat(args, FINDINGS_FORMAT_NAMES);
  const source = readStream(args.files[0], system);
  const {
    stream,
    plan,
    findings: found,
  } = 'code' in source
    ? { findings: [source] }
    : orderRelease(makeRequest(source, args, system, { needsConfig: false, scope: 'all', severity: 'info' }));
  const size = stream && plan ? checkStoredSize(stream, plan, system.gzippedSize) : [];
  const findings = [...found, ...size];
  const report = { findings, documents: stream?.documents.length ?? 0 };
  const options = { style: chooseStyle(args, system), failOn: args.failOn, version: HOOKORDER_VERSION };
  return deliverVerdict(
    FINDINGS_FORMATS[format](report, options),
    statusOf(findings, args.failOn, plan !== undefined),
    system,
  );
}
