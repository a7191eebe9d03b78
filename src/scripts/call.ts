/**
 * A program call as a script makes it: plain data between run.ts, which follows scripts, and those who judge calls.
 */
import type { Path } from '../model/json.ts';
import type { Patience } from './patience.ts';
import type { Variables } from './variables.ts';

export interface Argument {
  /** Variables replaced. */
  readonly text: string;
  /** As written. */
  readonly source: string;
}

/** An argument of a container: its text, and the item in which it stands. */
export interface Item extends Argument {
  readonly path: Path;
}

/** The mounted script in which a call stands. */
export interface ScriptFile {
  /** `wait.sh of ConfigMap/scripts` */
  readonly label: string;
  /** The words that run it. */
  readonly source: string;
}

export interface Call {
  readonly argv: readonly Argument[];
  /** Which item of `command` or `args` it stands in. */
  readonly path: Path;
  readonly file?: ScriptFile;
  /** How long a loop repeats it; absent when nothing does. */
  readonly patience?: Patience;
  /** Its result is asked for, or thrown away: it may fail without harm. */
  readonly mayFail: boolean;
  /** `|| true`: who wrote it does not mind that it fails. */
  readonly isForgiven: boolean;
  /** The script goes on behind it, whatever its result is. */
  readonly goesOn: boolean;
  /** It runs only where something else was found before: `if kubectl get job x; then …`. */
  readonly conditional: boolean;
  /** What the program sees in its environment, and more. */
  readonly variables: Variables;
  /** What it reads from a here-document. */
  readonly input?: string;
}
