/** A plan as Markdown for a pull request comment: what to worry about first, then one table per operation, folded. */
import type { Finding, Severity } from '../../model/finding.ts';
import { formatPlacement, formatSource } from '../../model/plan.ts';
import { deletionOf, factOfEvent, factOfOperation, waitOf } from '../facts.ts';
import { countSeverities, worstFirst } from '../findings/sort.ts';
import { count, formatPlace } from '../layout.ts';
import { printable } from '../safe-text.ts';
import { isEventStep, type OperationTimeline, type Stop, stopsOf, type Timeline } from '../timeline.ts';
import { timelineOf } from '../timelines.ts';
import { introOf } from './intro.ts';
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
    ...timeline.operations.map((operation) => operationSection(operation, timeline, circumstances.wait)),
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

function operationSection(operation: OperationTimeline, timeline: Timeline, wait: boolean): string {
  const stops = stopsOf(operation);
  const fact = factOfOperation(operation, timeline);
  if (stops.length === 0)
    return `**${operation.name}**: no hooks${fact === undefined ? '' : `; ${escapeMarkdown(fact)}`}`;
  const rows = operation.steps.flatMap((step) => {
    if (!isEventStep(step))
      return [
        `| **${step.at ?? 'release'}** | | ${count(step.resources.count, 'resource')} | ${step.resources.byKind.map(([kind, number]) => `${number} ${escapeMarkdown(kind)}`).join(', ')} | | |`,
      ];
    const note = step.stops.length === 0 ? undefined : factOfEvent(step, timeline, wait);
    const rowsOfEvent = step.stops.map((stop) => row(step.event, stop));
    return note === undefined ? rowsOfEvent : [`| ${step.event} | | *${note}* | | | |`, ...rowsOfEvent];
  });
  const table = [
    `| event | ${timeline.deployer === 'Helm' ? 'weight' : 'wave'} | hook | by | ${timeline.deployer} waits | deletion |`,
    '|---|--:|---|---|---|---|',
    ...rows,
  ].join('\n');
  return folded(
    `${operation.name}: ${count(stops.length, 'hook')}`,
    fact === undefined ? table : `${escapeMarkdown(fact)}\n\n${table}`,
    ['install', 'upgrade', 'first sync', 'sync'].includes(operation.name),
  );
}

const row = (event: string, stop: Stop): string =>
  `| ${event} | ${stop.hook.weight} | ${code(stop.title)} | ${escapeMarkdown(stop.source)} | ${waitOf(stop).replace('waits', 'yes') || 'no'} | ${deletionOf(stop)} |`;

const folded = (summary: string, body: string, open: boolean): string =>
  `<details${open ? ' open' : ''}>\n<summary><b>${escapeMarkdown(summary)}</b></summary>\n\n${body}\n\n</details>`;

/** Nothing in it is markup: every character that Markdown or HTML knows is a character reference, also in table cells. */
const escapeMarkdown = (text: string): string =>
  printable(text).replaceAll(/[&<>`|\\*_[\]#~$@]|:(?=\/\/)/g, (character) => `&#${character.codePointAt(0)};`);

/** Code that may hold any character: a code span of Markdown cannot hold a pipe in a table and a backtick. */
const code = (text: string): string => `<code>${escapeMarkdown(text)}</code>`;
