/**
 * Objects that are plain in one release and hooks in the next, or the other way round: what an upgrade from one to the other does to the live one.
 *
 * Judged by names as they are: a Job that a run names anew is another object.
 */
import type { Finding, Severity } from '../../model/finding.ts';
import {
  type DeletePolicy,
  type Event,
  effectiveDeletePolicies,
  HOOK,
  HOOK_DELETE_POLICY,
  isAwaited,
  RESOURCE_POLICY,
  readHookEvents,
  readPolicies,
} from '../../model/helm.ts';
import { type JsonObject, valueAt } from '../../model/json.ts';
import { formatResource, stringInHelm } from '../../model/manifest.ts';
import { identityOf, type SnapshotResource } from './snapshot.ts';

export function findFlips(before: readonly SnapshotResource[], after: readonly SnapshotResource[]): readonly Finding[] {
  const old = sidesOf(before);
  const now = sidesOf(after);
  return [...now.keys()].flatMap((key): readonly Finding[] => {
    const [was, is] = [old.get(key), now.get(key)];
    if (was === undefined || is === undefined) return [];
    if (was.plain && !was.hook && is.hook && !is.plain) return becomesHook(is.hook, was.plain);
    if (was.hook && !was.plain && is.plain && !is.hook) return becomesPlain(is.plain, was.hook);
    return [];
  });
}

interface Sides {
  plain?: SnapshotResource;
  hook?: SnapshotResource;
}

function sidesOf(resources: readonly SnapshotResource[]): ReadonlyMap<string, Sides> {
  const sides = new Map<string, Sides>();
  for (const resource of resources) {
    if (resource.name === '') continue;
    const key = identityOf({ ...resource, baseName: resource.name });
    const known = sides.get(key) ?? {};
    sides.set(key, known);
    known[isPlain(resource) ? 'plain' : 'hook'] ??= resource;
  }
  return sides;
}

export const isPlain = ({ value }: SnapshotResource): boolean => annotation(value, HOOK) === undefined;

const annotation = (value: JsonObject, key: string): string | undefined =>
  stringInHelm(valueAt(value, ['metadata', 'annotations', key]));
const eventsOf = ({ value }: SnapshotResource): readonly Event[] => {
  const { events, unknown } = readHookEvents(annotation(value, HOOK) ?? '');
  return unknown.length > 0 ? [] : events;
};
const deletesOf = ({ value }: SnapshotResource): readonly DeletePolicy[] =>
  effectiveDeletePolicies(readPolicies(annotation(value, HOOK_DELETE_POLICY)));

/** An upgrade deletes what was in the old manifest and is not in the new one, after the pre-upgrade hooks [S pkg/kube/client.go Update]. */
function becomesHook(now: SnapshotResource, was: SnapshotResource): readonly Finding[] {
  // What Helm does not delete stays as it is [S pkg/kube/client.go, resource policy].
  if (annotation(was.value, RESOURCE_POLICY)?.trim().toLowerCase() === 'keep') return [];
  const events = eventsOf(now);
  const subject = formatResource(now);
  const lead = `${subject} was a plain resource and is now a hook of ${events.join(' and ') || 'no event that Helm knows'}`;
  const makesFirst = events.includes('pre-upgrade') && !events.includes('post-upgrade');
  const then = makesFirst
    ? 'after the pre-upgrade hooks, the one that this hook has just made'
    : events.includes('post-upgrade')
      ? 'before its post-upgrade hook makes it anew'
      : 'and no hook of the upgrade makes it again';
  if (isAwaited(now.kind)) {
    const isBlocked = makesFirst && !deletesOf(now).includes('before-hook-creation');
    const severity: Severity = isBlocked ? 'warning' : 'info';
    return [
      isBlocked
        ? finding(
            'hook/adopts-resource',
            severity,
            `${lead} without before-hook-creation: the upgrade finds the live one, and fails with "already exists" or does not run it`,
            `add before-hook-creation to its delete policy, or delete ${subject} before the upgrade`,
          )
        : finding(
            'hook/adopts-resource',
            severity,
            `${lead}: the upgrade deletes the live one once, which is harmless when it has finished`,
          ),
    ];
  }
  return [
    finding(
      'hook/adopts-resource',
      'error',
      `${lead}: the upgrade deletes the live one once, ${then}`,
      `leave ${subject} plain in upgrades too; a template that asks for \`.Release.IsInstall\` makes it a hook in one and not in the other`,
    ),
  ];
}

/** Helm takes over no object that it does not own [S pkg/action/validate.go checkOwnership]; hooks carry no release [X]. */
function becomesPlain(now: SnapshotResource, was: SnapshotResource): readonly Finding[] {
  const events = eventsOf(was);
  const isThere =
    events.some((event) => /-(?:install|upgrade)$/.test(event)) && !deletesOf(was).includes('hook-succeeded');
  if (!isThere) return [];
  const subject = formatResource(now);
  return [
    finding(
      'live/hook-becomes-plain',
      'error',
      `${subject} was a hook of ${events.join(' and ')} and is now a plain resource: where the hook's object is still there, the upgrade fails, because it "exists and cannot be imported into the current release: invalid ownership metadata"`,
      `upgrade once with \`--take-ownership\`, or delete ${subject} before`,
    ),
  ];
}

const finding = (
  code: 'hook/adopts-resource' | 'live/hook-becomes-plain',
  severity: Severity,
  message: string,
  hint?: string,
): Finding => ({ code, severity, message, ...(hint !== undefined && { hint }) });
