/**
 * Names: too long for their kind, used twice, or not known before the object exists.
 *
 * Judged is the name with which a resource leaves, so copies and renamed Jobs count.
 */
import { idOf, keyOf } from '../../engines/world.ts';
import type { Rule } from '../../model/config.ts';
import { type Finding, findingOf } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import { MAX_JOB_NAME } from '../../model/kubernetes.ts';
import { enteredOf } from '../../model/leaving.ts';
import { formatResource, groupOf, type Resource } from '../../model/manifest.ts';
import { tailOf, tailOfResource } from '../../model/name-tail.ts';
import { formatSource, type Placement } from '../../model/plan.ts';
import { replacingEvents } from '../../release/alone.ts';
import { type Check, indexBy, once, type Release } from '../../release/release.ts';

const NAME_PATH = ['metadata', 'name'];

/**
 * How long a name lasts: `generated` by the API server, by `timestamp` or by `hash` (of what the Job does), by the release's `revision` or the
 * application's `version`, `random` as far as one can see, `unknown` where digits may be anything, else `fixed`.
 */
export type NameKind = 'generated' | 'timestamp' | 'hash' | 'revision' | 'version' | 'random' | 'unknown' | 'fixed';

export function nameKindOf({ resource, name, rule }: Placement): NameKind {
  if (resource.kind === 'Job' && rule !== undefined && rule.jobName.suffix !== 'keep') return rule.jobName.suffix;
  if (name === '' && resource.generateName !== undefined) return 'generated';
  const { kind } = name === resource.name ? tailOfResource(resource) : tailOf(name);
  return kind === 'clock' ? 'timestamp' : kind === 'date' ? 'unknown' : kind;
}

/**
 * `name/random`: a Job or Pod whose name looks drawn, and an entry that matches a drawn name by what was drawn. Another render of the chart tells
 * for certain; one render only shows letters.
 */
export const checkRandomName: Check = (placement) => {
  const { rule } = placement;
  const resource = enteredOf(placement.resource);
  const runs = isAwaited(resource.kind) && (resource.kind === 'Job' || placement.hook !== undefined);
  if ((!runs && rule === undefined) || placement.copyFor !== undefined || resource.name === '') return [];
  const { kind, stem, tail } = tailOfResource(resource);
  if (kind !== 'random') return [];
  const subject = formatResource(resource);
  if (rule !== undefined && isMatchedBy(rule, resource, stem, tail))
    return [
      findingOf(
        'name/random',
        resource,
        NAME_PATH,
        `${subject} is matched by "${tail}" in its name, which looks random: where another render has other letters there, this entry matches nothing`,
        {
          mark: tail,
          hint: `match it by \`template\` or by labels, or write \`*\` in place of ${tail}`,
          config: { ...rule.placeOf('match'), hook: rule.name },
        },
      ),
    ];
  return runs && rule === undefined
    ? [
        findingOf(
          'name/random',
          resource,
          NAME_PATH,
          `${subject} ends in "${tail}", which looks random: nothing here is judged by this name, since each render may have another`,
          { mark: tail, hint: 'match it by `template` or by labels, and let `jobName` give it a name that tells more' },
        ),
      ]
    : [];
};

/** True when the entry would not claim the resource if other letters had been drawn. */
function isMatchedBy({ matches }: Rule, resource: Resource, stem: string, tail: string): boolean {
  const drawn = [...tail].reverse().join('');
  const other = `${stem}-${drawn === tail ? tail.replaceAll(/[a-z]/g, 'q') : drawn}`;
  const twin = new Proxy(resource, {
    get: (target, key) => (key === 'name' || key === 'baseName' ? other : Reflect.get(target, key, target)),
  });
  return !matches(twin);
}

/** `name/too-long`. */
export const checkNameLength: Check = (placement) => {
  const { resource, name, rule } = placement;
  const isPatched = rule !== undefined && enteredOf(resource).name !== resource.name;
  const limit = limitOf(resource.kind, groupOf(resource.apiVersion));
  if (limit === undefined || name.length <= limit) return [];
  return [
    findingOf(
      'name/too-long',
      resource,
      NAME_PATH,
      `${resource.kind}/${name} has a name of ${name.length} characters, and the API server takes at most ${limit} for a ${resource.kind}`,
      isPatched
        ? { hint: 'write a shorter name in `patch`', config: { ...rule.place, hook: rule.name } }
        : { hint: 'shorten the release name or set `fullnameOverride`' },
    ),
  ];
};

