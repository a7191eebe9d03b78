// Turns what is written in src/knowledge into TypeScript tables beside it, for the build, the tests and the type checker.
//
//   node scripts/knowledge.mjs      writes src/knowledge/*.generated.ts, which are not committed
//
//   kinds.yaml programs.yaml tools.yaml   rows, each with its source and an example (scripts/knowledge-rows.mjs)
//   findings/<family>/<code>.md           a finding: its severity and its texts. families.yaml has the families in their order.
//   causes/<code>.md                      why a step of a running operation does not go on: `run/<code>`, its texts and the findings that tell it beforehand.
//
// A file that lacks something, or has something that is not known here, is an error: nothing in src/knowledge goes unread.
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { kindsModule, programsModule, readRows, toolsModule } from './knowledge-rows.mjs';

const KNOWLEDGE = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'knowledge');
const SEVERITIES = ['error', 'warning', 'info'];

/** The sections of a finding's file, in their order, and what the code calls them. */
const SECTIONS = {
  'What happens': 'what',
  Before: 'before',
  After: 'after',
  Fix: 'resolve',
  'When to ignore it': 'ignore',
};
const EXAMPLES = ['Before', 'After'];
/** The same of a cause's file. */
const CAUSE_SECTIONS = { 'What happens': 'what', Fix: 'resolve' };

/** A finding's file as a value. Throws what is wrong with it. */
export function readFinding(text) {
  const [, front, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  if (front === undefined) throw new Error('it does not begin with front matter between lines of `---`');
  const { severity, title, otherwise = {}, ...unknown } = parse(front) ?? {};
  for (const key of Object.keys(unknown)) throw new Error(`the front matter has an unknown key: ${key}`);
  if (!SEVERITIES.includes(severity)) throw new Error(`severity is one of ${SEVERITIES.join(', ')}`);
  if (typeof title !== 'string' || title === '') throw new Error('it has no title');
  for (const [key, when] of Object.entries(otherwise)) {
    if (!SEVERITIES.includes(key) || key === severity) throw new Error(`otherwise: ${key} is no other severity`);
    if (typeof when !== 'string' || when === '') throw new Error(`otherwise: ${key} does not say when`);
  }
  return { severity, title, otherwise, ...readSections(body, SECTIONS) };
}

function readSections(body, sections) {
  const found = [];
  let fenced = false;
  for (const line of body.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    if (!fenced && line.startsWith('## ')) found.push({ name: line.slice(3), lines: [] });
    else if (found.length > 0) found.at(-1).lines.push(line);
    else if (line !== '') throw new Error('there is text before the first section');
  }
  const names = found.map(({ name }) => name).join(', ');
  const wanted = Object.keys(sections).join(', ');
  if (names !== wanted) throw new Error(`its sections are ${names}; they should be ${wanted}`);
  return Object.fromEntries(
    found.map(({ name, lines }) => [sections[name], readSection(name, lines.join('\n').trim())]),
  );
}

function readSection(name, text) {
  if (text === '') throw new Error(`"${name}" is empty`);
  if (!EXAMPLES.includes(name)) return text;
  const [, yaml] = /^```yaml\n((?:(?!```).*\n)+)```$/.exec(text) ?? [];
  if (yaml === undefined) throw new Error(`"${name}" is not one block of \`\`\`yaml`);
  return yaml.slice(0, -1);
}

/** All findings by code, the families in the order of families.yaml and the codes of a family in that of the alphabet. */
export async function readFindings() {
  const folder = join(KNOWLEDGE, 'findings');
  const families = parse(await readFile(join(folder, 'families.yaml'), 'utf8'));
  const findings = new Map();
  const mistakes = [];
  for (const entry of await readdir(folder))
    if (entry !== 'families.yaml' && !Object.hasOwn(families, entry))
      mistakes.push(`${entry}: no family of families.yaml`);
  for (const family of Object.keys(families))
    for (const file of (await readdir(join(folder, family))).sort()) {
      const code = `${family}/${file.replace(/\.md$/, '')}`;
      try {
        if (!/^[a-z0-9-]+\.md$/.test(file)) throw new Error('it is not called <code>.md');
        findings.set(code, readFinding(await readFile(join(folder, family, file), 'utf8')));
      } catch (error) {
        mistakes.push(`${family}/${file}: ${error.message}`);
      }
    }
  if (mistakes.length > 0) throw new Error(['src/knowledge/findings:', ...mistakes].join('\n  '));
  return { families, findings };
}

