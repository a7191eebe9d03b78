/**
 * Which fields of an object cannot change: the API server then refuses the whole change [Kubernetes, validation of updates][X].
 *
 * The fields that people's charts have; what a kind's controller or the API server writes by itself is in no manifest.
 */
import { isObject, type Json, type JsonObject, valueAt } from '../model/json.ts';
import type { Presence, Subject } from './world.ts';

/** Whether what is there can become what is applied. */
export function canBecome({ id: { kind }, placement }: Subject, { subject }: Presence): boolean {
  const fixed = FIXED[kind];
  if (fixed === undefined || placement === undefined || placement === subject.placement) return true;
  const now = subject.placement?.value();
  return now === undefined || JSON.stringify(fixed(placement.value())) === JSON.stringify(fixed(now));
}

type Part = Json | undefined;

const parts =
  (...paths: readonly string[]) =>
  (value: JsonObject): Part[] =>
    paths.map((path) => valueAt(value, path.split('.')));

/** All of `spec` but these. */
const allBut =
  (...keys: readonly string[]) =>
  (value: JsonObject): Part =>
    without(valueAt(value, ['spec']), keys);

const without = (value: Part, keys: readonly string[]): Part =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) : value;

/** Of a Pod only images and two times can change. */
function ofPod(value: JsonObject): Part[] {
  const imageless = (key: string): Part => {
    const containers = valueAt(value, ['spec', key]);
    return Array.isArray(containers) ? containers.map((each) => without(each, ['image']) ?? null) : containers;
  };
  const times = ['activeDeadlineSeconds', 'terminationGracePeriodSeconds'];
  return [
    allBut('containers', 'initContainers', ...times)(value),
    imageless('containers'),
    imageless('initContainers'),
  ];
}

const FIXED: Readonly<Record<string, (value: JsonObject) => Part | Part[]>> = {
  Job: parts('spec.template', 'spec.selector', 'spec.completionMode'),
  Pod: ofPod,
  StatefulSet: allBut(
    'replicas',
    'template',
    'updateStrategy',
    'ordinals',
    'revisionHistoryLimit',
    'persistentVolumeClaimRetentionPolicy',
    'minReadySeconds',
  ),
  Deployment: parts('spec.selector'),
  DaemonSet: parts('spec.selector'),
  ReplicaSet: parts('spec.selector'),
  PersistentVolumeClaim: allBut('resources', 'volumeAttributesClassName'),
  RoleBinding: parts('roleRef'),
  ClusterRoleBinding: parts('roleRef'),
  Secret: parts('type'),
};
