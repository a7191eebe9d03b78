/**
 * Finds placements by values that stand in them, as a selector does by labels, at a cost that does not grow with the number of questions:
 * for each key that is asked for, every placement is looked at once, and its text says whether it has to be parsed.
 */
import type { Json, JsonObject } from '../model/json.ts';
import { getOrMake } from '../model/maps.ts';
import type { Placement } from '../model/plan.ts';

const NONE: ReadonlySet<Placement> = new Set();

export class Lookup {
  readonly #placements: readonly Placement[];
  readonly #read: (placement: Placement, key: string) => Json | undefined;
  /** By key and value, the placements that have it. Others may be among them. */
  readonly #known = new Map<string, Map<string, Set<Placement>>>();
  readonly #found = new Map<string, readonly Placement[]>();

  /** A key may stand in several places of a placement; `read` gives the value of the place that counts. */
  constructor(placements: readonly Placement[], read: (placement: Placement, key: string) => Json | undefined) {
    this.#placements = placements;
    this.#read = read;
  }

  /** The placements that have all these values, in their order; all placements when none is wanted. */
  find(wanted: Readonly<JsonObject>): readonly Placement[] {
    const entries = Object.entries(wanted).map(([key, value]) => [key, String(value)] as const);
    if (entries.length === 0) return this.#placements;
    const question = JSON.stringify(entries);
    return getOrMake(this.#found, question, () => this.#search(entries));
  }

  #search(entries: readonly (readonly [key: string, value: string])[]): readonly Placement[] {
    this.#learn(entries.flatMap(([key]) => (this.#known.has(key) ? [] : [key])));
    const [fewest = NONE, ...others] = entries
      .map(([key, value]) => this.#known.get(key)?.get(value) ?? NONE)
      .sort((a, b) => a.size - b.size);
    const has = (placement: Placement, key: string, value: string): boolean => {
      const own = this.#read(placement, key);
      return own !== undefined && String(own) === value;
    };
    return [...fewest].filter(
      (placement) =>
        others.every((other) => other.has(placement)) && entries.every(([key, value]) => has(placement, key, value)),
    );
  }

  #learn(keys: readonly string[]): void {
    if (keys.length === 0) return;
    const indexes = keys.map((key) => {
      const index = new Map<string, Set<Placement>>();
      this.#known.set(key, index);
      return [key, index] as const;
    });
    for (const placement of this.#placements) {
      const values = valuesIn(placement, keys);
      for (const [key, index] of indexes) {
        const own = values === undefined ? this.#read(placement, key) : undefined;
        for (const value of values?.get(key) ?? (own === undefined ? [] : [String(own)])) {
          const having = index.get(value);
          if (having === undefined) index.set(value, new Set([placement]));
          else having.add(placement);
        }
      }
    }
  }
}

/**
 * By key, all words that a placement has as its value somewhere, and maybe more, seen in its text. Undefined where only its parsed value
 * tells: what a rule claims may have got its values from the rule's patch.
 */
export function valuesIn(
  { resource, rule, copyFor }: Placement,
  keys: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  return rule === undefined && copyFor === undefined ? resource.valuesOf(keys) : undefined;
}
