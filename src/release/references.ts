/**
 * What one resource needs by name, read from its fields: pod specs, service accounts, role bindings, claims.
 *
 * In comes a placement, out come references in the order of its fields. Whether what they name exists, and when, is not known
 * here (see rights.ts and availability.ts). Invariant: the value at `path` is `name`, so a reference can be rewritten there.
 */
import { isObject, type Json, type JsonObject, type Path, valueAt } from '../model/json.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import { groupOf } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';

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
  /** What of a ConfigMap or Secret is read; absent where all of it is, or may be. */
  readonly keys?: readonly string[];
}

/** The same for references that mean the same objects. */
export const keyOf = ({ apiGroup, kind, namespace, name }: Reference): string =>
  `${apiGroup}/${kind}/${namespace ?? ''}/${name}`;

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
  const root: Place = { value: placement.value(), path: [] };
  const pod = podSpecOf(placement);
  if (pod !== undefined) podReferences(collect, placement, { value: pod.spec, path: pod.path });
  if (kind === 'StatefulSet') {
    const templates = ['spec', 'volumeClaimTemplates'];
    eachItem(valueAt(root.value, templates), (_, index) =>
      collect.add(STORAGE_CLASS, root, [...templates, index, 'spec', 'storageClassName']),
    );
  }
  if (groupOf(apiVersion) === '') coreReferences(collect, kind, root);
  if (groupOf(apiVersion) === RBAC_GROUP && kind.endsWith('RoleBinding')) bindingReferences(collect, root);
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
  ['configMapKeyRef', 'configMapRef', { kind: 'ConfigMap', apiGroup: '', use: 'env' }],
  ['secretKeyRef', 'secretRef', { kind: 'Secret', apiGroup: '', use: 'env' }],
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

const PROJECTED_SOURCES = [
  ['configMap', { kind: 'ConfigMap', apiGroup: '', use: 'volume' }],
  ['secret', SECRET_VOLUME],
] as const;

function podReferences(collect: Collector, placement: Placement, pod: Place): void {
  collect.add(SERVICE_ACCOUNT, pod, ['serviceAccountName']);
  collect.add(SERVICE_ACCOUNT, pod, ['serviceAccount']);
  eachItem(pod.value['imagePullSecrets'], (_, index) =>
    collect.add(PULL_SECRET, pod, ['imagePullSecrets', index, 'name']),
  );
  for (const container of containersOf(placement))
    for (const [valueFrom, envFrom, target] of ENV_SOURCES) {
      eachItem(container.value['env'], (variable, index) => {
        if (!('valueFrom' in variable)) return;
        const key = textOf(valueAt(variable, ['valueFrom', valueFrom, 'key']));
        const keys = key === undefined ? undefined : [key];
        collect.add(target, container, ['env', index, 'valueFrom', valueFrom, 'name'], { keys });
      });
      eachItem(container.value['envFrom'], (_, index) =>
        collect.add(target, container, ['envFrom', index, envFrom, 'name']),
      );
    }
  eachItem(pod.value['volumes'], (value, index) =>
    volumeReferences(collect, { value, path: [...pod.path, 'volumes', index] }),
  );
  collect.add({ kind: 'PriorityClass', apiGroup: 'scheduling.k8s.io', use: 'class' }, pod, ['priorityClassName']);
  collect.add({ kind: 'RuntimeClass', apiGroup: 'node.k8s.io', use: 'class' }, pod, ['runtimeClassName']);
}

function volumeReferences(collect: Collector, volume: Place): void {
  for (const [kind, name, use] of VOLUME_SOURCES)
    if ((name[0] ?? '') in volume.value) {
      const keys = itemKeysOf(valueAt(volume.value, [...name.slice(0, -1), 'items']));
      collect.add({ kind, apiGroup: '', use }, volume, name, { keys });
    }
  eachItem(valueAt(volume.value, ['projected', 'sources']), (source, index) => {
    for (const [key, target] of PROJECTED_SOURCES) {
      const keys = itemKeysOf(valueAt(source, [key, 'items']));
      collect.add(target, volume, ['projected', 'sources', index, key, 'name'], { keys });
    }
  });
  if ('csi' in volume.value) collect.add(SECRET_PROVIDER, volume, ['csi', 'volumeAttributes', 'secretProviderClass']);
  if ('ephemeral' in volume.value)
    collect.add(STORAGE_CLASS, volume, ['ephemeral', 'volumeClaimTemplate', 'spec', 'storageClassName']);
}

