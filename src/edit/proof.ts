/**
 * The proof of an edit: the new text is the old one outside the edits, and read again it says what was expected.
 *
 * A block mapping that begins at column 0 is its entries, one after the other, and what ends one is the key of the next. So where nothing links
 * entries to each other (see `isSeparable`), those that no edit touches say what they said, and only the others are read again. A proof that
 * is not found in this way is looked for in the whole text.
 */
import { isObject, type Json } from '../model/json.ts';
import type { Entry } from '../yaml/node.ts';
import { type ParsedManifest, parseText } from '../yaml/parse.ts';
import { keyOf, says } from '../yaml/value.ts';
import type { Edit } from './edits.ts';

/** `edits` are sorted and disjoint and make `text` of the manifest's. */
export function isProven(old: ParsedManifest, edits: readonly Edit[], text: string, expected: Json): boolean {
  return (
    isSameOutside(old.text, edits, text) && (isSaidByEntries(old, edits, text, expected) || isSaid(text, expected))
  );
}

function isSameOutside(old: string, edits: readonly Edit[], text: string): boolean {
  let oldAt = 0;
  let at = 0;
  for (const edit of edits) {
    const same = edit.start - oldAt;
    if (old.slice(oldAt, edit.start) !== text.slice(at, at + same)) return false;
    oldAt = edit.end;
    at += same + edit.text.length;
  }
  return old.slice(oldAt) === text.slice(at);
}

function isSaid(text: string, expected: Json): boolean {
  const parsed = parseText(text);
  return 'root' in parsed && says(parsed.root, expected);
}

/** True only when it is sure; false says nothing. */
export function isSaidByEntries(old: ParsedManifest, edits: readonly Edit[], text: string, expected: Json): boolean {
  const start = edits[0]?.start ?? 0;
  const end = edits.at(-1)?.end ?? 0;
  const { entries } = old.root;
  const first = entries.findLastIndex((entry) => entry.start <= start);
  const touched = entries[first];
  if (!old.isSeparable || !isObject(expected) || touched === undefined) return false;
  const next = entries.findIndex((entry, index) => index > first && entry.start >= end);
  const behind = next < 0 ? [] : entries.slice(next);
  const kept = behind[0] === undefined ? 0 : old.text.length - behind[0].start;
  const part = text.slice(touched.start, text.length - kept);
  if (kept > 0 && !part.endsWith('\n')) return false;
  const parsed = parseText(part);
  if (!('root' in parsed) || parsed.root.type !== 'map' || !parsed.isSeparable) return false;

  const values = Object.values(expected);
  const all = [...entries.slice(0, first), ...parsed.root.entries, ...behind];
  const isChanged = (index: number): boolean => index >= first && index < all.length - behind.length;
  return (
    hasKeys(all, expected) &&
    all.every((entry, index) =>
      isChanged(index) ? says(entry.value, values[index] as Json) : old.value[keyOf(entry)] === values[index],
    )
  );
}

/** In the same order, so without duplicates. */
function hasKeys(entries: readonly Entry[], expected: object): boolean {
  const keys = Object.keys(expected);
  return keys.length === entries.length && keys.every((key, index) => keyOf(entries[index] as Entry) === key);
}
