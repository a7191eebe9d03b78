/**
 * What one resource needs by name, read from its fields: pod specs, service accounts, role bindings, claims.
 *
 * In comes a placement, out come references in the order of its fields. Whether what they name exists, and when, is not known
 * here (see rights.ts and availability.ts). Invariant: the value at `path` is `name`, so a reference can be rewritten there.
 */
import { isObject, type Json, type JsonObject, type Path, valueAt } from '../../model/json.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import { groupOf } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';

export interface Reference {
  readonly kind: string;
  /** `` for the core group. */
  readonly apiGroup: string;
  readonly name: string;
  /** Absent for cluster-wide kinds, and where the release's own namespace is meant. */
  readonly namespace?: string;
  /** Where the name stands in the resource that refers. */
  readonly path: Path;
  /** Kubernetes does without it when it is missing. */
  readonly optional: boolean;
  readonly use: Use;
}

export type Use = 'identity' | 'env' | 'volume' | 'pull-secret' | 'claim' | 'class' | 'role' | 'subject';

/** A container of a pod spec, and where it stands in its resource. */
export interface Container {
  readonly name: string;
  readonly value: JsonObject;
  readonly path: Path;
  /** Init containers come first and one after the other. */
  readonly init: boolean;
}

export const RBAC_GROUP = 'rbac.authorization.k8s.io';
/** The annotation by which a token Secret names its ServiceAccount. */
const TOKEN_OWNER = 'kubernetes.io/service-account.name';

const remembered = new WeakMap<Placement, readonly Reference[]>();

export function referencesOf(placement: Placement): readonly Reference[] {
  let references = remembered.get(placement);
  if (references === undefined) {
    references = readReferences(placement);
    remembered.set(placement, references);
  }
  return references;
}

/** The pod spec of a resource that runs pods. */
export function podSpecOf(placement: Placement): { readonly spec: JsonObject; readonly path: Path } | undefined {
  const path = podSpecPath(placement.resource.kind);
  const spec = path && valueAt(placement.value(), path);
  return path && isObject(spec) ? { spec, path } : undefined;
}

/** All containers, in the order in which they start. */
export function containersOf(placement: Placement): readonly Container[] {
  const pod = podSpecOf(placement);
  if (pod === undefined) return [];
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((key) =>
    itemsOf(pod.spec[key]).map(([index, value]) => ({
      name: textOf(value['name']) ?? '',
      value,
      path: [...pod.path, key, index],
      init: key === 'initContainers',
    })),
  );
}

function readReferences(placement: Placement): readonly Reference[] {
  const { kind, apiVersion } = placement.resource;
  const collect = new Collector(placement);
  const value = placement.value();
  const pod = podSpecOf(placement);
  if (pod !== undefined) podReferences(collect, placement, pod.spec, pod.path);
  if (kind === 'StatefulSet')
    for (const [index] of itemsOf(valueAt(value, ['spec', 'volumeClaimTemplates'])))
      collect.add(STORAGE_CLASS, ['spec', 'volumeClaimTemplates', index, 'spec', 'storageClassName']);
  if (groupOf(apiVersion) === '') coreReferences(collect, kind, value);
  if (groupOf(apiVersion) === RBAC_GROUP && kind.endsWith('RoleBinding')) bindingReferences(collect, value);
  return collect.references;
}

const SERVICE_ACCOUNT = { kind: 'ServiceAccount', apiGroup: '', use: 'identity' } as const;
const PULL_SECRET = { kind: 'Secret', apiGroup: '', use: 'pull-secret' } as const;
const SECRET_VOLUME = { kind: 'Secret', apiGroup: '', use: 'volume' } as const;
const STORAGE_CLASS = { kind: 'StorageClass', apiGroup: 'storage.k8s.io', use: 'class' } as const;
const SECRET_PROVIDER = {
  kind: 'SecretProviderClass',
  apiGroup: 'secrets-store.csi.x-k8s.io',
  use: 'volume',
} as const;

/** Kinds of env sources: the key under `valueFrom`, the key in `envFrom`, the kind. */
const ENV_SOURCES = [
  ['configMapKeyRef', 'configMapRef', 'ConfigMap'],
  ['secretKeyRef', 'secretRef', 'Secret'],
] as const;

/** Volume sources that name an object, with the way to its name and to its `optional`. */
const VOLUME_SOURCES: readonly (readonly [kind: string, name: readonly string[], use: Use])[] = [
  ['ConfigMap', ['configMap', 'name'], 'volume'],
  ['Secret', ['secret', 'secretName'], 'volume'],
  ['PersistentVolumeClaim', ['persistentVolumeClaim', 'claimName'], 'claim'],
  ['Secret', ['csi', 'nodePublishSecretRef', 'name'], 'volume'],
  ['Secret', ['azureFile', 'secretName'], 'volume'],
  ...['rbd', 'cephfs', 'flexVolume', 'iscsi', 'scaleIO', 'storageos'].map(
    (source) => ['Secret', [source, 'secretRef', 'name'], 'volume'] as const,
  ),
];

