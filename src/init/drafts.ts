/**
 * First drafts: for each Job or Pod that tells what it is for, an entry with events in which it cannot hang, and the order among them.
 *
 * In comes the release as the charts made it. Out come drafts in the order in which they should run, before the pipeline has seen them.
 */
import type { CheckContext } from '../check/context.ts';
import { nameKindOf } from '../check/hooks/names.ts';
import { containersOf, textOf } from '../check/needs/references.ts';
import { waitsOf } from '../check/waits/find.ts';
import { nameOf, selectedBy } from '../check/waits/obstacles.ts';
import { type Event, HOOK_WEIGHT } from '../model/helm.ts';
import { valueAt } from '../model/json.ts';
import type { Resource } from '../model/manifest.ts';
import { type TailKind, tailOfResource } from '../model/name-tail.ts';
import type { Placement } from '../model/plan.ts';
import type { Draft } from './draft.ts';
import { matchFor, type ReleaseNames } from './names.ts';
import { type Purpose, purposeOf } from './purpose.ts';
import { whyNotBefore } from './surroundings.ts';
import { ROLES, type Role } from './tools.ts';
import { wordsOf } from './words.ts';

export interface DraftOptions {
  readonly names: ReleaseNames;
  readonly resources: readonly Resource[];
  readonly context: CheckContext;
}

/** Drafts for plain Jobs and Pods, with `after` where one waits for what another makes. */
export function draftPlain(placements: readonly Placement[], options: DraftOptions): readonly Draft[] {
  const taken = new Set<string>();
  const seen = new Set<string>();
  const drafts = placements.flatMap((placement): Draft[] => {
    const { kind, name, namespace = '' } = placement.resource;
    // The entry of the first claims all that have its name.
    if (seen.has(`${kind}/${namespace}/${name}`)) return [];
    seen.add(`${kind}/${namespace}/${name}`);
    const purpose = purposeOf(placement, options.context);
    if (purpose === undefined || purpose.role === 'restore' || name === '') return [];
    const draft = makeDraft(placement, purpose, taken, options);
    const { events, note } = eventsFor(placement, purpose, options.context);
    draft.events = events;
    draft.notes.set('what', evidenceOf(purpose)).set('events', note);
    if (nameKindOf(placement) === 'timestamp')
      draft.notes.set(
        'name',
        'its name ends in a clock of the chart and is matched by what stands before, so it needs no jobName',
      );
    draft.job = missingSettings(placement);
    const { kind: tailKind, tail } = tailOfResource(placement.resource);
    if (kind === 'Job' && tailKind !== 'clock' && tailKind !== 'fixed') {
      draft.notes.set('name', `its name ends in ${tail}, ${TAILS[tailKind]}, so failed runs go after a day`);
      draft.job = { ...draft.job, ...missingTtl(placement) };
    }
    return [draft];
  });
  drafts.sort((a, b) => rankOf(a) - rankOf(b));
  moveBehindSchemas(drafts);
  addEdges(drafts, options.context);
  return drafts;
}

const TAILS: Readonly<Record<Exclude<TailKind, 'clock' | 'fixed'>, string>> = {
  date: 'which looks like the day',
  revision: 'which looks like the number of the revision',
  version: 'which looks like a version',
  hash: 'which looks like a hash of some content',
  random: 'which looks drawn anew by each render and is not matched',
  unknown: 'which looks like another one for each run',
};

/** A draft that keeps what the chart says. */
export function draftOfChart(placement: Placement, taken: Set<string>, options: DraftOptions): Draft {
  const purpose = purposeOf(placement, options.context);
  const draft = makeDraft(placement, purpose, taken, options);
  const { hook } = placement;
  if (hook !== undefined) {
    const written = placement.resource.annotations[HOOK_WEIGHT];
    draft.weight = typeof written === 'number' && Number.isInteger(written) ? written : hook.weight;
    if (hook.deletePolicies.length > 0 && hook.deletes.length > 0) draft.deletePolicy = hook.deletes;
    draft.job = missingSettings(placement);
  }
  return draft;
}

function makeDraft(
  placement: Placement,
  purpose: Purpose | undefined,
  taken: Set<string>,
  { names, resources }: DraftOptions,
): Draft {
  const { matcher, label } = matchFor(placement.resource, names, resources);
  // A Job that is called as the release is called after what it does.
  const base = label === placement.resource.kind.toLowerCase() ? (purpose?.role ?? label) : label;
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
  taken.add(name);
  return {
    name,
    placement,
    matcher,
    ...(purpose && { purpose }),
    ofChart: placement.hook !== undefined,
    plain: false,
    after: [],
    job: {},
    notes: new Map(),
    tried: new Set(),
  };
}

