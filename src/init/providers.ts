/**
 * Hooks of the chart that bring what other hooks need, such as a ConfigMap before install: when an entry moves a hook to another event, these
 * have to come along.
 *
 * In comes the plan that lacks something, out come drafts for what should be there, and drafts that were there get more events.
 */
import { makeContext } from '../check/context.ts';
import { lacksOf } from '../check/needs/existence.ts';
import { DEFAULT_DELETE_POLICY, type Event } from '../model/helm.ts';
import { formatResource } from '../model/manifest.ts';
import type { Placement, Plan } from '../model/plan.ts';
import type { Draft } from './draft.ts';
import { type DraftOptions, draftOfChart } from './drafts.ts';

/** The new drafts; undefined when there is nothing to bring along. */
export function bringProviders(
  drafts: readonly Draft[],
  plan: Plan,
  options: DraftOptions,
): readonly Draft[] | undefined {
  const context = makeContext(plan.placements, options.context);
  const added: Draft[] = [];
  let changed = false;
  for (const user of plan.placements) {
    if (user.rule === undefined || user.copyFor !== undefined) continue;
    for (const event of user.hook?.events ?? [])
      for (const { provider, state } of lacksOf(user, event, context)) {
        if (provider.hook === undefined || provider.copyFor !== undefined || state === 'later-hook') continue;
        const known = [...drafts, ...added].find((draft) => isOf(draft, provider));
        const draft = known ?? newDraft(provider, [...drafts, ...added], options);
        if (draft === undefined || !addEvent(draft, event, user)) continue;
        if (known === undefined) added.push(draft);
        changed = true;
      }
  }
  return changed ? added : undefined;
}

const isOf = (draft: Draft, { resource }: Placement): boolean =>
  draft.placement.resource.document.index === resource.document.index;

function newDraft({ resource }: Placement, drafts: readonly Draft[], options: DraftOptions): Draft | undefined {
  const own = options.context.placements.find(
    (placement) => placement.resource.document.index === resource.document.index,
  );
  if (own === undefined) return undefined;
  const draft = draftOfChart(own, new Set(drafts.map(({ name }) => name)), options);
  // The proposal's default is for Jobs: what lasts longer than its event must not be deleted behind it.
  draft.deletePolicy ??= [DEFAULT_DELETE_POLICY];
  return draft;
}

function addEvent(draft: Draft, event: Event, user: Placement): boolean {
  const events = draft.events ?? draft.placement.hook?.events ?? [];
  if (draft.disabled !== undefined || events.includes(event)) return false;
  draft.events = [...events, event];
  draft.notes.set('events', `${formatResource(user.resource)} needs it in ${draft.events.slice(-1).join()} too`);
  return true;
}
