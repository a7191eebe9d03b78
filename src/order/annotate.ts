/** The operations that set and strip annotations, and nothing where a value is already as wanted. */
import { isObject, type JsonObject, type Operation, pointer, valueAt } from '../model/json.ts';

const ANNOTATIONS = ['metadata', 'annotations'];

/** `undefined` strips the annotation. Operations are in the order of `wanted`. */
export function annotate(
  value: JsonObject,
  wanted: Readonly<Record<string, string | undefined>>,
): readonly Operation[] {
  const current = valueAt(value, ANNOTATIONS);
  const annotations = isObject(current) ? current : {};
  const operations: Operation[] = [];
  for (const [key, want] of Object.entries(wanted)) {
    const path = pointer([...ANNOTATIONS, key]);
    const has = Object.hasOwn(annotations, key);
    if (want === undefined) {
      if (has) operations.push({ op: 'remove', path });
    } else if (!has) operations.push({ op: 'add', path, value: want });
    else if (annotations[key] !== want) operations.push({ op: 'replace', path, value: want });
  }
  const adds = operations.some((operation) => operation.op === 'add');
  return adds && !isObject(current)
    ? [{ op: 'add', path: pointer(ANNOTATIONS), value: {} }, ...operations]
    : operations;
}
