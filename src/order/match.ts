/**
 * Which rule claims which resource. A resource has at most one rule, and a rule must claim something unless it is optional.
 */
import { COPY_OF, PATCHED } from '../model/annotations.ts';
import type { Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import { compareBytes, compareKinds } from '../model/helm.ts';
import { annotationOf, formatResource, type Resource } from '../model/manifest.ts';
import { getOrMake } from '../model/maps.ts';

export interface Claims {
  /** In the order in which the rule's resources run: install order of kinds, then names. */
  readonly resourcesOf: ReadonlyMap<Rule, readonly Resource[]>;
  readonly ruleOf: ReadonlyMap<Resource, Rule>;
  readonly findings: readonly Finding[];
}

/** By what a resource shows that it has had the rule's `patch`; undefined for a rule without one. `digest` is eight hex digits over a text. */
export const patchMark = ({ name, patch }: Rule, digest: (text: string) => string): string | undefined =>
  patch.length === 0 ? undefined : digest(JSON.stringify([name, patch]));

/** `digest` is eight hex digits over a text. */
export function matchRules(
  rules: readonly Rule[],
  resources: readonly Resource[],
  digest: (text: string) => string,
): Claims {
  const resourcesOf = new Map<Rule, Resource[]>();
  const ruleOf = new Map<Resource, Rule>();
  const findings: Finding[] = [];
  const unmatched: Rule[] = [];
  const candidatesOf = indexResources(resources);
  const patchedBy = markedResources(rules, resources, digest);
  for (const rule of rules) {
    const matched = candidatesOf(rule).filter((resource) => rule.matches(resource) && !isCopy(resource));
    // What a rule has patched is its own, whatever it is called now.
    const claimed =
      patchedBy.size === 0
        ? matched
        : [
            ...matched.filter((resource) => !patchedBy.has(resource)),
            ...[...patchedBy].flatMap(([resource, by]) => (by === rule ? [resource] : [])),
          ];
    for (const resource of claimed) {
      const other = ruleOf.get(resource);
      if (other === undefined) ruleOf.set(resource, rule);
      else
        findings.push(
          findingAtRule(
            'order/claimed-twice',
            rule,
            `${formatResource(resource)} is claimed by two hooks, "${other.name}" and "${rule.name}"`,
            {
              key: 'match',
              resource,
              hint: 'narrow the `match` of one of them, so that each resource belongs to one hook',
            },
          ),
        );
    }
    if (claimed.length === 0 && !rule.optional) unmatched.push(rule);
    resourcesOf.set(rule, claimed.sort(compareResources));
  }
  return { resourcesOf, ruleOf, findings: [...findings, ...matchNothing(unmatched, rules, resources)] };
}

/** Resources that came in with a rule's `patch`: a name, a kind or a label that it changed would hide them from the rule's `match`. */
function markedResources(
  rules: readonly Rule[],
  resources: readonly Resource[],
  digest: (text: string) => string,
): ReadonlyMap<Resource, Rule> {
  const patching = rules.filter(({ patch }) => patch.length > 0);
  if (patching.length === 0) return new Map();
  const byMark = new Map(patching.map((rule) => [patchMark(rule, digest), rule]));
  return new Map(
    resources.flatMap((resource): readonly (readonly [Resource, Rule])[] => {
      const mark = resource.mayBeOurs ? annotationOf(resource, PATCHED) : undefined;
      const rule = mark === undefined ? undefined : byMark.get(mark);
      return rule === undefined || isCopy(resource) ? [] : [[resource, rule]];
    }),
  );
}

/** A copy of an earlier run belongs to the hooks that it was made for, however wide a glob is. */
const isCopy = (resource: Resource): boolean => resource.mayBeOurs && Object.hasOwn(resource.annotations, COPY_OF);

const compareResources = (a: Resource, b: Resource): number =>
  compareKinds(a.kind, b.kind) ||
  compareBytes(a.baseName, b.baseName) ||
  compareBytes(a.name, b.name) ||
  compareBytes(a.namespace ?? '', b.namespace ?? '');

/** A config of which nothing fits, nor nearly, was written for another release: that is one mistake. */
function matchNothing(
  unmatched: readonly Rule[],
  rules: readonly Rule[],
  resources: readonly Resource[],
): readonly Finding[] {
  const [first] = unmatched;
  if (first === undefined) return [];
  // Looking at everything for each of a thousand entries would take longer than reading twenty hints.
  const hints = unmatched.map((rule, index) => (index < 20 ? rule.nearMiss(resources) : undefined));
  const isStrange = unmatched.length === rules.length && rules.length > 2 && hints.every((hint) => hint === undefined);
  if (!isStrange) return unmatched.map((rule, index) => matchesNothing(rule, resources, hints[index]));
  return [
    findingAtRule(
      'order/matches-nothing',
      first,
      `none of the ${rules.length} hooks of this config matches anything: it looks like the config of another release; ${listRunnable(resources)}`,
      { key: 'match', hint: 'give the config of this release with --config' },
    ),
  ];
}

/** An earlier run may have dropped the resource already. So a rule with `drop` that matches nothing is no mistake. */
const matchesNothing = (rule: Rule, resources: readonly Resource[], nearMiss: string | undefined): Finding =>
  findingAtRule(
    'order/matches-nothing',
    rule,
    `hook "${rule.name}" matches nothing: no resource has ${rule.description}; ${listRunnable(resources)}`,
    {
      key: 'match',
      ...(rule.drop && { severity: 'warning' as const }),
      hint: nearMiss ?? 'correct the `match`, or set `optional: true` if the resource may be absent',
    },
  );

/** What a config is most often about. */
function listRunnable(resources: readonly Resource[]): string {
  const runnable = resources.filter((resource) => resource.kind === 'Job' || resource.kind === 'Pod');
  const shown = runnable.slice(0, 8).map(formatResource);
  const more = runnable.length > shown.length ? ` and ${runnable.length - shown.length} more` : '';
  return shown.length === 0 ? 'the release has no Job and no Pod' : `the release has ${shown.join(', ')}${more}`;
}

/** Where to look for what a rule claims, so that many rules and many resources do not multiply. Indices are made at need. */
function indexResources(resources: readonly Resource[]): (rule: Rule) => readonly Resource[] {
  const byKind = new Map<string, readonly Resource[]>();
  const byName = new Map<string, Groups>();
  const ofKind = (kind: string): readonly Resource[] =>
    getOrMake(byKind, kind, () => resources.filter((resource) => resource.kind === kind));
  return ({ kinds, names }) => {
    if (kinds === undefined) return resources;
    const [kind = '', ...others] = kinds;
    if (others.length > 0) return kinds.flatMap(ofKind);
    if (names?.length !== 1) return ofKind(kind);
    return getOrMake(byName, kind, () => groupByName(ofKind(kind))).get(names[0] ?? '') ?? [];
  };
}

type Groups = ReadonlyMap<string, readonly Resource[]>;

/** By every name that a rule may call a resource by. */
function groupByName(resources: readonly Resource[]): Groups {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const { name, baseName, generateName } = resource;
    addTo(groups, name, resource);
    addTo(groups, baseName, resource);
    if (generateName !== undefined) addTo(groups, generateName, resource);
  }
  return groups;
}

function addTo(groups: Map<string, Resource[]>, key: string, resource: Resource): void {
  const members = groups.get(key);
  if (members === undefined) groups.set(key, [resource]);
  else if (members.at(-1) !== resource) members.push(resource);
}
