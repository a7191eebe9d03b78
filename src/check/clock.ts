/** Whether the time in a name is the one that the environment seems to set. */
import { type Finding, findingAtRule } from '../model/finding.ts';
import { formatResource } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';

/** One finding, however many names: they have one cause. `ignoresEpoch`: $SOURCE_DATE_EPOCH is set, and is not the clock. */
export function checkClock(placements: readonly Placement[], ignoresEpoch: boolean | undefined): readonly Finding[] {
  if (ignoresEpoch !== true) return [];
  const stamped = placements.find(
    ({ resource, rule, copyFor }) =>
      resource.kind === 'Job' && rule?.jobName.suffix === 'timestamp' && copyFor === undefined,
  );
  if (stamped?.rule === undefined) return [];
  return [
    findingAtRule(
      'job/source-date-epoch',
      stamped.rule,
      `${formatResource(stamped.resource)} gets the real time into its name, not that of $SOURCE_DATE_EPOCH, which Helm 4.3 reads and CI systems set once for all runs of a commit`,
      {
        hint: 'set HOOKORDER_NOW (or `--now`) where the name must be the same each time',
        key: 'jobName',
        resource: stamped.resource,
      },
    ),
  ];
}
