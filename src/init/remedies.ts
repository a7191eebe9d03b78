/**
 * What a proposal changes when the pipeline finds fault with it: one remedy per code, each tried once per entry.
 *
 * In comes a draft and a finding about it; true when the draft was changed, so that the release has to be looked at again.
 */
import { nameKindOf } from '../check/names.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import type { Event } from '../model/helm.ts';
import { valueAt } from '../model/json.ts';
import { DEFAULT_POLICY, type Draft } from './draft.ts';

type Remedy = (draft: Draft, finding: Finding) => boolean;

/** Before the schema is there, nothing of the release may be needed: later events have it. */
const toPost: Remedy = (draft, finding) => {
  const events = eventsOf(draft);
  const early: readonly Event[] = events.includes('pre-install') ? ['pre-install'] : ['pre-upgrade'];
  const later = events.map((event) => (early.includes(event) ? (event.replace('pre-', 'post-') as Event) : event));
  if (later.join() === events.join()) return false;
  draft.events = [...new Set(later)];
  draft.notes.push(`${finding.message}: hence ${draft.events.join(' and ')}`);
  // It may hang in pre-upgrade too, which the next look tells.
  draft.tried.delete(finding.code);
  return true;
};

const copy: Remedy = (draft, finding) => {
  if (draft.dependencies === 'copy' || draft.plain) return false;
  draft.dependencies = 'copy';
  draft.notes.push(`${finding.message}: hence a copy of what it needs, which goes after the event`);
  return true;
};

const either =
  (...remedies: readonly Remedy[]): Remedy =>
  (draft, finding) =>
    remedies.some((remedy) => remedy(draft, finding));

/** A backup is taken of the old release, with its old settings. */
const copyUnlessBackup: Remedy = (draft, finding) => draft.purpose?.role !== 'backup' && copy(draft, finding);

/** `helm --wait` waits for the workloads, which wait for this Job: as a plain Job it runs beside them. */
const makePlain: Remedy = (draft, finding) => {
  if (draft.ofChart || draft.plain || draft.placement.resource.kind !== 'Job') return false;
  draft.plain = true;
  delete draft.events;
  delete draft.dependencies;
  draft.after = [];
  draft.job = {};
  const stamped = nameKindOf(draft.placement) !== 'fixed';
  if (!stamped) draft.jobName = 'hash';
  const renewed = stamped
    ? 'its name is new for each run already'
    : 'with a name by its content it runs again when it changed';
  draft.notes = [
    ...draft.notes.slice(0, 1),
    `${finding.message}: a hook would hang there, so it stays a plain Job beside the workloads; ${renewed}`,
  ];
  return true;
};

const moveBeforeDelete: Remedy = (draft) => {
  const events = eventsOf(draft).filter((event) => event !== 'post-delete');
  if (events.length === eventsOf(draft).length) return false;
  draft.events = events.length > 0 ? events : ['pre-delete'];
  draft.notes.push('by post-delete the uninstall has deleted what it needs, so it does not run there any more');
  return true;
};

const setPolicy =
  (policy: NonNullable<Draft['deletePolicy']>, why: string): Remedy =>
  (draft) => {
    if (draft.deletePolicy?.join() === policy.join()) return false;
    draft.deletePolicy = policy;
    draft.notes.push(why);
    return true;
  };

const setTtl =
  (seconds: number, why: string): Remedy =>
  (draft) => {
    draft.job = { ...draft.job, ttlSecondsAfterFinished: seconds };
    draft.notes.push(why);
    return true;
  };

const REMEDIES: Partial<Readonly<Record<FindingCode, Remedy>>> = {
  'refs/not-yet-created': either(copy, toPost),
  'refs/stale-on-upgrade': copyUnlessBackup,
  'refs/waits-forever': toPost,
  'refs/mentions-service': toPost,
  'refs/already-deleted': moveBeforeDelete,
  'refs/wait-cycle': makePlain,
  'refs/waits-for-deleted-hook': setPolicy(
    ['before-hook-creation'],
    'others wait for it by name, so it stays until its next run (no hook-succeeded)',
  ),
  'hook/name-blocks-rerun': setPolicy(DEFAULT_POLICY, 'a leftover run would block the next one under the same name'),
  'hook/unknown-delete-policy': setPolicy(DEFAULT_POLICY, 'Helm does not know its delete policy'),
  'job/restart-always': (draft, { path }) => {
    const exists = path !== undefined && valueAt(draft.placement.value(), path) !== undefined;
    const at = `/${(path ?? []).join('/')}`;
    draft.patch = [{ op: exists ? 'replace' : 'add', path: at, value: 'Never' }];
    draft.notes.push('the API server rejects a Job with restartPolicy Always');
    return path !== undefined;
  },
  'job/ttl-too-short': setTtl(300, 'a Job that is removed too early looks unfinished to Helm'),
  'job/unique-name-piles-up': setTtl(
    86_400,
    'no delete policy finds the failed runs of other names: they go after a day',
  ),
  'order/weight-conflict': (draft) => {
    const has = draft.weight !== undefined;
    delete draft.weight;
    return has;
  },
  // Claiming it writes them anew.
  'hook/weight-not-integer': () => true,
  'hook/annotation-not-string': () => true,
  'hook/logs-lost': () => true,
  'hook/unknown-log-policy': () => true,
};

const eventsOf = (draft: Draft): readonly Event[] => draft.events ?? draft.placement.hook?.events ?? [];

/** True when a config can do something about a hook of the chart. Where Helm hangs only with --wait, that is for people to weigh. */
export const isCurable = ({ code }: Finding): boolean => Object.hasOwn(REMEDIES, code) && code !== 'refs/wait-cycle';

export function applyRemedy(draft: Draft, finding: Finding): boolean {
  if (draft.disabled !== undefined || draft.tried.has(finding.code)) return false;
  draft.tried.add(finding.code);
  return REMEDIES[finding.code]?.(draft, finding) === true;
}
