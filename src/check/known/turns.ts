/** `hook/adopts-resource` and `live/hook-becomes-plain` as facts: what is plain in the installed revision and a hook in the new one, and the other way round. */
import { canBecome } from '../../engines/fixed.ts';
import { type Finding, findingOf, type Severity } from '../../model/finding.ts';
import { isAwaited, RESOURCE_POLICY } from '../../model/helm.ts';
import { annotationOf } from '../../model/manifest.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import type { Check, Release } from '../../release/release.ts';
import { causeOf, configOf } from '../hooks/places.ts';
import { liveOf, subjectIn } from './upgrade.ts';

/** An upgrade deletes what was in the old manifest and is not in the new one, after the pre-upgrade hooks [S pkg/kube/client.go update][X]. */
export const checkBecameHook: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  const live = liveOf(placement, release);
  if (hook === undefined || live?.owner !== 'release' || hook.events.length === 0) return [];
  const was = live.subject.placement;
  // Helm asks the live object for this annotation and leaves such an object alone.
  if (was && annotationOf(was.resource, RESOURCE_POLICY) === 'keep') return [];
  const subject = formatPlacement(placement);
  const lead = `${subject} is a plain resource of the installed revision and becomes a hook of ${hook.events.join(' and ')}`;
  const tell = (severity: Severity, message: string, hint?: string): readonly Finding[] => [
    findingOf('hook/adopts-resource', resource, ['metadata'], message, {
      severity,
      ...(hint !== undefined && { hint }),
      ...configOf(placement, 'match'),
    }),
  ];
  const isEarly = hook.events.includes('pre-upgrade') && !hook.events.includes('post-upgrade');
  if (!isAwaited(resource.kind)) {
    const then = isEarly
      ? 'after the pre-upgrade hooks, the one that this hook has just made'
      : hook.events.includes('post-upgrade')
        ? 'before its post-upgrade hook makes it anew'
        : 'and no hook of the upgrade makes it again';
    return tell(
      rule?.adopt ? 'info' : 'error',
      `${lead}: the upgrade deletes the live one once, ${then}`,
      'let it be and set `dependencies: copy` on the hook that needs it',
    );
  }
  if (isEarly && !hook.deletes.includes('before-hook-creation'))
    return tell(
      'error',
      canBecome(subjectIn(placement, release), live)
        ? `${lead} without before-hook-creation: it does not run, because the finished one is there and equal, and then the upgrade deletes it`
        : `${lead} without before-hook-creation: the upgrade fails, because the one that is there cannot change ("field is immutable")`,
      `add before-hook-creation to its delete policy, or delete ${subject} before the upgrade`,
    );
  return tell('info', `${lead}: the upgrade deletes the live one once, which is harmless when it has finished`);
};

/** Helm takes over no object that it does not own [S pkg/action/validate.go checkOwnership]; hooks carry no marks of a release [X]. */
export const checkBecamePlain: Check = (placement, release) => {
  const { resource, hook } = placement;
  const live = liveOf(placement, release);
  if (hook !== undefined || live?.owner !== 'hook' || release.circumstances.takeOwnership) return [];
  const subject = formatPlacement(placement);
  const was = live.subject.placement?.hook?.events.join(' and ') ?? 'the installed revision';
  const isCured = canTakeOver(placement, live, release);
  return [
    findingOf(
      'live/hook-becomes-plain',
      resource,
      ['metadata', 'name'],
      `${subject} is a hook of ${was} in the installed revision and becomes a plain resource: while the hook's object is there, the upgrade fails before it changes anything ("exists and cannot be imported into the current release: invalid ownership metadata")`,
      {
        hint: isCured
          ? `upgrade once with \`--take-ownership\`, or delete ${subject} before`
          : `delete ${subject} before the upgrade: with \`--take-ownership\` it fails too, because the pods of a ${resource.kind} cannot change`,
        ...configOf(placement, 'hook'),
        ...causeOf(
          placement,
          `$all are hooks of the installed revision and become plain resources${isCured ? '' : ' with other pods'}: while the hooks' objects are there, the upgrade fails before it changes anything ("exists and cannot be imported into the current release: invalid ownership metadata")`,
          isCured
            ? 'upgrade once with `--take-ownership`, or delete $all before'
            : 'delete $all before the upgrade: with `--take-ownership` it fails too, because pods of a Job cannot change',
        ),
      },
    ),
  ];
};

function canTakeOver(placement: Placement, live: NonNullable<ReturnType<typeof liveOf>>, release: Release): boolean {
  const [major = 4, minor = 17] = release.circumstances.version.split('.').map(Number);
  const hasFlag = major > 3 || minor >= 17;
  return hasFlag && (!isAwaited(placement.resource.kind) || canBecome(subjectIn(placement, release), live));
}
