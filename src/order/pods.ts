/**
 * What `pod` writes into the pods of a resource: settings that the config gives, and what the pods lack and a workload (`like`) has.
 *
 * An empty value counts as none, as Kubernetes takes it. From a workload come the settings that decide whether a pod is pulled, placed and
 * admitted. Its labels and annotations do not, which Services and side-cars go by; nor its distance to other pods, which is for the app.
 */
import type { PodValues } from '../model/config.ts';
import {
  isEqual,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  type Operation,
  type Path,
  pointer,
  valueAt,
} from '../model/json.ts';
import { applyPatch } from '../model/json-patch.ts';
import { podSpecPath } from '../model/kubernetes.ts';

/** A resource that runs pods. */
export interface Workload {
  readonly kind: string;
  readonly value: JsonObject;
}

export interface PodStep {
  readonly values: PodValues;
  readonly like: Workload | undefined;
  /** The values are for what the pods lack. */
  readonly fills: boolean;
}

/** Keys of a pod spec. */
const OF_SPEC = [
  'imagePullSecrets',
  'nodeSelector',
  'tolerations',
  'affinity',
  'priorityClassName',
  'runtimeClassName',
  'securityContext',
] as const satisfies readonly (keyof PodValues)[];

/** Where nodes are chosen. */
const NODES: readonly Path[] = [['nodeSelector'], ['affinity', 'nodeAffinity']];

const isSet = (value: Json | undefined): value is Json =>
  value !== undefined && value !== null && value !== '' && (typeof value !== 'object' || Object.keys(value).length > 0);

/** The steps in their order. `isOpen` is false for what a `patch` has the last word on. */
export function podOperations(
  { kind, value }: Workload,
  steps: readonly PodStep[],
  isOpen: (path: Path) => boolean,
): readonly Operation[] {
  const path = podSpecPath(kind);
  if (path === undefined || !isObject(valueAt(value, path))) return [];
  const pod = new Pod(value, path, isOpen);
  for (const { values, like, fills } of steps) {
    pod.take(values, fills);
    if (like !== undefined) pod.follow(like);
  }
  return pod.operations;
}

class Pod {
  readonly operations: Operation[] = [];
  /** With all operations. */
  private value: JsonObject;
  private readonly path: Path;
  private readonly isOpen: (path: Path) => boolean;

  constructor(value: JsonObject, path: Path, isOpen: (path: Path) => boolean) {
    this.value = value;
    this.path = path;
    this.isOpen = isOpen;
  }

  take(values: PodValues, fills: boolean): void {
    for (const key of OF_SPEC) if (values[key] !== undefined) this.set([...this.path, key], values[key], fills);
    if (values.resources !== undefined)
      for (const container of this.containers()) this.set([...container, 'resources'], values.resources, fills);
    for (const key of ['labels', 'annotations'] as const)
      for (const [name, text] of Object.entries(values[key] ?? {}))
        this.set([...this.path.slice(0, -1), 'metadata', key, name], text, fills);
  }

  follow({ kind, value }: Workload): void {
    const path = podSpecPath(kind) ?? [];
    const has = (steps: Path): boolean => isSet(valueAt(this.value, [...this.path, ...steps]));
    const containers = this.containers();
    const hasContext = has(['securityContext']);
    const isGuarded = containers.every((container) => isSet(valueAt(this.value, [...container, 'securityContext'])));
    const isPlaced = NODES.some(has);
    const wanted: readonly Path[] = [
      ...OF_SPEC.filter((key) => key !== 'affinity' && key !== 'nodeSelector').map((key) => [key]),
      ...(isPlaced ? [] : NODES),
    ];
    for (const steps of wanted) {
      const found = valueAt(value, [...path, ...steps]);
      if (isSet(found) && !(steps[0] === 'securityContext' && isGuarded))
        this.set([...this.path, ...steps], found, true);
    }
    // By the names of the containers, and otherwise as the first one has it.
    const models = listOf(valueAt(value, [...path, 'containers'])).filter(isObject);
    for (const container of containers) {
      const name = valueAt(this.value, [...container, 'name']);
      const model = models.find((each) => each['name'] === name) ?? models[0];
      for (const key of hasContext ? ['resources'] : ['resources', 'securityContext'])
        if (isSet(model?.[key])) this.set([...container, key], model[key], true);
    }
  }

  private containers(): readonly Path[] {
    return ['initContainers', 'containers'].flatMap((key) =>
      listOf(valueAt(this.value, [...this.path, key])).flatMap((each, at): readonly Path[] =>
        isObject(each) ? [[...this.path, key, at]] : [],
      ),
    );
  }

  private set(path: Path, want: Json, fills: boolean): void {
    const current = valueAt(this.value, path);
    if (!this.isOpen(path) || (fills ? isSet(current) : isEqual(current, want))) return;
    for (let length = 1; length < path.length; length++) {
      const parent = valueAt(this.value, path.slice(0, length));
      if (!isObject(parent) && !Array.isArray(parent)) this.write(path.slice(0, length), {});
    }
    this.write(path, want);
  }

  private write(path: Path, value: Json): void {
    const operation: Operation = {
      op: valueAt(this.value, path) === undefined ? 'add' : 'replace',
      path: pointer(path),
      value,
    };
    const done = applyPatch(this.value, [operation]);
    if ('error' in done) throw new Error(`own operation on ${operation.path} cannot be applied: ${done.error}`);
    this.value = done.value;
    this.operations.push(operation);
  }
}
