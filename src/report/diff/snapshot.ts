/** What `hookorder diff` compares: a stream before and after, or two streams, or two saved plans. */
import type { JsonObject } from '../../model/json.ts';
import { groupOf } from '../../model/manifest.ts';
import { addTo } from '../../model/maps.ts';
import type { JsonPlan } from '../plan/json.ts';

export interface Snapshot {
  /** What to call it. */
  readonly file: string;
  /** Absent for a saved plan, which has no manifests. */
  readonly resources?: readonly SnapshotResource[];
  readonly plan: JsonPlan;
}

export interface SnapshotResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly baseName: string;
  /** The document without its separator line. */
  readonly text: string;
  readonly value: JsonObject;
}

interface Identified {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | null | undefined;
  readonly baseName: string;
}

/** The same for every run of a renamed Job, and for every version of an API group. */
export const identityOf = ({ apiVersion, kind, namespace, baseName }: Identified): string =>
  JSON.stringify([groupOf(apiVersion), kind, namespace ?? '', baseName]);

export type Pair<T> = readonly [before: T | undefined, after: T | undefined];

/** Matches two lists by identity, in the order of the second with what only the first has at the end. */
export function pairUp<T extends Identified>(before: readonly T[], after: readonly T[]): readonly Pair<T>[] {
  const rest = new Map<string, T[]>();
  for (const item of before) addTo(rest, identityOf(item), item);
  const pairs = after.map((item): Pair<T> => [rest.get(identityOf(item))?.shift(), item]);
  return [...pairs, ...[...rest.values()].flat().map((item): Pair<T> => [item, undefined])];
}
