/**
 * The same for Argo CD: what an entry says there is in `order/argocd/waves.ts`. Runs become Sync hooks before the app, what is no run a plain
 * resource, `keep` a plain resource that nothing prunes or deletes.
 */
import {
  ARGO_DELETE_POLICY,
  ARGO_HOOK,
  ARGO_OPTIONS,
  ARGO_WAVE,
  isArgoPolicyWord,
  roleOf,
  wordsIn,
} from '../../engines/argocd/annotations.ts';
import type { FindingCode } from '../../model/finding.ts';
import {
  DELETE_POLICIES,
  type DeletePolicy,
  EVENTS,
  type Event,
  HOOK,
  isEvent,
  readHookEvents,
} from '../../model/helm.ts';
import { type Operation, pointer } from '../../model/json.ts';
import { enteredOf } from '../../model/leaving.ts';
import { annotationOf } from '../../model/manifest.ts';
import { nearest } from '../../model/nearest.ts';
import type { Placement } from '../../model/plan.ts';
import { alone, both, byPatch, type Case, type Cures, plainKeys, remove } from './case.ts';
import type { Candidate, Keys } from './change.ts';

const BEFORE_APP: readonly Event[] = ['pre-install', 'pre-upgrade'];
const AFTER_APP: readonly Event[] = ['post-install', 'post-upgrade'];
const RUNS = new Set(['Job', 'Pod', 'Workflow']);
const isRun = ({ resource }: Placement): boolean => RUNS.has(resource.kind);

const annotationPath = (key: string): string => pointer(['metadata', 'annotations', key]);
const take = (placement: Placement, ...keys: readonly string[]): readonly Operation[] =>
  keys.flatMap((key) =>
    wordsIn(placement.value(), key).text === undefined ? [] : [{ op: 'remove', path: annotationPath(key) } as const],
  );
/** A run moves before the app, with what it needs before it; then behind the app. What is no run is plain. */
const move: Cures = ({ placement }) => {
  const { atDeletion, wave, isHook } = roleOf(placement.value());
  if (!isRun(placement)) return isHook ? [[{ of: placement, set: { hook: false } }]] : [];
  const ofDeletion: readonly Event[] = [
    ...(atDeletion.includes('PreDelete') ? (['pre-delete'] as const) : []),
    ...(atDeletion.includes('PostDelete') ? (['post-delete'] as const) : []),
  ];
  const set = (events: readonly Event[], more: Keys): Candidate => [
    { of: placement, set: { events: [...events, ...ofDeletion], ...(isHook && { weight: wave }), ...more } },
  ];
  return [
    set(BEFORE_APP, { dependencies: 'copy' }),
    set(BEFORE_APP, {}),
    set(AFTER_APP, {}),
    [{ of: placement, set: { hook: false, jobName: 'hash' } }],
  ];
};

/** Objects, and what of them has to stay whatever happens. */
const stays: Cures = (about) => {
  const { placement, finding } = about;
  const isLost = finding.code === 'argocd/remade' && finding.severity === 'error';
  if (!isLost) return alone({ hook: false }, { deletePolicy: 'keep' })(about);
  const { words, text } = wordsIn(placement.value(), ARGO_OPTIONS);
  const value = [...new Set([...words, 'Prune=false', 'Delete=false'])].join(',');
  const options = { op: text === undefined ? 'add' : 'replace', path: annotationPath(ARGO_OPTIONS), value } as const;
  return alone({ deletePolicy: 'keep' }, { hook: false, patch: [options] }, { hook: false })(about);
};

const policies = (placement: Placement, ...more: readonly DeletePolicy[]): readonly DeletePolicy[] => {
  const { deletes } = roleOf(placement.value());
  const known = { BeforeHookCreation: 0, HookSucceeded: 1, HookFailed: 2 } as const;
  return DELETE_POLICIES.filter(
    (policy, index) => more.includes(policy) || deletes.some((word) => known[word as keyof typeof known] === index),
  );
};

const addPolicy =
  (...more: readonly DeletePolicy[]): Cures =>
  ({ placement }) => [[{ of: placement, set: { deletePolicy: policies(placement, ...more) } }]];

/** What the words of Argo CD's own annotation mean counts, and Helm's are forgotten. */
const ownPolicies: Cures = ({ placement }) => {
  const words = wordsIn(placement.value(), ARGO_DELETE_POLICY).words.filter(isArgoPolicyWord);
  const known = ['BeforeHookCreation', 'HookSucceeded', 'HookFailed'];
  const own = DELETE_POLICIES.filter((_, index) => words.some((word) => word === known[index]));
  return [[{ of: placement, set: { deletePolicy: own } }]];
};

const MEANT: Readonly<Record<string, readonly Event[]>> = {
  PreSync: BEFORE_APP,
  Sync: BEFORE_APP,
  PostSync: AFTER_APP,
  PreDelete: ['pre-delete'],
  PostDelete: ['post-delete'],
};

