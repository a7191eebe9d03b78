/** `hookorder explain [CODE]`: what a finding of lint or a cause of watch means and how to resolve it, or the list of all codes. */
import { CAUSE_TEXTS, CAUSE_TITLES } from '../knowledge/causes.generated.ts';
import { EXPLANATIONS, FAMILIES } from '../knowledge/findings.generated.ts';
import { FINDING_CODES, type FindingCode, SEVERITIES } from '../model/finding.ts';
import { nearest } from '../model/nearest.ts';
import { padEnd, WIDTH, wrap } from '../report/layout.ts';
import type { Arguments } from './arguments.ts';
import { UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import type { System } from './system.ts';
import { asTyped } from './words.ts';

export function run({ files }: Arguments, system: System): number {
  const { text, status } = explainCommand(files[0]);
  if (status !== EXIT.ok) throw new UsageError(text);
  return deliver(asTyped(text, system), status, system);
}

/** `text` is what to print; for a code that there is not (status 2), what to say instead. */
export function explainCommand(code?: string): { readonly text: string; readonly status: number } {
  if (code === undefined) return { text: formatList(), status: EXIT.ok };
  // People paste the whole head of a finding: `error[refs/waits-forever]`.
  const word = /\[([^\]]+)\]/.exec(code)?.[1] ?? code;
  const known = FINDING_CODES.find((each) => each === word.toLowerCase());
  if (known !== undefined) return { text: formatExplanation(known), status: EXIT.ok };
  const cause = CAUSE_CODES.find((each) => each === word.toLowerCase());
  if (cause !== undefined) return { text: formatCause(cause), status: EXIT.ok };
  const codes = [...FINDING_CODES, ...CAUSE_CODES];
  const near = nearest(word, codes) ?? codes.find((each) => each.endsWith(`/${word}`));
  const advice = near === undefined ? '`hookorder explain` lists all' : `did you mean "${near}"?`;
  return { text: `there is no finding "${word}"; ${advice}`, status: EXIT.unusable };
}

function formatList(): string {
  const width = Math.max(...FINDING_CODES.map((code) => code.length));
  const families = FAMILIES.map(({ title, codes }) =>
    [title, ...codes.map((code) => listLine(code, width))].join('\n'),
  );
  const longest = Math.max(...CAUSE_CODES.map((code) => code.length));
  const causes = CAUSE_CODES.map((code) => hanging(`  ${padEnd(code, longest)}  `, CAUSE_TITLES[code]));
  families.push(['While Helm runs (`watch`, `why`)', ...causes].join('\n'));
  return `${families.join('\n\n')}\n\n\`hookorder explain CODE\` says what one means, with an example.\n`;
}

function listLine(code: FindingCode, width: number): string {
  const lead = `  ${padEnd(code, width)}  ${padEnd(SEVERITIES[code], 7)}  `;
  return hanging(lead, EXPLANATIONS[code].title);
}

const hanging = (lead: string, text: string): string =>
  wrap(text, WIDTH - lead.length)
    .map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line)
    .join('\n');

type CauseCode = keyof typeof CAUSE_TITLES;
const CAUSE_CODES = Object.keys(CAUSE_TITLES) as readonly CauseCode[];

function formatCause(code: CauseCode): string {
  const { what, resolve, lint } = CAUSE_TEXTS[code];
  return `${[
    paragraph(`[${code}] ${CAUSE_TITLES[code]}`),
    paragraph(what),
    `fix:\n${indented(paragraph(resolve, WIDTH - 2))}`,
    ...(lint.length === 0 ? [] : [`lint tells it beforehand as:\n${indented(paragraph(lint.join(', '), WIDTH - 2))}`]),
  ].join('\n\n')}\n`;
}

function formatExplanation(code: FindingCode): string {
  const { title, otherwise, what, example, resolve, ignore } = EXPLANATIONS[code];
  return `${[
    paragraph(`${SEVERITIES[code]}[${code}] ${title}${otherwise === undefined ? '' : ` (${otherwise})`}`),
    paragraph(what),
    `before:\n${indented(example.before)}`,
    `after:\n${indented(example.after)}`,
    `fix:\n${indented(paragraph(resolve, WIDTH - 2))}`,
    `when to ignore it:\n${indented(paragraph(ignore, WIDTH - 2))}`,
  ].join('\n\n')}\n`;
}

const paragraph = (text: string, width = WIDTH): string => wrap(text, width).join('\n');
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
