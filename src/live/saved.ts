/**
 * A saved state without Helm's word on it: which causes it shows, and, where the stream is known, which operation it shows and how far that is.
 */
import { isAwaited, type Operation } from '../model/helm.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import type { Cause } from './cause.ts';
import { Cluster } from './cluster.ts';
import { lookAtJob, lookAtPod, lookAtWorkload } from './jobs.ts';
import type { Observations, Seen } from './observations.ts';
import type { HookRecord, Stored } from './record.ts';

/** Every Job, Pod and workload of a state that is in trouble, the worst first. */
export function causesIn(state: Observations): readonly Cause[] {
  const cluster = new Cluster(state, '');
  const known = new Set(state.objects.map(({ uid }) => uid));
  const causes = state.objects.flatMap((seen) => causeOf(seen, cluster, known) ?? []);
  const rank = { over: 0, stuck: 1, slow: 2 } as const;
  return causes.toSorted((a, b) => rank[a.state] - rank[b.state]);
}

function causeOf(seen: Seen, cluster: Cluster, known: ReadonlySet<string>): Cause | undefined {
  if (seen.kind === 'Job') return lookAtJob(seen, cluster).cause;
  // A pod is told with its owner where that is there.
  if (seen.kind === 'Pod')
    return seen.owners.some((uid) => known.has(uid)) ? undefined : lookAtPod(seen, cluster).cause;
  return WORKLOADS.has(seen.kind) ? lookAtWorkload(seen, cluster) : undefined;
}

const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'PersistentVolumeClaim']);

/** What Helm would have written down, read off the objects: a hook that is there has begun when it was made. */
export function storedFrom(placements: readonly Placement[], state: Observations): Stored {
  const cluster = new Cluster(state, '');
  const hooks = placements.filter(({ hook }) => hook !== undefined);
  const seen = hooks.flatMap((placement) => {
    const found = isAwaited(placement.resource.kind)
      ? cluster.find(placement.resource.kind, placement.name, placement.resource.namespace)
      : undefined;
    return found?.created === undefined ? [] : [{ placement, created: found.created, namespace: found.namespace }];
  });
  const operation = operationIn(
    placements,
    seen.map(({ placement }) => placement),
    state,
  );
  const last = Math.max(...seen.map(({ created }) => created));
  const records = seen.map(
    ({ placement, created }): HookRecord => ({
      kind: placement.resource.kind,
      name: placement.name,
      path: placement.resource.template ?? '',
      manifest: '',
      phase: created === last ? 'Running' : 'Succeeded',
      started: created,
    }),
  );
  return {
    name: UNNAMED,
    namespace: seen[0]?.namespace ?? '',
    revision: 0,
    status: `pending-${operation}`,
    description: '',
    ...(seen.length > 0 && { began: Math.min(...seen.map(({ created }) => created)) }),
    manifest: '',
    hooks: records,
  };
}

/** What stands for the name that a stream does not tell. */
export const UNNAMED = 'RELEASE';

/** Where pods of the app are older than the first hook there was something to upgrade. */
function operationIn(
  placements: readonly Placement[],
  begun: readonly Placement[],
  state: Observations,
): Exclude<Operation, 'test' | 'uninstall'> {
  const events = new Set(begun.flatMap(({ hook }) => hook?.events ?? []));
  const installs = events.has('pre-install') || events.has('post-install');
  const upgrades = events.has('pre-upgrade') || events.has('post-upgrade');
  if (installs !== upgrades) return installs ? 'install' : 'upgrade';
  const titles = new Set(begun.map(formatPlacement));
  const first = Math.min(
    ...state.objects.flatMap((seen) => (titles.has(`${seen.kind}/${seen.name}`) ? (seen.created ?? []) : [])),
  );
  const workloads = placements.filter(({ hook, resource }) => hook === undefined && !isAwaited(resource.kind));
  const isOlder = state.objects.some(
    ({ kind, name, created = first }) =>
      created < first && kind === 'Pod' && workloads.some((workload) => name.startsWith(`${workload.name}-`)),
  );
  return isOlder ? 'upgrade' : 'install';
}
