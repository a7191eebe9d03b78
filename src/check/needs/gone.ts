/**
 * `refs/taken-away`: what names an object of the chart that the config drops, or gives another name, kind or namespace. Without the config it
 * would be there.
 *
 * Hooks that wait for such an object are told by the waits (waits/obstacles.ts).
 */

import { type Finding, findingOf } from '../../model/finding.ts';
import { groupOf, mayShareNamespace } from '../../model/manifest.ts';
import { formatPlacement, type Placement } from '../../model/plan.ts';
import { adviseForGone, describeGone, isIgnored } from '../../release/gone.ts';
import { type Reference, referencesOf } from '../../release/references.ts';
import type { Check, Release } from '../../release/release.ts';
import { grantsOf, identityOf, providersOf, subjectsOf } from '../../release/rights.ts';
import { needsRights } from '../../release/uses-rights.ts';

export const checkTakenAway: Check = (placement, release) => {
  if (release.gone.length === 0) return [];
  const found = new Map<Placement, Finding>();
  const add = (gone: Placement, path: readonly (string | number)[], relation: string): void => {
    if (found.has(gone) || isIgnored(gone, placement)) return;
    const { rule } = gone;
    found.set(
      gone,
      findingOf(
        'refs/taken-away',
        placement.resource,
        path,
        `${formatPlacement(placement)} ${relation} ${formatPlacement(gone)}, ${describeGone(gone)}`,
        {
          mark: gone.name,
          hint: adviseForGone(gone, placement),
          ...(rule && { config: { ...rule.place, hook: rule.name } }),
        },
      ),
    );
  };
  for (const reference of referencesOf(placement)) {
    if (reference.optional || reference.use === 'subject') continue;
    const meant = goneBehind(reference, release);
    if (meant !== undefined && providersOf(reference, release).length === 0) add(meant, reference.path, 'needs');
  }
  for (const { binding, path } of lostRights(placement, release)) add(binding, path, 'has its rights from');
  return [...found.values()];
};

const goneBehind = ({ kind, name, namespace, apiGroup }: Reference, release: Release): Placement | undefined =>
  release.gone.find(
    ({ resource }) =>
      resource.kind === kind &&
      resource.name === name &&
      groupOf(resource.apiVersion) === apiGroup &&
      mayShareNamespace(resource.namespace, namespace),
  );

/** Bindings without which a hook that talks to the API server has no rights at all. */
function lostRights(
  hook: Placement,
  release: Release,
): readonly { readonly binding: Placement; readonly path: readonly string[] }[] {
  const bindings = release.gone.filter(
    ({ resource, gone }) => /^(?:Cluster)?RoleBinding$/.test(resource.kind) && !gone?.as,
  );
  const identity = bindings.length === 0 ? undefined : identityOf(hook);
  const [event] = hook.hook?.events ?? [];
  if (identity === undefined || event === undefined || grantsOf(identity, release).length > 0) return [];
  const own = bindings.filter((binding) => subjectsOf(binding, identity).length > 0);
  if (own.length === 0 || needsRights(hook, event, release) !== 'yes') return [];
  return own.map((binding) => ({ binding, path: ['spec'] }));
}
