/**
 * Whether a hook's pods use the rights of their service account. Most migrations never talk to the Kubernetes API, and
 * then a missing RoleBinding does them no harm.
 */
import type { Event } from '../model/helm.ts';
import { isObject, type Json, valueAt } from '../model/json.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import { mayShareNamespace } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { isGone, objectsOf, stateAt } from './availability.ts';
import { Lookup } from './lookup.ts';
import { containersOf, itemsOf, podSpecOf, referencesOf } from './references.ts';
import { once, type Release } from './release.ts';
import { grantsOf, identityOf, providersOf } from './rights.ts';

/** Programs and addresses by which scripts talk to the API server. */
const TALKS_TO_API =
  /(?:^|[\s/"'`=:;&|(])(?:kubectl|k8s-wait-for)(?=$|[\s:@"'`;)])|kubernetes\.default|secrets\/kubernetes\.io\/serviceaccount/;
/** Words that are programs where commands and images stand, and common words elsewhere. */
const COMMAND_TALKS_TO_API = /(?:^|[\s/"'`;&|(])(?:oc|helm)(?=$|[\s:@"'`;)])/;

/**
 * `maybe`: nothing shows that the pods talk to the API server, and the release has other uses for the rights; or the account has
 * other rights when the hook runs in `event`.
 */
export function needsRights(user: Placement, event: Event, release: Release): 'yes' | 'no' | 'maybe' {
  const identity = identityOf(user);
  if (identity === undefined || !hasToken(user, release)) return 'no';
  const isThere = (needed: Placement): boolean => !isGone(stateAt(needed, user, event, release));
  const hasOthers = grantsOf(identity, release).some(
    ({ binding, roles }) =>
      isThere(binding) && [...roles.values()].every((sameName) => objectsOf(sameName, release).every(isThere)),
  );
  if (talksToApi(user, release)) return hasOthers ? 'maybe' : 'yes';
  if (identity.name === 'default') return 'no';
  // An account that no workload of the release has was made for its hooks, and so were its rights.
  const isShared = ['serviceAccountName', 'serviceAccount'].some((key) =>
    workloads(release)
      .find({ [key]: identity.name })
      .some((other) => {
        const own = identityOf(other);
        return own?.name === identity.name && mayShareNamespace(own.namespace, identity.namespace);
      }),
  );
  return isShared || hasOthers ? 'maybe' : 'yes';
}

/** What runs pods and is no hook, by the fields of its pod spec. */
const workloads = once(
  ({ placements }) =>
    new Lookup(
      placements.filter(({ hook, resource }) => hook === undefined && podSpecPath(resource.kind) !== undefined),
      (placement, key) => podSpecOf(placement)?.spec[key],
    ),
);

/** True when the API server would know the pods as their service account. */
export function hasToken(user: Placement, release: Release): boolean {
  const identity = identityOf(user);
  const pod = podSpecOf(user);
  if (identity === undefined || pod === undefined) return false;
  const isProjected = itemsOf(pod.spec['volumes']).some(([, volume]) =>
    itemsOf(valueAt(volume, ['projected', 'sources'])).some(([, source]) => isObject(source['serviceAccountToken'])),
  );
  const accounts = release.find('ServiceAccount', identity.name, identity.namespace);
  const mount =
    pod.spec['automountServiceAccountToken'] ??
    accounts.map((account) => account.value()['automountServiceAccountToken']).find((value) => value !== undefined);
  return isProjected || mount !== false;
}

function talksToApi(user: Placement, release: Release): boolean {
  const commands = containersOf(user).flatMap(({ value }) => [value['image'], value['command'], value['args']]);
  const scripts = referencesOf(user)
    .filter((reference) => reference.kind === 'ConfigMap' && reference.use === 'volume')
    .flatMap((reference) => providersOf(reference, release).map((provider) => provider.value()['data']));
  return (
    commands.some((text) => COMMAND_TALKS_TO_API.test(flatten(text))) ||
    [...commands, ...scripts].some((text) => TALKS_TO_API.test(flatten(text)))
  );
}

/** All strings in a value, one per line. */
const flatten = (value: Json | undefined): string =>
  typeof value === 'object' && value !== null ? Object.values(value).map(flatten).join('\n') : String(value ?? '');
