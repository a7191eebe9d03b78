/** The screen of `watch`: each step of the operation with its state, and under the one that holds everything up what is known of it. */

import { isPending } from '../../live/record.ts';
import type { Diagnosis } from '../../live/scene.ts';
import type { Line, State } from '../../live/steps.ts';
import { formatSource } from '../../model/plan.ts';
import { formatDuration } from '../../model/time.ts';
import { length, padEnd } from '../layout.ts';
import { inert, printable } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { causeLines, countResources, type Drawing } from './cause.ts';

const GLYPHS: Readonly<{ [state in State]: string }> = {
  open: '·',
  running: '▸',
  done: '✓',
  failed: '✗',
  cancelled: '–',
  gone: '?',
};

const paintOf = (state: State, style: Style): ((text: string) => string) =>
  ({
    open: style.dim,
    running: style.info,
    done: style.added,
    failed: style.error,
    cancelled: style.dim,
    gone: style.warning,
  })[state];

/** `causes`: also what holds it up; at the end that is told below the screen. */
export function screenOf(diagnosis: Diagnosis, drawing: Drawing, causes = true): string {
  const { lines } = diagnosis;
  const phases = Math.max(...lines.map(({ phase }) => phase.length), 8) + 2;
  const titles = Math.max(...lines.map((line) => length(titleOf(line, diagnosis))), 20);
  const rows: string[] = [];
  let phase = '';
  for (const line of lines) {
    const lead = line.phase === phase ? ' '.repeat(phases) : padEnd(line.phase, phases);
    phase = line.phase;
    rows.push(lead + rowOf(line, diagnosis, titles, drawing));
    if (causes && line === diagnosis.line) rows.push(...causesUnder(diagnosis, phases + 2, drawing));
  }
  return inert([headOf(diagnosis, drawing), ...rows, countOf(diagnosis, drawing)].join('\n'));
}

function rowOf(line: Line, diagnosis: Diagnosis, width: number, { style, width: columns }: Drawing): string {
  const { state, subject } = line;
  const source = subject?.placement === undefined ? '' : formatSource(subject.placement);
  const doing = state === 'running' && line.cause === undefined ? (line.doing ?? '') : '';
  const parts = [timeOf(line, diagnosis), printable(doing), source === 'chart' ? '' : printable(source)].filter(
    (part) => part !== '',
  );
  const paint = paintOf(state, style);
  const title = titleOf(line, diagnosis);
  const shown = Math.min(width, Math.max(20, Math.floor(columns / 2)));
  const tail = parts.join('  ');
  return `${paint(GLYPHS[state])} ${state === 'running' || state === 'failed' ? style.bold(title) : title}${
    tail === '' ? '' : `${' '.repeat(Math.max(0, shown - length(title)) + 2)}${style.dim(tail)}`
  }`;
}

const titleOf = ({ subject }: Line, diagnosis: Diagnosis): string =>
  subject === undefined ? countResources(diagnosis) : printable(`${subject.id.kind}/${subject.id.name}`);

/** How long it took, or takes. */
function timeOf({ state, started, ended }: Line, { at }: Diagnosis): string {
  if (started === undefined || state === 'open' || state === 'cancelled') return '';
  if (state === 'running') return formatDuration(at - started);
  // What is made at once has no duration worth a word.
  return ended === undefined || ended === started ? '' : formatDuration(ended - started);
}

function headOf(diagnosis: Diagnosis, { style, width }: Drawing): string {
  const { stored, operation } = diagnosis;
  const title = `${operation} ${printable(stored.name)} → revision ${stored.revision}`;
  const clock = isPending(stored) ? clockOf(diagnosis) : stored.status;
  const gap = width - length(title) - length(clock);
  return `${style.bold(title)}${' '.repeat(Math.max(2, gap))}${style.dim(clock)}`;
}

/** How long the step that runs has lasted, of what Helm gives it. */
function clockOf({ line, at, stored, timeoutSeconds }: Diagnosis): string {
  const since = line?.state === 'running' && line.started !== undefined ? line.started : stored.began;
  if (since === undefined) return '';
  const limit = line?.phase === 'release' ? '' : ` of ${formatDuration(timeoutSeconds)} per hook`;
  return `${formatDuration(at - since)}${limit}`;
}

function countOf({ lines, stored }: Diagnosis, { style }: Drawing): string {
  const done = lines.filter(({ state }) => state === 'done').length;
  const text = `[${done}/${lines.length} done]`;
  return isPending(stored) ? style.dim(text) : `${style.dim(text)} ${printable(stored.status)}`;
}

/** The cause of the line, and with the release those of its workloads. */
function causesUnder({ causes }: Diagnosis, indent: number, drawing: Drawing): readonly string[] {
  const shown = causes.slice(0, 4);
  const rest = causes.length - shown.length;
  return [
    ...shown.flatMap((cause) => causeLines(cause, indent, drawing, false)),
    ...(rest > 0 ? [`${' '.repeat(indent)}and ${rest} more`] : []),
  ];
}
