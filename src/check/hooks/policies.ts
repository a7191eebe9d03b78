/**
 * What delete policies do to a hook between its runs: a leftover that blocks the next run, logs that go away with an object, and what
 * Helm does to an object that stops being an ordinary one. Data that goes away is in data-loss.ts.
 *
 * In: a placement. Out: findings that hold for hooks of the chart and of the config alike, unless said otherwise.
 */
import { factsOf } from '../../engines/helm/versions.ts';
import { findingOf } from '../../model/finding.ts';
import {
  HOOK_DELETE_POLICY,
  HOOK_OUTPUT_LOG_POLICY,
  hasEventOf,
  isAwaited,
  KEEP_POLICY,
  type Operation,
} from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { formatResource, groupOf } from '../../model/manifest.ts';
import type { Hook, Placement } from '../../model/plan.ts';
import { asEntered } from '../../order/hook.ts';
import { leavesManifest, leftoverOf } from '../../release/alone.ts';
import { type Kinds, lists } from '../../release/kind-lists.ts';
import type { Check, Release } from '../../release/release.ts';
import { nameKindOf } from './names.ts';
import { causeOf, configOf, HOOK_PATH, POLICY_PATH } from './places.ts';

/** `hook/name-blocks-rerun`. */
export const checkLeftovers: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || hook.events.length === 0 || placement.copyFor !== undefined) return [];
  if (hook.deletes.includes('before-hook-creation')) return [];
  const nameKind = nameKindOf(placement);
  if (nameKind !== 'fixed' && nameKind !== 'hash' && nameKind !== 'version') return [];
  const runs = isAwaited(resource.kind);
  // Kinds that only have to be created do not fail, and go away with the event, whichever hook fails in it.
  const stays = leftoverOf(placement, release) ?? (runs ? undefined : 'interrupted');
  if (stays === undefined) return [];
  if (stays === 'interrupted' && !isBesideRuns(hook, release)) return [];
  // Kept on purpose, a claim or ConfigMap is applied again by server-side apply, Helm 4's way.
  if (!runs && isKept(hook)) return [];
  // A name by content: an unchanged Job that succeeded is not meant to run again.
  const ttl = runs ? valueAt(placement.value(), ['spec', 'ttlSecondsAfterFinished']) : undefined;
  const until = typeof ttl === 'number' ? ` for ${ttl}s` : '';
  const isApplied = factsOf(release.circumstances.version).appliesServerSide;
  const blocks = !runs
    ? `and ${isApplied ? 'where Helm creates it client-side ' : ''}the next run fails with "already exists"`
    : stays === 'failed'
      ? 'and blocks the next run: Helm finds it failed, or cannot change it'
      : 'so the next run fails, or under server-side apply silently does not happen';
  const severe = runs && rule !== undefined && stays === 'always' && until === '' && nameKind === 'fixed';
  // A first install, a test or an uninstall that failed is looked at anyway before it is tried again, and no app is at stake.
  const staked: readonly Operation[] =
    rule === undefined ? ['upgrade', 'rollback'] : ['install', 'upgrade', 'rollback'];
  const isLate = stays === 'failed' && !hasEventOf(hook.events, ...staked);
  // Helm 4 applies what is there already, unless a release comes from Helm 3 or from --server-side=false.
  const isMinor = isLate || stays === 'interrupted' || (!runs && isApplied);
  const [one, many] = WHEN[stays];
  return [
    findingOf(
      'hook/name-blocks-rerun',
      resource,
      POLICY_PATH,
      `${formatResource(resource)}${one} is left behind${until} under ${NAMES[nameKind]}, ${blocks}`,
      {
        severity: severe ? 'error' : isMinor ? 'info' : 'warning',
        hint: `add before-hook-creation to its ${rule === undefined ? HOOK_DELETE_POLICY : '`deletePolicy`'}`,
        ...causeOf(
          placement,
          `$all${many} are left behind${until} under ${NAMES_OF_MANY[nameKind]}, ${blocks.replace('finds it failed, or cannot change it', 'finds them failed, or cannot change them').replace('creates it', 'creates them')}`,
        ),
        ...configOf(placement, 'deletePolicy'),
      },
    ),
  ];
};

/** When of one hook, or of several, something is left. */
const WHEN = {
  always: ['', ''],
  failed: [' that failed', ', when they failed,'],
  interrupted: [
    ', when Helm is stopped or the API server refuses a later hook,',
    ', when Helm is stopped or the API server refuses a later hook,',
  ],
} as const;

