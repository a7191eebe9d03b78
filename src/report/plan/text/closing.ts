/** The end of a plan: what never runs, what its words mean, and its numbers. */
import type { Finding } from '../../../model/finding.ts';
import { formatPlacement, formatSource } from '../../../model/plan.ts';
import { DELETED_AFTER, DELETED_FIRST, deletedOf, longestWait } from '../../facts.ts';
import { countSeverities, worstFirst, worstOf } from '../../findings/sort.ts';
import { count, formatSeconds, paragraph, wrap } from '../../layout.ts';
import { printable } from '../../safe-text.ts';
import { stopsOf, type Timeline } from '../../timeline.ts';
import type { PlanOptions } from '../report.ts';

export function closingLines(timeline: Timeline, findings: readonly Finding[], options: PlanOptions, width: number) {
  const { style } = options;
  const merged = worstFirst(findings);
  return [
    ...takenOutLines(timeline, width),
    ...droppedLines(timeline, options, width),
    ...wordLines(timeline, width),
    ...wrap(numbers(timeline), width),
    ...(merged.length === 0
      ? []
      : wrap(`${countSeverities(merged)}: \`hookorder lint\` says where, and what to do.`, width).map((line) =>
          style[worstOf(merged)](line),
        )),
  ];
}

/** What `drop` takes out. */
function takenOutLines({ takenOut }: Timeline, width: number): readonly string[] {
  return takenOut.map((placement) =>
    paragraph('dropped    ', printable(`${formatPlacement(placement)}, by hook "${formatSource(placement)}"`), width),
  );
}

function droppedLines({ dropped, deployer }: Timeline, { style }: PlanOptions, width: number): readonly string[] {
  if (deployer !== 'Helm')
    return dropped.map(({ resource, name }) =>
      paragraph(
        'never      ',
        printable(`${resource.kind}/${name}: ${deployer} has no phase for its hook annotation`),
        width,
      ),
    );
  return dropped.map(({ resource, name }) =>
    paragraph('Helm drops ', printable(`${resource.kind}/${name}: it does not know all of its events`), width)
      .split('\n')
      .map(style.error)
      .join('\n'),
  );
}

/** `11m 40s`: above two minutes, seconds alone say little. */
const formatLong = (seconds: number): string =>
  seconds <= 120 || seconds % 60 === 0 ? formatSeconds(seconds) : `${Math.floor(seconds / 60)}m\u00a0${seconds % 60}s`;

const MEANINGS = {
  [DELETED_FIRST]: 'an upgrade deletes the object and makes it anew, in use or not.',
  [DELETED_AFTER]: 'when the hooks of the event have succeeded.',
} as const;

function wordLines(timeline: Timeline, width: number): readonly string[] {
  const used = new Set(timeline.operations.flatMap(stopsOf).map((stop) => deletedOf(stop, timeline)));
  return ([DELETED_FIRST, DELETED_AFTER] as const)
    .filter((word) => used.has(word))
    .map((word) => paragraph(`${word}: `, MEANINGS[word], width));
}

/** `7 hooks, 13 resources. Hooks hold up an install for 14m at most, an upgrade for 9m.` */
function numbers(timeline: Timeline): string {
  const hooks = new Set(timeline.operations.flatMap(stopsOf).map(({ placement }) => placement)).size;
  const counts = `${count(hooks, 'hook')}, ${count(timeline.resources.count, 'resource')}.`;
  const waits = timeline.operations.flatMap((operation) => {
    const seconds = longestWait(operation, timeline);
    return seconds === undefined
      ? []
      : [`${/^[aiu]/.test(operation.name) ? 'an' : 'a'} ${operation.name} for ${formatLong(seconds)}`];
  });
  const [first, ...rest] = waits;
  return first === undefined ? counts : `${counts} Hooks hold up ${[`${first} at most`, ...rest].join(', ')}.`;
}
