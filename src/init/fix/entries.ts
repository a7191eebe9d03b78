/**
 * The config while it is being made: entries of the config that was given, with more keys, and new entries, each for one object.
 *
 * Values that never change in place: a trial is a new list.
 */
import type { HookShape, MatcherShape } from '../../config/shape.ts';
import type { Finding } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import type { Placement } from '../../model/plan.ts';
import { whyOptional } from '../drafts.ts';
import { matchFor, type ReleaseNames, strictMatcher } from '../names.ts';
import type { Rendered } from '../render.ts';
import type { Subject } from '../subject.ts';
import { type Candidate, type Keys, mergeKeys } from './change.ts';

export interface Entry {
  readonly name: string;
  /** Of a new entry; absent for one of the given config. */
  readonly matcher?: MatcherShape;
  /** All that the entry says besides. */
  readonly keys: Keys;
  readonly optional: boolean;
  /** An object that Helm made as a hook, and does not own. */
  readonly isUnowned: boolean;
  /** What it is there for, in the order in which it was cured. */
  readonly cures: readonly Finding[];
}

export interface Frame {
  readonly names: ReleaseNames;
  readonly renders: readonly Rendered[];
  readonly subjects: readonly Subject[];
  /** The entries of the given config. */
  readonly given: readonly HookShape[];
}

/** Undefined where the candidate contradicts what is there, changes nothing, or means what no matcher tells from others. */
export function addCandidate(
  entries: readonly Entry[],
  candidate: Candidate,
  at: number,
  finding: Finding,
  frame: Frame,
): readonly Entry[] | undefined {
  let all = entries;
  for (const { of, set } of candidate) {
    const entry = entryFor(of, at, set, all, frame);
    const keys = entry && mergeKeys(entry.keys, set);
    if (entry === undefined || keys === undefined) return undefined;
    if (JSON.stringify(keys) === JSON.stringify(entry.keys)) continue;
    const next = { ...entry, keys, cures: [...entry.cures, finding] };
    all = all.includes(entry) ? all.map((one) => (one === entry ? next : one)) : [...all, next];
  }
  return all === entries ? undefined : all;
}

/** The one that claims it, else a new one. */
function entryFor(
  placement: Placement,
  at: number,
  set: Keys,
  entries: readonly Entry[],
  { given, subjects, names, renders }: Frame,
): Entry | undefined {
  const name = placement.rule?.name;
  const known = entries.find((entry) => entry.name === name);
  if (known !== undefined) return known;
  const isUnowned = placement.hook !== undefined && !isAwaited(placement.resource.kind);
  const own = given.find((hook) => hook.name === name);
  if (own !== undefined) {
    const { name: _, match: __, optional = false, ...keys } = own;
    return { name: own.name, keys, optional, isUnowned, cures: [] };
  }
  const subject = subjects.find((one) => one.in[at]?.resource.document.index === placement.resource.document.index);
  if (subject === undefined) return undefined;
  const { matcher, label, isAlone } = matchFor(subject, names, renders);
  const strict = set.drop ? strictMatcher(subject, renders) : undefined;
  if (set.drop ? strict === undefined : !isAlone) return undefined;
  const isTaken = (word: string): boolean => [...entries, ...given].some((one) => one.name === word);
  let free = label;
  for (let count = 2; isTaken(free); count++) free = `${label}-${count}`;
  return {
    name: free,
    matcher: strict ?? matcher,
    keys: {},
    optional: whyOptional(subject, renders) !== undefined,
    isUnowned,
    cures: [],
  };
}
