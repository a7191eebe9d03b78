/**
 * Settings of Jobs that make a hook hang, an upgrade fail, or finished Jobs pile up or vanish too early.
 *
 * In: a placement of kind Job of the group `batch`; others are passed over. Settings are those with which it leaves.
 */

import { findingOf } from '../../model/finding.ts';
import { DEFAULT_TIMEOUT_SECONDS, HOOK, hasEventOf } from '../../model/helm.ts';
import { type Json, type Path, valueAt } from '../../model/json.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import { enteredOf } from '../../model/leaving.ts';
import { annotationOf, formatResource, groupOf } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { containersOf } from '../../release/references.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { asksApi } from '../../waits/may-hang.ts';
import { nameKindOf } from './names.ts';
import { causeOf, configOf } from './places.ts';

const SPEC: Path = ['spec'];
const TTL: Path = ['spec', 'ttlSecondsAfterFinished'];
const DEADLINE: Path = ['spec', 'activeDeadlineSeconds'];

/**
 * Seconds. Helm 4 follows a hook with a watch, and the client that it uses waits up to 30 s, doubled at most by chance, before it
 * lists again after a broken watch (client-go's reflector). A Job that is gone by then is `NotFound` for Helm, never complete.
 */
const SAFE_TTL = 60;

const isJob = ({ resource }: Placement): boolean => resource.kind === 'Job' && groupOf(resource.apiVersion) === 'batch';
const isHookJob = (placement: Placement): boolean => isJob(placement) && (placement.hook?.events.length ?? 0) > 0;
const settingOf = (placement: Placement, path: Path): Json | undefined => valueAt(placement.value(), path);

/** `job/restart-always`, of hooks and ordinary Jobs, of what a CronJob creates, and of Pods that are hooks. */
export const checkRestartPolicy: Check = (placement) => {
  const { resource } = placement;
  const events = resource.kind === 'Pod' ? (placement.hook?.events ?? []) : [];
  const isPod = events.length > 0 && groupOf(resource.apiVersion) === '';
  if (!isJob(placement) && !isPod && !(resource.kind === 'CronJob' && groupOf(resource.apiVersion) === 'batch'))
    return [];
  const podSpec = podSpecPath(resource.kind) ?? [];
  if (settingOf(placement, podSpec) === undefined) return [];
  const policy = settingOf(placement, [...podSpec, 'restartPolicy']) ?? null;
  if (policy !== null && policy !== 'Always') return [];
  const has = policy === null ? 'has no restartPolicy, which means Always' : 'has restartPolicy Always';
  return [
    findingOf(
      'job/restart-always',
      resource,
      [...podSpec, 'restartPolicy'],
      isPod
        ? `${formatResource(resource)} ${has}, so it never succeeds, and Helm waits for that until --timeout`
        : `${formatResource(resource)} ${has}, and the API server rejects such a Job`,
      {
        hint: `set \`restartPolicy: Never\`${isPod ? '' : ', which also keeps the logs of every try'}`,
        // A test that hangs stops no release.
        ...(isPod && events.every((event) => event === 'test') && { severity: 'warning' }),
      },
    ),
  ];
};

/** `job/no-deadline`, `job/deadline-exceeds-timeout`. The latter of Pods too, whose deadline is their own. */
export const checkDeadline: Check = (placement, { circumstances: { timeoutSeconds } }) => {
  const isPod = placement.resource.kind === 'Pod' && (placement.hook?.events.length ?? 0) > 0;
  if (!isHookJob(placement) && !isPod) return [];
  const { resource, hook } = placement;
  const latest = latestDeadline(timeoutSeconds);
  // Helm deletes the last Job, and does not wait until its pods have ended [X].
  const again = hook?.deletes.includes('before-hook-creation')
    ? ', and the next try starts a second run beside it'
    : '';
  const deadline = settingOf(placement, DEADLINE);
  if (typeof deadline !== 'number') {
    if (isPod || (longestRun(placement) ?? Number.POSITIVE_INFINITY) <= latest) return [];
    return [
      findingOf(
        'job/no-deadline',
        resource,
        SPEC,
        `${formatResource(resource)} has no activeDeadlineSeconds: after --timeout (${timeoutSeconds}s) Helm gives up, the Job runs on${again}`,
        {
          hint: `set activeDeadlineSeconds to ${latest} or less${inConfig(placement)}`,
          ...causeOf(
            placement,
            `$all have no activeDeadlineSeconds: after --timeout (${timeoutSeconds}s) Helm gives up, the Jobs run on${again.replace('it', 'them')}`,
          ),
        },
      ),
    ];
  }
  if (deadline <= latest) return [];
  const why =
    deadline > timeoutSeconds
      ? `may run for ${deadline}s, but Helm gives up after --timeout (${timeoutSeconds}s)${again}`
      : `may run for ${deadline}s, and Helm, whose clock starts before the ${resource.kind}'s, gives up first, after --timeout (${timeoutSeconds}s)`;
  return [
    findingOf('job/deadline-exceeds-timeout', resource, DEADLINE, `${formatResource(resource)} ${why}`, {
      // A chart with long deadlines is deployed with a longer --timeout. The default means only that hookorder was not told of it.
      ...(timeoutSeconds === DEFAULT_TIMEOUT_SECONDS &&
        isOfChart(placement, deadline) && { severity: 'info' as const }),
      hint: `set activeDeadlineSeconds to ${latest} or less, or run Helm with --timeout ${deadline + 60}s`,
      ...causeOf(placement, `$all ${why}`),
    }),
  ];
};

