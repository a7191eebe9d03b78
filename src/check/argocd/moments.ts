/**
 * Argo CD's operations on the stream, and the objects that exist at each moment at which an operation waits.
 *
 * Argo CD applies a whole wave before it waits for its first object. So a moment is the step that waits: objects that exist then can be used. Objects
 * of a later step cannot come, because the sync goes on only when the wait has ended.
 */

import { type ArgoRole, roleOf } from '../../engines/argocd/annotations.ts';
import { type ArgoOperation, argocd, USUAL_ARGO } from '../../engines/argocd/simulate.ts';
import { argoSubject } from '../../engines/argocd/sync.ts';
import { existenceOf, type Moment } from '../../engines/moment.ts';
import type { Run, Step } from '../../engines/run.ts';
import { addTo } from '../../model/maps.ts';
import type { Placement } from '../../model/plan.ts';
import { once, type Release } from '../../release/release.ts';

/** The run of an operation in which all goes well. */
export const runOf = once(
  (operation: ArgoOperation, { placements }: Release): Run => argocd.simulate(placements, operation, USUAL_ARGO),
);

/** What Argo CD reads of its annotations. */
export const roleIn = once((placement: Placement, _: Release): ArgoRole => roleOf(placement.value()));

/** True for a hook that some sync applies. */
export const isSyncHook = (placement: Placement, release: Release): boolean => {
  const { isHook, phases } = roleIn(placement, release);
  return isHook && phases.length > 0;
};

const waitsIn = once((operation: ArgoOperation, release: Release): ReadonlyMap<Placement, readonly Moment[]> => {
  const run = runOf(operation, release);
  const found = new Map<Placement, Moment[]>();
  for (const [step, { do: deed, subject }] of run.steps.entries())
    if (deed === 'wait' && subject.placement !== undefined) addTo(found, subject.placement, { run, step });
  return found;
});

/** The steps at which an operation waits for it. */
export const waitsFor = (
  placement: Placement,
  operation: 'first sync' | 'deletion',
  release: Release,
): readonly Moment[] => waitsIn(operation, release).get(placement) ?? [];

export const stepAt = ({ run, step }: Moment): Step => run.steps[step] as Step;

export type Absence = { readonly later?: Step; readonly deleted?: Step };

/** Undefined when it is there. */
export function absenceOf(placement: Placement, moment: Moment): Absence | undefined {
  const { revision } = stepAt(moment).subject;
  const existence = existenceOf(argoSubject(placement, revision).key, moment);
  if (existence.is === 'there') return undefined;
  const { later, deleted } = existence;
  return { ...(later && { later }), ...(deleted && { deleted }) };
}

/** `PreSync wave -5`; the phase alone where there are no waves. */
export const formatMoment = ({ phase, wave }: Pick<Step, 'phase' | 'wave'>): string =>
  wave === undefined ? phase : `${phase} wave ${wave}`;

/** What an absent object is waited for in vain. */
export function describeAbsence({ later, deleted }: Absence): string {
  if (later !== undefined) return `which Argo CD applies only in ${formatMoment(later)}`;
  if (deleted !== undefined) return 'which is deleted by then';
  return 'which no sync applies';
}
