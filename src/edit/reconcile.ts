/**
 * A patch of a value to edits of its text.
 *
 * The patch is applied to the value; then the node tree and the new value are walked side by side, and every difference
 * becomes an edit of the smallest node that can carry it. So operations of any kind, also `move`, `copy` and several on one place, come
 * down to what really changed, and what did not change is not touched.
 *
 * Nodes come in the order of the text. An anchor therefore comes before its aliases, and it is known by then whether its
 * node still says the same (`dirty`); an alias to a node that changed is replaced by the value that it had.
 */
import { isEqual, isObject, type Json, type JsonObject, pointer } from '../model/json.ts';
import { columnOf, lineEnd, lineStart } from '../stream/lines.ts';
import type { Entry, Item, Mapping, Node, Scalar, Sequence } from '../yaml/node.ts';
import { isAmbiguousPlain } from '../yaml/scalar.ts';
import { findEntry, findMerged, keyOf, toValue } from '../yaml/value.ts';
import { type Edit, removalOfFirstLines, removalOfLines } from './edits.ts';
import { blockText, type Format, flowText, keyText, pairText } from './render.ts';
import { replacementEdits, type Slot } from './replace.ts';
import { rewriteScalar } from './rewrite-scalar.ts';
import { alignItems } from './sequence-diff.ts';

export interface LowerOptions {
  /** JSON Pointers that the patch names: what is written there is meant for every reader of YAML, so it gets quotes. */
  readonly named: ReadonlySet<string>;
  /** Change words of a scalar in place. */
  readonly inPlace: boolean;
  /** How deep differences are looked for; what lies below is replaced whole. */
  readonly depth: number;
}

/** Edits that make `text` say `after`, unsorted. `before` is the value of `root`. */
export function lowerValue(
  text: string,
  root: Mapping,
  before: JsonObject,
  after: JsonObject,
  format: Format,
  options: LowerOptions,
): Edit[] {
  const lowering = new Lowering(text, format, options);
  lowering.node(
    root,
    before,
    after,
    { flow: root.flow, indicator: -1, column: columnOf(text, root.start), of: 'root' },
    [],
  );
  return lowering.edits;
}

type Steps = readonly (string | number)[];

class Lowering {
  readonly edits: Edit[] = [];
  readonly text: string;
  readonly format: Format;
  readonly options: LowerOptions;
  /** Anchored nodes that no longer say what they said, or are gone. */
  readonly dirty = new Set<Node>();

  constructor(text: string, format: Format, options: LowerOptions) {
    this.text = text;
    this.format = format;
    this.options = options;
  }

  node(node: Node, before: Json, after: Json, slot: Slot, path: Steps): void {
    if (this.isUntouched(before, after) && !this.isNamed(before, path)) return;
    if (node.type === 'alias') {
      if (this.dirty.has(node.target) || !isEqual(before, after)) this.replace(node, after, slot);
      return;
    }
    const isTooDeep = path.length >= this.options.depth && before !== after && !isEqual(before, after);
    if (node.type === 'map' && isObject(before) && isObject(after) && !isTooDeep)
      this.mapping(node, before, after, slot, path);
    else if (node.type === 'seq' && Array.isArray(before) && Array.isArray(after) && !isTooDeep)
      this.sequence(node, before, after, slot, path);
    else if (node.type !== 'scalar' || !isEqual(before, after)) this.change(node, after, slot);
    else if (node.style === 'plain' && this.isNamed(before, path))
      this.edits.push({ start: node.outer, end: node.end, text: flowText(before, this.format) });
    if (node.anchored && before !== after && !isEqual(before, after)) this.dirty.add(node);
  }

  /** Equal by identity: the patch did not come here. Only an alias in it may still have lost its anchor. */
  isUntouched(before: Json, after: Json): boolean {
    return before === after && this.dirty.size === 0;
  }

  /** True for what has to be written so that every reader takes it for text, because the patch says so. */
  isNamed(value: Json, path: Steps): boolean {
    return typeof value === 'string' && isAmbiguousPlain(value) && this.options.named.has(pointer(path));
  }

  change(node: Node, after: Json, slot: Slot): void {
    const words =
      this.options.inPlace && node.type === 'scalar' && typeof after === 'string'
        ? rewriteScalar(this.text, node as Scalar, after, slot.flow, this.format.lineBreak)
        : undefined;
    if (words === undefined) this.replace(node, after, slot);
    else this.edits.push(...words);
  }

