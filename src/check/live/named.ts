/** Objects of the release that words of kubectl name: `deploy/web`, `deployments.apps web`. */
import { mayShareNamespace } from '../../model/manifest.ts';
import { addTo } from '../../model/maps.ts';
import type { Placement } from '../../model/plan.ts';
import { once, type Release } from '../../release/release.ts';
import { isKnown, type KubectlLine, optionOf, subjectsOf } from '../../scripts/kubectl-line.ts';
import { readKind, readResource } from '../rights/resources.ts';

export interface Name {
  /** As people write it: `deploy`, `deployment.apps`. */
  readonly type: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Objects by each name of their kind, and their own name: `deploy/web`, `deployments/web`. */
const objects = once((release): ReadonlyMap<string, readonly Placement[]> => {
  const index = new Map<string, Placement[]>();
  for (const placement of release.placements) {
    const { apiVersion, kind, name } = placement.resource;
    const resource = placement.copyFor === undefined ? readKind(apiVersion, kind, release) : undefined;
    for (const plural of resource?.names ?? []) addTo(index, `${plural}/${name}`, placement);
  }
  return index;
});

/** The objects that a command line of kubectl is about, in the cluster and under the account of the pod that runs it. */
export function objectsOfLine(line: KubectlLine, asker: Placement, release: Release): readonly Placement[] {
  const own = optionOf(line, 'namespace');
  const namespace = isKnown(own) ? { namespace: own } : {};
  return (subjectsOf(line.words) ?? []).flatMap(({ type, name }) =>
    isKnown(name) ? objectsNamed({ type, name, ...namespace }, asker, release) : [],
  );
}

/** Without a namespace, the one of the pod that asks is meant. */
export function objectsNamed(wanted: Name, asker: Placement, release: Release): readonly Placement[] {
  const resource = readResource(wanted.type, release);
  const namespace = wanted.namespace ?? asker.resource.namespace;
  const found = (resource?.names ?? []).flatMap((plural) => objects(release).get(`${plural}/${wanted.name}`) ?? []);
  return [...new Set(found)].filter((object) => {
    const { apiVersion, kind } = object.resource;
    const isSame = resource?.group === undefined || readKind(apiVersion, kind, release)?.group === resource.group;
    const isNear = resource?.isClusterScoped === true || mayShareNamespace(object.resource.namespace, namespace);
    return object !== asker && isSame && isNear;
  });
}
