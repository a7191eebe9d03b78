/**
 * What a rule writes into the resources that it claims: hook annotations, Job settings, and the config's own operations.
 *
 * Everything is an RFC 6902 operation, and nothing is written where the resource already says it: that makes rendering
 * twice the same as rendering once. The config's operations need not have that property (`add` to the end of a list), so a
 * resource that got them carries their hash in `hookorder.io/patched`.
 */

import { PATCHED } from '../model/annotations.ts';
import type { JobSettings, Rule } from '../model/config.ts';
import { type Finding, findingAtRule } from '../model/finding.ts';
import {
  HOOK,
  HOOK_ANNOTATIONS,
  HOOK_DELETE_POLICY,
  HOOK_OUTPUT_LOG_POLICY,
  HOOK_WEIGHT,
  isAwaited,
  KEEP_POLICY,
  readHookWeight,
} from '../model/helm.ts';
import { type JsonObject, type Operation, type Path, pointer, valueAt } from '../model/json.ts';
import { applyPatch } from '../model/json-patch.ts';
import { asLeaving } from '../model/leaving.ts';
import {
  annotationInHelm,
  annotationOf,
  formatResource,
  isUnreadable,
  type Resource,
  stringInHelm,
} from '../model/manifest.ts';
import { getOrMake } from '../model/maps.ts';
import { type DocumentPatch, type Hook, type Placement, replaceIn } from '../model/plan.ts';
import { annotate } from './annotate.ts';
import { readHook } from './hook.ts';
import { type Claims, patchMark } from './match.ts';
import { Models } from './models.ts';

export interface Placed {
  /** In the order of the stream. */
  readonly placements: readonly Placement[];
  /** What leaves no more. */
  readonly dropped: readonly Placement[];
  readonly patches: readonly DocumentPatch[];
  readonly findings: readonly Finding[];
}

/** What Helm will see of each resource once the config has its way. `digest` is eight hex digits over a text. */
export function placeResources(
  resources: readonly Resource[],
  claims: Claims,
  weightOf: ReadonlyMap<Resource, number>,
  digest: (text: string) => string,
): Placed {
  const patches: DocumentPatch[] = [];
  const findings: Finding[] = [];
  const isDropped = (resource: Resource): boolean => claims.ruleOf.get(resource)?.drop === true;
  const dropped = resources.filter(isDropped).map((resource): Placement => {
    const rule = claims.ruleOf.get(resource);
    return replaceIn(placeAsIs(resource), { ...(rule && { rule }), gone: {} });
  });
  const staying = dropped.length === 0 ? resources : resources.filter((resource) => !isDropped(resource));
  const models = new Models(staying, claims, (resource) => place(resource).value());
  // A resource that another one follows is placed when that one is.
  const placed = new Map<Resource, Placement>();
  const place = (resource: Resource): Placement => getOrMake(placed, resource, () => placeOne(resource));
  const placeOne = (resource: Resource): Placement => {
    const rule = claims.ruleOf.get(resource);
    if (rule === undefined) return placeAsIs(resource);
    const original = resource.manifest().value;
    if (isUnreadable(original)) return placeAsIs(resource);
    // What the patch set or removed in an earlier run stays as it left it.
    const isDone = patchMark(rule, digest) === annotationOf(resource, PATCHED);
    const isOpen = (path: Path): boolean => !isDone || !rule.patch.some((operation) => writesTo(operation, path));
    const annotations = hookAnnotations(rule, resource.kind, weightOf.get(resource) ?? cleanWeight(original));
    const wanted = Object.entries(annotations).filter(([key]) => isOpen(['metadata', 'annotations', key]));
    const settled = settle(
      original,
      [
        ...annotate(original, Object.fromEntries(wanted)),
        ...(resource.kind === 'Job' ? jobOperations(original, rule, isOpen) : []),
      ],
      (value) => models.operationsFor(resource, rule, value, isOpen),
    );
    const patched =
      'error' in settled || isDone ? { ...settled, operations: [] } : applyOwn(rule, settled.value, digest);
    if ('error' in patched) {
      findings.push(patchFailed(rule, resource, patched, 'error' in settled));
      return placeAsIs(resource);
    }
    const { value } = patched;
    const leaving = rule.patch.length === 0 ? resource : asLeaving(resource, value);
    if (leaving === undefined) {
      findings.push(noIdentity(rule, resource));
      return placeAsIs(resource);
    }
    patches.push({ resource, operations: [...('error' in settled ? [] : settled.operations), ...patched.operations] });
    const hook = hookOf(value);
    if (hook === undefined && !rule.plain) findings.push(noEvents(rule, resource));
    return { resource: leaving, rule, name: leaving.name, value: () => value, ...(hook && { hook }) };
  };
  const placements = staying.map(place);
  return { placements, dropped, patches, findings: [...findings, ...models.findings] };
}

/** Operations and then more of them, on what the first made. */
function settle(
  original: JsonObject,
  first: readonly Operation[],
  more: (value: JsonObject) => readonly Operation[],
): { readonly value: JsonObject; readonly operations: readonly Operation[] } | { error: string; index: number } {
  const settled = first.length === 0 ? { value: original } : applyPatch(original, first);
  if ('error' in settled) return settled;
  const others = more(settled.value);
  const value = others.length === 0 ? settled : applyPatch(settled.value, others);
  return 'error' in value ? value : { value: value.value, operations: [...first, ...others] };
}