  replace(node: Node, after: Json, slot: Slot): void {
    this.forget(node);
    this.edits.push(...replacementEdits(this.text, node, after, slot, this.format));
  }

  /** The node leaves the text, and with it every anchor in it. */
  forget(node: Node): void {
    if (node.anchored) this.dirty.add(node);
    if (node.type === 'map')
      for (const { key, value } of node.entries) {
        this.forget(key);
        this.forget(value);
      }
    if (node.type === 'seq') for (const { value } of node.items) this.forget(value);
  }

  mapping(node: Mapping, before: JsonObject, after: JsonObject, slot: Slot, path: Steps): void {
    const last = new Map<string, Entry>();
    for (const entry of node.entries) if (!entry.merge) last.set(keyOf(entry), entry);
    const merges = node.entries.filter((entry) => entry.merge);
    const isMerged = (key: string): boolean => merges.some((entry) => findMerged(entry, key));
    const isChanged = (key: string): boolean => !(Object.hasOwn(before, key) && isEqual(before[key], after[key]));
    const removed = new Set(node.entries.filter((entry) => !entry.merge && !Object.hasOwn(after, keyOf(entry))));
    const added = Object.keys(after).filter((key) => !last.has(key) && isChanged(key));
    const isRewritten =
      (removed.size > 0 && removed.size === node.entries.length) ||
      (added.length > 0 && node.entries.length === 0) ||
      // A merged key can be overridden, not taken away; and to change an entry above a merge that has its key would change nothing.
      (merges.length > 0 &&
        (Object.keys(before).some((key) => !Object.hasOwn(after, key) && isMerged(key)) ||
          [...last].some(
            ([key, entry]) => isChanged(key) && findEntry(node, key) !== entry && Object.hasOwn(after, key),
          ))) ||
      // `[a: b]` has no braces, and `? a` and `{a}` have no place for a value.
      (node.flow && this.text[node.start] !== '{' && (removed.size > 0 || added.length > 0)) ||
      [...last].some(
        ([key, entry]) => entry.colon < 0 && Object.hasOwn(after, key) && !isEqual(before[key], after[key]),
      );
    if (isRewritten) {
      this.replace(node, after, slot);
      return;
    }
    if (added.length > 0) this.addEntries(node, removed, added, after);
    const removal = this.remover(node.flow, node.entries, removed);
    for (const [index, entry] of node.entries.entries()) {
      if (removed.has(entry)) {
        this.forget(entry.key);
        this.forget(entry.value);
        removal(index);
        continue;
      }
      const key = keyOf(entry);
      this.key(entry, key);
      const isLast = last.get(key) === entry && (merges.length === 0 || findEntry(node, key) === entry);
      const old = (isLast ? before[key] : toValue(entry.value)) ?? null;
      const now = isLast ? (after[key] ?? null) : old;
      if (this.isUntouched(old, now) && typeof old !== 'string') continue;
      const inner: Slot = {
        flow: node.flow,
        indicator: entry.colon,
        column: node.flow ? 0 : columnOf(this.text, entry.start),
        of: 'key',
      };
      this.node(entry.value, old, now, inner, [...path, key]);
    }
  }

  /** A key may be an alias of what changed. */
  key(entry: Entry, key: string): void {
    if (entry.key.type === 'alias' && this.dirty.has(entry.key.target))
      this.edits.push({ start: entry.key.start, end: entry.key.end, text: keyText(key, true) });
  }

  /**
   * Puts new keys before the first entry that stays, or behind the last `<<`, which would beat whatever stands above it. In a file that people
   * keep, they come last.
   */
  addEntries(node: Mapping, removed: ReadonlySet<Entry>, keys: readonly string[], after: JsonObject): void {
    const merge = node.entries.findLast((entry) => entry.merge);
    const behind = merge && node.entries.slice(node.entries.indexOf(merge) + 1);
    const { format, text } = this;
    const isLast = format.readable === true && !node.flow && removed.size === 0;
    const first = isLast ? undefined : (behind ?? node.entries).find((entry) => !removed.has(entry));
    const neighbour = first ?? (isLast ? node.entries.at(-1) : merge);
    if (neighbour === undefined) return;
    const isJson = node.flow && neighbour.key.type === 'scalar' && neighbour.key.style === 'double';
    const quoteKeys = format.quoteKeys || isJson;
    const indent = ' '.repeat(columnOf(text, neighbour.start));
    const pairs = keys.map((key) => {
      const value = after[key] ?? null;
      return node.flow
        ? `${keyText(key, quoteKeys)}: ${flowText(value, { ...format, quoteKeys })}`
        : pairText(key, value, indent, format);
    });
    const separator = node.flow ? `,${this.flowSeparator(neighbour.start)}` : format.lineBreak + indent;
    const at = first ? first.start : node.flow ? neighbour.value.end : lineEnd(text, neighbour.value.end);
    const added = pairs.map((pair) => (first ? pair + separator : separator + pair)).join('');
    this.edits.push({ start: at, end: at, text: added });
  }

