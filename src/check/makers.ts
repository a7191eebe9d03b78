/**
 * Secrets that are not in the stream because a controller makes them of something that is: then the Secret exists at the earliest
 * when its maker does.
 */
import { type Path, valueAt } from '../model/json.ts';
import { groupOf, mayShareNamespace } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import type { CheckContext } from './context.ts';
import { type Reference, textOf } from './references.ts';

/** By kind: its API group, and where the Secret's name stands; the maker's own name where it is absent. */
const MAKERS: Readonly<Record<string, readonly [group: string, name: Path]>> = {
  ExternalSecret: ['external-secrets.io', ['spec', 'target', 'name']],
  SealedSecret: ['bitnami.com', ['spec', 'template', 'metadata', 'name']],
  Certificate: ['cert-manager.io', ['spec', 'secretName']],
  OnePasswordItem: ['onepassword.com', []],
  VaultStaticSecret: ['secrets.hashicorp.com', ['spec', 'destination', 'name']],
  VaultDynamicSecret: ['secrets.hashicorp.com', ['spec', 'destination', 'name']],
};

/** What makes the Secret that is meant. Ask only when no Secret of that name is in the stream. */
export function makersOf({ kind, name, namespace }: Reference, context: CheckContext): readonly Placement[] {
  if (kind !== 'Secret') return [];
  return Object.entries(MAKERS).flatMap(([maker, [group, path]]) =>
    context.byKind(maker).filter((placement) => {
      const { resource } = placement;
      if (groupOf(resource.apiVersion) !== group) return false;
      if (!mayShareNamespace(resource.namespace, namespace)) return false;
      return (textOf(valueAt(placement.value(), path)) ?? resource.name) === name;
    }),
  );
}