/** As its chart has it. */
export function placeAsIs(resource: Resource): Placement {
  const hook = resource.mayBeHook ? readHook((key) => annotationInHelm(resource, key)) : undefined;
  const placement = new UnclaimedPlacement(resource);
  return hook === undefined ? placement : replaceIn(placement, { hook });
}

/** Small, because a large release has tens of thousands of them. */
class UnclaimedPlacement implements Placement {
  readonly resource: Resource;

  constructor(resource: Resource) {
    this.resource = resource;
  }

  get name(): string {
    return this.resource.name;
  }

  get value(): () => JsonObject {
    return () => this.resource.manifest().value;
  }
}

const hookOf = (value: JsonObject): Hook | undefined =>
  readHook((key) => stringInHelm(valueAt(value, ['metadata', 'annotations', key])));

/**
 * A kept weight, as Helm reads it, where it has to be written anew: without quotes the API server refuses it, and what is no number is 0.
 * Undefined where it can stay as it is.
 */
function cleanWeight(value: JsonObject): number | undefined {
  const written = valueAt(value, ['metadata', 'annotations', HOOK_WEIGHT]);
  const { weight, valid } = readHookWeight(stringInHelm(written));
  return valid && (written === undefined || typeof written === 'string') ? undefined : weight;
}

/** The annotations that a rule wants. A key that it does not name is not touched; `undefined` strips one. */
function hookAnnotations(
  rule: Rule,
  kind: string,
  weight: number | undefined,
): Readonly<Record<string, string | undefined>> {
  if (rule.plain) return Object.fromEntries(HOOK_ANNOTATIONS.map((key) => [key, undefined]));
  return {
    ...(rule.events && { [HOOK]: rule.events.join(',') }),
    ...(weight !== undefined && { [HOOK_WEIGHT]: String(weight) }),
    ...(rule.deletePolicy && {
      [HOOK_DELETE_POLICY]: rule.deletePolicy === 'keep' ? KEEP_POLICY : rule.deletePolicy.join(','),
    }),
    // Helm reads it on Jobs and Pods; on other kinds it would only puzzle people.
    ...(rule.outputLogPolicy && isAwaited(kind) && { [HOOK_OUTPUT_LOG_POLICY]: rule.outputLogPolicy.join(',') }),
  };
}

function jobOperations(value: JsonObject, rule: Rule, isOpen: (path: Path) => boolean): readonly Operation[] {
  const operations: Operation[] = [];
  const keys = new Set([...Object.keys(rule.jobDefaults), ...Object.keys(rule.job)]) as Set<keyof JobSettings>;
  for (const key of keys) {
    const path = ['spec', key];
    const current = valueAt(value, path);
    const want = rule.job[key] ?? (current === undefined ? rule.jobDefaults[key] : undefined);
    if (want === undefined || want === current || !isOpen(path)) continue;
    operations.push({ op: current === undefined ? 'add' : 'replace', path: pointer(path), value: want });
  }
  return operations;
}

/** The rule's `patch`, and the mark that the resource has had it. */
function applyOwn(
  rule: Rule,
  value: JsonObject,
  digest: (text: string) => string,
):
  | { readonly value: JsonObject; readonly operations: readonly Operation[] }
  | { readonly error: string; readonly index: number } {
  if (rule.patch.length === 0) return { value, operations: [] };
  const patched = applyPatch(value, rule.patch);
  if ('error' in patched) return patched;
  const mark = annotate(patched.value, { [PATCHED]: patchMark(rule, digest) });
  const marked = applyPatch(patched.value, mark);
  return 'error' in marked ? marked : { value: marked.value, operations: [...rule.patch, ...mark] };
}

function patchFailed(
  rule: Rule,
  resource: Resource,
  failed: { error: string; index: number },
  inSettings: boolean,
): Finding {
  const what = inSettings
    ? 'the hook cannot be written into'
    : `operation ${failed.index + 1} of \`patch\` cannot be applied to`;
  return findingAtRule('order/patch-failed', rule, `${what} ${formatResource(resource)}: ${failed.error}`, {
    key: inSettings ? 'match' : 'patch',
    resource,
    hint: inSettings
      ? 'narrow the `match`: this manifest lacks the parts that a hook has'
      : 'correct its `path`, or narrow the `match` to resources that have it',
  });
}

/** True when an operation may change what stands at a path. */
function writesTo(operation: Operation, path: Path): boolean {
  const written = operation.op === 'test' ? [] : [operation.path];
  if (operation.op === 'move') written.push(operation.from);
  const target = `${pointer(path)}/`;
  return written.some((place) => target.startsWith(`${place}/`));
}

const noIdentity = (rule: Rule, resource: Resource): Finding =>
  findingAtRule(
    'order/patch-failed',
    rule,
    `\`patch\` leaves ${formatResource(resource)} without an apiVersion, a kind or a name that is text`,
    { key: 'patch', resource, hint: 'keep all three; `drop: true` takes a resource out of the stream' },
  );

const noEvents = (rule: Rule, resource: Resource): Finding =>
  rule.events === undefined
    ? findingAtRule(
        'order/no-events',
        rule,
        `hook "${rule.name}" names no events, and ${formatResource(resource)} has no ${HOOK} annotation to keep`,
        { resource, hint: 'add `events`, for example `events: [pre-install, pre-upgrade]`' },
      )
    : findingAtRule(
        'order/no-events',
        rule,
        `\`patch\` of hook "${rule.name}" takes the ${HOOK} annotation of ${formatResource(resource)} away again, which \`events\` writes`,
        { key: 'patch', resource, hint: 'add or remove single annotations: `path: /metadata/annotations/KEY`' },
      );
