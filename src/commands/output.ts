/** Text for people and machines: which format, whether in colour, and out. */
import { WIDTH } from '../report/layout.ts';
import { COLOURED, PLAIN, type Style } from '../report/style.ts';
import type { Arguments } from './arguments.ts';
import { OutputFault, UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import type { System } from './system.ts';

/** The format that `--output` names, else the first. */
export function chooseFormat<Name extends string>(args: Arguments, names: readonly [Name, ...Name[]]): Name {
  const wanted = args.output ?? names[0];
  const name = names.find((each) => each === wanted);
  if (name === undefined) throw new UsageError(`--output cannot be "${wanted}": it takes ${names.join(', ')}`);
  return name;
}

/** Colour where a terminal shows it, unless `--color`, `NO_COLOR` or `FORCE_COLOR` says otherwise (no-color.org, force-color.org). */
export function chooseStyle({ color }: Arguments, { env, stdoutIsTerminal }: System): Style {
  if (color !== 'auto') return color === 'always' ? COLOURED : PLAIN;
  if ((env['NO_COLOR'] ?? '') !== '') return PLAIN;
  const force = env['FORCE_COLOR'] ?? '';
  if (force !== '') return force === '0' || force === 'false' ? PLAIN : COLOURED;
  return env['TERM'] !== 'dumb' && stdoutIsTerminal() ? COLOURED : PLAIN;
}

/** A terminal is used in its width, up to what is still easy to read; everything else gets 80 columns. */
export const chooseWidth = (system: System): number =>
  Math.min(Math.max((system.terminalSize()?.columns ?? WIDTH + 1) - 1, 40), WIDEST);

const WIDEST = 160;

/** Returns `status`, or what it means that the reader has gone. Throws when what is to be read cannot be written. */
export const deliver = (text: string, status: number, system: System): number =>
  send([system.bytes.encode(text)], status, system);

/** The same for bytes. */
export function send(chunks: readonly Uint8Array[], status: number, system: System): number {
  const written = write(chunks, system);
  if (written === 'done' && system.isStdoutClosed()) throw new OutputFault('it is closed');
  return written === 'gone' ? EXIT.unusable : status;
}

/** The same where the status is what many ask for, so that nothing is lost when stdout goes nowhere. */
export const deliverVerdict = (text: string, status: number, system: System): number =>
  write([system.bytes.encode(text)], system) === 'gone' ? EXIT.unusable : status;

function write(chunks: readonly Uint8Array[], system: System): 'done' | 'gone' {
  const written = system.writeStdout(chunks);
  if (typeof written === 'object') throw new OutputFault(written.error);
  return written;
}