const NAMES_OF_MANY = {
  fixed: 'their fixed names',
  hash: 'names that only another content changes',
  version: 'names that only another version changes',
} as const;

const NAMES = {
  fixed: 'its fixed name',
  hash: 'a name that only another content changes',
  version: 'a name that only another version changes',
} as const;

/** True for an object that is there while a Job or Pod of its event runs: long enough for something to go wrong. */
const isBesideRuns = ({ events }: Hook, release: Release): boolean =>
  release.byKind('Job', 'Pod').some((run) => run.hook?.events.some((event) => events.includes(event)));

const isKept = (hook: Hook): boolean => hook.deletePolicies.length === 1 && hook.deletePolicies[0] === KEEP_POLICY;

/** `hook/logs-lost`. */
export const checkLogs: Check = (placement) => {
  const { resource, hook } = placement;
  if (hook === undefined || !isAwaited(resource.kind)) return [];
  if (!hook.deletes.includes('hook-failed') || hook.logPolicies.includes('hook-failed')) return [];
  return [
    findingOf(
      'hook/logs-lost',
      resource,
      POLICY_PATH,
      `${formatResource(resource)} is deleted when it fails (hook-failed), and its logs with it`,
      {
        severity: placement.rule === undefined ? 'info' : 'warning',
        ...causeOf(placement, '$all are deleted when they fail (hook-failed), and their logs with them'),
        hint:
          placement.rule === undefined
            ? `add \`${HOOK_OUTPUT_LOG_POLICY}: hook-failed\`, or take hook-failed out`
            : 'add `outputLogPolicy: [hook-failed]` to this hook, or take hook-failed out of its `deletePolicy`',
        ...configOf(placement, 'deletePolicy'),
      },
    ),
  ];
};

/** Custom resources that run something that a later step may count on. */
const RUNNING_RESOURCES: Kinds = {
  'argoproj.io': 'Workflow Rollout',
  'tekton.dev': 'PipelineRun TaskRun',
  'batch.volcano.sh': 'Job',
  'db.atlasgo.io': 'AtlasMigration AtlasSchema',
};
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController']);

/** `hook/not-awaited`. */
export const checkAwaited: Check = (placement, release) => {
  const { resource, hook } = placement;
  if (hook === undefined || hook.events.length === 0) return [];
  const group = groupOf(resource.apiVersion);
  const runs =
    group === 'apps' || group === '' ? WORKLOADS.has(resource.kind) : lists(RUNNING_RESOURCES, group, resource.kind);
  if (!runs) return [];
  return [
    findingOf(
      'hook/not-awaited',
      resource,
      HOOK_PATH,
      `${formatResource(resource)} is a hook that Helm does not wait for: only a Job or a Pod holds up what comes next`,
      {
        severity: holdsUp(placement, release) ? 'warning' : 'info',
        hint: 'let the hooks after it wait for it themselves, or run the work in a Job',
        ...causeOf(
          placement,
          `$all are hooks of ${hook.events.join(' and ')} that Helm does not wait for: only a Job or a Pod holds up what comes next`,
          'let the hooks after them wait for them themselves, or run the work in a Job',
        ),
        ...configOf(placement, 'match'),
      },
    ),
  ];
};

/** Whether anything comes next that may count on it: the release itself, or a Job or Pod that runs later in the same event. */
const holdsUp = (placement: Placement, release: Release): boolean =>
  placement.hook?.events.some(
    (event) =>
      /^pre-(?:install|upgrade|rollback)$/.test(event) ||
      release
        .byKind('Job', 'Pod')
        .some(
          (other) => other.hook?.events.includes(event) === true && other.hook.weight > (placement.hook?.weight ?? 0),
        ),
  ) === true;

/** `hook/adopts-resource`: only the config can turn a resource that may be live into a hook. */
export const checkAdoption: Check = (placement, release) => {
  const { resource, rule, hook } = placement;
  if (rule === undefined || rule.adopt || hook === undefined || isAwaited(resource.kind)) return [];
  if (!leavesManifest(asEntered(placement), placement, release)) return [];
  return [
    findingOf(
      'hook/adopts-resource',
      resource,
      ['metadata'],
      `${formatResource(resource)} becomes a hook, so Helm deletes the live one on the next upgrade as no longer part of the release`,
      {
        hint: 'let it be and set `dependencies: copy` on the hook that needs it, or set `adopt: true` if it was never installed',
        ...configOf(placement, 'match'),
      },
    ),
  ];
};
