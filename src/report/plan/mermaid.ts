/** A plan as a mermaid flowchart: one subgraph per operation and event, hooks in run order, dependencies as dotted arrows. */
import { afterOf, waitOf } from '../facts.ts';
import { count, some } from '../layout.ts';
import { printable } from '../safe-text.ts';
import {
  type EventStep,
  isEventStep,
  type OperationTimeline,
  type ResourceStep,
  type Stop,
  stopsOf,
} from '../timeline.ts';
import { timelineOf } from '../timelines.ts';
import { type Intro, introOf } from './intro.ts';
import type { PlanFormatter } from './report.ts';

export const formatPlanMermaid: PlanFormatter = (report) => {
  const { plan, findings, circumstances, shows } = report;
  const intro = introOf(report);
  const troubled = new Set(findings.filter(({ severity }) => severity !== 'info').map(({ resource }) => resource));
  const operations =
    shows === 'nothing'
      ? []
      : timelineOf(plan, circumstances).operations.filter((operation) => stopsOf(operation).length > 0);
  const lines = [
    'flowchart LR',
    ...(intro === undefined ? [] : [introNode(intro)]),
    ...operations.flatMap((operation) => operationLines(operation, troubled)),
  ];
  if (operations.length === 0 && shows !== 'nothing') lines.push('  none["no hooks"]');
  // Both themes keep the text readable on these strokes; the shapes say the same without colour.
  lines.push('  classDef copy stroke-dasharray: 4 3', '  classDef problem stroke:#d1242f,stroke-width:3px');
  return `${lines.join('\n')}\n`;
};

/** Diagrams show few words: the first errors, and how many more. */
function introNode({ text, errors }: Intro): string {
  const messages = some(
    errors.map(({ message }) => message),
    3,
  );
  return `  problem["${[text, messages].map(escapeLabel).join('<br/>')}"]:::problem`;
}

function operationLines(operation: OperationTimeline, troubled: ReadonlySet<unknown>): readonly string[] {
  const own = idOf(operation.name);
  const lines = [`  subgraph ${own}_["${operation.name}"]`, '    direction LR'];
  const parts: string[] = [];
  for (const step of operation.steps) {
    if (!isEventStep(step)) {
      parts.push(`${own}_${step.at === undefined ? 'release' : `${idOf(step.at)}_release`}`);
      lines.push(`    ${parts.at(-1)}[["${escapeLabel(resourcesLabel(step))}"]]`);
    } else if (step.stops.length > 0) {
      parts.push(`${own}_${idOf(step.event)}_`);
      lines.push(...eventLines(step, `${own}_${idOf(step.event)}`, troubled));
    }
  }
  if (parts.length > 1) lines.push(`    ${parts.join(' --> ')}`);
  return [...lines, '  end'];
}

/** Arrows stay inside the event: mermaid keeps the direction of a subgraph only if nothing outside is tied to its nodes. */
function eventLines(step: EventStep, prefix: string, troubled: ReadonlySet<unknown>): readonly string[] {
  const ids = new Map(step.stops.map((stop, at) => [stop, `${prefix}_${at}`]));
  const nodes = [...ids].map(([stop, id]) => `      ${nodeOf(id, stop)}${classOf(stop, troubled)}`);
  const runOrder = ids.size > 1 && !step.together ? [`      ${[...ids.values()].join(' --> ')}`] : [];
  const dependencies = step.stops.flatMap((stop, at) =>
    // The arrow of run order already connects neighbours.
    stop.after
      .filter((other) => other !== step.stops[at - 1] && ids.has(other))
      .map((other) => `      ${ids.get(other)} -.-> ${ids.get(stop)}`),
  );
  return [
    `    subgraph ${prefix}_["${step.event}"]`,
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

const classOf = (stop: Stop, troubled: ReadonlySet<unknown>): string =>
  troubled.has(stop.placement.resource) ? ':::problem' : stop.origin === 'copy' ? ':::copy' : '';

/** A name without what mermaid does not take in one; the events of Helm stay as they are. */
const idOf = (name: string): string => name.replaceAll(' ', '_').replaceAll('_-', '_minus_');

const resourcesLabel = ({ resources: { count: total, byKind }, at }: ResourceStep): string =>
  [
    ...(at === undefined ? [] : [at]),
    count(total, 'resource'),
    ...byKind.slice(0, 4).map(([kind, number]) => `${number} ${kind}`),
  ].join(', ');

/** Everything that mermaid, Markdown or HTML could read as more than text becomes a numeric entity in mermaid's notation. */
const escapeLabel = (text: string): string =>
  printable(text).replaceAll(/[^\p{L}\p{N} ._/,:≤-]/gu, (character) => `#${character.codePointAt(0)};`);
