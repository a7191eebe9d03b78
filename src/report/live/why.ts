/** `why`: the step that holds everything up, its cause, and the lists. */
import type { Cause } from '../../live/cause.ts';
import type { Observations } from '../../live/observations.ts';
import { isPending } from '../../live/record.ts';
import type { Diagnosis } from '../../live/scene.ts';
import type { Line, State } from '../../live/steps.ts';
import { formatDuration } from '../../model/time.ts';
import { count, padEnd, some } from '../layout.ts';
import { commandOf, DEED_WHY, nextName, nextWords, nowOf } from '../rehearsal/words.ts';
import { inert, printable } from '../safe-text.ts';
import { causeLines, countResources, type Drawing, logLines, wrapped } from './cause.ts';

export function whyText(diagnosis: Diagnosis, drawing: Drawing): string {
  const blocks = [
    wrapped(headOf(diagnosis), 0, drawing).map(drawing.style.bold),
    ...diagnosis.causes.map((cause) => [...causeLines(cause, 2, drawing), ...logLines(cause, 4, drawing)]),
    ...(diagnosis.causes.length === 0 ? [nothingKnown(diagnosis, drawing)] : []),
    closingLines(diagnosis, drawing),
    nextLines(diagnosis, drawing),
    unseenLines(diagnosis, drawing),
  ];
  return inert(
    `${blocks
      .filter((block) => block.length > 0)
      .map((block) => block.join('\n'))
      .join('\n\n')}\n`,
  );
}

/** Of a state alone, in which no order is known. */
export function causesText(causes: readonly Cause[], { objects }: Observations, drawing: Drawing): string {
  const jobs = objects.filter(({ kind }) => kind === 'Job').length;
  const pods = objects.filter(({ kind }) => kind === 'Pod').length;
  const head = `${count(jobs, 'Job')}, ${count(pods, 'Pod')}: ${causes.length === 0 ? 'nothing known is wrong' : count(causes.length, 'cause')}`;
  const blocks = [
    [drawing.style.bold(head)],
    ...causes.map((cause) => [...causeLines(cause, 2, drawing), ...logLines(cause, 4, drawing)]),
  ];
  return inert(`${blocks.map((block) => block.join('\n')).join('\n\n')}\n`);
}

function headOf(diagnosis: Diagnosis): string {
  const { stored, operation, line, at } = diagnosis;
  const number = stored.revision === 0 ? '' : `, revision ${stored.revision}`;
  const what = `${operation} of ${stored.name}${number}`;
  const since = stored.began === undefined ? '' : ` for ${formatDuration(at - stored.began)}`;
  if (!isPending(stored)) {
    const where = stored.status === 'failed' && line !== undefined ? ` at ${nameOf(line)}` : '';
    return `${what}: ${stored.status}${where}`;
  }
  return `${what}: ${stored.status}${since}${line === undefined ? '' : `, at ${nameOf(line)}${lasting(line, diagnosis)}`}`;
}

const lasting = ({ state, started, phase }: Line, { at, timeoutSeconds }: Diagnosis): string =>
  state !== 'running' || started === undefined
    ? ''
    : ` (${formatDuration(at - started)}${phase === 'release' ? '' : ` of ${formatDuration(timeoutSeconds)}`})`;

/** `Job/migrate in pre-upgrade`. */
const nameOf = ({ subject, phase }: Line): string =>
  subject === undefined ? 'the resources of the release' : `${subject.id.kind}/${subject.id.name} in ${phase}`;

/** What cannot be known is said to be unknown. */
function nothingKnown(diagnosis: Diagnosis, drawing: Drawing): readonly string[] {
  const { stored, line } = diagnosis;
  if (stored.status === 'deployed') return [];
  if (!isPending(stored)) return wrapped('Why is not known: the cluster shows nothing of it any more.', 2, drawing);
  if (line?.doing !== undefined) return wrapped(`Nothing known is wrong: ${line.doing}.`, 2, drawing);
  return wrapped(
    line?.phase === 'release'
      ? 'Nothing known is wrong: Helm applies the resources, or waits for them (--wait).'
      : 'Nothing known is wrong: the step has not begun, or its object is not there yet.',
    2,
    drawing,
  );
}

/** The end of `watch`: what came of it, with the causes where it failed. */
export function closingText(diagnosis: Diagnosis, drawing: Drawing): string {
  return `\n${whyText(diagnosis, drawing)}`;
}

const LISTS: readonly (readonly [State, string])[] = [
  ['done', 'done'],
  ['failed', 'failed'],
  ['gone', 'unknown'],
  ['running', 'running'],
  ['open', 'to come'],
  ['cancelled', 'cancelled'],
];

/** Done, failed, cancelled: in the manner of a checklist. */
export function closingLines(diagnosis: Diagnosis, drawing: Drawing): readonly string[] {
  return LISTS.flatMap(([state, word]) => {
    const names = diagnosis.lines
      .filter((line) => line.state === state)
      .map((line) =>
        line.subject === undefined
          ? countResources(diagnosis)
          : printable(`${line.subject.id.kind}/${line.subject.id.name}`),
      );
    return names.length === 0 ? [] : listLines(word, names, drawing);
  });
}

export function listLines(word: string, names: readonly string[], drawing: Drawing): readonly string[] {
  const lead = word.padEnd(LEAD);
  return wrapped(some([...new Set(names)], 12), LEAD, drawing).map((line, at) =>
    at === 0 ? lead + line.trimStart() : line,
  );
}

const LEAD = 13;

/** What a retry, a rollback and an uninstall do from here; while Helm still waits, from where it would give up. */
function nextLines({ next, stored }: Diagnosis, drawing: Drawing): readonly string[] {
  if (next === undefined) return [];
  const { style } = drawing;
  const entry = (name: string, text: string): readonly string[] =>
    wrapped(text, LEAD, drawing).map((line, at) => (at === 0 ? padEnd(`  ${name}`, LEAD) + line.trimStart() : line));
  return [
    style.bold(isPending(stored) ? 'if it ends here' : 'from here'),
    ...entry('now', nowOf(next).join('; ')),
    ...next.next.flatMap((each) => entry(nextName(each), nextWords(each))),
    ...next.wayOut.flatMap((deed, at) => {
      const why = DEED_WHY[deed.because];
      return [
        ...entry(at === 0 ? 'do' : '', commandOf(deed)).map(style.info),
        ...(why === '' ? [] : entry('', `# ${why}`).map(style.dim)),
      ];
    }),
  ];
}

function unseenLines({ unseen }: Diagnosis, drawing: Drawing): readonly string[] {
  return unseen.length === 0 ? [] : listLines('not seen', unseen, drawing);
}
