/**
 * Jobs under Argo CD: what never runs again, what runs without end: `argocd/never-runs-again`, `argocd/ttl`, `argocd/replaced`,
 * `argocd/only-hooks`.
 */
import { ARGO_DELETE_POLICY, ARGO_OPTIONS, hasOption, wordsIn } from '../../engines/argocd/annotations.ts';
import { HOOK_DELETE_POLICY } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { type Check, once } from '../../release/release.ts';
import { nameKindOf } from '../hooks/names.ts';
import { annotationPath, found } from './found.ts';
import { isSyncHook, roleIn } from './moments.ts';

const RUNS = new Set(['Job', 'Pod', 'Workflow']);
/** Below this, in seconds, a finished Job may be gone before Argo CD has seen it end. */
const SAFE_TTL = 60;

export const checkRunsAgain: Check = (placement, release) => {
  const { resource } = placement;
  if (!RUNS.has(resource.kind) || !isSyncHook(placement, release)) return [];
  // A name of its own for each run, by the API server or by hookorder.
  if (placement.name === '' || ['timestamp', 'random', 'generated'].includes(nameKindOf(placement))) return [];
  const { deletes } = roleIn(placement, release);
  if (deletes.includes('BeforeHookCreation')) return [];
  const [succeeded, failed] = [deletes.includes('HookSucceeded'), deletes.includes('HookFailed')];
  if (succeeded && failed) return [];
  const name = formatPlacement(placement);
  const which = succeeded ? 'a run that failed' : 'the first run';
  const value = placement.value();
  const key = wordsIn(value, ARGO_DELETE_POLICY).text === undefined ? HOOK_DELETE_POLICY : ARGO_DELETE_POLICY;
  return [
    found(
      'argocd/never-runs-again',
      placement,
      `${name} has a fixed name and is not deleted before it runs: after ${which} it is still there, so the next sync takes its old result, or is refused where it has changed ("field is immutable")`,
      {
        path: annotationPath(key),
        hint: `add ${key === ARGO_DELETE_POLICY ? 'BeforeHookCreation' : 'before-hook-creation'} to ${key}`,
      },
    ),
  ];
};

export const checkArgoTtl: Check = (placement, release) => {
  if (placement.resource.kind !== 'Job') return [];
  const path = ['spec', 'ttlSecondsAfterFinished'];
  const ttl = valueAt(placement.value(), path);
  const { isHook, phases, atDeletion } = roleIn(placement, release);
  if (typeof ttl !== 'number') return [];
  const name = formatPlacement(placement);
  if (!isHook)
    return [
      found(
        'argocd/ttl',
        placement,
        `${name} removes itself ${ttl}s after it has finished, and Git still asks for it: the application is OutOfSync from then on, and self-heal or the next sync runs it again`,
        { path, hint: 'take ttlSecondsAfterFinished out, or make it a hook with `argocd.argoproj.io/hook: Sync`' },
      ),
    ];
  if (ttl >= SAFE_TTL || phases.length + atDeletion.length === 0) return [];
  return [
    found(
      'argocd/ttl',
      placement,
      `${name} removes itself ${ttl}s after it has finished: where Argo CD has not seen it end, the sync fails because it is missing`,
      { path, hint: 'take ttlSecondsAfterFinished out and let a delete policy remove it, or set it to 300 or more' },
    ),
  ];
};

export const checkReplaced: Check = (placement, release) => {
  const value = placement.value();
  if (placement.resource.kind !== 'Job' || placement.name === '' || !hasOption(value, 'Replace=true')) return [];
  const { isHook, deletes, phases } = roleIn(placement, release);
  if (isHook && (phases.length === 0 || deletes.includes('BeforeHookCreation'))) return [];
  const name = formatPlacement(placement);
  const isForced = hasOption(value, 'Force=true');
  return [
    found(
      'argocd/replaced',
      placement,
      isForced
        ? `${name} is deleted and started anew at each sync (Force=true,Replace=true), also when nothing has changed and while it runs`
        : `${name} is replaced at each sync (Replace=true), which the API server refuses for a Job that exists: every sync after the first fails`,
      {
        path: annotationPath(ARGO_OPTIONS),
        severity: isForced ? 'warning' : 'error',
        hint: 'take the sync-options off and give it a name that follows its content (`hook: false`, `jobName: hash`), or make it a hook',
      },
    ),
  ];
};

/** Automatic sync starts when something that is no hook differs from Git. */
export const checkOnlyHooks: Check = (placement, release) => {
  if (firstOfOnlyHooks(release) !== placement) return [];
  return [
    found(
      'argocd/only-hooks',
      placement,
      `${formatPlacement(placement)} never starts by itself: the stream has nothing but hooks, which Argo CD does not compare with Git, so the application is always Synced`,
      { hint: 'make it a plain Job whose name follows its content (`hook: false`, `jobName: hash`)' },
    ),
  ];
};

/** The first run, where all of the stream are hooks. */
const firstOfOnlyHooks = once((release): Placement | undefined => {
  const { placements } = release;
  if (!placements.every((placement) => roleIn(placement, release).isHook)) return undefined;
  const applied = placements.filter((placement) => isSyncHook(placement, release));
  return applied.find(({ resource }) => RUNS.has(resource.kind)) ?? applied[0];
});
