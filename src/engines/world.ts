/**
 * The objects of a cluster that a release is about: who they are, of which revision, and how far they are.
 */
import { isClusterScoped } from '../model/kubernetes.ts';
import { groupOf } from '../model/manifest.ts';
import { tailOf, tailOfResource } from '../model/name-tail.ts';
import type { Placement } from '../model/plan.ts';

/** The name of an object, complete enough to look it up in a cluster. `namespace` is absent for cluster-scoped kinds and where the manifest names none. */
export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** One object of one revision. */
export interface Subject {
  readonly id: ObjectId;
  /** Equal exactly for the same object of a cluster. */
  readonly key: string;
  /** Absent for an object that a controller makes: a claim of a StatefulSet. */
  readonly placement?: Placement;
  readonly revision: Revision;
}

/** A revision of the release, as its deployer remembers it. */
export interface Revision {
  readonly number: number;
  /** The number of the revision for which its manifests were rendered: a rollback stores an old rendering under a new number. */
  readonly rendering: number;
  readonly placements: readonly Placement[];
}

/** An object that exists. */
export interface Presence {
  readonly subject: Subject;
  /** Who applied it last: a hook object carries no mark of its release. */
  readonly owner: 'release' | 'hook' | 'controller';
  /** How far a Job or Pod is; absent for everything else. */
  readonly run?: 'running' | 'succeeded' | 'failed';
  /** Its deletion was asked for and nothing waited for the end: it goes away by itself, whatever is applied onto it. */
  readonly dying?: boolean;
}

export type World = ReadonlyMap<string, Presence>;

export function subjectOf(placement: Placement, revision: Revision): Subject {
  const id = idOf(placement);
  const key = keyOf(id);
  return { id, key: hasNameOfItsRun(placement) ? `${key}#${revision.rendering}` : key, placement, revision };
}

export function idOf({ resource: { apiVersion, kind, namespace }, name }: Placement): ObjectId {
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name };
}

/** Two renderings of such an object are two objects, also where the stream of only one is known. */
function hasNameOfItsRun({ resource, rule, name }: Placement): boolean {
  if (resource.kind !== 'Job') return false;
  if (rule?.jobName.suffix === 'timestamp') return true;
  const { kind } = name === resource.name ? tailOfResource(resource) : tailOf(name);
  return kind === 'clock' || kind === 'random';
}

/** Without the version of the API: the same object is read under each of them. */
export const keyOf = ({ apiVersion, kind, namespace, name }: ObjectId): string =>
  `${groupOf(apiVersion)}/${kind}/${isClusterScoped(kind) ? '' : (namespace ?? '')}/${name}`;