  /** What stands between the entries of a flow collection: a blank, or a new line where they have lines of their own. */
  flowSeparator(at: number): string {
    const before = this.text.slice(this.text.lastIndexOf('\n', at - 1) + 1, at);
    return /^[ \t]*$/.test(before) && at !== before.length ? this.format.lineBreak + before : ' ';
  }

  /** Makes the edits that take entries or items out, called with their indices in order. */
  remover(
    flow: boolean,
    parts: readonly (Entry | Item)[],
    removed: ReadonlySet<Entry | Item>,
  ): (index: number) => void {
    const firstKept = parts.findIndex((part) => !removed.has(part));
    const endOf = (part: Entry | Item | undefined): number => part?.value.end ?? 0;
    return (index) => {
      const part = parts[index];
      const next = parts[index + 1];
      if (part === undefined) return;
      if (flow) {
        if (index < firstKept) this.edits.push({ start: part.start, end: next?.start ?? part.start, text: '' });
        else this.edits.push({ start: endOf(parts[index - 1]), end: endOf(part), text: '' });
        return;
      }
      if (index > firstKept) {
        this.edits.push(removalOfLines(this.text, part.start, endOf(part)));
        return;
      }
      const first = parts[0]?.start ?? 0;
      if (this.text.slice(lineStart(this.text, first), first).trim() === '')
        this.edits.push(removalOfFirstLines(this.text, part.start, endOf(part)));
      // `- a: 1` and its neighbour share the dash.
      else if (index === 0) this.edits.push({ start: first, end: parts[firstKept]?.start ?? first, text: '' });
    };
  }

  sequence(node: Sequence, before: Json[], after: Json[], slot: Slot, path: Steps): void {
    const steps = alignItems(before, after);
    const isKept = steps.some((step) => step.kind === 'keep');
    if (!isKept && steps.length > 0) {
      this.replace(node, after, slot);
      return;
    }
    const removed = new Set(steps.flatMap((step) => (step.kind === 'remove' ? (node.items[step.from] ?? []) : [])));
    const removal = this.remover(node.flow, node.items, removed);
    let nextItem = 0;
    for (const step of steps) {
      if (step.kind === 'insert') {
        this.insertItem(node, nextItem, after[step.to] ?? null);
        continue;
      }
      nextItem = step.from + 1;
      const item = node.items[step.from];
      if (item === undefined) continue;
      if (step.kind === 'remove') {
        this.forget(item.value);
        removal(step.from);
        continue;
      }
      const inner: Slot = {
        flow: node.flow,
        indicator: node.flow ? -1 : item.start + 1,
        column: node.flow ? 0 : columnOf(this.text, item.start),
        of: 'item',
      };
      this.node(item.value, before[step.from] ?? null, after[step.to] ?? null, inner, [...path, step.to]);
    }
  }

  insertItem(node: Sequence, index: number, value: Json): void {
    const { format, text } = this;
    const next = node.items[index];
    const last = node.items.at(-1);
    if (last === undefined) return;
    if (node.flow) {
      const item = flowText(value, format);
      const separator = this.flowSeparator(next?.start ?? last.start);
      if (next) this.edits.push({ start: next.start, end: next.start, text: `${item},${separator}` });
      else this.edits.push({ start: last.value.end, end: last.value.end, text: `,${separator}${item}` });
      return;
    }
    const indent = ' '.repeat(columnOf(text, (next ?? last).start));
    const item = `- ${blockText(value, `${indent}  `, format)}`;
    const at = next ? next.start : lineEnd(text, last.value.end);
    this.edits.push({
      start: at,
      end: at,
      text: next ? item + format.lineBreak + indent : format.lineBreak + indent + item,
    });
  }
}
