/** `hookorder lint`: what is broken or risky in a release's hooks. Findings are its output, whatever they are. */

import type { Stream } from '../model/manifest.ts';
import { FINDINGS_FORMAT_NAMES, FINDINGS_FORMATS } from '../report/findings/formats.ts';
import type { Checkout } from '../report/findings/location.ts';
import { textOf } from '../stream/stream.ts';
import type { Arguments } from './arguments.ts';
import { judgeGiven } from './judge.ts';
import { statusOfReport } from './outcome.ts';
import { chooseFormat, chooseStyle, chooseWidth, deliverVerdict } from './output.ts';
import type { System } from './system.ts';
import { asTyped } from './words.ts';

/** Those with more in them than separators and comments. */
const countDocuments = ({ documents }: Stream): number =>
  documents.filter((document) => /^(?!---|\s*(?:#|$))/m.test(textOf(document))).length;

/** As GitHub and GitLab tell it; a shell tells the working directory. */
const checkoutOf = ({ env }: System): Checkout => ({
  root: env['GITHUB_WORKSPACE'] ?? env['CI_PROJECT_DIR'],
  folder: env['PWD'],
});

export function run(args: Arguments, system: System): number {
  const format = chooseFormat(args, FINDINGS_FORMAT_NAMES);
  const judged = judgeGiven(args, system);
  const { streams, report: found } =
    'code' in judged ? { streams: [], report: { findings: [judged], shows: 'nothing' as const } } : judged;
  const { findings } = found;
  const report = { findings, documents: Math.max(0, ...streams.map(countDocuments)) };
  const options = {
    style: chooseStyle(args, system),
    width: chooseWidth(system),
    failOn: args.failOn,
    checkout: checkoutOf(system),
    version: HOOKORDER_VERSION,
  };
  const text = FINDINGS_FORMATS[format](report, options);
  const isForPeople = format === 'text' || format === 'compact';
  return deliverVerdict(isForPeople ? asTyped(text, system) : text, statusOfReport(found, args.failOn), system);
}
