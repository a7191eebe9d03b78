/** What has changed between two looks at a release, a line each: what `watch` prints where it cannot redraw. */
import type { Diagnosis } from '../../live/scene.ts';
import type { Line, State } from '../../live/steps.ts';
import { formatDuration } from '../../model/time.ts';
import { inert, printable } from '../safe-text.ts';
import { countResources, type Drawing, headOf, pagesOf } from './cause.ts';

const WORDS: Readonly<{ [state in State]: string }> = {
  open: 'to come',
  running: 'begun',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  gone: 'ended, how is not known',
};

/** Each begins with the time of day, UTC. `before` is absent at the first look. */
export function changesOf(before: Diagnosis | undefined, now: Diagnosis, { mask, style }: Drawing): readonly string[] {
  const isNew = before?.stored.revision !== now.stored.revision;
  const known = isNew ? undefined : before;
  const lines: string[] = [];
  const say = (text: string): number => lines.push(`${timeOf(now.at)}  ${inert(printable(mask(text)))}`);
  if (known === undefined)
    say(`${now.operation} ${now.stored.name}, revision ${now.stored.revision}: ${now.stored.status}`);
  for (const [at, line] of now.lines.entries()) {
    const was = known?.lines[at]?.state ?? 'open';
    if (was !== line.state) say(`${line.phase}  ${nameOf(line, now)}  ${WORDS[line.state]}${took(line)}`);
  }
  const said = new Set(known?.causes.map(keyOf));
  for (const cause of now.causes)
    if (!said.has(keyOf(cause))) {
      say(`${now.line?.phase ?? ''}  ${headOf(cause)}`);
      if (cause.fix !== undefined) say(`${now.line?.phase ?? ''}  fix: ${cause.fix} (${pagesOf(cause)})`);
    }
  if (known !== undefined && known.stored.status !== now.stored.status)
    lines.push(style.bold(`${timeOf(now.at)}  ${printable(`${now.stored.name}: ${now.stored.status}`)}`));
  return lines;
}

/** Numbers in it count up, and say nothing new. */
const keyOf = ({ about, code, text }: Diagnosis['causes'][number]): string =>
  `${about} ${code} ${text.replaceAll(/\d+/g, '')}`;

const nameOf = ({ subject }: Line, diagnosis: Diagnosis): string =>
  subject === undefined ? countResources(diagnosis) : `${subject.id.kind}/${subject.id.name}`;

const took = ({ state, started, ended }: Line): string =>
  (state === 'done' || state === 'failed') && started !== undefined && ended !== undefined && ended > started
    ? ` (${formatDuration(ended - started)})`
    : '';

export const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19);
