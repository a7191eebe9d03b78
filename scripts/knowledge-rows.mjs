// The rows of src/knowledge/*.yaml: reads and checks them, and writes the tables that the code has and the page that people read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROLES = ['backup', 'schema', 'migration', 'restore', 'seed', 'smoke', 'test'];
const SAYINGS = ['silent', 'looksUp', 'hosts', 'defaultHost', 'gluedHost', 'checks', 'launches', 'runsCode'];

/** Throws for a row that lacks one of `needed`, or has what is in neither list. Kubernetes' own group has an empty name. */
function checkRow(row, what, needed, optional = []) {
  for (const key of needed)
    if ((row[key] ?? '') === '' && !(key === 'group' && row[key] === '')) throw new Error(`${what} has no ${key}`);
  for (const key of Object.keys(row))
    if (!needed.includes(key) && !optional.includes(key)) throw new Error(`${what} has an unknown key: ${key}`);
}

const toList = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Rows of kinds.yaml. */
export function readKinds(text) {
  return parse(text).map((row) => {
    const what = `kinds.yaml: ${row.kind} of ${row.group}`;
    const facts = ['keepsData', 'makesSecrets', 'makesServices', 'argocdWaits'];
    checkRow(row, what, ['group', 'kind', 'source', 'example'], ['gives', ...facts]);
    if (!facts.some((fact) => Object.hasOwn(row, fact))) throw new Error(`${what} says nothing`);
    return { ...row, source: toList(row.source) };
  });
}

/** Rows of programs.yaml. */
export function readPrograms(text) {
  return parse(text).map((row) => {
    const programs = row.programs?.map(String);
    const what = `programs.yaml: ${row.says} ${programs?.[0]}`;
    checkRow(
      row,
      what,
      ['says', 'programs', 'source', 'example', 'gives'],
      row.says === 'defaultHost' ? ['variable'] : [],
    );
    if (!SAYINGS.includes(row.says)) throw new Error(`${what}: says is one of ${SAYINGS.join(', ')}`);
    if (!row.example.includes('$program')) throw new Error(`${what}: its example does not call $program`);
    return { ...row, programs, source: toList(row.source) };
  });
}

/** Rows of tools.yaml, each with its `regex`. */
export function readTools(text) {
  const { clients, tools } = parse(text);
  return tools.map((row) => {
    const what = `tools.yaml: ${row.tool} (${row.role})`;
    const isCall = row.pattern === undefined;
    checkRow(
      row,
      what,
      ['tool', 'role', 'source', 'examples', ...(isCall ? ['program', 'words'] : ['pattern'])],
      ['nearMisses'],
    );
    if (!ROLES.includes(row.role)) throw new Error(`${what}: role is one of ${ROLES.join(', ')}`);
    const pattern = isCall
      ? `(?:^|[\\s/])(?:${row.program})(?:\\s.*)?\\s["']?(?:${row.words})(?=[\\s"';]|$)`
      : row.pattern.replaceAll('{clients}', clients);
    return { ...row, source: toList(row.source), regex: new RegExp(pattern, 'i') };
  });
}

/** All rows, by file. */
export function readRows(folder) {
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  return {
    kinds: readKinds(read('kinds.yaml')),
    programs: readPrograms(read('programs.yaml')),
    tools: readTools(read('tools.yaml')),
  };
}

const json = (value) => JSON.stringify(value, null, 2);

/** Kinds by group, with blanks between. */
function kindsByGroup(rows) {
  const groups = {};
  for (const { group, kind } of rows) groups[group] = group in groups ? `${groups[group]} ${kind}` : kind;
  return groups;
}

/** `$name-app` is told by what stands behind the name. */
function suffixOf(name) {
  if (!name.startsWith('$name')) throw new Error(`kinds.yaml: ${name} does not begin with $name`);
  return name.slice('$name'.length);
}

const pathOf = (text) => text.split('.');

function secretOf(made) {
  if (typeof made === 'string') return { suffix: suffixOf(made) };
  return { ...(made.each && { each: pathOf(made.each) }), at: pathOf(made.at) };
}

export function kindsModule({ kinds }) {
  const secrets = kinds.filter(({ makesSecrets }) => makesSecrets);
  const services = kinds.filter(({ makesServices }) => makesServices);
  return `/** By API group, the kinds whose deletion deletes a database, a queue, a bucket or a snapshot; \`*\` is every kind. */
export const KEEPS_DATA: Readonly<Record<string, string>> = ${json(kindsByGroup(kinds.filter(({ keepsData }) => keepsData)))};

/** By API group, the kinds for which Argo CD has a health check. */
export const ARGOCD_WAITS: Readonly<Record<string, string>> = ${json(kindsByGroup(kinds.filter(({ argocdWaits }) => argocdWaits)))};

/** The name of a Secret: what stands behind the maker's own, or what stands at a path of it or of each item of a list. */
export type SecretName =
  | { readonly suffix: string }
  | { readonly each?: readonly string[]; readonly at: readonly string[] };

/** Kind, API group, and the Secrets that its controller makes. */
export const SECRET_MAKERS: readonly (readonly [kind: string, group: string, names: readonly SecretName[]])[] = ${json(
    secrets.map(({ kind, group, makesSecrets }) => [kind, group, makesSecrets.map(secretOf)]),
  )};

/** Kind, API group, and what its operator puts behind its name for the Services that it makes. */
export const SERVICE_MAKERS: readonly (readonly [kind: string, group: string, suffixes: readonly string[]])[] = ${json(
    services.map(({ kind, group, makesServices }) => [kind, group, makesServices.map(suffixOf)]),
  )};
`;
}

