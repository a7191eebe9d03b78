/** The playground: texts in, the parts of its page out. What touches the page is in scripts/site/playground.mjs. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { rehearsalOf, tell } from './commands/plan-report.ts';
import { orderRelease } from './library.ts';
import { requestOf } from './memory.ts';
import { PLAIN_BYTES } from './model/bytes.ts';
import type { Target } from './model/target.ts';
import type { OrderOptions } from './public.d.ts';
import { countSeverities, worstFirst } from './report/findings/sort.ts';
import { count } from './report/layout.ts';
import type { Explain } from './report/plan/html/card.ts';
import { partsOfPage } from './report/plan/html.ts';
import { formatPlanText } from './report/plan/text.ts';
import { printableLines } from './report/safe-text.ts';
import { PLAIN } from './report/style.ts';

export interface Given {
  /** What `helm template` prints. */
  readonly stream: string;
  /** An ordering config; blank for none. */
  readonly config: string;
  readonly target: Target;
  readonly wait: boolean;
}

export interface Shown {
  /** Whether `hookorder render` lets the release through. */
  readonly isOrdered: boolean;
  /** One line: `In order: 6 hooks, 1 warning`. */
  readonly headline: string;
  /** Markup, made safe. */
  readonly timeline: string;
  /** As `hookorder plan` prints it. */
  readonly text: string;
  /** What `hookorder render` writes; absent where it refuses. */
  readonly output?: string;
  /** What it changes, as a unified diff; empty where it changes nothing. */
  readonly changes: string;
}

/** As most people call it. */
const CONFIG = 'hookorder.yaml';

/** Undefined where there is nothing to show. Throws only for a bug. */
export function present({ stream, config, target, wait }: Given, explain: Explain): Shown | undefined {
  if (stream.trim() === '') return undefined;
  const options: OrderOptions = {
    target,
    wait,
    ...(config.trim() !== '' && { config: { name: CONFIG, content: config } }),
  };
  const told = tell(requestOf(stream, { ...options, check: 'all' }));
  const report = { ...told.report, ...(options.config && { named: { configs: [CONFIG] } }) };
  const hooks = report.plan.placements.filter(({ hook }) => hook !== undefined).length;
  const findings = worstFirst(report.findings);
  const severities = findings.length === 0 ? 'no findings' : countSeverities(findings);
  const { summary, main, legend } = partsOfPage({ ...report, rehearsal: rehearsalOf(report) }, explain);
  const { output } = orderRelease(stream, options);
  const patched = output && PLAIN_BYTES.utf8(output, 0, output.length);
  const verdict = report.shows === 'nothing' ? 'Cannot be read' : patched === undefined ? 'Refused' : 'In order';
  return {
    isOrdered: patched !== undefined,
    headline: `${verdict}: ${count(hooks, 'hook')}, ${severities}`,
    timeline: `${summary.text}${main.text}${legend.text}`,
    text: formatPlanText(report, { style: PLAIN, verbose: false }),
    ...(patched !== undefined && { output: patched }),
    changes: patched === undefined || patched === stream ? '' : changesOf(stream, patched),
  };
}

const changesOf = (before: string, after: string): string =>
  createTwoFilesPatch(
    'stream',
    'as hookorder writes it',
    printableLines(before),
    printableLines(after),
    undefined,
    undefined,
    {
      context: 3,
      headerOptions: FILE_HEADERS_ONLY,
    },
  );
