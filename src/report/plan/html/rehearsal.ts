/** What is left when a step goes wrong, as a part of the page: the steps by failures, and each outcome behind its letter. */
import type { Mishap } from '../../../rehearsal/rehearsal.ts';
import { count } from '../../layout.ts';
import { type Arrangement, arrange, type Group, HARMLESS, type Row } from '../../rehearsal/groups.ts';
import type { RehearsalReport } from '../../rehearsal/report.ts';
import {
  commandOf,
  DEED_WHY,
  FAILS,
  HARMLESS_MEANS,
  headlineOf,
  nextName,
  nextWords,
  nowOf,
  titleOf,
  UNKNOWN,
} from '../../rehearsal/words.ts';
import { html, type Markup } from './markup.ts';

/** Nothing where nothing can go wrong. */
export function rehearsalPanel({ rehearsal, operations }: RehearsalReport): Markup | undefined {
  if (rehearsal.mishaps.length === 0) return undefined;
  const arrangement = arrange(rehearsal, operations);
  return html`<section class="rehearsal" aria-labelledby="rehearsal">
<header><h2 id="rehearsal">When a step goes wrong</h2><p>what is left, and what the next command does</p></header>
<div class="scroll" tabindex="0">${tableOf(arrangement)}</div>
<div class="outcomes">${arrangement.groups.map(outcome)}</div>
<p class="note">${UNKNOWN}</p>
</section>
`;
}

const tableOf = ({ rows, failures }: Arrangement): Markup =>
  html`<table><thead><tr><th scope="col">step</th>${failures.map((failure) => html`<th scope="col">${FAILS[failure]}</th>`)}</tr></thead>${operationsOf(
    rows,
  ).map(
    (own) =>
      html`<tbody class="${own[0]?.operation.replaceAll(' ', '-')}"><tr><th class="operation" colspan="${failures.length + 1}" scope="rowgroup">${own[0]?.operation}</th></tr>${own.map(
        (row) => html`<tr>${stepCell(row)}${failures.map((failure) => letterCell(row.cells[failure]))}</tr>`,
      )}</tbody>`,
  )}</table>`;

const operationsOf = (rows: readonly Row[]): readonly (readonly Row[])[] =>
  [...new Set(rows.map(({ operation }) => operation))].map((name) =>
    rows.filter(({ operation }) => operation === name),
  );

const stepCell = ({ phase, operation, objects }: Row): Markup => {
  const [first = '', ...others] = objects;
  const more =
    others.length === 0
      ? undefined
      : html` <span class="more" title="${others.join(', ')}">and ${others.length} more</span>`;
  return html`<th scope="row">${phase === operation ? undefined : html`<span class="phase">${phase}</span> `}<code>${first}</code>${more}</th>`;
};

const letterCell = (letter: string | undefined): Markup =>
  letter === undefined
    ? html`<td></td>`
    : html`<td><a class="${letter === HARMLESS ? 'harmless' : 'letter'}" href="#${idOf(letter)}">${letter === HARMLESS ? '·' : letter}</a></td>`;

const idOf = (letter: string): string => (letter === HARMLESS ? 'outcome' : `outcome-${letter}`);

function outcome({ letter, mishaps }: Group, at: number): Markup {
  const first = mishaps[0] as Mishap;
  if (letter === HARMLESS)
    return html`<p id="${idOf(letter)}"><b class="harmless">·</b> ${HARMLESS_MEANS} <span class="note">(${count(mishaps.length, 'step')})</span></p>`;
  const alike =
    mishaps.length === 1
      ? undefined
      : html` <span class="note">and ${count(mishaps.length - 1, 'step')} like it</span>`;
  const entries = [
    ['now', nowOf(first).join('; ')] as const,
    ...first.next.map((next) => [nextName(next), nextWords(next)] as const),
  ];
  return html`<details${at === 0 ? html` open=""` : undefined}><summary id="${idOf(letter)}"><b class="letter">${letter}</b> ${headlineOf(first)}</summary>
<p>${titleOf(first)}${alike}</p>
<dl>${entries.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}${wayOut(first)}</dl></details>`;
}

const wayOut = ({ wayOut: deeds }: Mishap): Markup | undefined =>
  deeds.length === 0
    ? undefined
    : html`<dt>do</dt><dd>${deeds.map((deed) => {
        const why = DEED_WHY[deed.because];
        return html`<code class="command">${commandOf(deed)}${why === '' ? '' : `  # ${why}`}</code>`;
      })}</dd>`;

/** Beside the style sheet of the page. */
export const REHEARSAL_STYLE = `
.rehearsal{margin-top:28px;padding-top:16px;border-top:1px solid var(--hair)}
.rehearsal>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 14px;padding-bottom:8px}
.rehearsal h2{font-size:19px;letter-spacing:-.01em}
.rehearsal>header p,.rehearsal .note,.rehearsal .more,.rehearsal .phase{color:var(--soft);font-size:13px}
.rehearsal .more{display:inline}
.rehearsal .scroll{overflow-x:auto}
.rehearsal table{border-collapse:collapse;font-size:14px}
.rehearsal th{font-weight:400;text-align:left;padding:3px 14px 3px 0;vertical-align:baseline}
.rehearsal thead th{color:var(--soft);font-size:13px}
.rehearsal .operation{padding-top:10px;font-weight:700;color:var(--track)}
.rehearsal td{padding:3px 14px 3px 0}
.rehearsal tbody tr+tr{border-top:1px solid var(--hair)}
.letter,.harmless{display:inline-block;min-width:24px;padding:1px 6px;border-radius:6px;text-align:center;font-weight:650;text-decoration:none;color:inherit}
.letter{border:1px solid var(--warning)}
.outcomes{margin-top:16px;display:grid;gap:8px}
.outcomes details{padding:8px 14px;background:var(--sheet);border:1px solid var(--hair);border-radius:8px;font-size:14px}
.outcomes summary{cursor:pointer}
.outcomes details>p{margin:8px 0;color:var(--soft)}
.command{display:block;white-space:pre-wrap}
`;
