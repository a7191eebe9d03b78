/** Writes Argo CD's annotations into what the config claims and what that needs, and takes Helm's off; proven as every other edit is. */

import type { Finding } from '../../model/finding.ts';
import { HOOK_ANNOTATIONS } from '../../model/helm.ts';
import { type JsonObject, type Operation, pointer } from '../../model/json.ts';
import { applyPatch } from '../../model/json-patch.ts';
import { enteredOf } from '../../model/leaving.ts';
import type { DocumentPatch, Placement } from '../../model/plan.ts';
import type { Release } from '../../release/release.ts';
import { annotate } from '../annotate.ts';
import { type Annotations, arrange } from './waves.ts';

export interface ForArgo {
  readonly placements: readonly Placement[];
  readonly patches: readonly DocumentPatch[];
  readonly findings: readonly Finding[];
}

/** `patches` are what the config writes for Helm; what comes out is in their place. */
export function writeForArgo(release: Release, patches: readonly DocumentPatch[]): ForArgo {
  const { placements } = release;
  const { wanted, findings } = arrange(release);
  const own = patches.map((patch) => ({ ...patch, operations: patch.operations.filter((one) => !isHelms(one)) }));
  const ofArgo: DocumentPatch[] = [];
  const written = placements.map((placement): Placement => {
    const annotations = wanted.get(placement);
    if (annotations === undefined) return placement;
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
  return { placements: written, patches: [...own, ...ofArgo], findings };
}

const after = (value: JsonObject, operations: readonly Operation[]): JsonObject => {
  const patched = applyPatch(value, operations);
  return 'value' in patched ? patched.value : value;
};

const withAnnotations = (value: JsonObject, annotations: Annotations): JsonObject =>
  after(value, annotate(value, annotations));

const HELMS = HOOK_ANNOTATIONS.map((key) => pointer(['metadata', 'annotations', key]));
const isHelms = ({ path }: Operation): boolean => HELMS.includes(path);
