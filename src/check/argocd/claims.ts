/**
 * `argocd/claim-unbound`: a claim that binds when a pod uses it, in a wave that waits until it is bound, and its first pod later.
 */
import { valueAt } from '../../model/json.ts';
import { groupOf } from '../../model/manifest.ts';
import { addTo } from '../../model/maps.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { referencesOf, textOf } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { providersOf } from '../../release/rights.ts';
import { found } from './found.ts';
import { absenceOf, formatMoment, stepAt, waitsFor } from './moments.ts';

export const checkClaims: Check = (placement, release) => {
  const { kind, apiVersion } = placement.resource;
  if (kind !== 'PersistentVolumeClaim' || groupOf(apiVersion) !== '') return [];
  const [moment] = waitsFor(placement, 'first sync', release);
  if (moment === undefined) return [];
  const binds = bindingOf(placement, release);
  if (binds === 'at-once') return [];
  const users = usersOf(release).get(placement) ?? [];
  if (users.some((user) => absenceOf(user, moment) === undefined)) return [];
  const [first] = users;
  // Of a class that is not in the stream, only a pod that is shows that the claim is used at all.
  if (binds === 'unknown' && first === undefined) return [];
  const later = first && absenceOf(first, moment)?.later;
  const user = first === undefined ? 'no pod of the stream uses it' : `${formatPlacement(first)} is its first`;
  const where = later === undefined ? '' : `, in ${formatMoment(later)}`;
  const when = binds === 'unknown' ? ' where its StorageClass binds at the first use, as most do' : '';
  return [
    found(
      'argocd/claim-unbound',
      placement,
      `${formatPlacement(placement)} is bound only when a pod uses it${when}, and ${user}${where}: ${formatMoment(stepAt(moment))} waits for it for ever`,
      {
        ...(binds === 'unknown' && { severity: 'warning' as const }),
        hint:
          first === undefined
            ? 'take the wave off the claim, so that nothing comes after it'
            : `give the claim the phase and the wave of ${formatPlacement(first)}, or a StorageClass with \`volumeBindingMode: Immediate\``,
      },
    ),
  ];
};

/** Pods that mount a claim; those of a CronJob come when they come. */
const usersOf = once((release) => {
  const users = new Map<Placement, Placement[]>();
  for (const user of release.placements) {
    if (user.resource.kind === 'CronJob') continue;
    for (const reference of referencesOf(user))
      if (reference.use === 'claim') for (const claim of providersOf(reference, release)) addTo(users, claim, user);
  }
  return users;
});

function bindingOf(claim: Placement, release: Release): 'at-once' | 'first-use' | 'unknown' {
  const spec = claim.value()['spec'];
  const storageClass = valueAt(spec, ['storageClassName']);
  // A volume that exists, or one that is made by hand.
  if (textOf(valueAt(spec, ['volumeName'])) !== undefined || storageClass === '') return 'at-once';
  const name = textOf(storageClass);
  const isMade = release.byKind('PersistentVolume').some((volume) => {
    const reserved = valueAt(volume.value(), ['spec', 'claimRef', 'name']);
    const ofClass = textOf(valueAt(volume.value(), ['spec', 'storageClassName']));
    return reserved === claim.name || (reserved === undefined && name !== undefined && ofClass === name);
  });
  if (isMade) return 'at-once';
  const [known] = name === undefined ? [] : release.find('StorageClass', name, undefined);
  if (known === undefined) return 'unknown';
  return known.value()['volumeBindingMode'] === 'WaitForFirstConsumer' ? 'first-use' : 'at-once';
}
