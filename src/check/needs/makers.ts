/**
 * Secrets that are not in the stream because a controller makes them of something that is: then the Secret exists at the earliest
 * when its maker does.
 */
import { type JsonObject, type Path, valueAt } from '../../model/json.ts';
import { groupOf, mayShareNamespace } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import type { CheckContext } from '../context.ts';
import { itemsOf, type Reference, textOf } from './references.ts';

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
  let known = makers.get(context);
  if (known === undefined) {
    known = Object.keys(MAKERS).flatMap((maker) => context.byKind(maker));
    makers.set(context, known);
  }
  return known.filter((placement) => {
    const { resource } = placement;
    const [group, names] = MAKERS[resource.kind] ?? [];
    if (groupOf(resource.apiVersion) !== group || !mayShareNamespace(resource.namespace, namespace)) return false;
    return names?.(placement.value(), resource.name).includes(name);
  });
}

const makers = new WeakMap<CheckContext, readonly Placement[]>();
