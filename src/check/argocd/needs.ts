/**
 * What a sync, or a deletion, waits for and lacks: `argocd/needs-later`, `argocd/deletion-lacks`.
 *
 * In: a resource that Argo CD waits for. Out: objects that the resource needs and that are applied only after it. There is no timeout, so the
 * operation hangs; a Job with a deadline fails instead.
 */

import { ARGO_WAVE } from '../../engines/argocd/annotations.ts';
import type { Moment } from '../../engines/moment.ts';
import type { Step } from '../../engines/run.ts';
import type { Cure, Finding } from '../../model/finding.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { annotate } from '../../order/annotate.ts';
import { type Need, needsOf } from '../../release/needs.ts';
import type { Check, Release } from '../../release/release.ts';
import { needsRights } from '../../release/uses-rights.ts';
import { patchCure } from '../cure.ts';
import { found } from './found.ts';
import { type Absence, absenceOf, describeAbsence, formatMoment, roleIn, runOf, stepAt, waitsFor } from './moments.ts';
import { ownNeedsOf } from './own-needs.ts';

export const checkArgoNeeds: Check = (placement, release) =>
  reportLacks('argocd/needs-later', 'first sync', placement, release);

export const checkDeletionNeeds: Check = (placement, release) =>
  roleIn(placement, release).atDeletion.length === 0
    ? []
    : reportLacks('argocd/deletion-lacks', 'deletion', placement, release);

/**
 * A SyncFail hook runs when the sync fails, and the failed sync waits for it: at the first sync only what came before the failure is there. Told is
 * the first hook whose failure leaves it without.
 */
export const checkSyncFailNeeds: Check = (placement, release) => {
  if (!roleIn(placement, release).phases.includes('SyncFail')) return [];
  const moment = failureOf(placement, release);
  if (moment === undefined) return [];
  const failed = moment.failed.subject.placement;
  const seen = new Set<string>();
  return [...needsOf(placement, release), ...ownNeedsOf(placement, release)].flatMap((need): readonly Finding[] => {
    if (need.optional || need.use === 'rights' || seen.has(need.name)) return [];
    if (absenceOfAll(need, placement, moment) === undefined) return [];
    seen.add(need.name);
    return [
      found(
        'argocd/needs-later',
        placement,
        `${subjectOf(need, placement)}, which is not there when the first sync fails in ${formatMoment(moment.failed)}${failed ? ` (${formatPlacement(failed)})` : ''}: the failed sync waits for ${formatPlacement(placement)} for ever`,
        {
          path: need.path,
          mark: need.name.slice(need.name.indexOf('/') + 1),
          severity: 'warning',
          hint: `make ${need.name} a SyncFail hook too where nothing else uses it, or write what ${formatPlacement(placement)} needs into its own manifest`,
        },
      ),
    ];
  });
};

/** When it runs after the first hook that can fail, in the first sync. */
function failureOf(placement: Placement, release: Release): (Moment & { readonly failed: Step }) | undefined {
  const sync = runOf('first sync', release);
  const at = sync.steps.findIndex(({ do: deed, owner }) => deed === 'wait' && owner === 'hook');
  const failed = sync.steps[at];
  if (failed === undefined) return undefined;
  const run = sync.failAt(at, 'failed');
  const step = run.steps.findIndex(({ do: deed, subject }) => deed === 'wait' && subject.placement === placement);
  return step < 0 ? undefined : { run, step, failed };
}

function reportLacks(
  code: 'argocd/needs-later' | 'argocd/deletion-lacks',
  operation: 'first sync' | 'deletion',
  placement: Placement,
  release: Release,
): readonly Finding[] {
  const told = new Map<string, Finding>();
  const missing = new Set<string>();
  for (const moment of waitsFor(placement, operation, release))
    for (const need of [...needsOf(placement, release), ...ownNeedsOf(placement, release)]) {
      if (need.optional || told.has(need.name)) continue;
      const absence = absenceOfAll(need, placement, moment);
      if (absence === undefined) continue;
      const certainty = need.use === 'rights' ? needsRights(placement, 'pre-install', release) : 'yes';
      // Where the account itself is lacking, its rights are no other fault.
      if (certainty === 'no' || (need.use === 'rights' && missing.has(need.account ?? ''))) continue;
      missing.add(need.name);
      const consequence = operation === 'deletion' ? 'the application cannot be deleted' : 'the first sync cannot end';
      told.set(
        need.name,
        found(
          code,
          placement,
          `${subjectOf(need, placement)}, ${describeAbsence(absence)}, and ${formatMoment(stepAt(moment))} waits for ${formatPlacement(placement)}: ${consequence}`,
          {
            path: need.path,
            mark: need.name.slice(need.name.indexOf('/') + 1),
            ...(certainty === 'maybe' && { severity: 'warning' as const }),
            hint: adviseFor(need, placement, absence, moment, release),
            ...cureFor(need, absence, moment),
          },
        ),
      );
    }
  return [...told.values()];
}

/** Undefined when one of the objects that may be meant exists. */
function absenceOfAll(need: Need, user: Placement, moment: Moment): Absence | undefined {
  let nearest: Absence | undefined;
  for (const provider of need.providers) {
    if (provider === user) return undefined;
    const absence = absenceOf(provider, moment);
    if (absence === undefined) return undefined;
    if (nearest?.later === undefined) nearest = absence;
  }
  return nearest;
}

function subjectOf(need: Need, user: Placement): string {
  if (need.use === 'rights')
    return `${formatPlacement(user)} runs as ${need.account}, whose rights come from ${need.name}`;
  return `${formatPlacement(user)} needs ${need.name}${need.relation === undefined ? '' : ` (${need.relation})`}`;
}

/** What is plain, and comes in a later wave of the same phase, can come with what needs it. */
function cureFor({ providers: [provider] }: Need, { later }: Absence, moment: Moment): { readonly cure?: Cure } {
  const { phase, wave = 0 } = stepAt(moment);
  if (provider === undefined || later?.phase !== phase || provider.hook !== undefined) return {};
  return { cure: patchCure(provider, annotate(provider.value(), { [ARGO_WAVE]: String(wave) })).cure };
}

function adviseFor(need: Need, user: Placement, { later }: Absence, moment: Moment, release: Release): string {
  const [provider] = need.providers;
  const what = provider === undefined ? need.name : formatPlacement(provider);
  const { phase, wave } = stepAt(moment);
  if (phase === 'PostDelete')
    return `make ${what} a PostDelete hook too (\`argocd.argoproj.io/hook: PostDelete\`), or run ${formatPlacement(user)} as a PreDelete hook`;
  if (later === undefined) return `take the hook annotations off ${what}, so that a sync applies it`;
  if (later.phase === phase)
    return `give ${what} the annotation \`argocd.argoproj.io/sync-wave: "${wave ?? 0}"\` or less`;
  if (!roleIn(user, release).isHook) return `make ${what} a plain resource in wave ${wave ?? 0} or before`;
  return later.phase === 'Sync'
    ? `make ${formatPlacement(user)} a Sync hook (\`argocd.argoproj.io/hook: Sync\`) in a wave after that of ${what} and before that of the app`
    : `move ${what} into phase ${phase}, wave ${wave ?? 0} or before`;
}
