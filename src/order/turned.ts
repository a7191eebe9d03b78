/**
 * The last word on the order: whatever a config does, two hooks that their charts ordered keep that order, unless `after`, `before`,
 * `weight`, `events` or the list asks for another one.
 *
 * Judged is what leaves, by weights and names as they leave, however they came about. A turn is asked for when a chain leads from the hook
 * that now runs first to the other, each link of which the config asks for, or is as the charts had it: what is pushed by what is asked
 * for is asked for too.
 */
import type { Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import { compareHooks, EVENTS, type Event } from '../model/helm.ts';
import { enteredOf } from '../model/leaving.ts';
import type { Resource } from '../model/manifest.ts';
import { compareRuns, formatPlacement, type Placement } from '../model/plan.ts';
import { type ChartOrder, isFree } from './chart.ts';
import type { RuleOrder } from './constraints.ts';

/** Two hooks of an event that nothing asked to turn round: `first` runs first now. */
export interface Turn {
  readonly event: Event;
  readonly first: Placement;
  readonly second: Placement;
}

export function turnsIn(placements: readonly Placement[], chart: ChartOrder, order: RuleOrder): readonly Turn[] {
  const placementOf = new Map(
    placements.flatMap((placement) =>
      placement.copyFor === undefined ? [[enteredOf(placement.resource), placement]] : [],
    ),
  );
  const asks = askedBy(order);
  return EVENTS.flatMap((event) => {
    const before = chart.runOf(event).flatMap((resource) => {
      const placement = placementOf.get(resource);
      return placement?.hook?.events.includes(event) ? [placement] : [];
    });
    return before.length < 2 ? [] : turnsOf(event, before, asks);
  });
}

type Asks = (first: Placement, second: Placement) => boolean;

function turnsOf(event: Event, before: readonly Placement[], asks: Asks): readonly Turn[] {
  const after = [...before].sort(compareRuns);
  if (after.every((placement, at) => placement === before[at])) return [];
  const placeBefore = new Map(before.map((placement, at) => [placement, at]));
  const was = (placement: Placement): number => placeBefore.get(placement) ?? 0;
  const holds = (a: Placement, b: Placement): boolean => was(a) < was(b) || asks(a, b);
  const turns: Turn[] = [];
  for (const [at, first] of after.entries()) {
    if (after.slice(at + 1).every((second) => holds(first, second))) continue;
    // What a chain from `first` leads to, in run order.
    const reached = new Set<Placement>([first]);
    for (const second of after.slice(at + 1)) {
      if ([...reached].some((link) => holds(link, second))) reached.add(second);
      else turns.push({ event, first, second });
    }
  }
  return turns;
}

/** Whether the config itself says that one hook runs before another. */
function askedBy({ rules, edges }: RuleOrder): Asks {
  const place = new Map(rules.map((rule, at) => [rule, at]));
  const declared = new Map<Rule, Set<Rule>>();
  for (const { before, after } of edges) declared.set(before, (declared.get(before) ?? new Set()).add(after));
  return (first, second) => {
    const [a, b] = [first.rule, second.rule];
    // A fixed weight asks for its place among all others.
    if (a?.weight !== undefined || b?.weight !== undefined) return true;
    if (a === undefined || b === undefined || a === b) return false;
    if (declared.get(a)?.has(b)) return true;
    const isListed = (rule: Rule): boolean => isFree(rule) && rule.events !== undefined;
    return isListed(a) && isListed(b) && (place.get(a) ?? 0) < (place.get(b) ?? 0);
  };
}

/** `order/turned-round`, once for each pair, at the rule that moved one of them. */
export function reportTurns(turns: readonly Turn[], chart: ChartOrder): readonly Finding[] {
  const seen = new Set<string>();
  return turns.flatMap(({ event, first, second }): readonly Finding[] => {
    const moved = [first, second].find(
      ({ rule, resource, hook }) => rule && weightIn(chart, resource) !== hook?.weight,
    );
    const rule = moved?.rule ?? first.rule ?? second.rule;
    const key = `${formatPlacement(first)} ${formatPlacement(second)}`;
    if (rule === undefined || seen.has(key)) return [];
    seen.add(key);
    const subject = first.rule === rule ? first : second;
    const [earlier, later] = subject === first ? ['after', 'before'] : ['before', 'after'];
    const other = subject === first ? second : first;
    return [
      findingAtRule(
        'order/turned-round',
        rule,
        `${formatPlacement(subject)} runs ${later} ${formatPlacement(other)} in ${event}; its chart runs it ${earlier}, and nothing in hook "${rule.name}" asks for the change`,
        {
          resource: subject.resource,
          hint: `set \`weight\` in hook "${rule.name}", or order the two with \`after\` or \`before\``,
        },
      ),
    ];
  });
}

const weightIn = (chart: ChartOrder, resource: Resource): number | undefined =>
  chart.hookOf(enteredOf(resource))?.weight;

/**
 * Weights for hooks that run in another order only because their names changed: hooks that share a weight get weights of their own, in the free
 * numbers around it. Undefined where no number is free, or where the order changed for another reason.
 */
export function separate(
  turns: readonly Turn[],
  placements: readonly Placement[],
  weightOf: ReadonlyMap<Resource, number>,
): ReadonlyMap<Resource, number> | undefined {
  const spread = new Map(weightOf);
  const hooks = placements.filter(({ hook, copyFor }) => hook !== undefined && copyFor === undefined);
  for (const weight of new Set(turns.flatMap(tiedWeight))) {
    const events = new Set(
      hooks.flatMap((one) => (one.hook?.weight === weight && mayMove(one) ? one.hook.events : [])),
    );
    const near = hooks.filter(({ hook }) => hook?.events.some((event) => events.has(event)));
    const tied = near
      .filter(({ hook }) => hook?.weight === weight)
      .sort((a, b) => compareHooks(keyAsEntered(a), keyAsEntered(b)));
    const others = near.flatMap(({ hook }) => hook?.weight ?? []);
    const span = 2 * tied.length + 2;
    const from = Math.max(...others.filter((other) => other < weight), weight - span);
    const to = Math.min(...others.filter((other) => other > weight), weight + span);
    const [low, high] = sides(tied, to - weight);
    place(spread, low, from, weight);
    place(spread, high, weight, to);
  }
  return spread.size === weightOf.size && [...spread].every(([key, value]) => weightOf.get(key) === value)
    ? undefined
    : spread;
}

const tiedWeight = ({ first, second }: Turn): readonly number[] =>
  first.hook?.weight === second.hook?.weight ? [first.hook?.weight ?? 0] : [];

const keyAsEntered = ({ resource }: Placement): { weight: number; name: string; kind: string } => {
  const { name, kind } = enteredOf(resource);
  return { weight: 0, name, kind };
};

const mayMove = ({ rule }: Placement): boolean => rule !== undefined && !rule.plain && rule.weight === undefined;

/** Those before the first that cannot move, and those behind the last. Where all can, one of them stays: the first, if there is room above it. */
function sides(tied: readonly Placement[], roomAbove: number): readonly [readonly Placement[], readonly Placement[]] {
  const firstFixed = tied.findIndex((placement) => !mayMove(placement));
  if (firstFixed < 0) return roomAbove >= tied.length ? [[], tied.slice(1)] : [tied.slice(0, -1), []];
  const lastFixed = tied.findLastIndex((placement) => !mayMove(placement));
  return [tied.slice(0, firstFixed), tied.slice(lastFixed + 1)];
}

/** Spreads hooks over the weights between two others, both exclusive; leaves them where there is no room. */
function place(weights: Map<Resource, number>, hooks: readonly Placement[], from: number, to: number): void {
  const gap = Math.floor((to - from) / (hooks.length + 1));
  if (gap < 1) return;
  for (const [at, { resource }] of hooks.entries()) weights.set(enteredOf(resource), from + gap * (at + 1));
}
