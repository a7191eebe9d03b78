/** A check for some of Helm's operations: what it says of hooks that run in others only is left out. */
import type { Finding } from '../model/finding.ts';
import { operationOf } from '../model/helm.ts';
import { type Placement, replaceIn } from '../model/plan.ts';
import type { Check, Release } from '../release/release.ts';

/** The findings of all operations that are there when the hook has no other events: their words are about all that it does. */
export function checkFor(check: Check, placement: Placement, release: Release): readonly Finding[] {
  const { hook } = placement;
  const { operations } = release.circumstances;
  if (operations === undefined || hook === undefined || hook.events.length === 0) return check(placement, release);
  const events = hook.events.filter((event) => operations.includes(operationOf(event)));
  if (events.length === 0) return [];
  const findings = check(placement, release);
  if (events.length === hook.events.length || findings.length === 0) return findings;
  const keys = new Set(check(replaceIn(placement, { hook: { ...hook, events } }), release).map(keyOf));
  return findings.filter((finding) => keys.has(keyOf(finding)));
}

const keyOf = ({ code, path }: Finding): string => JSON.stringify([code, path]);
