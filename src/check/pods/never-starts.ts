/** `pod/never-starts`: a hook that is told to run no pod, or to wait for a word that nothing gives. Helm waits for it until its timeout. */
import { findingOf } from '../../model/finding.ts';
import { isAwaited } from '../../model/helm.ts';
import { listOf, type Path, pointer, valueAt } from '../../model/json.ts';
import { formatResource, groupOf } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { podSpecOf } from '../../release/references.ts';
import type { Check } from '../../release/release.ts';

/** By these a controller admits a suspended Job when there is room for it. */
const QUEUED = /^(?:kueue\.x-k8s\.io|scheduling\.volcano\.sh|yunikorn\.apache\.org)\//;

export const checkNeverStarts: Check = (placement) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || hook.events.length === 0 || placement.copyFor !== undefined) return [];
  if (Object.keys(resource.labels).some((label) => QUEUED.test(label))) return [];
  const found = suspended(placement) ?? gated(placement);
  if (found === undefined) return [];
  const { path, what, missing } = found;
  return [
    findingOf(
      'pod/never-starts',
      resource,
      path,
      `${formatResource(resource)} ${what}, so it never ${missing}, and Helm waits for that until --timeout`,
      {
        hint: `take \`${path.at(-1)}\` out of the hook, in the chart or with a \`patch\` (\`{ op: remove, path: ${pointer(path)} }\`)`,
        cure: { of: resource, patch: [{ op: 'remove', path: pointer(path) }] },
        ...(rule && { config: { ...rule.place, hook: rule.name } }),
      },
    ),
  ];
};

interface Held {
  readonly path: Path;
  readonly what: string;
  readonly missing: string;
}

function suspended({ resource, value }: Placement): Held | undefined {
  if (resource.kind !== 'Job' || groupOf(resource.apiVersion) !== 'batch') return undefined;
  const spec = valueAt(value(), ['spec']);
  // With nothing to complete it is complete.
  if (valueAt(spec, ['completions']) === 0) return undefined;
  const missing = 'completes';
  if (valueAt(spec, ['suspend']) === true)
    return { path: ['spec', 'suspend'], what: 'is suspended (`suspend: true`)', missing };
  if (valueAt(spec, ['parallelism']) === 0)
    return { path: ['spec', 'parallelism'], what: 'may run no pod (`parallelism: 0`)', missing };
  return undefined;
}

/** A gate is for a controller that takes it away, and none of those is meant for hooks. */
function gated(placement: Placement): Held | undefined {
  const pod = podSpecOf(placement);
  if (pod === undefined || !isAwaited(placement.resource.kind)) return undefined;
  const gates = listOf(pod.spec['schedulingGates']);
  if (gates.length === 0) return undefined;
  return {
    path: [...pod.path, 'schedulingGates'],
    what: 'has scheduling gates',
    missing: 'starts unless something takes them away',
  };
}
