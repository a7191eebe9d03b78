/**
 * What hookorder decided: for each resource, what Helm will see of it.
 *
 * A `Placement` is a resource as it leaves hookorder. All checks and reports read placements, never raw annotations, so
 * that hooks of the chart and hooks of the config are judged alike.
 */
import type { Rule } from './config.ts';
import { compareHooks, type DeletePolicy, type Event } from './helm.ts';
import type { JsonObject, Operation } from './json.ts';
import { formatResource, type Resource } from './manifest.ts';

/** The hook annotations of a resource, as Helm reads them. */
export interface Hook {
  /** Empty when the annotation has an unknown word: Helm then drops the resource, it is neither a hook nor released. */
  readonly events: readonly Event[];
  /** Events in which it runs once more, for each further time that they are named; absent, as nearly always: none. */
  readonly again?: readonly Event[];
  readonly weight: number;
  /** The words of the delete policy annotation; empty when there is none. */
  readonly deletePolicies: readonly string[];
  /** What these words make Helm delete. */
  readonly deletes: readonly DeletePolicy[];
  readonly logPolicies: readonly string[];
}

export interface Placement {
  /** With the identity with which it leaves; of a copy, that of its original. */
  readonly resource: Resource;
  /** The rule of the config that claims it; absent for what the config does not touch, and for copies. */
  readonly rule?: Rule;
  /** Absent: a plain resource of the release. */
  readonly hook?: Hook;
  /** The name with which it leaves: `resource.name`, or that of the copy. */
  readonly name: string;
  /**
   * The resource as the config's `patch` and `job` settings leave it, before names and references are rewritten: what the
   * checks read. Paths in it usually, not always, exist in `resource.manifest()` too.
   */
  readonly value: () => JsonObject;
  /**
   * For what is not in the output under this identity: a resource that `drop` takes out, or the identity with which `as` came in. It is in no
   * list of placements; checks find it where nothing else answers to the name.
   */
  readonly gone?: { readonly as?: Placement };
  /** For a hook copy: the placements of the hooks that need it. `resource` is then the original. */
  readonly copyFor?: readonly Placement[];
}

/** The placement with some of its parts replaced. A spread would not do: not every placement has its parts as its own properties. */
export function replaceIn(placement: Placement, parts: Partial<Placement>): Placement {
  const { resource, rule, hook, name, value, gone, copyFor } = placement;
  return {
    resource,
    ...(rule && { rule }),
    ...(hook && { hook }),
    name,
    value,
    ...(gone && { gone }),
    ...(copyFor && { copyFor }),
    ...parts,
  };
}

/** Operations on one document of the stream, or on the hook copy of it that has this name. */
export interface DocumentPatch {
  readonly resource: Resource;
  readonly operations: readonly Operation[];
  readonly copy?: string;
}

/** A hook copy, or a document for further events: the operations that make it out of the original's document, as that came in. */
export interface CopiedDocument extends DocumentPatch {
  /** Its own name: of a copy `<name>-hook`. */
  readonly name: string;
  /** The same hook once more, for events in which it has another weight. */
  readonly isPart?: true;
}

export interface Plan {
  /** In the order of the stream; a copy stands behind its original. */
  readonly placements: readonly Placement[];
  readonly patches: readonly DocumentPatch[];
  readonly copies: readonly CopiedDocument[];
  /** What rules with `drop` take out, as it came in. */
  readonly dropped: readonly Placement[];
  /** What does not leave, as it came in: configs that the stream carried, and what is dropped. */
  readonly removed: readonly Resource[];
}

/** `Kind/name`, as it leaves. */
export const formatPlacement = ({ resource, name }: Pick<Placement, 'resource' | 'name'>): string =>
  formatResource({ kind: resource.kind, name: name === '' ? `${resource.generateName ?? ''}…` : name });

/** By whom a resource became a hook, in a word for people: the config's hook, `copy for …`, or `chart`. */
export function formatSource(placement: Placement): string {
  if (placement.copyFor !== undefined) {
    const names = [...new Set(placement.copyFor.map((user) => user.rule?.name ?? user.name))];
    return `copy for ${names.join(', ')}`;
  }
  return placement.rule?.name ?? 'chart';
}

/** The order in which Helm runs the hooks of one event, as they leave. */
export const compareRuns = (a: Placement, b: Placement): number => compareHooks(asRun(a), asRun(b));

const asRun = ({ resource, name, hook }: Placement): Parameters<typeof compareHooks>[0] => ({
  weight: hook?.weight ?? 0,
  name,
  kind: resource.kind,
});
