/**
 * Everything that there is to say about each finding code, as data. `explain` and docs/findings.md are made of it.
 *
 * Loaded only where it is printed. A code without an explanation is a type error, an explanation without a code too.
 */
import { FINDING_CODES, type FindingCode, SEVERITIES } from '../../model/finding.ts';
import { ARGOCD } from './argocd.ts';
import { CONFIG } from './config.ts';
import type { Explanation } from './explanation.ts';
import { HOOK_ANNOTATIONS } from './hook.ts';
import { INPUT } from './input.ts';
import { JOBS } from './job.ts';
import { LIVE } from './live.ts';
import { NAMES } from './name.ts';
import { ORDER } from './order.ts';
import { POLICIES } from './policy.ts';
import { REFERENCES } from './refs.ts';
import { RIGHTS } from './rights.ts';
import { WAITS } from './waits.ts';

export const CATALOGUE = {
  ...INPUT,
  ...CONFIG,
  ...ORDER,
  ...HOOK_ANNOTATIONS,
  ...POLICIES,
  ...REFERENCES,
  ...WAITS,
  ...LIVE,
  ...RIGHTS,
  ...JOBS,
  ...NAMES,
  ...ARGOCD,
} as const satisfies Record<FindingCode, Explanation>;

/** Codes whose findings can be more or less severe than the table says, and when. */
export const OTHER_SEVERITIES: Partial<Record<FindingCode, string>> = {
  'hook/name-blocks-rerun':
    'error for a Job or Pod of the config whose successful run stays, info for a test or a hook of an uninstall',
  'hook/logs-lost': "info for a chart's hook",
  'hook/not-awaited': 'info where nothing comes next that may count on it',
  'refs/stale-on-upgrade': "info for a chart's hook",
  'job/immutable': 'info where its pods do not show that a new version changes them',
  'job/ttl-too-short': "info for a chart's hook",
  'hook/delete-policy-loses-data':
    "warning for a chart's hook that only a new install runs again, and for the scratch space of hooks",
  'refs/wait-cycle': 'error with `--wait`',
  'argocd/needs-later': 'warning for rights that may not matter',
  'argocd/deletion-lacks': 'warning for rights that may not matter',
  'argocd/claim-unbound': 'warning where the StorageClass is not in the stream',
  'argocd/remade': 'warning for what loses no data',
  'argocd/replaced': 'warning with `Force=true`',
  'live/deleted-on-upgrade':
    'error for a Deployment, StatefulSet, DaemonSet or Service, info for a ConfigMap or Secret',
};

const FAMILIES: Readonly<Record<string, string>> = {
  input: 'The stream',
  config: 'The ordering config',
  order: 'The order',
  hook: 'Hook annotations and delete policies',
  refs: 'What hooks need and wait for',
  live: 'What is in use',
  rights: 'What hooks may do',
  job: 'Jobs',
  name: 'Names',
  argocd: 'Under Argo CD (`--target argocd`)',
  release: 'The release',
};

/** The codes with the heading of their family, in the order of the table. */
export const familiesOfCodes = (): readonly { readonly title: string; readonly codes: readonly FindingCode[] }[] =>
  Object.entries(FAMILIES).map(([family, title]) => ({
    title,
    codes: FINDING_CODES.filter((code) => code.startsWith(`${family}/`)),
  }));

/** docs/findings.md. */
export function formatFindingsDoc(): string {
  const sections = familiesOfCodes().map(({ title, codes }) =>
    [`## ${title}`, table(codes), ...codes.map((code) => section(code))].join('\n\n'),
  );
  return [INTRODUCTION, ...sections].join('\n\n').concat('\n');
}

const INTRODUCTION = `# Findings

What hookorder has to say about a release, code by code. \`hookorder explain CODE\` prints the same in a terminal.

**error**: this will go wrong for certain. **warning**: it will go wrong in a situation that is likely, and that the finding names. **info**: worth knowing.
\`lint --fail-on warning\` is meant for CI. What has one cause is one finding, with all its members.

\`render\` refuses a release for errors of its input, its config and its order, for errors on what the config claims, and for what the config brings upon
others; faults that a chart brought along stop nothing. Findings can be silenced in the config, such errors of the chart with a reason:

\`\`\`yaml
lint:
  ignore:
    - job/no-backoff-limit
    - { code: refs/stale-on-upgrade, match: { name: "*-migrate" } }
    - code: hook/unknown-event
      match: { kind: CustomResourceDefinition }
      because: the definitions are in the chart's crds folder too, for Helm 2
\`\`\`

<!-- Made from src/report/catalogue/*.ts by \`npm test -- test/report/catalogue --update\`. -->`;

const table = (codes: readonly FindingCode[]): string =>
  [
    '| code | severity | |',
    '| --- | --- | --- |',
    ...codes.map((code) => `| [\`${code}\`](#${anchorOf(code)}) | ${SEVERITIES[code]} | ${CATALOGUE[code].title} |`),
  ].join('\n');

/** As GitHub makes anchors of headings: the slash goes. */
const anchorOf = (code: FindingCode): string => code.replace('/', '');

function section(code: FindingCode): string {
  const { title, what, example, resolve, ignore }: Explanation = CATALOGUE[code];
  const other = OTHER_SEVERITIES[code];
  return [
    `### ${code}`,
    `**${title}.** Severity: ${SEVERITIES[code]}${other === undefined ? '' : `; ${other}`}.`,
    what,
    `Before:\n\n${fence(example.before)}`,
    `After:\n\n${fence(example.after)}`,
    `**Way out.** ${resolve}`,
    `**When to ignore it.** ${ignore}`,
  ].join('\n\n');
}

const fence = (text: string): string => `\`\`\`yaml\n${text}\n\`\`\``;