/** Jobs that create and change schemas run as early as they can; the rest has its place. */
function eventsFor(
  placement: Placement,
  purpose: Purpose,
  context: CheckContext,
): { readonly events: readonly Event[]; readonly note: string } {
  switch (purpose.role) {
    case 'test':
      return { events: ['test'], note: 'only `helm test` runs it' };
    case 'smoke':
      return {
        events: ['post-install', 'post-upgrade'],
        note: 'Helm runs it when everything is applied, and with --wait when everything is ready',
      };
    case 'backup':
      return isBeforeDelete(placement)
        ? { events: ['pre-delete'], note: 'a backup that fails stops the uninstall' }
        : {
            events: ['pre-upgrade'],
            note: 'a backup that fails stops the upgrade; add pre-delete for a last one before an uninstall',
          };
    case 'seed':
      return {
        events: ['post-install'],
        note: 'once, when everything is installed; add post-upgrade if it can stand being run again',
      };
    default: {
      const obstacle = whyNotBefore(placement, purpose, context);
      return obstacle === undefined
        ? {
            events: ['pre-install', 'pre-upgrade'],
            note: 'it needs nothing of this release that has to be up: it can run before everything else',
          }
        : {
            events: ['post-install', 'pre-upgrade'],
            note: `${obstacle}: hence post-install`,
          };
    }
  }
}

const isBeforeDelete = ({ resource }: Placement): boolean =>
  wordsOf(resource.name).some((word) => /^(?:delete|uninstall|final)$/.test(word));

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

/** Of the deadline and the number of retries, those that the Job does not set. */
function missingSettings({ resource, value }: Placement): Draft['job'] {
  if (resource.kind !== 'Job') return {};
  const has = (key: string): boolean => typeof valueAt(value(), ['spec', key]) === 'number';
  return {
    ...(!has('activeDeadlineSeconds') && { activeDeadlineSeconds: 240 }),
    ...(!has('backoffLimit') && { backoffLimit: 2 }),
  };
}

const missingTtl = ({ value }: Placement): Draft['job'] =>
  typeof valueAt(value(), ['spec', 'ttlSecondsAfterFinished']) === 'number' ? {} : { ttlSecondsAfterFinished: 86_400 };

const rankOf = ({ purpose }: Draft): number => (purpose === undefined ? ROLES.length : ROLES.indexOf(purpose.role));

/** A migration cannot run before the hook that creates its schema. */
function moveBehindSchemas(drafts: readonly Draft[]): void {
  for (const schema of drafts) {
    if (schema.purpose?.role !== 'schema' || schema.events?.includes('pre-install') === true) continue;
    for (const draft of drafts) {
      if (draft.purpose?.role !== 'migration' || draft.placement.resource.chart !== schema.placement.resource.chart)
        continue;
      if (draft.events?.includes('pre-install') !== true) continue;
      draft.events = ['post-install', 'pre-upgrade'];
      draft.notes.set('events', `runs behind ${schema.name}, which cannot run before install`);
    }
  }
}

/** `after`, where a Job waits for another Job, or for a workload whose migration another Job is. */
function addEdges(drafts: readonly Draft[], context: CheckContext): void {
  for (const draft of drafts) {
    const waited = waitsOf(draft.placement, context).flatMap(({ targets }) => targets);
    const workloads = waited.flatMap((target) =>
      target.resource.kind === 'Service' ? selectedBy(target, context) : [target],
    );
    for (const other of drafts) {
      if (other === draft || draft.after.includes(other.name) || reaches(other, draft, drafts)) continue;
      if (!other.events?.some((event) => draft.events?.includes(event))) continue;
      const served = workloads.find((workload) => isServedBy(workload, other, context));
      const isWaitedFor = waited.includes(other.placement);
      if (!isWaitedFor && served === undefined) continue;
      draft.after = [...draft.after, other.name];
      draft.notes.set(
        'after',
        isWaitedFor
          ? `waits for ${nameOf(other.placement)}`
          : `waits for ${nameOf(served ?? other.placement)}, which ${other.name} migrates`,
      );
    }
  }
  sortByEdges(drafts as Draft[]);
}

/** A workload that waits for this migration, or that runs the image that the migration brings. */
function isServedBy(workload: Placement, { placement, purpose }: Draft, context: CheckContext): boolean {
  if (workload === placement || (purpose?.role !== 'migration' && purpose?.role !== 'schema')) return false;
  if (waitsOf(workload, context).some(({ targets }) => targets.includes(placement))) return true;
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

/** Each behind what it comes after, else as they were: the file then reads in run order. */
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
