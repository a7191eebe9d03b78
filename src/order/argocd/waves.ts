/**
 * Which annotations of Argo CD say what the config says of Helm's events.
 *
 * Runs of pre events are Sync hooks in waves before that of the app, so that what they need can be a plain resource in a wave before theirs:
 * nothing is copied, nothing in use is made anew. Runs that no order ties share a wave. What is no run (a ConfigMap, an account) is a plain
 * resource, whatever its events, because a hook of Argo CD is deleted before each sync.
 */
import {
  ARGO_DELETE_POLICY,
  ARGO_HOOK,
  ARGO_OPTIONS,
  ARGO_WAVE,
  type ArgoPolicy,
  phaseOfEvent,
  roleOf,
  wordsIn,
} from '../../engines/argocd/annotations.ts';
import type { PrePhase, Rule } from '../../model/config.ts';
import { type Finding, findingAtRule } from '../../model/finding.ts';
import { type Event, HOOK_ANNOTATIONS, hasEventOf } from '../../model/helm.ts';
import type { JsonObject } from '../../model/json.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import type { Release } from '../../release/release.ts';
import { neededBy } from './needed.ts';

/** By key, its value; `undefined` strips it. */
export type Annotations = Readonly<Record<string, string | undefined>>;

export interface Arrangement {
  readonly wanted: ReadonlyMap<Placement, Annotations>;
  readonly findings: readonly Finding[];
}

/** Waves of runs before the app end here, and what they need has half an order of room before them. */
const LAST_BEFORE_APP = -1;
const USUAL_FIRST = -5;
const ROOM = 5;

const HELM_GONE: Annotations = Object.fromEntries(HOOK_ANNOTATIONS.map((key) => [key, undefined]));
const NO_HOOK: Annotations = { ...HELM_GONE, [ARGO_HOOK]: undefined, [ARGO_DELETE_POLICY]: undefined };

interface Claimed {
  readonly placement: Placement;
  readonly rule: Rule;
  readonly events: readonly Event[];
  readonly when: 'before' | 'after' | 'deletion' | 'never';
}

/** `phase` is where runs of pre events go. */
export function arrange(release: Release, phase: PrePhase): Arrangement {
  const { placements } = release;
  const wanted = new Map<Placement, Annotations>();
  const findings: Finding[] = [];
  const runs: Claimed[] = [];
  const early = new Set<Placement>();
  for (const placement of placements) {
    const { rule } = placement;
    if (placement.copyFor !== undefined) wanted.set(placement, copyOf(placement));
    if (rule === undefined) continue;
    const events = eventsOf(placement, rule);
    const when = rule.plain || rule.deletePolicy === 'keep' ? 'never' : whenOf(events);
    if (rule.plain) wanted.set(placement, NO_HOOK);
    else if (
      rule.deletePolicy === 'keep' ||
      (!isRun(placement) && (when === 'after' || (when === 'before' && phase === 'sync')))
    ) {
      wanted.set(placement, { ...NO_HOOK, ...(rule.deletePolicy === 'keep' && keptOptions(placement)) });
      if (whenOf(events) === 'before') early.add(placement);
    } else if (when !== 'never') runs.push({ placement, rule, events, when });
  }
  const before = runs.filter(({ when }) => when === 'before');
  const levels = levelsOf(before);
  const needs = phase === 'presync' ? new Map<Placement, 'before' | 'with'>() : neededEarly(before, release);
  const first = firstWave(before, levels, needs, release);
  for (const run of runs) {
    wanted.set(
      run.placement,
      hookOf(run, phase, first, levelsOf(runs.filter(({ when }) => when === run.when)).get(run) ?? 0),
    );
    findings.push(...runsMoreOften(run));
  }
  for (const [needed, wave] of needs) {
    const current = wanted.get(needed);
    if (wanted.has(needed) && current?.[ARGO_HOOK] !== undefined) continue;
    const { isHook, wave: own } = roleOf(needed.value());
    const at = wave === 'with' ? first : first - ROOM;
    if ((isHook && current === undefined) || (own < first && wordsIn(needed.value(), ARGO_WAVE).text !== undefined))
      continue;
    if (own < first && current === undefined) continue;
    wanted.set(needed, { ...current, [ARGO_WAVE]: String(at) });
  }
  for (const placement of early)
    if (!needs.has(placement)) wanted.set(placement, { ...wanted.get(placement), [ARGO_WAVE]: String(first - ROOM) });
  return { wanted, findings };
}

