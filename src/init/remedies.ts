/**
 * What a proposal changes when the pipeline finds fault with it: one remedy per code, each tried once per entry.
 *
 * In comes a draft and a finding about it; true when the draft was changed, so that the release has to be looked at again.
 */
import { whyUpgradesRun } from '../check/hooks/operations.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import { EVENTS, type Event, HOOK, hasEventOf, readHookEvents } from '../model/helm.ts';
import { valueAt } from '../model/json.ts';
import { annotationOf, formatResource } from '../model/manifest.ts';
import { nearest } from '../model/nearest.ts';
import { DEFAULT_POLICY, type Draft } from './draft.ts';

type Remedy = (draft: Draft, finding: Finding) => boolean;

/** The finding less its subject, which is the entry's own: `needs ServiceAccount/a, which …`. */
function clauseOf({ message }: Finding, { placement }: Draft): string {
  const subject = `${formatResource(placement.resource)} `;
  if (!message.startsWith(subject)) return message;
  // `(init container wait) waits for`
  return message.slice(subject.length).replace(/^\(([^()]*)\)/, '$1');
}

/** Before the schema is there, nothing of the release may be needed: later events have it. */
const toPost: Remedy = (draft, finding) => {
  const events = eventsOf(draft);
  const early: readonly Event[] = events.includes('pre-install') ? ['pre-install'] : ['pre-upgrade'];
  const later = events.map((event) => (early.includes(event) ? (event.replace('pre-', 'post-') as Event) : event));
  if (later.join() === events.join()) return false;
  draft.events = [...new Set(later)];
  draft.notes.set('events', `${clauseOf(finding, draft)}: hence ${draft.events.join(' and ')}`);
  // What it lacks is another question now. It may hang in pre-upgrade too, which the next look tells.
  delete draft.dependencies;
  draft.notes.delete('copy');
  draft.tried.clear();
  return true;
};

const copy: Remedy = (draft, finding) => {
  if (draft.dependencies === 'copy' || draft.plain) return false;
  draft.dependencies = 'copy';
  draft.notes.set('copy', `${clauseOf(finding, draft)}: hence a copy`);
  return true;
};

/** A claim on a volume cannot be copied: then the hook has to come later. */
const copyElsePost: Remedy = (draft, finding) => {
  if (!copy(draft, finding)) return toPost(draft, finding);
  draft.tried.delete(finding.code);
  return true;
};

/** A backup is taken of the old release, with its old settings. */
const copyUnlessBackup: Remedy = (draft, finding) => {
  if (draft.purpose?.role !== 'backup') return copy(draft, finding);
  return ignore('a backup is taken of the old release, with its old settings')(draft, finding);
};

/** A warning that comes with what the entry is for; an info stops no pipeline. */
const ignore =
  (why: string): Remedy =>
  (draft, { code, severity }) => {
    if (draft.ofChart || severity === 'info' || draft.ignores.has(code)) return false;
    draft.ignores.set(code, why);
    return true;
  };

/** `helm --wait` waits for the workloads, which wait for this Job: as a plain Job it runs beside them. */
const makePlain: Remedy = (draft, finding) => {
  if (draft.ofChart || draft.plain || draft.placement.resource.kind !== 'Job') return false;
  draft.plain = true;
  delete draft.events;
  delete draft.dependencies;
  delete draft.deletePolicy;
  delete draft.possibleDeadline;
  draft.ignores.clear();
  draft.after = [];
  draft.job = {};
  const again =
    draft.subject.parts === undefined ? whyUpgradesRun(draft.placement.resource) : 'each render gives it another name';
  if (again === undefined) draft.jobName = 'hash';
  for (const topic of ['less', 'after', 'copy', 'policy', 'settings', 'name'] as const) draft.notes.delete(topic);
  const message = clauseOf(finding, draft);
  draft.notes.set(
    'events',
    `${message}: there a hook would hang, so it stays a plain Job beside them; ${again ?? 'with a name by its content it runs again when it changed'}`,
  );
  return true;
};

/** It runs as often as the chart runs it. */
const runAtUpgrades: Remedy = (draft) => {
  const events = eventsOf(draft);
  if (draft.ofChart || hasEventOf(events, 'upgrade')) return false;
  draft.events = EVENTS.filter((event) => event === 'post-upgrade' || events.includes(event));
  draft.notes.set('events', 'the chart runs it at upgrades too');
  return true;
};

/** What the uninstall deletes before it, a copy outlasts; what cannot be copied is there before the uninstall begins. */
const copyElseBeforeDelete: Remedy = (draft, finding) => {
  if (!eventsOf(draft).includes('post-delete')) return false;
  if (copy(draft, finding)) {
    draft.tried.delete(finding.code);
    return true;
  }
  draft.events = [...new Set(eventsOf(draft).map((event) => (event === 'post-delete' ? 'pre-delete' : event)))];
  draft.notes.set('events', 'by post-delete the uninstall has deleted what it needs: hence pre-delete');
  return true;
};

const setPolicy =
  (policy: NonNullable<Draft['deletePolicy']>, why: string): Remedy =>
  (draft) => {
    if (draft.plain || String(draft.deletePolicy) === String(policy)) return false;
    draft.deletePolicy = policy;
    draft.notes.set('policy', why);
    return true;
  };

