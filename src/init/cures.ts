/**
 * Errors among the chart's own hooks that a weight or a policy cures: one that comes too late for another, and one that is deleted while it is
 * still needed. Both have their cause in an object that may be of any kind.
 *
 * In comes the plan of a round, out come drafts for those objects, and drafts that were there are changed.
 */

import type { Finding } from '../model/finding.ts';
import { DEFAULT_DELETE_POLICY } from '../model/helm.ts';
import { formatResource } from '../model/manifest.ts';
import type { Placement, Plan } from '../model/plan.ts';
import { lacksOf } from '../release/lack.ts';
import { Release } from '../release/release.ts';
import { waitsOf } from '../waits/find.ts';
import { obstacleOf } from '../waits/obstacles.ts';
import type { Draft } from './draft.ts';
import type { DraftOptions } from './drafts.ts';
import { dropDuplicate } from './duplicates.ts';
import { claims, newDraft } from './providers.ts';

interface Round {
  readonly drafts: readonly Draft[];
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** The number of the render. */
  readonly at: number;
  readonly options: DraftOptions;
}

/** The new drafts; undefined when there is nothing to cure. */
export function cureHooks(round: Round): readonly Draft[] | undefined {
  const { plan, at, options } = round;
  const release = new Release(
    plan.placements,
    options.renders[at]?.release.circumstances ?? { timeoutSeconds: 0, wait: false },
  );
  const added: Draft[] = [];
  let changed = false;
  const draftFor = (placement: Placement): Draft | undefined => {
    if (placement.copyFor !== undefined) return undefined;
    const known = [...round.drafts, ...added].find((draft) => claims(draft, placement, at));
    if (known !== undefined) return known.ofChart && known.disabled === undefined ? known : undefined;
    const draft = newDraft(placement, at, [...round.drafts, ...added], options);
    if (draft !== undefined) added.push(draft);
    return draft;
  };
  for (const { code, resource } of round.findings) {
    const subject = plan.placements.find((one) => one.resource === resource && one.copyFor === undefined);
    if (subject === undefined) continue;
    if (code === 'name/duplicate') {
      const draft = dropDuplicate(subject, plan, at, [...round.drafts, ...added], options);
      if (draft !== undefined) {
        draft.tried.add('dropped');
        added.push(draft);
        changed = true;
      }
    }
    if (subject.hook === undefined) continue;
    // What it needs was brought by a hook that an entry takes out.
    if (code === 'refs/not-yet-created' && round.drafts.some(({ drop }) => drop) && claim(draftFor(subject)))
      changed = true;
    if (code === 'refs/created-too-late' || code === 'refs/waits-forever') {
      // What a new hook needs of the chart is behind it: then all new hooks begin later.
      if (round.drafts.some((draft) => !draft.ofChart && claims(draft, subject, at))) continue;
      for (const provider of comesLater(subject, release)) if (runEarlier(draftFor(provider), subject)) changed = true;
    } else if (
      code === 'refs/already-deleted' &&
      !round.drafts.some((draft) => draft.events && claims(draft, subject, at))
    )
      for (const provider of deletedEarly(subject, release))
        if (keepLonger(draftFor(provider), provider, subject)) changed = true;
  }
  return changed ? added.filter(({ tried }) => tried.size > 0) : undefined;
}

/** Hooks of the same event that it needs, or waits for, and that Helm runs behind it. */
function comesLater(user: Placement, release: Release): readonly Placement[] {
  const found = new Set<Placement>();
  for (const event of user.hook?.events ?? []) {
    for (const { state, provider } of lacksOf(user, event, release)) if (state === 'later-hook') found.add(provider);
    for (const wait of waitsOf(user, release)) {
      const obstacle = obstacleOf(wait, user, event, release);
      if (obstacle?.state === 'later-hook' && obstacle.missing !== user) found.add(obstacle.missing);
    }
  }
  return [...found];
}

/** The object itself where a workload needs it, else what a later hook needs. */
function deletedEarly(subject: Placement, release: Release): readonly Placement[] {
  const needed = (subject.hook?.events ?? []).flatMap((event) =>
    lacksOf(subject, event, release).flatMap(({ state, provider }) =>
      state === 'deleted' && provider.hook !== undefined ? [provider] : [],
    ),
  );
  return needed.length > 0 || !subject.hook?.deletes.includes('hook-succeeded') ? needed : [subject];
}

function claim(draft: Draft | undefined): boolean {
  if (draft === undefined || draft.tried.size > 0) return false;
  draft.tried.add('claimed');
  return true;
}

function runEarlier(draft: Draft | undefined, user: Placement): boolean {
  const weight = (user.hook?.weight ?? 0) - 1;
  const mark = `before ${formatResource(user.resource)} at ${weight}`;
  if (draft === undefined || draft.tried.has(mark) || (draft.weight ?? 0) <= weight) return false;
  draft.tried.add(mark);
  draft.weight = weight;
  draft.notes.set(
    'after',
    `${formatResource(user.resource)} needs it and ran first: by its weight, or by its name where weights are equal`,
  );
  return true;
}

function keepLonger(draft: Draft | undefined, provider: Placement, user: Placement): boolean {
  if (draft === undefined || draft.tried.has('kept longer')) return false;
  draft.tried.add('kept longer');
  const isLasting = provider === user;
  draft.deletePolicy = isLasting ? 'keep' : [DEFAULT_DELETE_POLICY];
  draft.notes.set(
    'policy',
    isLasting
      ? 'workloads of the release need it as long as they run: kept, it is applied again and never deleted'
      : `${formatResource(user.resource)} needs it after its own event, so hook-succeeded goes`,
  );
  return true;
}
