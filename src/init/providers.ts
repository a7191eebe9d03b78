/**
 * Hooks of the chart that bring what other hooks need, such as a ConfigMap before install: when an entry moves a hook to another event, these
 * have to come along.
 *
 * In comes the plan that lacks something, out come drafts for what should be there, and drafts that were there get more events.
 */

import type { Event } from '../model/helm.ts';
import { formatResource } from '../model/manifest.ts';
import type { Placement, Plan } from '../model/plan.ts';
import { lacksOf } from '../release/lack.ts';
import { Release } from '../release/release.ts';
import type { Draft } from './draft.ts';
import { type DraftOptions, draftOfChart } from './drafts.ts';

/** The new drafts, by the plan for the render with the number `at`; undefined when there is nothing to bring along. */
export function bringProviders(
  drafts: readonly Draft[],
  plan: Plan,
  at: number,
  options: DraftOptions,
): readonly Draft[] | undefined {
  const release = new Release(
    plan.placements,
    options.renders[at]?.release.circumstances ?? { timeoutSeconds: 0, wait: false },
  );
  const added: Draft[] = [];
  let changed = false;
  for (const user of plan.placements) {
    if (user.rule === undefined || user.copyFor !== undefined) continue;
    for (const event of user.hook?.events ?? [])
      for (const { provider, state } of lacksOf(user, event, release)) {
        if (provider.hook === undefined || provider.copyFor !== undefined || state === 'later-hook') continue;
        const known = [...drafts, ...added].find((draft) => claims(draft, provider, at));
        const draft = known ?? newDraft(provider, at, [...drafts, ...added], options);
        if (draft === undefined || !addEvent(draft, event, user)) continue;
        if (known === undefined) added.push(draft);
        changed = true;
      }
  }
  return changed ? added : undefined;
}

/** True for the draft that claims this placement of the render with the number `at`. */
export const claims = ({ subject }: Draft, { resource }: Placement, at: number): boolean =>
  subject.in[at]?.resource.document.index === resource.document.index;

/** A draft for a hook of the chart that no entry claims yet. */
export function newDraft(
  { resource }: Placement,
  at: number,
  drafts: readonly Draft[],
  options: DraftOptions,
): Draft | undefined {
  const subject = options.subjects.find((one) => one.in[at]?.resource.document.index === resource.document.index);
  return subject && draftOfChart(subject, new Set(drafts.map(({ name }) => name)), options);
}

function addEvent(draft: Draft, event: Event, user: Placement): boolean {
  const events = draft.events ?? draft.placement.hook?.events ?? [];
  if (draft.disabled !== undefined || events.includes(event)) return false;
  draft.events = [...events, event];
  draft.notes.set('events', `${formatResource(user.resource)} needs it in ${draft.events.slice(-1).join()} too`);
  return true;
}
