/**
 * What custom resources need by name: an ExternalSecret its store, a Certificate its issuer, a database its password.
 *
 * Read from any field that ends in `Ref` and has a name, where the stream has an object of that kind and name: what is outside is there.
 */
import { isObject, type Json, type Path } from '../../model/json.ts';
import { groupOf } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import type { Need } from '../../release/needs.ts';
import type { Release } from '../../release/release.ts';

/** By the name of the field, less `Ref`, in small letters: what is meant where the reference names no kind. */
const KIND_OF_FIELD: Readonly<Record<string, readonly string[]>> = {
  secretstore: ['SecretStore', 'ClusterSecretStore'],
  issuer: ['Issuer', 'ClusterIssuer'],
  secret: ['Secret'],
  secretkey: ['Secret'],
  configmap: ['ConfigMap'],
  configmapkey: ['ConfigMap'],
  serviceaccount: ['ServiceAccount'],
  mariadb: ['MariaDB'],
  vaultauth: ['VaultAuth'],
  vaultconnection: ['VaultConnection'],
  cluster: ['Cluster'],
};

/** Groups whose objects are Kubernetes' own, which `needsOf` reads. */
const isOwnGroup = (group: string): boolean => group === '' || !group.includes('.') || group.endsWith('.k8s.io');

export function ownNeedsOf(placement: Placement, release: Release): readonly Need[] {
  const { apiVersion, namespace } = placement.resource;
  if (isOwnGroup(groupOf(apiVersion))) return [];
  const needs: Need[] = [];
  for (const { field, kind, name, path } of namesIn(placement.value()['spec'], ['spec'])) {
    const kinds = kind === undefined ? (KIND_OF_FIELD[stemOf(field)] ?? []) : [kind];
    for (const each of kinds) {
      const providers = release.find(each, name, namespace).filter((provider) => provider !== placement);
      if (providers.length > 0) needs.push({ name: `${each}/${name}`, providers, path, optional: false, use: 'class' });
    }
  }
  return needs;
}

/** `passwordSecretKeyRef` is a `secretkey`. */
function stemOf(field: string): string {
  const stem = field.replace(/Ref$/, '').toLowerCase();
  return Object.keys(KIND_OF_FIELD)
    .filter((known) => stem.endsWith(known))
    .reduce((longest, known) => (known.length > longest.length ? known : longest), '');
}

interface Named {
  readonly field: string;
  readonly kind?: string;
  readonly name: string;
  readonly path: Path;
}

function* namesIn(value: Json | undefined, path: Path): Generator<Named> {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* namesIn(item, [...path, index]);
  else if (isObject(value))
    for (const [key, inner] of Object.entries(value)) {
      if (key.endsWith('Ref') && isObject(inner) && typeof inner['name'] === 'string')
        yield {
          field: key,
          name: inner['name'],
          path: [...path, key, 'name'],
          ...(typeof inner['kind'] === 'string' && { kind: inner['kind'] }),
        };
      else if (key.endsWith('Ref') && typeof inner === 'string')
        yield { field: key, name: inner, path: [...path, key] };
      else yield* namesIn(inner, [...path, key]);
    }
}
