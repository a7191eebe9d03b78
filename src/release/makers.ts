/**
 * Secrets that are not in the stream because a controller makes them of something that is: then the Secret exists at the earliest
 * when its maker does.
 */
import { type JsonObject, type Path, valueAt } from '../model/json.ts';
import { groupOf, mayShareNamespace } from '../model/manifest.ts';
import { addTo } from '../model/maps.ts';
import type { Placement } from '../model/plan.ts';
import { itemsOf, type Reference, textOf } from './references.ts';
import { type CheckContext, perContext } from './release.ts';

/** The names of the Secrets that a maker makes. */
type Names = (value: JsonObject, own: string) => readonly string[];

/** The name that stands at a path, the maker's own name where there is none. */
const at =
  (...path: Path): Names =>
  (value, own) => [textOf(valueAt(value, path)) ?? own];

/** By kind: its API group, and the names of its Secrets. */
const MAKERS: Readonly<Record<string, readonly [group: string, names: Names]>> = {
  ExternalSecret: ['external-secrets.io', at('spec', 'target', 'name')],
  SealedSecret: ['bitnami.com', at('spec', 'template', 'metadata', 'name')],
  Certificate: ['cert-manager.io', at('spec', 'secretName')],
  OnePasswordItem: ['onepassword.com', at()],
  VaultStaticSecret: ['secrets.hashicorp.com', at('spec', 'destination', 'name')],
  VaultDynamicSecret: ['secrets.hashicorp.com', at('spec', 'destination', 'name')],
  InfisicalSecret: ['secrets.infisical.com', at('spec', 'managedSecretReference', 'secretName')],
  DopplerSecret: ['secrets.doppler.com', at('spec', 'managedSecret', 'name')],
  KafkaUser: ['kafka.strimzi.io', at()],
  // CloudNativePG's own names, and what pods that mount a CSI volume get besides.
  Cluster: ['postgresql.cnpg.io', (_, own) => [`${own}-app`, `${own}-superuser`]],
  SecretProviderClass: [
    'secrets-store.csi.x-k8s.io',
    (value) =>
      itemsOf(valueAt(value, ['spec', 'secretObjects'])).flatMap(([, made]) => textOf(made['secretName']) ?? []),
  ],
};

/** What makes the Secret that is meant. Ask only when no Secret of that name is in the stream. */
export function makersOf({ kind, name, namespace }: Reference, context: CheckContext): readonly Placement[] {
  if (kind !== 'Secret') return [];
  return (makers(context).get(name) ?? []).filter(({ resource }) => mayShareNamespace(resource.namespace, namespace));
}

/** By the name of a Secret, what makes it. */
const makers = perContext((context) => {
  const known = new Map<string, Placement[]>();
  for (const [kind, [group, names]] of Object.entries(MAKERS))
    for (const maker of context.byKind(kind)) {
      if (groupOf(maker.resource.apiVersion) !== group) continue;
      for (const name of new Set(names(maker.value(), maker.resource.name))) addTo(known, name, maker);
    }
  return known;
});
