/**
 * Hook copies of what hooks need: `dependencies: copy`.
 *
 * A copy is made out of the original's document by RFC 6902 operations: another name, hook annotations, references that name
 * the other copies. It exists from just before the first hook that needs it until the hooks of the event are done. The originals
 * are never touched. Copying again finds nothing to copy, because the hooks then name the copies, which are hooks in time.
 *
 * The copies are deleted by before-hook-creation and hook-succeeded. Helm applies the latter to every hook that came before a failed
 * one too, so a failed run leaves its Job with the logs, but no copies; a retry works under client-side create and
 * server-side apply alike [S pkg/action/hooks.go].
 */

import { COPY_OF, PATCHED } from '../../model/annotations.ts';
import type { Finding } from '../../model/finding.ts';
import {
  compareHooks,
  EVENTS,
  effectiveDeletePolicies,
  HOOK,
  HOOK_DELETE_POLICY,
  HOOK_OUTPUT_LOG_POLICY,
  HOOK_WEIGHT,
  RESOURCE_POLICY,
} from '../../model/helm.ts';
import { type JsonObject, type Operation, pointer } from '../../model/json.ts';
import { applyPatch } from '../../model/json-patch.ts';
import { formatResource } from '../../model/manifest.ts';
import { type CopiedDocument, type DocumentPatch, type Hook, type Placement, replaceIn } from '../../model/plan.ts';
import { referencesOf } from '../../release/references.ts';
import type { Release } from '../../release/release.ts';
import { providersOf } from '../../release/rights.ts';
import { annotate } from '../annotate.ts';
import { leaveOutUnread } from './content.ts';
import { type Copy, type CopyDemand, demandCopies, followsCopy, wantsCopies } from './demand.ts';
import { checkCopy } from './identity.ts';
import { copyNames } from './names.ts';
import { catchUp, copyMeantBy, followCopies } from './operations.ts';

export interface Copies {
  /** All placements: hooks with their references rewritten, each copy directly behind its original. */
  readonly placements: readonly Placement[];
  readonly copies: readonly CopiedDocument[];
  /** What changes in the hooks. */
  readonly rewrites: readonly DocumentPatch[];
  readonly findings: readonly Finding[];
}

const DELETE_POLICIES = ['before-hook-creation', 'hook-succeeded'] as const;
/** On a copy it would describe the original. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export function copyDependencies(release: Release): Copies {
  const { placements } = release;
  const demand = demandCopies(placements.filter(wantsCopies), release);
  if (demand.size === 0) return { placements, copies: [], rewrites: [], findings: [] };

  const copies = decideCopies(placements, demand, release);
  const documents: CopiedDocument[] = [];
  const rewrites: DocumentPatch[] = [];
  const after = placements.flatMap((placement): Placement[] => {
    const rewritten = rewriteUser(placement, copies, release, rewrites);
    const copy = copies.get(placement);
    if (copy === undefined) return [rewritten];
    const { resource } = placement;
    const operations = copyOperations(copy, copies, release);
    const value = patched(resource.manifest().value, operations);
    documents.push({ resource, name: copy.name, operations });
    return [rewritten, { resource, name: copy.name, hook: copy.hook, value: () => value, copyFor: [...copy.users] }];
  });
  const findings = [...copies.values()].flatMap((copy) => checkCopy(copy, release));
  return { placements: after, copies: documents, rewrites, findings };
}

function decideCopies(
  placements: readonly Placement[],
  demand: CopyDemand,
  release: Release,
): ReadonlyMap<Placement, Copy> {
  const copies = new Map<Placement, Copy>();
  const nameFor = copyNames(placements);
  for (const original of placements) {
    const users = demand.get(original);
    if (users === undefined) continue;
    copies.set(original, { original, name: nameFor(original), users, hook: hookFor(users) });
  }
  // A role goes before its bindings and an account before its tokens, whatever their names: an API server may refuse otherwise.
  for (const { original, name, hook } of [...copies.values()])
    for (const reference of referencesOf(original)) {
      if (reference.use !== 'role' && !(original.resource.kind === 'Secret' && reference.use === 'identity')) continue;
      for (const provider of providersOf(reference, release)) {
        const first = copies.get(provider);
        if (first === undefined) continue;
        const run = { weight: hook.weight, kind: original.resource.kind, name };
        const firstRun = { weight: first.hook.weight, kind: provider.resource.kind, name: first.name };
        if (compareHooks(firstRun, run) > 0)
          copies.set(provider, { ...first, hook: { ...first.hook, weight: hook.weight - 1 } });
      }
    }
  return copies;
}

function hookFor(users: ReadonlySet<Placement>): Hook {
  const hooks = [...users].flatMap(({ hook }) => (hook === undefined ? [] : [hook]));
  return {
    // A hook names the copy in all of its events, so the copy has them all.
    events: EVENTS.filter((event) => hooks.some(({ events }) => events.includes(event))),
    weight: Math.min(...hooks.map(({ weight }) => weight)) - 1,
    deletePolicies: DELETE_POLICIES,
    deletes: effectiveDeletePolicies(DELETE_POLICIES),
    logPolicies: [],
  };
}

function copyOperations(copy: Copy, copies: ReadonlyMap<Placement, Copy>, release: Release): readonly Operation[] {
  const { original, hook } = copy;
  return [
    ...catchUp(original.resource.manifest().value, original.value()),
    { op: 'replace', path: '/metadata/name', value: copy.name },
    ...annotate(original.value(), {
      [HOOK]: hook.events.join(','),
      [HOOK_WEIGHT]: String(hook.weight),
      [HOOK_DELETE_POLICY]: hook.deletePolicies.join(','),
      [HOOK_OUTPUT_LOG_POLICY]: undefined,
      [RESOURCE_POLICY]: undefined,
      [LAST_APPLIED]: undefined,
      [PATCHED]: undefined,
      [COPY_OF]: formatResource(original.resource),
    }),
    ...leaveOutUnread(copy, copies, release),
    ...followCopies(copy, copies, release),
  ];
}

/** The hook with its references naming the copies that were made for it. */
function rewriteUser(
  placement: Placement,
  copies: ReadonlyMap<Placement, Copy>,
  release: Release,
  rewrites: DocumentPatch[],
): Placement {
  if (!wantsCopies(placement)) return placement;
  const operations = referencesOf(placement).flatMap((reference): Operation[] => {
    const copy = copyMeantBy(reference, [placement], copies, release);
    return copy === undefined || !followsCopy(reference, placement, release)
      ? []
      : [{ op: 'replace', path: pointer(reference.path), value: copy.name }];
  });
  if (operations.length === 0) return placement;
  rewrites.push({ resource: placement.resource, operations });
  const value = patched(placement.value(), operations);
  return replaceIn(placement, { value: () => value });
}

function patched(value: JsonObject, operations: readonly Operation[]): JsonObject {
  const result = applyPatch(value, operations);
  if ('error' in result) throw new Error(`own operation ${result.index} cannot be applied: ${result.error}`);
  return result.value;
}
