/**
 * What every check sees: all placements of the planned release, found by kind and name, and what Helm will be run with.
 *
 * A `Check` judges one placement. `render` calls it for what the config is responsible for, `lint` for everything; so a check
 * puts a finding on the placement that would have to change, and may point into another resource to show why.
 */
import type { Finding } from '../model/finding.ts';
import { mayShareNamespace } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';

export interface CheckContext {
  readonly placements: readonly Placement[];
  /** Placements of a kind, in the order of the stream. */
  readonly byKind: (kind: string) => readonly Placement[];
  /**
   * Placements that an object reference may mean: same kind and name, namespaces that may be the same. Names are the ones with
   * which resources enter (`resource.name`); a copy is found under its own name.
   */
  readonly find: (kind: string, name: string, namespace: string | undefined) => readonly Placement[];
  /** Helm's `--timeout`. */
  readonly timeoutSeconds: number;
  /** Helm's `--wait`. */
  readonly wait: boolean;
}

export type Check = (placement: Placement, context: CheckContext) => readonly Finding[];

export function makeContext(
  placements: readonly Placement[],
  options: Pick<CheckContext, 'timeoutSeconds' | 'wait'>,
): CheckContext {
  let index: { readonly kinds: Index; readonly names: Index } | undefined;
  // Made when somebody asks: many a context is never asked anything.
  const indexed = (): NonNullable<typeof index> => {
    index ??= indexPlacements(placements);
    return index;
  };
  return {
    ...options,
    placements,
    byKind: (kind) => indexed().kinds.get(kind) ?? [],
    find: (kind, name, namespace) =>
      (indexed().names.get(`${kind}/${name}`) ?? []).filter((placement) =>
        mayShareNamespace(placement.resource.namespace, namespace),
      ),
  };
}

type Index = ReadonlyMap<string, readonly Placement[]>;

function indexPlacements(placements: readonly Placement[]): { readonly kinds: Index; readonly names: Index } {
  const kinds = new Map<string, Placement[]>();
  const names = new Map<string, Placement[]>();
  for (const placement of placements) {
    const { kind } = placement.resource;
    append(kinds, kind, placement);
    append(names, `${kind}/${nameForReferences(placement)}`, placement);
  }
  return { kinds, names };
}

/** The name by which other resources of the stream mean this one, before references follow a rename. */
const nameForReferences = (placement: Placement): string =>
  placement.copyFor === undefined ? placement.resource.name : placement.name;

function append(map: Map<string, Placement[]>, key: string, placement: Placement): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [placement]);
  else list.push(placement);
}