/** Kubernetes' own limits; undefined where it has none (RBAC names are path segments of any length). */
function limitOf(kind: string, group: string): number | undefined {
  if (group === 'batch') return kind === 'CronJob' ? MAX_CRON_JOB_NAME : kind === 'Job' ? MAX_JOB_NAME : MAX_NAME;
  if (group === '' && (kind === 'Service' || kind === 'Namespace')) return MAX_LABEL;
  return group === 'rbac.authorization.k8s.io' ? undefined : MAX_NAME;
}

/** A DNS label. */
const MAX_LABEL = 63;
/** Its Jobs are called after it, with a dash and ten digits of the minute that they are for. */
const MAX_CRON_JOB_NAME = 52;
/** A DNS subdomain. */
const MAX_NAME = 253;

/** `name/generated`. */
export const checkGeneratedName: Check = (placement) => {
  const { resource } = placement;
  if (nameKindOf(placement) !== 'generated') return [];
  const what = `${resource.kind} "${resource.generateName}…" has only a generateName, and Helm 4 fails with "resource name may not be empty"`;
  return [
    findingOf('name/generated', resource, ['metadata', 'generateName'], what, {
      hint:
        resource.kind === 'Job'
          ? 'give it a name, and `jobName: timestamp` or `hash` where each run needs its own'
          : 'give it a name',
    }),
  ];
};

/** `name/duplicate`. */
export const checkDuplicates: Check = (placement, release) => {
  if (placement.name === '') return [];
  const findings: Finding[] = [];
  for (const other of sameName(placement, release)) {
    if (other === placement || !isAnswerable(placement, other, release)) continue;
    const clash = clashOf(placement, other, release);
    if (clash === undefined) continue;
    const rule = [placement, other].find(({ resource }) => enteredOf(resource) !== resource)?.rule;
    findings.push(
      findingOf(
        'name/duplicate',
        placement.resource,
        NAME_PATH,
        `${formatResource({ kind: placement.resource.kind, name: placement.name })} is in the stream twice${originOf(other)}: ${clash}`,
        {
          hint:
            rule === undefined
              ? 'rename one of the two, or take it out'
              : `give it another name in \`patch\` of hook "${rule.name}", or take one of the two out`,
          ...(rule && { config: { ...rule.place, hook: rule.name } }),
        },
      ),
    );
    break;
  }
  return findings;
};

/** The placements of a kind by the names with which they leave. */
const namesakes = once((kind: string, release: Release) => indexBy(release.byKind(kind), ({ name }) => name));
/** Placements of one name by identity, which needs more of each manifest. */
const byIdentity = once((named: readonly Placement[], _: Release) =>
  indexBy(named, (placement) => keyOf(idOf(placement))),
);

/** Itself among them. */
export function sameName(placement: Placement, release: Release): readonly Placement[] {
  const named = namesakes(placement.resource.kind, release).get(placement.name) ?? [];
  return named.length < 2 ? named : (byIdentity(named, release).get(keyOf(idOf(placement))) ?? []);
}

/** Of two with one name, the finding belongs to what the config touched, else to the later one. */
function isAnswerable(placement: Placement, other: Placement, { placements }: Release): boolean {
  const touched = isTouched(placement);
  if (touched !== isTouched(other)) return touched;
  return placements.indexOf(placement) > placements.indexOf(other);
}

const isTouched = (placement: Placement): boolean => placement.rule !== undefined || placement.copyFor !== undefined;

/** What goes wrong; undefined when the two never exist at the same time. */
function clashOf(a: Placement, b: Placement, release: Release): string | undefined {
  if (a.hook !== undefined && b.hook !== undefined) {
    const events = b.hook.events;
    const shared = a.hook.events.filter((event) => events.includes(event));
    return shared.length === 0 ? undefined : `both are hooks of ${shared.join(', ')}, and one replaces the other`;
  }
  if (a.hook === b.hook) return 'Helm creates one over the other, or fails with "already exists"';
  const [hook, plain] = a.hook === undefined ? [b, a] : [a, b];
  const events = replacingEvents(hook, plain, release);
  return events.length === 0
    ? undefined
    : `as a hook of ${events.join(', ')} and as an ordinary resource, and the hook replaces the live one`;
}

const originOf = (other: Placement): string =>
  other.resource.template !== undefined
    ? ` (also from ${other.resource.template})`
    : isTouched(other)
      ? ` (also from ${formatSource(other)})`
      : '';
