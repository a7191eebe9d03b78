/**
 * `hook/annotation-misplaced`: hook annotations where Helm does not look, on a pod template, as labels, or without `helm.sh/hook` beside them.
 *
 * What a chart writes twice, on the hook and on its pod template too, does no harm.
 */
import { type Finding, findingOf, type Severity } from '../../model/finding.ts';
import { HOOK, HOOK_ANNOTATIONS, isAwaited } from '../../model/helm.ts';
import { isObject, type Path, valueAt } from '../../model/json.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import { formatResource } from '../../model/manifest.ts';
import type { Check } from '../../release/release.ts';
import { causeOf } from './places.ts';

const METADATA = ['metadata'] as const;
const LASTING = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController']);

export const checkMisplaced: Check = (placement) => {
  const { resource, copyFor } = placement;
  if (copyFor !== undefined || !resource.says('helm.sh/hook')) return [];
  const value = placement.value();
  const own = keysAt(value, [...METADATA, 'annotations']);
  const subject = formatResource(resource);
  const report = (path: Path, key: string, message: string, hint: string, severity?: Severity): Finding[] => [
    findingOf('hook/annotation-misplaced', resource, [...path, key], `${subject} ${message}`, {
      ...(severity && { severity }),
      hint: hint.replaceAll('$name', subject),
      mark: key,
      ...causeOf(
        placement,
        `$all ${message.replace(/^has /, 'have ').replace('its pod template', 'their pod templates').replace('it is no hook', 'they are no hooks').replace('the hook goes', 'the hooks go')}`,
        hint.replaceAll('$name', '$all'),
      ),
    }),
  ];
  for (const where of ['labels', 'annotations'] as const)
    for (const path of metadataOfPods(resource.kind)) {
      const keys = keysAt(value, [...path, where]).filter((key) => !own.includes(key));
      const [key] = keys;
      // A hook of the config has what it needs, whatever its pods carry.
      if (key === undefined || (placement.rule !== undefined && placement.hook !== undefined)) continue;
      return report(
        [...path, where],
        key,
        `has ${key} on its pod template, where Helm does not look: ${placement.hook === undefined ? 'it is no hook' : 'the hook goes without it'}`,
        LASTING.has(resource.kind)
          ? `take ${key} out of the pod template: a workload that lasts is no hook`
          : placement.hook === undefined
            ? 'move it to `metadata.annotations` of $name, or claim $name in hookorder.yaml with `events`'
            : 'move it to `metadata.annotations` of $name',
        // Such charts give all their pods the common annotations; none of them is meant as a hook.
        LASTING.has(resource.kind) ? 'info' : undefined,
      );
    }
  const [label] = keysAt(value, [...METADATA, 'labels']).filter((key) => !own.includes(key));
  if (label !== undefined && placement.hook === undefined)
    return report(
      [...METADATA, 'labels'],
      label,
      `has ${label} as a label, where Helm does not look: it is no hook`,
      'move it from `metadata.labels` to `metadata.annotations`',
    );
  const [lonely] = own;
  if (placement.hook !== undefined || own.includes(HOOK) || lonely === undefined) return [];
  // `hook: false` takes the annotations out; what a policy without a hook is for, nothing tells.
  return report(
    [...METADATA, 'annotations'],
    lonely,
    `has ${lonely} without ${HOOK}: it is no hook, and Helm reads none of it`,
    isAwaited(resource.kind) ? `add \`${HOOK}\` with its events, or take ${lonely} out` : `take ${lonely} out`,
    // What runs was meant to run as a hook; elsewhere it is a remnant as a rule.
    isAwaited(resource.kind) ? undefined : 'info',
  );
};

function keysAt(value: Parameters<typeof valueAt>[0], path: Path): readonly string[] {
  const map = valueAt(value, path);
  return isObject(map) ? HOOK_ANNOTATIONS.filter((key) => Object.hasOwn(map, key)) : [];
}

/** Of a workload, where its pods and the Jobs in between have their metadata. */
function metadataOfPods(kind: string): readonly Path[] {
  const spec = podSpecPath(kind);
  if (spec === undefined || kind === 'Pod') return [];
  const template = [...spec.slice(0, -1), 'metadata'];
  return kind === 'CronJob' ? [template, ['spec', 'jobTemplate', 'metadata']] : [template];
}
