/**
 * Which kinds Argo CD waits for: those with a health check. Everything else counts as healthy once it is applied.
 *
 * The kinds and their sources are in knowledge/kinds.yaml.
 */
import { ARGOCD_WAITS } from '../../knowledge/kinds.generated.ts';
import { valueAt } from '../../model/json.ts';
import { groupOf } from '../../model/manifest.ts';
import type { Subject } from '../world.ts';

/** Whether a wave waits until the object is healthy. */
export function hasHealthCheck({ id, placement }: Subject): boolean {
  const group = groupOf(id.apiVersion);
  // Only one that asks for an address has anything to wait for.
  if (group === '' && id.kind === 'Service') return valueAt(placement?.value(), ['spec', 'type']) === 'LoadBalancer';
  const kinds = Object.hasOwn(ARGOCD_WAITS, group) ? (ARGOCD_WAITS[group] ?? '') : '';
  return kinds.split(' ').includes(id.kind);
}
