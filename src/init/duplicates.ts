/** Two documents of one object with the same content: an entry takes one of them out. */
import { formatResource } from '../model/manifest.ts';
import type { Placement, Plan } from '../model/plan.ts';
import type { Draft } from './draft.ts';
import { type DraftOptions, draftOfChart } from './drafts.ts';
import { strictMatcher } from './names.ts';
import { twinsOf } from './twins.ts';

/** The draft that takes one of the two out; undefined where they differ, or where no matcher tells them apart. */
export function dropDuplicate(
  placement: Placement,
  plan: Plan,
  at: number,
  drafts: readonly Draft[],
  options: DraftOptions,
): Draft | undefined {
  const [victim] = twinsOf(placement, plan);
  const subject = options.subjects.find(
    (one) => victim && one.in[at]?.resource.document.index === victim.resource.document.index,
  );
  if (victim === undefined || subject === undefined || drafts.some((draft) => draft.subject === subject))
    return undefined;
  const matcher = strictMatcher(subject, options.renders);
  if (matcher === undefined) return undefined;
  const draft = draftOfChart(subject, new Set(drafts.map((one) => one.name)), options);
  const rest = victim.hook === undefined ? '' : ', and hooks that need it get a copy of the other';
  draft.notes.set(
    'what',
    `${formatResource(victim.resource)} is in the chart twice with the same content: this one goes${rest}`,
  );
  return { ...draft, matcher, drop: true, ofChart: true };
}
