/**
 * Whether a hook's pods use the rights of their service account. Most migrations never talk to the Kubernetes API, and
 * then a missing RoleBinding does them no harm.
 */
import { isObject, type Json, valueAt } from '../model/json.ts';
import { mayShareNamespace } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import type { CheckContext } from './context.ts';
import { containersOf, itemsOf, podSpecOf, referencesOf } from './references.ts';
import { identityOf, providersOf } from './rights.ts';

/** Programs and addresses by which people talk to the API server. */
const TALKS_TO_API =
  /(?:^|[\s/"'`=:;&|(])(?:kubectl|oc|helm|k8s-wait-for|kubernetes\.default)(?=$|[\s:@"'`;.)])|secrets\/kubernetes\.io\/serviceaccount/;

export function needsRights(user: Placement, context: CheckContext): 'yes' | 'no' | 'maybe' {
  const identity = identityOf(user);
  if (identity === undefined || !hasToken(user, context)) return 'no';
  if (talksToApi(user, context)) return 'yes';
  if (identity.name === 'default') return 'no';
  // An account that no workload of the release has was made for its hooks, and so were its rights.
  const isShared = context.placements.some((other) => {
    if (other.hook !== undefined) return false;
    const own = identityOf(other);
    return own?.name === identity.name && mayShareNamespace(own.namespace, identity.namespace);
  });
  return isShared ? 'maybe' : 'yes';
}

/** True when the API server would know the pods as their service account. */
export function hasToken(user: Placement, context: CheckContext): boolean {
  const identity = identityOf(user);
  const pod = podSpecOf(user);
  if (identity === undefined || pod === undefined) return false;
  const isProjected = itemsOf(pod.spec['volumes']).some(([, volume]) =>
    itemsOf(valueAt(volume, ['projected', 'sources'])).some(([, source]) => isObject(source['serviceAccountToken'])),
  );
  const accounts = context.find('ServiceAccount', identity.name, identity.namespace);
  const mount =
    pod.spec['automountServiceAccountToken'] ??
    accounts.map((account) => account.value()['automountServiceAccountToken']).find((value) => value !== undefined);
  return isProjected || mount !== false;
}

function talksToApi(user: Placement, context: CheckContext): boolean {
  const texts: (Json | undefined)[] = containersOf(user).flatMap(({ value }) => [
    value['image'],
    value['command'],
    value['args'],
  ]);
  for (const reference of referencesOf(user))
    if (reference.kind === 'ConfigMap' && reference.use === 'volume')
      for (const script of providersOf(reference, context)) texts.push(script.value()['data']);
  return texts.some((text) => text !== undefined && TALKS_TO_API.test(flatten(text)));
}

/** All strings in a value, one per line. */
const flatten = (value: Json): string =>
  typeof value === 'object' && value !== null ? Object.values(value).map(flatten).join('\n') : String(value);
