/**
 * The claims that the controller of StatefulSets makes for their pods. Helm never owned them, whether the StatefulSet is a hook or not
 * [Kubernetes, persistentVolumeClaimRetentionPolicy][X].
 */
import { isObject, valueAt } from '../../model/json.ts';
import type { Recorder } from '../recorder.ts';
import type { Step } from '../run.ts';
import type { Subject } from '../world.ts';

/** The StatefulSet has been applied. */
export function makeClaims(subject: Subject, phase: Step['phase'], recorder: Recorder): void {
  for (const claim of claimsOf(subject))
    if (recorder.presenceOf(claim) === undefined)
      recorder.take({ phase, do: 'create', subject: claim, because: 'claim-of-statefulset', owner: 'controller' });
}

/** The StatefulSet has been deleted: its claims stay, unless it says otherwise. */
export function endClaims(subject: Subject, phase: Step['phase'], recorder: Recorder): void {
  const retention = ['spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted'];
  const goes = valueAt(subject.placement?.value(), retention) === 'Delete';
  for (const claim of claimsOf(subject)) {
    const there = recorder.presenceOf(claim);
    if (there === undefined) continue;
    const step = { phase, subject: claim, because: 'claim-of-statefulset', owner: there.owner } as const;
    // The controller deletes it when no pod mounts it any more.
    recorder.take(goes ? { ...step, do: 'delete', awaited: true } : { ...step, do: 'keep' });
  }
}

/** For its first pod: `TEMPLATE-SET-0`. One stands for those of all its pods. */
function claimsOf({ id, placement, revision }: Subject): readonly Subject[] {
  if (id.kind !== 'StatefulSet' || placement === undefined) return [];
  const templates = valueAt(placement.value(), ['spec', 'volumeClaimTemplates']);
  if (!Array.isArray(templates)) return [];
  return templates.flatMap((template) => {
    const name = isObject(template) ? valueAt(template, ['metadata', 'name']) : undefined;
    if (typeof name !== 'string') return [];
    const { namespace } = id;
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      ...(namespace !== undefined && { namespace }),
      name: `${name}-${id.name}-0`,
    };
    return [{ id: claim, key: `/PersistentVolumeClaim/${namespace ?? ''}/${claim.name}`, revision }];
  });
}
