/**
 * What comes after a failure, asked of rehearsals: `retry/blocked`, `retry/runs-twice`, `rollback/old-app-new-schema`, `uninstall/blocked`.
 *
 * Only what another finding does not tell of its own object: a run that is left under its name is `hook/name-blocks-rerun`.
 */
import type { Run, Step } from '../engines/run.ts';
import { type Cause, type Finding, type FindingCode, findingOf } from '../model/finding.ts';
import { isAwaited } from '../model/helm.ts';
import { podSpecPath } from '../model/kubernetes.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import { migrationsOf } from '../rehearsal/aftermath.ts';
import { type Aim, runOf as attempt, nextOf, twiceIn } from '../rehearsal/next.ts';
import type { Thing } from '../rehearsal/rehearsal.ts';
import { sceneIn } from '../rehearsal/scene.ts';
import { bestStateAt, isGone, runOf } from '../release/availability.ts';
import { type Need, needsOf } from '../release/needs.ts';
import { type Check, once, Release } from '../release/release.ts';
import { configOf, HOOK_PATH } from './hooks/places.ts';

const sceneOf = once((release: Release) => sceneIn(release));

/** What happens to one hook, or to two of one event, does not depend on the others: a rehearsal of these alone costs next to nothing. */
function alone(hooks: readonly Placement[], { circumstances }: Release): Release {
  const isAmong = ({ resource, name }: Placement): boolean =>
    hooks.some((hook) => hook.resource.kind === resource.kind && hook.name === name);
  const { previous, ...others } = circumstances;
  return new Release(hooks, { ...others, ...(previous && { previous: previous.filter(isAmong) }) });
}

/** By placement, the next hook of its event in an upgrade. */
const successors = once((release): ReadonlyMap<Placement, Placement> => {
  const found = new Map<Placement, Placement>();
  let last: Step | undefined;
  for (const step of runOf('upgrade', release).steps) {
    if (step.do !== 'create' || step.owner !== 'hook') continue;
    const [before, after] = [last?.subject.placement, step.subject.placement];
    if (before !== undefined && after !== undefined && last?.phase === step.phase) found.set(before, after);
    last = step;
  }
  return found;
});

/** `retry/blocked`: the release is half made, and the same command again does not get over that. */
export const checkRetryBlocked: Check = (placement, release) => {
  const { hook, copyFor } = placement;
  if (hook === undefined || copyFor !== undefined) return [];
  return isAwaited(placement.resource.kind) ? lacksAtRetry(placement, release) : staysForRetry(placement, release);
};

/** After a first install that failed early, the retry is an upgrade: its hooks run before the release is made. */
function lacksAtRetry(placement: Placement, release: Release): readonly Finding[] {
  if (!placement.hook?.events.includes('pre-upgrade')) return [];
  const failed = failedInstall(release);
  const lost = lostNeeds(placement, 'upgrade', release).filter(
    // Its own first run lacks it already, which has a finding.
    ({ providers }) =>
      !placement.hook?.events.includes('pre-install') ||
      !isGone(bestStateAt(providers, placement, 'pre-install', release)),
  );
  return reportLost('retry/blocked', placement, lost, {
    end: `when the first install failed in ${failed?.name}: then \`helm upgrade --install\` runs it first, waits for it to the timeout, and fails, each time`,
    hint:
      placement.rule === undefined
        ? 'uninstall such a release before it is installed again; or give the hook what it needs: `dependencies: copy`'
        : 'add `dependencies: copy` to this hook',
  });
}

/** `uninstall/blocked`: after an install that failed before the release was made, a hook of the uninstall lacks what it needs. */
export const checkUninstallBlocked: Check = (placement, release) => {
  const { resource, hook, copyFor } = placement;
  if (!hook?.events.includes('pre-delete') || !isAwaited(resource.kind) || copyFor !== undefined) return [];
  const failed = failedInstall(release);
  const lost = lostNeeds(placement, 'uninstall', release);
  return reportLost('uninstall/blocked', placement, lost, {
    end: `when its first install failed in ${failed?.name}: then \`helm uninstall\` waits for it to the timeout, and fails`,
    hint: 'uninstall such a release with `helm uninstall --no-hooks`',
  });
};

