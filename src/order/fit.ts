/**
 * Numbers for a list: rising integers. Fixed numbers are kept; the others are placed between their bounds.
 */

/** A weight that must be passed, and whose it is. */
export interface Bound {
  /** Not allowed itself. */
  readonly weight: number;
  readonly name: string;
}

export interface Slot {
  readonly name: string;
  readonly fixed?: number;
  /** It must get more than this … */
  readonly above?: Bound;
  /** … and less than this. */
  readonly below?: Bound;
}

export interface Numbering {
  readonly start: number;
  readonly step: number;
}

/** Where there is no room: the slot, and what it would have to lie between. */
export interface Crowd {
  readonly at: number;
  readonly above: Bound;
  readonly below: Bound;
}

/** A weight for each slot, rising; slots for which there is no room get 0. Fixed weights come in rising. */
export function fit(
  slots: readonly Slot[],
  numbering: Numbering,
): { readonly weights: readonly number[]; readonly crowds: readonly Crowd[] } {
  const weights: number[] = [];
  const crowds: Crowd[] = [];
  const limits = limitsOf(slots);
  let last: Bound | undefined;
  for (let at = 0; at < slots.length; ) {
    const { fixed, name, above } = slots[at] as Slot;
    if (fixed !== undefined) {
      weights.push(fixed);
      last = { weight: Math.max(last?.weight ?? fixed, fixed), name };
      at++;
      continue;
    }
    let end = at + 1;
    while (end < slots.length && isSameRun(slots, limits, end, above)) end++;
    const limit = limits[end - 1];
    const run = rise(end - at, last?.weight, above?.weight, limit?.weight, numbering);
    if (run !== undefined) last = { weight: run.at(-1) ?? 0, name: (slots[end - 1] as Slot).name };
    else if (limit !== undefined) crowds.push({ at, above: higher(last, above) ?? limit, below: limit });
    for (let offset = 0; offset < end - at; offset++) weights.push(run?.[offset] ?? 0);
    at = end;
  }
  return { weights, crowds };
}

/** For each slot, the bound that it must stay below: the lowest of its own and of those of later slots, less one for each slot in between. */
function limitsOf(slots: readonly Slot[]): readonly (Bound | undefined)[] {
  const limits: (Bound | undefined)[] = [];
  let limit: Bound | undefined;
  for (let at = slots.length - 1; at >= 0; at--) {
    const { fixed, below, name } = slots[at] as Slot;
    if (fixed !== undefined) {
      limits[at] = undefined;
      limit = { weight: fixed, name };
      continue;
    }
    limit = lower(limit, below);
    limits[at] = limit;
    limit = limit && { ...limit, weight: limit.weight - 1 };
  }
  return limits;
}

/** True where a slot has no bound that those before it have not. */
function isSameRun(
  slots: readonly Slot[],
  limits: readonly (Bound | undefined)[],
  at: number,
  above: Bound | undefined,
): boolean {
  const slot = slots[at] as Slot;
  if (slot.fixed !== undefined) return false;
  const before = limits[at - 1]?.weight;
  const sameLimit = before === undefined ? limits[at] === undefined : limits[at]?.weight === before + 1;
  return sameLimit && (slot.above === undefined || slot.above.weight <= (above?.weight ?? Number.NEGATIVE_INFINITY));
}

/** `count` rising integers above `last` and `floor` and below `limit`, by `step` if there is room; undefined if there is none. */
function rise(
  count: number,
  last: number | undefined,
  floor: number | undefined,
  limit: number | undefined,
  { start, step }: Numbering,
): readonly number[] | undefined {
  const rising = (first: number, by: number): readonly number[] =>
    Array.from({ length: count }, (_, at) => first + at * by);
  const wished = last === undefined ? start : last + step;
  const first = floor !== undefined && wished <= floor ? floor + step : wished;
  if (limit === undefined || first + (count - 1) * step < limit) return rising(first, step);
  const base = Math.max(last ?? Number.NEGATIVE_INFINITY, floor ?? Number.NEGATIVE_INFINITY);
  if (last === undefined && limit - count * step > base) return rising(limit - count * step, step);
  const gap = Math.floor((limit - base) / (count + 1));
  return gap < 1 ? undefined : rising(base + gap, gap);
}

export const higher = (a: Bound | undefined, b: Bound | undefined): Bound | undefined =>
  a === undefined || (b !== undefined && b.weight > a.weight) ? b : a;
export const lower = (a: Bound | undefined, b: Bound | undefined): Bound | undefined =>
  a === undefined || (b !== undefined && b.weight < a.weight) ? b : a;
