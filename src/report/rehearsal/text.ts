/** `hookorder rehearse` for terminals: steps by failures, a letter for each outcome, and the outcomes, worst first. 80 columns. */
import type { Failure, Mishap } from '../../rehearsal/rehearsal.ts';
import { count, formatSeconds, length, padEnd, paragraph, WIDTH, wrap } from '../layout.ts';
import { printable } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { arrange, type Group, HARMLESS, type Row } from './groups.ts';
import type { RehearsalFormatter, RehearsalReport } from './report.ts';
import {
  commandOf,
  DEED_WHY,
  deployerOf,
  FAILS,
  HARMLESS_MEANS,
  headlineOf,
  nextName,
  nextWords,
  nowOf,
  shortCommandOf,
  titleOf,
  UNKNOWN,
} from './words.ts';

export const formatRehearsalText: RehearsalFormatter = (report, { style, all }) => {
  const { rehearsal, operations } = report;
  if (rehearsal.mishaps.length === 0) return 'nothing that this release does can go wrong\n';
  const { groups, rows, failures } = arrange(rehearsal, operations);
  const lines = [
    ...heading(report, style),
    '',
    ...table(rows, failures, style),
    ...(all ? eachOf(groups, style) : worstOf(groups, style)),
    '',
    ...afterwards(rehearsal.afterwards),
    ...wrap(UNKNOWN, WIDTH).map((line) => style.dim(line)),
  ];
  return `${lines.join('\n')}\n`;
};

function heading({ rehearsal, errors, timeoutSeconds }: RehearsalReport, style: Style): readonly string[] {
  const told = rehearsal.target === 'argocd' ? '' : `, --timeout ${formatSeconds(timeoutSeconds)}`;
  return [
    ...wrap(`${deployerOf(rehearsal)}${told}: what is left when a step goes wrong`, WIDTH),
    ...(errors === 0
      ? []
      : wrap(
          `${count(errors, 'error')}: this order does not work even when nothing goes wrong (\`hookorder lint\`)`,
          WIDTH,
        ).map((line) => style.error(line))),
  ];
}

const MARGIN = 4;

function table(rows: readonly Row[], failures: readonly Failure[], style: Style): readonly string[] {
  const widths = failures.map((failure) => FAILS[failure].length + 2);
  const room = WIDTH - widths.reduce((sum, width) => sum + width, 0);
  const heads = failures.map((failure) => `  ${FAILS[failure]}`).join('');
  return rows.flatMap((row, at) => {
    const before = rows[at - 1];
    const isNew = before?.operation !== row.operation;
    const hasPhase = row.phase !== row.operation && (isNew || before?.phase !== row.phase);
    const cells = failures
      .map((failure, column) => padEnd(`  ${row.cells[failure] ?? ''}`, widths[column] ?? 0))
      .join('')
      .trimEnd();
    const name = padEnd(row.operation, at === 0 ? room : 0);
    return [
      ...(isNew ? [style.bold(name) + (at === 0 ? style.dim(heads) : '')] : []),
      ...(hasPhase ? [`  ${row.phase}`] : []),
      padEnd(labelOf(row, room - MARGIN), room) + cells,
    ];
  });
}

/** The names, or the first and how many more. */
function labelOf({ objects }: Row, room: number): string {
  const [first = '', ...others] = objects.map(printable);
  const all = [first, ...others].join(', ');
  const rest = others.length === 0 ? '' : `, ${others.length} more`;
  const text = length(all) <= room ? all : cut(first, room - rest.length) + rest;
  return ' '.repeat(MARGIN) + text;
}

const cut = (text: string, room: number): string => (length(text) <= room ? text : `${text.slice(0, room - 1)}…`);

const eachOf = (groups: readonly Group[], style: Style): readonly string[] =>
  groups.flatMap(({ letter, mishaps }) => mishaps.flatMap((mishap) => ['', ...block(letter, mishap, 0, style)]));

function worstOf(groups: readonly Group[], style: Style): readonly string[] {
  const worst = groups.filter(({ letter }) => letter !== HARMLESS);
  const full = worst.slice(0, worst.length > FEW ? 1 : 2);
  return [
    ...full.flatMap(({ letter, mishaps }) => ['', ...block(letter, mishaps[0] as Mishap, mishaps.length - 1, style)]),
    '',
    ...worst.slice(full.length).flatMap(({ letter, mishaps }) => briefly(letter, mishaps[0] as Mishap, style)),
    ...(worst.length < groups.length ? [paragraph(`${style.bold(HARMLESS)}  `, HARMLESS_MEANS)] : []),
    style.dim('--step Kind/name tells one step in full, --all each of them'),
  ];
}

/** With more outcomes, only the worst is told in full. */
const FEW = 4;

const LEAD = 14;

function block(letter: string, mishap: Mishap, others: number, style: Style): readonly string[] {
  const entry = (name: string, text: string): string => paragraph(padEnd(`   ${name}`, LEAD), printable(text));
  const alike = others === 0 ? '' : ` (${others} more like it)`;
  return [
    style.bold(paragraph(`${letter}  `, headlineOf(mishap))),
    paragraph('   ', printable(titleOf(mishap) + alike)),
    entry('now', nowOf(mishap).join('; ')),
    ...mishap.next.map((next) => entry(nextName(next), nextWords(next))),
    ...mishap.wayOut.flatMap((deed, at) => {
      const why = DEED_WHY[deed.because];
      return [
        padEnd(at === 0 ? '   do' : '', LEAD) + style.info(printable(commandOf(deed))),
        ...(why === '' ? [] : [style.dim(paragraph(' '.repeat(LEAD), `# ${why}`))]),
      ];
    }),
  ];
}

/** An outcome in two lines: what is bad, and the way out. */
const briefly = (letter: string, mishap: Mishap, style: Style): readonly string[] => [
  paragraph(`${letter}  `, headlineOf(mishap)).replace(letter, style.bold(letter)),
  ...(mishap.wayOut.length === 0
    ? []
    : [style.info(paragraph('   ', printable(mishap.wayOut.map(shortCommandOf).join('; '))))]),
];

/** What can follow an operation in which nothing fails. */
const afterwards = (entries: RehearsalReport['rehearsal']['afterwards']): readonly string[] =>
  entries.flatMap(({ operation, next }) =>
    next
      .filter(({ works, oldAppNewSchema }) => !works || oldAppNewSchema)
      .map((each) => paragraph('', printable(`${nextName(each)} after a good ${operation}: ${nextWords(each)}`))),
  );
