/**
 * A plan as one page that needs nothing but a browser: no network, no script for reading.
 *
 * The script only helps: keyboard focus opens a card, Escape closes it, printing opens all. The page's policy allows this one script.
 */
import type { Finding } from '../../model/finding.ts';
import { factOfOperation, findingsOf } from '../facts.ts';
import { countSeverities, worstFirst, worstOf } from '../findings/sort.ts';
import { type Lane, lanesOf } from '../lanes.ts';
import { count, some } from '../layout.ts';
import { stopsOf, type Timeline } from '../timeline.ts';
import { timelineOf } from '../timelines.ts';
import { aboutOf, partsOf } from './about.ts';
import type { Explain } from './html/card.ts';
import { findingsSection } from './html/findings.ts';
import { badgeAlone, stopGlyph } from './html/glyphs.ts';
import { lane } from './html/lane.ts';
import { html, Markup } from './html/markup.ts';
import { noHooks } from './html/no-hooks.ts';
import { beforeAndAfter } from './html/previous.ts';
import { REHEARSAL_STYLE, rehearsalPanel } from './html/rehearsal.ts';
import { rowsOf } from './html/rows.ts';
import { SCRIPT, SCRIPT_HASH, STYLE } from './html/style.ts';
import { introOf } from './intro.ts';
import type { PlanFormatter, PlanReport } from './report.ts';

export const formatPlanHtml: PlanFormatter = (report) => {
  const { title, deployer, summary, main, legend } = partsOfPage(report);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${new Markup(SCRIPT_HASH)}'">
<title>${title}: what ${deployer} will run</title>
<style>${new Markup(STYLE)}${report.rehearsal && new Markup(REHEARSAL_STYLE)}</style>
</head>
<body>
<header class="page">
<p class="eyebrow">hookorder plan</p>
<h1>${title}</h1>
${summary}
</header>
<main>
${main}</main>
${legend}
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
};

/** What a page about a plan consists of; the playground puts it into its own. */
export interface PageParts {
  readonly title: string;
  readonly deployer: string;
  /** Numbers, and that no order can be made where that is so. */
  readonly summary: Markup;
  readonly main: Markup;
  readonly legend: Markup;
}

export function partsOfPage(report: PlanReport, explain?: Explain): PageParts {
  const { plan, findings: unsorted, circumstances, rehearsal, shows } = report;
  const intro = introOf(report);
  const timeline = timelineOf(plan, circumstances);
  const findings = worstFirst(unsorted);
  const about = aboutOf(report);
  const { charts, release } = about;
  const lanes = lanesOf(timeline, (stop) =>
    findingsOf(stop, findings)
      .map(({ message }) => message)
      .join(),
  );
  const scene = { timeline, findings, wait: circumstances.wait, ...(explain && { explain }) };
  const isEmpty = timeline.operations.every((operation) => stopsOf(operation).length === 0);
  // That there are no hooks is said once.
  const told = isEmpty ? lanes.filter(({ operation }) => factOfOperation(operation, timeline) !== undefined) : lanes;
  return {
    title: release ?? (charts.length === 0 ? 'the release' : some(charts, 3)),
    deployer: timeline.deployer,
    summary: html`<p class="about">${partsOf(about).map((part) => html`<span>${part}</span> `)}</p>
<p class="counts">${counts(timeline, findings)}</p>
${intro && html`<p class="intro">${intro.text}</p>`}`,
    main: html`${findingsSection(timeline, findings, placeIn(lanes), explain)}${
      shows === 'nothing' || !isEmpty ? undefined : noHooks(report, timeline)
    }${beforeAndAfter(report, timeline)}
${shows === 'nothing' ? undefined : told.map((own) => lane({ ...scene, lane: own }))}
${rehearsal && shows !== 'nothing' ? rehearsalPanel(rehearsal) : undefined}`,
    legend: legend(timeline.deployer),
  };
}

/** The id of the first stop that a finding is about. */
function placeIn(lanes: readonly Lane[]): (finding: Finding) => string | undefined {
  const stops = lanes.flatMap((lane) =>
    rowsOf(lane).flatMap(({ cells }) => cells.filter((cell) => cell.type === 'stop')),
  );
  return (finding) => stops.find(({ stop }) => findingsOf(stop, [finding]).length > 0)?.id;
}

function counts(timeline: Timeline, findings: readonly Finding[]): Markup {
  const hooks = new Set(timeline.operations.flatMap(stopsOf).map(({ placement }) => placement)).size;
  const severities = findings.length === 0 ? 'no findings' : countSeverities(findings);
  return html`<span>${count(hooks, 'hook')}</span> <span>${count(timeline.resources.count, 'resource')}</span> <span>${findings.length === 0 ? undefined : badgeAlone(worstOf(findings))}${severities}</span>`;
}

function legend(deployer: Timeline['deployer']): Markup {
  const glyph = (waits: boolean, origin: 'config' | 'copy'): Markup =>
    stopGlyph(
      { waits, origin, hook: { weight: 10, events: [], deletePolicies: [], deletes: [], logPolicies: [] } },
      undefined,
    );
  const entries = [
    [glyph(true, 'config'), `${deployer} waits for it`],
    [glyph(false, 'config'), `${deployer} does not wait`],
    [glyph(false, 'copy'), 'a copy for the hook that needs it'],
    [badgeAlone('error'), 'error'],
    [badgeAlone('warning'), 'warning'],
    [badgeAlone('info'), 'info'],
  ] as const;
  return html`<footer class="page"><h2 class="hidden">legend</h2><ul class="legend" role="list">${entries.map(([drawing, text]) => html`<li>${drawing}${text}</li>`)}</ul><p>${deployer === 'Helm' ? 'The number is the weight that Helm sorts by. Hooks run one at a time, from left to right; crds/ are created before all of them.' : 'The number is the wave. Hooks of one wave run at the same time, and the next wave comes when all of it is healthy.'}</p></footer>`;
}