const RUNS = new Set(['Job', 'Pod', 'Workflow']);
const isRun = ({ resource }: Placement): boolean => RUNS.has(resource.kind);

/** The config's, else those that the resource has: Helm's, or what an earlier rendering made of them. */
function eventsOf(placement: Placement, rule: Rule): readonly Event[] {
  if (rule.events !== undefined) return rule.events;
  return placement.hook?.events ?? eventsIn(placement.value());
}

/** Helm's events for which Argo CD's annotations stand. */
export function eventsIn(value: JsonObject): readonly Event[] {
  const { isHook, phases, atDeletion } = roleOf(value);
  if (!isHook) return [];
  return [
    ...(phases.some((phase) => phase === 'PreSync' || phase === 'Sync')
      ? (['pre-install', 'pre-upgrade'] as const)
      : []),
    ...(phases.includes('PostSync') ? (['post-install', 'post-upgrade'] as const) : []),
    ...(atDeletion.includes('PreDelete') ? (['pre-delete'] as const) : []),
    ...(atDeletion.includes('PostDelete') ? (['post-delete'] as const) : []),
  ];
}

function whenOf(events: readonly Event[]): Claimed['when'] {
  const roles = events.map(phaseOfEvent);
  if (roles.includes('PreSync')) return 'before';
  if (roles.includes('PostSync')) return 'after';
  return hasEventOf(events, 'uninstall') ? 'deletion' : 'never';
}

/** A Job that runs in syncs and at no deletion, so that each run may have a name of its own. */
export function isSyncRun(placement: Placement): boolean {
  const { rule } = placement;
  if (rule === undefined || rule.plain || rule.deletePolicy === 'keep' || rule.jobName.suffix !== 'timestamp')
    return false;
  const events = eventsOf(placement, rule);
  return ['before', 'after'].includes(whenOf(events)) && !hasEventOf(events, 'uninstall');
}

/** `first` is the wave of the first run before the app, `level` how many runs of its kind come before this one. */
function hookOf(
  { placement, rule, events, when }: Claimed,
  phase: PrePhase,
  first: number,
  level: number,
): Annotations {
  const wave = when === 'before' && phase === 'sync' ? first + level : level;
  return {
    ...HELM_GONE,
    [ARGO_HOOK]: wordsFor(events, when, phase),
    [ARGO_WAVE]: when === 'deletion' ? undefined : String(wave),
    [ARGO_DELETE_POLICY]: policiesOf(placement, rule).join(','),
  };
}

const wordsFor = (events: readonly Event[], when: Claimed['when'], phase: PrePhase): string =>
  [
    ...(when === 'before' ? [phase === 'presync' ? 'PreSync' : 'Sync'] : when === 'after' ? ['PostSync'] : []),
    ...(events.includes('pre-delete') ? ['PreDelete'] : []),
    ...(events.includes('post-delete') ? ['PostDelete'] : []),
  ].join(',');

/** A hook copy, one wave before the runs. */
function copyOf({ hook }: Placement): Annotations {
  const events = hook?.events ?? [];
  const when = whenOf(events);
  return {
    ...HELM_GONE,
    [ARGO_HOOK]: wordsFor(events, when, 'presync'),
    [ARGO_WAVE]: when === 'deletion' ? undefined : '-1',
    [ARGO_DELETE_POLICY]: 'BeforeHookCreation,HookSucceeded',
  };
}

const WORDS: Readonly<Record<string, ArgoPolicy>> = {
  'before-hook-creation': 'BeforeHookCreation',
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
};

/** A fixed name needs BeforeHookCreation; a name of the API server's cannot have it. */
function policiesOf({ name }: Placement, { deletePolicy }: Rule): readonly ArgoPolicy[] {
  const asked = deletePolicy === undefined || deletePolicy === 'keep' ? ['hook-succeeded'] : deletePolicy;
  const own = asked.flatMap((word) => WORDS[word] ?? []);
  if (name === '') return ['HookSucceeded', 'HookFailed'];
  return ['BeforeHookCreation', ...own.filter((policy) => policy !== 'BeforeHookCreation')];
}

/** `Prune=false,Delete=false`, beside what stands there. */
function keptOptions(placement: Placement): Annotations {
  const { words } = wordsIn(placement.value(), ARGO_OPTIONS);
  const added = ['Prune=false', 'Delete=false'].filter((option) => !words.includes(option));
  return { [ARGO_OPTIONS]: [...words, ...added].join(',') };
}