function podReferences(collect: Collector, placement: Placement, spec: JsonObject, path: Path): void {
  collect.add(SERVICE_ACCOUNT, [...path, 'serviceAccountName']);
  collect.add(SERVICE_ACCOUNT, [...path, 'serviceAccount']);
  for (const [index] of itemsOf(spec['imagePullSecrets']))
    collect.add(PULL_SECRET, [...path, 'imagePullSecrets', index, 'name']);
  for (const container of containersOf(placement)) {
    for (const [valueFrom, envFrom, kind] of ENV_SOURCES) {
      const target = { kind, apiGroup: '', use: 'env' } as const;
      for (const [index, variable] of itemsOf(container.value['env']))
        if ('valueFrom' in variable)
          collect.add(target, [...container.path, 'env', index, 'valueFrom', valueFrom, 'name']);
      for (const [index] of itemsOf(container.value['envFrom']))
        collect.add(target, [...container.path, 'envFrom', index, envFrom, 'name']);
    }
  }
  for (const [index, volume] of itemsOf(spec['volumes'])) {
    const at = [...path, 'volumes', index];
    for (const [kind, name, use] of VOLUME_SOURCES)
      if ((name[0] ?? '') in volume) collect.add({ kind, apiGroup: '', use }, [...at, ...name]);
    for (const [source] of itemsOf(valueAt(volume, ['projected', 'sources'])))
      for (const [key, kind] of [
        ['configMap', 'ConfigMap'],
        ['secret', 'Secret'],
      ] as const)
        collect.add({ kind, apiGroup: '', use: 'volume' }, [...at, 'projected', 'sources', source, key, 'name']);
    if ('csi' in volume) collect.add(SECRET_PROVIDER, [...at, 'csi', 'volumeAttributes', 'secretProviderClass']);
    if ('ephemeral' in volume)
      collect.add(STORAGE_CLASS, [...at, 'ephemeral', 'volumeClaimTemplate', 'spec', 'storageClassName']);
  }
  collect.add({ kind: 'PriorityClass', apiGroup: 'scheduling.k8s.io', use: 'class' }, [...path, 'priorityClassName']);
  collect.add({ kind: 'RuntimeClass', apiGroup: 'node.k8s.io', use: 'class' }, [...path, 'runtimeClassName']);
}

function coreReferences(collect: Collector, kind: string, value: JsonObject): void {
  if (kind === 'ServiceAccount') {
    for (const [index] of itemsOf(value['imagePullSecrets']))
      collect.add(PULL_SECRET, ['imagePullSecrets', index, 'name']);
    // The list of Secrets that pods may mount: no pod waits for it.
    for (const [index] of itemsOf(value['secrets'])) collect.add(SECRET_VOLUME, ['secrets', index, 'name'], true);
  } else if (kind === 'Secret') {
    if (value['type'] === 'kubernetes.io/service-account-token')
      collect.add(SERVICE_ACCOUNT, ['metadata', 'annotations', TOKEN_OWNER]);
  } else if (kind === 'PersistentVolumeClaim') {
    collect.add(STORAGE_CLASS, ['spec', 'storageClassName']);
    collect.add({ kind: 'PersistentVolume', apiGroup: '', use: 'claim' }, ['spec', 'volumeName']);
  }
}

function bindingReferences(collect: Collector, value: JsonObject): void {
  const role = textOf(valueAt(value, ['roleRef', 'kind']));
  if (role === 'Role' || role === 'ClusterRole')
    collect.add({ kind: role, apiGroup: RBAC_GROUP, use: 'role' }, ['roleRef', 'name']);
  for (const [index, subject] of itemsOf(value['subjects']))
    if (subject['kind'] === 'ServiceAccount')
      collect.add(
        { kind: 'ServiceAccount', apiGroup: '', use: 'subject' },
        ['subjects', index, 'name'],
        false,
        textOf(subject['namespace']),
      );
}

const CLUSTER_WIDE = new Set(['StorageClass', 'PriorityClass', 'RuntimeClass', 'PersistentVolume', 'ClusterRole']);

/** Takes down a reference where there is a name at all. */
class Collector {
  readonly references: Reference[] = [];
  readonly #value: JsonObject;
  readonly #namespace: string | undefined;

  constructor(placement: Placement) {
    this.#value = placement.value();
    this.#namespace = placement.resource.namespace;
  }

  add(
    target: Pick<Reference, 'kind' | 'apiGroup' | 'use'>,
    path: Path,
    isOptional?: boolean,
    namespace = this.#namespace,
  ): void {
    const name = textOf(valueAt(this.#value, path));
    if (name === undefined) return;
    const optional = isOptional ?? valueAt(this.#value, [...path.slice(0, -1), 'optional']) === true;
    const scoped = CLUSTER_WIDE.has(target.kind) ? undefined : namespace;
    this.references.push({ ...target, name, path, optional, ...(scoped !== undefined && { namespace: scoped }) });
  }
}

/** The objects in a list, with their places in it. */
export const itemsOf = (list: Json | undefined): readonly (readonly [index: number, item: JsonObject])[] =>
  Array.isArray(list) ? list.flatMap((item, index) => (isObject(item) ? [[index, item] as const] : [])) : [];

export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
