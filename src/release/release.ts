/**
 * The release as it leaves, with all that is found out about it: what every check asks.
 *
 * A check judges one placement, and a release may have hundreds, so no check walks the release. What it asks ("which bindings mean this
 * account") is a named question, declared with `once` where its answer is understood. The answer is found when it is first asked
 * for, and kept in the release.
 */
import type { Circumstances } from '../engines/engine.ts';
import { NEWEST_HELM } from '../engines/helm/versions.ts';
import type { Finding } from '../model/finding.ts';
import { mayShareNamespace } from '../model/manifest.ts';
import { addTo } from '../model/maps.ts';
import type { Placement } from '../model/plan.ts';

export class Release {
  /** In the order of the stream. */
  readonly placements: readonly Placement[];
  /** `--wait`, `--timeout` and Helm's version are among them. */
  readonly circumstances: Circumstances;
  /** What came in under an identity that nothing has any more, because the config drops or renames it. */
  readonly gone: readonly Placement[];
  /** By question, the answers by what they are about. */
  readonly #known = new Map<unknown, Map<unknown, unknown>>();

  /** The newest Helm, unless told otherwise. */
  constructor(
    placements: readonly Placement[],
    circumstances: Pick<Circumstances, 'timeoutSeconds' | 'wait'> & Partial<Circumstances>,
    gone: readonly Placement[] = [],
  ) {
    this.placements = placements;
    this.circumstances = { version: NEWEST_HELM, ...circumstances };
    this.gone = gone;
  }

  /** Placements of these kinds: kind by kind, those of one kind in the order of the stream. */
  byKind(...kinds: readonly string[]): readonly Placement[] {
    const [only, ...others] = kinds;
    if (only !== undefined && others.length === 0) return ofKind(only, this);
    return kinds.flatMap((kind) => ofKind(kind, this));
  }

  /** Placements that an object reference may mean: same kind and name as they leave, namespaces that may be the same. */
  find(kind: string, name: string, namespace: string | undefined): readonly Placement[] {
    return (byName(kind, this).get(name) ?? []).filter((placement) =>
      mayShareNamespace(placement.resource.namespace, namespace),
    );
  }

  /** What `find` gave when this was first asked; `once` gives the question its name. */
  answer<T>(question: unknown, key: unknown, find: () => T): T {
    let answers = this.#known.get(question);
    if (answers === undefined) {
      answers = new Map();
      this.#known.set(question, answers);
    }
    if (!answers.has(key)) answers.set(key, find());
    return answers.get(key) as T;
  }
}

/**
 * Judges one placement. `render` calls it for what the config is responsible for, `lint` for everything; so a check puts a finding on the
 * placement that would have to change, and may point into another resource to show why.
 */
export type Check = (placement: Placement, release: Release) => readonly Finding[];

/**
 * A question to a release, such as an index over it, of which the answer is found once; with more parameters, once for each first one, or for
 * each key. The release is the last parameter. Declare questions at the top level of a file: one that is declared in a function is new each time.
 */
export function once<T>(find: (release: Release) => T): (release: Release) => T;
export function once<Question extends readonly [unknown, ...unknown[], Release], T>(
  find: (...question: Question) => T,
  keyOf?: (...question: Question) => unknown,
): (...question: Question) => T;
export function once<T>(
  find: (...question: never[]) => T,
  keyOf: (...question: never[]) => unknown = (first) => first,
): (...question: never[]) => T {
  return (...question) => {
    const release = question.at(-1) as unknown as Release;
    return release.answer(find, keyOf(...question), () => find(...question));
  };
}

const ofKind = once((kind: string, { placements }: Release) =>
  placements.filter(({ resource }) => resource.kind === kind),
);

/** The placements of a kind, by the name by which other resources of the stream mean them. */
const byName = once((kind: string, release: Release) =>
  indexBy(ofKind(kind, release), ({ copyFor, name, resource }) => (copyFor === undefined ? resource.name : name)),
);

/** In the order in which they stand. */
export function indexBy<K>(
  placements: readonly Placement[],
  keyOf: (placement: Placement) => K,
): ReadonlyMap<K, readonly Placement[]> {
  const index = new Map<K, Placement[]>();
  for (const placement of placements) addTo(index, keyOf(placement), placement);
  return index;
}
