/** The formats of `hookorder plan -o`. */
import { inert } from '../safe-text.ts';
import { formatPlanHtml } from './html.ts';
import { formatPlanJson } from './json.ts';
import { formatPlanMarkdown } from './markdown.ts';
import { formatPlanMermaid } from './mermaid.ts';
import type { PlanFormatter } from './report.ts';
import { formatPlanSvg } from './svg.ts';
import { formatPlanText } from './text.ts';

export const PLAN_FORMAT_NAMES = ['text', 'json', 'mermaid', 'markdown', 'html', 'svg'] as const;
export type PlanFormat = (typeof PLAN_FORMAT_NAMES)[number];

export const PLAN_FORMATS: Readonly<Record<PlanFormat, PlanFormatter>> = {
  text: (report, options) => inert(formatPlanText(report, options)),
  json: formatPlanJson,
  mermaid: (report, options) => inert(formatPlanMermaid(report, options)),
  markdown: (report, options) => inert(formatPlanMarkdown(report, options)),
  html: (report, options) => inert(formatPlanHtml(report, options)),
  svg: (report, options) => inert(formatPlanSvg(report, options)),
};
