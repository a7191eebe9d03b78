/** Hook copies that hookorder made, in this run or an earlier one, and what they are copies of. */
import { COPY_OF } from '../model/annotations.ts';
import { annotationOf, formatResource } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';

/** `Kind/name` of the resource that this is a hook copy of. */
export const originalOf = (placement: Placement): string | undefined =>
  placement.copyFor === undefined ? annotationOf(placement.resource, COPY_OF) : formatResource(placement.resource);

/** Leaves out originals beside hook copies that do the same. */
export function withoutCopied<T>(items: readonly T[], placementOf: (item: T) => Placement): readonly T[] {
  const copied = new Set(items.map((item) => originalOf(placementOf(item))));
  return items.filter((item) => {
    const placement = placementOf(item);
    return originalOf(placement) !== undefined || !copied.has(formatResource(placement.resource));
  });
}
