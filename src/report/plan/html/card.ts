/** The card of a stop: everything that is known of it, as a list of terms, with its findings on top. */
import type { Finding, FindingCode } from '../../../model/finding.ts';
import { formatPath } from '../../../model/json.ts';
import { deletionOf } from '../../facts.ts';
import { formatPlace, formatSeconds } from '../../layout.ts';
import type { Stop } from '../../timeline.ts';
import { badgeAlone } from './glyphs.ts';
import { html, type Markup } from './markup.ts';

/** Where a page explains a code; undefined where the page stands alone. */
export type Explain = (code: FindingCode) => string;

export function card(stop: Stop, findings: readonly Finding[], explain?: Explain): Markup {
  const { resource, rule } = stop.placement;
  const { hook } = stop;
  const terms: readonly (readonly [term: string, text: string | undefined])[] = [
    ['resource', `${resource.apiVersion} ${stop.title}`],
    ['namespace', resource.namespace],
    ['template', resource.template],
    [
      'put here by',
      stop.origin === 'config' ? `hook "${stop.source}"` : stop.origin === 'chart' ? 'the chart' : stop.source,
    ],
    ['config', rule && formatPlace(rule.place)],
    stop.deletion === undefined
      ? ['weight', `${hook.weight} in ${hook.events.join(', ')}`]
      : ['wave', String(hook.weight)],
    ['runs after', list(stop.after.map(({ title }) => title))],
    [stop.deletion === undefined ? 'Helm waits' : 'Argo CD waits', waitSentence(stop)],
    ['delete policy', `${list(hook.deletePolicies) ?? 'none given'} (${deletionOf(stop)})`],
    ['logs kept', list(hook.logPolicies)],
    ['time to live', stop.ttlSeconds === undefined ? undefined : `${formatSeconds(stop.ttlSeconds)} after it finished`],
  ];
  return html`<div class="card">${findings.map((finding) => findingItem(finding, explain))}<dl>${terms.map(
    ([term, text]) => (text !== undefined && text !== '' ? html`<dt>${term}</dt><dd>${text}</dd>` : undefined),
  )}</dl></div>`;
}

const list = (items: readonly string[]): string | undefined => (items.length === 0 ? undefined : items.join(', '));

function waitSentence(stop: Stop): string {
  const { waits, deadlineSeconds, placement } = stop;
  if (!waits) return `no: kind ${placement.resource.kind} counts as ready at once`;
  if (stop.deletion !== undefined && deadlineSeconds === undefined)
    return 'until it is healthy, however long that takes';
  return deadlineSeconds === undefined
    ? "until it finishes, or until Helm's --timeout"
    : `at most ${formatSeconds(deadlineSeconds)}, its deadline`;
}

/** One finding of a card. */
const findingItem = (finding: Finding, explain?: Explain): Markup =>
  html`<div class="finding ${finding.severity}">${badgeAlone(finding.severity)}<div><p><b>${finding.severity}</b> ${codeOf(finding.code, explain)}</p><p>${prose(finding.message)}</p>${remedyOf(finding)}</div></div>`;

/** What to do, and the places that it is about. */
export function remedyOf({ hint, resource, path, config }: Finding): Markup {
  const where = [
    resource?.template,
    path === undefined || path.length === 0 ? undefined : formatPath(path),
    config && `${formatPlace(config)}${config.hook === undefined ? '' : ` hook "${config.hook}"`}`,
  ].filter((part) => part !== undefined);
  return html`${hint === undefined ? undefined : html`<p class="hint"><b>fix:</b> ${prose(hint)}</p>`}${
    where.length === 0 ? undefined : html`<p class="where">${where.join('  ·  ')}</p>`
  }`;
}

export const codeOf = (code: FindingCode, explain?: Explain): Markup =>
  explain === undefined
    ? html`<code>${code}</code>`
    : html`<a class="code" href="${explain(code)}"><code>${code}</code></a>`;

/** A sentence in which words between backticks are code. */
export const prose = (text: string): Markup =>
  html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
