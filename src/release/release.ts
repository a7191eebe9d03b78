/**
 * What every check sees: all placements of the planned release, found by kind and name, and what Helm will be run with.
 *
 * A `Check` judges one placement. `render` calls it for what the config is responsible for, `lint` for everything; so a check
 * puts a finding on the placement that would have to change, and may point into another resource to show why.
 */
import type { Circumstances } from '../engines/engine.ts';
import { NEWEST_HELM } from '../engines/helm/versions.ts';
import type { Finding } from '../model/finding.ts';
import { mayShareNamespace } from '../model/manifest.ts';
import { addTo, getOrMake } from '../model/maps.ts';
import type { Placement } from '../model/plan.ts';

/** `--wait`, `--timeout` and Helm's version are among the circumstances. */
export interface CheckContext extends Circumstances {
  readonly placements: readonly Placement[];
  /** Placements of a kind, in the order of the stream. */
  readonly byKind: (kind: string) => readonly Placement[];
  /**
   * Placements that an object reference may mean: same kind and name as they leave, namespaces that may be the same.
   */
  readonly find: (kind: string, name: string, namespace: string | undefined) => readonly Placement[];
  /** What came in under an identity that nothing has any more, because the config drops or renames it. */
  readonly gone: readonly Placement[];
}

export type Check = (placement: Placement, context: CheckContext) => readonly Finding[];

export function makeContext(
  placements: readonly Placement[],
  options: Pick<Circumstances, 'timeoutSeconds' | 'wait'> & Partial<Circumstances>,
  gone: readonly Placement[] = [],
): CheckContext {
  // Made at the first question: many contexts are never asked, and of most kinds no name is asked for.
  const kinds = new Map<string, readonly Placement[]>();
  const names = new Map<string, ReadonlyMap<string, readonly Placement[]>>();
  const byKind = (kind: string): readonly Placement[] =>
    getOrMake(kinds, kind, () => placements.filter(({ resource }) => resource.kind === kind));
  const byName = (kind: string, name: string): readonly Placement[] =>
    getOrMake(names, kind, () => indexBy(byKind(kind), nameForReferences)).get(name) ?? [];
  return {
    version: NEWEST_HELM,
    ...options,
    placements,
    byKind,
    gone,
    find: (kind, name, namespace) =>
      byName(kind, name).filter((placement) => mayShareNamespace(placement.resource.namespace, namespace)),
  };
}

/** In the order in which they stand. */
export function indexBy<K>(
  placements: readonly Placement[],
  keyOf: (placement: Placement) => K,
): ReadonlyMap<K, readonly Placement[]> {
  const index = new Map<K, Placement[]>();
  for (const placement of placements) addTo(index, keyOf(placement), placement);
  return index;
}

/** What is known of a context, made at the first question, once. */
export function perContext<T>(make: (context: CheckContext) => T): (context: CheckContext) => T {
  const memory = new WeakMap<CheckContext, { readonly value: T }>();
  return (context) => {
    let known = memory.get(context);
    if (known === undefined) {
      known = { value: make(context) };
      memory.set(context, known);
    }
    return known.value;
  };
}

/** What is known of a placement in a context, made once. */
export const remember = <T extends object>(
  memory: WeakMap<CheckContext, Map<Placement, T>>,
  placement: Placement,
  context: CheckContext,
  make: () => T,
): T =>
  getOrMake(
    getOrMake(memory, context, () => new Map()),
    placement,
    make,
  );

/** The name by which other resources of the stream mean this one. */
const nameForReferences = (placement: Placement): string =>
  placement.copyFor === undefined ? placement.resource.name : placement.name;
