/**
 * All that a resource and its pods need of the stream, directly and through what they need: its namespace, a service account's
 * pull secrets, the bindings and roles that give it rights, a claim's storage class.
 *
 * Each object comes once, with the first place in the resource that leads to it.
 */
import type { Path } from '../model/json.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import { makersOf } from './makers.ts';
import { itemsOf, podSpecOf, type Reference, referencesOf } from './references.ts';
import { once, type Release } from './release.ts';
import { grantsOf, identityOf, providersOf } from './rights.ts';

export interface Need {
  /** `Kind/name` of what is needed. */
  readonly name: string;
  /** The placements that it may be; never empty. */
  readonly providers: readonly Placement[];
  /** Where in the resource: the first reference that leads to it. */
  readonly path: Path;
  readonly optional: boolean;
  /** `rights`: it gives the service account its rights. Otherwise the use of the reference. */
  readonly use: Reference['use'] | 'rights' | 'namespace';
  /** How the resource leads to the need, where it does not name it: `through ServiceAccount/a`. */
  readonly relation?: string;
  /** Of rights: the account that has them, as `Kind/name`. */
  readonly account?: string;
}

/** In the order of the manifest. */
export const needsOf = once(readNeeds);

function readNeeds(user: Placement, release: Release): readonly Need[] {
  const needs = new Map<string, Need>();
  const add = (need: Need): void => {
    const known = needs.get(need.name);
    if (known === undefined || (known.optional && !need.optional)) needs.set(need.name, need);
  };

  const visit = (from: Placement, origin: Pick<Need, 'path' | 'optional'> | undefined): void => {
    for (const reference of referencesOf(from)) {
      if (from !== user && overridden(reference, user)) continue;
      const path = origin?.path ?? reference.path;
      const optional = reference.optional || origin?.optional === true;
      const name = `${reference.kind}/${reference.name}`;
      const known = needs.get(name);
      if (known !== undefined && (optional || !known.optional)) continue;
      const found = providersOf(reference, release).filter((provider) => provider !== user);
      const providers = found.length > 0 ? found : makersOf(reference, release);
      const [maker] = providers;
      if (maker === undefined) continue;
      const relation =
        found.length === 0
          ? `made of ${formatPlacement(maker)}`
          : origin === undefined
            ? undefined
            : `through ${formatPlacement(from)}`;
      add({ name, providers, path, optional, use: reference.use, ...(relation !== undefined && { relation }) });
      if (known === undefined)
        for (const provider of providers) if (leadsOn(provider)) visit(provider, { path, optional });
    }
  };
  visit(user, undefined);
  const { namespace } = user.resource;
  if (namespace !== undefined) {
    const providers = release.find('Namespace', namespace, undefined);
    if (providers.length > 0)
      add({
        name: `Namespace/${namespace}`,
        providers,
        path: ['metadata', 'namespace'],
        optional: false,
        use: 'namespace',
      });
  }

  const identity = identityOf(user);
  const pod = podSpecOf(user);
  if (identity === undefined || pod === undefined) return [...needs.values()];
  const account = `ServiceAccount/${identity.name}`;
  const path = needs.get(account)?.path ?? identityPath(user) ?? pod.path;
  for (const { binding, roles } of grantsOf(identity, release))
    for (const [name, providers] of [[formatPlacement(binding), [binding]] as const, ...roles])
      add({ name, providers, path, optional: false, use: 'rights', account });
  return [...needs.values()];
}

const identityPath = (user: Placement): Path | undefined =>
  referencesOf(user).find((reference) => reference.use === 'identity')?.path;

/** Kinds whose own references a pod depends on. */
const leadsOn = ({ resource }: Placement): boolean =>
  resource.kind === 'ServiceAccount' || resource.kind === 'Secret' || resource.kind === 'PersistentVolumeClaim';

/** Kubernetes takes a service account's pull secrets only for pods that bring none [kubernetes serviceaccount admission]. */
const overridden = (reference: Reference, user: Placement): boolean =>
  reference.use === 'pull-secret' && itemsOf(podSpecOf(user)?.spec['imagePullSecrets']).length > 0;
