/** A cause in words, for every screen that shows one. */
import { type Cause, logKey } from '../../live/cause.ts';
import type { Mask } from '../../live/mask.ts';
import type { Diagnosis } from '../../live/scene.ts';
import { count, length, paragraph } from '../layout.ts';
import { printable } from '../safe-text.ts';
import type { Style } from '../style.ts';

export interface Drawing {
  readonly style: Style;
  /** Columns. */
  readonly width: number;
  readonly mask: Mask;
  /** Ends of logs, by `logKey`. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
}

/** `6 resources`. */
export function countResources({ run, lines }: Pick<Diagnosis, 'run' | 'lines'>): string {
  const keys = new Set(
    run.steps
      .filter(({ phase, owner }) => phase === 'release' && owner === 'release')
      .map(({ subject }) => subject.key),
  );
  return lines.length === 0 ? '' : count(keys.size, 'resource');
}

/** `Pod/x: image …`, what to do, its page; `whole`: in the cluster's words too. */
export function causeLines(cause: Cause, indent: number, drawing: Drawing, whole = true): readonly string[] {
  const { style } = drawing;
  const paint = cause.state === 'slow' ? style.warning : style.error;
  return [
    ...wrapped(headOf(cause), indent, drawing).map(paint),
    ...(whole ? saidLines(cause, indent + 2, drawing) : []),
    ...(cause.fix === undefined ? [] : wrapped(`fix: ${cause.fix}`, indent + 2, drawing)),
    ...wrapped(`more: ${pagesOf(cause)}`, indent + 2, drawing).map(style.dim),
  ];
}

export const headOf = ({ about, of: whole, text }: Cause): string =>
  `${whole === undefined || whole === about ? about : `${whole}, ${about}`}: ${text}`;

/** The words of the cluster, where the head does not repeat them. */
function saidLines({ said, text }: Cause, indent: number, drawing: Drawing): readonly string[] {
  if (said === undefined || said === '' || text.includes(said)) return [];
  const whole = said.length > MOST_SAID ? `${said.slice(0, MOST_SAID)}…` : said;
  return wrapped(`cluster: ${whole}`, indent, drawing).map(drawing.style.dim);
}

const MOST_SAID = 500;

export const pagesOf = ({ code, because, finding }: Cause): string => {
  const codes = [...new Set([code, because?.code, finding?.code].flatMap((each) => each ?? []))];
  return `hookorder explain ${codes.join(', ')}`;
};

export function wrapped(text: string, indent: number, { width, mask }: Drawing): readonly string[] {
  const lead = ' '.repeat(indent);
  return paragraph(lead, printable(mask(text)), Math.max(width, indent + 30)).split('\n');
}

/** The end of a log, cut to the width. */
export function logLines(cause: Cause, indent: number, drawing: Drawing): readonly string[] {
  const { log } = cause;
  const lines = log && drawing.logs.get(logKey(log));
  if (log === undefined || lines === undefined || lines.length === 0) return [];
  const lead = `${' '.repeat(indent)}| `;
  const head = `${' '.repeat(indent)}log of Pod/${log.pod}, container ${log.container}${log.previous ? ', the run before' : ''}:`;
  return [
    drawing.style.dim(head),
    ...lines.map((line) => cut(lead + printable(drawing.mask(line)), Math.max(drawing.width, indent + 30))),
  ];
}

const cut = (text: string, width: number): string =>
  length(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`;
