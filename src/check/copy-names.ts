/** Names of copies: `<name>-hook`, or the next number that is free. */
import { formatResource } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';

/** The longest name of a ServiceAccount, Secret or ConfigMap (DNS-1123 subdomain); roles could be longer. */
const MAX_NAME = 253;

/** A name that no resource of this kind has, in whatever namespace; it is then taken. */
export function chooseName({ resource }: Placement, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '-hook' : `-hook-${number}`;
    const name = resource.name.slice(0, MAX_NAME - suffix.length).replace(/[-.]+$/, '') + suffix;
    const id = formatResource({ kind: resource.kind, name });
    if (taken.has(id)) continue;
    taken.add(id);
    return name;
  }
}
