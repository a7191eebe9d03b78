/**
 * Who waits in a sync for what comes only later: `argocd/waits-forever`, `argocd/names-later-service`.
 *
 * Argo CD goes on only when a wave is healthy, so a Deployment that waits for a PostSync Job is what `helm --wait` makes of it, and cannot be
 * switched off.
 */
import type { Moment } from '../../engines/moment.ts';
import type { Finding } from '../../model/finding.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { waitsOf } from '../../waits/find.ts';
import { selectedBy } from '../../waits/obstacles.ts';
import { type Waiter, waitersFor } from '../../waits/waiters.ts';
import { servicesNamedBy } from '../waits/mentions.ts';
import { formatPlace, reportWait } from '../waits/report.ts';
import { found } from './found.ts';
import { type Absence, absenceOf, describeAbsence, formatMoment, roleIn, stepAt, waitsFor } from './moments.ts';

export const checkArgoWaits: Check = (placement, release) => {
  const moments = waitsFor(placement, 'first sync', release);
  if (moments.length === 0) return [];
  const named = waitsOf(placement, release).flatMap((wait): Finding[] => {
    const [target] = wait.targets;
    if (wait.patience === 'then-goes-on' || target === undefined) return [];
    for (const moment of moments) {
      const absences = wait.targets.map((one) => unavailable(one, placement, moment, release, wait.dns));
      const [absence] = absences;
      if (absence === undefined || absences.includes(undefined)) continue;
      return [
        reportWait({
          code: 'argocd/waits-forever',
          message: `${formatPlacement(placement)} (${formatPlace(wait)}) waits for ${formatPlacement(target)}, ${describeAbsence(absence)}, when ${formatMoment(stepAt(moment))} is healthy, which waits for ${formatPlacement(placement)}`,
          hint: adviseFor(target, placement, moment),
          hook: placement,
          mover: roleIn(placement, release).isHook ? placement : target,
          resource: placement.resource,
          wait,
        }),
      ];
    }
    return [];
  });
  return [...named, ...(named.length > 0 ? [] : byMeaning(placement, moments, release))];
};

/** Workloads that ask for the schema, or for the cluster, that a later Job makes. */
function byMeaning(placement: Placement, moments: readonly Moment[], release: Release): readonly Finding[] {
  for (const { job, waiter } of waitersOf(release).get(placement) ?? [])
    for (const moment of moments) {
      const absence = absenceOf(job, moment);
      if (absence?.later === undefined) continue;
      return [
        reportWait({
          code: 'argocd/waits-forever',
          message: `${formatPlacement(placement)} (${formatPlace(waiter.wait)}) waits for ${waiter.for}, ${describeAbsence(absence)}, when ${formatMoment(stepAt(moment))} is healthy, which waits for ${formatPlacement(placement)}`,
          hint: adviseFor(job, placement, moment),
          hook: job,
          resource: placement.resource,
          wait: waiter.wait,
        }),
      ];
    }
  return [];
}

const waitersOf = once((release) => {
  const index = new Map<Placement, { readonly job: Placement; readonly waiter: Waiter }[]>();
  for (const job of release.byKind('Job'))
    if (waitsFor(job, 'first sync', release).length > 0)
      for (const waiter of waitersFor(job, release)) {
        const known = index.get(waiter.placement) ?? [];
        index.set(waiter.placement, [...known, { job, waiter }]);
      }
  return index;
});

/** Jobs that name a Service whose pods come later: they fail to connect, unless they never do. */
export const checkArgoMentions: Check = (placement, release) => {
  const { kind } = placement.resource;
  if (kind !== 'Job' && kind !== 'Pod') return [];
  const moments = waitsFor(placement, 'first sync', release);
  if (moments.length === 0) return [];
  const waited = new Set(
    waitsOf(placement, release).flatMap(({ targets, patience }) => (patience === 'then-goes-on' ? [] : targets)),
  );
  for (const { services, path, where } of servicesNamedBy(placement, release)) {
    const [service] = services;
    if (service === undefined || services.some((one) => waited.has(one))) continue;
    for (const moment of moments) {
      const absences = services.map((one) => unavailable(one, placement, moment, release, false));
      const [absence] = absences;
      if (absence === undefined || absences.includes(undefined)) continue;
      return [
        found(
          'argocd/names-later-service',
          placement,
          `${formatPlacement(placement)} names ${formatPlacement(service)} (${where}), ${describeAbsence(absence)}, and ${formatMoment(stepAt(moment))} waits for ${formatPlacement(placement)}`,
          { path, hint: adviseFor(service, placement, moment) },
        ),
      ];
    }
  }
  return [];
};

/** The object is not there, or none of the pods behind it. */
function unavailable(
  target: Placement,
  user: Placement,
  moment: Moment,
  release: Release,
  nameAlone: boolean,
): Absence | undefined {
  if (target === user || target.gone !== undefined) return undefined;
  const absence = absenceOf(target, moment);
  if (absence !== undefined || nameAlone || target.resource.kind !== 'Service') return absence;
  const pods = selectedBy(target, release).map((workload) => absenceOf(workload, moment));
  return pods.includes(undefined) ? undefined : pods[0];
}

function adviseFor(target: Placement, user: Placement, moment: Moment): string {
  const { phase } = stepAt(moment);
  const [earlier, later] = [formatPlacement(target), formatPlacement(user)];
  return phase === 'PreSync'
    ? `make ${later} a Sync hook (\`argocd.argoproj.io/hook: Sync\`) in a wave after that of ${earlier}`
    : `make ${earlier} a Sync hook or a plain resource in a wave before that of ${later}`;
}
