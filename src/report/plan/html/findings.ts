/** What to worry about: findings of one code are one entry, the worst first, each with links to the stops that it is about. */
import { EXPLANATIONS } from '../../../knowledge/findings.generated.ts';
import type { Finding, FindingCode } from '../../../model/finding.ts';
import { addTo } from '../../../model/maps.ts';
import { count } from '../../layout.ts';
import type { Timeline } from '../../timeline.ts';
import { codeOf, type Explain, prose, remedyOf } from './card.ts';
import { badgeAlone } from './glyphs.ts';
import { html, type Markup } from './markup.ts';

/** `placeOf` is the id of the first stop that a finding is about. */
export function findingsSection(
  timeline: Timeline,
  findings: readonly Finding[],
  placeOf: (finding: Finding) => string | undefined,
  explain: Explain | undefined,
): Markup | undefined {
  const groups = new Map<FindingCode, Finding[]>();
  for (const finding of findings) addTo(groups, finding.code, finding);
  if (findings.length === 0 && timeline.dropped.length === 0) return undefined;
  const entries = [...groups.values()].map((group, at) => groupOf(group, at < OPEN, placeOf, explain));
  return html`<section class="worries" aria-label="findings">${droppedOf(timeline)}${entries}</section>
`;
}

/** So many errors stand open; all else is one line until it is wanted. */
const OPEN = 2;

function groupOf(
  group: readonly Finding[],
  isEarly: boolean,
  placeOf: (finding: Finding) => string | undefined,
  explain: Explain | undefined,
): Markup {
  const [first] = group as [Finding];
  const { severity, code } = first;
  const isOpen = severity === 'error' && isEarly && group.length <= 3;
  const title = group.length === 1 ? prose(first.message) : prose(EXPLANATIONS[code].title);
  const number = group.length === 1 ? undefined : html` <span class="number">${count(group.length, 'finding')}</span>`;
  return html`<details class="group ${severity}"${isOpen ? html` open=""` : undefined}><summary>${badgeAlone(severity)}<span><b>${severity}</b> ${title}${number}</span><code>${code}</code></summary><div class="grid">${group.map((finding) => itemOf(finding, group.length > 1, placeOf(finding)))}</div>${explain === undefined ? undefined : html`<p class="more">What it means: ${codeOf(code, explain)}</p>`}</details>`;
}

const itemOf = (finding: Finding, hasMessage: boolean, place: string | undefined): Markup =>
  html`<div class="one">${hasMessage ? html`<p>${prose(finding.message)}</p>` : undefined}${remedyOf(finding)}${
    place === undefined ? undefined : html`<p><a href="#${place}">show it in the plan</a></p>`
  }</div>`;

const droppedOf = ({ dropped, deployer }: Timeline): readonly Markup[] =>
  dropped.map(({ resource, name }) => {
    const object = html`<code>${`${resource.kind}/${name}`}</code>`;
    return deployer === 'Helm'
      ? html`<div class="finding error">${badgeAlone('error')}<div><p><b>Helm drops</b> ${object}</p><p>Its annotation names an event that Helm does not know.</p></div></div>`
      : html`<div class="finding info">${badgeAlone('info')}<div><p><b>Never applied</b> ${object}</p><p>Argo CD has no phase for its hook annotation.</p></div></div>`;
  });
