/** A plan as patches for kustomize: one or more for each document that the plan changes or takes out, in the order of the stream. */
import { enteredOf } from '../model/leaving.ts';
import type { Resource } from '../model/manifest.ts';
import type { Plan } from '../model/plan.ts';
import { type Body, bodiesOf } from './bodies.ts';
import { type Target, targetOf } from './target.ts';

export interface ExportedPatch {
  readonly target: Target;
  readonly body: Body;
  /** What it changes, as it came in. */
  readonly resource: Resource;
  /** The hook of the config that asks for it; absent for an ordering config that the chart carries. */
  readonly hook?: string;
}

/** Only what `limitsOf` has no finding about is the whole of the plan. */
export function patchesOf(plan: Plan): readonly ExportedPatch[] {
  const all = enteredIn(plan);
  const rules = new Map(
    [...plan.placements, ...plan.dropped].map(({ resource, rule }) => [enteredOf(resource), rule?.name]),
  );
  const make = (resource: Resource, body: Body): ExportedPatch => {
    const hook = rules.get(resource);
    return { target: targetOf(resource, all), body, resource, ...(hook !== undefined && { hook }) };
  };
  const changed = plan.patches.flatMap(({ resource, operations }) => {
    const entered = enteredOf(resource);
    return bodiesOf(entered.manifest().value, operations).map((body) => make(entered, body));
  });
  const removed = plan.removed.map((resource) => make(enteredOf(resource), { deletes: true }));
  return [...changed, ...removed].sort((a, b) => a.resource.document.index - b.resource.document.index);
}

/** Documents that only an entry with different weights in different events makes. */
export const partsIn = ({ copies }: Plan): ReadonlySet<Resource> =>
  new Set(copies.filter(({ isPart }) => isPart).map(({ resource }) => enteredOf(resource)));

/** Everything that kustomize reads of the stream, as it comes in. */
export function enteredIn(plan: Plan): readonly Resource[] {
  const parts = partsIn(plan);
  const staying = plan.placements.filter(
    ({ copyFor, resource }) => copyFor === undefined && !parts.has(enteredOf(resource)),
  );
  return [...staying.map(({ resource }) => enteredOf(resource)), ...plan.removed.map(enteredOf)];
}
