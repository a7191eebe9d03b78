/** Text for people and machines: which format, whether in colour, and out. */
import { COLOURED, PLAIN, type Style } from '../report/style.ts';
import type { Arguments } from './arguments.ts';
import { UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import type { System } from './system.ts';

/** The format that `--output` names, else the first. */
export function chooseFormat<Name extends string>(args: Arguments, names: readonly [Name, ...Name[]]): Name {
  const wanted = args.output ?? names[0];
  const name = names.find((each) => each === wanted);
  if (name === undefined) throw new UsageError(`--output cannot be "${wanted}": it takes ${names.join(', ')}`);
  return name;
}

/** Colour where a terminal shows it, unless `--color` or `NO_COLOR` says otherwise. */
export function chooseStyle({ color }: Arguments, { env, stdoutIsTerminal }: System): Style {
  if (color !== 'auto') return color === 'always' ? COLOURED : PLAIN;
  const wanted = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return wanted && stdoutIsTerminal() ? COLOURED : PLAIN;
}

/** Returns `status`, or what it means that the reader has gone. */
export function deliver(text: string, status: number, system: System): number {
  return system.writeStdout([new TextEncoder().encode(text)]) ? status : EXIT.unusable;
}