const setTtl =
  (seconds: number, why: string): Remedy =>
  (draft) => {
    draft.job = { ...draft.job, ttlSecondsAfterFinished: seconds };
    draft.notes.set('settings', why);
    return true;
  };

/** Helm drops a resource for one misspelt event. */
const correctEvents: Remedy = (draft) => {
  const { events, unknown } = readHookEvents(annotationOf(draft.placement.resource, HOOK) ?? '');
  const meant = unknown.map((word) => nearest(word, EVENTS) as Event | undefined);
  if (meant.includes(undefined) || draft.events !== undefined) return false;
  draft.events = [...events, ...meant.flatMap((event) => event ?? [])];
  draft.notes.set(
    'events',
    `Helm knows no ${unknown.join(', ')} and drops it: meant is surely ${draft.events.join(', ')}`,
  );
  return true;
};

/** Of a hook of another kind than Job and Pod: what it keeps is worth more than a new beginning. */
const keep: Remedy = (draft, finding) =>
  draft.ofChart &&
  setPolicy('keep', `${clauseOf(finding, draft)}: kept, it is applied again and never deleted`)(draft, finding);

const REMEDIES: Partial<Readonly<Record<FindingCode, Remedy>>> = {
  'refs/not-yet-created': copyElsePost,
  'refs/stale-on-upgrade': copyUnlessBackup,
  'refs/waits-forever': toPost,
  'refs/mentions-service': toPost,
  'refs/already-deleted': copyElseBeforeDelete,
  'refs/wait-cycle': makePlain,
  'refs/waits-for-deleted-hook': setPolicy(
    ['before-hook-creation'],
    'others wait for it by name, so it stays until its next run (no hook-succeeded)',
  ),
  'hook/name-blocks-rerun': setPolicy(DEFAULT_POLICY, 'a leftover run would block the next one under the same name'),
  'hook/delete-policy-loses-data': keep,
  'live/deleted-on-upgrade': keep,
  'job/runs-less-often': runAtUpgrades,
  'job/deadline-exceeds-timeout': (draft, finding) => {
    draft.notes.set('settings', `${clauseOf(finding, draft)}: run Helm with a longer --timeout`);
    return ignore('the chart gives it this time, and Helm needs a --timeout that is longer')(draft, finding);
  },
  'job/ttl-reruns': (draft) => {
    const has = draft.jobName !== undefined;
    delete draft.jobName;
    return has;
  },
  'job/restart-always': (draft, { path }) => {
    const exists = path !== undefined && valueAt(draft.placement.value(), path) !== undefined;
    const at = `/${(path ?? []).join('/')}`;
    draft.patch = [{ op: exists ? 'replace' : 'add', path: at, value: 'Never' }];
    draft.notes.set('settings', 'the API server rejects a Job with restartPolicy Always');
    return path !== undefined;
  },
  'job/ttl-too-short': setTtl(300, 'a Job that is removed too early looks unfinished to Helm'),
  'job/unique-name-piles-up': setTtl(
    86_400,
    'no delete policy finds the failed runs of other names: they go after a day',
  ),
  'hook/unknown-event': correctEvents,
  'order/weight-conflict': (draft) => {
    const has = draft.weight !== undefined;
    delete draft.weight;
    return has;
  },
};

const eventsOf = (draft: Draft): readonly Event[] => draft.events ?? draft.placement.hook?.events ?? [];

/** What goes away when an entry writes the annotations anew, with the defaults of the proposal. */
const CURED_BY_CLAIMING: Partial<Readonly<Record<FindingCode, string>>> = {
  'hook/weight-not-integer': 'Helm cannot read its weight and takes 0: here it is written anew',
  'hook/annotation-not-string':
    'the API server rejects its annotations, which are no strings: here they are written anew',
  'hook/unknown-delete-policy': 'Helm does not know its delete policy: here it gets one',
  'hook/unknown-log-policy': 'Helm does not know its log policy: here it gets one',
  'hook/logs-lost': 'its policy deletes a run that failed, and the logs with it: here Helm prints them first',
};

export function noteCuredByClaiming(draft: Draft, reasons: readonly Finding[]): void {
  const notes = reasons.flatMap(({ code }) => CURED_BY_CLAIMING[code] ?? []);
  if (notes.length > 0) draft.notes.set('policy', [...new Set(notes)].join('; '));
}

/**
 * True when a finding is a reason to claim a hook of the chart. Claims cost: where nothing breaks, only Jobs that work on data are worth
 * it. Where Helm hangs only with --wait, that is for people to weigh.
 */
export function isReasonToClaim({ code, severity }: Finding, worksOnData: boolean): boolean {
  if (!(Object.hasOwn(REMEDIES, code) || Object.hasOwn(CURED_BY_CLAIMING, code)) || code === 'refs/wait-cycle')
    return false;
  return severity === 'error' || code === 'refs/stale-on-upgrade' || worksOnData;
}

export function applyRemedy(draft: Draft, finding: Finding): boolean {
  if (draft.disabled !== undefined || draft.tried.has(finding.code)) return false;
  draft.tried.add(finding.code);
  return REMEDIES[finding.code]?.(draft, finding) === true;
}
