/** What `init --fix` prints: the config, what it cures, and what is left. */
import type { Finding } from '../../model/finding.ts';
import { count } from '../../report/layout.ts';
import { comment } from '../yaml.ts';
import type { Fixed } from './fix.ts';
import { editGiven, formatEntries, type Given, sayCures } from './text.ts';

/** The whole config, the given one included. */
export function formatFixed(fixed: Fixed, given?: Given): string {
  const { entries, left } = fixed;
  const added = entries.filter(({ matcher }) => matcher !== undefined);
  const foot = left.length === 0 ? [] : ['', ...sayLeft(left)];
  if (given === undefined) return formatEntries(added, headOf(fixed), foot);
  const text = editGiven(given, entries);
  if (added.length === 0) return text;
  const head = [...comment('Added by hookorder init --fix.'), ...ownership(fixed)];
  return `${text}${text.endsWith('\n') ? '' : '\n'}---\n${formatEntries(added, head, foot)}`;
}

function headOf(fixed: Fixed): readonly string[] {
  const { entries, cured, chart, target } = fixed;
  const of = `${chart === undefined ? '' : ` for chart ${chart}`}${target === 'argocd' ? ' under Argo CD' : ''}`;
  return [
    ...comment(
      entries.length === 0
        ? `hookorder init --fix${of}: there is nothing that an entry cures.`
        : `Proposed by hookorder init --fix${of}: cures ${countFindings(cured)}. Each entry has what it cures above it.`,
    ),
    ...(target === 'argocd' && entries.length > 0
      ? comment('Render with `--target argocd`: what these entries say is meant for that.')
      : []),
    ...ownership(fixed),
  ];
}

/** Helm refuses to take over what it made as a hook, unless it is told to. */
const ownership = ({ entries, target }: Fixed): readonly string[] =>
  target === 'helm' && entries.some(({ keys, isUnowned }) => keys.hook === false && isUnowned)
    ? comment(
        'A release that is installed already needs `helm upgrade --take-ownership` once, because what was a hook becomes a plain resource here: `hookorder adopt` tells.',
      )
    : [];

const sayLeft = (left: readonly Finding[]): readonly string[] => [
  ...comment('Left, because no entry cures it without harm:'),
  ...left.flatMap(({ hint, ...finding }) => [
    ...sayCures([finding], ''),
    ...(hint === undefined ? [] : comment(`  fix: ${hint}.`)),
  ]),
];

/** `1 error and 2 warnings` */
export function countFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  return [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : '']
    .filter((words) => words !== '')
    .join(' and ');
}