/** The keys that `items` of a volume name; undefined where the volume has all. */
function itemKeysOf(items: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(items) || items.length === 0) return undefined;
  const keys = items.flatMap((item) => textOf(valueAt(item, ['key'])) ?? []);
  return keys.length === items.length ? keys : undefined;
}

function coreReferences(collect: Collector, kind: string, root: Place): void {
  if (kind === 'ServiceAccount') {
    eachItem(root.value['imagePullSecrets'], (_, index) =>
      collect.add(PULL_SECRET, root, ['imagePullSecrets', index, 'name']),
    );
    // The list of Secrets that pods may mount: no pod waits for it.
    eachItem(root.value['secrets'], (_, index) =>
      collect.add(SECRET_VOLUME, root, ['secrets', index, 'name'], { optional: true, keys: [] }),
    );
  } else if (kind === 'Secret') {
    if (root.value['type'] === 'kubernetes.io/service-account-token')
      collect.add(SERVICE_ACCOUNT, root, ['metadata', 'annotations', TOKEN_OWNER]);
  } else if (kind === 'PersistentVolumeClaim') {
    collect.add(STORAGE_CLASS, root, ['spec', 'storageClassName']);
    collect.add({ kind: 'PersistentVolume', apiGroup: '', use: 'claim' }, root, ['spec', 'volumeName']);
  }
}

function bindingReferences(collect: Collector, root: Place): void {
  const role = textOf(valueAt(root.value, ['roleRef', 'kind']));
  if (role === 'Role' || role === 'ClusterRole')
    collect.add({ kind: role, apiGroup: RBAC_GROUP, use: 'role' }, root, ['roleRef', 'name']);
  eachItem(root.value['subjects'], (subject, index) => {
    const target = { kind: 'ServiceAccount', apiGroup: '', use: 'subject' } as const;
    if (subject['kind'] === 'ServiceAccount')
      collect.add(target, root, ['subjects', index, 'name'], {
        optional: false,
        namespace: textOf(subject['namespace']),
      });
  });
}

const CLUSTER_WIDE = new Set(['StorageClass', 'PriorityClass', 'RuntimeClass', 'PersistentVolume', 'ClusterRole']);

/** An object in a resource, and where it stands in it. */
type Place = Pick<Container, 'value' | 'path'>;

/** Takes down a reference where there is a name at all. */
class Collector {
  readonly references: Reference[] = [];
  readonly #namespace: string | undefined;

  constructor(placement: Placement) {
    this.#namespace = placement.resource.namespace;
  }

  /** `steps` lead from the place to the name. */
  add(
    target: Pick<Reference, 'kind' | 'apiGroup' | 'use'>,
    place: Place,
    steps: Path,
    known: {
      readonly optional?: boolean;
      readonly namespace?: string | undefined;
      readonly keys?: readonly string[] | undefined;
    } = {},
  ): void {
    const name = textOf(valueAt(place.value, steps));
    if (name === undefined) return;
    const path = [...place.path, ...steps];
    const optional = known.optional ?? valueAt(place.value, [...steps.slice(0, -1), 'optional']) === true;
    const namespace = CLUSTER_WIDE.has(target.kind) ? undefined : (known.namespace ?? this.#namespace);
    const { keys } = known;
    this.references.push({
      ...target,
      name,
      path,
      optional,
      ...(namespace !== undefined && { namespace }),
      ...(keys && { keys }),
    });
  }
}

/** Visits the objects in a list, with their places in it. */
export function eachItem(list: Json | undefined, visit: (item: JsonObject, index: number) => void): void {
  if (!Array.isArray(list)) return;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (isObject(item)) visit(item, index);
  }
}

/** The objects in a list, with their places in it. */
export const itemsOf = (list: Json | undefined): readonly (readonly [index: number, item: JsonObject])[] =>
  Array.isArray(list) ? list.flatMap((item, index) => (isObject(item) ? [[index, item] as const] : [])) : [];

export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
