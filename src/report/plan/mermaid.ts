/** A plan as a mermaid flowchart: one subgraph per operation and event, hooks in run order, dependencies as dotted arrows. */
import type { Finding } from '../../model/finding.ts';
import { afterOf, findingsOf, waitOf } from '../facts.ts';
import { type Lane, lanesOf } from '../lanes.ts';
import { count, some } from '../layout.ts';
import { printable } from '../safe-text.ts';
import { type EventStep, isEventStep, type ResourceStep, type Stop, stopsOf, type Timeline } from '../timeline.ts';
import { timelineOf } from '../timelines.ts';
import { type Intro, introOf } from './intro.ts';
import type { PlanFormatter } from './report.ts';

export const formatPlanMermaid: PlanFormatter = (report) => {
  const { plan, findings, circumstances, shows } = report;
  const intro = introOf(report);
  const lanes = shows === 'nothing' ? [] : drawnLanes(timelineOf(plan, circumstances), findings);
  const lines = [
    'flowchart TB',
    ...(intro === undefined ? [] : [introNode(intro)]),
    ...lanes.flatMap((lane) => laneLines(lane, findings)),
  ];
  // Without arrows between them, mermaid puts the last operation first.
  const ids = lanes.map(({ operation }) => `${idOf(operation.name)}_`);
  if (ids.length > 1) lines.push(`  ${ids.join(' ~~~ ')}`);
  if (lanes.length === 0 && shows !== 'nothing') lines.push('  none["no hooks"]');
  return `${[...lines, ...CLASSES].join('\n')}\n`;
};

/** Those with hooks. */
const drawnLanes = (timeline: Timeline, findings: readonly Finding[]): readonly Lane[] =>
  lanesOf(timeline, (stop) => severityOf(stop, findings)).filter(({ operation }) => stopsOf(operation).length > 0);

/** One diagram of one lane. */
export const laneDiagram = (lane: Lane, findings: readonly Finding[]): string =>
  ['flowchart LR', ...laneLines(lane, findings).slice(2, -1), ...CLASSES].join('\n');

/** Both themes keep the text readable on these strokes; the shapes say the same without colour. */
const CLASSES = [
  '  classDef copy stroke-dasharray: 4 3',
  '  classDef warning stroke:#bf8700,stroke-width:2px',
  '  classDef error stroke:#d1242f,stroke-width:4px',
];

const severityOf = (stop: Stop, findings: readonly Finding[]): '' | 'warning' | 'error' => {
  const severity = findingsOf(stop, findings)[0]?.severity;
  return severity === undefined || severity === 'info' ? '' : severity;
};

/** Diagrams show few words: the first errors, and how many more. */
function introNode({ text, errors }: Intro): string {
  const messages = some(
    errors.map(({ message }) => message),
    3,
  );
  return `  problem["${[text, messages].map(escapeLabel).join('<br/>')}"]:::error`;
}

function laneLines({ name, operation, events }: Lane, findings: readonly Finding[]): readonly string[] {
  const own = idOf(operation.name);
  const lines = [`  subgraph ${own}_["${name}"]`, '    direction LR'];
  const parts: string[] = [];
  for (const [at, step] of operation.steps.entries()) {
    if (!isEventStep(step)) {
      parts.push(`${own}_${step.at === undefined ? 'release' : `${idOf(step.at)}_release`}`);
      lines.push(`    ${parts.at(-1)}[["${escapeLabel(resourcesLabel(step))}"]]`);
    } else if (step.stops.length > 0) {
      parts.push(`${own}_${idOf(step.event)}_`);
      lines.push(...eventLines(step, `${own}_${idOf(step.event)}`, events[at] ?? step.event, findings));
    }
  }
  if (parts.length > 1) lines.push(`    ${parts.join(' --> ')}`);
  return [...lines, '  end'];
}

/** Arrows stay inside the event: mermaid keeps the direction of a subgraph only if nothing outside is tied to its nodes. */
function eventLines(step: EventStep, prefix: string, label: string, findings: readonly Finding[]): readonly string[] {
  const ids = new Map(step.stops.map((stop, at) => [stop, `${prefix}_${at}`]));
  const nodes = [...ids].map(([stop, id]) => `      ${nodeOf(id, stop)}${classOf(stop, findings)}`);
  const runOrder = ids.size > 1 && !step.together ? [`      ${[...ids.values()].join(' --> ')}`] : [];
  const dependencies = step.stops.flatMap((stop, at) =>
    // The arrow of run order already connects neighbours.
    stop.after
      .filter((other) => other !== step.stops[at - 1] && ids.has(other))
      .map((other) => `      ${ids.get(other)} -.-> ${ids.get(stop)}`),
  );
  return [
    `    subgraph ${prefix}_["${label}"]`,
    '      direction TB',
    ...nodes,
    ...runOrder,
    ...dependencies,
    '    end',
  ];
}

/** Helm waits for a box, not for a rounded one. */
function nodeOf(id: string, stop: Stop): string {
  const after = afterOf(stop);
  const notes = [stop.source, waitOf(stop), ...(after.length > 0 ? [`after ${after.join(', ')}`] : [])];
  const label = [`${stop.hook.weight}  ${stop.title}`, notes.filter((note) => note !== '').join(', ')]
    .map(escapeLabel)
    .join('<br/>');
  return stop.waits ? `${id}["${label}"]` : `${id}(["${label}"])`;
}

function classOf(stop: Stop, findings: readonly Finding[]): string {
  const severity = severityOf(stop, findings);
  return severity !== '' ? `:::${severity}` : stop.origin === 'copy' ? ':::copy' : '';
}

/** A name without what mermaid does not take in one; the events of Helm stay as they are. */
const idOf = (name: string): string => name.replaceAll(' ', '_').replaceAll('_-', '_minus_');

const resourcesLabel = ({ resources: { count: total, byKind }, at }: ResourceStep): string =>
  [...(at === undefined ? [] : [at]), count(total, 'resource'), ...kindsOf(byKind)].join(', ');

/** Everything that mermaid, Markdown or HTML could read as more than text becomes a numeric entity in mermaid's notation. */
const escapeLabel = (text: string): string =>
  printable(text).replaceAll(/[^\p{L}\p{N} ._/,:≤-]/gu, (character) => `#${character.codePointAt(0)};`);

/** The most frequent by name; the others as a number, so that the sum is right. */
function kindsOf(byKind: ResourceStep['resources']['byKind']): readonly string[] {
  const shown = byKind.length <= 5 ? byKind : byKind.slice(0, 4);
  const rest = byKind.slice(shown.length).reduce((sum, [, number]) => sum + number, 0);
  return [...shown.map(([kind, number]) => `${number} ${kind}`), ...(rest === 0 ? [] : [`${rest} more`])];
}
