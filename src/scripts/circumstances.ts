/** Where in a script a command stands: what is around it, as run.ts walks down. Plain data. */
import type { Path } from '../model/json.ts';
import type { ScriptFile } from './call.ts';
import type { Patience } from './patience.ts';

export interface Circumstances {
  readonly path: Path;
  readonly file?: ScriptFile;
  /** Patience of the loop in whose condition this stands. */
  readonly test?: Patience | undefined;
  /** Patience of the loop in whose body this stands, for commands whose result decides. */
  readonly body?: Patience | undefined;
  /** False where a loop goes on while the command succeeds. */
  readonly success: boolean;
  readonly decides: boolean;
  readonly mayFail: boolean;
  readonly isForgiven: boolean;
  readonly goesOn: boolean;
  readonly conditional: boolean;
  /** Under `timeout`. */
  readonly timed: boolean;
  readonly depth: number;
}

/** Those of the first command of a container. */
export const atStart = (path: Path): Circumstances => ({
  path,
  success: true,
  decides: false,
  mayFail: false,
  isForgiven: false,
  goesOn: false,
  conditional: false,
  timed: false,
  depth: 0,
});
