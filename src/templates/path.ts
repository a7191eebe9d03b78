/** The line of a template that stands for a path of a document: the deepest one that surely does. */
import { type Json, type JsonObject, type Path, valueAt } from '../model/json.ts';
import { keyAt, type Line, patternOf, scalarOf } from './lines.ts';

/** A mapping or a list of the template: lines that belong to it, and the indent of its keys or dashes. */
interface Region {
  readonly lines: readonly Line[];
  readonly indent: number;
}

export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** `value` is the document as it was rendered. Undefined for a part without YAML. */
export function locate(lines: readonly Line[], path: Path, value: JsonObject): LineColumn | undefined {
  const first = lines.find((line) => !line.isBlank && !/^---/.test(line.text));
  if (first === undefined) return undefined;
  let best: LineColumn = { line: first.number, column: first.indent + 1 };
  let region: Region | undefined = { lines, indent: 0 };
  for (const [at, step] of path.entries()) {
    if (region === undefined) break;
    const rendered = valueAt(value, path.slice(0, at));
    const found: Found | undefined =
      typeof step === 'string' ? findKey(region, step, rendered) : findItem(region, step, rendered);
    if (found === undefined) break;
    best = found.place;
    region = found.region;
  }
  return best;
}

interface Found {
  readonly place: LineColumn;
  /** What belongs to it; undefined where nothing of it can be told apart. */
  readonly region: Region | undefined;
}

/** The only line with this key; of several, as in the branches of an `if`, the only one that can have written the value. */
function findKey({ lines, indent }: Region, key: string, parent: Json | undefined): Found | undefined {
  const all = lines.flatMap((line, at) => {
    const found = keyAt(line, indent);
    return found?.key === key ? [{ ...found, at }] : [];
  });
  const rendered = valueAt(parent, [key]);
  const fitting = all.length < 2 ? all : all.filter(({ value }) => canWrite(value, rendered));
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) return undefined;
  return {
    place: { line: only.line.number, column: indent + 1 },
    region: childrenOf(lines, only.at, indent),
  };
}

function canWrite(value: string, rendered: Json | undefined): boolean {
  if (typeof rendered === 'object' && rendered !== null) return value === '' || value.startsWith('{{');
  return value !== '' && patternOf(scalarOf(value)).test(String(rendered));
}

/** What is written below a key: lines up to the next one that is not deeper; a list may begin in the key's own column. */
function childrenOf(lines: readonly Line[], at: number, indent: number): Region | undefined {
  const isItem = (line: Line): boolean => /^\s*-(?:\s|$)/.test(line.text);
  const rest = lines.slice(at + 1);
  const end = rest.findIndex(
    (line) => !line.isBlank && (line.indent < indent || (line.indent === indent && !isItem(line))),
  );
  const children = end < 0 ? rest : rest.slice(0, end);
  const first = children.find((line) => !line.isBlank);
  return first === undefined ? undefined : { lines: children, indent: first.indent };
}

/** The item of this number, where the template has as many as were rendered, or else the only one that has its name. */
function findItem({ lines, indent }: Region, number: number, parent: Json | undefined): Found | undefined {
  const starts = lines.flatMap((line, at) => (isDash(line, indent) ? [at] : []));
  if (!Array.isArray(parent)) return undefined;
  const items = starts.map((start, at) => lines.slice(start, starts[at + 1]));
  const item = items.length === parent.length ? items[number] : namedItem(items, parent[number], indent);
  const [first] = item ?? [];
  if (item === undefined || first === undefined) return undefined;
  const inner = first.text.length - first.text.slice(indent).replace(/^-\s*/, '').length;
  return { place: { line: first.number, column: indent + 1 }, region: { lines: item, indent: inner } };
}

const isDash = (line: Line, indent: number): boolean =>
  !line.isBlank && line.indent === indent && /^\s*-(?:\s|$)/.test(line.text);

function namedItem(
  items: readonly (readonly Line[])[],
  rendered: Json | undefined,
  indent: number,
): readonly Line[] | undefined {
  const name = valueAt(rendered, ['name']);
  if (typeof name !== 'string') return undefined;
  const fitting = items.filter((item) =>
    item.some((line) => {
      const found = keyAt(line, indent + 2);
      return found?.key === 'name' && patternOf(scalarOf(found.value)).test(name);
    }),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}
