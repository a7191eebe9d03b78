/** `hookorder plan` for terminals: 80 columns, in colour where asked, complete without it. */
import type { Finding } from '../../model/finding.ts';
import { formatPlacement, formatSource, type Placement } from '../../model/plan.ts';
import { afterOf, deletionOf, factOfEvent, factOfOperation, isUnusualDeletion, waitOf } from '../facts.ts';
import { formatErrors } from '../findings/refusal.ts';
import { countSeverities, sortFindings, worstOf } from '../findings/sort.ts';
import type { InstalledChange } from '../installed.ts';
import { count, formatPlace, formatSeconds, length, padEnd, paragraph, some, WIDTH, wrap } from '../layout.ts';
import { printable } from '../safe-text.ts';
import type { Style } from '../style.ts';
import {
  isEventStep,
  type OperationTimeline,
  type ResourceStep,
  type Stop,
  stopsOf,
  type Timeline,
} from '../timeline.ts';
import { timelineOf } from '../timelines.ts';
import { introOf } from './intro.ts';
import type { PlanFormatter, PlanOptions } from './report.ts';

/** Widths of the columns of a hook's line. */
interface Columns {
  readonly weight: number;
  readonly title: number;
  readonly source: number;
}

export const formatPlanText: PlanFormatter = (report, options) => {
  const intro = introOf(report);
  const top = intro === undefined ? '' : `${formatErrors(intro.text, intro.errors, options.style)}\n`;
  if (report.shows === 'nothing') return top;
  return top === '' ? operationsText(report, options) : `${top}\n${operationsText(report, options)}`;
};

const operationsText: PlanFormatter = ({ plan, findings, circumstances }, options) => {
  const timeline = timelineOf(plan, circumstances);
  const stops = timeline.operations.flatMap(stopsOf);
  const columns = columnsOf(
    stops.map(({ hook }) => hook.weight),
    [...stops.map(titleOf), ...timeline.plain.map(plainTitle)],
    [...stops.map(sourceOf), ...timeline.plain.map(formatSource)],
  );
  const blocks = timeline.operations.map((operation) =>
    operationLines(operation, { timeline, columns, options, wait: circumstances.wait }),
  );
  const closing = [
    ...takenOutLines(timeline),
    ...droppedLines(timeline, options.style),
    ...closingLines(sortFindings(findings), options.style),
  ];
  return `${[...blocks.flat(), ...(closing.length > 0 ? ['', ...closing] : [])].join('\n')}\n`;
};

const MARGIN = 4;
/** Beside the columns: margin, the gaps, and the longest usual wait (`waits ≤ 30m`). */
const REST = MARGIN + 2 + 2 + 2 + 11;

function columnsOf(weights: readonly number[], titles: readonly string[], sources: readonly string[]): Columns {
  const longest = (texts: readonly string[], least: number): number => Math.max(least, ...texts.map(length));
  const weight = longest(weights.map(String), 3);
  const source = Math.min(longest(sources, 5), 24);
  return { weight, source, title: Math.min(longest(titles, 24), WIDTH - REST - weight - source) };
}

const titleOf = ({ title }: Stop): string => printable(title);
const sourceOf = ({ source }: Stop): string => printable(source);
const plainTitle = ({ resource, name }: Placement): string => printable(`${resource.kind}/${name}`);

interface Drawing {
  readonly timeline: Timeline;
  readonly columns: Columns;
  readonly options: PlanOptions;
  readonly wait: boolean;
}

function operationLines(operation: OperationTimeline, drawing: Drawing): readonly string[] {
  const { timeline, columns, options, wait } = drawing;
  const { style } = options;
  const fact = factOfOperation(operation, timeline);
  const released = operation.steps.filter((step): step is ResourceStep => !isEventStep(step));
  const isQuiet =
    operation.changes === undefined && released.length < 2 && released.every(({ plain }) => plain.length === 0);
  if (isQuiet && stopsOf(operation).length === 0) return quietOperation(operation.name, fact, style);
  const lines = heading(operation.name, fact, style);
  for (const step of operation.steps) {
    if (!isEventStep(step)) {
      lines.push(resourceLine(step, options), ...step.plain.map((placement) => plainLine(placement, columns, style)));
      lines.push(...(operation.changes ?? []).map((change) => changeLine(change, style)));
    } else if (step.stops.length > 0) {
      if (operation.name !== 'test') lines.push(...eventHeading(step.event, factOfEvent(step, timeline, wait), style));
      for (const stop of step.stops) lines.push(...stopLines(stop, columns, options));
    }
  }
  return lines;
}

/** An operation without hooks needs one line, with the fact that matters about it. */
const quietOperation = (name: string, fact: string | undefined, style: Style): readonly string[] =>
  heading(name, fact === undefined ? 'no hooks' : `no hooks; ${fact}`, style);

function heading(name: string, fact: string | undefined, style: Style): string[] {
  if (fact === undefined) return [style.bold(name)];
  return [paragraph(padEnd(name, 13), printable(fact)).replace(name, style.bold(name))];
}

function eventHeading(event: string, fact: string | undefined, style: Style): readonly string[] {
  if (fact === undefined) return [`  ${event}`];
  return paragraph(`  ${padEnd(event, Math.max(13, event.length + 1))}`, `(${fact})`)
    .split('\n')
    .map((line) => style.dim(line));
}

function resourceLine(
  { resources: { count: total, byKind }, at = 'release' }: ResourceStep,
  { verbose }: PlanOptions,
): string {
  const shown = verbose ? byKind : byKind.length <= 4 ? byKind : byKind.slice(0, 3);
  const rest = total - shown.reduce((sum, [, number]) => sum + number, 0);
  const kinds = [
    ...shown.map(([kind, number]) => `${number}\u00a0${printable(kind)}`),
    ...(rest > 0 ? [`${rest}\u00a0more`] : []),
  ];
  return paragraph(
    padEnd(`  ${at}`, Math.max(13, at.length + 4)),
    `${count(total, 'resource')}${kinds.length > 0 ? `: ${kinds.join(', ')}` : ''}`,
  );
}

