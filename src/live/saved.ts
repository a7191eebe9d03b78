/**
 * A saved state without Helm's word on it: which causes it shows, and, where the stream is known, which operation it shows and how far that is.
 */
import { compareHooks, isAwaited } from '../model/helm.ts';
import type { Placement } from '../model/plan.ts';
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
  // What stands behind the newest one in run order, and is there, is of an earlier operation.
  const newest = seen.reduce<Begun | undefined>(
    (a, b) => (a === undefined || b.created > a.created ? b : a),
    undefined,
  );
  const own = seen.filter((each) => newest === undefined || compareBegun(each, newest) <= 0);
  const operation = operationIn(own, own.length < seen.length || hasOlderPods(placements, own, state));
  const records = own.map(
    ({ placement, created }): HookRecord => ({
      kind: placement.resource.kind,
      name: placement.name,
      path: placement.resource.template ?? '',
      manifest: '',
      phase: placement === newest?.placement ? 'Running' : 'Succeeded',
      started: created,
    }),
  );
  return {
    name: UNNAMED,
    namespace: seen[0]?.namespace ?? '',
    revision: 0,
    status: `pending-${operation}`,
    description: '',
    ...(own.length > 0 && { began: Math.min(...own.map(({ created }) => created)) }),
    manifest: '',
    hooks: records,
  };
}

interface Begun {
  readonly placement: Placement;
  readonly created: number;
}

/** In the order in which Helm runs them. */
function compareBegun({ placement: a }: Begun, { placement: b }: Begun): number {
  const phaseOf = ({ hook }: Placement): number => (hook?.events.some((event) => event.startsWith('pre-')) ? 0 : 1);
  const keyOf = ({ hook, name, resource }: Placement) => ({ weight: hook?.weight ?? 0, name, kind: resource.kind });
  return phaseOf(a) - phaseOf(b) || compareHooks(keyOf(a), keyOf(b));
}

/** What stands for the name that a stream does not tell. */
export const UNNAMED = 'RELEASE';

/** `wasThere`: something of the release is older than the hooks that have begun. */
function operationIn(begun: readonly Begun[], wasThere: boolean): 'install' | 'upgrade' {
  const events = new Set(begun.flatMap(({ placement: { hook } }) => hook?.events ?? []));
  const installs = events.has('pre-install') || events.has('post-install');
  const upgrades = events.has('pre-upgrade') || events.has('post-upgrade');
  return installs === upgrades ? (wasThere ? 'upgrade' : 'install') : installs ? 'install' : 'upgrade';
}

/** Pods of the app that are older than the first of these hooks. */
function hasOlderPods(placements: readonly Placement[], begun: readonly Begun[], { objects }: Observations): boolean {
  const first = Math.min(...begun.map(({ created }) => created));
  const workloads = placements.filter(({ hook, resource }) => hook === undefined && !isAwaited(resource.kind));
  return objects.some(
    ({ kind, name, created = first }) =>
      created < first && kind === 'Pod' && workloads.some((workload) => name.startsWith(`${workload.name}-`)),
  );
}