/** True where the chart made it a hook with this deadline, whatever else an entry says of it. */
function isOfChart({ resource }: Placement, deadline: number): boolean {
  const chart = enteredOf(resource);
  return annotationOf(chart, HOOK) !== undefined && valueAt(chart.manifest().value, DEADLINE) === deadline;
}

/**
 * The longest deadline that still ends a hook before Helm gives up. Helm counts from when it creates the hook; a Job counts from when its controller
 * sees it, and says that it failed only when its pods are gone: some seconds, more in a cluster where long timeouts are needed.
 */
const latestDeadline = (timeoutSeconds: number): number =>
  Math.max(1, Math.floor(timeoutSeconds - Math.max(MIN_MARGIN, timeoutSeconds * MARGIN)));
const MIN_MARGIN = 5;
const MARGIN = 0.02;

/**
 * How long a Job without a deadline of its own can run, in seconds: each pod for as long as its deadline lets it, one after the other, with
 * the pauses of the Job controller between, which double from 10 s to 6 minutes [kubernetes pkg/controller/job backoff_utils.go].
 * Undefined where pods have no deadline, or there may be more than one at a time.
 */
function longestRun(placement: Placement): number | undefined {
  const pod = podSpecPath('Job') ?? [];
  const ofPod = settingOf(placement, [...pod, 'activeDeadlineSeconds']);
  const backoffLimit = settingOf(placement, ['spec', 'backoffLimit']) ?? 6;
  const completions = settingOf(placement, ['spec', 'completions']) ?? 1;
  const isSingle = completions === 1 && settingOf(placement, ['spec', 'podFailurePolicy']) === undefined;
  if (typeof ofPod !== 'number' || typeof backoffLimit !== 'number' || !isSingle) return undefined;
  // More retries than the pauses of a day have room for are as good as endless.
  if (backoffLimit > 300) return undefined;
  let pauses = 0;
  for (let retry = 0; retry < backoffLimit; retry++) pauses += Math.min(10 * 2 ** retry, 360);
  return ofPod * (backoffLimit + 1) + pauses;
}

/** `job/no-backoff-limit`. */
export const checkBackoffLimit: Check = (placement) => {
  if (!isHookJob(placement) || typeof settingOf(placement, ['spec', 'backoffLimit']) === 'number') return [];
  const { resource } = placement;
  return [
    findingOf(
      'job/no-backoff-limit',
      resource,
      SPEC,
      `${formatResource(resource)} has no backoffLimit, so Kubernetes tries a failing hook six more times, with pauses that double up to minutes`,
      {
        hint: `set backoffLimit to the number of retries that the work can stand${inConfig(placement)}`,
        ...causeOf(
          placement,
          '$all have no backoffLimit, so Kubernetes tries a failing hook six more times, with pauses that double up to minutes',
        ),
      },
    ),
  ];
};

/** `job/immutable`: ordinary Jobs only, since Helm creates a hook anew. */
export const checkImmutable: Check = (placement, release) => {
  if (!isJob(placement) || placement.hook !== undefined || nameKindOf(placement) !== 'fixed') return [];
  // What only an install has, an upgrade deletes.
  if (release.circumstances.operations?.includes('upgrade') === false) return [];
  const { resource, rule } = placement;
  // By the next upgrade it is gone.
  if (typeof settingOf(placement, TTL) === 'number' || isRemovedByHook(placement, release)) return [];
  const sign = isForInstalls(placement, release) ? undefined : versionInPods(placement, release);
  const when =
    sign === undefined
      ? 'an upgrade that changes its pods fails with "field is immutable"'
      : `its pods have the version in them (${sign}), so the first upgrade to another one fails with "field is immutable"`;
  return [
    findingOf(
      'job/immutable',
      resource,
      ['metadata', 'name'],
      `${formatResource(resource)} is an ordinary Job with a fixed name: ${when}`,
      {
        severity: sign === undefined && rule === undefined ? 'info' : 'warning',
        hint: 'make it a hook, or give it a name of its own for each change with `jobName: hash`',
        ...configOf(placement, 'match'),
        ...causeOf(placement, `$all are ordinary Jobs with fixed names: ${when.replace('its pods', 'their pods')}`),
      },
    ),
  ];
};

/** Where a chart has hooks for upgrades alone, an ordinary Job beside them may be rendered at installs only. */
const isForInstalls = ({ resource }: Placement, release: Release): boolean =>
  release
    .byKind('Job')
    .some(
      ({ hook, resource: other }) =>
        other.chart === resource.chart &&
        hook !== undefined &&
        hasEventOf(hook.events, 'upgrade') &&
        !hasEventOf(hook.events, 'install'),
    );

