/** What of the release's own resources is not ready: Helm waits for it when it is told to. */
import { LASTING } from '../waits/waiters.ts';
import type { Cause } from './cause.ts';
import { lookAtJob, lookAtPod, lookAtWorkload } from './jobs.ts';
import type { Scene } from './scene.ts';

const AWAITED: readonly string[] = [...LASTING, 'PersistentVolumeClaim', 'Job', 'Pod'];

/** In the order of the stream; each cause once. */
export function workloadCauses({ subject, cluster }: Scene): readonly Cause[] {
  const found: Cause[] = [];
  for (const { resource, name, hook } of subject.current.placements) {
    if (hook !== undefined || !AWAITED.includes(resource.kind)) continue;
    const seen = cluster.find(resource.kind, name, resource.namespace);
    if (seen === undefined) continue;
    const cause =
      resource.kind === 'Job'
        ? lookAtJob(seen, cluster).cause
        : resource.kind === 'Pod'
          ? lookAtPod(seen, cluster).cause
          : lookAtWorkload(seen, cluster);
    if (cause !== undefined) found.push({ ...cause, of: `${resource.kind}/${name}` });
  }
  return found;
}
