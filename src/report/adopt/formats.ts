/** `hookorder adopt` as text, one screen, worst first; and as JSON. */
import type { Step } from '../../engines/run.ts';
import type { Finding } from '../../model/finding.ts';
import { commandLines } from '../command.ts';
import { formatFinding } from '../findings/block.ts';
import { findingsToJson } from '../findings/json.ts';
import { count, padEnd, paragraph, WIDTH } from '../layout.ts';
import { jsonText, printable } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { type Adoption, countsOf, isLocked, runsOf, toldOf } from './adoption.ts';

export const ADOPT_FORMAT_NAMES = ['text', 'json'] as const;

export const ADOPT_FORMATS: Readonly<
  Record<(typeof ADOPT_FORMAT_NAMES)[number], (adoption: Adoption, style: Style) => string>
> = { text: formatText, json: formatJson };

function formatText(adoption: Adoption, style: Style): string {
  const { release, from, chart, config } = adoption;
  const told = toldOf(adoption.findings);
  const isLeft = (finding: Finding): boolean => finding.severity !== 'info' && !isCuredBy(adoption, finding);
  const [cure, know] = [told.filter(isLeft), told.filter((finding) => !isLeft(finding))];
  const by = config.length === 0 ? 'no config' : config.join(', ');
  return [
    [style.bold(printable(`adopt ${release}`)), paragraph('  ', printable(`from ${from} to ${chart} with ${by}`))],
    isLocked(adoption) ? [style.error(locked(adoption))] : [],
    block('Cure this first', cure, style),
    block('Know this', know, style),
    [style.bold('What the upgrade does'), ...deeds(adoption, style)],
    [style.bold(cure.length + (isLocked(adoption) ? 1 : 0) > 0 ? 'Then' : 'Do it'), ...commandLines(adoption.command)],
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** What the command itself cures. */
const isCuredBy = ({ command }: Adoption, { code }: Finding): boolean =>
  code === 'live/hook-becomes-plain' && command.includes('--take-ownership');

const locked = ({ status, release }: Adoption): string =>
  paragraph(
    '[ ] ',
    printable(
      `the last operation on ${release} has not ended (${status}): Helm refuses an upgrade until it has, or until \`helm rollback ${release}\` ends it`,
    ),
  );

/** A box to tick before each. */
function block(title: string, findings: readonly Finding[], style: Style): readonly string[] {
  if (findings.length === 0) return [];
  return [
    style.bold(title),
    ...findings.map((finding) =>
      formatFinding(finding, style, WIDTH - 4)
        .split('\n')
        .map((line, at) => (at === 0 ? `[ ] ${line}` : `    ${line}`))
        .join('\n'),
    ),
  ];
}

function deeds({ upgrade, changes }: Adoption, style: Style): readonly string[] {
  const { created, updated } = countsOf(upgrade);
  const line = (deed: string, text: string): string => paragraph(`  ${padEnd(deed, 9)}`, printable(text));
  return [
    ...runsOf(upgrade).map((step) => line('runs', describeRun(step))),
    ...changes.map(({ deed, title, because }) =>
      line(deed, `${title}: ${because}`)
        .split('\n')
        .map(deed === 'keeps' ? (text) => text : style.warning)
        .join('\n'),
    ),
    ...(upgrade.steps.length === 0
      ? []
      : [line('changes', `${count(updated, 'resource')} in place, and creates ${created}`)]),
  ];
}

const describeRun = ({ subject: { id }, phase }: Step): string =>
  `${id.kind}/${id.name}, ${phase === 'release' ? 'with the other resources' : phase}`;

function formatJson(adoption: Adoption): string {
  const { release, from, status, chart, config, upgrade, changes, command, findings } = adoption;
  return jsonText({
    apiVersion: 'hookorder.io/v1',
    kind: 'Adoption',
    release,
    from,
    status: status ?? null,
    chart,
    config,
    findings: findingsToJson(toldOf(findings)),
    runs: runsOf(upgrade).map(({ subject: { id }, phase }) => ({ kind: id.kind, name: id.name, phase })),
    changes,
    ...countsOf(upgrade),
    command,
  });
}
