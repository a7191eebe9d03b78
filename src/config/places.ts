/** Where the parts of a config stand, for findings and rules. */
import { isObject, type Path, valueAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Place } from '../model/span.ts';
import { positionIn } from '../stream/stream.ts';
import { resolved } from '../yaml/node.ts';
import type { ParsedManifest } from '../yaml/parse.ts';
import { findEntry } from '../yaml/value.ts';

/** The place of the value at a path, or of the nearest value around it. */
export const placeOf = (manifest: Manifest, path: Path): Place => ({
  file: manifest.document.stream.file,
  ...(manifest.locate(path) ?? { line: 1, column: 1 }),
});

/** The place of the key at the end of a path; the place of its value when that has no key. */
export function placeOfKey(manifest: ParsedManifest, path: Path): Place {
  const { document, root, text } = manifest;
  let node = resolved(root);
  let start: number | undefined;
  for (const step of path) {
    const entry = node.type === 'map' ? findEntry(node, String(step)) : undefined;
    const value = node.type === 'seq' && typeof step === 'number' ? node.items[step]?.value : entry?.value;
    start = entry?.key.start;
    if (value === undefined) break;
    node = resolved(value);
  }
  if (start === undefined) return placeOf(manifest, path);
  return { file: document.stream.file, ...positionIn(document, start, text) };
}

/** The name of the hook that a path leads into, if it has one. */
export function hookNameAt(manifest: Manifest, path: Path): string | undefined {
  const hook = path[0] === 'hooks' ? valueAt(manifest.value, path.slice(0, 2)) : undefined;
  const name = isObject(hook) ? hook['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
