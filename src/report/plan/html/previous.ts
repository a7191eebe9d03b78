/** Before and after: what the upgrade makes of the order and of the objects that are installed. */
import type { Circumstances } from '../../../engines/engine.ts';
import { type HookState, type OrderChange, orderChanges } from '../../diff/order.ts';
import { count } from '../../layout.ts';
import type { Timeline } from '../../timeline.ts';
import { planToJson } from '../json.ts';
import type { PlanReport } from '../report.ts';
import { prose } from './card.ts';
import { html, type Markup } from './markup.ts';

/** Nothing where the installed revision is not known. */
export function beforeAndAfter({ plan, circumstances }: PlanReport, timeline: Timeline): Markup | undefined {
  const { previous, isPreviousKnown, ...rest } = circumstances;
  if (!isPreviousKnown || previous === undefined) return undefined;
  const jsonOf = (placements: typeof previous, more: Circumstances) =>
    planToJson({ plan: { placements }, findings: [], circumstances: more });
  const changes = orderChanges(jsonOf(previous, rest), jsonOf(plan.placements, rest));
  const deeds = timeline.operations.flatMap((operation) => operation.changes ?? []);
  const rows = changes.map(rowOf);
  return html`<section class="previous" aria-labelledby="previous">
<header><h2 id="previous">Before and after</h2><p>${changes.length === 0 ? 'the hooks of the installed revision, in the same order' : `${count(changes.length, 'hook')} changed against the installed revision`}</p></header>
${rows.length === 0 ? undefined : html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">hook</th><th scope="col">installed</th><th scope="col">this release</th></tr></thead><tbody>${rows}</tbody></table></div>`}
${deeds.length === 0 ? undefined : html`<ul role="list">${deeds.map(({ deed, title, because }) => html`<li><b>${deed}</b> <code>${title}</code>: ${prose(because)}</li>`)}</ul>`}
</section>
`;
}

const rowOf = ({ kind, name, before, after }: OrderChange): Markup =>
  html`<tr class="${before === null ? 'new' : after === null ? 'gone' : 'moved'}"><th scope="row"><code>${`${kind}/${name}`}</code></th><td>${stateOf(before)}</td><td>${stateOf(after)}</td></tr>`;

const stateOf = (state: HookState | null): Markup =>
  state === null
    ? html`<span class="note">no hook</span>`
    : html`${state.events.join(', ')} <b>${state.weight}</b> <span class="note">${state.deletePolicy.join(', ')}</span>`;
