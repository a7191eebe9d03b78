/** What several steps want of the same document becomes one patch, in the order of the steps. */
import { enteredOf } from '../model/leaving.ts';
import type { Resource } from '../model/manifest.ts';
import type { DocumentPatch, Plan } from '../model/plan.ts';

/** Patches that name a copy go to that copy, those of an `added` resource make a document of their own, all others go to the document itself. */
export function mergePatches(
  patches: readonly DocumentPatch[],
  copies: Plan['copies'],
  added: ReadonlySet<Resource>,
): Pick<Plan, 'patches' | 'copies'> {
  const ofOriginals = new Map<Resource, DocumentPatch>();
  const ofCopies = new Map(copies.map((copy) => [`${copy.resource.kind}/${copy.name}`, copy]));
  for (const patch of patches) {
    const { resource, operations, copy } = patch;
    if (copy === undefined) {
      const original = enteredOf(resource);
      const before = ofOriginals.get(original);
      ofOriginals.set(original, { resource, operations: [...(before?.operations ?? []), ...operations] });
    } else {
      const key = `${resource.kind}/${copy}`;
      const before = ofCopies.get(key);
      if (before) ofCopies.set(key, { ...before, operations: [...before.operations, ...operations] });
    }
  }
  const isAdded = ({ resource }: DocumentPatch): boolean => added.has(enteredOf(resource));
  const all = [...ofOriginals.values()];
  return {
    patches: all.filter((patch) => !isAdded(patch)),
    copies: [
      ...ofCopies.values(),
      ...all.filter(isAdded).map((patch) => ({ ...patch, name: patch.resource.name, isPart: true as const })),
    ],
  };
}