interface Failed {
  readonly run: Run;
  /** Of the hook that failed. */
  readonly name: string;
}

/** The install in which the first hook that Helm waits for has failed: nothing of the release is made. */
const failedInstall = once((release): Failed | undefined => {
  const run = runOf('install', release);
  const step = run.steps.findIndex(({ do: deed, phase }) => deed === 'wait' && phase === 'pre-install');
  const { subject } = run.steps[step] ?? {};
  if (subject === undefined) return undefined;
  const name = subject.placement === undefined ? subject.id.name : formatPlacement(subject.placement);
  return { run: run.failAt(step, 'failed'), name };
});

/** An operation that begins where that install ended. */
const afterFailedInstall = once((operation: Aim['operation'], release: Release): Run | undefined => {
  const failed = failedInstall(release);
  return failed && attempt({ operation }, failed.run.end, sceneOf(release));
});

/** What a hook lacks in an operation that stops there. */
function lostNeeds(placement: Placement, operation: Aim['operation'], release: Release): readonly Need[] {
  const run = afterFailedInstall(operation, release);
  if (run?.stop?.because !== 'step') return [];
  const step = run.steps[run.stop.step] as Step;
  if (step.subject.placement !== placement) return [];
  const names = sceneOf(release).lacks(step, run.worldAfter(run.stop.step));
  return needsOf(placement, release).filter(({ name }) => names.includes(name));
}

/** All that one hook lacks is told at once. */
const reportLost = (
  code: FindingCode,
  placement: Placement,
  lost: readonly Need[],
  { end, hint }: { readonly end: string; readonly hint: string },
): readonly Finding[] =>
  lost.map(({ name, path }) => {
    const message = `${formatPlacement(placement)} needs $all, which the release does not have ${end}`;
    const cause: Cause = { key: formatPlacement(placement), member: name, message };
    return findingOf(code, placement.resource, path, message.replace('$all', name), {
      hint,
      ...configOf(placement, 'events'),
      cause,
    });
  });

/** Where hooks are created client-side: an account, a ConfigMap that only success takes away stays when a later hook is refused. */
function staysForRetry(placement: Placement, release: Release): readonly Finding[] {
  const { deletes = [] } = placement.hook ?? {};
  if (deletes.includes('before-hook-creation') || !deletes.includes('hook-succeeded')) return [];
  const next = successors(release).get(placement);
  if (next === undefined) return [];
  const pair = alone([placement, next], release);
  const run = runOf('upgrade', pair);
  const later = run.steps.findIndex((step) => step.do === 'create' && step.subject.placement === next);
  if (later < 0) return [];
  const retry = attempt({ operation: 'upgrade' }, run.failAt(later, 'refused').end, sceneOf(pair));
  if (retry.stop?.because !== 'step' || retry.steps[retry.stop.step]?.subject.placement !== placement) return [];
  const name = formatPlacement(placement);
  const message = `${name} stays when a later hook of its event is refused, and the upgrade that is tried again fails: it exists already`;
  return [
    findingOf('retry/blocked', placement.resource, HOOK_PATH, message, {
      hint: `add before-hook-creation to the policy of ${name}`,
      ...configOf(placement, 'deletePolicy'),
    }),
  ];
}