/** How many runs have to come before each: by `after` and `before`, and by weights that the config or the chart gives. */
function levelsOf(runs: readonly Claimed[]): ReadonlyMap<Claimed, number> {
  const levels = new Map<Claimed, number>();
  const levelOf = (run: Claimed, depth = 0): number => {
    const known = levels.get(run);
    if (known !== undefined) return known;
    const before = depth > runs.length ? [] : runs.filter((other) => comesBefore(other, run));
    const level = before.reduce((most, other) => Math.max(most, levelOf(other, depth + 1) + 1), 0);
    levels.set(run, level);
    return level;
  };
  for (const run of runs) levelOf(run);
  return levels;
}

function comesBefore(a: Claimed, b: Claimed): boolean {
  if (a === b || a.rule === b.rule) return a !== b && weighs(a) && weighs(b) && weightOf(a) < weightOf(b);
  if (b.rule.after.includes(a.rule.name) || a.rule.before.includes(b.rule.name)) return true;
  return weighs(a) && weighs(b) && weightOf(a) < weightOf(b);
}

/** A weight that was given, not one that hookorder counted. */
const weighs = ({ rule }: Claimed): boolean =>
  rule.weight !== undefined || (rule.events === undefined && rule.after.length + rule.before.length === 0);
const weightOf = ({ placement }: Claimed): number => placement.hook?.weight ?? roleOf(placement.value()).wave;

/** What runs before the app need, where their entry asks for it (`dependencies: copy`); a claim comes `with` its first pod. */
function neededEarly(runs: readonly Claimed[], release: Release): ReadonlyMap<Placement, 'before' | 'with'> {
  const needs = new Map<Placement, 'before' | 'with'>();
  for (const { placement, rule } of runs)
    if (rule.dependencies === 'copy')
      for (const needed of neededBy(placement, release))
        if (!isRun(needed)) {
          const isClaim = needed.resource.kind === 'PersistentVolumeClaim';
          const usedBefore =
            isClaim && [...neededBy(placement, release)].some((user) => neededBy(user, release).has(needed));
          needs.set(needed, isClaim && !usedBefore ? 'with' : 'before');
        }
  return needs;
}

/** Before the app, and after what runs need in waves that the chart gives. */
function firstWave(
  runs: readonly Claimed[],
  levels: ReadonlyMap<Claimed, number>,
  needs: ReadonlyMap<Placement, unknown>,
  release: Release,
): number {
  const count = Math.max(0, ...runs.map((run) => (levels.get(run) ?? 0) + 1));
  const ofApp = release.placements.filter(
    (placement) => APP.has(placement.resource.kind) && placement.rule === undefined && !needs.has(placement),
  );
  const app = Math.min(0, ...ofApp.map((placement) => roleOf(placement.value()).wave));
  const first = Math.min(USUAL_FIRST, LAST_BEFORE_APP + 1 - count) + app;
  // What a run needs in a wave of the chart's own, as close to the app as the runs allow.
  const latest = app - count;
  const given = runs
    .filter(({ rule }) => rule.dependencies !== 'ignore')
    .flatMap(({ placement }) => [...neededBy(placement, release)].flatMap(ownWaveOf));
  return Math.max(first, Math.min(latest, Math.max(first, ...given.map((wave) => wave + 1))));
}

const APP = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Of a plain resource, the wave that the chart gives it before the app's. */
function ownWaveOf(placement: Placement): readonly number[] {
  const { isHook, wave } = roleOf(placement.value());
  const isGiven = wordsIn(placement.value(), ARGO_WAVE).text !== undefined;
  return placement.rule === undefined && !isHook && isGiven && wave < 0 ? [wave] : [];
}

/** Argo CD knows neither install nor upgrade. */
function runsMoreOften({ placement, rule, events }: Claimed): readonly Finding[] {
  const [installs, upgrades] = [hasEventOf(events, 'install'), hasEventOf(events, 'upgrade')];
  if (installs === upgrades) return [];
  return [
    findingAtRule(
      'argocd/runs-at-each-sync',
      rule,
      `hook "${rule.name}" is for ${installs ? 'installs' : 'upgrades'} alone, and Argo CD knows only syncs: ${formatPlacement(placement)} runs at each of them${installs ? '' : ', the first one too'}`,
      {
        key: 'events',
        severity: 'warning',
        resource: placement.resource,
        hint: installs
          ? 'add pre-upgrade or post-upgrade to its events when it may run again, or make it a plain Job (`hook: false`, `jobName: hash`)'
          : 'add the install event to its events when it can run at the first sync too',
      },
    ),
  ];
}
