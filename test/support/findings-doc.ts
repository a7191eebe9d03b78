/** docs/findings.md, made of src/knowledge/findings. */
import { EXPLANATIONS, FAMILIES } from '../../src/knowledge/findings.generated.ts';
import { type FindingCode, SEVERITIES } from '../../src/model/finding.ts';

export function formatFindingsDoc(): string {
  const sections = FAMILIES.map(({ title, codes }) =>
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

<!-- Made from src/knowledge/findings by \`npm test -- --update test/report/explanations\`. -->`;

const table = (codes: readonly FindingCode[]): string =>
  [
    '| code | severity | |',
    '| --- | --- | --- |',
    ...codes.map((code) => `| [\`${code}\`](#${anchorOf(code)}) | ${SEVERITIES[code]} | ${EXPLANATIONS[code].title} |`),
  ].join('\n');

/** As GitHub makes anchors of headings: the slash goes. */
const anchorOf = (code: FindingCode): string => code.replace('/', '');

function section(code: FindingCode): string {
  const { title, otherwise, what, example, resolve, ignore } = EXPLANATIONS[code];
  return [
    `### ${code}`,
    `**${title}.** Severity: ${SEVERITIES[code]}${otherwise === undefined ? '' : `; ${otherwise}`}.`,
    what,
    `Before:\n\n${fence(example.before)}`,
    `After:\n\n${fence(example.after)}`,
    `**Fix.** ${resolve}`,
    `**When to ignore it.** ${ignore}`,
  ].join('\n\n');
}

const fence = (text: string): string => `\`\`\`yaml\n${text}\n\`\`\``;
