/**
 * Cluster roles that take their rules from others, by label [kubernetes pkg/controller/clusterroleaggregation].
 *
 * A role never takes rules from itself, even if it has the labels that it selects. A role and its hook copy have the same rules, so neither takes
 * rules from the other.
 */
import { valueAt } from '../model/json.ts';
import { formatResource } from '../model/manifest.ts';
import type { Placement } from '../model/plan.ts';
import { originalOf, withoutCopied } from './originals.ts';
import { itemsOf } from './references.ts';
import { once, type Release } from './release.ts';
import { type Labels, readLabels, readSelector, selects } from './selectors.ts';

/** All that these roles take their rules from, through roles in between too; originals beside their copies are left out. */
export function collectedBy(roles: readonly Placement[], release: Release): readonly Placement[] {
  const found = new Set<Placement>();
  const own = new Set(roles.map(rootOf));
  const visit = (role: Placement): void => {
    for (const source of sourcesOf(role, release)) {
      if (found.has(source) || own.has(rootOf(source))) continue;
      found.add(source);
      visit(source);
    }
  };
  for (const role of roles) visit(role);
  return [...found];
}

/** The roles that a role selects. */
const sourcesOf = once((role: Placement, release: Release): readonly Placement[] => {
  const selectors = itemsOf(valueAt(role.value(), ['aggregationRule', 'clusterRoleSelectors'])).flatMap(
    ([, value]) => readSelector(role, value) ?? [],
  );
  if (selectors.length === 0) return [];
  const own = rootOf(role);
  const sources = labelled(release).filter(
    ({ placement, labels }) => rootOf(placement) !== own && selectors.some((selector) => selects(selector, labels)),
  );
  return withoutCopied(
    sources.map(({ placement }) => placement),
    (placement) => placement,
  );
});

/** Cluster roles with their labels. */
const labelled = once((release): readonly { readonly placement: Placement; readonly labels: Labels }[] =>
  release
    .byKind('ClusterRole')
    .map((placement) => ({ placement, labels: readLabels(valueAt(placement.value(), ['metadata', 'labels'])) })),
);

/** A role and its copies have the same. */
const rootOf = (role: Placement): string => originalOf(role) ?? formatResource(role.resource);