/** A cause's file as a value. Throws what is wrong with it. */
export function readCause(text, codes) {
  const [, front, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  if (front === undefined) throw new Error('it does not begin with front matter between lines of `---`');
  const { title, lint = [], ...unknown } = parse(front) ?? {};
  for (const key of Object.keys(unknown)) throw new Error(`the front matter has an unknown key: ${key}`);
  if (typeof title !== 'string' || title === '') throw new Error('it has no title');
  for (const code of lint) if (!codes.has(code)) throw new Error(`lint: there is no finding ${code}`);
  return { title, lint, ...readSections(body, CAUSE_SECTIONS) };
}

/** All causes by code, in the order of the alphabet. */
export async function readCauses(findings) {
  const folder = join(KNOWLEDGE, 'causes');
  const causes = new Map();
  const mistakes = [];
  for (const file of (await readdir(folder)).sort())
    try {
      if (!/^[a-z0-9-]+\.md$/.test(file)) throw new Error('it is not called <code>.md');
      causes.set(`run/${file.replace(/\.md$/, '')}`, readCause(await readFile(join(folder, file), 'utf8'), findings));
    } catch (error) {
      mistakes.push(`${file}: ${error.message}`);
    }
  if (mistakes.length > 0) throw new Error(['src/knowledge/causes:', ...mistakes].join('\n  '));
  return causes;
}

const json = (value) => JSON.stringify(value, null, 2);

/** What every start needs: codes and severities. */
function codesModule(findings) {
  const entries = [...findings];
  const softer = entries.filter(
    ([, { severity, otherwise }]) => severity === 'error' && Object.keys(otherwise).length > 0,
  );
  return `/** The severity that each code has unless a finding says otherwise. */
export const SEVERITIES = ${json(Object.fromEntries(entries.map(([code, { severity }]) => [code, severity])))} as const;

/** Errors that come as warnings or infos at times. */
export const SOFTER_AT_TIMES: readonly string[] = ${json(softer.map(([code]) => code))};
`;
}

/** What is printed of a code. */
function textsModule(families, findings) {
  const explanations = [...findings].map(([code, { title, otherwise, what, before, after, resolve, ignore }]) => [
    code,
    {
      title,
      ...(Object.keys(otherwise).length > 0 && {
        otherwise: Object.entries(otherwise)
          .map(([severity, when]) => `${severity} ${when}`)
          .join(', '),
      }),
      what,
      example: { before, after },
      resolve,
      ignore,
    },
  ]);
  return `import type { SEVERITIES } from './codes.generated.ts';
import type { Explanation } from './explanation.ts';

type Code = keyof typeof SEVERITIES;

/** The families of codes with their headings. */
export const FAMILIES: readonly { readonly title: string; readonly codes: readonly Code[] }[] = ${json(
    Object.entries(families).map(([family, title]) => ({
      title,
      codes: [...findings.keys()].filter((code) => code.startsWith(`${family}/`)),
    })),
  )};

export const EXPLANATIONS: Readonly<Record<Code, Explanation>> = ${json(Object.fromEntries(explanations))};
`;
}

const causesModule = (causes) => `import type { SEVERITIES } from './codes.generated.ts';
import type { CauseText } from './explanation.ts';

/** Why a step of a running operation does not go on, in a few words each. */
export const CAUSE_TITLES = ${json(Object.fromEntries([...causes].map(([code, { title }]) => [code, title])))} as const;

export const CAUSE_TEXTS: Readonly<Record<keyof typeof CAUSE_TITLES, CauseText<keyof typeof SEVERITIES>>> = ${json(
  Object.fromEntries([...causes].map(([code, { what, resolve, lint }]) => [code, { what, resolve, lint }])),
)};
`;

/** Renamed into place, and only when it differs, so that a run beside this one finds a whole file. */
async function place(name, text) {
  const target = join(KNOWLEDGE, name);
  const contents = `// Made from the files in this folder by scripts/knowledge.mjs.\n${text}`;
  if ((await readFile(target, 'utf8').catch(() => '')) === contents) return;
  const fresh = `${target}.${process.pid}`;
  await writeFile(fresh, contents);
  await rename(fresh, target);
}

/** Writes the tables. */
export async function buildKnowledge() {
  const { families, findings } = await readFindings();
  const rows = readRows(KNOWLEDGE);
  await place('kinds.generated.ts', kindsModule(rows));
  await place('programs.generated.ts', programsModule(rows));
  await place('tools.generated.ts', toolsModule(rows));
  await place('codes.generated.ts', codesModule(findings));
  await place('findings.generated.ts', textsModule(families, findings));
  await place('causes.generated.ts', causesModule(await readCauses(findings)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKnowledge();