/** What becomes of an object of the installed revision. */
function changeLine({ deed, title, because }: InstalledChange, style: Style): string {
  const line = paragraph(`    ${padEnd(deed, 9)}`, printable(`${title}: ${because}`));
  return deed === 'keeps' ? line : line.split('\n').map(style.warning).join('\n');
}

/** A resource of the release that the config claims: it has no weight, and Helm applies it with everything else. */
function plainLine(placement: Placement, columns: Columns, style: Style): string {
  const title = plainTitle(placement);
  const indent = ' '.repeat(MARGIN + columns.weight + 2);
  return `${indent}${style.bold(title)}${' '.repeat(Math.max(0, columns.title - length(title)) + 2)}${padEnd(printable(formatSource(placement)), columns.source)}  no hook`;
}

function stopLines(stop: Stop, columns: Columns, options: PlanOptions): readonly string[] {
  const { style } = options;
  const title = titleOf(stop);
  const source = sourceOf(stop);
  const indent = ' '.repeat(MARGIN + columns.weight + 2);
  const lead = ' '.repeat(MARGIN) + String(stop.hook.weight).padStart(columns.weight);
  const painted = stop.origin === 'copy' ? style.dim : style.bold;
  const wait = waitOf(stop);
  const sourceAndWait = wait === '' ? source : `${padEnd(source, columns.source)}  ${wait}`;
  const first = `${lead}  ${painted(title)}`;
  const gap = Math.max(0, columns.title - length(title)) + 2;
  const fits = lead.length + 2 + length(title) + gap + length(sourceAndWait) <= WIDTH;
  const lines = fits
    ? [first + ' '.repeat(gap) + sourceAndWait]
    : [first, ...besideTitle(sourceAndWait, indent, columns)];
  const notes = options.verbose ? everything(stop) : [notable(stop)].filter((note) => note !== '');
  return [...lines, ...notes.map((note) => style.dim(paragraph(`${indent}  `, note)))];
}

/** Under its column, or from the left where the column is too narrow for it. */
function besideTitle(text: string, indent: string, columns: Columns): readonly string[] {
  const line = `${indent}${' '.repeat(columns.title)}  ${text}`;
  return length(line) <= WIDTH ? [line] : paragraph(`${indent}  `, text).split('\n');
}

/** One line of what decided the place of a hook and of what is unusual about its end. */
const notable = (stop: Stop): string => {
  const after = afterOf(stop);
  return [
    ...(after.length > 0 ? [`after ${some(after.map(printable), 3)}`] : []),
    ...(isUnusualDeletion(stop) ? [deletionOf(stop) + ttlOf(stop)] : []),
  ].join('; ');
};

function everything(stop: Stop): readonly string[] {
  const { resource, rule } = stop.placement;
  const after = stop.after.map(titleOf);
  const namespace = resource.namespace === undefined ? '' : `, namespace ${resource.namespace}`;
  return [
    `${resource.apiVersion}${namespace}${stop.hook.events.length > 0 ? `, events ${stop.hook.events.join(', ')}` : ''}`,
    policyOf(stop) + ttlOf(stop),
    ...(stop.hook.logPolicies.length > 0 ? [`logs kept: ${stop.hook.logPolicies.join(', ')}`] : []),
    ...(stop.waits ? [] : [`Helm does not wait for kind ${resource.kind}`]),
    ...(after.length > 0 ? [`after ${after.join(', ')}`] : []),
    ...(resource.template === undefined ? [] : [`from ${resource.template}`]),
    ...(rule === undefined ? [] : [`by   ${formatPlace(rule.place)}`]),
  ].map(printable);
}

const ttlOf = ({ ttlSeconds }: Stop): string => (ttlSeconds === undefined ? '' : `, ttl ${formatSeconds(ttlSeconds)}`);

/** The words as annotated, and what they mean where that is not plain. */
function policyOf(stop: Stop): string {
  const { deletePolicies, deletes } = stop.hook;
  if (stop.deletion !== undefined) return stop.deletion;
  const words = deletePolicies.length > 0 ? deletePolicies.join(', ') : 'none, which is before-hook-creation';
  return `delete policy ${words}${deletes.length === 0 ? `: ${deletionOf(stop)}` : ''}`;
}

/** What `drop` takes out. */
function takenOutLines({ takenOut }: Timeline): readonly string[] {
  return takenOut.map((placement) =>
    paragraph('dropped    ', printable(`${formatPlacement(placement)}, by hook "${formatSource(placement)}"`)),
  );
}

function droppedLines({ dropped, deployer }: Timeline, style: Style): readonly string[] {
  if (deployer !== 'Helm')
    return dropped.map(({ resource, name }) =>
      paragraph('never      ', printable(`${resource.kind}/${name}: ${deployer} has no phase for its hook annotation`)),
    );
  return dropped.map(({ resource, name }) =>
    style.error(paragraph('Helm drops ', printable(`${resource.kind}/${name}: it does not know all of its events`))),
  );
}

/** `1 error, 2 warnings: codes (hookorder lint shows them)`. */
function closingLines(findings: readonly Finding[], style: Style): readonly string[] {
  if (findings.length === 0) return [];
  const codes = some([...new Set(findings.map(({ code }) => code))], 3);
  const closing = `${countSeverities(findings)}: ${codes} (hookorder lint shows ${findings.length === 1 ? 'it' : 'them'})`;
  return wrap(closing, WIDTH).map((line) => style[worstOf(findings)](line));
}
