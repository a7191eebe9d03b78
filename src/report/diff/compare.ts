/**
 * The difference between two snapshots as a value; all formats of `hookorder diff` are written from it.
 *
 * Invariant: no value of a Secret is in it.
 */
import { stringify } from 'yaml';
import type { Finding } from '../../model/finding.ts';
import { isObject, type Json, type JsonObject, type Path } from '../../model/json.ts';
import { stemOf } from '../../model/name-tail.ts';
import { findFlips, isPlain } from './flips.ts';
import { maskSecrets } from './mask.ts';
import { type OrderChange, orderChanges } from './order.ts';
import { changedPaths } from './paths.ts';
import { identityOf, type Pair, pairUp, type Snapshot, type SnapshotResource } from './snapshot.ts';
import { forgetTails } from './tails.ts';

export interface ReleaseDiff {
  readonly order: readonly OrderChange[];
  /** Of two releases: what an upgrade does to objects that are hooks in one and plain in the other. */
  readonly findings: readonly Finding[];
  readonly resources: readonly ResourceChange[];
  /** Resources that differ in nothing but the name that a run gives them, and what made that name. */
  readonly renamed: readonly { readonly kind: string; readonly name: string; readonly by: 'timestamp' | 'name' }[];
  /** True when one side is a saved plan: then resources were not compared, only counted. */
  readonly withoutManifests: boolean;
  /** For saved plans: kinds of which there are more or fewer. */
  readonly counts: readonly { readonly kind: string; readonly before: number; readonly after: number }[];
}

export interface ResourceChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  /** The value before and the value after; null where there is none. */
  readonly nameBefore: string | null;
  readonly nameAfter: string | null;
  readonly baseName: string;
  /** Empty for what is added, removed, or changed in its text only. */
  readonly paths: readonly Path[];
  /** Masked. */
  readonly textBefore: string;
  readonly textAfter: string;
}

export interface CompareOptions {
  /**
   * True for two releases: names that a run gives are no difference, nor is how a manifest is written. False for one stream before and
   * after `render`: every byte counts.
   */
  readonly acrossRuns: boolean;
}

export function compareSnapshots(left: Snapshot, right: Snapshot, { acrossRuns }: CompareOptions): ReleaseDiff {
  const [before, after] = acrossRuns ? forgetTails(left, right) : [left, right];
  const order = orderChanges(before.plan, after.plan);
  if (before.resources === undefined || after.resources === undefined)
    return {
      order,
      findings: [],
      resources: [],
      renamed: [],
      withoutManifests: true,
      counts: countChanges(before, after),
    };
  const forget = acrossRuns ? forgetNames([...before.resources, ...after.resources]) : undefined;
  const pairs = pairUp(before.resources, after.resources);
  return {
    order: acrossRuns ? order.map((change) => ({ ...change, wasPlain: wasPlain(change, before.resources) })) : order,
    findings: acrossRuns ? findFlips(before.resources, after.resources) : [],
    resources: pairs.flatMap((pair) => changeOf(pair, forget) ?? []),
    renamed: acrossRuns ? pairs.flatMap(renameOf) : [],
    withoutManifests: false,
    counts: [],
  };
}

const wasPlain = (change: OrderChange, before: readonly SnapshotResource[] = []): boolean =>
  change.before === null &&
  before.some(
    (resource) => identityOf(resource) === identityOf({ ...change, baseName: change.name }) && isPlain(resource),
  );

/** A new timestamp alone is no difference. */
export const isDifferent = ({ order, resources, counts }: ReleaseDiff): boolean =>
  order.length + resources.length + counts.length > 0;

function changeOf(
  [old, now]: Pair<SnapshotResource>,
  forget: ((text: string) => string) | undefined,
): ResourceChange | undefined {
  const one = now ?? old;
  if (one === undefined) return undefined;
  const clean = (value: JsonObject | undefined): JsonObject | undefined =>
    value && forget ? (mapStrings(value, forget) as JsonObject) : value;
  const masked = maskSecrets(clean(old?.value), clean(now?.value));
  const paths = old && now ? changedPaths(masked.before, masked.after) : [];
  const [textBefore, textAfter] = (
    masked.sensitive
      ? [masked.before, masked.after].map((value) => (value === undefined ? '' : stringify(value)))
      : [old?.text, now?.text].map((text) => (text === undefined ? '' : (forget?.(text) ?? text)))
  ) as [string, string];
  if (old && now && paths.length === 0 && (forget !== undefined || textBefore === textAfter)) return undefined;
  return {
    change: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed',
    apiVersion: one.apiVersion,
    kind: one.kind,
    namespace: one.namespace ?? null,
    nameBefore: old?.name ?? null,
    nameAfter: now?.name ?? null,
    baseName: one.baseName,
    paths,
    textBefore,
    textAfter,
  };
}

function renameOf([old, now]: Pair<SnapshotResource>): ReleaseDiff['renamed'] {
  if (old === undefined || now === undefined || old.name === now.name) return [];
  return [{ kind: now.kind, name: now.baseName, by: stemOf(now.name) === undefined ? 'name' : 'timestamp' }];
}

/** Replaces each name that a run gave by its base name, where it stands as a whole word. */
function forgetNames(resources: readonly SnapshotResource[]): (text: string) => string {
  const names = new Map(
    resources
      .filter(({ name, baseName }) => name !== baseName && name !== '')
      .map(({ name, baseName }) => [name, baseName]),
  );
  if (names.size === 0) return (text) => text;
  // Names hold letters, digits, dashes and dots; nothing else may be escaped into a pattern.
  const words = [...names.keys()].sort((a, b) => b.length - a.length).map((name) => name.replaceAll(/[^\w-]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\w.-])(?:${words.join('|')})(?![\\w-])`, 'g');
  return (text) => text.replaceAll(pattern, (name) => names.get(name) ?? name);
}

function mapStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

function countChanges(before: Snapshot, after: Snapshot): ReleaseDiff['counts'] {
  const [old, now] = [before, after].map(countsOf) as [ReadonlyMap<string, number>, ReadonlyMap<string, number>];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((kind) => ({ kind, before: old.get(kind) ?? 0, after: now.get(kind) ?? 0 }))
    .filter((count) => count.before !== count.after);
}

function countsOf({ plan }: Snapshot): ReadonlyMap<string, number> {
  const step = plan.operations.flatMap(({ steps }) => steps).find((candidate) => 'resources' in candidate);
  return new Map(step && 'resources' in step ? Object.entries(step.resources.byKind) : []);
}
