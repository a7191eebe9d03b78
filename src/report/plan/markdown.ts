/** A plan as Markdown for a pull request comment: what to worry about first, then one table per operation, folded. */
import type { Finding, Severity } from '../../model/finding.ts';
import { formatPlacement, formatSource } from '../../model/plan.ts';
import { deletionOf, factOfEvent, factOfOperation, findingsOf, isUnusualDeletion, waitOf } from '../facts.ts';
import { countSeverities, worstFirst } from '../findings/sort.ts';
import { type Lane, lanesOf } from '../lanes.ts';
import { count, formatPlace } from '../layout.ts';
import { printable } from '../safe-text.ts';
import { isEventStep, type Stop, stopsOf, type Timeline } from '../timeline.ts';
import { timelineOf } from '../timelines.ts';
import { introOf } from './intro.ts';
import { laneDiagram } from './mermaid.ts';
import type { PlanFormatter } from './report.ts';

export const formatPlanMarkdown: PlanFormatter = (report) => {
  const { plan, findings, circumstances, shows } = report;
  const intro = introOf(report);
  const top = intro === undefined ? [] : [`### ❌ ${escapeMarkdown(intro.text)}`];
  if (shows === 'nothing') return `${[...top, ...findingLines(findings)].join('\n\n')}\n`;
  const timeline = timelineOf(plan, circumstances);
  const hooks = new Set(timeline.operations.flatMap(stopsOf).map(({ placement }) => placement)).size;
  const counts = `${count(hooks, 'hook')} around ${count(timeline.resources.count, 'resource')}`;
  const sections = [
    ...(intro === undefined
      ? [`### ${timeline.deployer} will run ${counts}`, ...findingLines(findings)]
      : [...top, ...findingLines(findings), `The charts alone: ${counts}.`]),
    ...timeline.takenOut.map(
      (placement) => `Taken out by ${escapeMarkdown(formatSource(placement))}: ${code(formatPlacement(placement))}.`,
    ),
    ...timeline.dropped.map(({ resource, name }) =>
      timeline.deployer === 'Helm'
        ? `**Helm drops ${code(`${resource.kind}/${name}`)}**: it does not know all of its events.`
        : `Never applied: ${code(`${resource.kind}/${name}`)}, ${timeline.deployer} has no phase for its hook annotation.`,
    ),
    ...lanesOf(timeline, (stop) =>
      findingsOf(stop, findings)
        .map(({ code: id }) => id)
        .join(),
    ).map((lane) => laneSection(lane, timeline, findings, circumstances.wait)),
  ];
  return `${sections.join('\n\n')}\n`;
};

const ICONS: Readonly<Record<Severity, string>> = { error: '❌ error', warning: '⚠️ warning', info: 'ℹ️ info' };

function findingLines(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  const sorted = worstFirst(findings);
  const rows = sorted.map(({ severity, code: id, message, hint, config }) => {
    const where = config === undefined ? '' : ` (${code(formatPlace(config))})`;
    return `| ${ICONS[severity]} | ${code(id)} | ${escapeMarkdown(message)}${where}${hint === undefined ? '' : `<br>Fix: ${escapeMarkdown(hint)}`} |`;
  });
  return [
    folded(
      countSeverities(sorted),
      ['| | code | finding |', '|---|---|---|', ...rows].join('\n'),
      findings.some(({ severity }) => severity === 'error'),
    ),
  ];
}

function laneSection(lane: Lane, timeline: Timeline, findings: readonly Finding[], wait: boolean): string {
  const { name, operation, events } = lane;
  const stops = stopsOf(operation);
  const fact = factOfOperation(operation, timeline);
  if (stops.length === 0) return `**${name}**: no hooks${fact === undefined ? '' : `; ${escapeMarkdown(fact)}`}`;
  // What is usual is told once, above.
  const hasEnds = stops.some(isUnusualDeletion);
  const rows = operation.steps.flatMap((step, at) => {
    if (!isEventStep(step)) {
      const kinds = step.resources.byKind.map(([kind, number]) => `${number} ${escapeMarkdown(kind)}`).join(', ');
      return [
        rowOf([`**${step.at ?? 'release'}**`, '', count(step.resources.count, 'resource'), kinds, '', ''], hasEnds),
      ];
    }
    const event = events[at] ?? step.event;
    const note = step.stops.length === 0 ? undefined : factOfEvent(step, timeline, wait);
    return [
      ...(note === undefined ? [] : [rowOf([event, '', `*${note}*`, '', '', ''], hasEnds)]),
      ...step.stops.map((stop) => rowOf(cellsOf(event, stop), hasEnds)),
    ];
  });
  const head = ['event', timeline.deployer === 'Helm' ? 'weight' : 'wave', 'hook', 'by', `${timeline.deployer} waits`];
  const table = [
    rowOf([...head, 'deletion'], hasEnds),
    rowOf(['---', '--:', '---', '---', '---', '---'], hasEnds),
    ...rows,
  ];
  const diagram = `\`\`\`mermaid\n${laneDiagram(lane, findings)}\n\`\`\``;
  return folded(
    `${name}: ${count(stops.length, 'hook')}`,
    [...(fact === undefined ? [] : [escapeMarkdown(fact)]), diagram, table.join('\n')].join('\n\n'),
    ['install', 'upgrade', 'first sync', 'sync'].includes(operation.name),
  );
}

const rowOf = (cells: readonly string[], hasEnds: boolean): string =>
  `| ${(hasEnds ? cells : cells.slice(0, -1)).join(' | ')} |`;

const cellsOf = (event: string, stop: Stop): readonly string[] => [
  event,
  String(stop.hook.weight),
  code(stop.title),
  escapeMarkdown(stop.source),
  waitOf(stop).replace('waits', 'yes') || 'no',
  isUnusualDeletion(stop) ? deletionOf(stop) : '',
];

const folded = (summary: string, body: string, open: boolean): string =>
  `<details${open ? ' open' : ''}>\n<summary><b>${escapeMarkdown(summary)}</b></summary>\n\n${body}\n\n</details>`;

/** Nothing in it is markup: every character that Markdown or HTML knows is a character reference, also in table cells. */
const escapeMarkdown = (text: string): string =>
  printable(text).replaceAll(/[&<>`|\\*_[\]#~$@]|:(?=\/\/)/g, (character) => `&#${character.codePointAt(0)};`);

/** Code that may hold any character: a code span of Markdown cannot hold a pipe in a table and a backtick. */
const code = (text: string): string => `<code>${escapeMarkdown(text)}</code>`;
