/**
 * Unique names for Jobs, and references that follow them.
 *
 * A Job's pod template is immutable, and Helm deletes hooks by name, so a migration that is to run again gets a new name: by the
 * clock, or by what it would do (its final spec and the content that it reads). Jobs that mention each other are renamed in
 * the order of the mentions, because a new name in an argument is a new spec.
 */

import { BASE_NAME } from '../model/annotations.ts';
import { type Finding, findingOf } from '../model/finding.ts';
import { HELM_DIFF_BASE_NAME } from '../model/helm.ts';
import { isObject, type Json, type JsonObject, type Operation, valueAt } from '../model/json.ts';
import { applyPatch } from '../model/json-patch.ts';
import { MAX_JOB_NAME } from '../model/kubernetes.ts';
import { asLeaving } from '../model/leaving.ts';
import { annotationOf, formatResource, mayShareNamespace, type Names, type Resource } from '../model/manifest.ts';
import { stemOf } from '../model/name-tail.ts';
import { type DocumentPatch, type Placement, replaceIn } from '../model/plan.ts';
import { referencesOf } from '../release/references.ts';
import type { Release } from '../release/release.ts';
import { annotate } from './annotate.ts';
import { sortByEdges } from './graph.ts';
import { canMention, findMentions, type Mention, rewriteMentions } from './mentions.ts';

/** Seconds. `before-hook-creation` deletes by name, so Jobs with unique names need another cleanup. */
const TTL_OF_UNIQUE_JOBS = 86_400;

export interface Renaming {
  readonly placements: readonly Placement[];
  readonly patches: readonly DocumentPatch[];
  readonly findings: readonly Finding[];
}

export interface RenameOptions {
  /** Unix seconds. */
  readonly now: () => number;
  /** Eight hex digits over a text. */
  readonly digest: (text: string) => string;
  /** Whether the API server is to make the unique name of a Job (`generateName`); absent: hookorder makes all of them. */
  readonly isGenerated?: (job: Placement) => boolean;
}

export function renameJobs(release: Release, options: RenameOptions): Renaming {
  const { placements } = release;
  const generated = generatedIn(placements, options);
  const jobs = placements.filter((placement) => isRenamed(placement) && generated.get(placement) !== false);
  if (jobs.length === 0) return { placements, patches: [], findings: [] };

  const patches: DocumentPatch[] = [];
  const renamed = new Map<Placement, Placement>();
  const newNames = new Map<Placement, string>();
  const byName = groupByName(jobs);
  const sameJob = new Map(jobs.map((job) => [job, mentionsOf(job, byName)]));
  for (const job of byMentions(jobs, sameJob)) {
    const after = generated.get(job)
      ? generate(job, rewriteMentions(job.value(), sameJob.get(job) ?? [], newNames))
      : rename(job, sameJob.get(job) ?? [], newNames, release, options);
    newNames.set(job, after.placement.name);
    renamed.set(job, after.placement);
    if (after.operations.length > 0) patches.push({ resource: job.resource, operations: after.operations });
  }

  const findings: Finding[] = [];
  const moved = groupByName(jobs.filter((job) => newNames.get(job) !== job.name));
  const following = placements.map((placement) => {
    const known = renamed.get(placement);
    const mentions = known === undefined ? mentionsOf(placement, moved) : (sameJob.get(placement) ?? []);
    findings.push(
      ...mentions.filter((mention) => !mention.rewritable).map((mention) => notRenamed(placement, mention, newNames)),
    );
    if (known !== undefined) return known;
    const operations = rewriteMentions(placement.value(), mentions, newNames);
    if (operations.length === 0) return placement;
    const copy = placement.copyFor && { copy: placement.name };
    patches.push({ resource: placement.resource, operations, ...copy });
    return replaceIn(placement, { value: () => patchedValue(placement.value(), operations) });
  });
  return { placements: following, patches, findings };
}

/**
 * Jobs that get their names from the API server: true. False for those that something calls by name, which keep it: no word can follow a name
 * that is not known.
 */
