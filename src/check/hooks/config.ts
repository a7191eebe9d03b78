/** What an entry of the config brings about that it does not say: `job/hash-reruns`, and `live/hook-becomes-plain` for a hook of the chart that it makes plain. */
import { findingOf } from '../../model/finding.ts';
import { HOOK, HOOK_DELETE_POLICY, hasEventOf, isAwaited, readHookEvents } from '../../model/helm.ts';
import { enteredOf } from '../../model/leaving.ts';
import { annotationOf, formatResource } from '../../model/manifest.ts';
import { formatPlacement } from '../../model/plan.ts';
import type { Check } from '../../release/release.ts';
import { configOf } from './places.ts';

/** `job/hash-reruns`: a hook is made anew in each of its events, unless nothing deletes the last one. */
export const checkHashReruns: Check = (placement) => {
  const { resource, hook, rule } = placement;
  if (rule?.jobName.suffix !== 'hash' || hook === undefined || resource.kind !== 'Job') return [];
  const policies = hook.deletes.filter((policy) => policy !== 'hook-failed');
  if (policies.length === 0 || !hasEventOf(hook.events, 'upgrade')) return [];
  return [
    findingOf(
      'job/hash-reruns',
      resource,
      ['metadata', 'name'],
      `${formatPlacement(placement)} is named by its content, but as a hook it runs at each upgrade all the same: ${policies.join(' and ')} deletes the last one`,
      {
        hint: 'set `hook: false`, so that an unchanged Job stays and does not run again, or `jobName: timestamp` where it is meant to run each time',
        ...configOf(placement, 'jobName'),
      },
    ),
  ];
};

/** `live/hook-becomes-plain`: an object that Helm made as a hook carries no marks of its release, so Helm refuses to take it for an ordinary one. */
export const checkBecomesPlain: Check = (placement) => {
  const { resource, hook, rule } = placement;
  if (rule === undefined || hook !== undefined || placement.copyFor !== undefined) return [];
  const entered = enteredOf(resource);
  if (!Object.hasOwn(entered.annotations, HOOK)) return [];
  const { events } = readHookEvents(annotationOf(entered, HOOK) ?? '');
  const policies = annotationOf(entered, HOOK_DELETE_POLICY) ?? '';
  // What hook-succeeded deletes, or another name, is not there any more.
  const isLeft = !policies.includes('hook-succeeded') && events.some((event) => /-(?:install|upgrade)$/.test(event));
  if (!isLeft || placement.name !== entered.name || (isAwaited(resource.kind) && rule.jobName.suffix !== 'keep'))
    return [];
  const message =
    'is a hook of the chart that becomes an ordinary resource: where the chart is installed already, the next upgrade ends with "invalid ownership metadata"';
  return [
    findingOf(
      'live/hook-becomes-plain',
      resource,
      ['metadata', 'annotations', HOOK],
      `${formatResource(resource)} ${message}`,
      {
        severity: 'info',
        hint: 'run that first upgrade with `--take-ownership`; a new install needs nothing',
        ...configOf(placement, 'hook'),
        cause: {
          key: rule.name,
          member: formatResource(resource),
          message:
            '$all are hooks of the chart that become ordinary resources: where the chart is installed already, the next upgrade ends with "invalid ownership metadata"',
        },
      },
    ),
  ];
};
