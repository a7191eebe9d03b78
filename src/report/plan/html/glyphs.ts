/** What is drawn: stops, badges of findings, and the rail with its arcs. Every difference is a shape; colour only repeats it. */
import type { Severity } from '../../../model/finding.ts';
import type { Stop } from '../../timeline.ts';
import { html, type Markup } from './markup.ts';
import { type Arc, type Cell, COLUMN, COLUMNS, type Row } from './rows.ts';

/** Where the line runs below the top of a row; the style sheet puts the stops there. */
const LINE = 64;

export const stopGlyph = (stop: Pick<Stop, 'waits' | 'origin' | 'hook'>, severity: Severity | undefined): Markup =>
  html`<svg class="glyph" viewBox="0 0 56 56" width="56" height="56" aria-hidden="true">${stopShape(stop, severity)}</svg>`;

/** In a square of 56: a circle where Helm waits, a diamond where it does not; smaller and dashed for a copy. */
export function stopShape(stop: Pick<Stop, 'waits' | 'origin' | 'hook'>, severity: Severity | undefined): Markup {
  const size = stop.origin === 'copy' ? 15 : 20;
  const shape = stop.waits
    ? html`<circle class="shape" cx="28" cy="28" r="${size}"/>`
    : html`<path class="shape" d="M28 ${28 - size - 3}L${28 + size + 3} 28L28 ${28 + size + 3}L${28 - size - 3} 28Z"/>`;
  const weight = String(stop.hook.weight);
  const fontSize = weight.length <= 2 ? 14 : weight.length <= 3 ? 12 : weight.length <= 4 ? 10 : 7;
  return html`${shape}<text class="weight" x="28" y="28" dy=".36em" style="font-size:${fontSize}px">${weight}</text>${severity && badge(severity, 44, 12)}`;
}

/** Error: octagon. Warning: triangle. Info: circle. */
export function badge(severity: Severity, x: number, y: number): Markup {
  const shapes: Readonly<Record<Severity, Markup>> = {
    error: html`<path d="M-4-9H4L9-4V4L4 9H-4L-9 4V-4Z"/><path class="mark" d="M-3.5-3.5L3.5 3.5M3.5-3.5L-3.5 3.5"/>`,
    warning: html`<path d="M0-10L10 8H-10Z"/><path class="mark" d="M0-4V2M0 4.8V5.2"/>`,
    info: html`<circle r="8.5"/><path class="mark" d="M0-1V4.5M0-4.6V-4.2"/>`,
  };
  return html`<g class="badge ${severity}" transform="translate(${x} ${y})">${shapes[severity]}</g>`;
}

export const badgeAlone = (severity: Severity): Markup =>
  html`<svg class="glyph-badge" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">${badge(severity, 12, 12)}</svg>`;

const centre = (cell: Pick<Cell, 'column' | 'width'>): number => (cell.column + cell.width / 2) * COLUMN;

export const rail = (row: Row, isFirst: boolean, isLast: boolean): Markup =>
  html`<svg class="rail" viewBox="0 0 ${COLUMNS * COLUMN} 128" width="${COLUMNS * COLUMN}" height="128" aria-hidden="true">${lineOfRow(row, isFirst, isLast)}</svg>`;

/** The line of one row, from edge to edge where it goes on, and the arrows above it. */
export function lineOfRow({ cells, arcs }: Row, isFirst: boolean, isLast: boolean): Markup {
  const first = cells[0];
  const last = cells.at(-1);
  const start = isFirst && first ? centre(first) : 0;
  const end = isLast && last ? centre(last) : COLUMNS * COLUMN;
  return html`<path class="line" d="M${start} ${LINE}H${end}"/>${arcs.map(arcPath)}`;
}

function arcPath({ from, to, type }: Arc): Markup {
  const end = (to + 0.5) * COLUMN;
  if (from === undefined)
    return html`<path class="arc ${type}" d="M${end - 46} 14Q${end - 8} 14 ${end - 3} ${LINE - 24}"/>${arrowHead(end - 3, type)}`;
  const start = (from + 0.5) * COLUMN;
  const tip = end - 6;
  const height = Math.min(22 + 9 * (to - from), 50);
  const y = LINE - 24;
  return html`<path class="arc ${type}" d="M${start + 6} ${y}C${start + 14} ${y - height} ${tip - 8} ${y - height} ${tip} ${y}"/>${arrowHead(tip, type)}`;
}

/** Drawn by itself: a marker would need an id, and ids would repeat from row to row. */
const arrowHead = (x: number, type: Arc['type']): Markup =>
  html`<path class="arrow ${type}" d="M${x + 1.5} ${LINE - 21}l-6-6.5l8-1.5z"/>`;
