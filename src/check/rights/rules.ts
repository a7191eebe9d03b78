/**
 * Whether the rules that the release binds to an account allow a request, as the API server reads them
 * [S k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac, pkg/apis/rbac/v1/evaluation_helpers.go].
 *
 * What the stream does not tell counts as allowed: a name or namespace that only the run knows, a role that is not in the stream.
 */
import { type JsonObject, listOf, valueAt } from '../../model/json.ts';
import { mayShareNamespace } from '../../model/manifest.ts';
import { getOrMake } from '../../model/maps.ts';
import type { Placement } from '../../model/plan.ts';
import { itemsOf } from '../../release/references.ts';
import { once, type Release } from '../../release/release.ts';
import type { Grant } from '../../release/rights.ts';
import type { Request } from './requests.ts';
import { type ApiResource, mayBeShortFor } from './resources.ts';

/** A request with what its words mean. */
export interface Question {
  readonly request: Request;
  readonly resource: ApiResource;
  /** Of the account's pod: where requests go that name no namespace. */
  readonly namespace: string | undefined;
}

/** Where a binding gives rights: everywhere, or in its namespace, which is the release's where it is undefined. */
export type Reach = 'everywhere' | { readonly namespace: string | undefined };

/** All that the release binds to an account. */
export interface Rules {
  readonly parts: readonly { readonly reaches: readonly Reach[]; readonly rules: readonly JsonObject[] }[];
  /** The roles that they come from. */
  readonly roles: readonly Placement[];
}

/** Undefined where a binding means a role whose rules the stream does not have. Read once for the grants of an account. */
export const readRules = once((grants: readonly Grant[], _: Release): Rules | undefined => {
  // Bindings to roles of one name share them.
  const reachesOf = new Map<Grant['roles'], Map<string, Reach>>();
  for (const { binding, roles } of grants) {
    const reach = reachOf(binding);
    getOrMake(reachesOf, roles, () => new Map()).set(JSON.stringify(reach), reach);
  }
  const parts = [...reachesOf].map(([roles, reaches]) => ({
    reaches: [...reaches.values()],
    roles: [...roles.values()].flat(),
  }));
  if (!parts.every(({ roles }) => roles.length > 0 && (roles.length > 1 || !isCollecting(roles[0])))) return undefined;
  return {
    parts: parts.map(({ reaches, roles }) => ({ reaches, rules: roles.flatMap(rulesOf) })),
    roles: [...new Set(parts.flatMap(({ roles }) => roles))],
  };
});

const rulesOf = (role: Placement): readonly JsonObject[] => itemsOf(role.value()['rules']).map(([, rule]) => rule);

/** A role that collects its rules has those of the stream's roles; where there are none, they are the cluster's. */
const isCollecting = (role: Placement | undefined): boolean =>
  role !== undefined && valueAt(role.value(), ['aggregationRule']) !== undefined;

const reachOf = ({ resource: { kind, namespace } }: Placement): Reach =>
  kind === 'ClusterRoleBinding' ? 'everywhere' : { namespace };

export const isAllowed = (question: Question, { parts }: Rules): boolean =>
  parts.some(
    ({ reaches, rules }) =>
      reaches.some((reach) => isWithin(question, reach)) && rules.some((rule) => allows(rule, question)),
  );

export const reaches = (binding: Placement, question: Question): boolean => isWithin(question, reachOf(binding));

/** A RoleBinding gives rights in its own namespace only, and none to what belongs to no namespace. */
function isWithin({ request, resource, namespace }: Question, reach: Reach): boolean {
  if (reach === 'everywhere') return true;
  // A namespace itself is asked for as what is in it.
  if (resource.isClusterScoped)
    return resource.names.includes('namespaces') && !/^(?:list|watch|create|deletecollection)$/.test(request.verb);
  return request.allNamespaces !== true && mayShareNamespace(reach.namespace, request.namespace ?? namespace);
}

function allows(rule: JsonObject, { request, resource }: Question): boolean {
  const has = (key: string, wanted: readonly string[]): boolean =>
    listOf(rule[key]).some((word) => word === '*' || wanted.includes(String(word)));
  const names = listOf(rule['resourceNames']);
  const { subresource } = request;
  const wanted =
    subresource === undefined
      ? resource.names
      : [...resource.names.map((name) => `${name}/${subresource}`), `*/${subresource}`];
  return (
    has('verbs', [request.verb]) &&
    (resource.group === undefined || has('apiGroups', [resource.group])) &&
    (has('resources', wanted) ||
      listOf(rule['resources']).some((word) => subresource === undefined && mayBeShortFor(resource, String(word)))) &&
    (names.length === 0 || request.isAnyName === true || (request.name !== undefined && names.includes(request.name)))
  );
}
