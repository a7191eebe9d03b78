/**
 * How a lane is laid out on a wide page: stations, stops and the release in columns, and the columns in rows. Numbers only, no markup.
 *
 * Invariant: the cells of all rows, read in order, are the lane in run order; no row is wider than COLUMNS.
 */
import type { Lane } from '../../lanes.ts';
import { type EventStep, isEventStep, type ResourceStep, type Stop } from '../../timeline.ts';

/** Ten columns of 120 pixels fill a laptop's screen, and hold the usual release in one row. */
export const COLUMNS = 10;
export const COLUMN = 120;

export type Cell = { readonly column: number; readonly width: number } & (
  | { readonly type: 'station'; readonly step: EventStep; readonly events: string }
  | { readonly type: 'stop'; readonly stop: Stop; readonly id: string }
  | { readonly type: 'release'; readonly step: ResourceStep }
);

export interface Row {
  readonly cells: readonly Cell[];
  /** Arrows between stops of this row, by column. */
  readonly arcs: readonly Arc[];
}

export interface Arc {
  /** Absent: the stop is in a row above. */
  readonly from?: number;
  readonly to: number;
  readonly type: 'copy' | 'after';
}

/** As an id of HTML. */
export const idOf = (name: string): string => name.replaceAll(' ', '-');

export function rowsOf({ name, operation, events }: Lane): readonly Row[] {
  const rows: Cell[][] = [[]];
  let used = 0;
  const put = (cell: WithoutColumn<Cell>): void => {
    if (used + cell.width > COLUMNS) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push({ ...cell, column: used });
    used += cell.width;
  };
  for (const [at, step] of operation.steps.entries()) {
    if (!isEventStep(step)) put({ type: 'release', width: 2, step });
    else if (step.stops.length > 0) {
      put({ type: 'station', width: 1, step, events: events[at] ?? step.event });
      for (const [index, stop] of step.stops.entries())
        put({ type: 'stop', width: 1, stop, id: `${idOf(name)}-${at}-${index}` });
    }
  }
  return rows.map((cells) => ({ cells, arcs: arcsOf(cells) }));
}

/** `Omit` would flatten the union. */
type WithoutColumn<T> = T extends unknown ? Omit<T, 'column'> : never;

function arcsOf(cells: readonly Cell[]): readonly Arc[] {
  const columns = new Map(cells.flatMap((cell) => (cell.type === 'stop' ? [[cell.stop, cell.column] as const] : [])));
  return cells.flatMap((cell) => (cell.type !== 'stop' ? [] : arcsInto(cell.stop, cell.column, columns)));
}

function arcsInto(stop: Stop, to: number, columns: ReadonlyMap<Stop, number>): readonly Arc[] {
  const arcs = directly(stop).map((other): Arc => {
    const from = columns.get(other);
    return { to, type: other.origin === 'copy' ? 'copy' : 'after', ...(from !== undefined && { from }) };
  });
  // One arrow from above is enough, however many there are.
  const above = arcs.find(({ from }) => from === undefined);
  return [...arcs.filter(({ from }) => from !== undefined), ...(above ? [above] : [])];
}

/** What a stop comes after by itself: what one of these comes after goes without saying. */
const directly = ({ after }: Stop): readonly Stop[] =>
  after.filter((other) => !after.some((between) => between !== other && comesAfter(between, other)));

function comesAfter(stop: Stop, other: Stop, seen = new Set<Stop>()): boolean {
  if (seen.has(stop)) return false;
  seen.add(stop);
  return stop.after.some((before) => before === other || comesAfter(before, other, seen));
}
