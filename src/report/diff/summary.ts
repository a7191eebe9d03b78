/** A difference in words: the order first, then the resources with the paths that changed. */

import type { Finding } from '../../model/finding.ts';
import { formatPath } from '../../model/json.ts';
import { addTo } from '../../model/maps.ts';
import { count, length, padEnd, paragraph, plural, some, WIDTH } from '../layout.ts';
import { printable } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { isDifferent, type ReleaseDiff, type ResourceChange } from './compare.ts';
import { type HookState, type OrderChange, sameList } from './order.ts';

export function formatDiffSummary(diff: ReleaseDiff, { style }: { readonly style: Style }): string {
  const lines = [
    ...section('order', orderRows(diff.order), style),
    ...findingLines(diff.findings, style),
    ...section(
      'resources',
      diff.resources.map((change) => resourceRow(change, style)),
      style,
    ),
    ...section(
      'counts',
      diff.counts.map(({ kind, before, after }) => [`  ${printable(kind)}`, `${before} → ${after}`] as const),
      style,
    ),
    ...renameLines(diff),
    ...(isDifferent(diff) ? [] : ['no difference']),
    ...(diff.withoutManifests ? [style.dim('(a saved plan has no manifests, so resources were only counted)')] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const findingLines = (findings: readonly Finding[], style: Style): readonly string[] =>
  findings.flatMap(({ code, severity, message, hint }) => [
    style[severity](paragraph('', printable(`${severity}[${code}] ${message}`))),
    ...(hint === undefined ? [] : [paragraph('  hint: ', printable(hint))]),
  ]);

type TableRow = readonly [name: string, text: string];

/** Rows of two columns; a name that is too long has a line for itself. */
function section(title: string, rows: readonly TableRow[], style: Style): readonly string[] {
  if (rows.length === 0) return [];
  const column = Math.min(Math.max(...rows.map(([name]) => length(stripped(name)))), 44);
  const lines = rows.flatMap(([name, text]) => {
    if (text === '') return [name];
    const room = column - length(stripped(name));
    const lead = ' '.repeat(column + 3);
    const [first = '', ...rest] = paragraph(lead, text, WIDTH).split('\n');
    return room >= 0 ? [name + ' '.repeat(room + 3) + first.trimStart(), ...rest] : [name, first, ...rest];
  });
  return [style.bold(title), ...lines];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const stripped = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, '');

function orderRows(changes: readonly OrderChange[]): readonly TableRow[] {
  const texts = changes.map(orderText);
  const column = Math.min(Math.max(0, ...texts.map(length)), 40);
  const isKnown = changes.some(({ hook }) => hook !== 'chart');
  return changes.map(({ kind, name, hook }, at) => {
    // Where no config is known, nothing tells the hooks of a config from those of the chart.
    const source = hook === 'chart' || hook.startsWith('copy for ') ? hook : `hook\u00a0"${hook}"`;
    if (!isKnown) return [`  ${printable(`${kind}/${name}`)}`, texts[at] ?? ''];
    return [`  ${printable(`${kind}/${name}`)}`, `${padEnd(texts[at] ?? '', column)}   ${printable(source)}`];
  });
}

function orderText({ before, after, sameOrder, wasPlain }: OrderChange): string {
  if (before === null) return after === null ? '' : `${wasPlain ? 'was plain, now in' : 'new in'} ${placeOf(after)}`;
  if (after === null) return `no longer a hook, was ${placeOf(before)}`;
  return movedText(before, after) + (sameOrder && before.weight !== after.weight ? ' (same order)' : '');
}

/** `pre-install, pre-upgrade 10`. */
const placeOf = ({ events, weight }: HookState): string => `${events.join(', ')} ${weight}`;

function movedText(before: HookState, after: HookState): string {
  const policies = ({ deletePolicy }: HookState): string =>
    deletePolicy.length === 0 ? 'no delete policy' : deletePolicy.join(', ');
  const sameEvents = sameList(before.events, after.events);
  const moved = before.weight !== after.weight || !sameEvents;
  const now = sameEvents ? after.weight : placeOf(after);
  return [
    ...(moved ? [`${placeOf(before)} → ${now}`] : []),
    ...(policies(before) === policies(after) ? [] : [`${policies(before)} → ${policies(after)}`]),
  ].join('; ');
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

function resourceRow({ change, kind, nameBefore, nameAfter, baseName, paths }: ResourceChange, style: Style): TableRow {
  // In one stream before and after, the new name is a change of its own; across runs it is none.
  const renamed =
    nameBefore !== null &&
    nameAfter !== null &&
    nameBefore !== nameAfter &&
    paths.some((path) => formatPath(path) === 'metadata.name');
  const sign = change === 'added' ? style.added('+') : change === 'removed' ? style.removed('-') : SIGNS.changed;
  const name = printable(
    `${kind}/${change === 'changed' && !renamed ? baseName : (nameAfter ?? nameBefore ?? baseName)}`,
  );
  const text =
    change !== 'changed'
      ? ''
      : paths.length === 0
        ? 'only how it is written'
        : some(
            paths.map((path) => printable(formatPath(path))),
            8,
          );
  return [`  ${sign} ${name}`, text];
}

/** `(2 Jobs have new timestamps)`. */
function renameLines({ renamed }: ReleaseDiff): readonly string[] {
  const groups = new Map<string, (typeof renamed)[number][]>();
  for (const rename of renamed) addTo(groups, JSON.stringify([rename.kind, rename.by]), rename);
  return [...groups.values()].map((group) => {
    const [{ kind, by } = { kind: '', by: 'name' }] = group;
    const one = group.length === 1;
    return printable(`(${count(group.length, kind)} ${one ? `has a new ${by}` : `have new ${plural(by)}`})`);
  });
}
