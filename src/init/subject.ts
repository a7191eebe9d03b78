/**
 * The objects of a chart, each once, whichever of its renders has it: under one name in both, under two names, or in one of them only.
 *
 * In come one or two renders, out come subjects in the order of the first render, then what only the second has.
 */

import type { Resource } from '../model/manifest.ts';
import { tailOfResource } from '../model/name-tail.ts';
import type { Placement } from '../model/plan.ts';
import type { Release } from '../release/release.ts';
import type { Rendered, RenderedFor } from './render.ts';

export interface Subject {
  /** As the first render that has it shows it. */
  readonly placement: Placement;
  /** Of that render. */
  readonly release: Release;
  /** By render. */
  readonly in: readonly (Placement | undefined)[];
  /** The only render that has it; absent where all have it, and where there is only one. */
  readonly only?: RenderedFor;
  /** The name, or its parts between dashes, that is another one in each render: `undefined` stands for a part that changes. */
  readonly parts?: readonly (string | undefined)[];
}

export function subjectsOf(renders: readonly Rendered[]): readonly Subject[] {
  const [first, second] = renders;
  if (first === undefined) return [];
  if (second === undefined)
    return first.placements.map((placement) => ({ placement, release: first.release, in: [placement] }));
  const pairs = new Map<Placement, Placement>();
  for (const keysOf of [sameName, sameStem, samePlace]) pairUp(first, second, pairs, keysOf);
  const taken = new Set(pairs.values());
  return [
    ...first.placements.map((placement): Subject => {
      const other = pairs.get(placement);
      if (other === undefined)
        return { placement, release: first.release, in: [placement, undefined], only: 'install' };
      const parts = placement.resource.name === other.resource.name ? undefined : commonParts(placement, other);
      return { placement, release: first.release, in: [placement, other], ...(parts && { parts }) };
    }),
    ...second.placements
      .filter((placement) => !taken.has(placement))
      .map(
        (placement): Subject => ({ placement, release: second.release, in: [undefined, placement], only: 'upgrade' }),
      ),
  ];
}

/** Pairs what is alone under a key on both sides. */
function pairUp(
  first: Rendered,
  second: Rendered,
  pairs: Map<Placement, Placement>,
  keyOf: (resource: Resource) => string | undefined,
): void {
  const taken = new Set(pairs.values());
  const others = groupBy(
    second.placements.filter((placement) => !taken.has(placement)),
    keyOf,
  );
  const own = groupBy(
    first.placements.filter((placement) => !pairs.has(placement)),
    keyOf,
  );
  for (const [key, group] of own) {
    const candidates = others.get(key) ?? [];
    // Several documents of one name stand in the same order in both.
    if (candidates.length !== group.length || (group.length > 1 && keyOf !== sameName)) continue;
    for (const [at, placement] of group.entries()) {
      const other = candidates[at];
      if (other === undefined) continue;
      if (placement.resource.name === other.resource.name || commonParts(placement, other) !== undefined)
        pairs.set(placement, other);
    }
  }
}

function groupBy(
  placements: readonly Placement[],
  keyOf: (resource: Resource) => string | undefined,
): ReadonlyMap<string, readonly Placement[]> {
  const groups = new Map<string, Placement[]>();
  for (const placement of placements) {
    const key = keyOf(placement.resource);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), placement]);
  }
  return groups;
}

const key = (...words: readonly unknown[]): string => JSON.stringify(words);
const sameName = ({ kind, namespace, name, generateName, template }: Resource): string =>
  name === '' ? key(kind, namespace, template, generateName) : key(kind, namespace, name);
const sameStem = (resource: Resource): string =>
  key(resource.kind, resource.namespace, resource.template, tailOfResource(resource).stem);
const samePlace = ({ kind, namespace, template, name }: Resource): string | undefined =>
  template === undefined ? undefined : key(kind, namespace, template, name.split('-').length);

/** Two names that differ in one part, or in their tails. Undefined: they are two names. */
function commonParts(a: Placement, b: Placement): readonly (string | undefined)[] | undefined {
  const [left, right] = [tailOfResource(a.resource), tailOfResource(b.resource)];
  if (left.kind !== 'fixed' && right.kind !== 'fixed' && left.stem === right.stem)
    return [...left.stem.split('-'), undefined];
  const [own, other] = [a.resource.name.split('-'), b.resource.name.split('-')];
  if (own.length !== other.length) return undefined;
  const parts = own.map((part, at) => (part === other[at] ? part : undefined));
  const at = parts.indexOf(undefined);
  // Drawn letters are of one number.
  const isDrawn = parts.filter((part) => part === undefined).length === 1 && own[at]?.length === other[at]?.length;
  return isDrawn && own.length > 1 ? parts : undefined;
}
