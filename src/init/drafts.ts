/**
 * First drafts: for each Job or Pod that tells what it is for, an entry with events in which it cannot hang, and the order among them.
 *
 * In comes the release as the charts made it. Out come drafts in the order in which they should run, before the pipeline has seen them.
 */

import { ROLES, type Role } from '../knowledge/tools.generated.ts';
import { DEFAULT_DELETE_POLICY, HOOK_WEIGHT, hasEventOf, isAwaited } from '../model/helm.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import { type Purpose, purposeOf } from '../purpose/purpose.ts';
import { containersOf, textOf } from '../release/references.ts';
import type { Release } from '../release/release.ts';
import { waitsOf } from '../waits/find.ts';
import { selectedBy } from '../waits/obstacles.ts';
import type { Draft } from './draft.ts';
import { whenOf } from './events.ts';
import { matchFor, type ReleaseNames } from './names.ts';
import type { Render, Rendered } from './render.ts';
import { addSettings } from './settings.ts';
import type { Subject } from './subject.ts';

export interface DraftOptions {
  readonly names: ReleaseNames;
  readonly renders: readonly Render[];
  readonly subjects: readonly Subject[];
}

/** Drafts for plain Jobs and Pods, with `after` where one waits for what another makes. */
export function draftPlain(subjects: readonly Subject[], options: DraftOptions): readonly Draft[] {
  const taken = new Set<string>();
  const seen = new Set<string>();
  const drafts = subjects.flatMap((subject): Draft[] => {
    const { placement, release } = subject;
    const { kind, name, namespace = '' } = placement.resource;
    // The entry of the first claims all that have its name.
    if (seen.has(`${kind}/${namespace}/${name}`)) return [];
    seen.add(`${kind}/${namespace}/${name}`);
    const purpose = purposeOf(placement, release);
    if (purpose === undefined || purpose.role === 'restore' || name === '') return [];
    const when = whenOf(subject, options.renders);
    if (when === undefined || when.events.length === 0) return [];
    const draft = makeDraft(subject, purpose, taken, options);
    draft.events = when.events;
    draft.notes.set('what', evidenceOf(purpose)).set('events', when.note);
    if (when.less !== undefined && !hasEventOf(when.events, 'install')) draft.notes.set('less', when.less);
    addSettings(draft, release);
    return [draft];
  });
  drafts.sort((a, b) => rankOf(a) - rankOf(b));
  moveBehindSchemas(drafts);
  addEdges(drafts);
  return drafts;
}

/** A draft that keeps what the chart says. */
export function draftOfChart(subject: Subject, taken: Set<string>, options: DraftOptions): Draft {
  const { placement, release } = subject;
  const draft = makeDraft(subject, purposeOf(placement, release), taken, options);
  const { hook, resource } = placement;
  if (hook !== undefined) {
    const written = resource.annotations[HOOK_WEIGHT];
    draft.weight = typeof written === 'number' && Number.isInteger(written) ? written : hook.weight;
    if (hook.deletePolicies.length > 0 && hook.deletes.length > 0) draft.deletePolicy = hook.deletes;
    // The proposal's default is for Jobs: what lasts longer than its event must not be deleted behind it.
    else if (!isAwaited(resource.kind)) draft.deletePolicy = [DEFAULT_DELETE_POLICY];
  }
  return draft;
}

function makeDraft(
  subject: Subject,
  purpose: Purpose | undefined,
  taken: Set<string>,
  { names, renders }: DraftOptions,
): Draft {
  const { placement } = subject;
  const { matcher, label, isAlone } = matchFor(subject, names, renders);
  // A Job that is called as the release is called after what it does.
  const base = label === placement.resource.kind.toLowerCase() ? (purpose?.role ?? label) : label;
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
  taken.add(name);
  const draft: Draft = {
    name,
    subject,
    placement,
    matcher,
    ...(purpose && { purpose }),
    ofChart: placement.hook !== undefined,
    plain: false,
    optional: false,
    after: [],
    job: {},
    ignores: new Map(),
    notes: new Map(),
    tried: new Set(),
  };
  if (!isAlone) draft.disabled = 'nothing that another render has too tells it from others of its kind';
  const why = whyOptional(subject, renders);
  if (why !== undefined) {
    draft.optional = true;
    draft.notes.set('render', why);
  }
  return draft;
}

/** Why another render may not have it: known from two renders, guessed by words from one. */
export function whyOptional({ only, placement }: Subject, renders: readonly Rendered[]): string | undefined {
  if (only !== undefined) return `only the render for ${only} has it, hence optional`;
  if (renders.length > 1) return undefined;
  const { resource, hook } = placement;
  const file = resource.template?.slice(resource.template.lastIndexOf('/') + 1) ?? '';
  const [, word] = ONE_OPERATION.exec(resource.baseName) ?? ONE_OPERATION.exec(file) ?? [];
  if (word !== undefined)
    return `"${word}" in its name may mean that only one of install and upgrade renders it, hence optional`;
  const sides = new Set(hook?.events.map((event) => event.slice(event.indexOf('-') + 1)));
  return sides.size === 1 && (sides.has('install') || sides.has('upgrade'))
    ? `a chart may render it for ${[...sides].join()} only, hence optional`
    : undefined;
}

