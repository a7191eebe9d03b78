/**
 * `hook/delete-policy-loses-data`: what goes with an object that Helm deletes between the runs of a hook.
 *
 * In: a placement. Out: an error where data is lost that is meant to last; a warning where it may be meant to go.
 */
import { KEEPS_DATA } from '../../knowledge/kinds.generated.ts';
import { type Finding, findingOf } from '../../model/finding.ts';
import { type DeletePolicy, HOOK_DELETE_POLICY, KEEP_POLICY } from '../../model/helm.ts';
import { valueAt } from '../../model/json.ts';
import { formatResource, groupOf, type Resource } from '../../model/manifest.ts';
import type { Placement } from '../../model/plan.ts';
import { deletionsOf } from '../../release/alone.ts';
import { lists } from '../../release/kind-lists.ts';
import { type Check, once, type Release } from '../../release/release.ts';
import { configOf, HOOK_PATH, POLICY_PATH } from './places.ts';
import { isStoredElsewhere, scratchUserOf } from './volumes.ts';

/** `hook/delete-policy-loses-data`. */
export const checkDataLoss: Check = (placement, release) => {
  const { resource, hook, rule } = placement;
  if (hook === undefined || placement.copyFor !== undefined) return [];
  // What only a test creates is made for the test.
  if (hook.events.every((event) => event === 'test')) return [];
  const loss = lossOf(placement, release) ?? lossOfState(placement, release);
  if (loss === undefined) return [];
  const when = deletedWhen(placement, release);
  if (when === undefined) return [];
  // A database that lives with its pods is gone after an uninstall anyway: only data that outlives them is lost by a reinstall.
  if (!when.again && !loss.outlivesPods && rule === undefined) return [];
  const by = hook.deletePolicies.length === 0 ? 'the default policy' : when.policy;
  const scratch = when.policy === 'hook-succeeded' ? scratchUserOf(placement, release) : undefined;
  if (scratch !== undefined) return [scratchFinding(placement, when.text, loss, scratch)];
  return [
    findingOf(
      'hook/delete-policy-loses-data',
      resource,
      hook.deletePolicies.length === 0 ? HOOK_PATH : POLICY_PATH,
      `${formatResource(resource)} is deleted ${when.text} (${by}), ${loss.text}`,
      {
        severity: rule !== undefined || (when.again && !loss.written) ? 'error' : 'warning',
        hint:
          rule === undefined
            ? `make it no hook, or write \`${HOOK_DELETE_POLICY}: ${KEEP_POLICY}\``
            : `set \`deletePolicy: ${KEEP_POLICY}\` on this hook`,
        ...configOf(placement, 'deletePolicy'),
      },
    ),
  ];
};

/** Made and thrown away with the hooks that use it: by intent, as far as the stream tells. */
const scratchFinding = (placement: Placement, when: string, loss: Loss, user: Placement): Finding =>
  findingOf(
    'hook/delete-policy-loses-data',
    placement.resource,
    POLICY_PATH,
    `${formatResource(placement.resource)} is deleted ${when} (hook-succeeded), ${loss.text}: right if ${formatResource(user.resource)} leaves nothing in it that is needed later`,
    {
      severity: 'warning',
      hint: 'ignore this finding under `lint` in hookorder.yaml if it is scratch space, or take hook-succeeded out of its policy and write `keep`',
      ...configOf(placement, 'deletePolicy'),
    },
  );

/** When Helm deletes an object that holds data; `again` when that can happen while the release is installed. */
function deletedWhen(
  placement: Placement,
  release: Release,
): { readonly text: string; readonly again: boolean; readonly policy: DeletePolicy } | undefined {
  const all = deletionsOf(placement, release);
  const policy = (['hook-succeeded', 'before-hook-creation'] as const).find((one) =>
    all.some((each) => each.policy === one),
  );
  if (policy === undefined) return undefined;
  const deletions = all.filter((each) => each.policy === policy);
  const again = deletions.filter(({ whileInstalled }) => whileInstalled);
  const counted = policy === 'hook-succeeded' || again.length === 0 ? deletions : again;
  const events = [...new Set(counted.map(({ event }) => event))];
  const when = events.filter((event) => event !== 'test' || events.length === 1).join(' and ');
  if (policy === 'hook-succeeded') return { text: `at the end of each ${when}`, again: true, policy };
  const isAgain = again.length > 0;
  return { text: isAgain ? `by each ${when}` : `by the next ${when} of this release`, again: isAgain, policy };
}

export interface Loss {
  readonly text: string;
  readonly outlivesPods: boolean;
  /** True for what the chart's own hooks write: a chart may mean to begin anew each time. */
  readonly written?: boolean;
}

/** What goes with an object that Helm deletes. */
export function lossOf(placement: Placement, release: Release): Loss | undefined {
  const { apiVersion, kind } = placement.resource;
  const group = groupOf(apiVersion);
  if (group === '') {
    if (isStoredElsewhere(placement, release)) return undefined;
    if (kind === 'PersistentVolumeClaim') return { text: 'and its volume with it', outlivesPods: true };
    if (kind === 'PersistentVolume') return { text: 'and its claim is left without its volume', outlivesPods: true };
    if (kind === 'Namespace') return { text: 'and everything in it too', outlivesPods: true };
  }
  if (group === 'apps' && kind === 'StatefulSet') return lossOfStatefulSet(placement);
  if (lists(KEEPS_DATA, group, kind)) return { text: 'and what it keeps goes with it', outlivesPods: true };
  return undefined;
}

/** A ConfigMap or Secret is configuration, until a Job or Pod of the release writes into it: then it is state. */
export function lossOfState({ resource }: Placement, release: Release): Loss | undefined {
  if (resource.kind !== 'ConfigMap' && resource.kind !== 'Secret') return undefined;
  const writer = writers(release).get(resource);
  if (writer === undefined) return undefined;
  return { text: `and what ${formatResource(writer.resource)} wrote into it`, outlivesPods: true, written: true };
}

/** What Jobs and Pods write into, each with the first of them. */
const writers = once((release) => {
  const { writesOf } = require('../../waits/find.ts') as typeof import('../../waits/find.ts');
  const known = new Map<Resource, Placement>();
  for (const writer of release.byKind('Job', 'Pod', 'CronJob'))
    for (const { resource } of writesOf(writer, release)) if (!known.has(resource)) known.set(resource, writer);
  return known;
});

function lossOfStatefulSet(placement: Placement): Loss {
  const spec = valueAt(placement.value(), ['spec']);
  const templates = valueAt(spec, ['volumeClaimTemplates']);
  const hasClaims = Array.isArray(templates) && templates.length > 0;
  if (!hasClaims) return { text: 'and its pods with all that they keep', outlivesPods: false };
  return valueAt(spec, ['persistentVolumeClaimRetentionPolicy', 'whenDeleted']) === 'Delete'
    ? { text: 'and its claims with it (whenDeleted: Delete)', outlivesPods: true }
    : { text: 'and its pods stop; only the claims of its volumeClaimTemplates stay', outlivesPods: false };
}