function generatedIn(
  placements: readonly Placement[],
  { isGenerated }: RenameOptions,
): ReadonlyMap<Placement, boolean> {
  const jobs = isGenerated === undefined ? [] : placements.filter((one) => isRenamed(one) && isGenerated(one));
  const byName = groupByName(jobs);
  const mentioned = new Set(placements.flatMap((one) => mentionsOf(one, byName)).map(({ job }) => job));
  return new Map(jobs.map((job) => [job, !mentioned.has(job)]));
}

const isRenamed = ({ rule, resource, copyFor }: Placement): boolean =>
  rule !== undefined && rule.jobName.suffix !== 'keep' && resource.kind === 'Job' && copyFor === undefined;

/** What this placement says of the given Jobs. Looks for the names as text first: most documents have none. */
function mentionsOf(placement: Placement, jobs: ReadonlyMap<string, readonly Placement[]>): readonly Mention[] {
  if (jobs.size === 0 || !canMention(placement.resource.kind)) return [];
  const { namespace } = placement.resource;
  // Of several Jobs of one name, a word can only follow one. Its own name says nothing of another.
  const isOwn = ({ name, resource }: Placement): boolean =>
    name === placement.name && resource.kind === placement.resource.kind;
  const named = namesIn(placement, jobs).flatMap(
    (name) => jobs.get(name)?.find((job) => !isOwn(job) && mayShareNamespace(job.resource.namespace, namespace)) ?? [],
  );
  return named.length === 0 ? [] : findMentions(placement, named);
}

/** Which of the names stand in a placement, and maybe more. What a patch wrote is not in the document's text. */
function namesIn(placement: Placement, names: Names): readonly string[] {
  if (placement.rule === undefined || placement.rule.patch.length === 0) return placement.resource.namesIn(names);
  const text = JSON.stringify(placement.value());
  return [...names.keys()].filter((name) => text.includes(name));
}

function groupByName(jobs: readonly Placement[]): ReadonlyMap<string, readonly Placement[]> {
  const groups = new Map<string, Placement[]>();
  for (const job of jobs) {
    const { name } = job.resource;
    const group = groups.get(name);
    if (group !== undefined) group.push(job);
    else if (name !== '') groups.set(name, [job]);
  }
  return groups;
}

/** Mentioned Jobs first. Jobs that mention each other in a circle keep the order of the stream. */
function byMentions(
  jobs: readonly Placement[],
  mentions: ReadonlyMap<Placement, readonly Mention[]>,
): readonly Placement[] {
  const index = new Map(jobs.map((job, at) => [job, at]));
  const edges = jobs.flatMap((job, at) =>
    (mentions.get(job) ?? []).map((mention) => ({ before: index.get(mention.job) ?? 0, after: at })),
  );
  const sorted = sortByEdges(jobs.length, edges);
  return 'order' in sorted ? sorted.order.map((at) => jobs[at] as Placement) : jobs;
}

/** `rewrites` are operations that it has had. */
function generate(
  job: Placement,
  rewrites: readonly Operation[],
): { readonly placement: Placement; readonly operations: readonly Operation[] } {
  const { resource } = job;
  const base = annotationOf(resource, BASE_NAME) ?? baseOf(resource);
  const operations: Operation[] = [...rewrites];
  if (resource.generateName === undefined)
    operations.push({ op: 'add', path: '/metadata/generateName', value: `${base}-` });
  if (resource.name !== '') operations.push({ op: 'remove', path: '/metadata/name' });
  operations.push(...annotate(job.value(), { [BASE_NAME]: base }));
  const final = patchedValue(job.value(), operations);
  return {
    placement: replaceIn(job, { resource: asLeaving(resource, final) ?? resource, name: '', value: () => final }),
    operations,
  };
}