/** `retry/runs-twice`: a migration that outlives Helm's patience gets a second run beside it. */
export const checkRunsTwice: Check = (placement, release) => {
  const { resource, hook, copyFor } = placement;
  if (hook === undefined || resource.kind !== 'Job' || copyFor !== undefined) return [];
  const twice = secondRunOf(placement, release);
  if (twice === undefined) return [];
  const name = formatPlacement(placement);
  const [effect, effects] = twice.isNameOfRun
    ? ['starts the next one beside it, under another name', 'starts the next ones beside them, under other names']
    : [
        'deletes it and starts the next one while its pods still stop',
        'deletes them and starts the next ones while their pods still stop',
      ];
  const after = `after --timeout (${release.circumstances.timeoutSeconds}s), and the upgrade that is tried again`;
  return [
    findingOf(
      'retry/runs-twice',
      resource,
      ['spec'],
      `${name} migrates and goes on ${after} ${effect}: two migrations at once`,
      {
        // A name that the chart gives each run is no choice of the config.
        severity: placement.rule?.jobName.suffix === 'timestamp' ? 'warning' : 'info',
        hint: 'set activeDeadlineSeconds below --timeout, in the chart or with `job` in hookorder.yaml, or wait for the Job before you try again',
        ...configOf(placement, 'job'),
        cause: {
          key: JSON.stringify([resource.chart ?? '', placement.rule?.name ?? '', twice.isNameOfRun]),
          member: name,
          message: `$all migrate and go on ${after} ${effects}: two migrations at once`,
        },
      },
    ),
  ];
};

/** The run that a retry starts beside a migration of an upgrade or an install that outlived Helm's patience; undefined where it does not. */
function secondRunOf(placement: Placement, release: Release): Thing | undefined {
  const job = alone([placement], release);
  for (const operation of ['upgrade', 'install'] as const) {
    const run = runOf(operation, job);
    const step = run.steps.findIndex(({ do: deed }) => deed === 'wait');
    const mayTake = run.steps[step]?.mayTake ?? 0;
    // A deadline of its own ends it first.
    if (step < 0 || mayTake < release.circumstances.timeoutSeconds || !sceneOf(release).migrates(placement)) continue;
    const retry = attempt({ operation: 'upgrade' }, run.failAt(step, 'timed-out').end, sceneOf(job));
    const twice = twiceIn(retry).find(({ name }) => name === placement.name);
    if (twice !== undefined) return twice;
  }
  return undefined;
}

/** `rollback/old-app-new-schema`: nothing that a rollback runs takes the schema back. */
export const checkRollbackSchema: Check = (placement, release) => {
  const { resource, hook, copyFor } = placement;
  if (hook === undefined || copyFor !== undefined || !isAwaited(resource.kind)) return [];
  const back = schemaAfterRollback(release);
  if (back === undefined || !back.some(({ kind, name }) => kind === resource.kind && name === placement.name))
    return [];
  const effect =
    'and no hook of a rollback takes the schema back: after `helm rollback` the old app runs on the new schema';
  return [
    findingOf(
      'rollback/old-app-new-schema',
      resource,
      HOOK_PATH,
      `${formatPlacement(placement)} migrates at upgrades, ${effect}`,
      {
        severity: release.circumstances.rollbackOnFailure ? 'warning' : 'info',
        hint: 'let a migration only add what the old app can live with, and remove in a later release; or bring a pre-rollback hook that takes it back',
        ...configOf(placement, 'events'),
        cause: {
          key: resource.chart ?? '',
          member: formatPlacement(placement),
          message: `$all migrate at upgrades, ${effect}`,
        },
      },
    ),
  ];
};

/** The migrations of an upgrade that a rollback leaves in place under an app that they were not for; undefined where none are. */
const schemaAfterRollback = once((release): readonly Thing[] | undefined => {
  const hasApp = release.placements.some(
    ({ hook, resource: { kind } }) => hook === undefined && kind !== 'Job' && podSpecPath(kind) !== undefined,
  );
  const run = runOf('upgrade', release);
  if (!hasApp || run.stop !== undefined) return undefined;
  const scene = sceneOf(release);
  const migrations = migrationsOf(run, run, scene);
  if (migrations.done.length === 0) return undefined;
  return nextOf({ operation: 'rollback', to: 1 }, run, migrations, scene).oldAppNewSchema ? migrations.done : undefined;
});
