/**
 * Which objects of the stream a reference means, and which role bindings give a service account its rights.
 *
 * What is not in the stream is assumed to exist, and so is not listed here.
 */
import { valueAt } from '../model/json.ts';
import { groupOf, mayShareNamespace } from '../model/manifest.ts';
import { addTo } from '../model/maps.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import { collectedBy } from './aggregation.ts';
import { valuesIn } from './lookup.ts';
import { withoutCopied } from './originals.ts';
import { itemsOf, keyOf, podSpecOf, RBAC_GROUP, type Reference, referencesOf, textOf } from './references.ts';
import { indexBy, once, type Release } from './release.ts';

/** What a hook can have a copy of: objects that are all configuration, no state. */
export const COPYABLE: ReadonlySet<string> = new Set([
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
]);

export interface Identity {
  readonly name: string;
  readonly namespace?: string;
}

/** A binding that gives a service account rights, and what is in it. */
export interface Grant {
  readonly binding: Placement;
  readonly roles: Roles;
}

/** The roles in the stream that a binding may refer to, and those that these collect their rules from: by `Kind/name`, as only one of a name is meant. */
export type Roles = ReadonlyMap<string, readonly Placement[]>;

/**
 * The placements that may be meant; those of the same namespace, where there are any. Nothing for the service account `default`:
 * every namespace has it.
 */
export const providersOf = once(findProviders, keyOf);

function findProviders({ kind, name, namespace, apiGroup }: Reference, release: Release): readonly Placement[] {
  if (kind === 'ServiceAccount' && name === 'default') return [];
  const found = release.find(kind, name, namespace).filter(({ resource }) => groupOf(resource.apiVersion) === apiGroup);
  const near = found.filter(({ resource }) => resource.namespace === namespace);
  return near.length > 0 ? near : found;
}

/** The service account that a resource's pods run as: `default`, which every namespace has, unless they say otherwise. */
export function identityOf(placement: Placement): Identity | undefined {
  const pod = podSpecOf(placement);
  if (pod === undefined) return undefined;
  const name = textOf(pod.spec['serviceAccountName']) ?? textOf(pod.spec['serviceAccount']) ?? 'default';
  const { namespace } = placement.resource;
  return { name, ...(namespace !== undefined && { namespace }) };
}

/** The bindings that give the account rights, by its name or its group; a binding whose hook copy does the same is left out. */
export const grantsOf = once(readGrants, ({ namespace, name }) => `${namespace ?? ''}/${name}`);

function readGrants(identity: Identity, release: Release): readonly Grant[] {
  const { named, ofGroups } = bindings(release);
  const candidates = [...(named.get(identity.name) ?? []), ...ofGroups];
  const found = (ofGroups.length > 0 ? candidates.sort((a, b) => a.at - b.at) : candidates).flatMap(
    ({ binding }): Grant[] => {
      if (subjectsOf(binding, identity).length === 0) return [];
      const reference = referencesOf(binding).find(({ use }) => use === 'role');
      return [{ binding, roles: reference === undefined ? NO_ROLES : rolesOf(reference, release) }];
    },
  );
  return withoutCopied(found, ({ binding }) => binding);
}

const NO_ROLES: Roles = new Map();

/** Made once for all bindings that refer to the same role. */
const rolesOf = once((reference: Reference, release: Release): Roles => {
  const found = providersOf(reference, release);
  return indexBy([...found, ...collectedBy(found, release)], formatPlacement);
}, keyOf);

interface Binding {
  readonly binding: Placement;
  /** Role bindings come before cluster role bindings, otherwise in the order of the stream. */
  readonly at: number;
}

/** All bindings by the names of the accounts that they may mean, and those that may mean groups. */
const bindings = once((release) => {
  const named = new Map<string, Binding[]>();
  const ofGroups: Binding[] = [];
  for (const [at, binding] of release.byKind('RoleBinding', 'ClusterRoleBinding').entries()) {
    if (groupOf(binding.resource.apiVersion) !== RBAC_GROUP) continue;
    const { names, isOfGroup } = subjectNames(binding);
    if (isOfGroup) ofGroups.push({ binding, at });
    else for (const name of names) addTo(named, name, { binding, at });
  }
  return { named, ofGroups };
});

/** The names of the accounts that a binding may mean. */
function subjectNames(binding: Placement): { readonly names: ReadonlySet<string>; readonly isOfGroup: boolean } {
  // Groups of accounts, and users that are accounts, have colons in their names: those are no words, so such a binding is parsed.
  const written = valuesIn(binding, ['name'])?.get('name');
  if (written !== undefined) return { names: written, isOfGroup: false };
  const names = new Set<string>();
  let isOfGroup = false;
  for (const [, subject] of itemsOf(valueAt(binding.value(), ['subjects']))) {
    const who = textOf(subject['name']) ?? '';
    if (subject['kind'] === 'Group') isOfGroup ||= isGroupOf(who, undefined);
    else names.add((subject['kind'] === 'User' ? userOf(who)?.name : who) ?? '');
  }
  return { names, isOfGroup };
}

/** The places in `subjects` of a binding by which the account is meant. */
export function subjectsOf(binding: Placement, { name, namespace }: Identity): readonly number[] {
  return itemsOf(valueAt(binding.value(), ['subjects'])).flatMap(([index, subject]) => {
    const within = textOf(subject['namespace']) ?? binding.resource.namespace;
    const who = textOf(subject['name']) ?? '';
    const isMeant =
      subject['kind'] === 'ServiceAccount'
        ? who === name && mayShareNamespace(within, namespace)
        : subject['kind'] === 'User'
          ? isUserOf(who, name, namespace)
          : subject['kind'] === 'Group' && isGroupOf(who, namespace);
    return isMeant ? [index] : [];
  });
}

/** The user name of a service account: `system:serviceaccount:NAMESPACE:NAME`. */
export function userOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

function isUserOf(user: string, name: string, namespace: string | undefined): boolean {
  const account = userOf(user);
  return account?.name === name && mayShareNamespace(account.namespace, namespace);
}

/** The groups that Kubernetes puts every service account in. */
function isGroupOf(group: string, namespace: string | undefined): boolean {
  const every = 'system:serviceaccounts';
  if (group === every) return true;
  return group.startsWith(`${every}:`) && mayShareNamespace(group.slice(every.length + 1), namespace);
}
