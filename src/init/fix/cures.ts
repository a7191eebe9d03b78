/**
 * What may resolve a finding: by its code, the entries that are worth a try, the best first. Whether one does, and harms nothing, the run tells
 * (`court.ts`), so a row may be bold.
 *
 * In comes a finding and the release that has it, out come candidates. A deadline is never among them: how long work takes only people know.
 */
import type { FindingCode } from '../../model/finding.ts';
import { type DeletePolicy, type Event, isAwaited } from '../../model/helm.ts';
import { type Operation, pointer, valueAt } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import { lacksOf } from '../../release/lack.ts';
import { needsOf } from '../../release/needs.ts';
import { waitsOf } from '../../waits/find.ts';
import { obstacleOf } from '../../waits/obstacles.ts';
import { twinsOf } from '../twins.ts';
import { alone, both, byPatch, type Case, type Cures, findIn, patched, plainKeys, remove, withEvents } from './case.ts';
import type { Candidate } from './change.ts';
import { readAnew, rewrite, spellEvents } from './spelling.ts';

/** The best keys for objects that are used between the operations: kept where they are, or made plain. */
const stays: Cures = ({ placement, finding: { members = [] }, plan }) => {
  const all = [placement, ...members.flatMap(({ resource }) => (resource && findIn(plan, resource)) ?? [])];
  const unique = [...new Set(all)];
  return [
    unique.map((of) => ({ of, set: { deletePolicy: 'keep' } })),
    unique.map((of) => ({ of, set: { hook: false } })),
  ];
};

/** Before install nothing of the release is there; after it everything is. */
const later: Cures = ({ placement }) => {
  const events = placement.hook?.events ?? [];
  const after = (early: readonly Event[]): readonly Event[] =>
    events.map((event) => (early.includes(event) ? (event.replace('pre-', 'post-') as Event) : event));
  return [['pre-install'] as const, ['pre-install', 'pre-upgrade'] as const]
    .map(after)
    .filter((moved) => moved.join() !== events.join())
    .map((moved) => [{ of: placement, set: withEvents(placement, moved) }]);
};

/** Hooks of its own event that it needs, or waits for, and that come behind it: before it with them, or it behind them. */
const reorder: Cures = ({ placement, release }) => {
  const found = new Set<Placement>();
  for (const event of placement.hook?.events ?? []) {
    for (const { state, provider } of lacksOf(placement, event, release))
      if (state === 'later-hook') found.add(provider);
    for (const wait of waitsOf(placement, release)) {
      const obstacle = obstacleOf(wait, placement, event, release);
      if (obstacle?.state === 'later-hook' && obstacle.missing !== placement) found.add(obstacle.missing);
    }
  }
  const own = placement.hook?.weight ?? 0;
  const providers = [...found].filter(({ copyFor }) => copyFor === undefined);
  if (providers.length === 0) return [];
  const last = Math.max(...providers.map(({ hook }) => hook?.weight ?? 0));
  return [
    providers.map((of) => ({ of, set: { weight: Math.min(of.hook?.weight ?? 0, own - 1) } })),
    [{ of: placement, set: { weight: last + 1 } }],
  ];
};

/** They stay until they are made anew. */
const untilNextRun = (providers: readonly Placement[]): Candidate =>
  [...new Set(providers)].map((of) => ({ of, set: { deletePolicy: ['before-hook-creation'] } }));

/** What it needs is a hook that is deleted too early; or it is needed itself, as long as the release lives. */
const outlast: Cures = (about) => {
  const { placement, release } = about;
  const events = placement.hook?.events ?? [];
  const needed = events.flatMap((event) =>
    lacksOf(placement, event, release).flatMap(({ state, provider }) =>
      state === 'deleted' && provider.hook !== undefined && provider.copyFor === undefined ? [provider] : [],
    ),
  );
  const isDeleted = placement.hook?.deletes.includes('hook-succeeded') === true;
  const earlier = events.map((event) => (event === 'post-delete' ? 'pre-delete' : event));
  const stay = alone({ deletePolicy: 'keep' }, { deletePolicy: ['before-hook-creation'] }, { hook: false });
  return [
    ...(needed.length > 0 ? [untilNextRun(needed)] : []),
    ...(isDeleted && !isAwaited(placement.resource.kind) ? stay(about) : []),
    ...alone({ dependencies: 'copy' })(about),
    ...(events.includes('post-delete') ? [[{ of: placement, set: withEvents(placement, earlier) }]] : []),
  ];
};

