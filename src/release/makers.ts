/**
 * Secrets that are not in the stream because a controller makes them of something that is: then the Secret exists at the earliest
 * when its maker does.
 */
import { SECRET_MAKERS, type SecretName } from '../knowledge/kinds.generated.ts';
import { type JsonObject, valueAt } from '../model/json.ts';
import { groupOf, mayShareNamespace } from '../model/manifest.ts';
import { addTo } from '../model/maps.ts';
import type { Placement } from '../model/plan.ts';
import { itemsOf, type Reference, textOf } from './references.ts';
import { once, type Release } from './release.ts';

/** The Secrets that a maker makes. The name at a path is the maker's own where nothing stands there. */
function namesOf(value: JsonObject, own: string, name: SecretName): readonly string[] {
  if ('suffix' in name) return [own + name.suffix];
  if (name.each === undefined) return [textOf(valueAt(value, name.at)) ?? own];
  return itemsOf(valueAt(value, name.each)).flatMap(([, item]) => textOf(valueAt(item, name.at)) ?? []);
}

/** What makes the Secret that is meant. Ask only when no Secret of that name is in the stream. */
export function makersOf({ kind, name, namespace }: Reference, release: Release): readonly Placement[] {
  if (kind !== 'Secret') return [];
  return (makers(release).get(name) ?? []).filter(({ resource }) => mayShareNamespace(resource.namespace, namespace));
}

/** By the name of a Secret, what makes it. */
const makers = once((release) => {
  const known = new Map<string, Placement[]>();
  for (const [kind, group, names] of SECRET_MAKERS)
    for (const maker of release.byKind(kind)) {
      if (groupOf(maker.resource.apiVersion) !== group) continue;
      const { resource } = maker;
      for (const name of new Set(names.flatMap((each) => namesOf(maker.value(), resource.name, each))))
        addTo(known, name, maker);
    }
  return known;
});
