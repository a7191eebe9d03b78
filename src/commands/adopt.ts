/** `hookorder adopt`: what the first upgrade with a config does to a release that runs, and the command that does it. */

import { type Adoption, changesIn, isLocked, upgradeOf } from '../report/adopt/adoption.ts';
import { ADOPT_FORMAT_NAMES, ADOPT_FORMATS } from '../report/adopt/formats.ts';
import type { Arguments } from './arguments.ts';
import { Refusal, UsageError } from './failures.ts';
import { judge } from './judge.ts';
import { upgradeCommand } from './next-command.ts';
import { EXIT, statusOf } from './outcome.ts';
import { chooseFormat, chooseStyle, deliver } from './output.ts';
import { readPrevious } from './previous.ts';
import { configFilesOf } from './request.ts';
import { readStreams } from './streams.ts';
import type { System } from './system.ts';

export function run(given: Arguments, system: System): number {
  const format = chooseFormat(given, ADOPT_FORMAT_NAMES);
  const [release, operand] = given.files;
  if (release === undefined || operand === undefined)
    throw new UsageError('`hookorder adopt` takes the name of a release and a chart: `hookorder adopt shop ./chart`');
  const args: Arguments = {
    ...given,
    files: [operand],
    // Argo CD upgrades no release of Helm's.
    target: 'helm',
    chart: { ...given.chart, release: given.chart.release ?? release },
    ...(given.previous.length === 0 && { previousRelease: release }),
  };
  const previous = readPrevious(args, system);
  if (previous === undefined) throw new UsageError('there is no revision to begin with');
  if ('code' in previous) throw new Refusal([previous], EXIT.unusable);
  const streams = readStreams(operand, args, system);
  if ('code' in streams) throw new Refusal([streams], EXIT.unusable);
  const { report } = judge({ ...streams, install: streams.upgrade }, args, system, previous);
  const status = statusOf(report.findings, args.failOn, report.shows === undefined);
  if (report.shows !== undefined || status === EXIT.unusable) throw new Refusal(report.findings, status);
  const { run: upgrade, takesOwnership } = upgradeOf(report.plan.placements, report.circumstances);
  const config = configFilesOf(args, system);
  const adoption: Adoption = {
    release,
    from: previous.name,
    ...(previous.status !== undefined && { status: previous.status }),
    chart: operand,
    config,
    findings: report.findings,
    upgrade,
    changes: changesIn(upgrade),
    command: upgradeCommand(
      {
        release,
        chart: operand,
        ...(report.plan.placements.some(({ rule }) => rule !== undefined) && { config }),
        takesOwnership,
      },
      args,
      report.circumstances,
    ),
  };
  const isHeld = isLocked(adoption) && args.failOn !== 'never';
  return deliver(ADOPT_FORMATS[format](adoption, chooseStyle(args, system)), isHeld ? EXIT.findings : status, system);
}