const isRemovedByHook = (placement: Placement, release: Release): boolean =>
  asksApi(release) &&
  (require('../live/removed.ts') as typeof import('../live/removed.ts')).removedByHooks(release).has(placement);

/** What in the pods of a Job changes with each version of its chart or its application, as the chart itself names the version. */
function versionInPods(placement: Placement, release: Release): string | undefined {
  const template = valueAt(placement.value(), ['spec', 'template']);
  for (const key of ['helm.sh/chart', 'chart', 'app.kubernetes.io/version'])
    if (typeof valueAt(template, ['metadata', 'labels', key]) === 'string') return `the label ${key}`;
  const { labels } = placement.resource;
  const version = valueAt(labels, ['app.kubernetes.io/version']);
  const isOfVersion = (image: string): boolean =>
    (typeof version === 'string' &&
      version !== '' &&
      (image.endsWith(`:${version}`) || image.endsWith(`:v${version}`))) ||
    imagesOfApp(release).has(image);
  const image = imagesOf(placement).find(isOfVersion);
  return image && `the image ${image}`;
}

/** With a tag or a digest. */
const imagesOf = (placement: Placement, withInit = true): readonly string[] =>
  containersOf(placement).flatMap(({ value, init }) => {
    if (init && !withInit) return [];
    const image = value['image'];
    return typeof image === 'string' && /[:@][^/]*\d[^/]*$/.test(image) ? [image] : [];
  });

/** What the app itself runs changes with each of its versions. */
const imagesOfApp = once(
  (release) =>
    new Set(release.byKind('Deployment', 'StatefulSet', 'DaemonSet').flatMap((workload) => imagesOf(workload, false))),
);

/** `job/ttl-too-short`, `job/ttl-reruns`. */
export const checkTtl: Check = (placement) => {
  if (!isJob(placement)) return [];
  const ttl = settingOf(placement, TTL);
  if (typeof ttl !== 'number') return [];
  const { resource } = placement;
  const job = formatResource(resource);
  if (isHookJob(placement)) {
    if (ttl >= SAFE_TTL) return [];
    const removes = ttl === 0 ? 'as soon as it finishes' : `${ttl}s after it finishes`;
    const message = `${job} is removed ${removes}, and a Helm 4 that sees it gone before it saw it complete waits to the timeout and fails`;
    return [
      findingOf('job/ttl-too-short', resource, TTL, message, {
        // Whether Helm misses the end is a matter of moments, and charts that live with it are many: an entry that claims the Job can cure it.
        severity: placement.rule === undefined ? 'info' : 'warning',
        ...causeOf(
          placement,
          `$all are removed ${removes.replace('it finishes', 'they finish')}, and a Helm 4 that sees one gone before it saw it complete waits to the timeout and fails`,
        ),
        hint: placement.hook?.deletes.includes('hook-succeeded')
          ? 'take ttlSecondsAfterFinished out, hook-succeeded removes it, or set it to 300 or more'
          : 'set ttlSecondsAfterFinished to 300 or more',
      }),
    ];
  }
  if (placement.hook !== undefined || nameKindOf(placement) !== 'hash') return [];
  const message = `${job} is named by its content so that it runs once, but is removed ${ttl}s after it finishes: Helm creates it again on the next upgrade`;
  return [
    findingOf('job/ttl-reruns', resource, TTL, message, {
      hint: 'take ttlSecondsAfterFinished out: Helm removes the old Job when the name changes',
    }),
  ];
};

/** `job/unique-name-piles-up`. Ordinary Jobs do not: Helm removes what has left the manifest. */
export const checkPileUp: Check = (placement) => {
  const kind = nameKindOf(placement);
  if (!isHookJob(placement) || !(kind === 'timestamp' || kind === 'generated' || kind === 'random')) return [];
  if (typeof settingOf(placement, TTL) === 'number') return [];
  const { resource, hook } = placement;
  const policies = hook?.deletes ?? [];
  // No delete policy can name what the API server named.
  const removes = (policy: 'hook-succeeded' | 'hook-failed'): boolean =>
    kind !== 'generated' && policies.includes(policy);
  if (removes('hook-succeeded') && removes('hook-failed')) return [];
  const what = removes('hook-succeeded')
    ? 'each failed Job'
    : removes('hook-failed')
      ? 'each Job that succeeds'
      : 'every Job';
  const name = placement.name === '' ? `${resource.generateName}…` : placement.name;
  return [
    findingOf(
      'job/unique-name-piles-up',
      resource,
      ['metadata', placement.name === '' ? 'generateName' : 'name'],
      `Job/${name} ${kind === 'random' ? 'seems to have' : 'has'} a new name each time and no ttlSecondsAfterFinished, so ${what} stays until it is deleted by hand`,
      { hint: `set ttlSecondsAfterFinished, for example to 86400${inConfig(placement)}` },
    ),
  ];
};

const inConfig = ({ rule }: Placement): string => (rule === undefined ? '' : ' (`job` of this hook)');
