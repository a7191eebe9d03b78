/**
 * `refs/stale-on-upgrade`: what a pre-upgrade hook reads before the upgrade renews it. What a running server has too, it reads rightly.
 */

import type { Event } from '../../model/helm.ts';
import type { Path } from '../../model/json.ts';
import type { Placement } from '../../model/plan.ts';
import { wantsNew } from '../../order/copies/freshness.ts';
import { type Lack, lacksOf, needsIn } from '../../release/lack.ts';
import type { Need } from '../../release/needs.ts';
import { referencesOf } from '../../release/references.ts';
import type { Check, Release } from '../../release/release.ts';
import { firstByName, reportLack } from './existence.ts';

/** What hooks read before it is renewed; where they do not find it at all in another event, that is the worse. */
export const checkStale: Check = (placement, release) => {
  const stale = firstByName(placement, release, oldContentOf);
  const lacks = stale.size === 0 ? stale : firstByName(placement, release, lacksOf);
  // Whether the content changes, the next render tells. A hook that the config made one is the config's to cure.
  const severity = placement.rule === undefined ? 'info' : 'warning';
  return [...stale].flatMap(([name, lack]) => (lacks.has(name) ? [] : [reportLack(lack, placement, severity)]));
};

/** What a hook reads of the previous revision, and should not. */
const oldContentOf = (user: Placement, event: Event, release: Release): readonly Lack[] =>
  event === 'pre-upgrade'
    ? needsIn(user, event, release, user, (need, state) => state === 'old' && isContent(need)).flatMap((lack) => {
        const path = outdatedPath(lack.need, user, release);
        return path === undefined ? [] : [{ ...lack, need: { ...lack.need, path } }];
      })
    : [];

/** Where a hook reads what should be new; undefined where a running server has the old content too. */
function outdatedPath({ name, path }: Need, user: Placement, release: Release): Path | undefined {
  const references = referencesOf(user).filter((reference) => `${reference.kind}/${reference.name}` === name);
  if (references.length === 0) return path;
  return references.find((reference) => wantsNew(reference, user, release))?.path;
}

/** Config and Secrets that the pods read, as opposed to names that must exist. */
const isContent = ({ providers, use }: Need): boolean =>
  (use === 'env' || use === 'volume') &&
  providers.some(({ resource: { kind } }) => kind === 'ConfigMap' || kind === 'Secret');