/** Words that Argo CD does not know, as it has them. */
const spell: Cures = (about) => {
  const { placement } = about;
  const value = placement.value();
  const own = wordsIn(value, ARGO_HOOK).words.flatMap((word) => {
    const plain = word.replaceAll(/[-_ ]/g, '').toLowerCase();
    const known = Object.keys(MEANT).find((each) => each.toLowerCase() === plain) ?? nearest(word, Object.keys(MEANT));
    return known === undefined ? [] : (MEANT[known] ?? []);
  });
  const ofHelm = wordsIn(value, HOOK).words.flatMap((word) => {
    const event = isEvent(word) ? word : (nearest(word, EVENTS) as Event | undefined);
    return event !== undefined && !/rollback|test/.test(event) ? [event] : [];
  });
  const events = [...new Set(own.length > 0 ? own : ofHelm)];
  if (!isRun(placement)) return alone({ hook: false })(about);
  return events.length === 0
    ? []
    : [
        [{ of: placement, set: { events } }],
        [{ of: placement, set: { events, dependencies: 'copy' } }],
        [{ of: placement, set: { events, deletePolicy: policies(placement, 'before-hook-creation') } }],
      ];
};

/** It runs at each sync, the first one too: then it may say so. */
const atBoth: Cures = ({ placement }) => {
  const own = readHookEvents(annotationOf(enteredOf(placement.resource), HOOK) ?? '').events;
  const events = placement.rule?.events ?? own;
  const others = events.map((event) =>
    /install$/.test(event) ? event.replace('install', 'upgrade') : event.replace('upgrade', 'install'),
  );
  const both = EVENTS.filter((event) => events.includes(event) || others.includes(event));
  return both.length > events.length && events.length > 0 ? [[{ of: placement, set: { events: both } }]] : [];
};

const CURES: Partial<Readonly<Record<FindingCode, Cures>>> = {
  'argocd/claim-unbound': (about) => [
    [{ of: about.placement, set: { ...plainKeys(about.placement), patch: take(about.placement, ARGO_WAVE) } }],
    ...alone({ hook: false })(about),
  ],
  'argocd/counts-as-run': addPolicy('hook-succeeded'),
  'argocd/deleted-in-use': stays,
  'argocd/deletion-lacks': ({ placement }) => [
    [
      {
        of: placement,
        set: {
          events: [...(roleOf(placement.value()).phases.includes('PostSync') ? AFTER_APP : []), 'pre-delete'],
        },
      },
    ],
  ],
  'argocd/names-later-service': move,
  'argocd/needs-later': both(move, byPatch),
  'argocd/never-applied': spell,
  'argocd/never-runs-again': addPolicy('before-hook-creation'),
  'argocd/only-hooks': ({ placement, plan }) => [
    [{ of: placement, set: { hook: false, jobName: 'hash' } }],
    plan.placements.map((of) => ({ of, set: { hook: false, ...(of.resource.kind === 'Job' && { jobName: 'hash' }) } })),
  ],
  'argocd/policies-add-up': ownPolicies,
  'argocd/protects-nothing': (about) => [
    ...addPolicy('before-hook-creation', 'hook-succeeded')(about),
    [
      {
        of: about.placement,
        set: {
          deletePolicy: policies(about.placement, 'before-hook-creation', 'hook-succeeded'),
          patch: take(about.placement, ARGO_OPTIONS),
        },
      },
    ],
    ...stays(about),
  ],
  'argocd/remade': stays,
  'argocd/replaced': ({ placement }) => [
    [{ of: placement, set: { hook: false, jobName: 'hash', patch: take(placement, ARGO_OPTIONS) } }],
  ],
  'argocd/runs-at-each-sync': (about) => [...atBoth(about), ...alone({ hook: false, jobName: 'hash' })(about)],
  'argocd/ttl': (about) => [
    ...remove('spec', 'ttlSecondsAfterFinished')(about),
    ...alone({ job: { ttlSecondsAfterFinished: 300 } })(about),
  ],
  'argocd/unknown-word': spell,
  'argocd/waits-forever': move,
  'argocd/wave-not-integer': ({ placement }) => [
    [{ of: placement, set: { ...plainKeys(placement), patch: take(placement, ARGO_WAVE) } }],
  ],
  'argocd/wave-overrules-weight': ({ placement, plan }) => [
    plan.placements
      .filter((one) => isRun(one) && roleOf(one.value()).isHook && take(one, ARGO_WAVE).length > 0)
      .map((of) => ({ of, set: { patch: take(of, ARGO_WAVE) } })),
    [{ of: placement, set: { patch: take(placement, ARGO_WAVE) } }],
  ],
};

export const argoCuresFor = (about: Case): readonly Candidate[] => CURES[about.finding.code]?.(about) ?? [];