function rename(
  job: Placement,
  mentions: readonly Mention[],
  newNames: ReadonlyMap<Placement, string>,
  release: Release,
  options: RenameOptions,
): { readonly placement: Placement; readonly operations: readonly Operation[] } {
  const { resource, rule } = job;
  const value = job.value();
  const operations: Operation[] = [...rewriteMentions(value, mentions, newNames)];
  // Helm never removes a hook Job of another name, but it does remove a plain one that left the manifest. A Job without a spec is the API server's to refuse.
  if (
    rule?.plain !== true &&
    isObject(value['spec']) &&
    valueAt(value, ['spec', 'ttlSecondsAfterFinished']) === undefined
  )
    operations.push({ op: 'add', path: '/spec/ttlSecondsAfterFinished', value: TTL_OF_UNIQUE_JOBS });
  const settled = patchedValue(value, operations);

  const base = annotationOf(resource, BASE_NAME) ?? baseOf(resource);
  const name = uniqueName(replaceIn(job, { value: () => settled }), base, release, options);
  const naming: Operation[] = [];
  if (resource.name === '') naming.push({ op: 'add', path: '/metadata/name', value: name });
  else if (resource.name !== name) naming.push({ op: 'replace', path: '/metadata/name', value: name });
  if (resource.generateName !== undefined) naming.push({ op: 'remove', path: '/metadata/generateName' });
  naming.push(...annotate(settled, { [BASE_NAME]: base, [HELM_DIFF_BASE_NAME]: base }));
  const final = patchedValue(settled, naming);
  const leaving = asLeaving(resource, final) ?? resource;
  return {
    placement: replaceIn(job, { resource: leaving, name, value: () => final }),
    operations: [...operations, ...naming],
  };
}

/** The name less what makes it unique already. */
const baseOf = ({ name, generateName }: Resource): string =>
  name === '' ? (generateName ?? '').replace(/[-.]+$/, '') : (stemOf(name) ?? name);

function uniqueName(job: Placement, base: string, release: Release, options: RenameOptions): string {
  const { name } = job.resource;
  const jobName = job.rule?.jobName ?? { suffix: 'keep' };
  if (jobName.suffix === 'hash') return withSuffix(base, `-${options.digest(describe(job, release))}`, options.digest);
  // A name that carries a time already, by hookorder or by its chart, is unique: a second stamp would only hide the first.
  if (jobName.suffix === 'keep' || stemOf(name) !== undefined) return name;
  const now = options.now();
  return withSuffix(base, jobName.format === 'utc' ? `-${formatUtc(now)}` : `-${now}`, options.digest);
}

/** `20261121t014500z`: lower case, because names of Kubernetes objects are. */
const formatUtc = (seconds: number): string =>
  new Date(seconds * 1000)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')
    .toLowerCase();

/** Cuts the base, never the suffix; a cut base carries six digits of its hash, so that two long names stay two. */
function withSuffix(base: string, suffix: string, digest: (text: string) => string): string {
  if (base.length + suffix.length <= MAX_JOB_NAME) return base + suffix;
  const mark = `-${digest(base).slice(0, 6)}`;
  const room = MAX_JOB_NAME - suffix.length - mark.length;
  return base.slice(0, room).replace(/[-.]+$/, '') + mark + suffix;
}

/** What a Job would do, as text: its spec and the content it reads, keys sorted so that only content counts. */
function describe(job: Placement, release: Release): string {
  const content = contentOf(job, release).map((placement) => {
    const { data, binaryData, stringData } = placement.value();
    return { kind: placement.resource.kind, name: placement.name, data, binaryData, stringData };
  });
  return canonical({ spec: job.value()['spec'], content } as unknown as Json);
}

/** The ConfigMaps and Secrets of the stream that a Job's pods name, with copies in place of their originals. */
const contentOf = (job: Placement, release: Release): readonly Placement[] =>
  referencesOf(job)
    .filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret')
    .flatMap(({ kind, name, namespace }) => release.find(kind, name, namespace));

function canonical(value: Json | undefined): string {
  return JSON.stringify(value, (_key, part: Json) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function patchedValue(value: JsonObject, operations: readonly Operation[]): JsonObject {
  if (operations.length === 0) return value;
  const patched = applyPatch(value, operations);
  if ('error' in patched) throw new Error(`own operation ${patched.index} cannot be applied: ${patched.error}`);
  return patched.value;
}

function notRenamed(placement: Placement, mention: Mention, newNames: ReadonlyMap<Placement, string>): Finding {
  const name = newNames.get(mention.job) ?? mention.job.name;
  return findingOf(
    'name/mention-not-renamed',
    placement.resource,
    mention.path,
    `${formatResource(placement.resource)} mentions ${formatResource(mention.job.resource)}, which leaves as ${name}`,
    {
      mark: mention.job.resource.name,
      hint: 'write it as `job/NAME` in a command or an argument, so that it follows, or set `jobName: keep`',
    },
  );
}
