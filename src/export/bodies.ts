/**
 * The operations of a plan as the patches that kustomize knows, in the same order: what sets a plain value in mappings is a strategic merge,
 * everything else stays JSON 6902.
 *
 * Only a merge has no need to know whether `metadata.annotations` is there. Helm puts an annotation of its own on every document before it
 * post-renders, which a JSON patch that makes the mapping would take away. And only a JSON patch removes an annotation: kustomize
 * writes the text "null" for a null in a merge. A merge also takes every null out of the whole document, and null is not always nothing (a
 * label of a `nodeSelector`), so a document that has one gets JSON patches only [X kustomize 5.8.1].
 */
import { isObject, type Json, type JsonObject, type Operation, valueAt } from '../model/json.ts';
import { applyPatch, stepsOf } from '../model/json-patch.ts';

export type Body =
  | { readonly merge: JsonObject }
  | { readonly operations: readonly Operation[] }
  | { readonly deletes: true };

/** Patches that do to `value` what `operations` do, which must apply. */
export function bodiesOf(value: JsonObject, operations: readonly Operation[]): readonly Body[] {
  const bodies: Body[] = [];
  let current = value;
  for (const operation of operations) {
    const path = stepsOf(operation.path);
    const last = bodies.at(-1);
    const mayMerge = !hasNull(current);
    if (mayMerge && makesNothing(operation, path, current)) {
      // A merge makes the mappings that it needs.
    } else if (mayMerge && isMergeable(operation, path, current)) {
      const merge = last !== undefined && 'merge' in last ? last.merge : {};
      if (last === undefined || !('merge' in last)) bodies.push({ merge });
      put(merge, path, operation.value);
    } else if (last !== undefined && 'operations' in last)
      bodies[bodies.length - 1] = { operations: [...last.operations, operation] };
    else bodies.push({ operations: [operation] });
    const patched = applyPatch(current, [operation]);
    if ('error' in patched) throw new Error(`an operation of the plan does not apply: ${patched.error}`);
    current = patched.value;
  }
  return bodies;
}

type Setting = Extract<Operation, { readonly op: 'add' | 'replace' | 'test' }>;

/** True for the empty annotations that the annotations which follow are put in. */
const makesNothing = (operation: Operation, path: readonly string[], value: JsonObject): boolean =>
  operation.op === 'add' &&
  path.join('/') === 'metadata/annotations' &&
  isObject(operation.value) &&
  Object.keys(operation.value).length === 0 &&
  isEmpty(valueAt(value, path));

const hasNull = (value: Json): boolean =>
  value === null || (typeof value === 'object' && Object.values(value).some(hasNull));

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || (isObject(value) && Object.keys(value).length === 0);

/** A merge leaves these as they are, whatever it says. */
const IDENTITY = new Set(['/apiVersion', '/kind', '/metadata/name', '/metadata/namespace']);

/** True for a plain value below mappings that are there, or that a merge may make. */
function isMergeable(operation: Operation, path: readonly string[], value: JsonObject): operation is Setting {
  if (operation.op !== 'add' && operation.op !== 'replace') return false;
  if (operation.value === null || typeof operation.value === 'object' || path.length === 0) return false;
  if (IDENTITY.has(operation.path)) return false;
  const before = valueAt(value, path);
  if ((typeof before === 'object' && before !== null) || path.some((step) => step.startsWith('$'))) return false;
  return path.slice(0, -1).every((_, depth) => {
    const parent = valueAt(value, path.slice(0, depth + 1));
    return isObject(parent) || isEmpty(parent);
  });
}

function put(tree: JsonObject, path: readonly string[], value: Json): void {
  const [step = '', ...rest] = path;
  if (rest.length === 0) tree[step] = value;
  else {
    const child = Object.hasOwn(tree, step) ? tree[step] : undefined;
    const below: JsonObject = isObject(child) ? child : {};
    tree[step] = below;
    put(below, rest, value);
  }
}
