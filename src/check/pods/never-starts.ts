/** `pod/never-starts`: a hook Job that is told to run no pod. Helm waits for it until its timeout. */
import { findingOf } from '../../model/finding.ts';
import { valueAt } from '../../model/json.ts';
import { formatResource, groupOf } from '../../model/manifest.ts';
import type { Check } from '../../release/release.ts';

/** By these a controller admits a suspended Job when there is room for it. */
const QUEUED = /^(?:kueue\.x-k8s\.io|scheduling\.volcano\.sh|yunikorn\.apache\.org)\//;

export const checkNeverStarts: Check = (placement) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || hook.events.length === 0 || placement.copyFor !== undefined) return [];
  if (resource.kind !== 'Job' || groupOf(resource.apiVersion) !== 'batch') return [];
  const spec = valueAt(placement.value(), ['spec']);
  const key =
    valueAt(spec, ['suspend']) === true ? 'suspend' : valueAt(spec, ['parallelism']) === 0 ? 'parallelism' : undefined;
  // With nothing to complete it is complete.
  if (key === undefined || valueAt(spec, ['completions']) === 0) return [];
  if (key === 'suspend' && Object.keys(resource.labels).some((label) => QUEUED.test(label))) return [];
  const what = key === 'suspend' ? 'is suspended (`suspend: true`)' : 'may run no pod (`parallelism: 0`)';
  return [
    findingOf(
      'pod/never-starts',
      resource,
      ['spec', key],
      `${formatResource(resource)} ${what}, so it never completes, and Helm waits for that until --timeout`,
      {
        hint: `take \`${key}\` out of the hook, in the chart or with a \`patch\` (\`{ op: remove, path: /spec/${key} }\`)`,
        ...(rule && { config: { ...rule.place, hook: rule.name } }),
      },
    ),
  ];
};
