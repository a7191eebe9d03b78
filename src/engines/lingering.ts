/**
 * Which objects outlast the request to delete them: something still has to happen first, and until then Kubernetes lets them be changed but not stay.
 *
 * A Pod that runs has its grace period, a Namespace empties itself, a claim waits for the pods that mount it [Kubernetes, storage object in use
 * protection], finalizers wait for their controllers. A Job goes at once; its pods stop on their own time.
 */
import { type JsonObject, valueAt } from '../model/json.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import type { Presence, World } from './world.ts';

/** `briefly`: it goes by itself; `held`: it stays as long as a pod mounts it; undefined: it is gone at once. */
export function lingers(presence: Presence, world: World): 'briefly' | 'held' | undefined {
  const { subject, run } = presence;
  if (
    subject.id.kind === 'PersistentVolumeClaim' &&
    [...world.values()].some((other) => mounts(other, subject.id.name))
  )
    return 'held';
  const finalizers = valueAt(subject.placement?.value(), ['metadata', 'finalizers']);
  const isSlow =
    (Array.isArray(finalizers) && finalizers.length > 0) ||
    subject.id.kind === 'Namespace' ||
    (subject.id.kind === 'Pod' && run === 'running');
  return isSlow ? 'briefly' : undefined;
}

/** A pod that has ended holds no claim. */
function mounts({ subject, run }: Presence, claim: string): boolean {
  const path = podSpecPath(subject.id.kind);
  if (path === undefined || subject.id.kind === 'CronJob' || run === 'succeeded' || run === 'failed') return false;
  const volumes = valueAt(subject.placement?.value(), [...path, 'volumes']);
  if (!Array.isArray(volumes)) return false;
  return volumes.some((volume) => valueAt(volume as JsonObject, ['persistentVolumeClaim', 'claimName']) === claim);
}
