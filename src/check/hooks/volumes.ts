/**
 * Whose data a claim or a volume holds, and whether that goes when Helm deletes the object.
 *
 * A volume that was made beforehand outlives its claim: its reclaim policy is Retain unless its manifest says otherwise, and no
 * provisioner deletes what it did not make [kubernetes pkg/apis/core/v1/defaults.go, external-provisioner shouldDelete]. A claim whose volume is made
 * for it takes that along.
 */
import { isObject, type Json, valueAt } from '../../model/json.ts';
import { groupOf } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { itemsOf, referencesOf, textOf } from '../../release/references.ts';
import { once, type Release } from '../../release/release.ts';
import { providersOf } from '../../release/rights.ts';

/** True for a claim or volume whose data stays where it is when the object is deleted. */
export function isStoredElsewhere(placement: Placement, release: Release): boolean {
  const { kind } = placement.resource;
  if (kind === 'PersistentVolume') return isRetained(placement);
  if (kind !== 'PersistentVolumeClaim') return false;
  const volumes = volumesOf(placement, release);
  if (volumes.length > 0) return volumes.every(isRetained);
  const spec = placement.value()['spec'];
  // A volume of that name is there already, made by hand or for a claim before: a claim that names it means to keep it.
  if (textOf(valueAt(spec, ['volumeName'])) !== undefined) return true;
  const storageClass = textOf(valueAt(spec, ['storageClassName']));
  const classes = storageClass === undefined ? [] : release.find('StorageClass', storageClass, undefined);
  return classes.length > 0 && classes.every((one) => one.value()['reclaimPolicy'] === 'Retain');
}

/** Sources of volumes that no plugin of Kubernetes deletes: servers elsewhere, disks of nodes, and what a CSI driver has under a fixed handle. */
const ELSEWHERE = ['nfs', 'csi', 'hostPath', 'local', 'iscsi', 'fc', 'cephfs', 'rbd', 'glusterfs', 'azureFile'];

function isRetained(volume: Placement): boolean {
  const spec = volume.value()['spec'];
  const policy = valueAt(spec, ['persistentVolumeReclaimPolicy']) ?? 'Retain';
  // Recycle empties the volume.
  return (
    policy === 'Retain' || (policy === 'Delete' && isObject(spec) && ELSEWHERE.some((source) => isObject(spec[source])))
  );
}

/** The volumes of the stream that a claim may be bound to. */
function volumesOf(claim: Placement, release: Release): readonly Placement[] {
  const spec = claim.value()['spec'];
  const name = textOf(valueAt(spec, ['volumeName']));
  const volumes = release.byKind('PersistentVolume').filter(({ resource }) => groupOf(resource.apiVersion) === '');
  if (name !== undefined) return volumes.filter(({ resource }) => resource.name === name);
  const reserved = volumes.filter(
    (volume) => valueAt(volume.value(), ['spec', 'claimRef', 'name']) === claim.resource.name,
  );
  if (reserved.length > 0) return reserved;
  const selector = valueAt(spec, ['selector', 'matchLabels']);
  const wanted = isObject(selector) ? Object.entries(selector) : [];
  const storageClass = valueAt(spec, ['storageClassName']);
  // Only a class that the claim names itself, the empty one too, surely is that of the volume.
  if (typeof storageClass !== 'string' && wanted.length === 0) return [];
  return volumes.filter(
    (volume) =>
      (valueAt(volume.value(), ['spec', 'storageClassName']) ?? '') === (storageClass ?? '') &&
      wanted.every(([key, value]) => valueAt(volume.resource.labels, [key]) === value),
  );
}

/**
 * The first hook that uses a claim or volume, where hooks of its own events are all that use it: then it comes and goes with them. Undefined where
 * anything else does, or nothing.
 */
export function scratchUserOf(placement: Placement, release: Release): Placement | undefined {
  const { resource, hook } = placement;
  if (groupOf(resource.apiVersion) !== '' || hook === undefined) return undefined;
  const users =
    resource.kind === 'PersistentVolumeClaim'
      ? usersOf(placement, release)
      : resource.kind === 'PersistentVolume'
        ? release.byKind('PersistentVolumeClaim').filter((claim) => volumesOf(claim, release).includes(placement))
        : [];
  const isSameEvents = (user: Placement): boolean =>
    user.hook !== undefined &&
    user.hook.events.length > 0 &&
    user.hook.events.every((event) => hook.events.includes(event));
  return users.every(isSameEvents) ? users[0] : undefined;
}

/** What uses a claim: pods that mount it, and whatever else names it in a field for claims. */
const usersOf = (claim: Placement, release: Release): readonly Placement[] =>
  [...(namersOfClaims(release).get(claim.resource.name) ?? [])].filter(
    (user) =>
      user !== claim &&
      referencesOf(user).every(
        (reference) =>
          reference.use !== 'claim' ||
          reference.name !== claim.resource.name ||
          providersOf(reference, release).includes(claim),
      ),
  );

/** By the name of a claim, what names it. */
const namersOfClaims = once((release) => {
  const known = new Map<string, Set<Placement>>();
  const names = new Set(release.byKind('PersistentVolumeClaim').map(({ resource }) => resource.name));
  for (const placement of release.placements) {
    const text = placement.resource.text();
    if (![...names].some((name) => text.includes(name)) && placement.resource.kind !== 'StatefulSet') continue;
    for (const name of claimsNamedBy(placement, names)) known.set(name, (known.get(name) ?? new Set()).add(placement));
  }
  return known;
});

function claimsNamedBy(placement: Placement, names: ReadonlySet<string>): readonly string[] {
  const found = [...wordsForClaims(placement.value())].filter((name) => names.has(name));
  if (placement.resource.kind !== 'StatefulSet') return found;
  const templates = itemsOf(valueAt(placement.value(), ['spec', 'volumeClaimTemplates'])).map(
    ([, template]) => `${textOf(valueAt(template, ['metadata', 'name'])) ?? ''}-${placement.resource.name}-`,
  );
  const ofTemplates = [...names].filter((name) =>
    templates.some((start) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length))),
  );
  return [...found, ...ofTemplates];
}

/** Values of keys such as `claimName`, `existingClaim`, `persistentVolumeClaimName`, and the names of claims that are copied from. */
function* wordsForClaims(value: Json | undefined): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* wordsForClaims(item);
    return;
  }
  if (!isObject(value)) return;
  if (value['kind'] === 'PersistentVolumeClaim' && typeof value['name'] === 'string') yield value['name'];
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string') {
      if (/claim|pvc/i.test(key)) yield item;
    } else yield* wordsForClaims(item);
  }
}