/** What a Job needs until it has ended, its policies must not take. */
const keepNeeds: Cures = ({ placement, release }) => {
  const providers = needsOf(placement, release)
    .flatMap((need) => need.providers)
    .filter(({ hook, copyFor }) => copyFor === undefined && (hook?.deletes.length ?? 0) > 0);
  return [untilNextRun(providers)];
};

/** Beside what waits for it, and again when it has changed. */
const byContent = alone({ hook: false, jobName: 'hash' });

const nameIt: Cures = ({ placement }) => {
  const { kind, generateName = '' } = placement.resource;
  const name = generateName.replace(/-+$/, '');
  const patch: Operation[] = [
    { op: 'add', path: '/metadata/name', value: name },
    { op: 'remove', path: '/metadata/generateName' },
  ];
  return kind === 'Job' && name !== ''
    ? [[{ of: placement, set: { ...plainKeys(placement), jobName: 'timestamp', patch } }]]
    : [];
};

const dropTwin: Cures = ({ placement, plan }) => twinsOf(placement, plan).map((of) => [{ of, set: { drop: true } }]);

const CURES: Partial<Readonly<Record<FindingCode, Cures>>> = {
  'hook/unknown-event': spellEvents,
  'hook/weight-not-integer': rewrite({ weight: 0 }, 'weight'),
  'hook/annotation-not-string': rewrite({ weight: 0 }, 'events', 'weight', 'deletePolicy', 'outputLogPolicy'),
  'hook/unknown-delete-policy': rewrite({ deletePolicy: ['before-hook-creation'] }, 'deletePolicy'),
  'hook/unknown-log-policy': rewrite({ outputLogPolicy: ['hook-failed'] }, 'outputLogPolicy'),
  'hook/unknown-annotation': readAnew,
  'hook/annotation-misplaced': readAnew,
  'hook/name-blocks-rerun': ({ placement }) => [
    [
      {
        of: placement,
        set: {
          deletePolicy: [
            ...new Set<DeletePolicy>([
              'before-hook-creation',
              ...(placement.hook?.deletes.filter((policy) => policy === 'hook-succeeded') ?? []),
            ]),
          ],
        },
      },
    ],
  ],
  'hook/delete-policy-loses-data': stays,
  'hook/deletion-not-awaited': stays,
  'hook/logs-lost': alone({ outputLogPolicy: ['hook-failed'] }),
  'hook/not-awaited': alone({ hook: false }),
  'hook/in-list': ({ placement }) => [[{ of: placement, set: withEvents(placement, placement.hook?.events ?? []) }]],
  'hook/need-deleted-early': keepNeeds,
  'hook/keeps-own-state': byPatch,
  'job/restart-always': patched((value, path) => [
    { op: valueAt(value, path) === undefined ? 'add' : 'replace', path: pointer(path), value: 'Never' },
  ]),
  'job/immutable': byContent,
  'job/ttl-reruns': remove('spec', 'ttlSecondsAfterFinished'),
  'job/ttl-too-short': alone({ job: { ttlSecondsAfterFinished: 300 } }),
  'job/unique-name-piles-up': alone({ job: { ttlSecondsAfterFinished: 86_400 } }),
  'job/runs-less-often': ({ placement }) =>
    placement.hook === undefined
      ? [[{ of: placement, set: { jobName: 'hash' } }]]
      : [[{ of: placement, set: { events: [...placement.hook.events, 'post-upgrade'] } }]],
  'live/deleted-on-upgrade': stays,
  'live/field-conflict': byPatch,
  'live/kept-out': byPatch,
  'live/selected': byPatch,
  'name/duplicate': dropTwin,
  'name/generated': nameIt,
  'pod/never-ends': byPatch,
  'pod/never-starts': byPatch,
  'refs/already-deleted': outlast,
  'refs/created-too-late': both(reorder, alone({ dependencies: 'copy' })),
  'refs/mentions-service': later,
  'refs/not-yet-created': both(alone({ dependencies: 'copy' }), later),
  'refs/stale-on-upgrade': alone({ dependencies: 'copy' }),
  'refs/wait-cycle': byContent,
  'refs/waits-for-deleted-hook': alone({ deletePolicy: ['before-hook-creation'] }),
  'refs/waits-forever': both(reorder, later),
  'rights/missing-verb': byPatch,
};

export const curesFor = (about: Case): readonly Candidate[] => CURES[about.finding.code]?.(about) ?? [];
