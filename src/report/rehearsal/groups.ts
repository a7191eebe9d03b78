/** A rehearsal, arranged: rows of steps, and outcomes that are alike told once. */
import type { Failure, Mishap, Rehearsal, Worry } from '../../rehearsal/rehearsal.ts';
import { retryName } from '../../rehearsal/worries.ts';
import { thingName } from './words.ts';

/** Outcomes that people need to be told once: the first stands for all. */
export interface Group {
  /** `A` is the worst; `.` for those after which the same command again does it. */
  readonly letter: string;
  readonly mishaps: readonly Mishap[];
}

/** Steps whose outcomes are the same, side by side. */
export interface Row {
  readonly operation: string;
  readonly phase: string;
  /** `Job/a`, `ConfigMap, Secret, 3 more kinds`. */
  readonly objects: readonly string[];
  /** The letter of the outcome; absent where the step cannot fail so. */
  readonly cells: Partial<Readonly<Record<Failure, string>>>;
}

export interface Arrangement {
  readonly groups: readonly Group[];
  /** In run order. */
  readonly rows: readonly Row[];
  /** The failures that a row has. */
  readonly failures: readonly Failure[];
}

export const FAILURES: readonly Failure[] = ['refused', 'failed', 'timed-out', 'interrupted', 'killed'];

export const HARMLESS = '.';

export function arrange({ mishaps }: Pick<Rehearsal, 'mishaps'>, operations: readonly string[]): Arrangement {
  const groups = groupsOf(mishaps);
  const letters = new Map(groups.flatMap(({ letter, mishaps: own }) => own.map((mishap) => [mishap, letter] as const)));
  const inOrder = mishaps.toSorted(
    (a, b) => operations.indexOf(a.operation) - operations.indexOf(b.operation) || a.step - b.step,
  );
  return {
    groups,
    rows: withoutQuiet(merged(rowsOf(inOrder, letters))),
    failures: FAILURES.filter((failure) => mishaps.some((mishap) => mishap.failure === failure)),
  };
}

/** `A` to `Z`, then `a` to `z`, then `AA`. */
function letterAt(at: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return at < alphabet.length ? (alphabet[at] as string) : letterAt(Math.floor(at / 52) - 1) + letterAt(at % 52);
}

/** Mishaps are sorted by how bad they are, so groups are too. */
function groupsOf(mishaps: readonly Mishap[]): readonly Group[] {
  const harmless = mishaps.filter(isHarmless);
  const bySignature = new Map<string, Mishap[]>();
  for (const mishap of mishaps) {
    if (isHarmless(mishap)) continue;
    const signature = signatureOf(mishap);
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), mishap]);
  }
  const groups = [...bySignature.values()].map((own, at) => ({ letter: letterAt(at), mishaps: own }));
  return harmless.length === 0 ? groups : [...groups, { letter: HARMLESS, mishaps: harmless }];
}

const SMALL: ReadonlySet<Worry> = new Set(['leftover', 'still-running', 'rollback-old-app-new-schema']);

/** The same command again does it, and nothing runs in a wrong state until then. */
export const isHarmless = ({ worries, wayOut }: Mishap): boolean =>
  wayOut.length === 1 && worries.every((worry) => SMALL.has(worry));

/** What is worst, why the same again does not do, and what does: that a run has to be awaited first, the first of them says. */
function signatureOf({ operation, worries, next, wayOut }: Mishap): string {
  const retry = next.find((each) => each.operation === retryName(operation));
  const way = wayOut.filter(({ because }) => because !== 'still-running').map(({ command }) => command.slice(0, 2));
  return JSON.stringify([operation, worries[0], retry?.blocked?.because, way]);
}

function rowsOf(mishaps: readonly Mishap[], letters: ReadonlyMap<Mishap, string>): readonly Row[] {
  const rows = new Map<string, { row: Row; cells: Partial<Record<Failure, string>> }>();
  for (const mishap of mishaps) {
    const { operation, phase, object, failure, alike } = mishap;
    // A hook that is deleted, made and awaited is one row.
    const key = JSON.stringify([operation, phase, object]);
    const name = alike > 1 ? `${alike}\u00a0${object.kind}` : thingName(object);
    let known = rows.get(key);
    if (known === undefined) {
      const cells = {};
      known = { row: { operation, phase, objects: [name], cells }, cells };
      rows.set(key, known);
    }
    const letter = letters.get(mishap) ?? HARMLESS;
    const there = known.cells[failure];
    // The worse one of a deletion and a wait.
    if (there === undefined || there === HARMLESS || (letter !== HARMLESS && letter < there))
      known.cells[failure] = letter;
  }
  return [...rows.values()].map(({ row }) => row);
}

/** Operations in which nothing is bad take one row each. */
function withoutQuiet(rows: readonly Row[]): readonly Row[] {
  const quiet = new Map<string, Row>();
  for (const row of rows) {
    const own = rows.filter(({ operation }) => operation === row.operation);
    if (own.length < 2 || own.some(({ cells }) => Object.values(cells).some((letter) => letter !== HARMLESS))) continue;
    const cells = Object.assign({}, ...own.map((each) => each.cells)) as Row['cells'];
    quiet.set(row.operation, { operation: row.operation, phase: row.operation, objects: ['each step'], cells });
  }
  return rows.flatMap((row, at) => {
    const instead = quiet.get(row.operation);
    if (instead === undefined) return [row];
    return rows[at - 1]?.operation === row.operation ? [] : [instead];
  });
}

/** Neighbours with the same cells are one row. */
function merged(rows: readonly Row[]): readonly Row[] {
  const found: Row[] = [];
  for (const row of rows) {
    const last = found.at(-1);
    const isAlike =
      last?.operation === row.operation &&
      last.phase === row.phase &&
      FAILURES.every((failure) => last.cells[failure] === row.cells[failure]);
    if (isAlike) found[found.length - 1] = { ...last, objects: [...last.objects, ...row.objects] };
    else found.push(row);
  }
  return found;
}
