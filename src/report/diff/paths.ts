/** Where two values differ. */
import { isObject, type Json, type Path } from '../../model/json.ts';

/** The shortest paths that tell the difference, in the order of the second value. Lists of different lengths differ as a whole. */
export function changedPaths(before: Json | undefined, after: Json | undefined, at: Path = []): readonly Path[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
    return [...keys].flatMap((key) => changedPaths(own(before, key), own(after, key), [...at, key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return after.flatMap((item, index) => changedPaths(before[index], item, [...at, index]));
  return isSame(before, after) ? [] : [at];
}

const own = (object: Record<string, Json>, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Lists of different lengths are never the same, and everything else that gets here is a scalar or of another type. */
const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && a.length === 0 && b.length === 0);
