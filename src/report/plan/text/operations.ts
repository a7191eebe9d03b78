/** The operations of a plan as lines. What two of them have in common is told once. */
import { factOfEvent, factOfOperation } from '../../facts.ts';
import type { InstalledChange } from '../../installed.ts';
import { count, length, padEnd, paragraph, wrap } from '../../layout.ts';
import { printable } from '../../safe-text.ts';
import {
  type EventStep,
  isEventStep,
  type OperationTimeline,
  type ResourceStep,
  type Stop,
  stopsOf,
  type Timeline,
} from '../../timeline.ts';
import type { PlanOptions } from '../report.ts';
import { type Columns, noteIndent, plainLine, stopLines } from './stop.ts';
import type { Told } from './told.ts';

export interface Drawing {
  readonly timeline: Timeline;
  readonly columns: Columns;
  readonly options: PlanOptions;
  readonly wait: boolean;
  readonly told: Told;
}

/** A step with what is said of it, whatever its event is called. */
type Part = { readonly step: EventStep; readonly fact: string | undefined } | { readonly lines: readonly string[] };

interface Drawn {
  readonly names: string[];
  readonly fact: string | undefined;
  /** Without those that have nothing. */
  readonly parts: readonly Part[];
  /** The events of the operations of this name, part by part. */
  readonly events: (readonly string[])[];
  /** Nothing happens that has to be told. */
  readonly isQuiet: boolean;
}

export function operationsLines(drawing: Drawing): readonly string[] {
  const drawn: Drawn[] = [];
  for (const operation of drawing.timeline.operations) {
    const one = draw(operation, drawing);
    const last = drawn.at(-1);
    if (last !== undefined && isEqual(last, one, drawing)) join(last, one);
    else drawn.push(one);
  }
  const known: KnownEvent[] = [];
  return drawn.flatMap((one) => linesOf(one, known, drawing));
}

function draw(operation: OperationTimeline, drawing: Drawing): Drawn {
  const { timeline, options, columns, wait } = drawing;
  const released = operation.steps.filter((step): step is ResourceStep => !isEventStep(step));
  const parts = operation.steps.flatMap((step): readonly Part[] => {
    if (isEventStep(step)) return step.stops.length === 0 ? [] : [{ step, fact: factOfEvent(step, timeline, wait) }];
    const plain = step.plain.map((placement) => plainLine(placement, columns, options));
    const changes = (operation.changes ?? []).map((change) => changeLine(change, drawing));
    return [{ lines: [resourceLine(step, drawing), ...plain, ...changes] }];
  });
  return {
    names: [operation.name],
    fact: factOfOperation(operation, timeline),
    parts,
    events: parts.map((part) => ('step' in part ? [part.step.event] : [])),
    isQuiet:
      stopsOf(operation).length === 0 &&
      operation.changes === undefined &&
      released.length < 2 &&
      released.every(({ plain }) => plain.length === 0),
  };
}

function isEqual(one: Drawn, other: Drawn, drawing: Drawing): boolean {
  const isAlike = (part: Part, like: Part | undefined): boolean => {
    if (like === undefined || 'step' in part !== 'step' in like) return false;
    if ('step' in part && 'step' in like)
      return part.fact === like.fact && keyOf(part.step, drawing) === keyOf(like.step, drawing);
    return 'lines' in part && 'lines' in like && part.lines.join('\n') === like.lines.join('\n');
  };
  return (
    !one.isQuiet &&
    !other.isQuiet &&
    one.fact === other.fact &&
    one.parts.length === other.parts.length &&
    one.parts.every((part, at) => isAlike(part, other.parts[at]))
  );
}

function join(one: Drawn, other: Drawn): void {
  one.names.push(...other.names);
  for (const [at, events] of other.events.entries())
    one.events[at] = [...new Set([...(one.events[at] ?? []), ...events])];
}

/** An event of hooks that stands above. */
interface KnownEvent {
  readonly event: string;
  readonly key: string;
}

function linesOf(
  { names, fact, parts, events, isQuiet }: Drawn,
  known: KnownEvent[],
  drawing: Drawing,
): readonly string[] {
  const name = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  // An operation without hooks needs one line, with the fact that matters about it.
  if (isQuiet) return [heading(name, fact === undefined ? 'no hooks' : `no hooks; ${fact}`, drawing)];
  const lines = [heading(name, fact, drawing)];
  for (const [at, part] of parts.entries()) {
    if ('lines' in part) lines.push(...part.lines);
    else lines.push(...eventLines(part.step, events[at] ?? [], part.fact, known, drawing));
  }
  return lines;
}

const keyOf = ({ stops }: EventStep, drawing: Drawing): string =>
  JSON.stringify(stops.map((stop) => bareLines(stop, drawing)));

const bareLines = (stop: Stop, { timeline, columns, options }: Drawing): readonly string[] =>
  stopLines(stop, timeline, columns, options);

/** Several hooks that another event has just so are not listed again. */
function eventLines(
  step: EventStep,
  events: readonly string[],
  fact: string | undefined,
  known: KnownEvent[],
  drawing: Drawing,
): readonly string[] {
  const { columns, told } = drawing;
  const event = events.join(', ');
  const key = keyOf(step, drawing);
  const same = step.stops.length < 2 ? undefined : known.find((each) => each.key === key);
  known.push({ event, key });
  if (same !== undefined)
    return [
      paragraph(
        padEnd(`  ${event}`, 15),
        `the ${count(step.stops.length, 'hook')} of ${same.event}${fact === undefined ? '' : ` (${fact})`}`,
        columns.whole,
      ),
    ];
  const lines = event === 'test' ? [] : [...eventHeading(event, fact, drawing)];
  for (const stop of step.stops) {
    lines.push(...bareLines(stop, drawing));
    lines.push(...told.linesAt(stop, noteIndent(columns)));
  }
  return lines;
}

function heading(name: string, fact: string | undefined, { options: { style }, columns }: Drawing): string {
  if (fact === undefined) return style.bold(name);
  return paragraph(padEnd(name, 13), printable(fact), columns.whole).replace(name, style.bold(name));
}

/** Of what follows the names of two events, which leave little room. */
const INDENT = 15;

function eventHeading(event: string, fact: string | undefined, { options, columns }: Drawing): readonly string[] {
  if (fact === undefined) return [`  ${event}`];
  const lead = `  ${padEnd(event, 12)} `;
  const [first, ...rest] = wrap(`(${fact})`, columns.whole - INDENT, columns.whole - length(lead));
  return [lead + first, ...rest.map((line) => ' '.repeat(INDENT) + line)].map(options.style.dim);
}

function resourceLine(
  { resources: { count: total, byKind }, at = 'release' }: ResourceStep,
  { options: { verbose }, columns }: Drawing,
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
    columns.whole,
  );
}

/** What becomes of an object of the installed revision. */
function changeLine({ deed, title, because }: InstalledChange, { options: { style }, columns }: Drawing): string {
  const line = paragraph(`    ${padEnd(deed, 9)}`, printable(`${title}: ${because}`), columns.whole);
  return deed === 'keeps' ? line : line.split('\n').map(style.warning).join('\n');
}
