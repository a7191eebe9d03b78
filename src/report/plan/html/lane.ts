/** The lane of one operation: a line with stations and stops on a wide page, a list beside a line on a narrow one. */
import type { Finding } from '../../../model/finding.ts';
import { afterOf, factOfEvent, factOfOperation, findingsOf, waitOf } from '../../facts.ts';
import { countSeverities } from '../../findings/sort.ts';
import type { Lane } from '../../lanes.ts';
import { count } from '../../layout.ts';
import { type ResourceStep, stopsOf, type Timeline } from '../../timeline.ts';
import { card, type Explain } from './card.ts';
import { rail, stopGlyph } from './glyphs.ts';
import { html, type Markup } from './markup.ts';
import { type Cell, COLUMNS, idOf, type Row, rowsOf } from './rows.ts';

interface Scene {
  readonly lane: Lane;
  readonly timeline: Timeline;
  readonly findings: readonly Finding[];
  readonly wait: boolean;
  readonly explain?: Explain;
}

export function lane(scene: Scene): Markup {
  const { lane: own, timeline } = scene;
  const { name, operation } = own;
  const number = stopsOf(operation).length;
  const fact = factOfOperation(operation, timeline);
  const rows = number === 0 ? [] : rowsOf(own);
  const id = idOf(name);
  return html`<section class="lane ${idOf(operation.name)}${number === 0 ? ' quiet' : ''}" aria-labelledby="${id}">
<header><h2 id="${id}">${name}</h2><p>${number === 0 ? 'no hooks' : count(number, 'hook')}${fact === undefined ? '' : `; ${fact}`}</p></header>
${rows.map((row, at) => rowOf(row, at === 0, at === rows.length - 1, scene))}</section>
`;
}

const rowOf = (row: Row, isFirst: boolean, isLast: boolean, scene: Scene): Markup =>
  html`<div class="row">${rail(row, isFirst, isLast)}<ol role="list">${row.cells.map((cell, at) => {
    const ends = `${isFirst && at === 0 ? ' first' : ''}${isLast && at === row.cells.length - 1 ? ' last' : ''}`;
    return html`<li class="cell ${cell.type}${ends}${cell.column >= COLUMNS / 2 ? ' right' : ''}">${content(cell, scene)}</li>`;
  })}</ol></div>
`;

function content(cell: Cell, scene: Scene): Markup {
  if (cell.type === 'stop') return stopOf(cell, scene);
  if (cell.type === 'release') return releaseOf(cell.step, scene.lane);
  const fact = factOfEvent(cell.step, scene.timeline, scene.wait);
  return html`<span class="dot"></span><span class="label"><b>${cell.events}</b>${fact === undefined ? undefined : html`<span class="note">${fact}</span>`}</span>`;
}

function stopOf({ stop, id }: Extract<Cell, { type: 'stop' }>, scene: Scene): Markup {
  const found = findingsOf(stop, scene.findings);
  const severity = found[0]?.severity;
  const { kind } = stop.placement.resource;
  const after = afterOf(stop);
  const said = severity === undefined ? undefined : html`<span class="found">${countSeverities(found)}</span>`;
  return html`<details name="card" class="hook ${stop.origin} ${severity}"><summary title="${stop.title}">${stopGlyph(stop, severity)}<span class="label"><span class="hidden">weight ${stop.hook.weight}, </span><span class="kind">${kind}</span> <b class="name">${stop.placement.name}</b> <span class="more"><span class="by">${stop.source}</span>${
    after.length === 0 ? undefined : html` <span class="note">after ${after.join(', ')}</span>`
  } <span class="note">${waitOf(stop)}</span></span>${said}</span></summary><div id="${id}">${card(stop, found, scene.explain)}</div></details>`;
}

const DONE: Readonly<Record<string, string>> = {
  'first sync': 'created',
  sync: 'applied',
  'failed sync': 'applied',
  deletion: 'deleted',
  install: 'created',
  upgrade: 'applied',
  rollback: 'restored',
  uninstall: 'deleted',
  test: '',
};

const releaseOf = ({ resources: { count: total, byKind }, at }: ResourceStep, { name, operation }: Lane): Markup =>
  html`<span class="box"><b>${count(total, 'resource')}</b> ${name === operation.name ? (DONE[name] ?? '') : 'applied'}${at === undefined ? '' : ` in ${at}`}</span><span class="label">${byKind.map(
    ([kind, number], at) => html`<span class="count">${number} ${kind}${at < byKind.length - 1 ? ',' : ''}</span> `,
  )}</span>`;
