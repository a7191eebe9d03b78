/** A plan as one picture for slides and pages: the lanes of the page, with nothing to click. It needs no network, and has a light and a dark form. */
import type { Finding } from '../../model/finding.ts';
import { afterOf, factOfEvent, factOfOperation, findingsOf, waitOf } from '../facts.ts';
import { countSeverities, worstFirst } from '../findings/sort.ts';
import { type Lane, lanesOf } from '../lanes.ts';
import { count, some } from '../layout.ts';
import { stopsOf, type Timeline } from '../timeline.ts';
import { timelineOf } from '../timelines.ts';
import { aboutOf, partsOf } from './about.ts';
import { lineOfRow, stopShape } from './html/glyphs.ts';
import { html, Markup } from './html/markup.ts';
import { type Cell, COLUMN, COLUMNS, idOf, type Row, rowsOf } from './html/rows.ts';
import { type Intro, introOf } from './intro.ts';
import type { PlanFormatter } from './report.ts';
import { cut, type Line, linesOf } from './svg/words.ts';

const MARGIN = 32;
const WIDTH = COLUMNS * COLUMN;
/** Where the words of a row begin below its top, and how far apart they are. */
const WORDS = 106;
const LEADING = 15;

interface Scene {
  readonly lane: Lane;
  readonly timeline: Timeline;
  readonly findings: readonly Finding[];
  readonly wait: boolean;
}

/** Something drawn, and how much of the page it takes. */
interface Block {
  readonly drawing: Markup;
  readonly height: number;
}

