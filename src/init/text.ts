/**
 * A proposal as YAML with comments: valid as it stands, the same for the same proposal, at most 90 columns where words allow.
 */
import type { MatcherShape } from '../config/shape.ts';
import type { Role } from '../knowledge/tools.generated.ts';
import type { FindingCode } from '../model/finding.ts';
import { HOOK_WEIGHT, readHookWeight } from '../model/helm.ts';
import { formatResource, type Resource } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { count, some } from '../report/layout.ts';
import { DEFAULT_POLICY, type Draft, type Proposal, type Topic } from './draft.ts';
import { comment, flow, list, scalar } from './yaml.ts';

export function formatProposal(proposal: Proposal): string {
  const { drafts, start } = proposal;
  const active = drafts.filter(({ disabled }) => disabled === undefined);
  const lines = [
    ...comment(`Proposed by hookorder init from ${formatRenders(proposal)}.`),
    ...comment(`Found: ${summary(proposal)}.`),
    ...(proposal.documents.length > 1 ? [] : comment(ONE_RENDER)),
    ...comment(
      'Read it, then look at what Helm will run with `hookorder plan` and at what stays risky with `hookorder lint`.',
    ),
    'apiVersion: hookorder.io/v1',
    'kind: HookOrder',
    ...(active.length > 0 ? defaults(active) : []),
    ...ignored(active),
    ...(start === undefined || active.length === 0
      ? []
      : [...comment('Behind the hooks of the chart that these need.'), `weights: { start: ${start}, step: 10 }`]),
  ];
  if (active.length === 0) lines.push(...nothing(proposal), 'hooks: []');
  else lines.push(...legend(active, proposal), 'hooks:');
  for (const [index, draft] of active.entries()) lines.push(...(index === 0 ? [] : ['']), ...entry(draft));
  for (const draft of drafts)
    if (draft.disabled !== undefined)
      lines.push(
        '',
        ...comment(`Left out: ${draft.disabled}.`, '  '),
        ...entry(draft).map((line) => line.replace(/^ {2}(?:# )?/, '  # ')),
      );
  lines.push(...remarks(proposal));
  return `${lines.join('\n')}\n`;
}

const ONE_RENDER =
  'One render shows one operation: this assumes that install and upgrade have the same Jobs and Pods. A template can ask `.Release.IsInstall`, which this render does not show: `hookorder init INSTALL UPGRADE` reads both renders.';

function formatRenders({ documents, chart }: Proposal): string {
  const of = chart === undefined ? '' : ` of chart ${chart}`;
  const parts = documents.map(
    (render) =>
      `${count(render.count, 'document')}${render.operation === undefined ? '' : ` rendered for ${render.operation}`}`,
  );
  return `${parts.join(' and ')}${of}`;
}

const ROLE_WORDS: Readonly<Record<Role, readonly [one: string, many: string]>> = {
  backup: ['backup', 'backups'],
  schema: ['Job that creates a schema', 'Jobs that create schemas'],
  migration: ['Job that looks like a migration', 'Jobs that look like migrations'],
  restore: ['restore', 'restores'],
  seed: ['Job that fills in data', 'Jobs that fill in data'],
  smoke: ['smoke test', 'smoke tests'],
  test: ['test', 'tests'],
};

function summary({ drafts, undecided, left, leftOthers }: Proposal): string {
  const own = drafts.filter(({ ofChart }) => !ofChart);
  const parts = Object.entries(ROLE_WORDS).flatMap(([role, [one, many]]) => {
    const number = own.filter(({ purpose }) => purpose?.role === role).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  });
  if (undecided.length > 0)
    parts.push(
      `${count(undecided.length, 'Job or Pod')
        .replace(/s$/, '')
        .replace('Job or Pod', undecided.length === 1 ? 'Job or Pod' : 'Jobs or Pods')} that nothing tells of`,
    );
  const hooks = left.length + leftOthers + drafts.length - own.length;
  if (hooks > 0) parts.push(`${count(hooks, 'hook')} of the chart itself`);
  return parts.length === 0 ? 'no Job and no Pod' : parts.join(', ');
}

function defaults(active: readonly Draft[]): string[] {
  const hooks = active.filter(({ plain }) => !plain);
  if (hooks.length === 0) return [];
  return [
    'defaults:',
    ...comment('A run that succeeded goes, one that failed stays for its logs until the next run.', '  '),
    `  deletePolicy: [${DEFAULT_POLICY.join(', ')}]`,
    ...comment('Helm prints the logs of a run that failed.', '  '),
    '  outputLogPolicy: [hook-failed]',
  ];
}

/** Warnings that come with what the entries mean to do, and why that is right. */
function ignored(active: readonly Draft[]): string[] {
  const whys = new Map<
    string,
    { readonly code: FindingCode; readonly why: string; readonly matchers: MatcherShape[] }
  >();
  for (const { ignores, matcher } of active)
    for (const [code, why] of ignores) {
      const known = whys.get(`${code} ${why}`);
      if (known === undefined) whys.set(`${code} ${why}`, { code, why, matchers: [matcher] });
      else known.matchers.push(matcher);
    }
  if (whys.size === 0) return [];
  return [
    'lint:',
    '  ignore:',
    ...[...whys.values()].flatMap(({ code, why, matchers }) => [
      ...comment(`${why.charAt(0).toUpperCase()}${why.slice(1)}.`, '    '),
      `    - code: ${code}`,
      ...(matchers.length === 1
        ? [`      match: ${flow(matchers[0] ?? {})}`]
        : ['      match:', ...matchers.map((matcher) => `        - ${flow(matcher)}`)]),
    ]),
  ];
}

/** What several entries have in common, said once. */
function legend(active: readonly Draft[], { timeoutSeconds }: Proposal): string[] {
  const lines = comment('Hooks run in the order in which they stand here.');
  if (active.some(({ events }) => events?.includes('post-install') && events.includes('pre-upgrade')))
    lines.push(
      ...comment(
        '[post-install, pre-upgrade]: before install it would wait for something that comes later; an upgrade finds that running, so the new pods find the new schema. With `helm --wait`, post-install comes when all workloads are ready: if they need the schema for that, install without it. Where an upgrade is what brings the database, or where the migration needs the new pods, write post-upgrade for pre-upgrade.',
      ),
    );
  if (active.some(({ dependencies }) => dependencies === 'copy'))
    lines.push(
      ...comment(
        '`dependencies: copy` gives a hook copies of what it needs and cannot have yet, in its own events; they go when the event is over, and the objects of the release stay untouched.',
      ),
    );
  if (active.some(({ possibleDeadline }) => possibleDeadline !== undefined))
    lines.push(
      ...comment(
        `Work on data has no deadline, because a deadline kills it. Helm gives up after --timeout (${timeoutSeconds}s for each hook) and the Job runs on: run Helm with a --timeout that is longer than the work, and take the comment in where you know how long that is.`,
      ),
    );
  if (active.some(({ job }) => job.backoffLimit !== undefined))
    lines.push(
      ...comment(
        '`backoffLimit: 2`: the chart sets none, and Kubernetes would try six times more, with pauses that outlast the --timeout.',
      ),
    );
  return lines;
}

function nothing(proposal: Proposal): string[] {
  const { left, leftOthers, drafts, remaining } = proposal;
  const hooks = left.length + leftOthers > 0;
  const others = 'no other Job or Pod tells what it is for';
  if (drafts.length > 0)
    return comment('Nothing that would render: the entries below are comments, each with the reason.');
  if (hooks && remaining.length === 0)
    return comment(`Nothing to propose: the hooks of the chart need no help from a config, and ${others}.`);
  if (hooks)
    return comment(
      `Nothing to propose: what \`hookorder lint\` finds in the hooks of the chart is cured in the chart, or needs a decision (see below), and ${others}.`,
    );
  return comment(
    'Nothing to propose. Looked for: Jobs and Pods that create schemas, migrate, seed or back up a database (alembic, flyway, liquibase, atlas, goose, prisma, rails, django and the like), and smoke tests.',
  );
}

function entry(draft: Draft): string[] {
  const { job, deletePolicy } = draft;
  const policy = typeof deletePolicy === 'string' ? deletePolicy : list(deletePolicy);
  const keys: [string, string | undefined][] = [
    ['match', flow(draft.matcher)],
    ['optional', draft.optional ? 'true' : undefined],
    ['drop', draft.drop ? 'true' : undefined],
    ['hook', draft.plain ? 'false' : undefined],
    ['events', list(draft.events)],
    ['after', draft.after.length > 0 ? list(draft.after) : undefined],
    ['weight', draft.weight === undefined || isChartsWeight(draft) ? undefined : String(draft.weight)],
    ['deletePolicy', String(deletePolicy) === DEFAULT_POLICY.join() ? undefined : policy],
    ['jobName', draft.jobName],
    ['dependencies', draft.dependencies],
    ['job', Object.keys(job).length > 0 ? flow(job) : undefined],
    ['patch', draft.patch && `[${draft.patch.map((operation) => flow(operation)).join(', ')}]`],
  ];
  const deadline =
    draft.possibleDeadline === undefined
      ? []
      : [`    # job: ${flow({ ...job, activeDeadlineSeconds: draft.possibleDeadline })}`];
  return [
    ...comment(sentences(notesOf(draft)), '  '),
    `  - name: ${scalar(draft.name)}`,
    ...keys.flatMap(([key, value]) =>
      value === undefined || (draft.drop && !/^(?:match|optional|drop)$/.test(key)) ? [] : [`    ${key}: ${value}`],
    ),
    ...deadline,
  ];
}

/** An entry that says nothing else about order keeps the weight of its chart. */
const isChartsWeight = ({ placement, weight, events, after }: Draft): boolean => {
  const { annotations } = placement.resource;
  const written = annotations[HOOK_WEIGHT];
  const isRead = written === undefined || (typeof written === 'string' && readHookWeight(written).valid);
  return events === undefined && after.length === 0 && isRead && weight === placement.hook?.weight;
};

const TOPICS: readonly Topic[] = ['what', 'events', 'less', 'render', 'after', 'name', 'copy', 'policy', 'settings'];

function notesOf(draft: Draft): readonly string[] {
  const { hook, resource } = draft.placement;
  const [first = '', ...others] = TOPICS.flatMap((topic) => draft.notes.get(topic) ?? []);
  if (hook === undefined) return [`${formatResource(resource)}: ${first}`, ...others];
  const was = hook.events.length > 0 ? hook.events.join(', ') : 'dropped by Helm';
  return [`${formatResource(resource)}, a hook of the chart (${was})`, first, ...others].filter((note) => note !== '');
}

const sentences = (notes: readonly string[]): string =>
  `${notes
    .map((note, index) => (index === 0 ? note : note.replace(/^[a-z]/, (letter) => letter.toUpperCase())))
    .join('. ')}.`;

function remarks({ undecided, left, leftOthers, remaining, drafts }: Proposal): string[] {
  const lines: string[] = [];
  if (left.length > 0 || (leftOthers > 0 && drafts.length > 0)) {
    const shown = left.map(
      ({ resource, hook }: Placement) =>
        `${formatResource(resource)} (${hook?.events.join(', ') || 'dropped by Helm'})`,
    );
    if (leftOthers > 0) shown.push(`${leftOthers} of other kinds`);
    lines.push('', ...comment(`Hooks of the chart that stay as they are: ${some(shown, 12)}.`));
  }
  if (undecided.length > 0) lines.push('');
  for (const { resource, why } of undecided) lines.push(...comment(`Not decided: ${nameOf(resource)} ${why}.`));
  const codes = [...new Set(remaining.map(({ code }) => code))].sort();
  const errors = remaining.filter(({ severity }) => severity === 'error').length;
  const warnings = remaining.length - errors;
  if (remaining.length > 0) {
    const counts = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : ''];
    const what = counts.filter((text) => text !== '').join(' and ');
    const where = errors > 0 ? ". The errors are the chart's own and stop no render" : '';
    lines.push('', ...comment(`With this config, \`hookorder lint\` still has ${what} (${codes.join(', ')})${where}.`));
  }
  return lines;
}

const nameOf = ({ kind, name, generateName }: Resource): string =>
  formatResource({ kind, name: name === '' ? `${generateName}*` : name });
