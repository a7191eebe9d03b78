/**
 * Which lasting workloads wait for what a hook does: for it by name, for the cluster that it puts into operation, or for the schema that
 * it makes.
 *
 * Every workload is read once, whatever the number of hooks that ask.
 */
import { isAwaited } from '../model/helm.ts';
import { addTo } from '../model/maps.ts';
import { formatPlacement, type Placement } from '../model/plan.ts';
import { containersOf } from '../release/references.ts';
import { once, type Release } from '../release/release.ts';
import { type Wait, waitsOf } from './find.ts';
import { selectedBy } from './obstacles.ts';
import { askersAmong, bootstrappedBy, migrates, schemaWaitsFor } from './schema.ts';

export interface Waiter {
  readonly placement: Placement;
  readonly wait: Pick<Wait, 'container' | 'path' | 'file' | 'words'>;
  /** `Job/migrate`, or `the schema of Job/migrate`. */
  readonly for: string;
}

type Index = ReadonlyMap<Placement, readonly Placement[]>;

export const LASTING: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** With their place in the order of the stream, by kind. */
const workloads = once((release): ReadonlyMap<Placement, number> => {
  const lasting = release.byKind(...LASTING).filter(({ hook }) => hook === undefined);
  return new Map(lasting.map((workload, place) => [workload, place]));
});

/** By what they wait for, who names it in a wait: lasting workloads. */
export const workloadsByTarget = once((release) => indexByTarget(workloads(release).keys(), release));

/** The same for Jobs and Pods, hooks among them. */
export const runsByTarget = once((release) => indexByTarget(release.byKind('Job', 'Pod'), release));

function indexByTarget(users: Iterable<Placement>, release: Release): Index {
  const index = new Map<Placement, Placement[]>();
  for (const user of users)
    for (const target of new Set(waitsOf(user, release).flatMap(({ targets }) => targets))) addTo(index, target, user);
  return index;
}

/** Each workload once, with the clearest sign that it waits. */
export function waitersFor(hook: Placement, release: Release): readonly Waiter[] {
  const found = new Map<Placement, Waiter>();
  const ways = isAwaited(hook.resource.kind) ? [byName, byProbe, bySchema] : [byName];
  for (const waiter of ways.flatMap((way) => way(hook, release)))
    if (!found.has(waiter.placement)) found.set(waiter.placement, waiter);
  const placeOf = ({ placement }: Waiter): number => workloads(release).get(placement) ?? 0;
  return [...found.values()].sort((a, b) => placeOf(a) - placeOf(b));
}

function byName(hook: Placement, release: Release): Waiter[] {
  const targets = new Set([hook, ...(servicesByOnlyWorkload(release).get(hook) ?? [])]);
  const users = new Set([...targets].flatMap((target) => workloadsByTarget(release).get(target) ?? []));
  return [...users].flatMap((placement) => {
    const wait = waitsOf(placement, release).find(
      (one) => one.patience !== 'then-goes-on' && one.targets.every((target) => targets.has(target)),
    );
    return wait === undefined ? [] : [{ placement, wait, for: formatPlacement(wait.targets[0] ?? hook) }];
  });
}

/** By a workload that lasts, the Services behind which there is nothing else. */
const servicesByOnlyWorkload = once((release): Index => {
  const index = new Map<Placement, Placement[]>();
  for (const service of release.byKind('Service')) {
    const [only, ...others] = selectedBy(service, release);
    if (only !== undefined && others.length === 0 && LASTING.includes(only.resource.kind)) addTo(index, only, service);
  }
  return index;
});

function byProbe(hook: Placement, release: Release): Waiter[] {
  const pods = new Set(bootstrappedBy(hook, release).flatMap((service) => selectedBy(service, release)));
  return [...pods].flatMap((placement) => {
    const probed = containersOf(placement).find(({ value }) => value['readinessProbe'] !== undefined);
    if (probed === undefined || !workloads(release).has(placement)) return [];
    const wait = { container: probed, path: [...probed.path, 'readinessProbe'], words: '' };
    return [{ placement, wait, for: formatPlacement(hook) }];
  });
}

const askers = once((release) => askersAmong(workloads(release).keys(), release));

function bySchema(hook: Placement, release: Release): Waiter[] {
  if (!migrates(hook, release)) return [];
  return schemaWaitsFor(hook, askers(release), release).map(({ placement, wait }) => ({
    placement,
    wait,
    for: `${wait.about} of ${formatPlacement(hook)}`,
  }));
}
