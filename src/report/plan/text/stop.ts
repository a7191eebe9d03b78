/** The lines of a hook: weight, name, who put it there, what Helm does beside running it; and below, what is unusual about it. */
import type { Placement } from '../../../model/plan.ts';
import { formatSource } from '../../../model/plan.ts';
import { afterOf, deletedOf, deletionOf, isUnusualDeletion, waitOf } from '../../facts.ts';
import { formatPlace, formatSeconds, length, padEnd, paragraph, some } from '../../layout.ts';
import { printable } from '../../safe-text.ts';
import { type Stop, stopsOf, type Timeline } from '../../timeline.ts';
import type { PlanOptions } from '../report.ts';

/** Widths of the columns of a hook's line. */
export interface Columns {
  readonly weight: number;
  readonly title: number;
  readonly source: number;
  readonly whole: number;
}

const MARGIN = 4;
/** Beside the columns: margin, the gaps, and the longest usual word at the end (`deleted first`). */
const REST = MARGIN + 2 + 2 + 2 + 13;

export function columnsOf(timeline: Timeline, whole: number): Columns {
  const stops = timeline.operations.flatMap(stopsOf);
  const longest = (texts: readonly string[], least: number): number => Math.max(least, ...texts.map(length));
  const weight = longest(
    stops.map(({ hook }) => String(hook.weight)),
    3,
  );
  const sources = [...stops.map(sourceOf), ...timeline.plain.map(formatSource)];
  const source = Math.min(longest(sources, 5), 24);
  const titles = [...stops.map(titleOf), ...timeline.plain.map(plainTitle)];
  return { weight, source, whole, title: Math.max(24, Math.min(longest(titles, 24), whole - REST - weight - source)) };
}

export const titleOf = ({ title }: Stop): string => printable(title);
const sourceOf = ({ source }: Stop): string => printable(source);
const plainTitle = ({ resource, name }: Placement): string => printable(`${resource.kind}/${name}`);
const indentOf = (columns: Columns): string => ' '.repeat(MARGIN + columns.weight + 2);
/** Of what is said below a hook. */
export const noteIndent = (columns: Columns): string => `${indentOf(columns)}  `;

/** A resource of the release that the config claims: it has no weight, and Helm applies it with everything else. */
export function plainLine(placement: Placement, columns: Columns, { style }: PlanOptions): string {
  const title = plainTitle(placement);
  const gap = ' '.repeat(Math.max(0, columns.title - length(title)) + 2);
  return `${indentOf(columns)}${style.bold(title)}${gap}${padEnd(printable(formatSource(placement)), columns.source)}  no hook`;
}

export function stopLines(stop: Stop, timeline: Timeline, columns: Columns, options: PlanOptions): readonly string[] {
  const { style } = options;
  const title = titleOf(stop);
  const source = sourceOf(stop);
  const weight = String(stop.hook.weight).padStart(columns.weight);
  const painted = stop.origin === 'copy' ? style.dim : style.bold;
  const deleted = deletedOf(stop, timeline);
  const end = waitOf(stop) || (deleted ?? '');
  const text = end === '' ? source : `${padEnd(source, columns.source)}  ${end}`;
  const shown = deleted === undefined || end !== deleted ? text : text.replace(/deleted \w+$/, style.warning);
  const first = `${' '.repeat(MARGIN)}${weight}  ${painted(title)}`;
  const gap = Math.max(0, columns.title - length(title)) + 2;
  const fits = MARGIN + columns.weight + 2 + length(title) + gap + length(text) <= columns.whole;
  const lines = fits ? [first + ' '.repeat(gap) + shown] : [first, ...besideTitle(text, columns)];
  const notes = options.verbose ? everything(stop) : [notable(stop)].filter((note) => note !== '');
  return [...lines, ...notes.map((note) => dimmed(paragraph(noteIndent(columns), note, columns.whole), options))];
}

const dimmed = (text: string, { style }: PlanOptions): string => text.split('\n').map(style.dim).join('\n');

/** Under its column, or from the left where the column is too narrow for it. */
function besideTitle(text: string, columns: Columns): readonly string[] {
  const line = `${indentOf(columns)}${' '.repeat(columns.title)}  ${text}`;
  if (length(line) <= columns.whole) return [line];
  return paragraph(noteIndent(columns), text.replaceAll(/ {2,}/g, ', '), columns.whole).split('\n');
}

/** One line of what decided the place of a hook and of what is unusual about its end. */
function notable(stop: Stop): string {
  const after = afterOf(stop);
  return [
    ...(after.length > 0 ? [`after ${some(after.map(printable), 3)}`] : []),
    ...(isUnusualDeletion(stop) ? [deletionOf(stop) + ttlOf(stop)] : []),
  ].join('; ');
}

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
