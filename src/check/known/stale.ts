/** `refs/stale-on-upgrade` as a fact: what a pre-upgrade hook reads before this very upgrade changes it. */
import type { Finding } from '../../model/finding.ts';
import { isObject, valueAt } from '../../model/json.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import type { Check, Release } from '../../release/release.ts';
import { checkStale } from '../needs/stale.ts';
import { liveOf } from './upgrade.ts';

export const checkReallyStale: Check = (placement, release) =>
  checkStale(placement, release).flatMap((finding): readonly Finding[] => {
    const name = finding.cause?.member ?? '';
    const read = release.placements.filter((each) => formatPlacement(each) === name);
    const changed = [...new Set(read.flatMap((each) => changedKeys(each, release)))];
    if (changed.length === 0) return [];
    const shown =
      changed.length > MAX_KEYS ? [...changed.slice(0, MAX_KEYS), `${changed.length - MAX_KEYS} more`] : changed;
    const { cause, ...rest } = finding;
    return [{ ...rest, severity: 'warning', message: `${finding.message}, and ${shown.join(', ')} will change` }];
  });

const MAX_KEYS = 4;

/** Names only: values may be secret. */
function changedKeys(placement: Placement, release: Release): readonly string[] {
  const was = liveOf(placement, release)?.subject.placement?.value();
  if (was === undefined) return [];
  const is = placement.value();
  return ['data', 'stringData', 'binaryData'].flatMap((part) => {
    const [before, after] = [valueAt(was, [part]), valueAt(is, [part])].map((value) => (isObject(value) ? value : {}));
    const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    return [...keys].filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]));
  });
}
