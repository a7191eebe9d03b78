/** `hookorder plan` for terminals: in the terminal's width, in colour where asked, complete without it. */
import { formatErrors } from '../findings/refusal.ts';
import { WIDTH, wrap } from '../layout.ts';
import { printable } from '../safe-text.ts';
import { timelineOf } from '../timelines.ts';
import { aboutOf, partsOf } from './about.ts';
import { introOf } from './intro.ts';
import type { PlanFormatter } from './report.ts';
import { closingLines } from './text/closing.ts';
import { operationsLines } from './text/operations.ts';
import { columnsOf } from './text/stop.ts';
import { Told } from './text/told.ts';

export const formatPlanText: PlanFormatter = (report, options) => {
  const { style, width = WIDTH } = options;
  const intro = introOf(report);
  const top = intro === undefined ? [] : [formatErrors(intro.text, intro.errors, style, width), ''];
  if (report.shows === 'nothing') return top.join('\n');
  const { plan, findings, circumstances } = report;
  const timeline = timelineOf(plan, circumstances);
  const columns = columnsOf(timeline, width);
  const told = new Told(findings, intro?.errors ?? [], options, width);
  const operations = operationsLines({ timeline, columns, options, told, wait: circumstances.wait });
  const rest = told.rest();
  return [
    ...top,
    ...wrap(partsOf(aboutOf(report)).map(printable).join(', '), width).map(style.bold),
    '',
    ...operations,
    ...(rest.length === 0 ? [] : ['', ...rest]),
    '',
    ...closingLines(timeline, findings, options, width),
    '',
  ].join('\n');
};