const ONE_OPERATION =
  /(?:^|[-_.])((?:pre|post|on)-?(?:install|upgrade)|install(?:er|ation)?|initial|first-?(?:run|install|time))(?=[-_.\d]|$)/;

const NOUNS: Readonly<Record<Role, string>> = {
  backup: 'a backup',
  schema: 'the making of a schema',
  migration: 'a migration',
  restore: 'a restore',
  seed: 'a filling in of data',
  smoke: 'a smoke test',
  test: 'a test',
};

/** How one can tell what it is for. */
function evidenceOf({ role, by, words, container }: Purpose): string {
  if (by === 'name') return `${NOUNS[role]} by its name only (${words}): check what it runs`;
  const line = words.replaceAll(/\s+/g, ' ').trim();
  const shown = line.length > 60 ? `${line.slice(0, 59)}…` : line;
  const what = by === 'tool' || role === 'test' || role === 'smoke' ? '' : `, by its words ${NOUNS[role]}`;
  return `runs \`${shown.replaceAll('`', "'")}\`${container === undefined ? '' : ` (container ${container})`}${what}`;
}

const rankOf = ({ purpose }: Draft): number => (purpose === undefined ? ROLES.length : ROLES.indexOf(purpose.role));

/** A migration cannot run before the hook that creates its schema. */
function moveBehindSchemas(drafts: readonly Draft[]): void {
  for (const schema of drafts) {
    if (schema.purpose?.role !== 'schema' || schema.events?.includes('pre-install') === true) continue;
    for (const draft of drafts) {
      if (
        draft.purpose?.role !== 'migration' ||
        draft.placement.resource.chart !== schema.placement.resource.chart ||
        draft.subject.only !== schema.subject.only
      )
        continue;
      if (draft.events?.includes('pre-install') !== true) continue;
      draft.events = ['post-install', 'pre-upgrade'];
      draft.notes.set('events', `runs behind ${schema.name}, which cannot run before install`);
    }
  }
}

/** `after`, where a Job waits for another Job, or for a workload whose migration another Job is. */
function addEdges(drafts: readonly Draft[]): void {
  for (const draft of drafts) {
    const { release } = draft.subject;
    const waited = waitsOf(draft.placement, release).flatMap(({ targets }) => targets);
    const workloads = waited.flatMap((target) =>
      target.resource.kind === 'Service' ? selectedBy(target, release) : [target],
    );
    for (const other of drafts) {
      if (other === draft || draft.after.includes(other.name) || reaches(other, draft, drafts)) continue;
      if (!other.events?.some((event) => draft.events?.includes(event))) continue;
      const served = workloads.find((workload) => isServedBy(workload, other, release));
      const isWaitedFor = waited.includes(other.placement);
      if (!isWaitedFor && served === undefined) continue;
      draft.after = [...draft.after, other.name];
      draft.notes.set(
        'after',
        isWaitedFor
          ? `waits for ${formatPlacement(other.placement)}`
          : `waits for ${formatPlacement(served ?? other.placement)}, which ${other.name} migrates`,
      );
    }
  }
  sortByEdges(drafts as Draft[]);
}

/** A workload that waits for this migration, or that runs the image that the migration brings. */
function isServedBy(workload: Placement, { placement, purpose }: Draft, release: Release): boolean {
  if (workload === placement || (purpose?.role !== 'migration' && purpose?.role !== 'schema')) return false;
  if (waitsOf(workload, release).some(({ targets }) => targets.includes(placement))) return true;
  const images = new Set(imagesOf(workload));
  return imagesOf(placement).some((image) => images.has(image));
}
const imagesOf = (placement: Placement): string[] =>
  containersOf(placement)
    .filter(({ init }) => !init)
    .flatMap(({ value }) => textOf(value['image'])?.replace(/@.*$|:[^/]*$/g, '') ?? []);

/** True when `from` already runs after `to`. */
function reaches(from: Draft, to: Draft, drafts: readonly Draft[]): boolean {
  return from.after.some((name) => {
    const next = drafts.find((draft) => draft.name === name);
    return next !== undefined && (next === to || reaches(next, to, drafts));
  });
}

/** In run order: each entry stands behind the entries that it runs after. Otherwise the order does not change. */
function sortByEdges(drafts: Draft[]): void {
  const sorted: Draft[] = [];
  const visit = (draft: Draft): void => {
    if (sorted.includes(draft)) return;
    for (const other of drafts) if (draft.after.includes(other.name)) visit(other);
    sorted.push(draft);
  };
  for (const draft of [...drafts]) visit(draft);
  drafts.splice(0, drafts.length, ...sorted);
}
