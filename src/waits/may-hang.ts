/**
 * A quick test before scripts are read. If every object that can serve a hook exists when it runs, the hook can hang only on a Job or Pod, and a
 * container learns of these only from the API server.
 */
import type { Placement } from '../model/plan.ts';
import { mayLack, mayServe } from '../release/availability.ts';
import { once, type Release } from '../release/release.ts';
import { dataOf } from '../scripts/environment.ts';

/** False when whatever a hook may wait for surely comes. */
export const mayHang = (hook: Placement, release: Release): boolean =>
  release.gone.length > 0 ||
  hook.hook?.events.some((event) => mayLack(hook, event, release)) === true ||
  asks(hook) ||
  mayAskForHooks(release);

/** Whether anything asks that a hook may wait for or read from; what serves nothing else matters to itself alone. */
const mayAskForHooks = once(({ placements }) => placements.some((placement) => mayServe(placement) && asks(placement)));

/** False when surely nothing of the release asks the API server. */
export const asksApi = once(({ placements }) =>
  placements.some((placement) => asks(placement) || placement.resource.says('curl')),
);

/** Whether a resource may ask the API server, as long as each word stands in one piece. */
const asks = (placement: Placement): boolean => {
  const { resource, rule } = placement;
  if (isAsking(resource.text()) || (rule !== undefined && isAsking(JSON.stringify(rule.patch)))) return true;
  return resource.kind === 'Secret' && [...dataOf(placement).values()].some((read) => isAsking(read()));
};

/** The programs that ask for objects; what they ask for, programs.ts reads. */
const LONG_ASKERS = ['kubectl', 'k8s-wait-for', 'wait_for', 'kubernetes-entrypoint', 'depends-on'] as const;
export type Asker = (typeof LONG_ASKERS)[number] | 'oc';
/** Not the annotations of kubectl, which many charts set, as `kubectl.kubernetes.io/default-container`. */
const ASKER = new RegExp(`(?:${LONG_ASKERS.join('|')})(?![\\w-]|\\.kubernetes\\.io/)`);
/** As a word, because two letters stand in many; it may stand behind an escape, as in `"\\noc wait"`. */
const OC = /oc(?![\w-])(?<=(?:^|[^\w-]|\\[a-z])oc)/;

/** Native searches first: nearly all texts have none of the words. */
const isAsking = (text: string): boolean =>
  (LONG_ASKERS.some((asker) => text.includes(asker)) && ASKER.test(text)) || OC.test(text);
