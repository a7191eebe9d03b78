/** Writes Argo CD's annotations into what the config claims and what that needs, and takes Helm's off; proven as every other edit is. */

import { roleOf } from '../../engines/argocd/annotations.ts';
import { COPY_OF } from '../../model/annotations.ts';
import type { PrePhase } from '../../model/config.ts';
import type { Finding } from '../../model/finding.ts';
import { HOOK_ANNOTATIONS } from '../../model/helm.ts';
import { type JsonObject, type Operation, pointer } from '../../model/json.ts';
import { applyPatch } from '../../model/json-patch.ts';
import { enteredOf } from '../../model/leaving.ts';
import { type CopiedDocument, type DocumentPatch, type Placement, replaceIn } from '../../model/plan.ts';
import type { Release } from '../../release/release.ts';
import { annotate } from '../annotate.ts';
import { type Annotations, arrange, eventsIn } from './waves.ts';

export { isSyncRun } from './waves.ts';

export interface ForArgo {
  readonly placements: readonly Placement[];
  readonly patches: readonly DocumentPatch[];
  readonly copies: readonly CopiedDocument[];
  readonly findings: readonly Finding[];
}

/** `patches` and `copies` are what the config writes for Helm; what comes out is in their place. */
export function writeForArgo(
  release: Release,
  patches: readonly DocumentPatch[],
  copies: readonly CopiedDocument[],
  phase: PrePhase,
): ForArgo {
  const { placements } = release;
  const { wanted, findings } = arrange(release, phase);
  const own = patches.map((patch) => ({ ...patch, operations: patch.operations.filter((one) => !isHelms(one)) }));
  const ofArgo: DocumentPatch[] = [];
  const written = placements.map((placement): Placement => {
    const annotations = wanted.get(placement);
    if (annotations === undefined) return placement;
    if (placement.copyFor !== undefined) {
      const { hook: _, ...copy } = placement;
      const value = withAnnotations(placement.value(), annotations);
      return { ...copy, value: () => value };
    }
    const entered = enteredOf(placement.resource);
    const before = own
      .filter(({ resource }) => enteredOf(resource) === entered)
      .flatMap(({ operations }) => operations);
    ofArgo.push({
      resource: placement.resource,
      operations: annotate(after(entered.manifest().value, before), annotations),
    });
    const value = withAnnotations(placement.value(), annotations);
    const { resource, rule, name } = placement;
    return { resource, ...(rule && { rule }), name, value: () => value };
  });
  const copied = copies.map((copy): CopiedDocument => {
    const placement = placements.find(
      ({ resource, name, copyFor }) => copyFor && resource === copy.resource && name === copy.name,
    );
    const operations = copy.operations.filter((one) => !isHelms(one));
    const annotations = (placement && wanted.get(placement)) ?? {};
    const value = after(copy.resource.manifest().value, operations);
    return { ...copy, operations: [...operations, ...annotate(value, annotations)] };
  });
  return { placements: written, patches: [...own, ...ofArgo], copies: copied, findings };
}

/** A copy that an earlier rendering made for PreSync, as the hook of Helm that it was made of: what it is there for need not be copied again. */
export function asHelmHook(placement: Placement): Placement {
  const { resource, rule } = placement;
  if (rule !== undefined || !resource.mayBeOurs || !Object.hasOwn(resource.annotations, COPY_OF)) return placement;
  const { isHook, wave } = roleOf(placement.value());
  if (!isHook) return placement;
  const hook = {
    events: eventsIn(placement.value()),
    weight: wave,
    deletePolicies: COPY_POLICIES,
    deletes: COPY_POLICIES,
    logPolicies: [],
  };
  return replaceIn(placement, { hook });
}

const COPY_POLICIES = ['before-hook-creation', 'hook-succeeded'] as const;

const after = (value: JsonObject, operations: readonly Operation[]): JsonObject => {
  const patched = applyPatch(value, operations);
  return 'value' in patched ? patched.value : value;
};

const withAnnotations = (value: JsonObject, annotations: Annotations): JsonObject =>
  after(value, annotate(value, annotations));

const HELMS = HOOK_ANNOTATIONS.map((key) => pointer(['metadata', 'annotations', key]));
const isHelms = ({ path }: Operation): boolean => HELMS.includes(path);
