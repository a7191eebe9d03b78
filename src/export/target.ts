/**
 * The selector by which kustomize finds one object. Its fields are regular expressions, made to match as a whole (kustomize
 * api/types/selector.go); an empty field matches all, so that the core group, which has no name, needs an expression of its own.
 */
import { isClusterScoped } from '../model/kubernetes.ts';
import { groupOf, type Resource } from '../model/manifest.ts';

/** As `patches[].target` of a kustomization. */
export interface Target {
  readonly group?: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Selects `resource` and nothing else of `all`. Holds as long as no two of them are the same to kustomize (`kustomizeId`). */
export function targetOf(resource: Resource, all: readonly Resource[]): Target {
  const { kind, name } = resource;
  const group = groupOf(resource.apiVersion);
  const version = versionOf(resource);
  const others = all.filter(
    (other) =>
      other.document !== resource.document &&
      other.kind === kind &&
      other.name === name &&
      versionOf(other) === version &&
      (group === '' || groupOf(other.apiVersion) === group),
  );
  const needsGroup = group !== '' || others.some((other) => groupOf(other.apiVersion) !== '');
  const needsNamespace = others.some((other) => groupOf(other.apiVersion) === group);
  return {
    ...(needsGroup && { group: group === '' ? NO_GROUP : literally(group) }),
    version,
    kind,
    name: literally(name),
    ...(needsNamespace && { namespace: literally(namespaceOf(resource)) }),
  };
}

/** Equal for two objects that kustomize cannot hold beside each other: "may not add resource with an already registered id". */
export const kustomizeId = (resource: Resource): string =>
  [resource.apiVersion, resource.kind, namespaceOf(resource), resource.name].join(' ');

const NO_GROUP = '^$';

/** kustomize takes an absent namespace for `default` (kyaml/resid). */
const namespaceOf = ({ kind, namespace }: Resource): string => (isClusterScoped(kind) ? '' : (namespace ?? 'default'));

const versionOf = ({ apiVersion }: Resource): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

/** A text as a regular expression of Go's that matches just it. */
const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
