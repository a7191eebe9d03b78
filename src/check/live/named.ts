/** Objects of the release that words of kubectl name: `deploy/web`, `deployments.apps web`. */
import { mayShareNamespace } from '../../model/manifest.ts';
import { addTo } from '../../model/maps.ts';
import type { Placement } from '../../model/plan.ts';
import { once, type Release } from '../../release/release.ts';
import { hasFlag, isKnown, type KubectlLine, optionOf, subjectsOf } from '../../scripts/kubectl-line.ts';
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

/** What a line of kubectl is about, of the release: by names, by labels (`-l app=web`), or all of a type (`--all`). */
export function objectsOfLine(line: KubectlLine, asker: Placement, release: Release): readonly Placement[] {
  const given = optionOf(line, 'namespace');
  const namespace = isKnown(given) ? given : undefined;
  const labels = hasFlag(line, 'all') ? [] : labelsOf(optionOf(line, 'selector'));
  return (subjectsOf(line.words) ?? []).flatMap(({ type, name }): readonly Placement[] => {
    if (name !== undefined)
      return isKnown(name) ? objectsNamed({ type, name, ...(namespace && { namespace }) }, asker, release) : [];
    if (labels === undefined) return [];
    return objectsOfType(type, release).filter(
      (object) =>
        object !== asker &&
        mayShareNamespace(object.resource.namespace, namespace ?? asker.resource.namespace) &&
        labels.every(([key, value]) => object.resource.labels[key] === value),
    );
  });
}

const objectsOfType = (type: string, release: Release): readonly Placement[] => {
  const wanted = readResource(type, release);
  return release.placements.filter(({ resource, copyFor }) => {
    const own = copyFor === undefined ? readKind(resource.apiVersion, resource.kind, release) : undefined;
    const isSame = wanted?.group === undefined || own?.group === wanted.group;
    return isSame && own?.names.some((plural) => wanted?.names.includes(plural)) === true;
  });
};

/** `a=b,c==d`; undefined for none, and for what only the run tells or asks for more than equality. */
function labelsOf(selector: string | undefined): readonly (readonly [string, string])[] | undefined {
  if (!isKnown(selector) || selector === '') return undefined;
  const labels = selector.split(',').map((each) => /^([\w./-]+)==?([\w.-]+)$/.exec(each.trim()));
  return labels.every((each) => each !== null) ? labels.map(([, key = '', value = '']) => [key, value]) : undefined;
}