export function programsModule({ programs }) {
  const named = (says) => programs.filter((row) => row.says === says);
  const set = (says) =>
    `new Set(${JSON.stringify(
      named(says)
        .flatMap((row) => row.programs)
        .join(' '),
    )}.split(' '))`;
  const variables = named('defaultHost').flatMap((row) => row.programs.map((program) => [program, row.variable ?? '']));
  return `/** They talk to nothing in the cluster. */
export const SILENT: ReadonlySet<string> = ${set('silent')};

/** They only look a name up. */
export const LOOKUPS: ReadonlySet<string> = ${set('looksUp')};

/** Their arguments are hosts without a flag before them. */
export const POSITIONAL: ReadonlySet<string> = ${set('hosts')};

/** Without a host in the arguments they talk to localhost, or to what this variable names. */
export const DEFAULT_HOSTS: Readonly<Record<string, string>> = ${json(Object.fromEntries(variables))};

/** They take \`-hHOST\`. */
export const GLUED: ReadonlySet<string> = ${set('gluedHost')};

/** They only check. */
export const CHECKS: ReadonlySet<string> = ${set('checks')};

/** Their first arguments tell what really runs. */
export const LAUNCHERS: ReadonlySet<string> = ${set('launches')};

/** Their arguments may be a program. */
export const INTERPRETERS: ReadonlySet<string> = ${set('runsCode')};
`;
}

export function toolsModule({ tools }) {
  const lines = tools.map(
    ({ tool, role, regex }) => `  { tool: ${JSON.stringify(tool)}, role: '${role}', pattern: ${regex} },`,
  );
  return `/** What a hook is for, in the order in which such hooks run. */
export const ROLES = ${JSON.stringify(ROLES)} as const;
export type Role = (typeof ROLES)[number];

/** Tools that change something, and the lines that call them. The first that fits counts. */
export const TOOLS: readonly { readonly tool: string; readonly role: Role; readonly pattern: RegExp }[] = [
${lines.join('\n')}
];
`;
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text) => `\`${text}\``;
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
const links = (source) =>
  source.map((one, index) => (/^https?:/.test(one) ? `[${index === 0 ? 'source' : 'and'}](${one})` : one)).join(' ');

function kindFacts({ keepsData, makesSecrets = [], makesServices = [], argocdWaits }) {
  const secrets = makesSecrets.map((made) =>
    typeof made === 'string' ? code(made) : `by ${code(made.each ? `${made.each}[].${made.at}` : made.at)}`,
  );
  return [
    ...(keepsData ? ['keeps data'] : []),
    ...(secrets.length > 0 ? [`makes Secrets: ${secrets.join(', ')}`] : []),
    ...(makesServices.length > 0 ? [`makes Services: ${makesServices.map(code).join(', ')}`] : []),
    ...(argocdWaits ? ['Argo CD waits for its health'] : []),
  ].join('; ');
}

const SAID = {
  silent: 'talks to nothing in the cluster',
  looksUp: 'only looks a name up',
  hosts: 'takes hosts without a flag',
  defaultHost: 'without a host talks to localhost',
  gluedHost: 'takes `-hHOST` without a blank',
  checks: 'only checks',
  launches: 'runs what its first arguments name',
  runsCode: 'may be given a program',
};

/** docs/knowledge.md. */
export function formatKnowledgeDoc({ kinds, programs, tools }) {
  return `# What hookorder knows of others

Facts about operators, programs and tools, each with its source. They come from \`src/knowledge/*.yaml\`, where each has an example that a test runs.
Something missing or wrong? One row there is all that it takes: see "A new fact" in [CONTRIBUTING.md](../CONTRIBUTING.md).

<!-- Made from src/knowledge/*.yaml by \`npm test -- --update test/knowledge\`. -->

## Kinds

${table(
  ['kind', 'API group', '', ''],
  kinds.map((row) => [
    row.kind === '*' ? 'every kind' : row.kind,
    row.group || 'core',
    kindFacts(row),
    links(row.source),
  ]),
)}

## Programs

${table(
  ['programs', '', ''],
  programs.map((row) => [
    row.programs.map(code).join(' '),
    row.variable === undefined ? SAID[row.says] : `without a host talks to what ${code(row.variable)} names`,
    links(row.source),
  ]),
)}

## Tools that \`init\` recognises

${table(
  ['tool', 'what for', 'for example', ''],
  tools.map((row) => [row.tool, row.role, row.examples.map(code).join(', '), links(row.source)]),
)}
`;
}
