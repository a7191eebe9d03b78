/**
 * What of a plan patches cannot say, each thing by its name and with the way that works. A patch changes or removes an object that is
 * there, in the same way at each rendering; it adds none.
 */
import { type Finding, findingAtRule, findingOf, SEVERITIES } from '../model/finding.ts';
import { enteredOf } from '../model/leaving.ts';
import { formatResource, type Resource } from '../model/manifest.ts';
import { addTo } from '../model/maps.ts';
import { formatPlacement, type Placement, type Plan } from '../model/plan.ts';
import { enteredIn, partsIn } from './patches.ts';
import { kustomizeId } from './target.ts';

/** `mayShare`: two objects of one name that do not come in one stream, so that kustomize never sees both. */
export function limitsOf(plan: Plan, mayShare: (same: readonly Resource[]) => boolean): readonly Finding[] {
  const parts = partsIn(plan);
  return [
    ...plan.placements.flatMap((placement) => [
      ...addition(placement),
      ...(parts.has(enteredOf(placement.resource)) ? part(placement) : []),
      ...newName(placement),
      ...move(placement),
    ]),
    ...unreadable(enteredIn(plan), mayShare),
  ];
}

const AS_CHART = 'publish the rendered release as a chart (docs/flux.md, "What patches cannot do")';

function addition(placement: Placement): readonly Finding[] {
  if (placement.copyFor === undefined) return [];
  const users = [...new Set(placement.copyFor.map((user) => user.rule?.name ?? formatPlacement(user)))].join(', ');
  const what = formatPlacement(placement);
  const member = `${placement.resource.kind}/${placement.name}`;
  const because = `for hook ${users}, and a patch adds no object`;
  const hint = `make objects that exist before this release of what it copies, or run the hook with events: [post-install, pre-upgrade], or ${AS_CHART}`;
  const rule = placement.copyFor.find((user) => user.rule !== undefined)?.rule;
  const finding: Finding = {
    code: 'export/adds-object',
    severity: SEVERITIES['export/adds-object'],
    message: `${what} is a copy ${because}`,
    hint,
    resource: placement.resource,
    ...(rule && { config: { ...rule.placeOf('dependencies'), hook: rule.name } }),
    cause: { key: users, member, message: `$all are copies ${because}` },
  };
  return [finding];
}

function part({ rule, resource, hook, name }: Placement): readonly Finding[] {
  if (rule === undefined) return [];
  return [
    findingAtRule(
      'export/adds-object',
      rule,
      `${formatPlacement({ resource, name })} has another weight in ${hook?.events.join(' and ')}, which takes a second document, and a patch adds none`,
      {
        key: 'weight',
        resource,
        hint: `give hook "${rule.name}" one weight, or order it with \`after\` and \`before\`, or ${AS_CHART}`,
      },
    ),
  ];
}

function newName({ rule, resource, ...placement }: Placement): readonly Finding[] {
  if (rule === undefined || resource.kind !== 'Job' || rule.jobName.suffix === 'keep') return [];
  const what = rule.jobName.suffix === 'hash' ? 'the hash of its content' : 'the time of its rendering';
  const name = formatPlacement({ resource, name: placement.name });
  return [
    findingAtRule(
      'export/new-name',
      rule,
      `${name} has ${what} in its name, and a patch writes the same name at each rendering`,
      {
        key: 'jobName',
        resource,
        hint: `leave jobName out, with deletePolicy: [before-hook-creation, hook-succeeded], or ${AS_CHART}`,
      },
    ),
  ];
}

/** kustomize rewrites what refers to these by rules of its own; nothing refers to a Job or a Pod by a field (namereference.go). */
function move({ rule, resource }: Placement): readonly Finding[] {
  const entered = enteredOf(resource);
  if (rule === undefined || rule.jobName.suffix !== 'keep' || resource === entered) return [];
  const isSame = (['apiVersion', 'kind', 'namespace'] as const).every((key) => resource[key] === entered[key]);
  const isRun = (resource.kind === 'Job' || resource.kind === 'Pod') && resource.name !== '';
  if (isSame && (resource.name === entered.name || isRun)) return [];
  return [
    findingAtRule(
      'export/renames',
      rule,
      `\`patch\` gives ${formatResource(entered)} another ${isSame ? 'name' : 'kind or namespace'}, and kustomize then changes what refers to it too`,
      { key: 'patch', resource, hint: `leave the identity of ${formatResource(entered)} to its chart, or ${AS_CHART}` },
    ),
  ];
}

/** What makes kustomize refuse the whole stream, whatever the patches say [X kustomize 5.8.1]. */
function unreadable(
  resources: readonly Resource[],
  mayShare: (same: readonly Resource[]) => boolean,
): readonly Finding[] {
  const nameless = resources.filter(({ name }) => name === '').map((resource) => refused(resource, 'has no name'));
  const doubled = doubledIn(resources)
    .filter((same) => !mayShare(same))
    .map((same) => refused(same[1] as Resource, 'stands twice in the release'));
  const keys = resources
    .filter((resource) => resource.manifest().duplicateKeys.length > 0)
    .map((resource) => refused(resource, `has the key "${resource.manifest().duplicateKeys[0]?.path.at(-1)}" twice`));
  return [...nameless, ...doubled, ...keys];
}

/** Objects that have one kind, name and namespace, in groups of two and more. */
export function doubledIn(resources: readonly Resource[]): readonly (readonly Resource[])[] {
  const byId = new Map<string, Resource[]>();
  for (const resource of resources) if (resource.name !== '') addTo(byId, kustomizeId(resource), resource);
  return [...byId.values()].filter((same) => same.length > 1);
}

const refused = (resource: Resource, why: string): Finding =>
  findingOf(
    'export/not-for-kustomize',
    resource,
    ['metadata', 'name'],
    `${formatPlacement({ resource, name: resource.name })} ${why}, and kustomize refuses the whole stream for that`,
    {
      hint: 'switch it off in the values of its chart, or correct the chart; patches come too late for it',
    },
  );
