/** Which workloads the `like` of a config means, and what becomes of the pods of hooks by them. */
import type { Like, Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import type { JsonObject, Operation, Path } from '../model/json.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import { formatResource, type Resource } from '../model/manifest.ts';
import { getOrMake } from '../model/maps.ts';
import { nearest } from '../model/nearest.ts';
import type { Claims } from './match.ts';
import type { PodStep, Workload } from './pods.ts';

export class Models {
  private readonly resources: readonly Resource[];
  private readonly claims: Claims;
  private readonly leavingOf: (resource: Resource) => JsonObject;
  /** By its text: the same words mean the same workload. */
  private readonly found = new Map<string, readonly Resource[]>();
  private readonly told = new Map<string, Finding>();
  /** Resources whose pods are being settled, each for the one before it. */
  private readonly underWay: Resource[] = [];

  /** `leavingOf` is a resource as it leaves: what a workload gets itself counts, so that a second run finds nothing more. */
  constructor(resources: readonly Resource[], claims: Claims, leavingOf: (resource: Resource) => JsonObject) {
    this.resources = resources;
    this.claims = claims;
    this.leavingOf = leavingOf;
  }

  get findings(): readonly Finding[] {
    return [...this.told.values()];
  }

  operationsFor(
    resource: Resource,
    rule: Rule,
    value: JsonObject,
    isOpen: (path: Path) => boolean,
  ): readonly Operation[] {
    const asked = [
      { settings: rule.pod, fills: false },
      { settings: rule.podDefaults, fills: true },
    ].filter(({ settings: { values, like } }) => like !== undefined || Object.keys(values).length > 0);
    if (asked.length === 0 || podSpecPath(resource.kind) === undefined) return [];
    this.underWay.push(resource);
    const steps = asked.map(
      ({ settings: { values, like }, fills }): PodStep => ({
        values,
        like: like && this.workloadOf(like, resource, rule),
        fills,
      }),
    );
    this.underWay.pop();
    const { podOperations } = require('./pods.ts') as typeof import('./pods.ts');
    return podOperations({ kind: resource.kind, value }, steps, isOpen);
  }

  private workloadOf(like: Like, user: Resource, rule: Rule): Workload | undefined {
    const named = getOrMake(this.found, like.text, () => this.namedBy(like));
    const others = named.filter((each) => !isSame(each, user));
    const [model] = others;
    if (model === undefined) {
      // A default for all hooks may name one of them.
      if (named.length === 0 || rule.pod.like === like) this.tell(like, rule, ...this.noSuch(like, named.length > 0));
      return undefined;
    }
    const other = others.find((each) => !isSame(each, model));
    if (other !== undefined) {
      const names = [model, other].map(formatResource).join(' and ');
      this.tell(like, rule, `\`like: ${like.text}\` names ${names}, and pods can be like one`, 'write the name of one');
      return undefined;
    }
    if (this.underWay.includes(model)) {
      const names = this.underWay.map(formatResource).join(' like ');
      this.tell(
        like,
        rule,
        `${names} like ${formatResource(model)}: that goes round in a circle`,
        'take one `like` out',
      );
      return undefined;
    }
    return { kind: model.kind, value: this.leavingOf(model) };
  }

  private namedBy({ kind, isNamed }: Like): readonly Resource[] {
    if (podSpecPath(kind) === undefined) return [];
    return this.resources.filter(
      (each) => each.kind === kind && [each.name, each.baseName].some((name) => name !== '' && isNamed(name)),
    );
  }

  private noSuch({ text, kind }: Like, isItself: boolean): [message: string, hint: string] {
    if (isItself) return [`\`like: ${text}\` names nothing but the hook itself`, 'name a workload of the app'];
    if (podSpecPath(kind) === undefined)
      return [
        `\`like: ${text}\` names a ${kind}, which has no pods`,
        'name a Deployment, StatefulSet, DaemonSet, Job or CronJob',
      ];
    const there = this.resources
      .filter((each) => podSpecPath(each.kind) !== undefined && !this.claims.ruleOf.has(each))
      .map(formatResource);
    const meant = nearest(text, there);
    const shown = there.slice(0, 8).join(', ') + (there.length > 8 ? ', …' : '');
    return [
      `\`like: ${text}\` names no workload of the stream`,
      meant === undefined
        ? there.length === 0
          ? 'take it out: the stream has no workload'
          : `use one of ${shown}`
        : `did you mean ${meant}?`,
    ];
  }

  private tell(like: Like, rule: Rule, message: string, hint: string): void {
    const key = JSON.stringify(like.place);
    if (this.told.has(key)) return;
    const entry = { name: rule.name, place: like.place, placeOf: rule.placeOf, lineAt: rule.lineAt };
    this.told.set(key, findingAtRule('order/like-unclear', entry, message, { hint }));
  }
}

/** Documents of one object: a hook with several weights has several. */
const isSame = (a: Resource, b: Resource): boolean =>
  a === b || (a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && a.name !== '');