export const formatPlanSvg: PlanFormatter = (report) => {
  const timeline = timelineOf(report.plan, report.circumstances);
  const findings = worstFirst(report.findings);
  const lanes = lanesOf(timeline, (stop) =>
    findingsOf(stop, findings)
      .map(({ severity }) => severity)
      .join(),
  );
  const about = aboutOf(report);
  const title = about.release ?? (about.charts.length === 0 ? 'the release' : some(about.charts, 3));
  const intro = introOf(report);
  const blocks = [
    headOf(title, partsOf(about).join(', '), intro === undefined ? headlineOf(timeline, findings) : intro),
    ...(report.shows === 'nothing'
      ? []
      : lanes.map((lane) => blockOf({ lane, timeline, findings, wait: report.circumstances.wait }))),
  ];
  let top = MARGIN;
  const placed = blocks.map(({ drawing, height }) => {
    const at = html`<g transform="translate(${MARGIN} ${top})">${drawing}</g>\n`;
    top += height;
    return at;
  });
  const [width, height] = [WIDTH + 2 * MARGIN, top + MARGIN];
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${`${title}: what ${timeline.deployer} will run`}">
<style>${new Markup(STYLE)}</style>
<rect class="paper" width="${width}" height="${height}"/>
${placed}</svg>
`.text;
};

const headlineOf = (timeline: Timeline, findings: readonly Finding[]): string =>
  [
    count(new Set(timeline.operations.flatMap(stopsOf).map(({ placement }) => placement)).size, 'hook'),
    count(timeline.resources.count, 'resource'),
    findings.length === 0 ? 'no findings' : countSeverities(findings),
  ].join(', ');

function headOf(title: string, about: string, headline: string | Intro): Block {
  const { text, errors } = typeof headline === 'string' ? { text: headline, errors: [] } : headline;
  const reasons = some(
    errors.map(({ message }) => message),
    REASONS,
  );
  const lines = typeof headline === 'string' ? [] : linesOf(reasons, 'soft', 150, REASONS + 1);
  return {
    height: 104 + lines.length * 20,
    drawing: html`<text class="title" y="28">${cut(title, 60)}</text><text class="soft" y="56">${cut(about, 150)}</text><text class="${typeof headline === 'string' ? 'soft' : 'error'}" y="78">${cut(text, 150)}</text>${lines.map(
      (line, at) => html`<text class="${line.type}" y="${98 + at * 20}">${line.text}</text>`,
    )}`,
  };
}

/** So many errors are told; the page has all. */
const REASONS = 3;

function blockOf(scene: Scene): Block {
  const { lane, timeline } = scene;
  const { name, operation } = lane;
  const number = stopsOf(operation).length;
  const fact = factOfOperation(operation, timeline);
  const note = `${number === 0 ? 'no hooks' : count(number, 'hook')}${fact === undefined ? '' : `; ${fact}`}`;
  const rows = number === 0 ? [] : rowsOf(lane);
  let top = 34;
  const drawn = rows.map((row, at) => {
    const block = drawRow(row, at === 0, at === rows.length - 1, scene);
    const placed = html`<g transform="translate(0 ${top})">${block.drawing}</g>`;
    top += block.height;
    return placed;
  });
  return {
    height: top + 20,
    drawing: html`<g class="${idOf(operation.name)}"><path class="rule" d="M0 0H${WIDTH}"/><text y="26"><tspan class="operation">${name}</tspan><tspan class="soft" dx="12">${cut(note, 120)}</tspan></text>${drawn}</g>`,
  };
}

function drawRow(row: Row, isFirst: boolean, isLast: boolean, scene: Scene): Block {
  const cells = row.cells.map((cell) => drawCell(cell, scene));
  const lines = Math.max(0, ...cells.map((cell) => cell.lines));
  return {
    height: WORDS + lines * LEADING + 6,
    drawing: html`${lineOfRow(row, isFirst, isLast)}${cells.map(({ drawing }) => drawing)}`,
  };
}

function drawCell(cell: Cell, scene: Scene): { readonly drawing: Markup; readonly lines: number } {
  const centre = (cell.column + cell.width / 2) * COLUMN;
  const lines = wordsOf(cell, scene);
  const words = lines.map(
    ({ text, type }, at) => html`<text class="${type}" x="${centre}" y="${WORDS + at * LEADING}">${text}</text>`,
  );
  return { drawing: html`${shapeOf(cell, centre, scene)}<g class="words">${words}</g>`, lines: lines.length };
}

function shapeOf(cell: Cell, centre: number, { lane: { name }, findings }: Scene): Markup {
  if (cell.type === 'station') return html`<circle class="dot" cx="${centre}" cy="64" r="10"/>`;
  if (cell.type === 'release') {
    const { resources } = cell.step;
    const done = name.startsWith('uninstall') || name === 'deletion' ? ' deleted' : '';
    return html`<rect class="box" x="${centre - COLUMN + 8}" y="42" width="${2 * COLUMN - 16}" height="44" rx="10"/><text class="boxed" x="${centre}" y="69">${count(resources.count, 'resource')}${done}</text>`;
  }
  const severity = findingsOf(cell.stop, findings)[0]?.severity;
  return html`<g class="${cell.stop.origin} ${severity}" transform="translate(${centre - 28} 36)">${stopShape(cell.stop, severity)}</g>`;
}

function wordsOf(cell: Cell, { findings, timeline, wait }: Scene): readonly Line[] {
  if (cell.type === 'station')
    return [
      ...linesOf(cell.events, 'event', 16, 2),
      ...linesOf(factOfEvent(cell.step, timeline, wait) ?? '', 'soft', 18, 4),
    ];
  if (cell.type === 'release')
    return linesOf(
      cell.step.resources.byKind.map(([kind, number]) => `${number}\u00a0${kind}`).join(', '),
      'soft',
      36,
      3,
    );
  const { stop } = cell;
  const found = findingsOf(stop, findings);
  const after = afterOf(stop);
  return [
    ...linesOf(stop.placement.resource.kind, 'soft', 18, 1),
    ...linesOf(stop.placement.name, 'name', 16, 3),
    ...linesOf(stop.source, 'by', 18, 2),
    ...(after.length === 0 ? [] : linesOf(`after ${after.join(', ')}`, 'soft', 18, 2)),
    ...linesOf(waitOf(stop), 'soft', 18, 1),
    ...(found[0] === undefined ? [] : linesOf(countSeverities(found), found[0].severity, 18, 2)),
  ];
}

const STYLE = `
svg{--paper:#fbfaf7;--sheet:#fff;--ink:#1d2227;--soft:#5b646d;--hair:#dcdad3;--track:#2f6f6a;--error:#b42318;--warning:#9a5b00;--info:#2563a8;--mark:#fff}
.install{--track:#0f766e}.upgrade{--track:#2b59c3}.rollback{--track:#8a6116}.uninstall{--track:#7e3f98}.test{--track:#4b5a68}
@media (prefers-color-scheme:dark){svg{--paper:#14171a;--sheet:#1c2024;--ink:#e9eaeb;--soft:#a2abb4;--hair:#353b41;--error:#ff8a7a;--warning:#f2b84b;--info:#7db7f5;--mark:#14171a}
.install{--track:#4fc3b5}.upgrade{--track:#8aaeff}.rollback{--track:#dcb265}.uninstall{--track:#cf9be6}.test{--track:#9fb0bf}}
.paper{fill:var(--paper)}
text{fill:var(--ink);font:14px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.title{font-size:30px;font-weight:700}.operation{font-size:18px;font-weight:700;fill:var(--track)}
.rule{stroke:var(--hair)}
.words text{font-size:12px;text-anchor:middle}.words .name{font:600 11px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.words .event{font-weight:700}.words .by{font-weight:600;fill:var(--track)}
.soft,.words .soft{fill:var(--soft)}
.boxed{fill:var(--paper);font-weight:600;text-anchor:middle}.box{fill:var(--track)}
.dot{fill:var(--sheet);stroke:var(--track);stroke-width:7}
.line{stroke:var(--track);stroke-width:6;fill:none}
.arc{fill:none;stroke:var(--soft);stroke-width:1.5}.arc.after{stroke:var(--track);stroke-width:2;stroke-dasharray:2 4;stroke-linecap:round}
.arrow{fill:var(--soft)}.arrow.after{fill:var(--track)}
.shape{fill:var(--sheet);stroke:var(--track);stroke-width:4}.copy .shape{stroke-width:2;stroke-dasharray:5 3}
.error{--tone:var(--error)}.warning{--tone:var(--warning)}.info{--tone:var(--info)}
.error .shape,.warning .shape{stroke:var(--tone)}
text.error,text.warning,text.info{fill:var(--tone);font-weight:650}
.weight{text-anchor:middle;font-weight:650}
.badge{fill:var(--tone);stroke:var(--sheet);stroke-width:1.5}.badge .mark{fill:none;stroke:var(--mark);stroke-width:2.2;stroke-linecap:round}
`;
