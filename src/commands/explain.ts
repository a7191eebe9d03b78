/** `hookorder explain [CODE]`: what a finding means and how to resolve it, or the list of all codes. */
import { EXPLANATIONS, FAMILIES } from '../knowledge/findings.generated.ts';
import { FINDING_CODES, type FindingCode, SEVERITIES } from '../model/finding.ts';
import { nearest } from '../model/nearest.ts';
import { padEnd, WIDTH, wrap } from '../report/layout.ts';
import type { Arguments } from './arguments.ts';
import { UsageError } from './failures.ts';
import { EXIT } from './outcome.ts';
import { deliver } from './output.ts';
import type { System } from './system.ts';

export function run({ files }: Arguments, system: System): number {
  const { text, status } = explainCommand(files[0]);
  if (status !== EXIT.ok) throw new UsageError(text);
  return deliver(text, status, system);
}

/** `text` is what to print; for a code that there is not (status 2), what to say instead. */
export function explainCommand(code?: string): { readonly text: string; readonly status: number } {
  if (code === undefined) return { text: formatList(), status: EXIT.ok };
  // People paste the whole head of a finding: `error[refs/waits-forever]`.
  const word = /\[([^\]]+)\]/.exec(code)?.[1] ?? code;
  const known = FINDING_CODES.find((each) => each === word.toLowerCase());
  if (known !== undefined) return { text: formatExplanation(known), status: EXIT.ok };
  const near = nearest(word, FINDING_CODES) ?? FINDING_CODES.find((each) => each.endsWith(`/${word}`));
  const advice = near === undefined ? '`hookorder explain` lists all' : `did you mean "${near}"?`;
  return { text: `there is no finding "${word}"; ${advice}`, status: EXIT.unusable };
}

function formatList(): string {
  const width = Math.max(...FINDING_CODES.map((code) => code.length));
  const families = FAMILIES.map(({ title, codes }) =>
    [title, ...codes.map((code) => listLine(code, width))].join('\n'),
  );
  return `${families.join('\n\n')}\n\n\`hookorder explain CODE\` says what one means, with an example.\n`;
}

function listLine(code: FindingCode, width: number): string {
  const lead = `  ${padEnd(code, width)}  ${padEnd(SEVERITIES[code], 7)}  `;
  return wrap(EXPLANATIONS[code].title, WIDTH - lead.length)
    .map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line)
    .join('\n');
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
