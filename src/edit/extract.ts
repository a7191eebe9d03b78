/**
 * Items that leave their List, because the plan changes them: a hook annotation counts for Helm only on a document of its own, whatever
 * the List's kind, and no other deployer minds.
 *
 * What stays in the List stays as it was written; a List that nothing is left in leaves the stream.
 */
import { POSTRENDER_FILENAME } from '../model/helm.ts';
import { isObject, type Json, type Operation, type Path, pointer, valueAt } from '../model/json.ts';
import type { Document, Resource } from '../model/manifest.ts';
import { addTo } from '../model/maps.ts';
import { editDocument } from './edit.ts';

/** The text of an item as a document of its own. */
export const editItem = (resource: Resource, operations: readonly Operation[]): string =>
  editDocument(resource.manifest(), withFilename(resource, operations));

/** The same operations, and what the item then has to say of its template. */
function withFilename(resource: Resource, operations: readonly Operation[]): readonly Operation[] {
  const filename = resource.document.item?.filename;
  if (filename === undefined) return operations;
  const annotations = ['metadata', 'annotations'];
  // Annotations that the operations make are there by then.
  const isMade = operations.some(({ path }) => path.startsWith(pointer(annotations)));
  const has = isObject(valueAt(resource.manifest().value, annotations)) || isMade;
  const own: Operation = { op: 'add', path: pointer([...annotations, POSTRENDER_FILENAME]), value: filename };
  return [...operations, ...(has ? [] : [{ op: 'add', path: pointer(annotations), value: {} } as const]), own];
}

/** What becomes of the Lists that these documents leave: new contents by index, and the Lists of which nothing is left. */
export function withoutItems(leaving: readonly Document[]): {
  readonly edited: ReadonlyMap<number, string>;
  readonly removed: readonly number[];
} {
  const byList = new Map<Document, Document[]>();
  for (const document of leaving) if (document.item !== undefined) addTo(byList, document.item.list, document);
  const edited = new Map<number, string>();
  const removed: number[] = [];
  for (const [list, items] of byList) {
    const manifest = items[0]?.item?.manifest;
    if (manifest === undefined) continue;
    const paths = items.flatMap(({ item }) => (item === undefined ? [] : [item.path]));
    const steps = emptied(manifest.value, paths);
    if (steps === 'all') removed.push(list.index);
    else
      edited.set(
        list.index,
        editDocument(
          manifest,
          steps.map((path) => ({ op: 'remove', path: pointer(path) })),
        ),
      );
  }
  return { edited, removed };
}

/** What to take out, the last first: items, and Lists in the List of which no item is left. `all`: the whole List. */
function emptied(value: Json | undefined, paths: readonly Path[]): readonly Path[] | 'all' {
  const items = valueAt(value, ['items']);
  const count = Array.isArray(items) ? items.length : 0;
  const gone = new Set<number>();
  const nested = new Map<number, Path[]>();
  for (const [, index, ...below] of paths) {
    if (below.length === 0) gone.add(Number(index));
    else addTo(nested, Number(index), below);
  }
  const inside: Path[] = [];
  for (const [index, below] of nested) {
    const steps = emptied(valueAt(items, [index]), below);
    if (steps === 'all') gone.add(index);
    else inside.push(...steps.map((path) => ['items', index, ...path]));
  }
  if (gone.size === count) return 'all';
  // Those inside keep their order: the sort is stable.
  const own = [...gone].map((index): Path => ['items', index]);
  return [...own, ...inside].sort((a, b) => Number(b[1]) - Number(a[1]));
}
