/** Missing rights in words, and the rule that gives them. */
import type { Finding } from '../../model/finding.ts';
import { type JsonObject, type Operation, valueAt } from '../../model/json.ts';
import { formatResource } from '../../model/manifest.ts';
import { getOrMake } from '../../model/maps.ts';
import type { Placement } from '../../model/plan.ts';
import type { Grant } from '../../release/rights.ts';
import { patchCure } from '../cure.ts';
import { type Question, reaches } from './rules.ts';

/** What is missing of one resource. */
export interface Lack {
  readonly group: string;
  /** `deployments`, `deployments/scale` */
  readonly resource: string;
  readonly verbs: Set<string>;
  /** The calls that need it: `kubectl wait`. */
  readonly calls: Set<string>;
}

export function groupLacks(missing: readonly Question[]): readonly Lack[] {
  const lacks = new Map<string, Lack>();
  for (const { request, resource } of missing) {
    const name = `${resource.names[0]}${request.subresource === undefined ? '' : `/${request.subresource}`}`;
    const group = resource.group ?? '';
    const lack = getOrMake(lacks, `${name}.${group}`, () => ({
      group,
      resource: name,
      verbs: new Set(),
      calls: new Set(),
    }));
    lack.verbs.add(request.verb);
    lack.calls.add(request.words);
  }
  return [...lacks.values()];
}

/** `watch persistentvolumeclaims (\`kubectl wait\`), or patch deployments/scale (\`kubectl scale\`)` */
export const describeLacks = (lacks: readonly Lack[]): string =>
  lacks
    .map(
      ({ resource, verbs, calls }) =>
        `${[...verbs].join(', ')} ${resource} (${[...calls].map((call) => `\`${call}\``).join(', ')})`,
    )
    .join(', or ');

/** `{apiGroups: [apps], resources: [deployments], verbs: [watch]}` */
const formatRule = ({ group, resource, verbs }: Lack): string =>
  `{apiGroups: [${group === '' ? '""' : group}], resources: [${resource}], verbs: [${[...verbs].join(', ')}]}`;
const ruleOf = ({ group, resource, verbs }: Lack): JsonObject => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [...verbs],
});

export const formatRules = (lacks: readonly Lack[]): string =>
  `the rule${lacks.length > 1 ? 's' : ''} ${lacks.map((lack) => `\`${formatRule(lack)}\``).join(', ')}`;

export function adviseFor(
  lacks: readonly Lack[],
  missing: readonly Question[],
  grants: readonly Grant[],
): Pick<Finding, 'hint'> & Partial<Pick<Finding, 'cure'>> {
  const grant = grants.find(({ binding }) => missing.every((question) => reaches(binding, question)));
  const role = grant === undefined ? undefined : [...grant.roles.values()].flat()[0];
  if (role === undefined) {
    const isWide = missing.some(({ request, resource }) => resource.isClusterScoped || request.allNamespaces === true);
    const [namespace] = missing.flatMap(({ request }) => request.namespace ?? []);
    const where = isWide ? 'by a ClusterRoleBinding, a ClusterRole' : `in namespace ${namespace ?? ''}, a Role`;
    return { hint: `bind to the account, ${where} with ${formatRules(lacks)}` };
  }
  const { keys, cure } = patchCure(role, operationsFor(role, lacks));
  return { hint: `claim ${formatResource(role.resource)} in hookorder.yaml with ${keys}`, cure };
}

function operationsFor(role: Placement, lacks: readonly Lack[]): readonly Operation[] {
  const rules = lacks.map(ruleOf);
  return Array.isArray(valueAt(role.value(), ['rules']))
    ? rules.map((rule) => ({ op: 'add', path: '/rules/-', value: rule }))
    : [{ op: 'add', path: '/rules', value: rules }];
}
