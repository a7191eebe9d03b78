/**
 * Names of copies: `<name>-hook`, or the next number that is free.
 *
 * A name is free when no resource of the kind has it and none refers to it: what is not in the stream may be in the cluster,
 * and `before-hook-creation` on a copy of that name would delete it.
 */
import { formatResource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { referencesOf } from '../needs/references.ts';

/** The longest name of a ServiceAccount, Secret or ConfigMap (DNS-1123 subdomain); roles could be longer. */
const MAX_NAME = 253;

/** Chooses a name for the copy of each original that it is asked about, never the same one twice, in whatever namespace. */
export function copyNames(placements: readonly Placement[]): (original: Placement) => string {
  const taken = new Set(placements.map(({ resource, name }) => formatResource({ kind: resource.kind, name })));
  const text = new TextDecoder().decode(placements[0]?.resource.document.stream.bytes);
  const isFree = (kind: string, name: string): boolean =>
    !taken.has(formatResource({ kind, name })) &&
    // Reading all references means parsing every document: most names stand nowhere in the stream.
    !(text.includes(name) && placements.some((placement) => refersTo(placement, kind, name)));
  return ({ resource: { kind, name } }) => {
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '-hook' : `-hook-${number}`;
      const candidate = name.slice(0, MAX_NAME - suffix.length).replace(/[-.]+$/, '') + suffix;
      if (!isFree(kind, candidate)) continue;
      taken.add(formatResource({ kind, name: candidate }));
      return candidate;
    }
  };
}

const refersTo = (placement: Placement, kind: string, name: string): boolean =>
  referencesOf(placement).some((reference) => reference.kind === kind && reference.name === name);
