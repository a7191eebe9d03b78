/**
 * What a client-side upgrade leaves alone: an object for which the three-way merge of Helm finds nothing to send
 * [S pkg/kube/client.go createPatch, the same in 3.22].
 */
import { isObject, type Json, valueAt } from '../../model/json.ts';
import { podSpecPath } from '../../model/kubernetes.ts';
import type { Presence, Subject } from '../world.ts';

export const isUnchanged = ({ placement, id }: Subject, there: Presence): boolean =>
  there.owner === 'release' &&
  !isCompleted(id.kind, placement?.value()) &&
  (placement === there.subject.placement ||
    JSON.stringify(placement?.value()) === JSON.stringify(there.subject.placement?.value()));

/**
 * Whether the API server fills something into the items of a list that is replaced as a whole: such a list never equals the manifest's, and is sent
 * each time [X].
 */
function isCompleted(kind: string, value: Json | undefined): boolean {
  const spec = valueAt(value, ['spec']);
  if (kind === 'StatefulSet' && itemsOf(spec, 'volumeClaimTemplates').length > 0) return true;
  if (kind === 'NetworkPolicy')
    return ['ingress', 'egress']
      .flatMap((direction) => itemsOf(spec, direction))
      .some((rule) => itemsOf(rule, 'ports').some((port) => valueAt(port, ['protocol']) === undefined));
  const path = podSpecPath(kind);
  return path !== undefined && itemsOf(valueAt(value, path), 'volumes').some(hasUntimedToken);
}

const hasUntimedToken = (volume: Json): boolean =>
  itemsOf(valueAt(volume, ['projected']), 'sources').some((source) => {
    const token = valueAt(source, ['serviceAccountToken']);
    return isObject(token) && valueAt(token, ['expirationSeconds']) === undefined;
  });

function itemsOf(value: Json | undefined, key: string): readonly Json[] {
  const items = valueAt(value, [key]);
  return Array.isArray(items) ? items : [];
}
